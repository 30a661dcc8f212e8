#include "common/vorgang/seal.h"

#include <assert.h>

static void
hash_leaf(const uint8_t *hash, uint8_t out[CRYPTO_DIGEST_LEN])
{
	uint8_t in[1 + CRYPTO_DIGEST_LEN] = {0x00};

	memcpy(in + 1, hash, CRYPTO_DIGEST_LEN);
	crypto_sha256(in, sizeof(in), out);
}

static void
hash_node(const uint8_t *left, const uint8_t *right,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	uint8_t in[1 + 2 * CRYPTO_DIGEST_LEN] = {0x01};

	memcpy(in + 1, left, CRYPTO_DIGEST_LEN);
	memcpy(in + 1 + CRYPTO_DIGEST_LEN, right, CRYPTO_DIGEST_LEN);
	crypto_sha256(in, sizeof(in), out);
}

/* Recursion is as deep as n has bits. */
void
seal_root(const uint8_t *hashes, size_t n, uint8_t root[CRYPTO_DIGEST_LEN])
{
	uint8_t left[CRYPTO_DIGEST_LEN], right[CRYPTO_DIGEST_LEN];
	size_t split = 1;

	assert(n > 0);
	if (n == 1) {
		hash_leaf(hashes, root);
		return;
	}
	while (split * 2 < n)
		split *= 2;
	seal_root(hashes, split, left);
	seal_root(hashes + split * CRYPTO_DIGEST_LEN, n - split, right);
	hash_node(left, right, root);
}

/* Eight bytes, most significant first, so that every machine agrees. */
static void
hash_number(struct crypto_hash *h, int64_t number)
{
	uint8_t be[8];

	for (int i = 0; i < 8; i++)
		be[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
	crypto_hash_part(h, be, sizeof(be));
}

void
seal_hash(const struct seal *s, uint8_t hash[CRYPTO_DIGEST_LEN])
{
	struct crypto_hash *h = crypto_hash_new();

	hash_number(h, s->town_id);
	hash_number(h, s->seq);
	hash_number(h, s->at_ms);
	hash_number(h, s->events);
	crypto_hash_part(h, s->root, sizeof(s->root));
	crypto_hash_part(h, s->previous_hash, sizeof(s->previous_hash));
	crypto_hash_end(h, hash);
}
