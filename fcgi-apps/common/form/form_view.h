/*
 * A form as an HTML page (markup: docs/pages.md): every field with label,
 * hint, value as typed and message; works without scripts. Shared by the
 * program that answers with it and the command that writes the first page of
 * each form as a file.
 */
#ifndef FORM_VIEW_H
#define FORM_VIEW_H

#include "common/form/form_text.h"
#include "common/html.h"

enum form_notice_level { FORM_NOTICE_INFO, FORM_NOTICE_SUCCESS,
	FORM_NOTICE_WARNING, FORM_NOTICE_DANGER };

/* Something to say above the form. */
struct form_notice {
	enum form_notice_level level;
	const char *title, *text; /* text NULL: the title says all */
	const char *const *item;  /* a list behind the text */
	size_t nitem;
};

struct form_view {
	struct form_words words;
	const struct form_context *context;
	const struct form_answers *answers; /* evaluated */
	const struct form_error *error;	    /* shown when is_scolded */
	size_t nerror;
	bool is_scolded;
	const char *submission_id; /* 32 hex digits; NULL: SSI puts it there */
	const struct form_notice *notice;
	size_t nnotice;
	bool takes_code; /* a field for an invitation code, as it came */
	const char *code, *code_error; /* NULL: none */
	/* Path of what an action brought onto the page ("dogs.1"): its first
	 * input takes the focus; NULL: the top of the page. */
	const char *focus;
};

/* What stands in the browser's title: "Fehler: ..." when it is scolded. */
const char *form_view_title(const struct form_view *v);

/* The page's main part: heading, notices, summary of errors, form. */
void form_view_write(const struct form_view *v, struct html *h);

/* An alert as the design system has it; for other pages too. */
void form_notice_write(struct html *h, const struct form_notice *n);

/*
 * The first page of a form as a file that nginx serves, frame included:
 * nginx puts the request id in as submission id, when SSI is on.
 */
void form_page_write_static(const struct form_words *w,
    const struct form_context *context, bool takes_code, struct html *h);

#endif
