/* The start page of a stepped service, and the button that begins. */
#ifndef STEP_START_H
#define STEP_START_H

#include "forms/antrag.h"

/* GET: offers the drafts of this browser first. a->offer is stepped. */
int step_start(struct app *app, struct request *req, struct antrag *a,
    struct err *err);
/* POST: begins a draft and leads to its first page; twice with the same id:
 * the same draft. */
int step_begin(struct app *app, struct request *req, struct antrag *a,
    const struct http_pairs *pairs, struct err *err);
/* GET /antrag/<service>/<draft>/: to where one goes on. */
int step_resume(struct app *app, struct request *req, struct err *err);

#endif
