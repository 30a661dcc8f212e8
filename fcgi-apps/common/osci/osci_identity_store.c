#include "common/osci/osci_identity_store.h"

#include <assert.h>

#include "common/log.h"
#include "common/osci/osci_key.h"
#include "common/osci/osci_pkcs11.h"
#include "common/town_store.h"

#define ROWS_MAX 10000

#define COLUMNS                                                                \
	"id, town_id, role, name, purpose, cert, key_sealed, key_uri,"         \
	" is_active, created_at, retired_at"

/* ---- keys that seal ---- */

/* What a row's key lies under: the installation's, or its town's. */
static int
sealing_key(struct db *db, struct arena *a, const struct crypto_key *master,
    uint32_t town_id, struct crypto_key *out, struct err *err)
{
	struct crypto_key town;
	struct town_row *rows;
	size_t n;

	if (town_id == 0) {
		crypto_derive(master, "osci-identity", out);
		return 0;
	}
	if (town_rows(db, a, &rows, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].id != town_id)
			continue;
		if (crypto_unwrap(master, rows[i].wrapped_key, &town, err) ==
		    -1)
			return -1;
		crypto_derive(&town, "osci-identity", out);
		explicit_bzero(&town, sizeof(town));
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND, "no town %u", town_id);
}

/* A sealed key opens only in the row of its certificate. */
static const char *
seal_context(struct arena *a, const struct osci_cert *cert)
{
	return arena_printf(a, "osci-identity:%s",
	    id_hex_bytes(a, cert->sha256, sizeof(cert->sha256)));
}

int
osci_identity_key(struct db *db, struct arena *a, const struct config *config,
    const struct crypto_key *master, const struct osci_identity_row *row,
    struct osci_key *out, struct err *err)
{
	struct crypto_key sealing;
	char *der;
	size_t len;
	int rc;

	if (row->key_uri != NULL)
		return osci_pkcs11_open(config->osci_pkcs11_module,
			   config->osci_pkcs11_pin_file, err) == -1
		    ? -1
		    : osci_pkcs11_key(a, row->key_uri, out, err);
	if (sealing_key(db, a, master, row->town_id, &sealing, err) == -1)
		return -1;
	rc = crypto_open(a, &sealing, seal_context(a, &row->cert),
	    row->key_sealed, row->key_sealed_len, &der, &len, err);
	explicit_bzero(&sealing, sizeof(sealing));
	if (rc == -1)
		return err_set(err, ERR_CRYPTO,
		    "OSCI identity %u: its key does not open", row->id);
	rc = osci_key_from_der(a, der, len, out, err);
	explicit_bzero(der, len);
	return rc;
}

/* ---- rows ---- */

static int
read_row(struct arena *a, const struct db_rows *rows, size_t i,
    struct osci_identity_row *out, struct err *err)
{
	const struct db_cell *cert = db_cell(rows, i, 5);
	const struct db_cell *sealed = db_cell(rows, i, 6);

	*out = (struct osci_identity_row){
	    .id = (uint32_t)db_cell(rows, i, 0)->i,
	    .town_id = (uint32_t)db_cell(rows, i, 1)->i,
	    .role = (enum osci_identity_role)db_cell(rows, i, 2)->i,
	    .name = db_cell(rows, i, 3)->data,
	    .purpose = (enum osci_identity_purpose)db_cell(rows, i, 4)->i,
	    .key_sealed = sealed->is_null ? NULL : sealed->data,
	    .key_sealed_len = sealed->len,
	    .key_uri = db_cell(rows, i, 7)->data,
	    .is_active = db_cell(rows, i, 8)->i != 0,
	    .created_ms = db_cell(rows, i, 9)->i,
	    .retired_ms = db_cell(rows, i, 10)->i,
	};
	if (osci_cert_parse(a, (const uint8_t *)cert->data, cert->len,
		&out->cert, err) == -1)
		return err_set(err, ERR_DB,
		    "OSCI identity %u: its certificate is damaged", out->id);
	return 0;
}

static int
read_rows(struct arena *a, const struct db_rows *rows,
    struct osci_identity_row **out, size_t *n, struct err *err)
{
	*n = rows->n;
	*out = arena_new(a, struct osci_identity_row, rows->n + 1);
	for (size_t i = 0; i < rows->n; i++)
		if (read_row(a, rows, i, &(*out)[i], err) == -1)
			return -1;
	return 0;
}

