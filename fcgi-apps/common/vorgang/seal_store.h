/* Seals and the events under them, as rows. The town is db_town's. */
#ifndef SEAL_STORE_H
#define SEAL_STORE_H

#include "common/db/db.h"
#include "common/vorgang/event.h"
#include "common/vorgang/seal.h"

/* An event without contents, as sealing and auditing need it. */
struct seal_event {
	struct id vorgang_id;
	uint32_t seq;
	uint8_t hash[CRYPTO_DIGEST_LEN];
};

/* The town's last seal; *found tells whether there is one. */
int seal_last(struct db *db, struct arena *a, struct seal *out, bool *found,
    struct err *err);

/* Up to max events that no seal covers, ordered by Vorgang and number. */
int seal_pending(struct db *db, struct arena *a, size_t max,
    struct seal_event **out, size_t *n, struct err *err);

/* Inserts the seal and marks its n events, within the caller's transaction. */
int seal_insert(struct db *db, struct arena *a, const struct seal *seal,
    const struct seal_event *event, size_t n, struct err *err);

/* Seals after seq, at most max, in order. */
int seal_list(struct db *db, struct arena *a, uint32_t after_seq, size_t max,
    struct seal **out, size_t *n, struct err *err);

/* Events of one seal in the order of the root (0: those without a seal), with
 * everything that their hashes cover. */
struct seal_row {
	struct id vorgang_id;
	struct event_row row;
};
int seal_rows(struct db *db, struct arena *a, uint32_t seal_seq,
    struct seal_row **out, size_t *n, struct err *err);

/* Only one courier seals a town at a time; false when another does. */
int seal_lock(struct db *db, struct arena *a, bool *got, struct err *err);
int seal_unlock(struct db *db, struct arena *a, struct err *err);

#endif
