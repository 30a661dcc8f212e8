/*
 * What was handed to whom, when it was collected and when an answer came: one
 * row for each thing that goes one way to one partner, whatever the way
 * (another system's HTTP client, OSCI, the e-file). The status page tells
 * citizens from these rows.
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include "common/vorgang/vorgang.h"

/* The ways. */
#define HANDOVER_CLIENT "client"
#define HANDOVER_OSCI "osci"
#define HANDOVER_EFILE "efile"

struct handover {
	const char *way;     /* one of the above */
	const char *partner; /* ASCII, at most 120: who, as the way knows it */
	const char *name;    /* an authority or its system, as citizens read it */
	/*
	 * ASCII, at most 60: what, as the end of a text key "handover.what.<what>"
	 * of the status catalogues ("application", "register-request", ...).
	 */
	const char *what;
	int64_t handed_ms;    /* it left us, or was fetched */
	int64_t collected_ms; /* the partner has it for certain; 0: not yet */
	int64_t answered_ms;  /* the last answer came; 0: none yet */
};

enum handover_step { HANDOVER_HANDED, HANDOVER_COLLECTED, HANDOVER_ANSWERED };

/*
 * The event that belongs to a step ("handed-over", "collected", "answered"),
 * public, with way, what and name as its data. actor says who did it.
 */
struct event handover_event(struct arena *a, const struct handover *h,
    enum handover_step step, enum event_actor actor);

#endif
