/* Texts of a package as one town says them. */
#ifndef SERVICE_WORDS_H
#define SERVICE_WORDS_H

#include "common/service.h"

/*
 * The package's text of that key with {town} and {setting.NAME} replaced; in
 * arena a, or the text itself. A key that is missing gives the key. A name
 * that the town has not set gives nothing.
 */
const char *service_words(struct arena *a, const struct town *t,
    const struct town_service *s, enum lang lang, const char *key);

/* NULL when the package has no such text. */
const char *service_words_find(struct arena *a, const struct town *t,
    const struct town_service *s, enum lang lang, const char *key);

/* The same replacement in any text; other placeholders stay. */
const char *service_words_fill(struct arena *a, const struct town *t,
    const void *settings, enum lang lang, const char *text);

#endif
