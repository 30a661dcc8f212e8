/* Markup of the look-up page: reference and access code. */
#ifndef LOOKUP_VIEW_H
#define LOOKUP_VIEW_H

#include "common/app.h"
#include "common/http/http.h"

/* reference, code: as typed, "" at first. error: text key, NULL at first. */
void lookup_view(struct app *app, struct request *req, int status,
    const char *reference, const char *code, const char *error);

#endif
