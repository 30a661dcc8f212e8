/* The pages at the beginning of a stepped service. */
#ifndef STEP_START_VIEW_H
#define STEP_START_VIEW_H

#include "common/form/form_view_start.h"
#include "common/service/service_opening.h"
#include "forms/antrag.h"

int step_show_start(struct app *app, struct request *req,
    const struct form_start_view *v, int status);
/* Not open for them: why, when, and the usual way. */
int step_show_start_not_open(struct app *app, struct request *req,
    const struct antrag *a, const struct opening_result *result);

#endif
