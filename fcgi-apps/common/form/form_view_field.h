/* One field of a form page; used by form_view.c alone. */
#ifndef FORM_VIEW_FIELD_H
#define FORM_VIEW_FIELD_H

#include "common/form/form_view.h"

/* A field while it is written. */
struct field_view {
	const struct form_view *page;
	struct html *h;
	const struct answer *answer;
	const struct form_field *field;
	const char *path;  /* with indices: the input's name */
	const char *scope; /* path of the item around it, NULL outside */
	const char *id;	   /* "f-" and the path */
	const char *label, *hint; /* hint NULL: none */
	const char *message; /* NULL: nothing is wrong */
	const char *describedby; /* NULL: neither hint nor message */
	const char *show;  /* condition for scripts, NULL: always there */
	bool is_required; /* or would be, if it were shown */
	bool has_focus;
};

/* All fields of answers; prefix is "" or the path of their group. */
void field_views(const struct form_view *v, struct html *h,
    const struct answers *answers, const char *prefix, const char *scope);

/* Its parts, shared by the kinds of fields. */
void field_open(const struct field_view *f, const char *tag,
    const char *class, const char *class_error);
void field_optional(const struct field_view *f);
void field_hint(const struct field_view *f);
void field_message(const struct field_view *f);

void field_choice(const struct field_view *f); /* also yes/no, slots */
/* A select from its label to its first, empty option, and what closes it. */
void field_select_open(const struct field_view *f);
void field_select_close(const struct field_view *f);
void field_consent(const struct field_view *f);
void field_files(const struct field_view *f);
void field_repeat(const struct field_view *f);
void field_group(const struct field_view *f);

/* ---- form_view_code.c ---- */

/* A short list is a select, any other is typed. */
bool field_code_is_select(const struct field_view *f);
void field_code_select(const struct field_view *f);
/* What may be offered while a code is typed: the rows that belong to the
 * parent's code, where they are few; labels like what was wrong. */
bool field_code_suggests(const struct field_view *f);
void field_code_suggestions(const struct field_view *f, const char *id);

#endif
