#include "common/osci/osci_transfer_piece.h"

#define PIECE ((size_t)1 << 20)

const char *
osci_transfer_context(
    struct arena *a, const struct id *id, int kind, size_t seq)
{
	return arena_printf(
	    a, "osci-transfer:%s:%d:%zu", id_hex(a, id), kind, seq);
}

static void
wrapping_key(const struct town *t, struct crypto_key *out)
{
	crypto_derive(&t->key, "osci-transfer", out);
}

void
osci_transfer_new_key(const struct town *t, struct data_key *out)
{
	struct crypto_key key;

	wrapping_key(t, &key);
	data_key_new(&key, out);
	explicit_bzero(&key, sizeof(key));
}

int
osci_transfer_open_key(const struct town *t, const struct osci_transfer_row *row,
    struct data_key *out, struct err *err)
{
	struct crypto_key key;
	int rc;

	wrapping_key(t, &key);
	rc = data_key_open(&key, row->data_key, row->data_key_len, out, err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

int
osci_transfer_private(struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, char **json, size_t *len,
    struct err *err)
{
	struct data_key key;
	int rc;

	if (row->data_key_len == 0) { /* erased */
		*json = arena_strdup(a, "{}");
		*len = 2;
		return 0;
	}
	if (osci_transfer_open_key(t, row, &key, err) == -1)
		return -1;
	rc = crypto_open(a, &key.key,
	    osci_transfer_context(a, &row->is.id, 0, 0), row->private,
	    row->private_len, json, len, err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

static const char *
context(struct arena *a, const struct id *id, enum osci_piece_kind kind,
    size_t seq)
{
	if (kind == OSCI_PIECE_CHUNKS)
		kind = OSCI_PIECE_BYTES;
	return osci_transfer_context(a, id, (int)kind, seq);
}

/* ---- writing ---- */

static int
put_piece(struct db *db, const struct id *id, const struct crypto_key *key,
    enum osci_piece_kind kind, size_t seq, const void *bytes, size_t n,
    struct err *err)
{
	struct arena a = { 0 };
	const void *sealed;
	size_t len;
	int rc;

	crypto_seal(&a, key, context(&a, id, kind, seq), bytes, n, &sealed,
	    &len);
	const struct db_param p[] = { db_id(id), db_int(kind),
		db_int((int64_t)seq), db_blob(sealed, len) };
	rc = db_exec(db,
	    "INSERT INTO osci_transfer_piece (transfer_id, kind, seq, bytes)"
	    " VALUES (?, ?, ?, ?)",
	    p, nitems(p), NULL, err);
	arena_free(&a);
	return rc;
}

int
osci_transfer_pieces_add(struct db *db, const struct id *id,
    const struct crypto_key *key, enum osci_piece_kind kind, size_t seq,
    struct crypto_spool *bytes, int64_t offset, struct err *err)
{
	int64_t all = crypto_spool_len(bytes);
	struct arena a = { 0 };
	uint8_t *piece = arena_alloc(&a, PIECE, 1);
	int rc = 0;

	for (int64_t at = offset; rc == 0 && at < all; at += (int64_t)PIECE) {
		size_t n = all - at < (int64_t)PIECE ? (size_t)(all - at)
						     : PIECE;

		rc = crypto_spool_read(bytes, at, piece, n, err);
		if (rc == 0)
			rc = put_piece(
			    db, id, key, kind, seq++, piece, n, err);
	}
	explicit_bzero(piece, PIECE);
	arena_free(&a);
	return rc;
}

static int
replace_frozen(struct db *db, const struct osci_transfer_row *row,
    const struct crypto_key *key, struct crypto_spool *frozen,
    struct err *err)
{
	const struct db_param p[] = { db_id(&row->is.id),
		db_int(OSCI_PIECE_FROZEN) };

	return db_exec(db,
		   "DELETE FROM osci_transfer_piece WHERE transfer_id = ?"
		   " AND kind = ?",
		   p, nitems(p), NULL, err) == -1
	    ? -1
	    : osci_transfer_pieces_add(
		  db, &row->is.id, key, OSCI_PIECE_FROZEN, 0, frozen, 0, err);
}

int
osci_transfer_freeze(struct db *db, struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, struct crypto_spool *frozen,
    struct err *err)
{
	struct data_key key;
	bool unknown;
	int rc;

	(void)a;
	if (osci_transfer_open_key(t, row, &key, err) == -1)
		return -1;
	rc = db_begin(db, err);
	if (rc == 0) {
		rc = replace_frozen(db, row, &key.key, frozen, err);
		if (rc == -1)
			db_rollback(db);
		else
			rc = db_commit(db, &unknown, err);
	}
	explicit_bzero(&key, sizeof(key));
	return rc;
}

/* ---- reading ---- */

/* One piece at a time, since they may be many. *found false: behind the last */
static int
get_piece(struct db *db, const struct id *id, const struct crypto_key *key,
    enum osci_piece_kind kind, size_t seq, struct crypto_spool *out,
    bool *found, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_int(kind),
		db_int((int64_t)seq) };
	struct arena a = { 0 };
	struct db_rows rows;
	char *plain;
	size_t len;
	int rc;

	*found = false;
	rc = db_query(db, &a,
	    "SELECT bytes FROM osci_transfer_piece WHERE transfer_id = ?"
	    " AND kind = ? AND seq = ?",
	    p, nitems(p), 1, &rows, err);
	if (rc == 0 && rows.n == 1) {
		const struct db_cell *c = db_cell(&rows, 0, 0);

		*found = true;
		rc = crypto_open(&a, key,
		    context(&a, id, kind, seq), c->data, c->len, &plain, &len,
		    err);
		if (rc == 0)
			rc = crypto_spool_put(out, plain, len, err);
	}
	arena_free(&a);
	return rc;
}

int
osci_transfer_pieces(struct db *db, struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, enum osci_piece_kind kind,
    struct crypto_spool *out, struct err *err)
{
	struct data_key key;
	bool found = true;
	int rc = 0;

	(void)a;
	if (row->data_key_len == 0)
		return err_set(err, ERR_GONE, "transfer: it was erased");
	if (osci_transfer_open_key(t, row, &key, err) == -1)
		return -1;
	for (size_t seq = 0; rc == 0 && found; seq++)
		rc = get_piece(db, &row->is.id, &key.key, kind, seq, out,
		    &found, err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

int
osci_transfer_bytes(struct db *db, struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, enum osci_piece_kind kind,
    const char *dir, struct crypto_spool **out, struct err *err)
{
	*out = crypto_spool_new(a, dir, INT64_MAX);
	if (osci_transfer_pieces(db, a, t, row, kind, *out, err) == -1)
		return -1;
	if (kind == OSCI_PIECE_BYTES)
		return crypto_spool_len(*out) == row->is.size
		    ? 0
		    : err_set(err, ERR_CRYPTO,
			  "transfer %s: bytes are missing",
			  id_hex(a, &row->is.id));
	return crypto_spool_len(*out) > 0
	    ? 0
	    : err_set(err, ERR_NOT_FOUND, "transfer %s: nothing is frozen",
		  id_hex(a, &row->is.id));
}
