/*
 * One page of a stepped form (docs/pages.md): heading, where one stands, the
 * page's fields, the buttons that leave it, and the list of all steps.
 */
#ifndef FORM_VIEW_STEP_H
#define FORM_VIEW_STEP_H

#include "common/form/form_view.h"

enum form_step_state { FORM_STEP_OPEN, FORM_STEP_ERRORS, FORM_STEP_DONE };

/* One line of the list of steps. */
struct form_step_line {
	const char *id, *title; /* of the page */
	enum form_step_state state;
	bool is_current;
};

struct form_step_view {
	/* error: of this page; submission_id: the draft's. */
	struct form_view form;
	const struct form_page *page;
	const char *base; /* "/antrag/<service>/<draft>" */
	const struct form_step_line *line;
	size_t nline;
	size_t number; /* of this page, from 1 */
	int64_t revision; /* page_revision */
	bool has_back;
	bool from_check; /* they came to change something they had checked */
	bool is_kept;	 /* was saved before: says so */
};

/* What stands in the browser's title: page, "Schritt 3 von 8", service. */
const char *form_step_title(const struct form_step_view *v);

/* The page's main part. */
void form_step_write(const struct form_step_view *v, struct html *h);

/* The list of steps in a <nav>; with is_form its lines are buttons
 * "goto:<page>" of the page's form, else links. */
void form_step_list_write(
    const struct form_step_view *v, struct html *h, bool is_form);

#endif
