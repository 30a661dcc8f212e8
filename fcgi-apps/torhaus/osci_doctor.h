/* What torhaus doctor says about OSCI: keys, and whom to trust. */
#ifndef OSCI_DOCTOR_H
#define OSCI_DOCTOR_H

#include "torhaus/command.h"

struct doctor {
	void (*well)(const char *what);
	void (*ill)(void *arg, const char *what, const char *why,
	    const char *remedy);
	void *arg;
};

/* Says nothing where there is no key yet: OSCI is not in use. */
void osci_doctor(struct tool *t, const struct doctor *d);
/* The same of the intermediary's folder, mailboxes and policy. */
void osci_doctor_boxes(struct tool *t, const struct doctor *d);

#endif
