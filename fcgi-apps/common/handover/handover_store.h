/* What was handed to whom, as rows. The town is db_town's. */
#ifndef HANDOVER_STORE_H
#define HANDOVER_STORE_H

#include "common/db/db.h"
#include "common/handover/handover.h"

/*
 * Writes a row, or what is new in it: handed_ms and collected_ms stay as they
 * were first, answered_ms moves on. Within the transaction that writes the
 * event of the same step (struct vorgang_change, also), with the Vorgang's row
 * locked: so rows and timeline tell the same, and there is one row.
 */
int handover_put(struct db *db, const struct id *vorgang,
    const struct handover *h, struct err *err);

/* All of a Vorgang, oldest first. */
int handover_list(struct db *db, struct arena *a, const struct id *vorgang,
    struct handover **out, size_t *n, struct err *err);

/* One row; *found tells whether there is one. */
int handover_find(struct db *db, struct arena *a, const struct id *vorgang,
    const char *way, const char *partner, const char *what,
    struct handover *out, bool *found, struct err *err);

#endif
