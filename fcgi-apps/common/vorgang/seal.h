/*
 * Seals of the event log: once a minute the courier binds all new events of a
 * town by a Merkle root and chains it to the seal before. Writers never wait
 * for each other, and still no event can be changed, dropped, added or moved
 * without a trace. Everything is over hashes of ciphertext, so a lawful erasure
 * leaves the log whole.
 */
#ifndef SEAL_H
#define SEAL_H

#include <stdint.h>

#include "common/crypto/crypto.h"
#include "common/crypto/crypto_sign.h"

struct seal {
	uint32_t town_id;
	uint32_t seq; /* from 1 within the town */
	int64_t at_ms;
	uint32_t events;
	uint8_t root[CRYPTO_DIGEST_LEN];
	uint8_t previous_hash[CRYPTO_DIGEST_LEN]; /* zero for the first */
	uint8_t hash[CRYPTO_DIGEST_LEN];
	uint8_t signature[CRYPTO_SIGNATURE_LEN]; /* over hash */
};

/*
 * Merkle tree hash of n leaves (RFC 9162, 2.1.1: 0x00 before a leaf, 0x01
 * before two nodes, split at the largest power of two below n). hashes: n times
 * 32 bytes; n of at least 1.
 */
void seal_root(const uint8_t *hashes, size_t n, uint8_t root[CRYPTO_DIGEST_LEN]);

/* The seal's own hash over all members above it. */
void seal_hash(const struct seal *s, uint8_t hash[CRYPTO_DIGEST_LEN]);

#endif
