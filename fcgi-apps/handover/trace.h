/* What a client does, in the Vorgang's history. */
#ifndef TRACE_H
#define TRACE_H

#include "handover/handover.h"

/*
 * Records that the client gets what ("answers", "document:<id>"); the first
 * time also that the application was handed over. On -1 nothing may be sent.
 * o->handover tells of it afterwards.
 */
int trace_view(struct app *app, struct request *req, struct opened *o,
    const char *what, struct err *err);

#endif
