#include "common/vorgang/seal_store.h"

#include <assert.h>

#define SEAL_EVENTS_MAX 2000000

static void
copy_digest(uint8_t out[CRYPTO_DIGEST_LEN], const struct db_cell *cell)
{
	assert(cell->len == CRYPTO_DIGEST_LEN);
	memcpy(out, cell->data, CRYPTO_DIGEST_LEN);
}

static void
read_seal(const struct db *db, const struct db_rows *rows, size_t row,
    struct seal *out)
{
	const struct db_cell *signature = db_cell(rows, row, 6);

	out->town_id = db_town_id(db);
	out->seq = (uint32_t)db_cell(rows, row, 0)->i;
	out->at_ms = db_cell(rows, row, 1)->i;
	out->events = (uint32_t)db_cell(rows, row, 2)->i;
	copy_digest(out->root, db_cell(rows, row, 3));
	copy_digest(out->previous_hash, db_cell(rows, row, 4));
	copy_digest(out->hash, db_cell(rows, row, 5));
	assert(signature->len == CRYPTO_SIGNATURE_LEN);
	memcpy(out->signature, signature->data, CRYPTO_SIGNATURE_LEN);
}

static void
read_events(struct arena *a, const struct db_rows *rows,
    struct seal_event **out, size_t *n)
{
	*n = rows->n;
	*out = arena_new(a, struct seal_event, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct db_cell *id = db_cell(rows, i, 0);

		assert(id->len == ID_LEN);
		memcpy((*out)[i].vorgang_id.byte, id->data, ID_LEN);
		(*out)[i].seq = (uint32_t)db_cell(rows, i, 1)->i;
		copy_digest((*out)[i].hash, db_cell(rows, i, 2));
	}
}

int
seal_last(struct db *db, struct arena *a, struct seal *out, bool *found,
    struct err *err)
{
	const struct db_param p[] = {db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT seq, at, events, root, previous_hash, hash, signature "
		"FROM seal WHERE town_id = ? ORDER BY seq DESC LIMIT 1",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*found = rows.n == 1;
	if (*found)
		read_seal(db, &rows, 0, out);
	return 0;
}

int
seal_pending(struct db *db, struct arena *a, size_t max,
    struct seal_event **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_int((int64_t)max)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT vorgang_id, seq, hash FROM event "
		"WHERE town_id = ? AND seal_seq IS NULL "
		"ORDER BY vorgang_id, seq LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	read_events(a, &rows, out, n);
	return 0;
}

int
seal_insert(struct db *db, struct arena *a, const struct seal *seal,
    const struct seal_event *event, size_t n, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_int(seal->seq),
	    db_time(seal->at_ms), db_int(seal->events),
	    db_blob(seal->root, sizeof(seal->root)),
	    db_blob(seal->previous_hash, sizeof(seal->previous_hash)),
	    db_blob(seal->hash, sizeof(seal->hash)),
	    db_blob(seal->signature, sizeof(seal->signature))};
	struct db_param *mark = arena_new(a, struct db_param, n * 3);

	for (size_t i = 0; i < n; i++) {
		mark[i * 3] = db_int(seal->seq);
		mark[i * 3 + 1] = db_id(&event[i].vorgang_id);
		mark[i * 3 + 2] = db_int(event[i].seq);
	}
	if (db_exec(db,
		"INSERT INTO seal (town_id, seq, at, events, root, "
		"previous_hash, hash, signature) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		p, nitems(p), NULL, err) == -1)
		return -1;
	return db_bulk(db,
	    "UPDATE event SET seal_seq = ? WHERE vorgang_id = ? AND seq = ?",
	    mark, 3, n, err);
}

int
seal_list(struct db *db, struct arena *a, uint32_t after_seq, size_t max,
    struct seal **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {
	    db_town(db), db_int(after_seq), db_int((int64_t)max)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT seq, at, events, root, previous_hash, hash, signature "
		"FROM seal WHERE town_id = ? AND seq > ? ORDER BY seq LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct seal, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		read_seal(db, &rows, i, &(*out)[i]);
	return 0;
}

static void
read_row(const struct db_rows *rows, size_t i, struct seal_row *out)
{
	const struct db_cell *id = db_cell(rows, i, 0);
	const struct db_cell *data = db_cell(rows, i, 6);

	assert(id->len == ID_LEN);
	memcpy(out->vorgang_id.byte, id->data, ID_LEN);
	out->row.seq = (uint32_t)db_cell(rows, i, 1)->i;
	out->row.kind = db_cell(rows, i, 2)->data;
	out->row.at_ms = db_cell(rows, i, 3)->i;
	out->row.actor = (enum event_actor)db_cell(rows, i, 4)->i;
	out->row.is_public = db_cell(rows, i, 5)->i != 0;
	out->row.data = data->data;
	out->row.data_len = data->len;
	copy_digest(out->row.previous_hash, db_cell(rows, i, 7));
	copy_digest(out->row.hash, db_cell(rows, i, 8));
}

int
seal_rows(struct db *db, struct arena *a, uint32_t seal_seq,
    struct seal_row **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {db_town(db),
	    seal_seq == 0 ? db_null() : db_int(seal_seq)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT vorgang_id, seq, kind, at, actor, is_public, data, "
		"previous_hash, hash FROM event "
		"WHERE town_id = ? AND seal_seq <=> ? "
		"ORDER BY vorgang_id, seq",
		p, nitems(p), SEAL_EVENTS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct seal_row, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		read_row(&rows, i, &(*out)[i]);
	return 0;
}

int
seal_lock(struct db *db, struct arena *a, bool *got, struct err *err)
{
	const struct db_param p[] = {db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT GET_LOCK(CONCAT(DATABASE(), '.seal.', ?), 0)", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	*got = db_cell(&rows, 0, 0)->i == 1;
	return 0;
}

int
seal_unlock(struct db *db, struct arena *a, struct err *err)
{
	const struct db_param p[] = {db_town(db)};
	struct db_rows rows;

	return db_query(db, a,
	    "SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.seal.', ?))", p,
	    nitems(p), 1, &rows, err);
}
