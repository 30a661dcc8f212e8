/*
 * Transfers that come in, and are not here yet: of which chunks have been
 * fetched (state arriving), or which could not be read and are passed over
 * (state failed, without bytes). As soon as all of one is here, its row is an
 * arrived transfer like any other (osci_transfer_arrive).
 */
#ifndef OSCI_ARRIVING_STORE_H
#define OSCI_ARRIVING_STORE_H

#include "common/osci/osci_transfer_store.h"

/* How a message is cut into chunks. */
struct osci_arriving {
	struct id id; /* of the transfer */
	int64_t chunks; /* that are here, from the first on */
	int64_t total, chunk_kib, total_kib;
};

/*
 * What there is of a message that an identity fetches from an intermediary
 * (peer; 0: our own), cut like *of; its bytes go to joined. What is there of
 * another cut goes. Nothing there: a row is begun. Fills in *of.
 */
int osci_arriving_open(struct db *db, struct arena *a, const struct town *t,
    const char *identity, uint32_t peer, const char *message_id,
    int64_t now_ms, struct crypto_spool *joined, struct osci_arriving *of,
    struct err *err);
/* One chunk more: joined's bytes from offset on. */
int osci_arriving_add(struct db *db, struct arena *a, const struct town *t,
    struct osci_arriving *of, struct crypto_spool *joined, int64_t offset,
    int64_t now_ms, struct err *err);
/* Forgets what there is. */
int osci_arriving_drop(struct db *db, struct arena *a, const struct town *t,
    struct osci_arriving *of, int64_t now_ms, struct err *err);

/*
 * Makes an arriving row, or one that was put aside without bytes, what t says;
 * within the caller's transaction. *done false: it is another one, which is left
 * alone.
 */
int osci_arriving_end(struct db *db, struct arena *a,
    const struct osci_transfer_new *t, int64_t now_ms, bool *done,
    struct err *err);

/* ---- passed over ---- */

/* Ids of the messages that lie at the intermediary and are not to be asked for. */
int osci_skipped(struct db *db, struct arena *a, uint32_t town,
    const char *identity, uint32_t peer, const char ***message_id, size_t *n,
    struct err *err);
/* It is asked for again. ERR_NOT_FOUND: it is not passed over. */
int osci_unskip(struct db *db, const struct id *id, struct err *err);
/* The same by message id, when the intermediary has it no more. */
int osci_skipped_gone(struct db *db, struct arena *a, uint32_t town,
    const char *identity, const char *message_id, int64_t now_ms,
    struct err *err);

#endif
