/* Turns a judged application into a Vorgang, exactly once. */
#ifndef SUBMIT_H
#define SUBMIT_H

#include "common/vorgang.h"
#include "forms/antrag.h"

enum submit_outcome {
	SUBMIT_DONE,  /* received now */
	SUBMIT_AGAIN, /* the same answers were received before */
	SUBMIT_OTHER, /* the submission id belongs to other answers */
};

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
