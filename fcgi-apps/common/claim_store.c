#include "common/claim_store.h"

#include "common/db/db_transaction.h"

struct claim {
	struct arena *arena;
	const struct claim_sql *sql;
	const char *claimer;
	int64_t now_ms, until_ms;
	size_t max, n;
};

static int
claim_rows(struct db *db, void *arg, struct err *err)
{
	struct claim *c = arg;
	const struct db_param due[] = { db_time(c->now_ms),
		db_int((int64_t)c->max) };
	struct db_param *p;
	struct db_rows rows;

	if (db_query(db, c->arena, c->sql->due, due, nitems(due), c->max,
		&rows, err) == -1)
		return -1;
	c->n = rows.n;
	p = arena_new(c->arena, struct db_param, rows.n * 3);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *id = db_cell(&rows, i, 0);

		p[i * 3] = db_text(c->claimer);
		p[i * 3 + 1] = db_time(c->until_ms);
		p[i * 3 + 2] = db_blob(id->data, id->len);
	}
	return rows.n == 0
	    ? 0
	    : db_bulk(db, c->sql->mark, p, 3, rows.n, err);
}

int
claim_due(struct db *db, struct arena *a, const struct claim_sql *sql,
    const char *claimer, int64_t now_ms, int64_t until_ms, size_t max,
    size_t *n, struct err *err)
{
	struct claim c = { .arena = a, .sql = sql, .claimer = claimer,
		.now_ms = now_ms, .until_ms = until_ms, .max = max };
	bool unknown;
	int rc = db_transaction(db, claim_rows, &c, &unknown, err);

	*n = c.n;
	return rc;
}
