#include "common/handover/client_store.h"

#include "common/handover/handover.h"

#define CLIENTS_MAX 1000
#define SCOPES_MAX 1000 /* of one client */

#define COLUMNS                                                                \
	"id, slug, label, token_hash, old_until, certificate, hourly,"         \
	" created_at, rotated_at, revoked_at, used_at"

static int64_t
time_read(const struct db_cell *c)
{
	return c->is_null ? 0 : c->i;
}

static void
client_read(struct arena *a, const struct db_cell *c, struct client *out)
{
	*out = (struct client){.id = (uint32_t)c[0].i,
	    .slug = c[1].data,
	    .label = c[2].data,
	    .has_token = c[3].data != NULL,
	    .old_until_ms = time_read(&c[4]),
	    .certificate = c[5].data == NULL
		? "" : id_hex_bytes(a, c[5].data, c[5].len),
	    .hourly = c[6].i,
	    .created_ms = c[7].i,
	    .rotated_ms = time_read(&c[8]),
	    .revoked_ms = time_read(&c[9]),
	    .used_ms = time_read(&c[10])};
}

static int
scopes_read(struct db *db, struct arena *a, struct client *c,
    struct err *err)
{
	const struct db_param p[] = {db_int(c->id)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT s.id, s.slug, c.rights FROM api_client_scope c"
		" JOIN service s ON s.id = c.service_id"
		" WHERE c.client_id = ? ORDER BY s.slug",
		p, nitems(p), SCOPES_MAX, &rows, err) == -1)
		return -1;
	c->nscope = rows.n;
	c->scope = arena_new(a, struct client_scope, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		c->scope[i] = (struct client_scope){
		    .service_id = (uint32_t)db_cell(&rows, i, 0)->i,
		    .service = db_cell(&rows, i, 1)->data,
		    .rights = (unsigned)db_cell(&rows, i, 2)->i};
	return 0;
}

/* ---- for the operator ---- */

static int
scope_insert(struct db *db, uint32_t client_id, const struct client_scope *s,
    struct err *err)
{
	const struct db_param p[] = {
	    db_int(client_id), db_int(s->rights), db_text(s->service)};
	int64_t n;

	if (db_exec(db,
		"INSERT INTO api_client_scope (client_id, rights, service_id)"
		" SELECT ?, ?, id FROM service WHERE slug = ?",
		p, nitems(p), &n, err) == -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no service '%.60s'", s->service);
	return 0;
}

static int
scopes_insert(struct db *db, uint32_t client_id,
    const struct client_scope *scope, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (scope_insert(db, client_id, &scope[i], err) == -1)
			return -1;
	return 0;
}

static struct db_param
digest_or_null(const uint8_t *digest)
{
	return digest == NULL ? db_null()
			      : db_blob(digest, CRYPTO_DIGEST_LEN);
}

static int
insert_rows(struct db *db, struct arena *a, const struct client *c,
    const uint8_t *token_hash, const uint8_t *certificate, int64_t now_ms,
    struct err *err)
{
	const struct db_param p[] = {db_town(db), db_text(c->slug),
	    db_text(c->label), digest_or_null(token_hash),
	    digest_or_null(certificate), db_int(c->hourly),
	    db_time(now_ms)};
	struct client made;

