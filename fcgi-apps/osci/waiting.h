/*
 * How many threads of this process wait for other systems: fewer than there
 * are, so that a recipient that is slow does not stop everybody else's mail.
 */
#ifndef OSCI_WAITING_H
#define OSCI_WAITING_H

#include "common/config.h"

/* False when osci_forwards_max of them, or half of all, wait already; else
 * waiting_leave ends it. */
bool waiting_enter(const struct config *config);
void waiting_leave(void);

#endif
