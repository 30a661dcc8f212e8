#include "common/osci/osci_transfer_store.h"
#include "common/utf8.h"

#define ROWS_MAX 10000
#define NOTE_MAX 290
#define COLUMNS                                                                \
	"town_id, identity, peer_id, every_s, next_at, last_at, last_note,"     \
	" sent_at"

static void
row_read(const struct db_rows *rows, size_t i, struct osci_fetch *out)
{
	*out = (struct osci_fetch){
		.town_id = (uint32_t)db_cell(rows, i, 0)->i,
		.identity = db_cell(rows, i, 1)->data,
		.peer_id = (uint32_t)db_cell(rows, i, 2)->i,
		.every_s = db_cell(rows, i, 3)->i,
		.next_ms = db_cell(rows, i, 4)->i,
		.last_ms = db_cell(rows, i, 5)->i,
		.last_note = db_cell(rows, i, 6)->data,
		.sent_ms = db_cell(rows, i, 7)->i,
	};
}

static struct db_param
time_or_null(int64_t ms)
{
	return ms == 0 ? db_null() : db_time(ms);
}

int
osci_fetch_put(struct db *db, const struct osci_fetch *f, struct err *err)
{
	const struct db_param p[] = { db_int(f->town_id),
		db_text(f->identity), db_int(f->peer_id),
		db_int(f->every_s), time_or_null(f->next_ms) };

	return db_exec(db,
	    "INSERT INTO osci_fetch (town_id, identity, peer_id, every_s,"
	    " next_at) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	    " every_s = VALUES(every_s), next_at = VALUES(next_at),"
	    " claimed_by = NULL, claimed_until = NULL",
	    p, nitems(p), NULL, err);
}

int
osci_fetch_list(struct db *db, struct arena *a, struct osci_fetch **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS " FROM osci_fetch"
		" ORDER BY town_id, identity, peer_id",
		NULL, 0, ROWS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_fetch, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		row_read(&rows, i, &(*out)[i]);
	return 0;
}

static int
mark(struct db *db, const struct osci_fetch *f, const char *claimer,
    int64_t until_ms, struct err *err)
{
	const struct db_param p[] = { db_text(claimer), db_time(until_ms),
		db_int(f->town_id), db_text(f->identity),
		db_int(f->peer_id) };

	return db_exec(db,
	    "UPDATE osci_fetch SET claimed_by = ?, claimed_until = ?"
	    " WHERE town_id = ? AND identity = ? AND peer_id = ?",
	    p, nitems(p), NULL, err);
}

int
osci_fetch_renew(struct db *db, const struct osci_fetch *f,
    const char *claimer, int64_t until_ms, struct err *err)
{
	const struct db_param p[] = { db_time(until_ms), db_int(f->town_id),
		db_text(f->identity), db_int(f->peer_id), db_text(claimer) };
	int64_t n;

	if (db_exec(db,
		"UPDATE osci_fetch SET claimed_until = ? WHERE town_id = ?"
		" AND identity = ? AND peer_id = ? AND claimed_by = ?",
		p, nitems(p), &n, err) == -1)
		return -1;
	return n == 1
	    ? 0
	    : err_set(err, ERR_CONFLICT, "somebody else fetches for %s",
		  f->identity);
}

int
osci_fetch_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, struct osci_fetch *out,
    struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_time(now_ms) };
	struct db_rows rows;
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (db_query(db, a,
		"SELECT " COLUMNS " FROM osci_fetch WHERE next_at <= ?"
		" AND (claimed_until IS NULL OR claimed_until < ?)"
		" ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED",
		p, nitems(p), 1, &rows, err) == -1) {
		db_rollback(db);
		return -1;
	}
	if (rows.n == 0) {
		db_rollback(db);
		return err_set(err, ERR_NOT_FOUND, "nothing is due");
	}
	row_read(&rows, 0, out);
	if (mark(db, out, claimer, now_ms + lease_ms, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
osci_fetch_sent(struct db *db, uint32_t town, const char *identity,
    int64_t now_ms, int64_t next_ms, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_time(next_ms),
		db_int(town), db_text(identity) };

	return db_exec(db,
	    "UPDATE osci_fetch SET sent_at = ?,"
	    " next_at = LEAST(next_at, ?) WHERE town_id = ?"
	    " AND identity = ? AND every_s > 0",
	    p, nitems(p), NULL, err);
}

int
osci_fetch_done(struct db *db, const char *claimer,
    const struct osci_fetch *f, int64_t now_ms, int64_t next_ms,
    const char *note, struct err *err)
{
	struct arena a = { 0 };
	const struct db_param p[] = { time_or_null(next_ms), db_time(now_ms),
		db_text(utf8_cut(&a, note, NOTE_MAX)), db_int(f->town_id),
		db_text(f->identity), db_int(f->peer_id), db_text(claimer) };
	int rc = db_exec(db,
	    "UPDATE osci_fetch SET next_at = ?, last_at = ?, last_note = ?,"
	    " claimed_by = NULL, claimed_until = NULL"
	    " WHERE town_id = ? AND identity = ? AND peer_id = ?"
	    " AND claimed_by = ?",
	    p, nitems(p), NULL, err);

	arena_free(&a);
	return rc;
}

/* ---- claims of the dead ---- */

int
osci_claimers(struct db *db, struct arena *a, int64_t now_ms,
    const char ***out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_time(now_ms),
		db_time(now_ms) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT claimed_by FROM osci_transfer"
		" WHERE direction IN (1, 2) AND next_at <= ?"
		" AND claimed_until > ?"
		" UNION SELECT claimed_by FROM osci_fetch"
		" WHERE claimed_until > ?",
		p, nitems(p), ROWS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, const char *, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = db_cell(&rows, i, 0)->data;
	return 0;
}

int
osci_late(struct db *db, struct arena *a, int64_t before_ms,
    int64_t *transfers, int64_t *fetches, struct err *err)
{
	const struct db_param p[] = { db_time(before_ms),
		db_time(before_ms) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT (SELECT COUNT(*) FROM osci_transfer"
		" WHERE direction = 1 AND next_at < ?),"
		" (SELECT COUNT(*) FROM osci_fetch WHERE next_at < ?)",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*transfers = db_cell(&rows, 0, 0)->i;
	*fetches = db_cell(&rows, 0, 1)->i;
	return 0;
}

int
osci_claims_drop(
    struct db *db, const char *claimer, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_text(claimer), db_time(now_ms) };

	return db_exec(db,
		   "UPDATE osci_transfer SET claimed_by = NULL,"
		   " claimed_until = NULL WHERE claimed_by = ?"
		   " AND direction IN (1, 2) AND next_at <= ?",
		   p, 2, NULL, err) == -1 ||
		db_exec(db,
		    "UPDATE osci_fetch SET claimed_by = NULL,"
		    " claimed_until = NULL WHERE claimed_by = ?",
		    p, 1, NULL, err) == -1
	    ? -1
	    : 0;
}