	if (db_exec(db,
		"INSERT INTO api_client (town_id, slug, label, token_hash,"
		" certificate, hourly, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		p, nitems(p), NULL, err) == -1 ||
	    client_find(db, a, c->slug, &made, err) == -1)
		return -1;
	return scopes_insert(db, made.id, c->scope, c->nscope, err);
}

int
client_insert(struct db *db, struct arena *a, const struct client *c,
    const uint8_t *token_hash, const uint8_t *certificate, int64_t now_ms,
    struct err *err)
{
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (insert_rows(db, a, c, token_hash, certificate, now_ms, err) ==
	    -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
client_scopes_put(struct db *db, struct arena *a, uint32_t client_id,
    const struct client_scope *scope, size_t n, struct err *err)
{
	const struct db_param p[] = {db_int(client_id)};
	bool unknown;

	(void)a; /* nothing is read */
	if (db_begin(db, err) == -1)
		return -1;
	if (db_exec(db, "DELETE FROM api_client_scope WHERE client_id = ?",
		p, nitems(p), NULL, err) == -1 ||
	    scopes_insert(db, client_id, scope, n, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
client_list(struct db *db, struct arena *a, struct client **out, size_t *n,
    struct err *err)
{
	const struct db_param p[] = {db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS " FROM api_client WHERE town_id = ?"
		" ORDER BY slug",
		p, nitems(p), CLIENTS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct client, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		client_read(a, db_cell(&rows, i, 0), &(*out)[i]);
		if (scopes_read(db, a, &(*out)[i], err) == -1)
			return -1;
	}
	return 0;
}

static int
find_one(struct db *db, struct arena *a, const char *sql,
    const struct db_param *p, size_t n, struct client *out, bool *found,
    struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a, sql, p, n, 1, &rows, err) == -1)
		return -1;
	*found = rows.n == 1;
	if (!*found)
		return 0;
	client_read(a, db_cell(&rows, 0, 0), out);
	return scopes_read(db, a, out, err);
}

int
client_find(struct db *db, struct arena *a, const char *slug,
    struct client *out, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_text(slug)};
	bool found;

	if (find_one(db, a,
		"SELECT " COLUMNS " FROM api_client"
		" WHERE town_id = ? AND slug = ?",
		p, nitems(p), out, &found, err) == -1)
		return -1;
	return found ? 0
		     : err_set(err, ERR_NOT_FOUND,
			   "there is no client '%.40s'", slug);
}

int
client_by_id(struct db *db, struct arena *a, uint32_t id, struct client *out,
    struct err *err)
{
	const struct db_param p[] = {db_town(db), db_int(id)};
	bool found;

	if (find_one(db, a,
		"SELECT " COLUMNS " FROM api_client"
		" WHERE town_id = ? AND id = ?",
		p, nitems(p), out, &found, err) == -1)
		return -1;
	return found ? 0
		     : err_set(err, ERR_NOT_FOUND, "there is no client %u",
			   id);
}

int
client_rotate(struct db *db, uint32_t id, const uint8_t *token_hash,
    int64_t now_ms, int64_t old_until_ms, struct err *err)
{
	const struct db_param p[] = {db_time(old_until_ms),
	    db_blob(token_hash, CRYPTO_DIGEST_LEN), db_time(now_ms),
	    db_int(id), db_town(db)};

	return db_exec(db,
	    "UPDATE api_client SET old_hash = token_hash, old_until = ?,"
	    " token_hash = ?, rotated_at = ?"
	    " WHERE id = ? AND town_id = ? AND revoked_at IS NULL",
	    p, nitems(p), NULL, err);
}

int
client_certificate_put(struct db *db, uint32_t id,
    const uint8_t *certificate, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {
	    db_blob(certificate, CRYPTO_DIGEST_LEN), db_time(now_ms),
	    db_int(id), db_town(db)};

	return db_exec(db,
	    "UPDATE api_client SET certificate = ?, rotated_at = ?"
	    " WHERE id = ? AND town_id = ? AND revoked_at IS NULL",
	    p, nitems(p), NULL, err);
}

int
client_revoke(struct db *db, uint32_t id, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {
	    db_time(now_ms), db_int(id), db_town(db)};

	return db_exec(db,
	    "UPDATE api_client SET revoked_at = ?, token_hash = NULL,"
	    " old_hash = NULL, old_until = NULL, certificate = NULL"
	    " WHERE id = ? AND town_id = ? AND revoked_at IS NULL",
	    p, nitems(p), NULL, err);
}

/* ---- for the door ---- */

int
client_by_token(struct db *db, struct arena *a,
    const uint8_t hash[CRYPTO_DIGEST_LEN], int64_t now_ms,
    struct client *out, struct err *err)
{
	const struct db_param p[] = {db_town(db),
	    db_blob(hash, CRYPTO_DIGEST_LEN), db_town(db),
	    db_blob(hash, CRYPTO_DIGEST_LEN), db_time(now_ms)};
	bool found;

	if (find_one(db, a,
		"SELECT " COLUMNS " FROM api_client"
		" WHERE town_id = ? AND token_hash = ?"
		" AND revoked_at IS NULL"
		" UNION SELECT " COLUMNS " FROM api_client"
		" WHERE town_id = ? AND old_hash = ? AND old_until > ?"
		" AND revoked_at IS NULL",
		p, nitems(p), out, &found, err) == -1)
		return -1;
	return found ? 0
		     : err_set(err, ERR_UNAUTHORIZED,
			   "the token opens nothing");
}

int
client_by_certificate(struct db *db, struct arena *a,
    const uint8_t certificate[CRYPTO_DIGEST_LEN], struct client *out,
    struct err *err)
{
	const struct db_param p[] = {
	    db_town(db), db_blob(certificate, CRYPTO_DIGEST_LEN)};
	bool found;

	if (find_one(db, a,
		"SELECT " COLUMNS " FROM api_client"
		" WHERE town_id = ? AND certificate = ?"
		" AND revoked_at IS NULL",
		p, nitems(p), out, &found, err) == -1)
		return -1;
	return found ? 0
		     : err_set(err, ERR_UNAUTHORIZED,
			   "the certificate is no client's");
}

int
client_touch(struct db *db, uint32_t id, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {
	    db_time(now_ms), db_int(id), db_town(db)};

	return db_exec(db,
	    "UPDATE api_client SET used_at = ? WHERE id = ? AND town_id = ?",
	    p, nitems(p), NULL, err);
}

unsigned
client_rights(const struct client *c, const char *service)
{
	for (size_t i = 0; i < c->nscope; i++)
		if (strcmp(c->scope[i].service, service) == 0)
			return c->scope[i].rights;
	return 0;
}

/* ---- what it has done ---- */

int
client_request_find(struct db *db, struct arena *a, uint32_t client_id,
    const struct id *key, struct client_request *out, bool *found,
    struct err *err)
{
	const struct db_param p[] = {
	    db_int(client_id), db_id(key), db_town(db)};
	struct db_rows rows;
	const struct db_cell *c;

	if (db_query(db, a,
		"SELECT vorgang_id, digest, document_id, first_seq, last_seq"
		" FROM api_request WHERE client_id = ?"
		" AND idempotency_key = ? AND town_id = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*found = rows.n == 1;
	if (!*found)
		return 0;
	c = db_cell(&rows, 0, 0);
	*out = (struct client_request){.key = *key,
	    .vorgang_id = db_cell_id(&c[0]),
	    .has_document = !c[2].is_null,
	    .document_id = db_cell_id(&c[2]),
	    .first_seq = (uint32_t)c[3].i,
	    .last_seq = (uint32_t)c[4].i};
	if (c[1].len == CRYPTO_DIGEST_LEN)
		memcpy(out->digest, c[1].data, CRYPTO_DIGEST_LEN);
	return 0;
}

int
client_request_insert(struct db *db, uint32_t client_id,
    const struct client_request *r, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {db_int(client_id), db_id(&r->key),
	    db_town(db), db_id(&r->vorgang_id),
	    db_blob(r->digest, CRYPTO_DIGEST_LEN),
	    db_id(r->has_document ? &r->document_id : NULL),
	    db_int(r->first_seq), db_int(r->last_seq), db_time(now_ms)};

	return db_exec(db,
	    "INSERT INTO api_request (client_id, idempotency_key, town_id,"
	    " vorgang_id, digest, document_id, first_seq, last_seq, at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    p, nitems(p), NULL, err);
}

/* ---- the list ---- */

static void
line_read(const struct db_cell *c, struct client_line *out)
{
	out->id = db_cell_id(&c[0]);
	(void)snprintf(
	    out->reference, sizeof(out->reference), "%s", c[1].data);
	out->service_version_id = (uint32_t)c[2].i;
	out->service = c[3].data;
	out->state = c[4].data;
	out->is_closed = c[5].i != 0;
	out->created_ms = c[6].i;
	out->changed_ms = c[7].i;
	out->collected_ms = time_read(&c[8]);
}

int
client_vorgaenge(struct db *db, struct arena *a, const struct client *c,
    const struct client_filter *f, struct client_line **out, size_t *n,
    struct err *err)
{
	static const struct id none = {0};
	const struct db_param p[] = {db_int(c->id), db_int(CLIENT_READ),
	    db_text(HANDOVER_CLIENT), db_text(c->slug), db_town(db),
	    db_time(f->since_ms), db_time(f->since_ms),
	    db_id(f->has_after ? &f->after : &none), db_text(f->service),
	    db_text(f->service), db_text(f->state), db_text(f->state),
	    db_int(f->is_uncollected), db_int((int64_t)f->max)};
	struct db_rows rows;

	/* In this order: a range of the index by change, the rest by key. The
	 * lowest id of all (zeroes) is nobody's, so "behind it" is all. */
	if (db_query(db, a,
		"SELECT STRAIGHT_JOIN v.id, v.reference,"
		" v.service_version_id, s.slug, v.state, v.is_closed,"
		" v.created_at, v.changed_at, h.collected_at"
		" FROM vorgang v FORCE INDEX (vorgang_changed)"
		" JOIN service_version sv ON sv.id = v.service_version_id"
		" JOIN api_client_scope c ON c.client_id = ?"
		" AND c.service_id = sv.service_id AND (c.rights & ?) <> 0"
		" JOIN service s ON s.id = sv.service_id"
		" LEFT JOIN handover h ON h.vorgang_id = v.id AND h.way = ?"
		" AND h.partner = ? AND h.what = 'application'"
		" WHERE v.town_id = ? AND v.changed_at >= ?"
		" AND (v.changed_at > ? OR v.id > ?)"
		" AND (? IS NULL OR s.slug = ?)"
		" AND (? IS NULL OR v.state = ?)"
		" AND (? = 0 OR h.collected_at IS NULL)"
		" AND v.data_key IS NOT NULL"
		" ORDER BY v.changed_at, v.id LIMIT ?",
		p, nitems(p), f->max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct client_line, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		line_read(db_cell(&rows, i, 0), &(*out)[i]);
	return 0;
}
