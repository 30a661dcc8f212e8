/* Lists of Vorgaenge for the office: paged by key, never by offset. */
#include <assert.h>

#include "common/vorgang/vorgang_store.h"

#define LINE_FIELDS                                                            \
	"v.id, v.reference, v.service_version_id, v.state, v.department_id,"   \
	" v.due, v.is_urgent, v.created_at, v.changed_at"

static void
lines_read(struct arena *a, const struct db_rows *rows,
    struct vorgang_line **out, size_t *n)
{
	*n = rows->n;
	*out = arena_new(a, struct vorgang_line, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct db_cell *c = db_cell(rows, i, 0);
		struct vorgang_line *line = &(*out)[i];

		line->id = db_cell_id(&c[0]);
		(void)snprintf(line->reference, sizeof(line->reference), "%s",
		    c[1].data);
		line->service_version_id = (uint32_t)c[2].i;
		line->state = c[3].data;
		line->department_id = (uint32_t)c[4].i;
		line->due =
		    c[5].i == VORGANG_DUE_NEVER ? 0 : (int32_t)c[5].i;
		line->is_urgent = c[6].i != 0;
		line->created_ms = c[7].i;
		line->changed_ms = c[8].i;
	}
}

int
vorgang_list(struct db *db, struct arena *a, bool is_closed,
    const struct id *before, size_t max, struct vorgang_line **out, size_t *n,
    struct err *err)
{
	struct id last;
	struct db_rows rows;

	memset(last.byte, 0xff, sizeof(last.byte));
	{
		const struct db_param p[] = { db_town(db), db_int(is_closed),
			db_id(before == NULL ? &last : before),
			db_int((int64_t)max) };

		if (db_query(db, a,
			"SELECT " LINE_FIELDS " FROM vorgang v"
			" WHERE v.town_id = ? AND v.is_closed = ?"
			" AND v.id < ? ORDER BY v.id DESC LIMIT ?", p,
			nitems(p), max, &rows, err) == -1)
			return -1;
	}
	lines_read(a, &rows, out, n);
	return 0;
}

/* The expanded form of (due, id) > (?, ?): a row constructor is no range. */
int
vorgang_count_since(struct db *db, struct arena *a, const char *service,
    int64_t since_ms, int64_t *count, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_text(service),
		db_time(since_ms) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*) FROM vorgang v"
		" JOIN service_version s ON s.id = v.service_version_id"
		" JOIN service n ON n.id = s.service_id"
		" WHERE v.town_id = ? AND n.slug = ? AND v.created_at >= ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*count = db_cell(&rows, 0, 0)->i;
	return 0;
}

int
vorgang_inbox(struct db *db, struct arena *a, uint32_t department_id,
    const char *state, const struct vorgang_line *after, size_t max,
    struct vorgang_line **out, size_t *n, struct err *err)
{
	static const struct id none = { 0 };
	const struct id *id = after == NULL ? &none : &after->id;
	int32_t due = 0;
	struct db_rows rows;

	if (after != NULL)
		due = after->due == 0 ? VORGANG_DUE_NEVER : after->due;
	{
		const struct db_param p[] = { db_town(db),
			db_int(department_id), db_text(state), db_date(due),
			db_date(due), db_id(id), db_int((int64_t)max) };

		if (db_query(db, a,
			"SELECT " LINE_FIELDS " FROM vorgang v"
			" WHERE v.town_id = ? AND v.department_id = ?"
			" AND v.state = ? AND v.due >= ?"
			" AND (v.due > ? OR v.id > ?)"
			" ORDER BY v.due, v.id LIMIT ?", p, nitems(p), max,
			&rows, err) == -1)
			return -1;
	}
	lines_read(a, &rows, out, n);
	return 0;
}

int
vorgang_search(struct db *db, struct arena *a,
    const struct vorgang_index *index, size_t max, struct vorgang_line **out,
    size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_text(index->kind),
		db_blob(index->hash, sizeof(index->hash)),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " LINE_FIELDS " FROM blind_index b"
		" JOIN vorgang v ON v.id = b.vorgang_id"
		" WHERE b.town_id = ? AND b.kind = ? AND b.hash = ?"
		" ORDER BY b.vorgang_id DESC LIMIT ?", p, nitems(p), max,
		&rows, err) == -1)
		return -1;
	lines_read(a, &rows, out, n);
	return 0;
}
