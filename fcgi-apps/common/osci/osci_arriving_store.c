#include "common/osci/osci_arriving_store.h"

#include "common/buf.h"
#include "common/json.h"
#include "common/osci/osci_transfer_piece.h"

#define DIRECTION_IN 2
#define SKIPPED_MAX 10000
#define PRIVATE_MAX ((size_t)64 << 10)

static const struct json_limits limits = {
	.bytes = PRIVATE_MAX, .depth = 4, .nodes = 100
};

/* ---- the row ---- */

static int
find(struct db *db, struct arena *a, const struct town *t,
    const char *identity, const char *message_id,
    struct osci_transfer_row *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_int(t->id), db_text(identity),
		db_int(DIRECTION_IN), db_blob(hash, sizeof(hash)) };
	struct db_rows rows;
	struct id id;

	crypto_sha256(message_id, strlen(message_id), hash);
	if (db_query(db, a,
		"SELECT id FROM osci_transfer WHERE town_id = ?"
		" AND identity = ? AND direction = ? AND message_hash = ?", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such transfer");
	id = db_cell_id(db_cell(&rows, 0, 0));
	return osci_transfer_row(db, a, &id, out, err);
}

static bool
is_without_bytes(const struct osci_transfer_row *row)
{
	return row->is.state == OSCI_TRANSFER_ARRIVING ||
	    (row->is.state == OSCI_TRANSFER_FAILED && row->is.size == 0 &&
		row->data_key_len > 0);
}

static const char *
private_json(struct arena *a, const struct osci_arriving *of)
{
	struct buf *b = buf_new(a, PRIVATE_MAX);
	struct json_out j;

	json_begin(&j, b);
	json_open_object(&j);
	json_key(&j, "chunks");
	json_put_int(&j, of->chunks);
	json_key(&j, "total");
	json_put_int(&j, of->total);
	json_key(&j, "chunk_kib");
	json_put_int(&j, of->chunk_kib);
	json_key(&j, "total_kib");
	json_put_int(&j, of->total_kib);
	json_close_object(&j);
	return buf_text(b);
}

/* How many chunks of this very cut are here. */
static int
read_cut(struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, const struct osci_arriving *of,
    int64_t *chunks, struct err *err)
{
	cJSON *json;
	char *text;
	size_t len;

	*chunks = 0;
	if (row->is.state != OSCI_TRANSFER_ARRIVING)
		return 0;
	if (osci_transfer_private(a, t, row, &text, &len, err) == -1 ||
	    json_parse(a, text, len, &limits, &json, err) == -1)
		return -1;
	if (json_int(json, "total", 0, INT64_MAX, 0) == of->total &&
	    json_int(json, "chunk_kib", 0, INT64_MAX, 0) == of->chunk_kib &&
	    json_int(json, "total_kib", -1, INT64_MAX, -2) == of->total_kib)
		*chunks = json_int(json, "chunks", 0, of->total - 1, 0);
	return 0;
}

/* What the row says of itself: state, figures, bytes that are here. */
static int
write_row(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct osci_arriving *of, int64_t size, int64_t now_ms,
    struct err *err)
{
	const char *json = private_json(a, of);
	const void *sealed;
	size_t len;

	crypto_seal(a, key, osci_transfer_context(a, &of->id, 0, 0), json,
	    strlen(json), &sealed, &len);
	const struct db_param p[] = { db_int(OSCI_TRANSFER_ARRIVING),
		db_blob(sealed, len), db_int(size), db_time(now_ms),
		db_id(&of->id) };

	return db_exec(db,
	    "UPDATE osci_transfer SET state = ?, private = ?, size = ?,"
	    " changed_at = ? WHERE id = ?", p, nitems(p), NULL, err);
}

static int
delete_chunks(struct db *db, const struct id *id, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_int(OSCI_PIECE_CHUNKS) };

	return db_exec(db,
	    "DELETE FROM osci_transfer_piece WHERE transfer_id = ?"
	    " AND kind = ?", p, nitems(p), NULL, err);
}

static int
count_chunks(struct db *db, struct arena *a, const struct id *id, size_t *n,
    struct err *err)
{
	const struct db_param p[] = { db_id(id), db_int(OSCI_PIECE_CHUNKS) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*) FROM osci_transfer_piece"
		" WHERE transfer_id = ? AND kind = ?", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	*n = (size_t)db_cell(&rows, 0, 0)->i;
	return 0;
}

/* ---- chunks ---- */

