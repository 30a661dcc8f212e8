#include "common/osci/osci_erase_store.h"

#include "common/osci/osci_transfer_piece.h"

#define GIVE_UP_MAX 500

static int
ids(struct db *db, struct arena *a, const char *sql,
    const struct db_param *p, size_t np, size_t max, struct id **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a, sql, p, np, max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct id, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = db_cell_id(db_cell(&rows, i, 0));
	return 0;
}

int
osci_transfers_over(struct db *db, struct arena *a, int64_t before_ms,
    size_t max, struct id **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(before_ms),
		db_int(OSCI_TRANSFER_ACCEPTED), db_int(OSCI_TRANSFER_FORWARDED),
		db_int(OSCI_TRANSFER_RECEIVED), db_int(OSCI_TRANSFER_FAILED),
		db_int(OSCI_TRANSFER_HANDLED), db_int((int64_t)max) };

	return ids(db, a,
	    "SELECT id FROM osci_transfer WHERE changed_at < ?"
	    " AND state IN (?, ?, ?, ?, ?) AND next_at IS NULL"
	    " AND (direction = 1 OR size > 0) AND data_key <> ''"
	    " ORDER BY changed_at LIMIT ?",
	    p, nitems(p), max, out, n, err);
}

/* ---- erasing ---- */

static int
erase_rows(struct db *db, struct arena *a, const struct id *id,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_id(id) };
	struct osci_transfer_row row;
	int64_t n;

	if (db_exec(db,
		"UPDATE osci_transfer SET data_key = '', private = ''"
		" WHERE id = ? AND data_key <> ''", p, 1, &n, err) == -1)
		return -1;
	if (n == 0)
		return 0;
	return db_exec(db,
		   "DELETE FROM osci_transfer_piece WHERE transfer_id = ?", p,
		   1, NULL, err) == -1 ||
		db_exec(db,
		    "DELETE FROM osci_transfer_answer WHERE transfer_id = ?",
		    p, 1, NULL, err) == -1 ||
		osci_transfer_row(db, a, id, &row, err) == -1 ||
		osci_transfer_step(db, a, id, row.is.state, "",
		    "what it said was erased", now_ms, err) == -1
	    ? -1
	    : 0;
}

static int
give_up_rows(struct db *db, struct arena *a, const struct id *id,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_int(OSCI_TRANSFER_FAILED),
		db_time(now_ms), db_id(id), db_int(OSCI_TRANSFER_ARRIVING) };
	const struct db_param pieces[] = { db_id(id),
		db_int(OSCI_PIECE_CHUNKS) };
	int64_t n;

	if (db_exec(db,
		"UPDATE osci_transfer SET state = ?, size = 0,"
		" changed_at = ? WHERE id = ? AND state = ?", p, nitems(p),
		&n, err) == -1)
		return -1;
	if (n == 0)
		return 0;
	return db_exec(db,
		   "DELETE FROM osci_transfer_piece WHERE transfer_id = ?"
		   " AND kind = ?", pieces, nitems(pieces), NULL, err) == -1
	    ? -1
	    : osci_transfer_step(db, a, id, OSCI_TRANSFER_FAILED, "",
		  "no chunk came any more", now_ms, err);
}

/* One of both in a transaction of its own. */
static int
within(struct db *db, const struct id *id, int64_t now_ms,
    int (*rows)(struct db *db, struct arena *a, const struct id *id,
	int64_t now_ms, struct err *err),
    struct err *err)
{
	struct arena a = { 0 };
	bool unknown;
	int rc = db_begin(db, err);

	if (rc == 0 && (rc = rows(db, &a, id, now_ms, err)) == -1)
		db_rollback(db);
	else if (rc == 0)
		rc = db_commit(db, &unknown, err);
	arena_free(&a);
	return rc;
}

int
osci_transfer_erase(
    struct db *db, const struct id *id, int64_t now_ms, struct err *err)
{
	return within(db, id, now_ms, erase_rows, err);
}

int
osci_arriving_give_up(struct db *db, struct arena *a, int64_t before_ms,
    int64_t now_ms, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(before_ms),
		db_int(OSCI_TRANSFER_ARRIVING), db_int(GIVE_UP_MAX) };
	struct id *id;

	if (ids(db, a,
		"SELECT id FROM osci_transfer WHERE changed_at < ?"
		" AND state = ? ORDER BY changed_at LIMIT ?", p, nitems(p),
		GIVE_UP_MAX, &id, n, err) == -1)
		return -1;
	for (size_t i = 0; i < *n; i++)
		if (within(db, &id[i], now_ms, give_up_rows, err) == -1)
			return -1;
	return 0;
}

int
osci_frozen_drop(struct db *db, const struct id *id, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_int(OSCI_PIECE_FROZEN) };

	return db_exec(db,
	    "DELETE FROM osci_transfer_piece WHERE transfer_id = ?"
	    " AND kind = ?", p, nitems(p), NULL, err);
}
