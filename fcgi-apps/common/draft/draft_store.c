#include "common/draft/draft_store.h"

#include <assert.h>

#include "common/document_store.h"

static const char *
context(struct arena *a, const struct id *submission)
{
	return arena_printf(a, "draft:%s", id_hex(a, submission));
}

/* Columns: version, data key, created, touched, expires. */
static int
draft_fill(const struct town *t, const struct id *submission,
    const struct db_rows *rows, struct draft *out, struct err *err)
{
	const struct db_cell *key = db_cell(rows, 0, 1);

	if (key->data == NULL)
		return err_set(err, ERR_FORBIDDEN, "draft: is stepped");
	*out = (struct draft){ .submission_id = *submission,
		.service_version_id = (uint32_t)db_cell(rows, 0, 0)->i,
		.created_ms = db_cell(rows, 0, 2)->i,
		.touched_ms = db_cell(rows, 0, 3)->i,
		.expires_ms = db_cell(rows, 0, 4)->i };
	return data_key_open(&t->key, key->data, key->len, &out->key, err);
}

/*
 * The submission takes the draft's row away and puts the Vorgang there in one
 * transaction. So the row first, which waits for such a one, and only then a
 * look at the Vorgang: the other way round an open draft of something
 * submitted would come back to life, under another key.
 */
static int
open_row(struct db *db, struct arena *a, const struct id *submission,
    const struct db_param *p, size_t n, struct db_rows *draft,
    bool *is_submitted, struct err *err)
{
	const struct db_param which[] = { db_town(db), db_id(submission) };
	struct db_rows vorgang;

	/* RETURNING hands out the row that is there: another request's key
	 * when that one came first. */
	if (db_query(db, a,
		"INSERT INTO draft (town_id, submission_id,"
		" service_version_id, data_key, created_at, touched_at,"
		" expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE touched_at = VALUES(touched_at)"
		" RETURNING service_version_id, data_key, created_at,"
		" touched_at, expires_at", p, n, 1, draft, err) == -1 ||
	    db_query(db, a,
		"SELECT 1 FROM vorgang"
		" WHERE town_id = ? AND submission_id = ?", which,
		nitems(which), 1, &vorgang, err) == -1)
		return -1;
	*is_submitted = vorgang.n > 0;
	return 0;
}

int
draft_open(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, uint32_t service_version_id, int64_t now_ms,
    int64_t expires_ms, struct draft *out, struct err *err)
{
	struct data_key key;
	struct db_rows rows;
	bool is_submitted, unknown;
	int rc;

	assert(t->id == db_town_id(db));
	if (db_begin(db, err) == -1)
		return -1;
	data_key_new(&t->key, &key);
	{
		const struct db_param p[] = { db_town(db), db_id(submission),
			db_int(service_version_id),
			db_blob(key.wrapped, sizeof(key.wrapped)),
			db_time(now_ms), db_time(now_ms),
			db_time(expires_ms) };

		rc = open_row(db, a, submission, p, nitems(p), &rows,
		    &is_submitted, err);
	}
	explicit_bzero(&key, sizeof(key));
	if (rc == -1 || is_submitted) {
		db_rollback(db);
		return rc == -1 ? -1 : err_set(err, ERR_CONFLICT,
		    "draft: the submission id was submitted before");
	}
	if (db_commit(db, &unknown, err) == -1)
		return -1;
	return draft_fill(t, submission, &rows, out, err);
}

int
draft_read(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, struct draft *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };
	const struct db_cell *answers;
	struct db_rows rows;
	char *text;

	assert(t->id == db_town_id(db));
	if (db_query(db, a,
		"SELECT service_version_id, data_key, created_at, touched_at,"
		" expires_at, answers FROM draft"
		" WHERE town_id = ? AND submission_id = ?"
		" AND data_key IS NOT NULL", p, nitems(p), 1,
		&rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "draft: none of this id");
	if (draft_fill(t, submission, &rows, out, err) == -1)
		return -1;
	answers = db_cell(&rows, 0, 5);
	if (answers->data == NULL)
		return 0;
	if (crypto_open(a, &out->key.key, context(a, submission),
		answers->data, answers->len, &text, &out->answers_len,
		err) == -1)
		return -1;
	out->answers = text;
	return 0;
}

int
draft_save(struct db *db, struct arena *a, const struct draft *d,
    struct err *err)
{
	const void *answers = NULL;
	size_t len = 0;
	int64_t found;

	if (d->answers != NULL)
		crypto_seal(a, &d->key.key, context(a, &d->submission_id),
		    d->answers, d->answers_len, &answers, &len);
	{
		const struct db_param p[] = { db_blob(answers, len),
			db_time(d->touched_ms), db_time(d->expires_ms),
			db_town(db), db_id(&d->submission_id),
			db_blob(d->key.wrapped, sizeof(d->key.wrapped)) };

		/* The key as well: of a row that came later, this is none. */
		if (db_exec(db,
			"UPDATE draft SET answers = ?, touched_at = ?,"
			" expires_at = ?"
			" WHERE town_id = ? AND submission_id = ?"
			" AND data_key = ?", p,
			nitems(p), &found, err) == -1)
			return -1;
	}
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "draft: none of this id");
	return 0;
}

int
draft_is_stepped(struct db *db, struct arena *a, const struct id *submission,
    bool *is_stepped, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT is_stepped FROM draft"
		" WHERE town_id = ? AND submission_id = ?", p, nitems(p), 1,
		&rows, err) == -1)
		return -1;
	*is_stepped = rows.n > 0 && db_cell(&rows, 0, 0)->i != 0;
	return 0;
}

static int
delete(struct db *db, const char *sql, const struct db_param *p, size_t n,
    const struct id *submission, struct err *err)
{
	int64_t deleted;
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	/* The draft first, as everybody does: whoever has it has the rest. */
	if (db_exec(db, sql, p, n, &deleted, err) == -1 ||
	    (deleted > 0 &&
		document_forget_draft(db, submission, err) == -1)) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
draft_delete(struct db *db, const struct id *submission, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };

	return delete(db,
	    "DELETE FROM draft WHERE town_id = ? AND submission_id = ?", p,
	    nitems(p), submission, err);
}

int
draft_delete_expired(struct db *db, const struct id *submission,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission),
		db_time(now_ms) };

	return delete(db,
	    "DELETE FROM draft WHERE town_id = ? AND submission_id = ?"
	    " AND expires_at < ?", p, nitems(p), submission, err);
}

int
draft_expired(struct db *db, struct arena *a, int64_t now_ms, size_t max,
    struct draft_line **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT town_id, submission_id FROM draft"
		" WHERE expires_at < ? ORDER BY expires_at LIMIT ?", p,
		nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct draft_line, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		(*out)[i].town_id = (uint32_t)db_cell(&rows, i, 0)->i;
		(*out)[i].submission_id = db_cell_id(db_cell(&rows, i, 1));
	}
	return 0;
}
