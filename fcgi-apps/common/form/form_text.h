/*
 * What a form says in words: labels, hints, choices and messages of its
 * fields, from the package's texts, with the catalogue's sentences to fall
 * back on.
 */
#ifndef FORM_TEXT_H
#define FORM_TEXT_H

#include "common/form/form.h"
#include "common/service/service.h"

struct form_words {
	struct arena *arena;
	const struct texts *texts; /* the program's catalogue */
	const struct service *service;
	const char *town;	  /* its name */
	const void *settings;	  /* the town's, const cJSON * */
	enum lang lang;
	int64_t upload_max;	  /* bytes of one file */
	int64_t upload_count_max; /* files of one application */
};

/* A sentence of the catalogue: form_word(w, "form.submit"). */
const char *form_word(const struct form_words *w, const char *key);
/* A text of the package, the town's name and settings put in; NULL when there
 * is none: form_say(w, "service.name"). */
const char *form_say(const struct form_words *w, const char *key);

/* Text "<path>.<what>" of a field, such as "label"; NULL when there is none.
 * path may carry indices. */
const char *form_field_text(
    const struct form_words *w, const char *path, const char *what);
/* "<path>.label"; the key itself when the package forgot it. */
const char *form_label(const struct form_words *w, const struct form_field *f);
/* "Hund 2": one item of a repeat, index from 0. */
const char *form_item_label(
    const struct form_words *w, const struct form_field *f, size_t index);
/* Where a finding is, for lists: "Hund 2, Rasse". */
const char *form_place(const struct form_words *w,
    const struct form_answers *answers, const char *path);

/* What a code of a list means; the code itself when nobody knows. */
const char *form_code_label(const struct form_field *f, const char *code);
/* "Dienstag, 01.12.2026, 09:00 bis 09:30 Uhr": an appointment by its id (with
 * its begin behind it, if it came from stored answers). */
const char *form_slot_label(const struct form_words *w,
    const struct form_field *f, const struct form_context *context,
    const char *id);

/* The words of a choice. */
const char *form_choice_label(const struct form_words *w,
    const struct form_field *f, const struct form_choice *choice);

/*
 * What is wrong with a field and what to do. f NULL: a finding on no field.
 * Looks for "<path>.error.<code>", "rule.<code>", then the catalogue's
 * "form.error.<code>.<type>" and "form.error.<code>".
 */
const char *form_message(const struct form_words *w,
    const struct form_field *f, const char *code);

/* The same of a finding; of a code that is in no list with labels like it. */
const char *form_finding_message(
    const struct form_words *w, const struct form_error *e);

/* "PDF, JPEG oder PNG, je Datei bis 10 MB, bis zu 3 Dateien" */
const char *form_file_limits(
    const struct form_words *w, const struct form_field *f);
/* "10 MB", "220 KB", as the language writes it. */
const char *form_bytes(const struct form_words *w, int64_t bytes);
/* A canonical value as people read it: money "12,50 €", dates "29.02.2024". */
const char *form_show_value(
    const struct form_words *w, const char *format, const char *text);

#endif
