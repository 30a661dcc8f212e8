/* Handlers of the form's pages. */
#ifndef ANTRAG_PAGE_H
#define ANTRAG_PAGE_H

#include "common/app.h"
#include "common/http/http.h"

/* GET: the first page, where no file of it was written. */
int antrag_first(struct app *app, struct request *req, struct err *err);
/* POST: what was filled in, by whatever button. */
int antrag_post(struct app *app, struct request *req, struct err *err);
/* GET: a draft, after an upload; ?id= */
int antrag_draft(struct app *app, struct request *req, struct err *err);
/* From documents, within nginx: submits the draft ?id= */
int antrag_send_draft(struct app *app, struct request *req, struct err *err);

#endif
