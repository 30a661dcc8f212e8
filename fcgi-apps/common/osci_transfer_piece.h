/* A transfer's key and the pieces of its bytes, for osci_transfer_*.c. */
#ifndef OSCI_TRANSFER_PIECE_H
#define OSCI_TRANSFER_PIECE_H

#include "common/osci_transfer_store.h"

/* What seals belong to: row (kind 0) or piece. In arena a. */
const char *osci_transfer_context(
    struct arena *a, const struct id *id, int kind, size_t seq);

/* A new data key, wrapped by a key derived from the town's. */
void osci_transfer_new_key(const struct town *t, struct data_key *out);

/* Inserts a spool's bytes within the caller's transaction. */
int osci_transfer_pieces_put(struct db *db, const struct id *id,
    const struct crypto_key *key, enum osci_piece_kind kind,
    struct crypto_spool *bytes, struct err *err);

#endif
