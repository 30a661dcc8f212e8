/*
 * Certificates and private keys that were parsed lately, for all threads of a
 * process: OpenSSL 3 takes most of a millisecond to make sense of one, and a
 * key's blinding is made anew with each parsed copy. Partners show the same few
 * certificates in every message, and our own keys are few. What is kept is only
 * what the bytes say: whether a certificate may be trusted is asked each time
 * (osci_trust.h), and a key is found only by who has opened its bytes.
 */
#ifndef OSCI_CACHE_H
#define OSCI_CACHE_H

#include <stdint.h>

#include "common/crypto/crypto.h"

struct x509_st;
struct evp_pkey_st;

/* What has this digest of its DER; the caller frees it (X509_free,
 * EVP_PKEY_free). NULL: not here. */
struct x509_st *osci_cache_cert(const uint8_t sha256[CRYPTO_DIGEST_LEN]);
struct evp_pkey_st *osci_cache_key(const uint8_t sha256[CRYPTO_DIGEST_LEN]);
/* Keep one, with a reference of their own; another may have to go. */
void osci_cache_keep_cert(
    const uint8_t sha256[CRYPTO_DIGEST_LEN], struct x509_st *cert);
void osci_cache_keep_key(
    const uint8_t sha256[CRYPTO_DIGEST_LEN], struct evp_pkey_st *key);

#endif
