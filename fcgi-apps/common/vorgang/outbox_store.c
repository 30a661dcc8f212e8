#include "common/vorgang/outbox_store.h"

#include "common/claim_store.h"

#define OUTBOX_COLUMNS 7

static const char insert_sql[] =
    "INSERT INTO outbox (id, town_id, vorgang_id, kind, payload, next_at,"
    " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char *
context(struct arena *a, const struct id *id)
{
	return arena_printf(a, "outbox:%s", id_hex(a, id));
}

static void
insert_params(const struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *vorgang,
    const struct outbox_new *o, int64_t now_ms,
    struct db_param p[OUTBOX_COLUMNS])
{
	struct id *id = arena_new(a, struct id, 1);
	const void *payload;
	size_t len;

	*id = id_uuid7();
	crypto_seal(a, key, context(a, id), o->payload, strlen(o->payload),
	    &payload, &len);
	p[0] = db_id(id);
	p[1] = db_town(db);
	p[2] = db_id(vorgang);
	p[3] = db_text(o->kind);
	p[4] = db_blob(payload, len);
	p[5] = db_time(now_ms);
	p[6] = db_time(now_ms);
}

static struct db_param *
all_params(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct outbox_new *o, size_t n,
    int64_t now_ms)
{
	struct db_param *p = arena_new(a, struct db_param, n * OUTBOX_COLUMNS);

	for (size_t i = 0; i < n; i++)
		insert_params(db, a, key, vorgang, &o[i], now_ms,
		    p + i * OUTBOX_COLUMNS);
	return p;
}

void
outbox_unit(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct outbox_new *o, size_t n,
    int64_t now_ms, struct commit_unit *u)
{
	commit_unit_add_rows(u, insert_sql,
	    all_params(db, a, key, vorgang, o, n, now_ms), OUTBOX_COLUMNS, n);
}

int
outbox_insert(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct outbox_new *o, size_t n,
    int64_t now_ms, struct err *err)
{
	return db_bulk(db, insert_sql,
	    all_params(db, a, key, vorgang, o, n, now_ms), OUTBOX_COLUMNS, n,
	    err);
}

static void
town_key(const struct town *t, struct crypto_key *out)
{
	crypto_derive(&t->key, "outbox", out);
}

int
outbox_insert_for_town(struct db *db, struct arena *a, const struct town *t,
    const struct outbox_new *o, size_t n, int64_t now_ms, struct err *err)
{
	struct crypto_key key;
	struct db_param *p;

	town_key(t, &key);
	p = all_params(db, a, &key, NULL, o, n, now_ms);
	explicit_bzero(&key, sizeof(key));
	return db_bulk(db, insert_sql, p, OUTBOX_COLUMNS, n, err);
}

/* ---- claiming ---- */

static const struct claim_sql claims = {
	.due = "SELECT id FROM outbox WHERE state = 0 AND next_at <= ?"
	       " ORDER BY next_at, id LIMIT ? FOR UPDATE SKIP LOCKED",
	.mark = "UPDATE outbox SET state = 1, attempts = attempts + 1,"
		" claimed_by = ?, next_at = ? WHERE id = ?",
};

static void
job_read(const struct db_rows *rows, size_t i, struct outbox_job *out)
{
	out->id = db_cell_id(db_cell(rows, i, 0));
	out->town_id = (uint32_t)db_cell(rows, i, 1)->i;
	out->has_vorgang = !db_cell(rows, i, 2)->is_null;
	out->vorgang_id = db_cell_id(db_cell(rows, i, 2));
	out->kind = db_cell(rows, i, 3)->data;
	out->attempts = (uint32_t)db_cell(rows, i, 4)->i;
	out->created_ms = db_cell(rows, i, 5)->i;
	out->payload = db_cell(rows, i, 6)->data;
	out->payload_len = db_cell(rows, i, 6)->len;
	out->data_key = db_cell(rows, i, 7)->data;
	out->data_key_len = db_cell(rows, i, 7)->len;
}

