/* Markup of the pages of resume.h. */
#ifndef RESUME_VIEW_H
#define RESUME_VIEW_H

#include "common/draft/draft_reminder.h"
#include "forms/resume.h"

/* /antrag/weiter/<token>: a button, since programs that check mails follow
 * links; is_gone: it was pressed and opened nothing. */
int resume_view_link(struct app *app, struct request *req, bool is_gone);

/* The draft was discarded. */
int resume_view_discarded(struct app *app, struct request *req);

struct resume_save {
	const struct resume_visit *visit;
	const struct draft_reminder *reminder;
	const char *code; /* made just now, as shown; NULL: none */
	bool has_code;	  /* one was made before */
	const char *sent_to; /* the link went there just now; NULL: it did not */
	/* of a link that was not sent: what was typed, key of the sentence */
	const char *mail, *error;
	bool wants_reminder;
	int64_t wait_s; /* for Retry-After */
};
int resume_view_save(
    struct app *app, struct request *req, const struct resume_save *s);

int resume_view_discard(
    struct app *app, struct request *req, const struct resume_visit *v);

#endif
