/* Turns a judged application into a Vorgang, exactly once. */
#ifndef SUBMIT_H
#define SUBMIT_H

#include "common/vorgang/vorgang.h"
#include "forms/antrag.h"

enum submit_outcome {
	SUBMIT_DONE,  /* received now */
	SUBMIT_AGAIN, /* the same answers were received before */
	SUBMIT_OTHER, /* the submission id belongs to other answers */
};

/*
 * Whether this address sent too many applications: *wait_s is how long it has
 * to wait, 0 not at all.
 */
int submit_wait(struct app *app, struct request *req, const struct antrag *a,
    int64_t *wait_s, struct err *err);
/* The same in minutes, for the sentence that says so. */
const char *submit_wait_minutes(struct arena *a, int64_t wait_s);

/*
 * Commits the application; a->answers are valid. *v is the Vorgang that the
 * submission id leads to, whatever the outcome: reference, link_token,
 * access_code, created_ms and state are set. ERR_DB_UNAVAILABLE and
 * ERR_DB_BUSY: nothing was said, sending again is safe.
 */
int submit_run(struct app *app, struct request *req, struct antrag *a,
    struct vorgang *v, enum submit_outcome *outcome, struct err *err);

/*
 * Only compares with what a submission id was used for: SUBMIT_AGAIN or
 * SUBMIT_OTHER. Judges the answers; they need not be valid.
 */
int submit_compare(struct app *app, struct request *req, struct antrag *a,
    const struct id *earlier, struct vorgang *v, enum submit_outcome *outcome,
    struct err *err);

#endif
