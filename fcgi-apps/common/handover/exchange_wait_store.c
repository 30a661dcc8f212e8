/* Which Vorgaenge the exchange has to look at, and until when. */
#include "common/handover/exchange_store.h"

#define TOWNS_MAX 65535

int
exchange_watched(
    struct db *db, struct arena *a, int64_t *out, struct err *err)
{
	const struct db_param p[] = { db_town(db) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT watched_at FROM exchange_watch WHERE town_id = ?", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	*out = rows.n == 0 ? 0 : db_cell(&rows, 0, 0)->i;
	return 0;
}

int
exchange_watch(struct db *db, int64_t until_ms, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_time(until_ms) };

	return db_exec(db,
	    "INSERT INTO exchange_watch (town_id, watched_at) VALUES (?, ?)"
	    " ON DUPLICATE KEY UPDATE watched_at ="
	    " GREATEST(watched_at, VALUES(watched_at))",
	    p, nitems(p), NULL, err);
}

static void
cases_read(struct arena *a, const struct db_rows *rows,
    struct exchange_case **out, size_t *n)
{
	*n = rows->n;
	*out = arena_new(a, struct exchange_case, rows->n + 1);
	for (size_t i = 0; i < rows->n; i++) {
		const struct db_cell *c = db_cell(rows, i, 0);

		(*out)[i] = (struct exchange_case){
			.vorgang = db_cell_id(&c[0]),
			.service_version_id = (uint32_t)c[1].i,
			.state = c[2].data,
			.changed_ms = c[3].i,
			.is_settled = c[4].i != 0,
		};
	}
}

