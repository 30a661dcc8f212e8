#include "torhaus/migration_store.h"

#include "common/date.h"

#define FILES_MAX 9999

static int
has_table(struct db *db, struct arena *a, bool *found, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*) FROM information_schema.TABLES"
		" WHERE TABLE_SCHEMA = DATABASE()"
		" AND TABLE_NAME = 'schema_migration'", NULL, 0, 1, &rows,
		err) == -1)
		return -1;
	*found = db_cell(&rows, 0, 0)->i > 0;
	return 0;
}

int
migration_rows(struct db *db, struct arena *a, struct migration_row **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;
	bool found;

	*n = 0;
	if (has_table(db, a, &found, err) == -1)
		return -1;
	if (!found)
		return 0;
	if (db_query(db, a,
		"SELECT number, name, sha256, applied_at FROM schema_migration"
		" ORDER BY number", NULL, 0, FILES_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct migration_row, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *sha256 = db_cell(&rows, i, 2);
		struct migration_row *row = &(*out)[i];

		row->number = (uint32_t)db_cell(&rows, i, 0)->i;
		row->name = db_cell(&rows, i, 1)->data;
		if (sha256->len == CRYPTO_DIGEST_LEN)
			memcpy(row->sha256, sha256->data, CRYPTO_DIGEST_LEN);
		row->applied_ms = db_cell(&rows, i, 3)->i;
	}
	return 0;
}

int
migration_table(struct db *db, struct err *err)
{
	return db_script(db,
	    "CREATE TABLE IF NOT EXISTS schema_migration ("
	    " number SMALLINT UNSIGNED NOT NULL,"
	    " name VARCHAR(100) CHARACTER SET ascii NOT NULL,"
	    " sha256 BINARY(32) NOT NULL, applied_at DATETIME(3) NOT NULL,"
	    " PRIMARY KEY (number))", err);
}

int
migration_insert(
    struct db *db, const struct migration_row *row, struct err *err)
{
	const struct db_param p[] = { db_int(row->number), db_text(row->name),
		db_blob(row->sha256, sizeof(row->sha256)),
		db_time(row->applied_ms) };

	return db_exec(db,
	    "INSERT INTO schema_migration (number, name, sha256, applied_at)"
	    " VALUES (?, ?, ?, ?)", p, nitems(p), NULL, err);
}

int
migration_lock(
    struct db *db, struct arena *a, int64_t wait_s, struct err *err)
{
	const struct db_param p[] = { db_int(wait_s) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT GET_LOCK(CONCAT(LEFT(DATABASE(), 40), '.migrate'), ?)",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (db_cell(&rows, 0, 0)->i != 1)
		return err_set(err, ERR_CONFLICT,
		    "another migration is running; waited %lld s for it",
		    (long long)wait_s);
	return 0;
}

void
migration_unlock(struct db *db, struct arena *a)
{
	struct db_rows rows;
	struct err err = { 0 };

	/* If the connection is gone, the lock is as well. */
	(void)db_query(db, a,
	    "SELECT RELEASE_LOCK(CONCAT(LEFT(DATABASE(), 40), '.migrate'))",
	    NULL, 0, 1, &rows, &err);
}
