#include "common/lock_store.h"

int
lock_take(struct db *db, struct arena *a, const char *name, bool *got,
    struct err *err)
{
	const struct db_param p[] = { db_text(name) };
	const struct db_cell *cell;
	struct db_rows rows;

	if (db_query(db, a, "SELECT GET_LOCK(?, 0)", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	cell = db_cell(&rows, 0, 0);
	*got = !cell->is_null && cell->i == 1;
	return 0;
}

int
lock_release(struct db *db, const char *name, struct err *err)
{
	const struct db_param p[] = { db_text(name) };

	return db_exec(db, "DO RELEASE_LOCK(?)", p, nitems(p), NULL, err);
}
