/*
 * What the passive recipient adds to a transfer that arrived: what its content
 * was, so that the same message is known when it comes again, and what was
 * answered at once (ProcessDelivery), so that it is answered the same.
 */
#ifndef OSCI_ARRIVAL_STORE_H
#define OSCI_ARRIVAL_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_message.h"
#include "common/town.h"

/* What makes two messages of one id the same: SHA-256 over content and parts. */
int osci_arrival_digest(struct arena *a, const struct osci_message *m,
    uint8_t out[CRYPTO_DIGEST_LEN], struct err *err);

/* In the transaction that inserts the transfer. */
int osci_arrival_note(struct db *db, const struct id *id,
    const uint8_t content[CRYPTO_DIGEST_LEN], struct err *err);
/* answer: sealed under a key derived from the town's. */
int osci_arrival_answer(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, const char *subject, const void *bytes, size_t len,
    struct err *err);

/* A message that came before. */
struct osci_arrival {
	struct id id;
	uint32_t peer_id; /* the intermediary that brought it; 0: our own */
	uint8_t content[CRYPTO_DIGEST_LEN];
};

/* By whom it is for and its message id. ERR_NOT_FOUND. */
int osci_arrival_find(struct db *db, struct arena *a, const struct town *t,
    const char *identity, const char *message_id, struct osci_arrival *out,
    struct err *err);
/* ERR_NOT_FOUND: nothing was answered at once. */
int osci_arrival_answered(struct db *db, struct arena *a,
    const struct town *t, const struct id *id, const char **subject,
    const char **bytes, size_t *len, struct err *err);

#endif
