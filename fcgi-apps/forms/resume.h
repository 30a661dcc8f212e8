/*
 * Leaving a stepped draft and coming back: /antrag/weiter/ (code),
 * /antrag/weiter/<token> (mailed link), and of a draft the pages merken (save
 * for later) and loeschen (discard).
 */
#ifndef RESUME_H
#define RESUME_H

#include "common/draft/draft_access.h"
#include "common/http/http.h"
#include "common/service/service.h"

int resume_show(struct app *app, struct request *req, struct err *err);
int resume_post(struct app *app, struct request *req, struct err *err);
int resume_link_show(struct app *app, struct request *req, struct err *err);
int resume_link_post(struct app *app, struct request *req, struct err *err);

/* resume_save.c */
int resume_save_show(struct app *app, struct request *req, struct err *err);
int resume_save_post(struct app *app, struct request *req, struct err *err);

/* resume_discard.c; documents carries it out */
int resume_discard_show(struct app *app, struct request *req,
    struct err *err);

/* The draft of an address "/antrag/<service>/<draft>/...". */
struct resume_visit {
	struct id submission;
	struct draft_secret browser;
	struct draft draft;
	const struct service *service;
	const char *base; /* "/antrag/<service>/<draft>" */
	const char *name; /* of the service, in the person's language */
};

/*
 * Opens it by the browser's secret. Where it opens nothing, *is_answered is
 * set and the page for an expired session is the answer.
 */
int resume_open(struct app *app, struct request *req, struct resume_visit *v,
    bool *is_answered, struct err *err);

#endif
