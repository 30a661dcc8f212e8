/* Events as rows. The town is db_town's. */
#ifndef EVENT_STORE_H
#define EVENT_STORE_H

#include "common/db/commit_group.h"
#include "common/db/db.h"
#include "common/vorgang/event.h"

/* Adds n rows to what a submission writes. */
void event_unit(struct db *db, struct arena *a, const struct id *vorgang,
    const struct event_row *row, size_t n, struct commit_unit *u);

/* Inserts n rows, within the caller's transaction. */
int event_insert(struct db *db, struct arena *a, const struct id *vorgang,
    const struct event_row *row, size_t n, struct err *err);

/* All events of a Vorgang by seq, still sealed. */
int event_rows(struct db *db, struct arena *a, const struct id *vorgang,
    struct event_row **out, size_t *n, struct err *err);

/* Whether exactly this event is there: for a COMMIT with unknown outcome. */
int event_exists(struct db *db, struct arena *a, const struct id *vorgang,
    const struct event_row *row, bool *found, struct err *err);

/* The ends of the chains, for the audit: Vorgaenge after an id, in order. */
struct event_end {
	struct id vorgang_id;
	uint32_t last_seq;
	uint8_t last_hash[CRYPTO_DIGEST_LEN];
};
int event_ends(struct db *db, struct arena *a, const struct id *after,
    size_t max, struct event_end **out, size_t *n, struct err *err);

#endif
