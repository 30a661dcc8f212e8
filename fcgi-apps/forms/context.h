/*
 * Starting a form with context: another portal, a notice or a QR code leads to
 * /antrag/<service>/beginnen?<field>=<value>, and the form begins with these
 * values. Nothing is stored or sent before the applicant does so.
 */
#ifndef CONTEXT_H
#define CONTEXT_H

#include "forms/antrag.h"

/* GET /antrag/<service>/beginnen */
int context_first(struct app *app, struct request *req, struct err *err);

/* The pairs that name a field of the form which may be filled in so: no file,
 * no group, no item of a repetition, and no consent, which nobody else can
 * give; in arena a. */
struct http_pairs context_pairs(struct arena *a, const struct form *f,
    const struct http_pairs *pairs);

/* Answers with these values, and the form's defaults where there are none. */
struct form_answers *context_answers(struct arena *a, const struct form *f,
    const struct http_pairs *pairs, const struct form_context *context);

#endif
