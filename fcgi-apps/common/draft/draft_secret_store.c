/* The rows of secrets: whose they are, how long they hold. */
#include <assert.h>

#include "common/vorgang/access_store.h"
#include "common/draft/draft_access.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define LIST_MAX 100
#define SWEEP_MAX 1000 /* rows of one statement */

int64_t
draft_access_aging(int64_t now_ms)
{
	return draft_browser_expires(now_ms, false) - DAY_MS;
}

int
draft_access_renew(struct db *db, const struct town *t,
    const struct draft_secret *browser, int64_t now_ms, bool *renewed,
    struct err *err)
{
	const int64_t end_ms = draft_browser_expires(now_ms, false);
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_time(end_ms), db_town(db),
		db_blob(hash, sizeof(hash)), db_time(now_ms),
		db_time(draft_access_aging(now_ms)) };
	int64_t n;

	draft_secret_hash(t, browser, hash);
	if (db_exec(db,
		"UPDATE draft_access SET expires_at = ?"
		" WHERE town_id = ? AND hash = ? AND NOT is_shared"
		" AND expires_at > ? AND expires_at < ?", p, nitems(p), &n,
		err) == -1)
		return -1;
	*renewed = n > 0;
	return 0;
}

int
draft_access_revoke(struct db *db, const struct id *submission,
    enum draft_access_kind kind, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission),
		db_int(kind) };

	return db_exec(db,
	    "DELETE FROM draft_access WHERE town_id = ?"
	    " AND submission_id = ? AND kind = ?", p, nitems(p), NULL, err);
}

int
draft_access_count(struct db *db, struct arena *a,
    const struct id *submission, enum draft_access_kind kind, int64_t *n,
    struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission),
		db_int(kind) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*) FROM draft_access WHERE town_id = ?"
		" AND submission_id = ? AND kind = ?", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	*n = db_cell(&rows, 0, 0)->i;
	return 0;
}

int
draft_access_find(struct db *db, struct arena *a, const struct town *t,
    const struct draft_secret *s, int64_t now_ms, struct id *submission,
    struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_town(db),
		db_blob(hash, sizeof(hash)), db_time(now_ms),
		db_time(now_ms) };
	struct db_rows rows;

	assert(s->kind != DRAFT_BROWSER); /* has many */
	draft_secret_hash(t, s, hash);
	if (db_query(db, a,
		"SELECT a.submission_id FROM draft_access a JOIN draft d"
		" ON d.town_id = a.town_id"
		" AND d.submission_id = a.submission_id"
		" WHERE a.town_id = ? AND a.hash = ?"
		" AND (a.expires_at IS NULL OR a.expires_at > ?)"
		" AND d.expires_at > ?", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "draft: no such secret");
	*submission = db_cell_id(db_cell(&rows, 0, 0));
	return 0;
}

int
draft_access_list(struct db *db, struct arena *a, const struct town *t,
    const struct draft_secret *browser, int64_t now_ms,
    struct draft_entry **out, size_t *n, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_town(db),
		db_blob(hash, sizeof(hash)), db_time(now_ms),
		db_time(now_ms), db_int(LIST_MAX) };
	struct db_rows rows;

	draft_secret_hash(t, browser, hash);
	if (db_query(db, a,
		"SELECT d.submission_id, d.service_version_id, d.created_at,"
		" d.touched_at, d.expires_at, d.revision"
		" FROM draft_access a JOIN draft d ON d.town_id = a.town_id"
		" AND d.submission_id = a.submission_id"
		" WHERE a.town_id = ? AND a.hash = ? AND a.expires_at > ?"
		" AND d.expires_at > ? ORDER BY d.touched_at DESC LIMIT ?", p,
		nitems(p), LIST_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct draft_entry, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct draft_entry){
			.submission_id = db_cell_id(db_cell(&rows, i, 0)),
			.service_version_id =
			    (uint32_t)db_cell(&rows, i, 1)->i,
			.created_ms = db_cell(&rows, i, 2)->i,
			.touched_ms = db_cell(&rows, i, 3)->i,
			.expires_ms = db_cell(&rows, i, 4)->i,
			.revision = (uint32_t)db_cell(&rows, i, 5)->i
		};
	return 0;
}

int
draft_access_sweep(struct db *db, int64_t now_ms, int64_t *count,
    struct err *err)
{
	const struct db_param now[] = { db_time(now_ms), db_int(SWEEP_MAX) };
	const struct db_param hour_ago[] = { db_time(now_ms - HOUR_MS),
		db_int(SWEEP_MAX) };
	int64_t posts, proofs;

	if (db_exec(db,
		"DELETE FROM draft_access WHERE expires_at < ? LIMIT ?", now,
		nitems(now), count, err) == -1 ||
	    db_exec(db,
		"DELETE FROM draft_post WHERE created_at < ? LIMIT ?",
		hour_ago, nitems(hour_ago), &posts, err) == -1 ||
	    db_exec(db,
		"DELETE FROM access_token WHERE expires_at < ? LIMIT ?", now,
		nitems(now), &proofs, err) == -1)
		return -1;
	*count += posts + proofs;
	return 0;
}

/* ---- after the submission ---- */

static void
sent_hash(const struct town *t, const struct id *submission,
    const struct draft_secret *browser, uint8_t out[CRYPTO_DIGEST_LEN])
{
	uint8_t text[sizeof("draft-sent:") + ID_LEN + ID_DRAFT_CODE_LEN] =
	    "draft-sent:";
	size_t n = strlen("draft-sent:");

	memcpy(text + n, submission->byte, ID_LEN);
	memcpy(text + n + ID_LEN, browser->byte, browser->len);
	crypto_hmac(&t->index_key, text, n + ID_LEN + browser->len, out);
	explicit_bzero(text, sizeof(text));
}

void
draft_sent_unit(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, const struct id *submission,
    const struct draft_secret *browser, int64_t now_ms,
    struct commit_unit *u)
{
	struct db_param *p = arena_new(a, struct db_param, 6);
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };

	sent_hash(t, submission, browser, hash);
	p[0] = db_blob(arena_dup(a, hash, sizeof(hash)), sizeof(hash));
	p[1] = db_town(db);
	p[2] = db_int(ACCESS_SENT);
	p[3] = db_id(vorgang);
	p[4] = db_time(now_ms);
	p[5] = db_time(now_ms + DAY_MS);
	commit_unit_add(u,
	    "INSERT INTO access_token (hash, town_id, kind, vorgang_id,"
	    " created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)", p, 6);
}

int
draft_sent_check(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct draft_secret *browser,
    int64_t now_ms, bool *was_sent, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_blob(hash, sizeof(hash)),
		db_town(db), db_int(ACCESS_SENT), db_time(now_ms) };
	struct db_rows rows;

	sent_hash(t, submission, browser, hash);
	if (db_query(db, a,
		"SELECT 1 FROM access_token WHERE hash = ? AND town_id = ?"
		" AND kind = ? AND expires_at > ?", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	*was_sent = rows.n > 0;
	return 0;
}
