/*
 * Claims of queued rows: a table with id, state (0 waits, 1 claimed), attempts,
 * claimed_by and next_at, which is when a claim ends. Whoever claims marks the
 * rows first and works on them afterwards; a claim of an unknown outcome comes
 * back by itself.
 */
#ifndef CLAIM_STORE_H
#define CLAIM_STORE_H

#include "common/db/db.h"

/* Literals. */
struct claim_sql {
	const char *due;  /* ids: parameters now and max; FOR UPDATE */
	const char *mark; /* parameters claimer, until, id */
};

/* Marks what is due as the claimer's until then; *n rows. */
int claim_due(struct db *db, struct arena *a, const struct claim_sql *sql,
    const char *claimer, int64_t now_ms, int64_t until_ms, size_t max,
    size_t *n, struct err *err);

#endif
