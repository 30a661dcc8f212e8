/*
 * Message ids that the intermediary has given out: good for the client they
 * were issued to, for a time, once.
 */
#ifndef OSCI_MESSAGE_ID_STORE_H
#define OSCI_MESSAGE_ID_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_cert.h"

/* A new id in arena a. client: SHA-256 of its cipher certificate. */
int osci_message_id_issue(struct db *db, struct arena *a,
    const uint8_t client[CRYPTO_DIGEST_LEN], int64_t now_ms, const char **out,
    struct err *err);

/* Whether it could be used. */
int osci_message_id_is_good(struct db *db, struct arena *a, const char *id,
    const uint8_t client[CRYPTO_DIGEST_LEN], int64_t issued_from_ms,
    bool *out, struct err *err);

/*
 * Uses it up, within the transaction that makes the delivery. Code 9801:
 * not issued to this client since then, or used already.
 */
int osci_message_id_use(struct db *db, const char *id,
    const uint8_t client[CRYPTO_DIGEST_LEN], int64_t issued_from_ms,
    struct err *err);

/* Deletes those that were issued before. */
int osci_message_id_sweep(
    struct db *db, int64_t before_ms, int64_t *n, struct err *err);

#endif
