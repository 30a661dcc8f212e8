#include "common/draft/draft_access.h"

#include <assert.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define BEGIN_TRIES 3

static const char *
context(struct arena *a, const struct id *submission)
{
	return arena_printf(a, "draft:%s", id_hex(a, submission));
}

int64_t
draft_browser_expires(int64_t now_ms, bool is_shared)
{
	return now_ms + (is_shared ? DRAFT_SHARED_HOURS * HOUR_MS
				   : DRAFT_BROWSER_DAYS * DAY_MS);
}

/* ---- opening ---- */

/* The data key, for use and as the Vorgang will keep it. */
static int
open_key(const struct town *t, const struct draft_secret *s,
    const struct id *submission, const struct db_cell *wrapped,
    struct data_key *out, struct err *err)
{
	struct crypto_key outer;
	int rc;

	if (wrapped->len != CRYPTO_WRAPPED_LEN)
		return err_set(err, ERR_CRYPTO, "draft: key of %zu bytes",
		    wrapped->len);
	draft_secret_key(t, s, submission, &outer);
	rc = crypto_unwrap(
	    &outer, (const uint8_t *)wrapped->data, &out->key, err);
	explicit_bzero(&outer, sizeof(outer));
	if (rc == 0)
		crypto_wrap(&t->key, &out->key, out->wrapped);
	return rc;
}

int
draft_access_open(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct draft_secret *s,
    int64_t now_ms, struct draft *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = {
		db_time(draft_access_aging(now_ms)), db_town(db),
		db_blob(hash, sizeof(hash)), db_id(submission),
		db_time(now_ms), db_time(now_ms) };
	const struct db_cell *answers;
	struct db_rows rows;
	char *text;

	assert(t->id == db_town_id(db));
	draft_secret_hash(t, s, hash);
	if (db_query(db, a,
		"SELECT a.wrapped_key, d.service_version_id, d.created_at,"
		" d.touched_at, d.expires_at, d.revision, d.language,"
		" d.answers, NOT a.is_shared AND a.expires_at < ?"
		" FROM draft_access a JOIN draft d"
		" ON d.town_id = a.town_id"
		" AND d.submission_id = a.submission_id"
		" WHERE a.town_id = ? AND a.hash = ? AND a.submission_id = ?"
		" AND (a.expires_at IS NULL OR a.expires_at > ?)"
		" AND d.expires_at > ?", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "draft: none that opens");
	*out = (struct draft){ .submission_id = *submission,
		.service_version_id = (uint32_t)db_cell(&rows, 0, 1)->i,
		.created_ms = db_cell(&rows, 0, 2)->i,
		.touched_ms = db_cell(&rows, 0, 3)->i,
		.expires_ms = db_cell(&rows, 0, 4)->i,
		.is_stepped = true,
		.revision = (uint32_t)db_cell(&rows, 0, 5)->i,
		.lang = lang_parse(db_cell(&rows, 0, 6)->data, LANG_DE),
		.is_access_old = db_cell(&rows, 0, 8)->i == 1 };
	if (open_key(t, s, submission, db_cell(&rows, 0, 0), &out->key,
		err) == -1)
		return -1;
	answers = db_cell(&rows, 0, 7);
	if (answers->data == NULL)
		return 0;
	if (crypto_open(a, &out->key.key, context(a, submission),
		answers->data, answers->len, &text, &out->answers_len,
		err) == -1)
		return -1;
	out->answers = text;
	return 0;
}

/* Everybody locks the draft's row before anything that belongs to it. */
static int
lock_row(struct db *db, struct arena *a, const struct id *submission,
    struct db_rows *rows, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };

	return db_query(db, a,
	    "SELECT is_stepped, revision FROM draft"
	    " WHERE town_id = ? AND submission_id = ? FOR UPDATE", p,
	    nitems(p), 1, rows, err);
}

int
draft_access_lock(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct draft_secret *s,
    int64_t now_ms, struct draft *out, struct err *err)
{
	struct db_rows rows;

	if (db_begin(db, err) == -1)
		return -1;
	/* Only now the secret: what is read below is what the lock keeps. */
	if (lock_row(db, a, submission, &rows, err) == -1 ||
	    draft_access_open(db, a, t, submission, s, now_ms, out, err) ==
		-1) {
		db_rollback(db);
		return -1;
	}
	return 0;
}

/* ---- writing ---- */

int
draft_access_write(struct db *db, struct arena *a, struct draft *d,
    struct err *err)
{
	const void *answers = NULL;
	size_t len = 0;
	int64_t found;

	assert(d->is_stepped);
	if (d->answers != NULL)
		crypto_seal(a, &d->key.key, context(a, &d->submission_id),
		    d->answers, d->answers_len, &answers, &len);
	{
		/* Touched again: what was announced holds no more. */
		const struct db_param p[] = { db_blob(answers, len),
			db_int(d->service_version_id),
			db_text(lang_code(d->lang)), db_time(d->touched_ms),
			db_time(d->expires_ms), db_town(db),
			db_id(&d->submission_id), db_int(d->revision) };

		if (db_exec(db,
			"UPDATE draft SET answers = ?,"
			" service_version_id = ?, language = ?,"
			" touched_at = ?, expires_at = ?, announced = 0,"
			" revision = revision + 1"
			" WHERE town_id = ? AND submission_id = ?"
			" AND is_stepped AND revision = ?", p, nitems(p),
			&found, err) == -1)
			return -1;
	}
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "draft: was not locked");
	d->revision++;
	return 0;
}

int
draft_access_save(struct db *db, struct arena *a, struct draft *d,
    struct err *err)
{
	bool unknown;

