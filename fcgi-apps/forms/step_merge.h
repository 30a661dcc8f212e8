/*
 * One page's answers within a stepped draft: what a tab sends replaces what is
 * stored of that page, and of no other. Pure: no database, no markup.
 */
#ifndef STEP_MERGE_H
#define STEP_MERGE_H

#include "common/form/form.h"

/* A field that one side has otherwise than the other. */
struct step_difference {
	const char *path; /* with indices */
	const struct form_field *field;
	const struct answer *mine, *theirs; /* NULL: has no such item */
};

/* Where the answers to a page's fields differ, as typed; returns how many. */
size_t step_compare(struct arena *a, const struct form_answers *mine,
    const struct form_answers *theirs, const struct form_page *page,
    struct step_difference **out);

/*
 * Replaces stored's answers to the fields of a page by posted's; both are of
 * the same form. ERR_TOO_LARGE: more items in all than a form may have, and
 * nothing is changed. The answers share posted's memory.
 */
int step_merge(struct form_answers *stored,
    const struct form_answers *posted, const struct form_page *page,
    struct err *err);

#endif
