/* The pages of forms/feedback.c. */
#ifndef FEEDBACK_VIEW_H
#define FEEDBACK_VIEW_H

#include "common/html.h"
#include "common/http/http.h"

/* What the question's page shows. */
struct feedback_ask {
	const char *page;   /* that is asked about */
	const char *remark; /* as typed so far, "" for nothing */
	const char *error;  /* key of a sentence, NULL: none */
	const char *minutes; /* that the sentence names, or NULL */
};

void feedback_ask_view(struct app *app, struct request *req, int status,
    const struct feedback_ask *ask);
/* back: where the person came from. With is_aside the page was opened beside a
 * form that is being filled in. */
void feedback_thanks_view(struct app *app, struct request *req,
    const char *back, bool is_aside);

#endif