int
outbox_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, size_t max, struct outbox_job **out,
    size_t *n, struct err *err)
{
	const int64_t until_ms = now_ms + lease_ms;
	const struct db_param mine[] = { db_time(until_ms),
		db_text(claimer) };
	struct db_rows rows;

	if (claim_due(db, a, &claims, claimer, now_ms, until_ms, max, n,
		err) == -1)
		return -1;
	if (*n == 0)
		return 0;
	if (db_query(db, a,
		"SELECT o.id, o.town_id, o.vorgang_id, o.kind, o.attempts,"
		" o.created_at, o.payload, v.data_key FROM outbox o"
		" LEFT JOIN vorgang v ON v.id = o.vorgang_id"
		" WHERE o.state = 1 AND o.next_at = ? AND o.claimed_by = ?"
		" ORDER BY o.id", mine, nitems(mine), max * 2, &rows, err) ==
	    -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct outbox_job, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		job_read(&rows, i, &(*out)[i]);
	return 0;
}

int
outbox_open(struct arena *a, const struct town *t,
    const struct outbox_job *job, char **payload, size_t *len,
    struct err *err)
{
	struct data_key key;
	int rc;

	if (job->payload == NULL || (job->has_vorgang && job->data_key == NULL))
		return err_set(err, ERR_GONE, "outbox: was erased");
	if (!job->has_vorgang)
		town_key(t, &key.key);
	else if (data_key_open(&t->key, job->data_key, job->data_key_len, &key,
		err) == -1)
		return -1;
	rc = crypto_open(a, &key.key, context(a, &job->id), job->payload,
	    job->payload_len, payload, len, err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

/* ---- outcomes ---- */

enum outbox_state { STATE_WAITING, STATE_CLAIMED, STATE_DELIVERED,
	STATE_GIVEN_UP };

/* Writes the delivered, or else the others, in one bulk call. */
static int
finish_some(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, const struct outbox_result *result, size_t n,
    bool delivered, struct err *err)
{
	struct db_param *p = arena_new(a, struct db_param, n * 6), *to = p;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct outbox_result *r = &result[i];

		if ((r->outcome == OUTBOX_DELIVERED) != delivered)
			continue;
		count++;
		if (delivered) {
			*to++ = db_time(now_ms);
		} else {
			*to++ = db_int(r->outcome == OUTBOX_GIVEN_UP);
			*to++ = db_int(r->outcome == OUTBOX_GIVEN_UP ?
				STATE_GIVEN_UP : STATE_WAITING);
			*to++ = db_time(r->outcome == OUTBOX_GIVEN_UP ?
				now_ms : r->next_ms);
			*to++ = r->error == NULL ?
			    db_null() :
			    db_text(arena_printf(a, "%.250s", r->error));
		}
		*to++ = db_id(&r->id);
		*to++ = db_text(claimer);
	}
	if (count == 0)
		return 0;
	return delivered ?
	    db_bulk(db,
		"UPDATE outbox SET state = 2, delivered_at = ?,"
		" payload = NULL, claimed_by = NULL, last_error = NULL"
		" WHERE id = ? AND state = 1 AND claimed_by = ?", p, 3, count,
		err) :
	    db_bulk(db,
		"UPDATE outbox SET"
		" payload = IF(? AND vorgang_id IS NULL, NULL, payload),"
		" state = ?, next_at = ?, last_error = ?, claimed_by = NULL"
		" WHERE id = ? AND state = 1 AND claimed_by = ?", p, 6, count,
		err);
}

int
outbox_finish(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, const struct outbox_result *result, size_t n,
    struct err *err)
{
	bool unknown;

	if (n == 0)
		return 0;
	if (db_begin(db, err) == -1)
		return -1;
	if (finish_some(db, a, claimer, now_ms, result, n, true, err) == -1 ||
	    finish_some(db, a, claimer, now_ms, result, n, false, err) ==
		-1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err); /* fine to call again */
}

int
outbox_release_stale(struct db *db, int64_t now_ms, int64_t *count,
    struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_time(now_ms) };

	return db_exec(db,
	    "UPDATE outbox SET state = 0, next_at = ?, claimed_by = NULL"
	    " WHERE state = 1 AND next_at < ?", p, nitems(p), count, err);
}

int
outbox_requeue(struct db *db, const struct id *id, int64_t now_ms,
    int64_t *count, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_id(id) };

	if (id == NULL)
		return db_exec(db,
		    "UPDATE outbox SET state = 0, attempts = 0, next_at = ?"
		    " WHERE state = 3 AND payload IS NOT NULL", p, 1, count, err);
	return db_exec(db,
	    "UPDATE outbox SET state = 0, attempts = 0, next_at = ?"
	    " WHERE id = ? AND state = 3 AND payload IS NOT NULL", p, 2, count, err);
}

/* ---- figures ---- */

int
outbox_count(struct db *db, struct arena *a, int64_t now_ms,
    struct outbox_count *out, struct err *err)
{
	const struct db_param p[] = { db_int(STATE_WAITING),
		db_int(STATE_CLAIMED), db_int(STATE_GIVEN_UP),
		db_time(now_ms) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT (SELECT COUNT(*) FROM outbox WHERE state = ?),"
		" (SELECT COUNT(*) FROM outbox WHERE state = ?),"
		" (SELECT COUNT(*) FROM outbox WHERE state = ?),"
		" (SELECT MIN(next_at) FROM outbox WHERE state = 0"
		" AND next_at <= ?)", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	out->waiting = db_cell(&rows, 0, 0)->i;
	out->claimed = db_cell(&rows, 0, 1)->i;
	out->given_up = db_cell(&rows, 0, 2)->i;
	out->oldest_due_ms = db_cell(&rows, 0, 3)->i;
	return 0;
}

int
outbox_given_up(struct db *db, struct arena *a, size_t max,
    struct outbox_line **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id, vorgang_id, town_id, kind, attempts, created_at,"
		" last_error FROM outbox WHERE state = 3"
		" ORDER BY next_at DESC, id DESC LIMIT ?", p, nitems(p), max,
		&rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct outbox_line, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *error = db_cell(&rows, i, 6);

		(*out)[i] = (struct outbox_line){
			.id = db_cell_id(db_cell(&rows, i, 0)),
			.vorgang_id = db_cell_id(db_cell(&rows, i, 1)),
			.town_id = (uint32_t)db_cell(&rows, i, 2)->i,
			.kind = db_cell(&rows, i, 3)->data,
			.attempts = (uint32_t)db_cell(&rows, i, 4)->i,
			.created_ms = db_cell(&rows, i, 5)->i,
			.error = error->data == NULL ? "" : error->data
		};
	}
	return 0;
}
