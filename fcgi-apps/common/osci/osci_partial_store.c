#include "common/osci/osci_partial_store.h"

#include "common/db/db_transaction.h"
#include "common/lock_store.h"

#define CHUNKS_MAX 65536

static struct db_param
hash_param(const char *message_id, uint8_t hash[CRYPTO_DIGEST_LEN])
{
	crypto_sha256(message_id, strlen(message_id), hash);
	return db_blob(hash, CRYPTO_DIGEST_LEN);
}

int
osci_partial_find(struct db *db, struct arena *a,
    const struct crypto_key *files, enum osci_partial_kind kind,
    const char *message_id, const uint8_t client[CRYPTO_DIGEST_LEN],
    struct osci_partial *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	const struct db_param p[] = { db_int(kind),
		hash_param(message_id, hash),
		db_blob(client, CRYPTO_DIGEST_LEN) };
	const struct db_cell *key;
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id, delivery_id, chunk_kib, total_chunks, total_kib,"
		" size, state, result, data_key, created_at,"
		" COALESCE(mailbox_id, 0) FROM osci_partial"
		" WHERE kind = ? AND hash = ? AND client = ?", p, nitems(p),
		1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "chunks: there are none");
	*out = (struct osci_partial){ .id = db_cell_id(db_cell(&rows, 0, 0)),
		.kind = kind,
		.message_id = message_id,
		.client = client,
		.has_delivery = !db_cell(&rows, 0, 1)->is_null,
		.delivery = db_cell_id(db_cell(&rows, 0, 1)),
		.chunk_kib = db_cell(&rows, 0, 2)->i,
		.total_chunks = db_cell(&rows, 0, 3)->i,
		.total_kib = db_cell(&rows, 0, 4)->i,
		.size = db_cell(&rows, 0, 5)->i,
		.state = (enum osci_partial_state)db_cell(&rows, 0, 6)->i,
		.result = db_cell(&rows, 0, 7)->data,
		.created_ms = db_cell(&rows, 0, 9)->i,
		.mailbox_id = (uint32_t)db_cell(&rows, 0, 10)->i };
	key = db_cell(&rows, 0, 8);
	return data_key_open(files, key->data, key->len, &out->key, err);
}

int
osci_partial_insert(
    struct db *db, const struct osci_partial *p, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	const struct db_param param[] = { db_id(&p->id), db_int(p->kind),
		hash_param(p->message_id, hash),
		db_blob(p->client, CRYPTO_DIGEST_LEN),
		db_id(p->has_delivery ? &p->delivery : NULL),
		db_int(p->chunk_kib), db_int(p->total_chunks),
		db_int(p->total_kib), db_int(p->size), db_int(p->state),
		db_blob(p->key.wrapped, sizeof(p->key.wrapped)),
		db_time(p->created_ms), db_time(p->created_ms),
		p->mailbox_id == 0 ? db_null() : db_int(p->mailbox_id) };

	return db_exec(db,
	    "INSERT INTO osci_partial (id, kind, hash, client, delivery_id,"
	    " chunk_kib, total_chunks, total_kib, size, state, data_key,"
	    " created_at, used_at, mailbox_id)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", param,
	    nitems(param), NULL, err);
}

struct inserting {
	const struct id *partial;
	const struct osci_chunk_row *chunk;
	const uint8_t *file_sha256;
	int64_t now_ms;
};

static int
insert_chunk(struct db *db, void *arg, struct err *err)
{
	const struct inserting *x = arg;
	const struct osci_chunk_row *chunk = x->chunk;
	const struct db_param p[] = { db_id(x->partial),
		db_int(chunk->number), db_id(&chunk->file),
		db_int(chunk->size),
		db_blob(x->file_sha256, CRYPTO_DIGEST_LEN),
		db_time(x->now_ms) };
	const struct db_param used[] = { db_time(x->now_ms),
		db_int(chunk->size), db_id(x->partial) };

	/* First the row that all chunks refer to, so that they queue up. */
	if (db_exec(db,
		"UPDATE osci_partial SET used_at = ?, size = size + ?"
		" WHERE id = ?", used, nitems(used), NULL, err) == -1)
		return -1;
	return db_exec(db,
	    "INSERT INTO osci_chunk (partial_id, number, file_id, size,"
	    " file_sha256, received_at) VALUES (?, ?, ?, ?, ?, ?)", p,
	    nitems(p), NULL, err);
}