int
osci_identity_rows(struct db *db, struct arena *a,
    struct osci_identity_row **out, size_t *n, struct err *err)
{
	struct db_rows rows;

	return db_query(db, a,
		   "SELECT " COLUMNS " FROM osci_identity"
		   " ORDER BY role, town_id, name, purpose, id DESC",
		   NULL, 0, ROWS_MAX, &rows, err) == -1
	    ? -1
	    : read_rows(a, &rows, out, n, err);
}

int
osci_identity_row(struct db *db, struct arena *a, uint32_t id,
    struct osci_identity_row *out, struct err *err)
{
	const struct db_param p[] = {db_int(id)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS " FROM osci_identity WHERE id = ?", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	return rows.n == 0
	    ? err_set(err, ERR_NOT_FOUND, "no OSCI identity %u", id)
	    : read_row(a, &rows, 0, out, err);
}

/* ---- loading ---- */

static bool
is_same(const struct osci_identity_row *x, const struct osci_identity_row *y)
{
	return x->role == y->role && x->town_id == y->town_id &&
	    strcmp(x->name, y->name) == 0;
}

static int
load_pair(struct db *db, struct arena *a, const struct config *config,
    const struct crypto_key *master, const struct osci_identity_row *row,
    struct osci_identity *out, struct err *err)
{
	out->cert = row->cert;
	return osci_identity_key(db, a, config, master, row, &out->key, err);
}

/* One identity of the n rows that are its own; *found false when it lacks an
 * active pair. */
static int
load_one(struct db *db, struct arena *a, const struct config *config,
    const struct crypto_key *master, const struct osci_identity_row *row,
    size_t n, struct osci_own *out, bool *found, struct err *err)
{
	const struct osci_identity_row *active = NULL, *sign = NULL;

	*found = false;
	for (size_t i = n; i-- > 0;) /* should there be two: the newest */
		if (row[i].is_active &&
		    row[i].purpose == OSCI_IDENTITY_CIPHER)
			active = &row[i];
		else if (row[i].is_active)
			sign = &row[i];
	if (active == NULL || sign == NULL)
		return 0;
	*out = (struct osci_own){.town_id = row->town_id,
	    .role = row->role,
	    .name = row->name,
	    .sign_id = sign->id};
	out->cipher = arena_new(a, struct osci_identity, n);
	out->cipher_id = arena_new(a, uint32_t, n);
	for (size_t i = 0; i <= n; i++) { /* the active one first */
		const struct osci_identity_row *r = i == 0 ? active
							   : &row[i - 1];

		if (r->purpose != OSCI_IDENTITY_CIPHER ||
		    (i > 0 && r == active))
			continue;
		if (load_pair(db, a, config, master, r,
			&out->cipher[out->ncipher], err) == 0)
			out->cipher_id[out->ncipher++] = r->id;
		else if (r == active)
			return -1;
		else
			log_error("%s; it is left out", err->msg);
	}
	err_clear(err);
	*found = true;
	return load_pair(db, a, config, master, sign, &out->sign, err);
}

int
osci_identity_load(struct db *db, struct arena *a,
    const struct config *config, const struct crypto_key *master,
    enum osci_identity_role role, const char *name, struct osci_own **out,
    size_t *n, struct err *err)
{
	const struct db_param p[] = {db_int(role), db_text(name)};
	struct osci_identity_row *row;
	struct db_rows rows;
	size_t nrow, end;
	bool found;

	if (db_query(db, a,
		"SELECT " COLUMNS " FROM osci_identity"
		" WHERE role = ? AND name = COALESCE(?, name)"
		" ORDER BY town_id, name, id DESC",
		p, nitems(p), ROWS_MAX, &rows, err) == -1 ||
	    read_rows(a, &rows, &row, &nrow, err) == -1)
		return -1;
	*n = 0;
	*out = arena_new(a, struct osci_own, nrow + 1);
	for (size_t i = 0; i < nrow; i = end) {
		for (end = i; end < nrow && is_same(&row[i], &row[end]);)
			end++;
		if (load_one(db, a, config, master, &row[i], end - i,
			&(*out)[*n], &found, err) == -1)
			return -1;
		*n += found;
	}
	return 0;
}

int
osci_identity_stamp(
    struct db *db, struct arena *a, int64_t *out, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT CAST(COALESCE(SUM(id * 4 + is_active * 2"
		" + (retired_at IS NULL)), 0) * 65536 + COUNT(*) AS SIGNED)"
		" FROM osci_identity",
		NULL, 0, 1, &rows, err) == -1)
		return -1;
	*out = db_cell(&rows, 0, 0)->i;
	return 0;
}

/* ---- changes ---- */

static int
retire_others(struct db *db, const struct osci_identity_row *row,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {db_time(now_ms), db_int(row->role),
	    row->town_id == 0 ? db_null() : db_int(row->town_id),
	    db_text(row->name), db_int(row->purpose), db_int(row->id)};

	return db_exec(db,
	    "UPDATE osci_identity SET is_active = FALSE, retired_at = ?"
	    " WHERE role = ? AND town_id <=> ? AND name = ? AND purpose = ?"
	    " AND id <> ? AND is_active",
	    p, nitems(p), NULL, err);
}

static int
insert_row(struct db *db, struct arena *a, struct osci_identity_row *row,
    struct err *err)
{
	const struct db_param p[] = {
	    row->town_id == 0 ? db_null() : db_int(row->town_id),
	    db_int(row->role), db_text(row->name), db_int(row->purpose),
	    db_blob(row->cert.der, row->cert.len),
	    db_blob(row->cert.sha256, sizeof(row->cert.sha256)),
	    db_blob(row->key_sealed, row->key_sealed_len),
	    db_text(row->key_uri), db_int(row->is_active),
	    db_time(row->created_ms)};
	struct db_rows rows;

	if (db_query(db, a,
		"INSERT INTO osci_identity (town_id, role, name, purpose,"
		" cert, fingerprint, key_sealed, key_uri, is_active,"
		" created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" RETURNING id",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	row->id = (uint32_t)db_cell(&rows, 0, 0)->i;
	return 0;
}

int
osci_identity_insert(struct db *db, struct arena *a,
    const struct crypto_key *master, struct osci_identity_row *row,
    const struct osci_key *key, struct err *err)
{
	struct crypto_key sealing;
	bool unknown;
	uint8_t *der;
	size_t len;

	assert((row->key_uri == NULL) == (key != NULL));
	if (key != NULL) {
		if (sealing_key(db, a, master, row->town_id, &sealing, err) ==
			-1 ||
		    osci_key_to_der(a, key, &der, &len, err) == -1)
			return -1;
		crypto_seal(a, &sealing, seal_context(a, &row->cert), der,
		    len, &row->key_sealed, &row->key_sealed_len);
		explicit_bzero(der, len);
		explicit_bzero(&sealing, sizeof(sealing));
	}
	if (db_begin(db, err) == -1)
		return -1;
	if (insert_row(db, a, row, err) == -1 ||
	    (row->is_active &&
		retire_others(db, row, row->created_ms, err) == -1)) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

static int
activate_row(struct db *db, uint32_t id, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {db_int(id)};
	struct osci_identity_row row;
	struct arena a = {0};
	int rc = osci_identity_row(db, &a, id, &row, err);

	if (rc == 0)
		rc = retire_others(db, &row, now_ms, err);
	arena_free(&a);
	return rc == -1 ? -1
			: db_exec(db,
			      "UPDATE osci_identity SET is_active = TRUE,"
			      " retired_at = NULL WHERE id = ?",
			      p, nitems(p), NULL, err);
}

int
osci_identity_activate(
    struct db *db, uint32_t id, int64_t now_ms, struct err *err)
{
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (activate_row(db, id, now_ms, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
osci_identity_retire(
    struct db *db, uint32_t id, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {db_time(now_ms), db_int(id)};
	int64_t found;

	if (db_exec(db,
		"UPDATE osci_identity SET is_active = FALSE, retired_at = ?"
		" WHERE id = ?",
		p, nitems(p), &found, err) == -1)
		return -1;
	return found == 1
	    ? 0
	    : err_set(err, ERR_NOT_FOUND, "no OSCI identity %u", id);
}

int
osci_identity_delete(struct db *db, uint32_t id, struct err *err)
{
	const struct db_param p[] = {db_int(id)};
	int64_t found;

	if (db_exec(db,
		"DELETE FROM osci_identity WHERE id = ? AND NOT is_active", p,
		nitems(p), &found, err) == -1)
		return -1;
	return found == 1 ? 0
			  : err_set(err, ERR_NOT_FOUND,
				"OSCI identity %u does not exist, or is active",
				id);
}
