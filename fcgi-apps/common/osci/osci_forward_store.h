/*
 * Deliveries that the intermediary hands to a passive recipient while the
 * client waits (ForwardDelivery, MediateDelivery). The row is there before the
 * first byte goes out, so that whoever dies in between leaves a trace, and who
 * repeats the order is recognised: the recipient gets it under the same message
 * id again, and knows it by that.
 */
#ifndef OSCI_FORWARD_STORE_H
#define OSCI_FORWARD_STORE_H

#include "common/osci/osci_delivery_store.h"

struct osci_forward {
	struct osci_delivery delivery;
	/* SHA-256 over all that the recipient would get: a repetition is one
	 * only if this is the same */
	uint8_t content[CRYPTO_DIGEST_LEN];
	int64_t busy_until_ms; /* somebody waits for the recipient; 0: nobody */
	bool was_tried; /* an earlier order may have reached the recipient */
};

/*
 * Takes the order in, in one transaction: uses up its message id (code 9801)
 * and inserts the row, which is ours until busy_until_ms. *unknown: see
 * osci_delivery_accept.
 */
int osci_forward_begin(struct db *db, struct arena *a,
    const struct osci_forward *f, const uint8_t client[CRYPTO_DIGEST_LEN],
    int64_t issued_from_ms, bool *unknown, struct err *err);

/* By message id; ERR_NOT_FOUND: no forwarded delivery has it. */
int osci_forward_find(struct db *db, struct arena *a,
    const struct crypto_key *files, const char *message_id,
    struct osci_forward *out, struct err *err);

/* Makes a row whose outcome is not known ours until a time; *got is false when
 * somebody else has it, or its state is another than this meanwhile. */
int osci_forward_claim(struct db *db, const struct id *id,
    enum osci_delivery_state state, int64_t now_ms, int64_t until_ms,
    bool *got, struct err *err);

/* Writes down what came of it (osci_delivery_update), and lets go of it. In a
 * transaction of the caller's, or by itself. */
int osci_forward_end(struct db *db, struct arena *a,
    const struct osci_delivery *d, struct err *err);

/* Rows that a dead process left: failed, as nobody saw an answer. */
int osci_forward_sweep(
    struct db *db, int64_t now_ms, int64_t *n, struct err *err);

#endif
