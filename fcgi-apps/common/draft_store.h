/*
 * Drafts: what was typed and uploaded under a submission id before it was
 * submitted. The town is db_town's.
 */
#ifndef DRAFT_STORE_H
#define DRAFT_STORE_H

#include "common/db.h"
#include "common/town.h"
#include "common/vorgang.h"

struct draft {
	struct id submission_id;
	uint32_t service_version_id;
	struct data_key key;
	const char *answers; /* JSON as typed, opened; NULL: none yet */
	size_t answers_len;
	int64_t created_ms, touched_ms, expires_ms;
};

/*
 * The draft of a submission id, made if there is none; one round trip. Two
 * requests at once get the same one. answers stays NULL. service_version_id
 * holds for a new one only. ERR_CONFLICT: the submission id was submitted.
 */
int draft_open(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, uint32_t service_version_id, int64_t now_ms,
    int64_t expires_ms, struct draft *out, struct err *err);

/* ERR_NOT_FOUND when there is none (any more). */
int draft_read(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, struct draft *out, struct err *err);

/* Writes answers, touched_ms and expires_ms. ERR_NOT_FOUND as above. */
int draft_save(struct db *db, struct arena *a, const struct draft *d,
    struct err *err);

/* Deletes the draft and the rows of its documents; delete the files before
 * (document_list_draft). Nothing there: fine. */
int draft_delete(struct db *db, const struct id *submission, struct err *err);

/* Expired ones across all towns, oldest first, for sweeping. */
struct draft_line {
	uint32_t town_id;
	struct id submission_id;
};
int draft_expired(struct db *db, struct arena *a, int64_t now_ms, size_t max,
    struct draft_line **out, size_t *n, struct err *err);

#endif
