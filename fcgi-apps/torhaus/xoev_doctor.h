/* What torhaus doctor finds about schema sets. */
#ifndef XOEV_DOCTOR_H
#define XOEV_DOCTOR_H

#include "torhaus/command.h"
#include "torhaus/osci_doctor.h"

/* Damaged sets, and services on offer whose messages no installed set is valid
 * for today. Where no set is installed nothing is said: a town need not send
 * messages. The services were loaded. */
void xoev_doctor(struct tool *t, const struct doctor *d);

#endif
