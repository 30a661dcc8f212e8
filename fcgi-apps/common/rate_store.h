/*
 * Rate limits over fixed windows of an hour, kept in the database so that
 * every node counts alike. The address is never stored: its bucket is an HMAC
 * under the town's index key. An IPv6 address counts as its /64.
 */
#ifndef RATE_STORE_H
#define RATE_STORE_H

#include "common/db/db.h"
#include "common/town.h"

/*
 * Whether this hour has max hits of kind ("lookup", "submit") by address, and
 * then for how many seconds more. max of 0: never.
 */
int rate_check(struct db *db, struct arena *a, const struct town *t,
    const char *kind, const char *address, int64_t max, int64_t now_ms,
    int64_t *wait_s, struct err *err);

/* Counts one hit. */
int rate_hit(struct db *db, const struct town *t, const char *kind,
    const char *address, int64_t now_ms, struct err *err);

/* Deletes windows that are over, across all towns. */
int rate_sweep(struct db *db, int64_t now_ms, int64_t *count,
    struct err *err);

#endif
