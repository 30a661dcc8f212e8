#include "osci/waiting.h"

#include <stdatomic.h>

static _Atomic int64_t waiting;

bool
waiting_enter(int64_t max)
{
	if (atomic_fetch_add(&waiting, 1) < max)
		return true;
	(void)atomic_fetch_sub(&waiting, 1);
	return false;
}

void
waiting_leave(void)
{
	(void)atomic_fetch_sub(&waiting, 1);
}
