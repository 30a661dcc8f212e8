/*
 * Signatures over the seals of the event log (Ed25519, RFC 8032). The key pair
 * is derived from the master key, so that there is no second secret to keep;
 * the public half is all that an auditor needs.
 */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include <stdbool.h>

#include "common/crypto/crypto.h"

#define CRYPTO_PUBLIC_LEN 32
#define CRYPTO_SIGNATURE_LEN 64

struct crypto_signer;

/* The signer of the event log; freed by crypto_signer_free. */
struct crypto_signer *crypto_signer_new(const struct crypto_key *master);
void crypto_signer_free(struct crypto_signer *s);

void crypto_signer_public(
    const struct crypto_signer *s, uint8_t out[CRYPTO_PUBLIC_LEN]);
void crypto_sign(const struct crypto_signer *s, const void *in, size_t len,
    uint8_t out[CRYPTO_SIGNATURE_LEN]);
bool crypto_signature_holds(const uint8_t public_key[CRYPTO_PUBLIC_LEN],
    const void *in, size_t len, const uint8_t signature[CRYPTO_SIGNATURE_LEN]);

#endif
