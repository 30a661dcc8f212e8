/* Answers in JSON: a document, and why one was not taken. */
#ifndef ANSWER_H
#define ANSWER_H

#include "common/json.h"
#include "documents/intake.h"

/* Writes {"id", "field", "name", "size", "media_type", "created"}. */
void answer_put_document(struct json_out *j, struct arena *a,
    const struct document *d);

/* 201 for a new document, 200 for one that was there; Location is prefix and
 * id. */
int answer_document(struct request *req, const struct document *d,
    bool is_new, const char *prefix);

/* Problem JSON (RFC 9457) about a refused file of a field (NULL: none), with
 * "code" and, as in the forms' API, "errors". */
int answer_refusal(struct app *app, struct request *req,
    const struct intake_refusal *refusal, const struct form_field *field);

/* The same for something that is no file's fault; key: a text's. */
int answer_problem(struct app *app, struct request *req, int status,
    const char *code, const char *key);

#endif
