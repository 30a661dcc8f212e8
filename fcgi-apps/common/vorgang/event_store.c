#include "common/vorgang/event_store.h"

#define EVENT_COLUMNS 10
#define EVENT_MAX 100000 /* of one Vorgang */

static const char insert_sql[] =
    "INSERT INTO event (vorgang_id, seq, town_id, kind, at, actor, is_public,"
    " data, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static void
insert_params(const struct db *db, const struct id *vorgang,
    const struct event_row *row, struct db_param p[EVENT_COLUMNS])
{
	p[0] = db_id(vorgang);
	p[1] = db_int(row->seq);
	p[2] = db_town(db);
	p[3] = db_text(row->kind);
	p[4] = db_time(row->at_ms);
	p[5] = db_int(row->actor);
	p[6] = db_int(row->is_public);
	p[7] = db_blob(row->data, row->data_len);
	p[8] = db_blob(row->previous_hash, CRYPTO_DIGEST_LEN);
	p[9] = db_blob(row->hash, CRYPTO_DIGEST_LEN);
}

static struct db_param *
all_params(struct db *db, struct arena *a, const struct id *vorgang,
    const struct event_row *row, size_t n)
{
	struct db_param *p = arena_new(a, struct db_param, n * EVENT_COLUMNS);

	for (size_t i = 0; i < n; i++)
		insert_params(db, vorgang, &row[i], p + i * EVENT_COLUMNS);
	return p;
}

void
event_unit(struct db *db, struct arena *a, const struct id *vorgang,
    const struct event_row *row, size_t n, struct commit_unit *u)
{
	commit_unit_add_rows(u, insert_sql, all_params(db, a, vorgang, row, n),
	    EVENT_COLUMNS, n);
}

int
event_insert(struct db *db, struct arena *a, const struct id *vorgang,
    const struct event_row *row, size_t n, struct err *err)
{
	return db_bulk(db, insert_sql, all_params(db, a, vorgang, row, n),
	    EVENT_COLUMNS, n, err);
}

static void
digest_read(const struct db_cell *cell, uint8_t out[CRYPTO_DIGEST_LEN])
{
	if (cell->len == CRYPTO_DIGEST_LEN)
		memcpy(out, cell->data, CRYPTO_DIGEST_LEN);
	else
		memset(out, 0, CRYPTO_DIGEST_LEN);
}

int
event_rows(struct db *db, struct arena *a, const struct id *vorgang,
    struct event_row **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(vorgang) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT seq, kind, at, actor, is_public, data, previous_hash,"
		" hash FROM event WHERE town_id = ? AND vorgang_id = ?"
		" ORDER BY seq", p, nitems(p), EVENT_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct event_row, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		struct event_row *row = &(*out)[i];

		row->seq = (uint32_t)db_cell(&rows, i, 0)->i;
		row->kind = db_cell(&rows, i, 1)->data;
		row->at_ms = db_cell(&rows, i, 2)->i;
		row->actor = (enum event_actor)db_cell(&rows, i, 3)->i;
		row->is_public = db_cell(&rows, i, 4)->i != 0;
		row->data = db_cell(&rows, i, 5)->data;
		row->data_len = db_cell(&rows, i, 5)->len;
		digest_read(db_cell(&rows, i, 6), row->previous_hash);
		digest_read(db_cell(&rows, i, 7), row->hash);
	}
	return 0;
}

int
event_exists(struct db *db, struct arena *a, const struct id *vorgang,
    const struct event_row *row, bool *found, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(vorgang),
		db_int(row->seq), db_blob(row->hash, CRYPTO_DIGEST_LEN) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM event WHERE town_id = ? AND vorgang_id = ?"
		" AND seq = ? AND hash = ?", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	*found = rows.n == 1;
	return 0;
}

int
event_ends(struct db *db, struct arena *a, const struct id *after,
    size_t max, struct event_end **out, size_t *n, struct err *err)
{
	static const struct id none = { 0 };
	const struct db_param p[] = { db_town(db),
		db_id(after == NULL ? &none : after), db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id, last_seq, last_hash FROM vorgang"
		" WHERE town_id = ? AND id > ? ORDER BY id LIMIT ?", p,
		nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct event_end, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		(*out)[i].vorgang_id = db_cell_id(db_cell(&rows, i, 0));
		(*out)[i].last_seq = (uint32_t)db_cell(&rows, i, 1)->i;
		digest_read(db_cell(&rows, i, 2), (*out)[i].last_hash);
	}
	return 0;
}
