/* Handlers of "check your answers", the last page before the submission. */
#ifndef STEP_CHECK_H
#define STEP_CHECK_H

#include "common/app.h"
#include "common/http/http.h"

/* The check box of the simulated log-in. */
#define STEP_IDENTITY "identity_simulated"

int step_check(struct app *app, struct request *req, struct err *err);
/* POST: "submit", or a button that leads elsewhere. */
int step_check_post(struct app *app, struct request *req, struct err *err);

#endif
