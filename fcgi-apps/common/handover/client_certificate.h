/*
 * The certificate that a client identifies itself with (mutual TLS): known by
 * the SHA-256 of its DER, as `openssl x509 -fingerprint -sha256` shows it.
 * nginx has verified the certificate and the client's key before.
 */
#ifndef CLIENT_CERTIFICATE_H
#define CLIENT_CERTIFICATE_H

#include "common/crypto/crypto.h"

/* Of the first certificate in PEM text. ERR_BAD_REQUEST when there is none. */
int client_certificate_pem(struct arena *a, const char *pem, size_t len,
    uint8_t out[CRYPTO_DIGEST_LEN], struct err *err);

/* Of nginx's $ssl_client_escaped_cert: PEM, percent-encoded. */
int client_certificate_escaped(struct arena *a, const char *escaped,
    uint8_t out[CRYPTO_DIGEST_LEN], struct err *err);

/* 64 hex digits, in pairs with colons or without. ERR_BAD_REQUEST. */
int client_certificate_hex(const char *hex, uint8_t out[CRYPTO_DIGEST_LEN],
    struct err *err);

#endif
