/*
 * Whom the intermediary hands deliveries to: passive recipients that the
 * operator registered as partners, by the address that an order names. And whom
 * our own passive recipient takes them from: registered intermediaries.
 */
#ifndef OSCI_RECEIVER_STORE_H
#define OSCI_RECEIVER_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_cert.h"

/* What is registered for an address; several partners may share one. */
struct osci_receiver {
	uint8_t cipher[CRYPTO_DIGEST_LEN]; /* SHA-256 of the certificate */
	uint8_t sign[CRYPTO_DIGEST_LEN];
	bool has_sign;
};

/* All partners that are reached at exactly this URI. */
int osci_receiver_find(struct db *db, struct arena *a, const char *uri,
    struct osci_receiver **out, size_t *n, struct err *err);

/* A registered intermediary by its signature certificate, with its cipher
 * certificate. ERR_NOT_FOUND. */
int osci_sender_intermediary(struct db *db, struct arena *a,
    const struct osci_cert *sign, uint32_t *id, struct osci_cert *cipher,
    struct err *err);

#endif
