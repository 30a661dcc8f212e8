#include "common/osci/osci_partner_store.h"

#include "common/date.h"

#define ROWS_MAX 10000

/* ---- peers ---- */

#define PEER_COLUMNS                                                           \
	"id, name, uri, cipher_cert, sign_cert, max_chunk_kib, created_at"

static int
read_cert(struct arena *a, const struct db_cell *cell, struct osci_cert *out,
    struct err *err)
{
	return osci_cert_parse(
	    a, (const uint8_t *)cell->data, cell->len, out, err);
}

static int
peer_read(struct arena *a, const struct db_rows *rows, size_t i,
    struct osci_peer *out, struct err *err)
{
	*out = (struct osci_peer){
		.id = (uint32_t)db_cell(rows, i, 0)->i,
		.name = db_cell(rows, i, 1)->data,
		.uri = db_cell(rows, i, 2)->data,
		.max_chunk_kib = db_cell(rows, i, 5)->i,
		.created_ms = db_cell(rows, i, 6)->i,
	};
	return read_cert(a, db_cell(rows, i, 3), &out->cipher, err) == -1
	    ? -1
	    : read_cert(a, db_cell(rows, i, 4), &out->sign, err);
}

int
osci_peer_by_name(struct db *db, struct arena *a, const char *name,
    struct osci_peer *out, struct err *err)
{
	const struct db_param p[] = { db_text(name) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " PEER_COLUMNS " FROM osci_peer WHERE name = ?", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	return rows.n == 0
	    ? err_set(err, ERR_NOT_FOUND, "no intermediary \"%s\"", name)
	    : peer_read(a, &rows, 0, out, err);
}

int
osci_peer_by_id(struct db *db, struct arena *a, uint32_t id,
    struct osci_peer *out, struct err *err)
{
	const struct db_param p[] = { db_int(id) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " PEER_COLUMNS " FROM osci_peer WHERE id = ?", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	return rows.n == 0
	    ? err_set(err, ERR_NOT_FOUND, "no intermediary %u", id)
	    : peer_read(a, &rows, 0, out, err);
}

int
osci_peer_put(
    struct db *db, struct arena *a, struct osci_peer *peer, struct err *err)
{
	const struct db_param p[] = { db_text(peer->name), db_text(peer->uri),
		db_blob(peer->cipher.der, peer->cipher.len),
		db_blob(peer->sign.der, peer->sign.len),
		db_int(peer->max_chunk_kib), db_time(date_now_ms()) };
	struct osci_peer now;

	if (db_exec(db,
		"INSERT INTO osci_peer (name, uri, cipher_cert, sign_cert,"
		" max_chunk_kib, created_at) VALUES (?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE uri = VALUES(uri),"
		" cipher_cert = VALUES(cipher_cert),"
		" sign_cert = VALUES(sign_cert),"
		" max_chunk_kib = VALUES(max_chunk_kib)",
		p, nitems(p), NULL, err) == -1 ||
	    osci_peer_by_name(db, a, peer->name, &now, err) == -1)
		return -1;
	peer->id = now.id;
	return 0;
}

int
osci_peer_list(struct db *db, struct arena *a, struct osci_peer **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " PEER_COLUMNS " FROM osci_peer ORDER BY name", NULL,
		0, ROWS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_peer, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		if (peer_read(a, &rows, i, &(*out)[i], err) == -1)
			return -1;
	return 0;
}

/* ---- partners ---- */

#define PARTNER_COLUMNS                                                        \
	"id, town_id, name, peer_id, cipher_cert, sign_cert, receiver_uri,"    \
	" dvdv_key, created_at"

static int
partner_read(struct arena *a, const struct db_rows *rows, size_t i,
    struct osci_partner *out, struct err *err)
{
	const struct db_cell *sign = db_cell(rows, i, 5);

	*out = (struct osci_partner){
		.id = (uint32_t)db_cell(rows, i, 0)->i,
		.town_id = (uint32_t)db_cell(rows, i, 1)->i,
		.name = db_cell(rows, i, 2)->data,
		.peer_id = (uint32_t)db_cell(rows, i, 3)->i,
		.has_sign = !sign->is_null,
		.receiver_uri = db_cell(rows, i, 6)->data,
		.dvdv_key = db_cell(rows, i, 7)->data,
		.created_ms = db_cell(rows, i, 8)->i,
	};
	if (read_cert(a, db_cell(rows, i, 4), &out->cipher, err) == -1)
		return -1;
	return out->has_sign ? read_cert(a, sign, &out->sign, err) : 0;
}

static int
partner_one(struct db *db, struct arena *a, const char *sql,
    const struct db_param *p, size_t n, const char *what,
    struct osci_partner *out, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a, sql, p, n, ROWS_MAX, &rows, err) == -1)
		return -1;
	return rows.n == 0 ? err_set(err, ERR_NOT_FOUND, "no partner %s", what)
			   : partner_read(a, &rows, 0, out, err);
}

