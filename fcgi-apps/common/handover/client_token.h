/*
 * The token of a client (client_store.h): "fv_" and 128 random bits, as links
 * have them. Only its hash is kept.
 */
#ifndef CLIENT_TOKEN_H
#define CLIENT_TOKEN_H

#include "common/crypto/crypto.h"

/* A new one in arena a, shown once, and its hash. */
const char *client_token_new(
    struct arena *a, uint8_t hash[CRYPTO_DIGEST_LEN]);

/* The hash of a token as it came. ERR_UNAUTHORIZED when it is none. */
int client_token_hash(const char *token, uint8_t hash[CRYPTO_DIGEST_LEN],
    struct err *err);

#endif
