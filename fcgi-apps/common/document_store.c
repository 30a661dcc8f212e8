#include "common/document_store.h"

#include <assert.h>

#include "common/vorgang/access_store.h"

#define DOCUMENT_COLUMNS 11
#define DOCUMENT_MAX 1000 /* of one draft */

static const char *
context(struct arena *a, const struct id *id)
{
	return arena_printf(a, "document:%s", id_hex(a, id));
}

/* What is sealed: the digest's 32 bytes, then the name. */
static struct db_param
meta_seal(struct arena *a, const struct crypto_key *key,
    const struct document *d)
{
	size_t name_len = strlen(d->name), len;
	char *plain = arena_alloc(a, CRYPTO_DIGEST_LEN + name_len, 1);
	const void *meta;

	memcpy(plain, d->sha256, CRYPTO_DIGEST_LEN);
	memcpy(plain + CRYPTO_DIGEST_LEN, d->name, name_len);
	crypto_seal(a, key, context(a, &d->id), plain,
	    CRYPTO_DIGEST_LEN + name_len, &meta, &len);
	return db_blob(meta, len);
}

int
document_open_meta(struct arena *a, const struct crypto_key *key,
    const void *meta, size_t len, struct document *out, struct err *err)
{
	char *plain;
	size_t plain_len;

	if (crypto_open(a, key, context(a, &out->id), meta, len, &plain,
		&plain_len, err) == -1)
		return -1;
	if (plain_len < CRYPTO_DIGEST_LEN)
		return err_set(err, ERR_CRYPTO, "document: meta is too short");
	memcpy(out->sha256, plain, CRYPTO_DIGEST_LEN);
	out->name = plain + CRYPTO_DIGEST_LEN;
	return 0;
}

static void
insert_params(const struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *vorgang,
    const struct document *d, struct db_param p[DOCUMENT_COLUMNS])
{
	p[0] = db_id(&d->id);
	p[1] = db_town(db);
	p[2] = db_id(&d->submission_id);
	p[3] = db_id(vorgang);
	p[4] = db_text(d->field);
	p[5] = db_text(d->media_type);
	p[6] = db_int(d->size);
	p[7] = db_blob(d->cipher_sha256, sizeof(d->cipher_sha256));
	p[8] = meta_seal(a, key, d);
	p[9] = db_int(d->origin);
	p[10] = db_time(d->created_ms);
}

int
document_add_draft(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct document *d, struct err *err)
{
	struct db_param p[DOCUMENT_COLUMNS + 2];
	int64_t added;

	insert_params(db, a, key, NULL, d, p);
	p[DOCUMENT_COLUMNS] = db_town(db);
	p[DOCUMENT_COLUMNS + 1] = db_id(&d->submission_id);
	/* The lock makes a submission of the draft wait, or this find none. */
	if (db_exec(db,
		"INSERT INTO document (id, town_id, submission_id, vorgang_id,"
		" field, media_type, size, cipher_sha256, meta, origin,"
		" created_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
		" FROM draft WHERE town_id = ? AND submission_id = ?"
		" LOCK IN SHARE MODE", p, nitems(p), &added, err) == -1)
		return -1;
	if (added == 0)
		return err_set(err, ERR_CONFLICT, "document: no such draft");
	return 0;
}

int
document_insert(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct document *d, size_t n,
    struct err *err)
{
	struct db_param *p =
	    arena_new(a, struct db_param, n * DOCUMENT_COLUMNS);

	for (size_t i = 0; i < n; i++)
		insert_params(db, a, key, vorgang, &d[i],
		    p + i * DOCUMENT_COLUMNS);
	return db_bulk(db,
	    "INSERT INTO document (id, town_id, submission_id, vorgang_id,"
	    " field, media_type, size, cipher_sha256, meta, origin,"
	    " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    p, DOCUMENT_COLUMNS, n, err);
}

/* Columns from the first on: id to created_at without the Vorgang, then meta.
 * key NULL leaves the sealed part out. */
static int
document_read(struct arena *a, const struct crypto_key *key,
    const struct db_rows *rows, size_t row, struct document *out,
    struct err *err)
{
	const struct db_cell *meta = db_cell(rows, row, 8);
	const struct db_cell *digest = db_cell(rows, row, 5);

	*out = (struct document){ .id = db_cell_id(db_cell(rows, row, 0)),
		.submission_id = db_cell_id(db_cell(rows, row, 1)),
		.field = db_cell(rows, row, 2)->data,
		.name = "",
		.media_type = db_cell(rows, row, 3)->data,
		.size = db_cell(rows, row, 4)->i,
		.origin = (enum event_actor)db_cell(rows, row, 6)->i,
		.created_ms = db_cell(rows, row, 7)->i };
	if (digest->len == CRYPTO_DIGEST_LEN)
		memcpy(out->cipher_sha256, digest->data, CRYPTO_DIGEST_LEN);
	if (key == NULL || meta->data == NULL)
		return 0;
	return document_open_meta(a, key, meta->data, meta->len, out, err);
}

#define DOCUMENT_FIELDS                                                        \
	"d.id, d.submission_id, d.field, d.media_type, d.size,"                \
	" d.cipher_sha256, d.origin, d.created_at, d.meta"

int
document_list_draft(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *submission,
    struct document **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " DOCUMENT_FIELDS " FROM document d"
		" WHERE d.town_id = ? AND d.submission_id = ?"
		" AND d.vorgang_id IS NULL ORDER BY d.id", p, nitems(p),
		DOCUMENT_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct document, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		if (document_read(a, key, &rows, i, &(*out)[i], err) == -1)
			return -1;
	return 0;
}

int
document_usage(struct db *db, struct arena *a, const struct id *submission,
    int64_t *count, int64_t *bytes, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*), COALESCE(SUM(size), 0) FROM document"
		" WHERE town_id = ? AND submission_id = ?", p, nitems(p), 1,
		&rows, err) == -1)
		return -1;
	*count = db_cell(&rows, 0, 0)->i;
	*bytes = db_cell(&rows, 0, 1)->i;
	return 0;
}