int
osci_partner_by_name(struct db *db, struct arena *a, uint32_t town,
    const char *name, struct osci_partner *out, struct err *err)
{
	const struct db_param p[] = { db_text(name), db_int(town) };

	return partner_one(db, a,
	    "SELECT " PARTNER_COLUMNS " FROM osci_partner WHERE name = ?"
	    " AND (town_id = ? OR town_id IS NULL)"
	    " ORDER BY town_id IS NULL LIMIT 1",
	    p, nitems(p), arena_printf(a, "\"%s\"", name), out, err);
}

int
osci_partner_by_id(struct db *db, struct arena *a, uint32_t id,
    struct osci_partner *out, struct err *err)
{
	const struct db_param p[] = { db_int(id) };

	return partner_one(db, a,
	    "SELECT " PARTNER_COLUMNS " FROM osci_partner WHERE id = ?", p,
	    nitems(p), arena_printf(a, "%u", id), out, err);
}

int
osci_partner_by_cert(struct db *db, struct arena *a, uint32_t town,
    const uint8_t sha256[CRYPTO_DIGEST_LEN], struct osci_partner *out,
    struct err *err)
{
	const struct db_param p[] = { db_blob(sha256, CRYPTO_DIGEST_LEN),
		db_blob(sha256, CRYPTO_DIGEST_LEN), db_int(town) };

	return partner_one(db, a,
	    "SELECT " PARTNER_COLUMNS " FROM osci_partner"
	    " WHERE (sign_fingerprint = ? OR cipher_fingerprint = ?)"
	    " AND (town_id = ? OR town_id IS NULL)"
	    " ORDER BY town_id IS NULL, id LIMIT 1",
	    p, nitems(p), "with this certificate", out, err);
}

/* The row that has the name already; 0: none. Of a NULL town the unique key
 * does not tell. */
static int
partner_id(struct db *db, struct arena *a, const struct osci_partner *q,
    uint32_t *out, struct err *err)
{
	const struct db_param p[] = { db_text(q->name), db_int(q->town_id) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id FROM osci_partner WHERE name = ?"
		" AND COALESCE(town_id, 0) = ? ORDER BY id LIMIT 1",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*out = rows.n == 0 ? 0 : (uint32_t)db_cell(&rows, 0, 0)->i;
	return 0;
}

#define PARTNER_VALUES 10

static void
partner_values(
    const struct osci_partner *q, struct db_param p[PARTNER_VALUES])
{
	p[0] = q->town_id == 0 ? db_null() : db_int(q->town_id);
	p[1] = db_text(q->name);
	p[2] = q->peer_id == 0 ? db_null() : db_int(q->peer_id);
	p[3] = db_blob(q->cipher.der, q->cipher.len);
	p[4] = q->has_sign ? db_blob(q->sign.der, q->sign.len) : db_null();
	p[5] = db_blob(q->cipher.sha256, sizeof(q->cipher.sha256));
	p[6] = q->has_sign ? db_blob(q->sign.sha256, sizeof(q->sign.sha256))
			   : db_null();
	p[7] = db_text(q->receiver_uri);
	p[8] = db_text(q->dvdv_key);
}

int
osci_partner_put(struct db *db, struct arena *a, struct osci_partner *q,
    struct err *err)
{
	struct db_param p[PARTNER_VALUES];

	if (partner_id(db, a, q, &q->id, err) == -1)
		return -1;
	partner_values(q, p);
	p[9] = q->id == 0 ? db_time(date_now_ms()) : db_int(q->id);
	if (q->id != 0)
		return db_exec(db,
		    "UPDATE osci_partner SET town_id = ?, name = ?,"
		    " peer_id = ?, cipher_cert = ?, sign_cert = ?,"
		    " cipher_fingerprint = ?, sign_fingerprint = ?,"
		    " receiver_uri = ?, dvdv_key = ? WHERE id = ?",
		    p, PARTNER_VALUES, NULL, err);
	if (db_exec(db,
		"INSERT INTO osci_partner (town_id, name, peer_id,"
		" cipher_cert, sign_cert, cipher_fingerprint,"
		" sign_fingerprint, receiver_uri, dvdv_key, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		p, PARTNER_VALUES, NULL, err) == -1)
		return -1;
	return partner_id(db, a, q, &q->id, err);
}

int
osci_partner_list(struct db *db, struct arena *a, uint32_t town,
    struct osci_partner **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_int(town), db_int(town) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " PARTNER_COLUMNS " FROM osci_partner"
		" WHERE ? = 0 OR town_id = ? OR town_id IS NULL"
		" ORDER BY name, town_id",
		p, nitems(p), ROWS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_partner, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		if (partner_read(a, &rows, i, &(*out)[i], err) == -1)
			return -1;
	return 0;
}

int
osci_partner_delete(struct db *db, uint32_t id, struct err *err)
{
	const struct db_param p[] = { db_int(id) };
	int64_t n;

	if (db_exec(db,
		"DELETE FROM osci_partner WHERE id = ? AND NOT EXISTS"
		" (SELECT 1 FROM osci_transfer WHERE partner_id ="
		" osci_partner.id)",
		p, nitems(p), &n, err) == -1)
		return -1;
	return n == 1 ? 0
		      : err_set(err, ERR_CONFLICT,
			    "transfers with this partner are kept");
}
