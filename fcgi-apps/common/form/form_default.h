/* Values that fields have before anybody answers. Inside the form engine. */
#ifndef FORM_DEFAULT_H
#define FORM_DEFAULT_H

#include "common/form/form_def.h"

/* "default": a literal or an expression over what comes before the field. */
void form_default_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f, const struct form_names *names);

/* A value as people write it into the field; NULL for none. */
const char *form_default_text(
    struct arena *a, const struct form_field *f, const struct form_value *v);

/* Fills in an answer that was never given, where e stands; with hidden, also
 * what is in it. */
void form_default_put(struct form_eval *e, struct answer *answer);
void form_default_hidden(struct form_eval *e, struct answer *answer);

/* ---- form_evaluate.c ---- */

/* The checks of a single answer that depends on no other. */
const char *form_check_alone(struct arena *a, struct answer *answer,
    const struct form_context *context);

#endif
