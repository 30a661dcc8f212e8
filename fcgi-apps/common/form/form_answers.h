/* Building answers: what the readers share. Inside the form engine only. */
#ifndef FORM_ANSWERS_H
#define FORM_ANSWERS_H

#include "common/form/form.h"

/* An answer set without any item in repeats. */
struct form_answers *form_answers_empty(
    struct arena *a, const struct form *f);
/* Makes a repeat hold at least n items; false beyond the limits. */
bool form_items_reserve(struct arena *a, struct form_answers *answers,
    struct answer *repeat, size_t n, struct err *err);
/* Takes the items that nothing was given for out of all repeats. */
void form_items_close_up(struct form_answers *answers);
/* Gives repeats that the input does not speak of their least number of empty
 * items, as the page shows them at the start. */
void form_items_fill(struct arena *a, struct form_answers *answers);
/* Remembers a name that no field has; at most 50 of them. */
void form_unknown_add(
    struct arena *a, struct form_answers *answers, const char *name);

/* Cleans len bytes of input into answer->raw; what is no clean text is marked
 * "text_invalid". An empty value is no answer. */
void form_answer_put(
    struct arena *a, struct answer *answer, const char *value, size_t len);
/* One more chosen value of a multiple choice. */
void form_answer_choose(
    struct arena *a, struct answer *answer, const char *value, size_t len);
/* An upload by its id; false when value is no id. */
bool form_answer_upload(
    struct arena *a, struct answer *answer, const char *value);
/* A file at the end, or the particulars of one that is there. */
void form_answer_file(struct arena *a, struct answer *answer,
    const struct answer_file *file);

#endif
