/*
 * A stepped draft that a request is about: opened by the browser's secret,
 * read against the version of the service that it was begun with, judged.
 */
#ifndef STEP_H
#define STEP_H

#include "common/draft/draft_access.h"
#include "common/draft/draft_cookie.h"
#include "forms/antrag.h"
#include "forms/step_plan.h"

struct step_visit {
	/* offer is what the town offers now (see is_offered), service the
	 * draft's version, draft and answers the stored ones. */
	struct antrag antrag;
	bool is_offered; /* the town still offers the service, if maybe closed */
	bool is_current; /* the draft is of the version on offer */
	struct draft_secret browser;
	struct step_marks marks;
	struct step_plan plan;
	const char *base;  /* "/antrag/<service>/<draft>" */
	const char *page;  /* the last part of the address */
};

/*
 * Opens the draft of the address and reads what is stored.
 * ERR_UNAUTHORIZED: the browser's secret opens no such draft, or it has none.
 * ERR_GONE: this browser has submitted it. Else errors of the database.
 */
int step_open(struct app *app, struct request *req, struct step_visit *v,
    struct err *err);

/* The same within a transaction that locks the draft, until step_save or
 * db_rollback; on an error none is open. */
int step_lock(struct app *app, struct request *req, struct step_visit *v,
    struct err *err);

/* Judges the answers and plans the pages; after they were changed. */
void step_judge(struct request *req, struct step_visit *v);

/* Whether a newer version takes the draft along (moves_drafts). */
bool step_is_moving(const struct step_visit *v);
/* Whether the town takes applications for it now. */
bool step_is_open(const struct step_visit *v);

/* Writes answers and marks of the locked draft and commits. *saved_ms: when. */
int step_save(struct app *app, struct request *req, struct step_visit *v,
    struct err *err);

/* Of a reply that was begun: the browser is in use, so that it keeps its
 * access. */
void step_renew(
    struct app *app, struct request *req, const struct step_visit *v);

/* The page's title in the words' language. */
const char *step_page_title(
    const struct form_words *w, const struct form_page *page);

/* 303 to a page of the draft, with what follows the page's name ("?neu=..."),
 * "" for nothing. */
int step_redirect(struct request *req, const struct step_visit *v,
    const char *page, const char *rest);

#endif
