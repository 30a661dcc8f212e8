/*
 * Drafts: what was typed and uploaded under a submission id before it was
 * submitted. The town is db_town's.
 *
 * Of a form on one page the submission id alone opens the draft (draft_open,
 * draft_read, draft_save here). A stepped draft opens with a secret of the
 * applicant only: draft_access.h. To the functions that take an id alone it is
 * not there.
 */
#ifndef DRAFT_STORE_H
#define DRAFT_STORE_H

#include "common/db/db.h"
#include "common/town.h"
#include "common/vorgang/vorgang.h"

struct draft {
	struct id submission_id;
	uint32_t service_version_id;
	struct data_key key;
	const char *answers; /* JSON as typed, opened; NULL: none yet */
	size_t answers_len;
	int64_t created_ms, touched_ms, expires_ms;
	/* Of stepped ones; key.wrapped is then made anew under the town's key
	 * each time, as the Vorgang will keep it. */
	bool is_stepped;
	uint32_t revision; /* how often it was saved */
	enum lang lang;	   /* that it is filled in and written to in */
	bool is_access_old; /* a day or more of the browser's access is gone:
			     * time for draft_access_renew */
};

/*
 * The draft of a submission id, made if there is none; one round trip. Two
 * requests at once get the same one. answers stays NULL. service_version_id
 * holds for a new one only. ERR_CONFLICT: the submission id was submitted.
 * ERR_FORBIDDEN: it is a stepped draft's.
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

/* Whether a submission id is a stepped draft's; false when there is none. */
int draft_is_stepped(struct db *db, struct arena *a,
    const struct id *submission, bool *is_stepped, struct err *err);

/* Deletes the draft and the rows of its documents, secrets and posts; list the
 * files before (document_list_draft), remove them afterwards. Nothing there:
 * fine. */
int draft_delete(struct db *db, const struct id *submission, struct err *err);

/* Expired ones across all towns, oldest first, for sweeping. */
struct draft_line {
	uint32_t town_id;
	struct id submission_id;
};
int draft_expired(struct db *db, struct arena *a, int64_t now_ms, size_t max,
    struct draft_line **out, size_t *n, struct err *err);


/* Deletes it as draft_delete does, but only if it has expired by now. */
int draft_delete_expired(struct db *db, const struct id *submission,
    int64_t now_ms, struct err *err);

#endif
