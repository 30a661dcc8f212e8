/*
 * Conditions in words, for people who check what a package says: the flow
 * chart, the clerk's view.
 */
#ifndef FORM_COND_WORDS_H
#define FORM_COND_WORDS_H

#include "common/form/form_text.h"

/* "„Art“ ist „Hund“ und „Alter“ ist mindestens 18"; in w's arena and
 * language. NULL is "immer". */
const char *form_cond_words(
    const struct form_words *w, const struct form_cond *c);

#endif