	if (draft_access_write(db, a, d, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
draft_access_add(struct db *db, const struct town *t, const struct draft *d,
    const struct draft_secret *s, int64_t now_ms, int64_t expires_ms,
    bool is_shared, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN], wrapped[CRYPTO_WRAPPED_LEN];
	struct crypto_key outer;
	int64_t added;

	draft_secret_hash(t, s, hash);
	draft_secret_key(t, s, &d->submission_id, &outer);
	crypto_wrap(&outer, &d->key.key, wrapped);
	explicit_bzero(&outer, sizeof(outer));
	{
		const struct db_param p[] = { db_town(db),
			db_blob(hash, sizeof(hash)), db_id(&d->submission_id),
			db_int(s->kind), db_int(is_shared),
			db_blob(wrapped, sizeof(wrapped)), db_time(now_ms),
			expires_ms == 0 ? db_null() : db_time(expires_ms),
			db_town(db), db_id(&d->submission_id) };

		/* From the draft's row, so that none is left without one. */
		if (db_exec(db,
			"INSERT INTO draft_access (town_id, hash,"
			" submission_id, kind, is_shared, wrapped_key,"
			" created_at, expires_at)"
			" SELECT ?, ?, ?, ?, ?, ?, ?, ? FROM draft"
			" WHERE town_id = ? AND submission_id = ?"
			" AND is_stepped LOCK IN SHARE MODE"
			" ON DUPLICATE KEY UPDATE"
			" is_shared = VALUES(is_shared),"
			" wrapped_key = VALUES(wrapped_key),"
			" expires_at = VALUES(expires_at)", p, nitems(p),
			&added, err) == -1)
			return -1;
	}
	return added > 0 ? 0 : err_set(err, ERR_NOT_FOUND, "draft: is gone");
}

/* ---- beginning ---- */

static int
insert_draft(struct db *db, struct arena *a, const struct town *t,
    const struct draft_begin *b, const struct draft_secret *browser,
    struct draft *out, struct err *err)
{
	const struct id *submission = &b->submission_id;
	const struct db_param p[] = { db_town(db), db_id(submission),
		db_int(b->service_version_id), db_text(lang_code(b->lang)),
		db_time(b->now_ms), db_time(b->now_ms),
		db_time(b->expires_ms) };
	const struct db_param which[] = { db_town(db), db_id(submission) };
	struct db_rows vorgang;

	if (db_exec(db,
		"INSERT INTO draft (town_id, submission_id,"
		" service_version_id, language, created_at, touched_at,"
		" expires_at, is_stepped) VALUES (?, ?, ?, ?, ?, ?, ?, TRUE)",
		p, nitems(p), NULL, err) == -1)
		return -1;
	/* The row first, then the Vorgang: see draft_store.c. */
	if (db_query(db, a,
		"SELECT 1 FROM vorgang"
		" WHERE town_id = ? AND submission_id = ?", which,
		nitems(which), 1, &vorgang, err) == -1)
		return -1;
	if (vorgang.n > 0)
		return err_set(err, ERR_CONFLICT,
		    "draft: the submission id was submitted before");
	*out = (struct draft){ .submission_id = *submission,
		.service_version_id = b->service_version_id,
		.created_ms = b->now_ms, .touched_ms = b->now_ms,
		.expires_ms = b->expires_ms, .is_stepped = true,
		.lang = b->lang };
	data_key_new(&t->key, &out->key);
	return draft_access_add(db, t, out, browser, b->now_ms,
	    draft_browser_expires(b->now_ms, b->is_shared), b->is_shared, err);
}

/* Nothing was put into it yet. Its row is locked. */
static int
remove_empty(struct db *db, struct arena *a, const struct id *submission,
    const struct db_rows *draft, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };
	struct db_rows rows;

	if (db_cell(draft, 0, 0)->i == 0 || db_cell(draft, 0, 1)->i > 0)
		return err_set(err, ERR_DUPLICATE, "draft: is another's");
	if (db_query(db, a,
		"SELECT EXISTS (SELECT 1 FROM document WHERE town_id = ?"
		" AND submission_id = ?)", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (db_cell(&rows, 0, 0)->i > 0)
		return err_set(err, ERR_DUPLICATE, "draft: is another's");
	return db_exec(db,
	    "DELETE FROM draft WHERE town_id = ? AND submission_id = ?", p,
	    nitems(p), NULL, err);
}

static int
begin_within(struct db *db, struct arena *a, const struct town *t,
    const struct draft_begin *b, const struct draft_secret *browser,
    struct draft *out, struct err *err)
{
	const struct id *submission = &b->submission_id;
	struct db_rows rows;

	if (lock_row(db, a, submission, &rows, err) == -1)
		return -1;
	if (rows.n > 0) {
		if (draft_access_open(db, a, t, submission, browser,
			b->now_ms, out, err) == 0)
			return 0;
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		if (remove_empty(db, a, submission, &rows, err) == -1)
			return -1;
	}
	return insert_draft(db, a, t, b, browser, out, err);
}

int
draft_begin(struct db *db, struct arena *a, const struct town *t,
    const struct draft_begin *b, const struct draft_secret *browser,
    struct draft *out, struct err *err)
{
	bool unknown, is_race;

	assert(browser->kind == DRAFT_BROWSER);
	for (int i = 0;; i++) {
		if (db_begin(db, err) == -1)
			return -1;
		if (begin_within(db, a, t, b, browser, out, err) == 0)
			return db_commit(db, &unknown, err);
		db_rollback(db);
		/* Two at once: the other one's row is there by now. */
		is_race = err->code == ERR_DB_BUSY ||
		    (err->code == ERR_DUPLICATE && err->field[0] != '\0');
		if (!is_race || i == BEGIN_TRIES)
			return -1;
		err_clear(err);
	}
}
