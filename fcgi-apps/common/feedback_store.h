/* What people say about pages ("Was this page helpful?"): table page_feedback.
 * Nothing tells who said it. */
#ifndef FEEDBACK_STORE_H
#define FEEDBACK_STORE_H

#include "common/db/db.h"
#include "common/lang.h"

#define FEEDBACK_REMARK_MAX 1000 /* characters */

struct feedback {
	int64_t id;
	const char *page;   /* as feedback_page made it */
	enum lang lang;	    /* that the page was read in */
	bool is_helpful;
	const char *remark; /* "" for none */
	int64_t at_ms;
	int64_t done_ms;    /* 0: nobody has seen to it */
};

/*
 * The path of a page without what leads to a single application: a part that
 * is a token, an id or a code becomes "-", a query goes. What is no path of
 * ours is "/".
 */
const char *feedback_page(struct arena *a, const char *path);

/*
 * A remark as it may be kept: clean text, at most FEEDBACK_REMARK_MAX
 * characters, addresses of mail and longer numbers replaced by "[...]" (people
 * are told to leave such things out, and forget).
 */
const char *feedback_remark(struct arena *a, const char *typed, size_t len);

/* Of the entered town; id and done_ms are not read. */
int feedback_insert(struct db *db, const struct feedback *f, struct err *err);

/* Of the entered town, the newest first: from since_ms on, of one page or with
 * NULL of all, those that are done only with wants_done. */
int feedback_list(struct db *db, struct arena *a, const char *page,
    int64_t since_ms, bool wants_done, size_t max, struct feedback **out,
    size_t *n, struct err *err);

/* Of the entered town; *count is 0 when there is no such open one. */
int feedback_done(struct db *db, int64_t id, int64_t now_ms, int64_t *count,
    struct err *err);

/* Deletes what is older than before_ms, across all towns. */
int feedback_sweep(
    struct db *db, int64_t before_ms, int64_t *count, struct err *err);

#endif