static int
begin(struct db *db, struct arena *a, const struct town *t,
    const char *identity, uint32_t peer, const char *message_id,
    int64_t now_ms, struct osci_arriving *of, struct err *err)
{
	const struct osci_transfer_new new = { .id = id_uuid7(),
		.town = t,
		.is_incoming = true,
		.way = OSCI_TRANSFER_FETCHED,
		.state = OSCI_TRANSFER_ARRIVING,
		.identity = identity,
		.peer_id = peer,
		.message_id = message_id,
		.private = private_json(a, of),
		.bytes = crypto_spool_new(a, "/tmp", 1),
		.note = arena_printf(
		    a, "in %lld chunks", (long long)of->total) };
	bool is_new;

	of->id = new.id;
	return osci_transfer_arrive(db, a, &new, now_ms, &is_new, err);
}

int
osci_arriving_open(struct db *db, struct arena *a, const struct town *t,
    const char *identity, uint32_t peer, const char *message_id,
    int64_t now_ms, struct crypto_spool *joined, struct osci_arriving *of,
    struct err *err)
{
	struct osci_transfer_row row;

	of->chunks = 0;
	if (find(db, a, t, identity, message_id, &row, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return begin(
		    db, a, t, identity, peer, message_id, now_ms, of, err);
	}
	of->id = row.is.id;
	if (!is_without_bytes(&row)) /* it is here: handed out once more */
		return 0;
	if (read_cut(a, t, &row, of, &of->chunks, err) == -1)
		return -1;
	return of->chunks == 0
	    ? osci_arriving_drop(db, a, t, of, now_ms, err)
	    : osci_transfer_pieces(
		  db, a, t, &row, OSCI_PIECE_CHUNKS, joined, err);
}

static int
add_rows(struct db *db, struct arena *a, const struct data_key *key,
    struct osci_arriving *of, struct crypto_spool *joined, int64_t offset,
    int64_t now_ms, struct err *err)
{
	size_t n;

	if (count_chunks(db, a, &of->id, &n, err) == -1 ||
	    osci_transfer_pieces_add(db, &of->id, &key->key,
		OSCI_PIECE_CHUNKS, n, joined, offset, err) == -1)
		return -1;
	of->chunks++;
	return write_row(db, a, &key->key, of, crypto_spool_len(joined),
	    now_ms, err);
}

int
osci_arriving_add(struct db *db, struct arena *a, const struct town *t,
    struct osci_arriving *of, struct crypto_spool *joined, int64_t offset,
    int64_t now_ms, struct err *err)
{
	struct osci_transfer_row row;
	struct data_key key;
	bool unknown;
	int rc;

	if (osci_transfer_row(db, a, &of->id, &row, err) == -1)
		return -1;
	if (row.is.state != OSCI_TRANSFER_ARRIVING)
		return 0;
	if (osci_transfer_open_key(t, &row, &key, err) == -1)
		return -1;
	rc = db_begin(db, err);
	if (rc == 0) {
		rc = add_rows(
		    db, a, &key, of, joined, offset, now_ms, err);
		if (rc == -1)
			db_rollback(db);
		else
			rc = db_commit(db, &unknown, err);
	}
	explicit_bzero(&key, sizeof(key));
	return rc;
}

int
osci_arriving_drop(struct db *db, struct arena *a, const struct town *t,
    struct osci_arriving *of, int64_t now_ms, struct err *err)
{
	struct osci_transfer_row row;
	struct data_key key;
	int rc;

