/*
 * Who an applicant proved to be, as every way of logging in tells it in the
 * end. There is one way so far, the simulated one, which proves nothing: for
 * demonstrations and tests, and marked as such wherever it shows.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/vorgang/vorgang.h"

/* Trust levels (eIDAS, Art. 8), in order. */
enum identity_level { IDENTITY_NONE, IDENTITY_NORMAL, IDENTITY_SUBSTANTIAL,
	IDENTITY_HIGH };

struct identity {
	enum identity_level level;
	const char *method; /* "simulated" */
	int64_t at_ms;
};

#define IDENTITY_SIMULATED "simulated"
#define IDENTITY_EVENT "identified"

/* "none", "normal", "substantial", "high" as packages and events write them;
 * IDENTITY_NONE for anything else. */
enum identity_level identity_level(const char *name);
const char *identity_level_name(enum identity_level level);

/* The event that tells of it, public. */
struct event identity_event(struct arena *a, const struct identity *i);

/*
 * The highest level that a Vorgang's events tell of, IDENTITY_NONE when there
 * is none. *is_simulated (may be NULL): that one was simulated.
 */
enum identity_level identity_of_events(struct arena *a,
    const struct event *event, size_t n, bool *is_simulated);

#endif
