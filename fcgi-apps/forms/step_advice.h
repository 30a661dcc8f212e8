/* Handlers of the adviser's result page. */
#ifndef STEP_ADVICE_H
#define STEP_ADVICE_H

#include "common/app.h"
#include "common/http/http.h"

int step_advice(struct app *app, struct request *req, struct err *err);
/* POST: "next" goes on with the form, "other" begins the other service with
 * what was answered, "back". */
int step_advice_post(struct app *app, struct request *req, struct err *err);

#endif
