/*
 * Whom a thread trusts. While the files that say so cannot be read, the thread
 * that needs them waits, and the courier's other work goes on.
 */
#ifndef COURIER_TRUST_H
#define COURIER_TRUST_H

#include "common/osci/osci_trust.h"

struct courier_trust {
	struct osci_trust_settings settings;
	struct osci_trust *trust; /* NULL: not yet */
	int64_t next_ms;	  /* when it is tried again */
	char said[256];		  /* the complaint in the log */
};

/* Tries once; the configuration must outlive it. */
void courier_trust_set_up(
    struct courier_trust *t, const struct config *config, const char *who);
/*
 * Whether t->trust is there; tries every few seconds. Each reason why not is
 * logged once, and so is its end. who: "osci", for the log.
 */
bool courier_trust_is_ready(struct courier_trust *t, const char *who);
void courier_trust_tear_down(struct courier_trust *t);

#endif
