/*
 * Answers as people read them: sections, labels and values in one language.
 * The status page, the receipt and the office's view all print this list.
 */
#ifndef FORM_SUMMARY_H
#define FORM_SUMMARY_H

#include "common/form/form_text.h"
#include "common/vorgang/vorgang.h"

struct form_summary_row {
	const char *label;
	const char *value;
};

struct form_summary_section {
	const char *heading; /* a page's title, or "Hund 2" */
	struct form_summary_row *row;
	size_t nrow;
};

/*
 * The shown, answered fields with flag in_summary of evaluated answers, a
 * section a page and one for each item of a repeating group; empty sections
 * are left out. Everything lives in the words' arena.
 */
size_t form_summary(const struct form_words *w,
    const struct form_answers *answers, const struct form_context *context,
    struct form_summary_section **out);

/*
 * The same from a Vorgang's stored JSON (form_write_json), judged as of the
 * day it was received, with its documents in their fields. ERR_INTERNAL when
 * it cannot be read.
 */
int form_summary_stored(const struct form_words *w, const struct vorgang *v,
    const struct document *document, size_t ndocument,
    struct form_summary_section **out, size_t *n, struct err *err);

#endif
