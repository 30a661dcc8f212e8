/*
 * Grouped commit (docs/decisions/0002): a submission puts its rows in a queue
 * and waits; the first waiter leads, takes everything queued into one
 * transaction with bulk-bound inserts, commits and hands out the results.
 * Nobody waits for company; alone it costs nothing. A batch that fails is
 * repeated one by one, so that a bad row hurts nobody else. Nobody is answered
 * before the commit.
 */
#ifndef COMMIT_GROUP_H
#define COMMIT_GROUP_H

#include "common/db/db.h"

#define COMMIT_ROW_MAX 24

/* Rows of one statement; sql is a literal, shared by all units that write to
 * the same table, in the same order in every unit. */
struct commit_row {
	const char *sql;
	const struct db_param *param; /* count times n */
	size_t n, count;
};

/* Everything one submission writes, in order. Lives until run returns. */
struct commit_unit {
	struct commit_row row[COMMIT_ROW_MAX];
	size_t n;
	/*
	 * A query with parameters that yields one row if the unit is in the
	 * database: asked when the connection broke during COMMIT.
	 */
	struct commit_row exists;
};

void commit_unit_add(struct commit_unit *u, const char *sql,
    const struct db_param *param, size_t n); /* asserts room */
/* count rows of n parameters; none of them: nothing is added. */
void commit_unit_add_rows(struct commit_unit *u, const char *sql,
    const struct db_param *param, size_t n, size_t count);

struct commit_group;
struct commit_group *commit_group_new(size_t leaders, size_t batch);
void commit_group_free(struct commit_group *g);

/*
 * Returns 0 when the unit is durably committed. ERR_DUPLICATE: a unique key
 * (the submission id) is taken; ERR_DB_UNAVAILABLE: certainly not committed,
 * or unknowable because the database stays away (safe to send again).
 */
int commit_group_run(struct commit_group *g, struct db *db,
    const struct commit_unit *unit, struct err *err);

/* Figures for the metrics: transactions and units so far. */
void commit_group_count(const struct commit_group *g, uint64_t *transactions,
    uint64_t *units);

#endif