int
osci_chunk_insert(struct db *db, const struct id *partial,
    const struct osci_chunk_row *chunk,
    const uint8_t file_sha256[CRYPTO_DIGEST_LEN], int64_t now_ms,
    struct err *err)
{
	struct inserting x = { partial, chunk, file_sha256, now_ms };
	bool unknown;

	return db_transaction(db, insert_chunk, &x, &unknown, err);
}

int
osci_partial_under_way(struct db *db, struct arena *a, uint32_t mailbox,
    const struct id *but, int64_t *out, struct err *err)
{
	const struct db_param p[] = { db_int(mailbox),
		db_int(OSCI_PARTIAL_INCOMPLETE), db_id(but), db_id(but) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT CAST(COALESCE(SUM(size), 0) AS SIGNED)"
		" FROM osci_partial WHERE mailbox_id = ? AND state = ?"
		" AND (? IS NULL OR id <> ?)", p, nitems(p), 1, &rows, err) ==
	    -1)
		return -1;
	*out = db_cell(&rows, 0, 0)->i;
	return 0;
}

int
osci_chunk_list(struct db *db, struct arena *a, const struct id *partial,
    struct osci_chunk_row **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_id(partial) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT number, size, file_id FROM osci_chunk"
		" WHERE partial_id = ? ORDER BY number", p, nitems(p),
		CHUNKS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_chunk_row, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct osci_chunk_row){
			.number = db_cell(&rows, i, 0)->i,
			.size = db_cell(&rows, i, 1)->i,
			.file = db_cell_id(db_cell(&rows, i, 2)) };
	return 0;
}

static const char *
lock_name(struct arena *a, const struct id *id)
{
	return arena_printf(a, "osci-partial:%s", id_hex(a, id));
}

int
osci_partial_claim(struct db *db, struct arena *a, const struct id *id,
    int64_t now_ms, bool *claimed, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_id(id),
		db_int(OSCI_PARTIAL_INCOMPLETE) };
	struct err unused = { 0 };
	int64_t n;

	if (lock_take(db, a, lock_name(a, id), claimed, err) == -1)
		return -1;
	if (!*claimed)
		return 0;
	if (db_exec(db,
		"UPDATE osci_partial SET used_at = ? WHERE id = ?"
		" AND state = ?", p, nitems(p), &n, err) == -1) {
		(void)osci_partial_release(db, id, &unused);
		return -1;
	}
	*claimed = n == 1;
	return *claimed ? 0 : osci_partial_release(db, id, err);
}

int
osci_partial_release(struct db *db, const struct id *id, struct err *err)
{
	struct arena a = { 0 };
	int rc = lock_release(db, lock_name(&a, id), err);

	arena_free(&a);
	return rc;
}

static int
end_rows(struct db *db, const struct osci_partial *p, int64_t now_ms,
    struct err *err)
{
	const struct db_param end[] = { db_int(p->state), db_text(p->result),
		db_id(p->has_delivery ? &p->delivery : NULL),
		db_time(now_ms), db_id(&p->id) };
	const struct db_param chunks[] = { db_id(&p->id) };

	if (db_exec(db,
		"UPDATE osci_partial SET state = ?, result = ?,"
		" delivery_id = ?, used_at = ?"
		" WHERE id = ?", end, nitems(end), NULL, err) == -1)
		return -1;
	return db_exec(db, "DELETE FROM osci_chunk WHERE partial_id = ?",
	    chunks, nitems(chunks), NULL, err);
}

int
osci_partial_end(struct db *db, const struct osci_partial *p, int64_t now_ms,
    struct err *err)
{
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (end_rows(db, p, now_ms, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

/* ---- sweeping ---- */

int
osci_partial_expired(struct db *db, struct arena *a, int64_t before_ms,
    size_t max, struct id **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(before_ms),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id FROM osci_partial WHERE used_at < ?"
		" ORDER BY used_at LIMIT ?", p, nitems(p), max, &rows,
		err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct id, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = db_cell_id(db_cell(&rows, i, 0));
	return 0;
}

int
osci_partial_delete(struct db *db, const struct id *id, struct err *err)
{
	const struct db_param p[] = { db_id(id) };

	return db_exec(db, "DELETE FROM osci_partial WHERE id = ?", p,
	    nitems(p), NULL, err);
}

int
osci_partial_has_file(struct db *db, struct arena *a, const struct id *id,
    bool *out, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_id(id) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM osci_chunk WHERE file_id = ? UNION ALL"
		" SELECT 1 FROM osci_partial WHERE id = ? LIMIT 1", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	*out = rows.n > 0;
	return 0;
}
