/* A transfer's key and the pieces of its bytes, for osci_transfer_*.c. */
#ifndef OSCI_TRANSFER_PIECE_H
#define OSCI_TRANSFER_PIECE_H

#include "common/osci/osci_transfer_store.h"

/* What seals belong to: row (kind 0) or piece. In arena a. */
const char *osci_transfer_context(
    struct arena *a, const struct id *id, int kind, size_t seq);

/* A new data key, wrapped by a key derived from the town's. */
void osci_transfer_new_key(const struct town *t, struct data_key *out);

/* Opens a row's key. */
int osci_transfer_open_key(const struct town *t,
    const struct osci_transfer_row *row, struct data_key *out,
    struct err *err);

/* Inserts a spool's bytes from offset on, as pieces from number seq on, within
 * the caller's transaction. Chunks are sealed as the bytes that they become. */
int osci_transfer_pieces_add(struct db *db, const struct id *id,
    const struct crypto_key *key, enum osci_piece_kind kind, size_t seq,
    struct crypto_spool *bytes, int64_t offset, struct err *err);
/* Appends what there is of a kind to a spool. */
int osci_transfer_pieces(struct db *db, struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, enum osci_piece_kind kind,
    struct crypto_spool *out, struct err *err);

/* Adds a step to the ledger, within the caller's transaction. */
int osci_transfer_step(struct db *db, struct arena *a, const struct id *id,
    enum osci_transfer_state state, const char *code, const char *note,
    int64_t now_ms, struct err *err);

#endif
