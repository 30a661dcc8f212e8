/*
 * How many threads of this process wait for other systems: fewer than there
 * are, so that a recipient that is slow does not stop everybody else's mail.
 */
#ifndef OSCI_WAITING_H
#define OSCI_WAITING_H

#include <stdbool.h>
#include <stdint.h>

/* False when max threads wait already; else waiting_leave ends it. */
bool waiting_enter(int64_t max);
void waiting_leave(void);

#endif
