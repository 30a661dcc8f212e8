/*
 * Compiling a service: what its parts share. Inside the service files only.
 */
#ifndef SERVICE_DEF_H
#define SERVICE_DEF_H

#include <cjson/cJSON.h>

#include "common/service/service.h"

struct form_def;

/* A package as JSON, blocks expanded. */
struct service_source {
	const cJSON *service, *form;
	const cJSON *xoev; /* or NULL */
	const cJSON *texts[LANG_COUNT];
};

/* ---- service_compile.c ---- */

/* NULL after mistakes. Texts are checked only if asked for: what is published
 * was checked before. */
struct service *service_compile(struct arena *a,
    const struct service_source *source, bool checks_texts,
    struct form_mistakes *mistakes);

/* ---- service_states.c ---- */

/* Into arena a; m lives shorter. */
void service_states_compile(struct arena *a, struct form_mistakes *m,
    const cJSON *json, struct service *s);

/* ---- service_retention.c ---- */

/* "retention" and "recipients"; states are there. */
void service_retention_compile(
    struct form_def *d, const cJSON *service, struct service *s);
/* What fields name of them must be there; the form is. */
void service_retention_check(
    struct form_def *d, const struct form *form, const struct service *s);

/* ---- service_adviser_compile.c ---- */

/* "adviser"; outcomes and form are there. */
void service_adviser_compile(
    struct form_def *d, const cJSON *json, struct service *s);

/* ---- service_exchange_compile.c ---- */

/* "exchange"; states and form are there. */
void service_exchange_compile(
    struct form_def *d, const cJSON *json, struct service *s);

/* ---- service_exchange_general.c ---- */

/* "only_with_partner", "key" and "general"; steps and answers are there. */
struct service_exchange;
void service_exchange_general_compile(struct form_def *d, const cJSON *json,
    const struct service *s, struct service_exchange *e);

/* ---- service_blocks.c ---- */

/* A file of the package, or a block, as read. */
struct service_file {
	const char *name; /* "form.json", "blocks/person.json" */
	const char *text;
	size_t len;
	cJSON *json; /* NULL: not there, or no JSON (reported) */
};

/* Where a part of the expanded form (or a text) was written. */
struct service_origin {
	const char *path; /* "pages[0].fields[1].fields[2]"; a text's key */
	const struct service_file *file;
	const char *file_path; /* "fields[4]" */
	struct service_origin *next;
};

struct service_folder {
	struct arena *arena;
	struct form_mistakes *mistakes;
	const char *dir;
	struct service_origin *form_origin, *text_origin[LANG_COUNT];
	struct service_origin *xoev_origin;
};

/* Reads dir/name as JSON; what is wrong with it is a mistake. */
struct service_file *service_file_read(
    struct service_folder *f, const char *name, bool is_needed);
/* Remembers where what stands at path was written. */
void service_origin_add(struct service_folder *f, struct service_origin **list,
    const char *path, const struct service_file *file, const char *file_path);
/* Puts blocks into the form and their texts among the texts; NULL for a
 * language that the package does not have. */
void service_blocks_expand(
    struct service_folder *f, cJSON *form, cJSON *texts[LANG_COUNT]);

/* ---- service_messages.c ---- */

/* Puts the messages that "include" names into the mapping (services/messages):
 * what is published holds all that it uses. */
void service_messages_expand(struct service_folder *f, cJSON *xoev);

/* ---- service_logic.c ---- */

/* Pages and fields that nobody sees, rules that never or always hold; d is
 * the compilation of that form. */
void form_logic_check(struct form_def *d, const struct form *form);
/* Routes and advice that no answers lead to. */
void service_logic_check(struct form_def *d, const struct service *s);

/* ---- service_block_rules.c ---- */

/* Puts a block's rules among the form's (or the office's), scoped to where the
 * block stands; those about omitted fields are left out. */
void service_block_rules_add(struct service_folder *f, cJSON *form,
    bool is_clerk, const struct service_file *block, const char *key_path,
    const cJSON *omit);

/* ---- service_texts.c ---- */

/* Checks that every text is there, in every language, and its placeholders. */
void service_texts_check(struct form_mistakes *m, const struct service *s,
    const struct service_source *source);

#endif
