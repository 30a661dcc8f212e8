/* What answers when a page of a stepped draft cannot be opened or saved. */
#ifndef STEP_FAIL_H
#define STEP_FAIL_H

#include "forms/step.h"

/*
 * Answers for an error of step_open, step_lock or step_save: the session is
 * over, the draft was submitted, the database is away. What was posted (pairs,
 * NULL for none) is given back. -1: another error, for the error page.
 */
int step_fail(struct app *app, struct request *req, struct step_visit *v,
    const struct http_pairs *pairs, struct err *err);

#endif
