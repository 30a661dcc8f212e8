/*
 * Envelope encryption, blind index and digests (OpenSSL). The master key wraps
 * a key per town, the town's key wraps a data key per draft or Vorgang, the
 * data key seals contents. Every seal is AES-256-GCM (NIST SP 800-38D) with a
 * random 96-bit nonce: nonce | ciphertext | 16-byte tag; the additional data
 * names what is sealed, so that a blob moved to another row does not open.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"

#define CRYPTO_KEY_LEN 32
#define CRYPTO_DIGEST_LEN 32
#define CRYPTO_SEAL_EXTRA 28 /* nonce and tag */
#define CRYPTO_WRAPPED_LEN (CRYPTO_KEY_LEN + CRYPTO_SEAL_EXTRA)
#define CRYPTO_INDEX_LEN 16

struct crypto_key {
	uint8_t byte[CRYPTO_KEY_LEN];
};

/* A data key and its wrapped form, as the database keeps it. */
struct data_key {
	struct crypto_key key;
	uint8_t wrapped[CRYPTO_WRAPPED_LEN];
};

void crypto_random(void *out, size_t n); /* ends the process on failure */

/*
 * Reads the master key: a file of 64 hex digits (or 32 raw bytes), owned by
 * us (mode without group or other bits) or by root (its group may read, as
 * systemd hands out credentials). ERR_CONFIG says what to do.
 */
int crypto_master_read(const char *path, struct crypto_key *out,
    struct err *err);

/* HKDF-SHA-256 (RFC 5869): n bytes of key material from ikm; salt may be
 * empty. */
void crypto_hkdf(const void *ikm, size_t ikm_len, const void *salt,
    size_t salt_len, const void *info, size_t info_len, void *out, size_t n);

/* A key derived from another by HKDF without salt; label is the info. */
void crypto_derive(const struct crypto_key *from, const char *label,
    struct crypto_key *out);

void crypto_wrap(const struct crypto_key *outer, const struct crypto_key *key,
    uint8_t wrapped[CRYPTO_WRAPPED_LEN]);
int crypto_unwrap(const struct crypto_key *outer,
    const uint8_t wrapped[CRYPTO_WRAPPED_LEN], struct crypto_key *out,
    struct err *err);

void data_key_new(const struct crypto_key *town, struct data_key *out);
int data_key_open(const struct crypto_key *town, const void *wrapped,
    size_t len, struct data_key *out, struct err *err);

/* Seals len bytes; *out lives in arena a, len + CRYPTO_SEAL_EXTRA bytes. */
void crypto_seal(struct arena *a, const struct crypto_key *key,
    const char *context, const void *in, size_t len, const void **out,
    size_t *out_len);

/* Opens what crypto_seal made; NUL-terminated. A wrong key, context or byte:
 * ERR_CRYPTO, and nothing is handed out. */
int crypto_open(struct arena *a, const struct crypto_key *key,
    const char *context, const void *in, size_t len, char **out,
    size_t *out_len, struct err *err);

void crypto_sha256(const void *in, size_t len,
    uint8_t out[CRYPTO_DIGEST_LEN]);
void crypto_hmac(const struct crypto_key *key, const void *in, size_t len,
    uint8_t out[CRYPTO_DIGEST_LEN]);

/*
 * Blind index of a value for searching: HMAC of kind, NUL and the folded value
 * (utf8_fold for names; dates ISO; mail lower case), cut to 16 bytes. key is
 * derived from the town's key with the label "blind-index".
 */
void crypto_blind_index(const struct crypto_key *key, const char *kind,
    const char *folded, uint8_t out[CRYPTO_INDEX_LEN]);

/*
 * Incremental digest over parts, each prefixed with its length, so that
 * ("ab","c") and ("a","bc") differ. For event hashes.
 */
struct crypto_hash;
struct crypto_hash *crypto_hash_new(void);
void crypto_hash_part(struct crypto_hash *h, const void *in, size_t len);
void crypto_hash_end(struct crypto_hash *h, uint8_t out[CRYPTO_DIGEST_LEN]);

#endif
