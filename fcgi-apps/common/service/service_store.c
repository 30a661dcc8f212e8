#include "common/service/service_store.h"

#define VERSIONS_MAX 100000
#define OFFERS_MAX 10000000

int
service_version_rows(struct db *db, struct arena *a,
    struct service_version_row **out, size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT v.id, s.slug, v.version, v.package, v.published_at"
		" FROM service_version v JOIN service s ON s.id = v.service_id"
		" ORDER BY v.id", NULL, 0, VERSIONS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct service_version_row, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct service_version_row){
			.id = (uint32_t)db_cell(&rows, i, 0)->i,
			.slug = db_cell(&rows, i, 1)->data,
			.version = db_cell(&rows, i, 2)->data,
			.package = db_cell(&rows, i, 3)->data,
			.package_len = db_cell(&rows, i, 3)->len,
			.published_ms = db_cell(&rows, i, 4)->i
		};
	return 0;
}

int
service_offer_rows(struct db *db, struct arena *a,
    struct service_offer_row **out, size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT t.town_id, s.slug, t.service_version_id, t.settings,"
		" t.is_open FROM town_service t"
		" JOIN service s ON s.id = t.service_id"
		" ORDER BY t.town_id, s.slug", NULL, 0, OFFERS_MAX, &rows,
		err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct service_offer_row, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct service_offer_row){
			.town_id = (uint32_t)db_cell(&rows, i, 0)->i,
			.slug = db_cell(&rows, i, 1)->data,
			.service_version_id =
			    (uint32_t)db_cell(&rows, i, 2)->i,
			.settings = db_cell(&rows, i, 3)->data,
			.settings_len = db_cell(&rows, i, 3)->len,
			.is_open = db_cell(&rows, i, 4)->i != 0
		};
	return 0;
}

/* The version as it stands, if it does; its package must be the same. */
static int
find_version(struct db *db, struct arena *a, const char *slug,
    const char *version, const uint8_t sha256[CRYPTO_DIGEST_LEN],
    uint32_t *id, bool *found, struct err *err)
{
	const struct db_param p[] = { db_text(slug), db_text(version) };
	const struct db_cell *there;
	struct db_rows rows;

	*found = false;
	if (db_query(db, a,
		"SELECT v.id, v.sha256 FROM service s JOIN service_version v"
		" ON v.service_id = s.id WHERE s.slug = ? AND v.version = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return 0;
	*found = true;
	*id = (uint32_t)db_cell(&rows, 0, 0)->i;
	there = db_cell(&rows, 0, 1);
	if (there->len != CRYPTO_DIGEST_LEN ||
	    memcmp(there->data, sha256, CRYPTO_DIGEST_LEN) != 0)
		return err_set(err, ERR_CONFLICT,
		    "%s %s is published with other contents: a published "
		    "version never changes, give the package a new version",
		    slug, version);
	return 0;
}

static int
insert_version(struct db *db, struct arena *a, const char *slug,
    const char *version, const char *package, size_t len,
    const uint8_t sha256[CRYPTO_DIGEST_LEN], int64_t now_ms, uint32_t *id,
    struct err *err)
{
	const struct db_param service[] = { db_text(slug) };
	const struct db_param p[] = { db_text(version), db_blob(package, len),
		db_blob(sha256, CRYPTO_DIGEST_LEN), db_time(now_ms),
		db_text(slug) };
	struct db_rows rows;

	if (db_exec(db,
		"INSERT INTO service (slug) VALUES (?)"
		" ON DUPLICATE KEY UPDATE slug = slug", service,
		nitems(service), NULL, err) == -1)
		return -1;
	if (db_query(db, a,
		"INSERT INTO service_version (service_id, version, package,"
		" sha256, published_at) SELECT id, ?, ?, ?, ? FROM service"
		" WHERE slug = ? RETURNING id", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	*id = (uint32_t)db_cell(&rows, 0, 0)->i;
	return service_generation_raise(db, err);
}

int
service_publish(struct db *db, struct arena *a, const char *slug,
    const char *version, const char *package, size_t len, int64_t now_ms,
    uint32_t *id, bool *is_new, struct err *err)
{
	uint8_t sha256[CRYPTO_DIGEST_LEN];
	bool found, unknown;

	crypto_sha256(package, len, sha256);
	if (find_version(db, a, slug, version, sha256, id, &found, err) == -1)
		return -1;
	*is_new = !found;
	if (found)
		return 0;
	if (db_begin(db, err) == -1)
		return -1;
	if (insert_version(db, a, slug, version, package, len, sha256, now_ms,
		id, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
service_offer(struct db *db, uint32_t version_id,
    const char *settings, bool is_open, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_text(settings),
		db_int(is_open), db_int(version_id) };
	bool unknown;
	int64_t put;

	if (db_begin(db, err) == -1)
		return -1;
	if (db_exec(db,
		"INSERT INTO town_service (town_id, service_id,"
		" service_version_id, settings, is_open)"
		" SELECT ?, service_id, id, ?, ? FROM service_version"
		" WHERE id = ? ON DUPLICATE KEY UPDATE"
		" service_version_id = VALUES(service_version_id),"
		" settings = VALUES(settings), is_open = VALUES(is_open)", p,
		nitems(p), &put, err) == -1 ||
	    service_generation_raise(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	if (put == 0) {
		db_rollback(db);
		return err_set(err, ERR_NOT_FOUND,
		    "service version %u does not exist", version_id);
	}
	return db_commit(db, &unknown, err);
}

int
service_generation(struct db *db, struct arena *a, uint64_t *out,
    struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT value FROM generation WHERE name = 'services'", NULL,
		0, 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_DB,
		    "table generation lacks its row 'services'");
	*out = (uint64_t)db_cell(&rows, 0, 0)->i;
	return 0;
}

int
service_generation_raise(struct db *db, struct err *err)
{
	return db_exec(db,
	    "UPDATE generation SET value = value + 1 WHERE name = 'services'",
	    NULL, 0, NULL, err);
}
