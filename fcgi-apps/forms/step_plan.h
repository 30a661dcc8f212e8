/*
 * Which pages of a stepped form apply to these answers, how each stands, and
 * where "next" and "back" lead. Pure: no database, no markup.
 */
#ifndef STEP_PLAN_H
#define STEP_PLAN_H

#include "common/form/form.h"
#include "common/service/service_adviser.h"
#include "forms/step_marks.h"

/* Pages that every stepped form has beside those of the package. */
#define STEP_CHECK "pruefen"
#define STEP_ADVICE "ergebnis"
#define STEP_SAVE "merken"
#define STEP_DISCARD "loeschen"

enum step_state {
	STEP_OPEN,   /* not yet visited, or left unfinished */
	STEP_ERRORS, /* they wanted to go on, and something is wrong */
	STEP_DONE,
};

struct step {
	const struct form_page *page;
	size_t index; /* of the page in the form */
	enum step_state state;
	bool is_seen; /* was saved once */
	size_t nerror;
};

struct step_plan {
	const struct form *form;
	struct step *step;
	size_t n;
	size_t nerror; /* on pages that apply, and on none */
	size_t nunseen;
	enum adviser_standing standing;
	const struct adviser_result *result; /* NULL without one */
	size_t advice_after; /* steps that belong to the advice */
};

/* The plan of evaluated answers and their findings. */
void step_plan_make(struct arena *a, const struct service *s,
    const struct form_answers *answers, const struct form_context *context,
    const struct form_error *error, size_t nerror,
    const struct step_marks *marks, struct step_plan *out);

/* The step with that page id; NULL when there is none now. */
const struct step *step_plan_find(
    const struct step_plan *plan, const char *page);
/* Number of a step, from 1. */
size_t step_plan_number(const struct step_plan *plan, const struct step *s);
/* Whether the form has such a page at all. */
bool step_plan_knows(const struct step_plan *plan, const char *page);

/* Page id behind a page (that need not apply any more): a step, STEP_ADVICE or
 * STEP_CHECK. */
const char *step_plan_next(const struct step_plan *plan, const char *page);
/* Page id before a page, STEP_ADVICE, or NULL before the first. Of STEP_CHECK
 * and STEP_ADVICE the last page of theirs. */
const char *step_plan_back(const struct step_plan *plan, const char *page);
/* Where somebody goes on who comes back: the first step that is not done, else
 * STEP_CHECK; where the advice ends, STEP_ADVICE. */
const char *step_plan_resume(const struct step_plan *plan);

/* Whether everything was seen and is right. */
bool step_plan_is_complete(const struct step_plan *plan);

/* The findings of one page (index in the form); returns how many. */
size_t step_plan_errors(struct arena *a, const struct form_error *error,
    size_t nerror, size_t page, struct form_error **out);

#endif