/* Runs a query for one document, with its data key behind its fields. */
static int
find_one(struct db *db, struct arena *a, const struct town *t,
    const char *sql, const struct db_param *p, size_t n, struct document *out,
    struct data_key *key, struct err *err)
{
	const struct db_cell *wrapped;
	struct db_rows rows;

	assert(t->id == db_town_id(db));
	if (db_query(db, a, sql, p, n, 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "document: none of this id");
	wrapped = db_cell(&rows, 0, 9);
	if (wrapped->data == NULL)
		return err_set(err, ERR_GONE, "document: was erased");
	if (data_key_open(&t->key, wrapped->data, wrapped->len, key, err) ==
	    -1)
		return -1;
	return document_read(a, &key->key, &rows, 0, out, err);
}

int
document_of_draft(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct id *id, struct document *out,
    struct data_key *key, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db),
		db_id(submission) };

	return find_one(db, a, t,
	    "SELECT " DOCUMENT_FIELDS ", f.data_key FROM document d"
	    " JOIN draft f ON f.town_id = d.town_id"
	    " AND f.submission_id = d.submission_id"
	    " WHERE d.id = ? AND d.town_id = ? AND d.submission_id = ?"
	    " AND d.vorgang_id IS NULL AND f.data_key IS NOT NULL", p,
	    nitems(p), out, key, err);
}

int
document_of_open_draft(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *submission,
    const struct id *id, struct document *out, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db),
		db_id(submission) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " DOCUMENT_FIELDS " FROM document d WHERE d.id = ?"
		" AND d.town_id = ? AND d.submission_id = ?"
		" AND d.vorgang_id IS NULL", p, nitems(p), 1, &rows, err) ==
	    -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "document: none of this id");
	return document_read(a, key, &rows, 0, out, err);
}

int
document_of_token(struct db *db, struct arena *a, const struct town *t,
    const uint8_t token[ID_TOKEN_LEN], const struct id *id, int64_t now_ms,
    struct document *out, struct data_key *key, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	access_token_hash(token, hash);
	{
		const struct db_param p[] = { db_blob(hash, sizeof(hash)),
			db_town(db), db_time(now_ms), db_id(id) };

		return find_one(db, a, t,
		    "SELECT " DOCUMENT_FIELDS ", v.data_key"
		    " FROM access_token a JOIN vorgang v"
		    " ON v.id = a.vorgang_id AND v.town_id = a.town_id"
		    " JOIN document d ON d.vorgang_id = v.id"
		    " WHERE a.hash = ? AND a.town_id = ?"
		    " AND (a.expires_at IS NULL OR a.expires_at > ?)"
		    " AND d.id = ?", p, nitems(p), out, key, err);
	}
}

int
document_of_vorgang(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, const struct id *id, struct document *out,
    struct data_key *key, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db), db_id(vorgang) };

	return find_one(db, a, t,
	    "SELECT " DOCUMENT_FIELDS ", v.data_key FROM document d"
	    " JOIN vorgang v ON v.id = d.vorgang_id AND v.town_id = d.town_id"
	    " WHERE d.id = ? AND d.town_id = ? AND d.vorgang_id = ?", p,
	    nitems(p), out, key, err);
}

int
document_delete(struct db *db, const struct id *submission,
    const struct id *id, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db),
		db_id(submission) };
	int64_t deleted;

	if (db_exec(db,
		"DELETE FROM document WHERE id = ? AND town_id = ?"
		" AND submission_id = ? AND vorgang_id IS NULL", p, nitems(p),
		&deleted, err) == -1)
		return -1;
	if (deleted == 0)
		return err_set(err, ERR_NOT_FOUND, "document: none of this id");
	return 0;
}

int
document_move(struct db *db, const struct id *submission,
    const struct id *id, const char *field, struct err *err)
{
	const struct db_param p[] = { db_text(field), db_id(id), db_town(db),
		db_id(submission) };
	int64_t moved;

	if (db_exec(db,
		"UPDATE document SET field = ? WHERE id = ? AND town_id = ?"
		" AND submission_id = ? AND vorgang_id IS NULL", p, nitems(p),
		&moved, err) == -1)
		return -1;
	if (moved == 0)
		return err_set(err, ERR_NOT_FOUND, "document: none of this id");
	return 0;
}

int
document_forget_draft(struct db *db, const struct id *submission,
    struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };

	return db_exec(db,
	    "DELETE FROM document WHERE town_id = ? AND submission_id = ?"
	    " AND vorgang_id IS NULL", p, nitems(p), NULL, err);
}

int
document_exists(struct db *db, struct arena *a, const struct id *id,
    bool *found, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM document WHERE id = ? AND town_id = ?", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	*found = rows.n > 0;
	return 0;
}
