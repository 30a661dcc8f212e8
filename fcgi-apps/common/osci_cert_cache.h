/*
 * Certificates that were parsed lately, for all threads of a process: OpenSSL 3
 * takes most of a millisecond to make sense of one, and partners show the same
 * few in every message. What is kept is only what the bytes say; whether one may
 * be trusted is asked each time (osci_trust.h).
 */
#ifndef OSCI_CERT_CACHE_H
#define OSCI_CERT_CACHE_H

#include <stdint.h>

#include "common/crypto.h"

struct x509_st;

/* The certificate with this digest of its DER; the caller frees it
 * (X509_free). NULL: not here. */
struct x509_st *osci_cert_cache_find(const uint8_t sha256[CRYPTO_DIGEST_LEN]);
/* Keeps one, with a reference of its own; another may have to go. */
void osci_cert_cache_keep(
    const uint8_t sha256[CRYPTO_DIGEST_LEN], struct x509_st *x509);

#endif
