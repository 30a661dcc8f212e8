/* What a form page tells the browser's script, which repeats the server's
 * results as people answer. */
#ifndef FORM_SCRIPT_H
#define FORM_SCRIPT_H

#include "common/form/form.h"

/*
 * Those of the town's settings that conditions of the form name ("setting.x"),
 * as one JSON object; NULL when there are none. settings: const cJSON *.
 */
const char *form_script_settings(
    struct arena *a, const struct form *form, const void *settings);

/* Whether any field, option or page depends on a condition. */
bool form_has_conditions(const struct form *form);
/* The same of one page's fields and options. */
bool form_page_has_conditions(const struct form_page *page);

/*
 * What the applicant answered on other pages, as far as conditions of this page
 * name it, as one JSON object by path with indices: a text, a list of a
 * multiple choice, the number of items of a repeat; NULL when there is nothing.
 */
const char *form_script_answers(struct arena *a, const struct form_page *page,
    const struct form_answers *answers);

#endif
