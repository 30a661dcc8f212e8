/*
 * The event log's rows and their hash chain: each event of a Vorgang carries
 * the hash of its predecessor. Everything is over ciphertext, so that a lawful
 * erasure leaves the chain whole.
 */
#ifndef EVENT_H
#define EVENT_H

#include "common/vorgang/vorgang.h"

/* An event as the database keeps it. */
struct event_row {
	uint32_t seq; /* from 1 within the Vorgang */
	const char *kind;
	int64_t at_ms;
	enum event_actor actor;
	bool is_public;
	const void *data; /* sealed; NULL: no data */
	size_t data_len;
	uint8_t previous_hash[CRYPTO_DIGEST_LEN]; /* zero for the first */
	uint8_t hash[CRYPTO_DIGEST_LEN];
};

/*
 * SHA-256 over length-prefixed parts: Vorgang's id, seq (4 bytes, big endian),
 * kind, at (8 bytes, big endian, ms), actor (1 byte), is_public (1 byte),
 * sealed data, previous hash.
 */
void event_hash(const struct id *vorgang, const struct event_row *row,
    uint8_t out[CRYPTO_DIGEST_LEN]);

/*
 * Seals e's data under the Vorgang's key and chains it behind the event *seq
 * with *hash (0 and zeroes before the first); both move on to the new one.
 */
void event_chain(struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct event *e, uint32_t *seq,
    uint8_t hash[CRYPTO_DIGEST_LEN], struct event_row *out);

/* Opens a row's data; "{}" when there is none. */
int event_open(struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct event_row *row, struct event *out,
    struct err *err);

/*
 * Checks n rows, ordered by seq, as the whole chain of a Vorgang that ends
 * with last_seq and last_hash. ERR_CRYPTO names the first wrong row.
 */
int event_verify(const struct id *vorgang, const struct event_row *row,
    size_t n, uint32_t last_seq, const uint8_t last_hash[CRYPTO_DIGEST_LEN],
    struct err *err);

#endif
