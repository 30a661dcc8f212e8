/*
 * Stepped drafts, opened by a secret of the applicant. Whoever has none gets
 * ERR_NOT_FOUND, whether there is such a draft or not. The town is db_town's.
 */
#ifndef DRAFT_ACCESS_H
#define DRAFT_ACCESS_H

#include "common/db/commit_group.h"
#include "common/draft/draft_secret.h"
#include "common/draft/draft_store.h"

#define DRAFT_BROWSER_DAYS 14 /* a browser that was not seen for so long */
#define DRAFT_SHARED_HOURS 12 /* a browser on a shared device */

struct draft_begin {
	struct id submission_id;
	uint32_t service_version_id;
	enum lang lang;
	int64_t now_ms, expires_ms;
	bool is_shared; /* the device: access ends soon */
};

/*
 * Makes a stepped draft that the browser's secret opens. The same id with the
 * same secret: the draft that is there, with its answers. The same id with
 * another secret while nothing was saved (a page sent twice before the cookie
 * came): begins anew with this one. ERR_DUPLICATE: the id is another draft's:
 * take a fresh one. ERR_CONFLICT: the id was submitted.
 */
int draft_begin(struct db *db, struct arena *a, const struct town *t,
    const struct draft_begin *b, const struct draft_secret *browser,
    struct draft *out, struct err *err);

/* Opens a draft, with its answers. ERR_NOT_FOUND: none that the secret opens
 * (any more). One round trip. */
int draft_access_open(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct draft_secret *s,
    int64_t now_ms, struct draft *out, struct err *err);

/*
 * Begins a transaction, locks the draft and opens it: to read what is stored,
 * change it and write it as one. End with draft_access_save, or db_rollback.
 * On an error no transaction is open.
 */
int draft_access_lock(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct draft_secret *s,
    int64_t now_ms, struct draft *out, struct err *err);

/*
 * Writes answers, service_version_id, lang, touched_ms and expires_ms of a
 * locked draft, counts d->revision up, and commits. After an error nothing is
 * written, or nobody knows (ERR_DB_UNAVAILABLE): saving again is safe.
 * draft_access_write does the same without the commit.
 */
int draft_access_save(struct db *db, struct arena *a, struct draft *d,
    struct err *err);
int draft_access_write(struct db *db, struct arena *a, struct draft *d,
    struct err *err);

/*
 * Lets another secret open an opened draft: expires_ms 0 for as long as there
 * is the draft. The same again renews its expiry. ERR_NOT_FOUND: the draft is
 * gone.
 */
int draft_access_add(struct db *db, const struct town *t,
    const struct draft *d, const struct draft_secret *s, int64_t now_ms,
    int64_t expires_ms, bool is_shared, struct err *err);

/* When a browser's access ends that is given now. */
int64_t draft_browser_expires(int64_t now_ms, bool is_shared);

/* The end of a browser's access that was given or renewed a day ago. */
int64_t draft_access_aging(int64_t now_ms);

/* Moves the end of a browser's access to all its drafts on, unless it is on a
 * shared device; *renewed when the cookie should be set anew (once a day). */
int draft_access_renew(struct db *db, const struct town *t,
    const struct draft_secret *browser, int64_t now_ms, bool *renewed,
    struct err *err);

/* Takes all secrets of one kind away from a draft (a new code replaces the
 * old one). */
int draft_access_revoke(struct db *db, const struct id *submission,
    enum draft_access_kind kind, struct err *err);
int draft_access_count(struct db *db, struct arena *a,
    const struct id *submission, enum draft_access_kind kind, int64_t *n,
    struct err *err);

/* Which draft a link or code belongs to. ERR_NOT_FOUND. */
int draft_access_find(struct db *db, struct arena *a, const struct town *t,
    const struct draft_secret *s, int64_t now_ms, struct id *submission,
    struct err *err);

/* A browser's drafts, the last touched first. */
struct draft_entry {
	struct id submission_id;
	uint32_t service_version_id;
	int64_t created_ms, touched_ms, expires_ms;
	uint32_t revision;
};
int draft_access_list(struct db *db, struct arena *a, const struct town *t,
    const struct draft_secret *browser, int64_t now_ms,
    struct draft_entry **out, size_t *n, struct err *err);

/* Deletes secrets and posts whose time is over, across all towns; and the
 * proofs of draft_sent_unit. */
int draft_access_sweep(struct db *db, int64_t now_ms, int64_t *count,
    struct err *err);

/*
 * After the submission the draft is gone, and with it its secrets. So that the
 * browser that sent it gets its receipt when the button was pressed twice, the
 * submission writes that down for a day (draft_sent_unit), and
 * draft_sent_check tells it: then vorgang_by_submission may be shown.
 */
void draft_sent_unit(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, const struct id *submission,
    const struct draft_secret *browser, int64_t now_ms,
    struct commit_unit *u);
int draft_sent_check(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct draft_secret *browser,
    int64_t now_ms, bool *was_sent, struct err *err);

#endif
