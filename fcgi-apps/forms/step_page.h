/* Handlers of a stepped form's pages. */
#ifndef STEP_PAGE_H
#define STEP_PAGE_H

#include "common/app.h"
#include "common/http/http.h"

/* GET: a page of the draft; with ?post= what was kept of an ended session. */
int step_page(struct app *app, struct request *req, struct err *err);
/* POST: what was filled in, by whatever button. */
int step_page_post(struct app *app, struct request *req, struct err *err);
/* From documents, within nginx: the same for a post with files, ?post= */
int step_page_take(struct app *app, struct request *req, struct err *err);

#endif
