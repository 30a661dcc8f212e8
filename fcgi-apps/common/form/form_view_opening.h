/* The field for an invitation code (common/service/service_opening.h). */
#ifndef FORM_VIEW_OPENING_H
#define FORM_VIEW_OPENING_H

#include "common/form/form_text.h"
#include "common/html.h"

/* The pair that carries it; no field of a form is called so. */
#define OPENING_CODE_NAME "invitation"

/* typed: as it came, "" none; error: the message, or NULL. */
void form_view_opening_code(const struct form_words *w, struct html *h,
    const char *typed, const char *error);

#endif
