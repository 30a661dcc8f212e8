/* The pages that answer when a document for a Vorgang was not taken. */
#ifndef VORGANG_VIEW_H
#define VORGANG_VIEW_H

#include "documents/intake.h"

/* The Vorgang is closed. */
int vorgang_view_closed(struct app *app, struct request *req);
/* Files were refused, or none was chosen; others may have been kept. */
int vorgang_view_refused(struct app *app, struct request *req,
    const struct intake *in, const struct form_field *field);

#endif
