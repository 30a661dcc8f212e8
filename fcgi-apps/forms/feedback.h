/* "Was this page helpful?": asked at the foot of every page. */
#ifndef FEEDBACK_H
#define FEEDBACK_H

#include "common/http/http.h"

/* GET /rueckmeldung?seite=PATH: the question on a page of its own. */
int feedback_show(struct app *app, struct request *req, struct err *err);
/* POST: hilfreich (ja, nein), anmerkung, seite. */
int feedback_post(struct app *app, struct request *req, struct err *err);

#endif
