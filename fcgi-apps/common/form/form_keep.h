/*
 * When a posted form cannot be taken: the form again, with everything typed.
 * For whichever program the post reached.
 */
#ifndef FORM_KEEP_H
#define FORM_KEEP_H

#include "common/app.h"
#include "common/form/form_view.h"
#include "common/http/http.h"

enum form_keep {
	FORM_KEEP_UNAVAILABLE, /* 503: the database or the disk is away */
	FORM_KEEP_CLOSED,      /* 409: the town does not take applications */
};

/*
 * Answers with the form page under its submission id (a fresh one if it had
 * none) and a notice. has_lost_files: files came along and must be chosen
 * again. ERR_TOO_LARGE: more pairs than any form has.
 */
int form_keep_page(struct app *app, struct request *req,
    const struct town_service *offer, const struct http_pairs *pairs,
    enum form_keep why, bool has_lost_files, struct err *err);

/* Who to turn to while a service is closed. */
const char *form_closed_text(const struct form_words *w,
    const struct town *town, const struct town_service *offer);

/* Whether an error passes by itself, so that sending again is the remedy. */
bool form_error_passes(const struct err *err);

#endif