	if (osci_transfer_row(db, a, &of->id, &row, err) == -1 ||
	    osci_transfer_open_key(t, &row, &key, err) == -1)
		return -1;
	of->chunks = 0;
	/* In this order: pieces without a count are dropped the next time. */
	rc = write_row(db, a, &key.key, of, 0, now_ms, err) == -1
	    ? -1
	    : delete_chunks(db, &of->id, err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

/* ---- its end ---- */

/* Chunks become bytes as they are; what is behind them is added. */
static int
write_bytes(struct db *db, struct arena *a,
    const struct osci_transfer_row *row, const struct data_key *key,
    struct crypto_spool *bytes, struct err *err)
{
	const struct db_param p[] = { db_int(OSCI_PIECE_BYTES),
		db_id(&row->is.id), db_int(OSCI_PIECE_CHUNKS) };
	size_t n = 0;

	if (row->is.state != OSCI_TRANSFER_ARRIVING ||
	    row->is.size > crypto_spool_len(bytes))
		return delete_chunks(db, &row->is.id, err) == -1
		    ? -1
		    : osci_transfer_pieces_add(db, &row->is.id, &key->key,
			  OSCI_PIECE_BYTES, 0, bytes, 0, err);
	if (count_chunks(db, a, &row->is.id, &n, err) == -1 ||
	    db_exec(db,
		"UPDATE osci_transfer_piece SET kind = ?"
		" WHERE transfer_id = ? AND kind = ?", p, nitems(p), NULL,
		err) == -1)
		return -1;
	return osci_transfer_pieces_add(db, &row->is.id, &key->key,
	    OSCI_PIECE_BYTES, n, bytes, row->is.size, err);
}

static struct db_param
time_or_null(int64_t ms)
{
	return ms == 0 ? db_null() : db_time(ms);
}

static int
write_end(struct db *db, struct arena *a, const struct osci_transfer_row *row,
    const struct data_key *key, const struct osci_transfer_new *t,
    int64_t now_ms, struct err *err)
{
	const void *sealed;
	size_t len;

	crypto_seal(a, &key->key, osci_transfer_context(a, &row->is.id, 0, 0),
	    t->private, strlen(t->private), &sealed, &len);
	const struct db_param p[] = { db_int(t->state),
		t->partner_id == 0 ? db_null() : db_int(t->partner_id),
		db_blob(sealed, len), db_int(crypto_spool_len(t->bytes)),
		db_blob(t->sender,
		    t->sender == NULL ? 0 : CRYPTO_DIGEST_LEN),
		time_or_null(t->next_ms), time_or_null(t->creation_ms),
		time_or_null(t->forwarding_ms), db_int(t->is_skipped),
		db_time(now_ms), db_id(&row->is.id) };

	return write_bytes(db, a, row, key, t->bytes, err) == -1
	    ? -1
	    : db_exec(db,
		  "UPDATE osci_transfer SET state = ?, partner_id = ?,"
		  " private = ?, size = ?, sender = ?, next_at = ?,"
		  " creation_at = ?, forwarding_at = ?, is_skipped = ?,"
		  " changed_at = ? WHERE id = ?", p, nitems(p), NULL, err);
}

int
osci_arriving_end(struct db *db, struct arena *a,
    const struct osci_transfer_new *t, int64_t now_ms, bool *done,
    struct err *err)
{
	struct osci_transfer_row row;
	struct data_key key;
	int rc;

	if (find(db, a, t->town, t->identity, t->message_id, &row, err) == -1)
		return -1;
	*done = is_without_bytes(&row);
	if (!*done)
		return 0;
	if (osci_transfer_open_key(t->town, &row, &key, err) == -1)
		return -1;
	rc = write_end(db, a, &row, &key, t, now_ms, err) == -1
	    ? -1
	    : osci_transfer_step(db, a, &row.is.id, t->state, "", t->note,
		  now_ms, err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

/* ---- passed over ---- */

int
osci_skipped(struct db *db, struct arena *a, uint32_t town,
    const char *identity, uint32_t peer, const char ***message_id, size_t *n,
    struct err *err)
{
	const struct db_param p[] = { db_int(town), db_text(identity),
		db_int(peer) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT message_id FROM osci_transfer WHERE is_skipped"
		" AND town_id = ? AND identity = ?"
		" AND COALESCE(peer_id, 0) = ?", p, nitems(p), SKIPPED_MAX,
		&rows, err) == -1)
		return -1;
	*n = rows.n;
	*message_id = arena_new(a, const char *, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		(*message_id)[i] = db_cell(&rows, i, 0)->data;
	return 0;
}

int
osci_unskip(struct db *db, const struct id *id, struct err *err)
{
	const struct db_param p[] = { db_id(id) };
	int64_t n;

	if (db_exec(db,
		"UPDATE osci_transfer SET is_skipped = FALSE WHERE id = ?"
		" AND is_skipped", p, nitems(p), &n, err) == -1)
		return -1;
	return n == 1 ? 0
		      : err_set(err, ERR_NOT_FOUND,
			    "transfer: it is not passed over");
}

int
osci_skipped_gone(struct db *db, struct arena *a, uint32_t town,
    const char *identity, const char *message_id, int64_t now_ms,
    struct err *err)
{
	const struct town t = { .id = town };
	struct osci_transfer_row row;

	return find(db, a, &t, identity, message_id, &row, err) == -1 ||
		osci_unskip(db, &row.is.id, err) == -1
	    ? -1
	    : osci_transfer_step(db, a, &row.is.id, row.is.state, "",
		  "the intermediary has it no more", now_ms, err);
}
