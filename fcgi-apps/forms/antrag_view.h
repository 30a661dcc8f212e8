/* Pages that answer an application. */
#ifndef ANTRAG_VIEW_H
#define ANTRAG_VIEW_H

#include "common/vorgang/vorgang.h"
#include "forms/antrag.h"

/* The form with everything as typed, a's notices and, if scolded, errors. */
int antrag_show(
    struct app *app, struct request *req, struct antrag *a, int status);

/* No such service here: what was typed is shown, so that it can be copied. */
int antrag_show_unknown(struct app *app, struct request *req,
    const struct http_pairs *pairs);

/*
 * The submission id was used for another application, v: what was received,
 * and the new answers ready to be sent as an application of their own.
 */
int antrag_show_duplicate(struct app *app, struct request *req,
    const struct antrag *a, const struct vorgang *v);

#endif
