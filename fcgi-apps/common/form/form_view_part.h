/* Parts of a form that its pages share, whether it stands on one or on many. */
#ifndef FORM_VIEW_PART_H
#define FORM_VIEW_PART_H

#include "common/form/form_view.h"

/* Findings that stop the application; warnings are not counted. */
size_t form_part_errors(const struct form_view *v);
/* What is wrong, and what should be looked at again, with links. */
void form_part_summary(const struct form_view *v, struct html *h);
/* A link to the service's privacy notice, in a window of its own: what was
 * typed stays where it is. */
void form_part_privacy(const struct form_words *w, struct html *h);
/* The other language, as a button: nothing typed is lost. */
void form_part_language(const struct form_view *v, struct html *h);
/* Hidden input "not_shown": the conditional questions of a page (SIZE_MAX: of
 * all) that do not apply now. */
void form_part_not_shown(
    const struct form_view *v, struct html *h, size_t page);
/* The package's text "page.<id>.intro", when it has one. */
void form_part_intro(
    const struct form_view *v, struct html *h, const char *id);
/* The fields of a page of the package. */
void form_part_fields(
    const struct form_view *v, struct html *h, const struct form_page *page);

#endif
