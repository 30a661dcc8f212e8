/*
 * The way back into a stepped draft: by the code on paper, or by the mailed
 * link. The same page for people who come to /antrag/weiter/ and for those
 * whose browser opens the draft no more (session expired); then it keeps what
 * was posted in hidden fields, until the draft is open again.
 */
#ifndef DRAFT_EXPIRED_H
#define DRAFT_EXPIRED_H

#include "common/app.h"
#include "common/http/http.h"

/* Names of fields of the page that are no kept ones. */
#define DRAFT_CODE_FIELD "code"
#define DRAFT_TARGET_FIELD "ziel"	/* "<service>/<draft>/<page>" */
#define DRAFT_SHARED_FIELD "gemeinsam"	/* the device is shared */
#define DRAFT_LOST_FIELD "dateien"	/* files came along and were lost */
#define DRAFT_KEEP_PREFIX "k."		/* before the name of a kept field */

struct draft_expired {
	/* Where the post was meant for; service NULL: nowhere, somebody came
	 * to enter a code. */
	const char *service, *submission, *page;
	const struct http_pairs *pairs; /* as posted there; NULL: none */
	bool has_lost_files; /* files came along; they must be chosen anew */
	/* of a code that did not open anything: what was typed, and the key of
	 * the sentence ("draft.code.wrong"); NULL: none was */
	const char *code, *error;
	bool is_shared; /* was ticked */
};

/*
 * Answers with the page: 200 without a service, 403 with one, 422 after an
 * error; as JSON (problem "session-expired", 403) to a script. What a page was
 * left with is never lost: it stands in the page's hidden fields.
 */
int draft_expired_page(
    struct app *app, struct request *req, const struct draft_expired *e);

/*
 * A page could not be saved now (the database or the disk is away): 503, with
 * everything that was posted in hidden fields and a button that sends it to
 * the same address again; or as JSON.
 */
int draft_retry_page(struct app *app, struct request *req,
    const struct http_pairs *pairs, bool has_lost_files);

#endif
