/*
 * What was posted to a page of a stepped draft, kept sealed for the moment
 * until forms takes it: by documents, when files came along, and after an
 * expired session was opened again. Within the draft's key; the town is
 * db_town's.
 *
 * forms gets it in two ways, and does with the pairs what it does with a body
 * posted to that page:
 * - POST /intern/antrag/<service>/<id>/<page>?post=<post id> (internal);
 * - GET /antrag/<service>/<id>/<page>?post=<post id>, to which a browser is
 *   sent (303) when it was given access again. A post that is gone was taken
 *   already: answer with the page.
 */
#ifndef DRAFT_POST_STORE_H
#define DRAFT_POST_STORE_H

#include "common/draft/draft_notes.h"
#include "common/draft/draft_store.h"
#include "common/http/http.h"

struct draft_post {
	struct http_pairs pairs; /* as posted, without the files */
	struct draft_notes notes; /* refusal: files that were not taken */
	bool has_lost_files; /* files came along and have to be chosen anew */
};

/* Keeps a post for an opened draft; *out is its id. ERR_NOT_FOUND: the draft
 * is gone. */
int draft_post_add(struct db *db, struct arena *a, const struct draft *d,
    const struct draft_post *post, int64_t now_ms, struct id *out,
    struct err *err);

/* Reads one of the draft's. ERR_NOT_FOUND: taken already, or never there. */
int draft_post_read(struct db *db, struct arena *a, const struct draft *d,
    const struct id *id, struct draft_post *out, struct err *err);

/* Deletes it, within the transaction that saves what it brought. */
int draft_post_delete(struct db *db, const struct draft *d,
    const struct id *id, struct err *err);

#endif
