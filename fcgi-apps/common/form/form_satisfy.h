/*
 * Whether conditions can hold together: what the checker needs to find pages
 * that nobody sees and rules that never or always apply. Inside the compiler
 * only.
 */
#ifndef FORM_SATISFY_H
#define FORM_SATISFY_H

#include "common/form/form_cond.h"

/* What shall hold, or not; a list from the newest. */
struct form_goal {
	const struct form_cond *cond;
	bool is_negated;
	const struct form_goal *next;
};

/* One goal more, in front; cond NULL (always holds) adds nothing. */
const struct form_goal *form_goal_add(struct arena *a,
    const struct form_goal *list, const struct form_cond *cond,
    bool is_negated);
/* What must hold for a field to be shown: its conditions, those of the groups
 * around it and of its page. */
const struct form_goal *form_goal_shown(struct arena *a,
    const struct form_goal *list, const struct form *form,
    const struct form_field *f);

/*
 * False when no answers can fulfil all goals: values that contradict each
 * other (choices, truth, ranges of numbers and dates, limits of the fields),
 * answers that are needed from fields hidden then. What cannot be told (texts
 * computed, settings) counts as possible, so false is certain.
 */
bool form_satisfiable(
    const struct form *form, const struct form_goal *goals);

/* The same, and the expression has this text as its value. */
bool form_satisfiable_value(const struct form *form,
    const struct form_goal *goals, const struct form_cond *expression,
    const char *text);

#endif
