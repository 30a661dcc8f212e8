/* The sentences that say why a file was not taken. */
#ifndef WORDS_H
#define WORDS_H

#include "documents/intake.h"

/* Why, in the request's language; field NULL: the default kinds of files. */
const char *words_refusal(struct app *app, struct request *req,
    enum upload_refusal why, const struct form_field *field);

/* "10 MB" */
const char *words_size(struct arena *a, enum lang lang, int64_t bytes);

/* A text of documents.*.json. */
const char *words(struct app *app, struct request *req, const char *key);

#endif