int
exchange_cases(struct db *db, struct arena *a, int64_t since_ms,
    const struct id *after, size_t max, struct exchange_case **out, size_t *n,
    struct err *err)
{
	static const struct id first;
	const struct db_param p[] = { db_town(db), db_time(since_ms),
		db_time(since_ms), db_id(after == NULL ? &first : after),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT v.id, v.service_version_id, v.state, v.changed_at,"
		" v.is_closed OR w.vorgang_id IS NOT NULL"
		" FROM vorgang v LEFT JOIN exchange_wait w"
		" ON w.vorgang_id = v.id WHERE v.town_id = ?"
		" AND v.changed_at >= ? AND (v.changed_at > ? OR v.id > ?)"
		" ORDER BY v.changed_at, v.id LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	cases_read(a, &rows, out, n);
	return 0;
}

int
exchange_towns_due(struct db *db, struct arena *a, int64_t now_ms,
    int64_t overlap_ms, uint32_t **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms - overlap_ms),
		db_time(now_ms), db_time(now_ms), db_time(now_ms),
		db_int(EXCHANGE_HANDED), db_int(EXCHANGE_DELIVERED),
		db_time(now_ms), db_int(EXCHANGE_HANDED) };
	struct db_rows rows;

	/* Transfers: 8 arrived; 6 received and 7 failed, as below. */
	if (db_query(db, a,
		"SELECT t.id FROM town t"
		" LEFT JOIN exchange_watch k ON k.town_id = t.id"
		" WHERE k.watched_at >= ?"
		" OR (SELECT v.changed_at FROM vorgang v"
		"  WHERE v.town_id = t.id ORDER BY v.changed_at DESC LIMIT 1)"
		"  > COALESCE(k.watched_at, '1970-01-02')"
		" OR EXISTS (SELECT 1 FROM exchange_wait w"
		"  WHERE w.town_id = t.id AND w.next_at <= ?)"
		" OR EXISTS (SELECT 1 FROM exchange_deadline d"
		"  WHERE d.town_id = t.id AND d.due_at <= ?)"
		" OR EXISTS (SELECT 1 FROM osci_transfer f"
		"  WHERE f.town_id = t.id AND f.direction = 2"
		"  AND f.state = 8 AND f.next_at <= ?)"
		" OR EXISTS (SELECT 1 FROM exchange e"
		"  WHERE e.town_id = t.id AND e.state IN (?, ?)"
		"  AND e.answer_due <= ?)"
		" OR EXISTS (SELECT 1 FROM exchange e JOIN osci_transfer f"
		"  ON f.id = e.transfer_id WHERE e.town_id = t.id"
		"  AND e.state = ? AND f.state IN (6, 7))"
		" ORDER BY t.id",
		p, nitems(p), TOWNS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, uint32_t, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (uint32_t)db_cell(&rows, i, 0)->i;
	return 0;
}

int
exchange_wait_put(struct db *db, const struct id *vorgang,
    const char *step, const char *reason, int64_t now_ms, int64_t next_ms,
    struct err *err)
{
	const struct db_param p[] = { db_id(vorgang), db_town(db),
		db_text(step), db_text(reason), db_time(now_ms),
		db_time(next_ms) };

	return db_exec(db,
	    "INSERT INTO exchange_wait (vorgang_id, town_id, step, reason,"
	    " since, next_at) VALUES (?, ?, ?, ?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE step = VALUES(step),"
	    " reason = VALUES(reason), next_at = VALUES(next_at),"
	    " attempts = attempts + 1",
	    p, nitems(p), NULL, err);
}

int
exchange_wait_remove(
    struct db *db, const struct id *vorgang, struct err *err)
{
	const struct db_param p[] = { db_id(vorgang) };

	return db_exec(db, "DELETE FROM exchange_wait WHERE vorgang_id = ?", p,
	    nitems(p), NULL, err);
}

int
exchange_wait_due(struct db *db, struct arena *a, int64_t now_ms, size_t max,
    struct exchange_case **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_time(now_ms),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT v.id, v.service_version_id, v.state, v.changed_at, 0"
		" FROM exchange_wait w JOIN vorgang v ON v.id = w.vorgang_id"
		" WHERE w.town_id = ? AND w.next_at <= ?"
		" ORDER BY w.next_at LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	cases_read(a, &rows, out, n);
	return 0;
}

int
exchange_wait_list(struct db *db, struct arena *a, size_t max,
    struct exchange_waiting **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT vorgang_id, step, reason, attempts, since, next_at"
		" FROM exchange_wait WHERE town_id = ? ORDER BY since LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct exchange_waiting, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *c = db_cell(&rows, i, 0);

		(*out)[i] = (struct exchange_waiting){
			.vorgang = db_cell_id(&c[0]),
			.step = c[1].data,
			.reason = c[2].data,
			.attempts = (uint32_t)c[3].i,
			.since_ms = c[4].i,
			.next_ms = c[5].i,
		};
	}
	return 0;
}

/* ---- replies that have to come ---- */

int
exchange_deadline_put(struct db *db, const struct id *vorgang,
    const char *step, int64_t due_ms, bool is_new, struct err *err)
{
	const struct db_param p[] = { db_id(vorgang), db_town(db),
		db_text(step), db_time(due_ms), db_int(is_new) };

	/* The due time first: it looks at the step that was. */
	return db_exec(db,
	    "INSERT INTO exchange_deadline (vorgang_id, town_id, step, due_at)"
	    " VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	    " due_at = IF(? OR step <> VALUES(step), VALUES(due_at), due_at),"
	    " step = VALUES(step)",
	    p, nitems(p), NULL, err);
}

int
exchange_deadline_remove(
    struct db *db, const struct id *vorgang, struct err *err)
{
	const struct db_param p[] = { db_id(vorgang), db_town(db) };

	return db_exec(db,
	    "DELETE FROM exchange_deadline WHERE vorgang_id = ?"
	    " AND town_id = ?",
	    p, nitems(p), NULL, err);
}

int
exchange_deadline_over(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct exchange_deadline **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_time(now_ms),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT vorgang_id, step FROM exchange_deadline"
		" WHERE town_id = ? AND due_at <= ? ORDER BY due_at LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct exchange_deadline, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct exchange_deadline){
			.vorgang = db_cell_id(db_cell(&rows, i, 0)),
			.step = db_cell(&rows, i, 1)->data,
		};
	return 0;
}
