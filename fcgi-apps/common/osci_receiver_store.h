/*
 * Passive recipients that the operator registered as partners, as an
 * intermediary looks at them: by the address that an order names.
 */
#ifndef OSCI_RECEIVER_STORE_H
#define OSCI_RECEIVER_STORE_H

#include "common/crypto.h"
#include "common/db.h"

/* What is registered for an address; several partners may share one. */
struct osci_receiver {
	uint8_t cipher[CRYPTO_DIGEST_LEN]; /* SHA-256 of the certificate */
	uint8_t sign[CRYPTO_DIGEST_LEN];
	bool has_sign;
};

/* All partners that are reached at exactly this URI. */
int osci_receiver_find(struct db *db, struct arena *a, const char *uri,
    struct osci_receiver **out, size_t *n, struct err *err);

#endif
