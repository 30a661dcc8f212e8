#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/vorgang/seal.h"

static void
leaves(uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		crypto_sha256(&i, sizeof(i), out + i * CRYPTO_DIGEST_LEN);
}

/* The tree of RFC 9162 2.1.1, written out for three leaves. */
static void
test_root_of_three(void **state)
{
	uint8_t in[3 * CRYPTO_DIGEST_LEN], leaf[3][33], node[65];
	uint8_t hash[3][CRYPTO_DIGEST_LEN], want[CRYPTO_DIGEST_LEN];
	uint8_t got[CRYPTO_DIGEST_LEN];

	(void)state;
	leaves(in, 3);
	for (size_t i = 0; i < 3; i++) {
		leaf[i][0] = 0;
		memcpy(leaf[i] + 1, in + i * CRYPTO_DIGEST_LEN, 32);
		crypto_sha256(leaf[i], 33, hash[i]);
	}
	node[0] = 1;
	memcpy(node + 1, hash[0], 32);
	memcpy(node + 33, hash[1], 32);
	crypto_sha256(node, 65, want);
	memcpy(node + 1, want, 32);
	memcpy(node + 33, hash[2], 32);
	crypto_sha256(node, 65, want);
	seal_root(in, 3, got);
	assert_memory_equal(got, want, sizeof(want));
}

/* Every change of any leaf, every swap, every cut changes the root. */
static void
test_root_notices(void **state)
{
	uint8_t in[9 * CRYPTO_DIGEST_LEN], was[CRYPTO_DIGEST_LEN];
	uint8_t now[CRYPTO_DIGEST_LEN];

	(void)state;
	leaves(in, 9);
	seal_root(in, 9, was);
	for (size_t i = 0; i < sizeof(in); i++) {
		in[i] ^= 1;
		seal_root(in, 9, now);
		assert_memory_not_equal(now, was, sizeof(was));
		in[i] ^= 1;
	}
	for (size_t n = 1; n < 9; n++) {
		seal_root(in, n, now);
		assert_memory_not_equal(now, was, sizeof(was));
	}
	memcpy(now, in, 32);
	memmove(in, in + 32, 32);
	memcpy(in + 32, now, 32);
	seal_root(in, 9, now);
	assert_memory_not_equal(now, was, sizeof(was));
}

static void
test_hash_covers_members(void **state)
{
	struct seal s = {.town_id = 3, .seq = 7, .at_ms = 1000, .events = 2};
	uint8_t was[CRYPTO_DIGEST_LEN], now[CRYPTO_DIGEST_LEN];

	(void)state;
	seal_hash(&s, was);
#define CHANGED(change, back)                                                  \
	change;                                                                \
	seal_hash(&s, now);                                                    \
	assert_memory_not_equal(now, was, sizeof(was));                        \
	back;
	CHANGED(s.town_id++, s.town_id--)
	CHANGED(s.seq++, s.seq--)
	CHANGED(s.at_ms++, s.at_ms--)
	CHANGED(s.events++, s.events--)
	CHANGED(s.root[31] ^= 1, s.root[31] ^= 1)
	CHANGED(s.previous_hash[0] ^= 1, s.previous_hash[0] ^= 1)
	seal_hash(&s, now);
	assert_memory_equal(now, was, sizeof(was));
}

static void
test_signature(void **state)
{
	struct crypto_key master = {{1, 2, 3}}, other = {{9}};
	struct crypto_signer *s = crypto_signer_new(&master);
	struct crypto_signer *again = crypto_signer_new(&master);
	struct crypto_signer *foreign = crypto_signer_new(&other);
	uint8_t key[CRYPTO_PUBLIC_LEN], same[CRYPTO_PUBLIC_LEN];
	uint8_t signature[CRYPTO_SIGNATURE_LEN];

	(void)state;
	crypto_signer_public(s, key);
	crypto_signer_public(again, same);
	assert_memory_equal(key, same, sizeof(key));
	crypto_sign(s, "seal", 4, signature);
	assert_true(crypto_signature_holds(key, "seal", 4, signature));
	assert_false(crypto_signature_holds(key, "sea1", 4, signature));
	signature[10] ^= 1;
	assert_false(crypto_signature_holds(key, "seal", 4, signature));
	crypto_sign(foreign, "seal", 4, signature);
	assert_false(crypto_signature_holds(key, "seal", 4, signature));
	crypto_signer_free(s);
	crypto_signer_free(again);
	crypto_signer_free(foreign);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_root_of_three),
	    cmocka_unit_test(test_root_notices),
	    cmocka_unit_test(test_hash_covers_members),
	    cmocka_unit_test(test_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
