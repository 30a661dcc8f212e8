#include "osci/waiting.h"

#include <stdatomic.h>

static _Atomic int64_t waiting;

/* Half of the threads, at least one: a recipient may be our own. */
static int64_t
limit(const struct config *config)
{
	int64_t half = (config->threads + 1) / 2;

	return config->osci_forwards_max < half ? config->osci_forwards_max
						: half;
}

bool
waiting_enter(const struct config *config)
{
	int64_t max = limit(config);

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
