/* Making a package from a FIM schema: what its parts share. */
#ifndef FIM_CONVERT_H
#define FIM_CONVERT_H

#include <cjson/cJSON.h>

#include "common/buf.h"
#include "common/service/service.h"
#include "torhaus/fim.h"

/* Begin of a text that a person has to write or translate; the checker finds
 * it. */
#define FIM_TO_WRITE TEXT_TO_WRITE " "
#define FIM_TO_TRANSLATE TEXT_TO_TRANSLATE " "

struct fim_convert {
	struct arena *arena;
	const struct fim_schema *schema;
	const cJSON *words[2]; /* fim.de.json, fim.en.json */
	cJSON *text[2];	       /* texts.de.json, texts.en.json */
	cJSON *pages;
	cJSON *keys; /* of all top-level fields: object key -> true */
	struct buf *carried, *open, *left, *rules, *references;
	size_t ncarried, nopen, nleft, nrule;
};

/* ---- fim_text.c: texts, and lines of the report ---- */

/* What a schema says, to be translated; nothing said: to be written. */
void fim_text(struct fim_convert *c, const char *path, const char *what,
    const char *said);
/* A sentence of the catalogue (key without "fim."), in both languages, with
 * {label} put in. */
void fim_word(struct fim_convert *c, const char *path, const char *what,
    const char *key, const char *label);
/* The German sentence of the catalogue. */
const char *fim_word_of(
    const struct fim_convert *c, const char *key, int language);

/* "F60000227V1.1" */
const char *fim_id(struct fim_convert *c, const struct fim_node *n);
/* What became of an element; what a person has to look at; what was not taken
 * over. */
void fim_carried(struct fim_convert *c, const struct fim_node *n,
    const char *path, const char *type);
void fim_open(struct fim_convert *c, const struct fim_node *n,
    const char *path, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void fim_left(struct fim_convert *c, const struct fim_node *n,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Rules, references and the texts that no part of a package takes. */
void fim_about(struct fim_convert *c, const struct fim_node *n,
    const char *path);
/* The whole of import.md. */
const char *fim_report(struct fim_convert *c, const char *source);

/* ---- fim_field.c ---- */

/*
 * The JSON of a field but for key and repetition, NULL when it is left out
 * (and said so). path: where it will stand.
 */
cJSON *fim_field(
    struct fim_convert *c, const struct fim_node *n, const char *path);

/* ---- fim_form.c ---- */

/* Fills c->pages. */
void fim_pages(struct fim_convert *c);

#endif
