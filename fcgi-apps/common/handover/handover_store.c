#include "common/handover/handover_store.h"

#define LIST_MAX 1000 /* of one Vorgang */

#define COLUMNS                                                                \
	"way, partner, name, what, handed_at, collected_at, answered_at"

static struct db_param
time_or_null(int64_t ms)
{
	return ms == 0 ? db_null() : db_time(ms);
}

static int
row_insert(struct db *db, const struct id *vorgang, const struct handover *h,
    struct err *err)
{
	const struct db_param p[] = {db_id(vorgang), db_text(h->way),
	    db_text(h->partner), db_text(h->what), db_town(db),
	    db_text(h->name), db_time(h->handed_ms),
	    time_or_null(h->collected_ms), time_or_null(h->answered_ms)};

	return db_exec(db,
	    "INSERT INTO handover (vorgang_id, way, partner, what, town_id,"
	    " name, handed_at, collected_at, answered_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    p, nitems(p), NULL, err);
}

int
handover_put(struct db *db, const struct id *vorgang,
    const struct handover *h, struct err *err)
{
	const struct db_param p[] = {time_or_null(h->collected_ms),
	    time_or_null(h->answered_ms), db_id(vorgang), db_text(h->way),
	    db_text(h->partner), db_text(h->what), db_town(db)};
	int64_t found;

	/* An upsert would need the right to change every column. */
	if (db_exec(db,
		"UPDATE handover SET"
		" collected_at = COALESCE(collected_at, ?),"
		" answered_at = COALESCE(?, answered_at)"
		" WHERE vorgang_id = ? AND way = ? AND partner = ?"
		" AND what = ? AND town_id = ?",
		p, nitems(p), &found, err) == -1)
		return -1;
	return found > 0 ? 0 : row_insert(db, vorgang, h, err);
}

static void
row_read(const struct db_cell *c, struct handover *out)
{
	*out = (struct handover){.way = c[0].data,
	    .partner = c[1].data,
	    .name = c[2].data,
	    .what = c[3].data,
	    .handed_ms = c[4].i,
	    .collected_ms = c[5].is_null ? 0 : c[5].i,
	    .answered_ms = c[6].is_null ? 0 : c[6].i};
}

int
handover_list(struct db *db, struct arena *a, const struct id *vorgang,
    struct handover **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {db_id(vorgang), db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS " FROM handover"
		" WHERE vorgang_id = ? AND town_id = ?"
		" ORDER BY handed_at, way, partner, what",
		p, nitems(p), LIST_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct handover, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		row_read(db_cell(&rows, i, 0), &(*out)[i]);
	return 0;
}

int
handover_find(struct db *db, struct arena *a, const struct id *vorgang,
    const char *way, const char *partner, const char *what,
    struct handover *out, bool *found, struct err *err)
{
	const struct db_param p[] = {db_id(vorgang), db_text(way),
	    db_text(partner), db_text(what), db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS " FROM handover WHERE vorgang_id = ?"
		" AND way = ? AND partner = ? AND what = ? AND town_id = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*found = rows.n == 1;
	if (*found)
		row_read(db_cell(&rows, 0, 0), out);
	return 0;
}
