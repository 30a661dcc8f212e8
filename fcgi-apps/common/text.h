/*
 * Text catalogues: sentences for people, one flat JSON object a file and
 * language ("<area>.de.json"), keys with dots. German and English have the same
 * keys and all languages the same placeholders ({name}), or loading fails with
 * the key. Other languages may lack keys: lang_base stands in.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/lang.h"

struct texts;

/* Reads every catalogue (*.de.json, *.en.json, ...) of dir. The caller frees. */
int texts_load(const char *dir, struct texts **out, struct err *err);
/* From one JSON object a language, as service packages carry them. */
int texts_parse(const char *de, const char *en, struct texts **out,
    struct err *err);
/* The same with all languages; NULL for those that are not there. */
int texts_parse_all(const char *const json[LANG_COUNT], struct texts **out,
    struct err *err);
void texts_free(struct texts *t);
/* How many sentences a language has itself, without what stands in. */
size_t texts_own(const struct texts *t, enum lang lang);

/* The sentence; never NULL: a missing key is logged and returned itself. */
const char *text_get(const struct texts *t, enum lang lang, const char *key);
/* NULL when there is no such key. */
const char *text_find(const struct texts *t, enum lang lang, const char *key);
/* {name} replaced: pairs of name and value, ended by NULL. In arena a. */
const char *text_fill(struct arena *a, const struct texts *t, enum lang lang,
    const char *key, ...) __attribute__((sentinel));
/* The same in a sentence from elsewhere, such as a package's. */
const char *text_fill_in(struct arena *a, const char *sentence, ...)
    __attribute__((sentinel));
/* Calls each key once in sorted order, for checks. */
void texts_each(const struct texts *t,
    void (*f)(void *arg, const char *key), void *arg);

#endif
