/*
 * Content encryption of OSCI-Transport 1.2 (XML Encryption 1.1, 5.2), as a
 * stream in either direction. GCM: IV | ciphertext | 16-byte tag, no additional
 * data, an IV of 12 or 16 bytes. CBC: IV | ciphertext with PKCS#7 padding, of
 * which a reader looks at the last byte only (others fill it otherwise).
 * What a reader hands out is not to be used before osci_cipher_end said that
 * it is whole.
 */
#ifndef OSCI_CIPHER_H
#define OSCI_CIPHER_H

#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/osci/osci_algorithm.h"

#define OSCI_KEY_MAX 32

struct osci_cipher;

typedef int (*osci_sink)(
    void *arg, const void *data, size_t n, struct err *err);

/* key: kind->key_len bytes. iv_len: 12 or 16 of GCM; CBC has its own. Writers
 * draw the IV. Live in arena a. */
struct osci_cipher *osci_decrypt_new(struct arena *a,
    const struct osci_cipher_kind *kind, const uint8_t *key, size_t iv_len,
    osci_sink sink, void *arg);
struct osci_cipher *osci_encrypt_new(struct arena *a,
    const struct osci_cipher_kind *kind, const uint8_t *key, osci_sink sink,
    void *arg);
int osci_cipher_put(
    struct osci_cipher *c, const void *data, size_t n, struct err *err);
/* The same as a sink: arg is the cipher. */
int osci_cipher_sink(
    void *arg, const void *data, size_t n, struct err *err);
/* ERR_CRYPTO: tag or padding are wrong, or it was cut off. */
int osci_cipher_end(struct osci_cipher *c, struct err *err);

#endif
