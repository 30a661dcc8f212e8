#include <fcntl.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/crypto/crypto.h"

/* Hex digits to bytes; returns their number. */
static size_t
unhex(const char *s, uint8_t *out)
{
	size_t n = strlen(s) / 2;

	for (size_t i = 0; i < n; i++) {
		const char pair[] = {s[2 * i], s[2 * i + 1], '\0'};

		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

/* RFC 5869, appendix A, the SHA-256 cases. */
static const struct {
	const char *ikm, *salt, *info, *okm;
} hkdf[] = {
	{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
	    "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865"},
	{"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	 "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
	 "404142434445464748494a4b4c4d4e4f",
	    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
	    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
	    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
	    "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
	    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
	    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
	    "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
	    "cc30c58179ec3e87c14c01d5c1f3434f1d87"},
	{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	    "9d201395faa4b61a96c8"},
};

static void
test_hkdf(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(hkdf); i++) {
		uint8_t ikm[128], salt[128], info[128], want[128], out[128];
		size_t nikm = unhex(hkdf[i].ikm, ikm);
		size_t nsalt = unhex(hkdf[i].salt, salt);
		size_t ninfo = unhex(hkdf[i].info, info);
		size_t n = unhex(hkdf[i].okm, want);

		crypto_hkdf(ikm, nikm, salt, nsalt, info, ninfo, out, n);
		assert_memory_equal(out, want, n);
	}
}

static void
test_derive(void **state)
{
	struct crypto_key from, a, b;
	uint8_t want[CRYPTO_KEY_LEN];

	(void)state;
	crypto_random(from.byte, sizeof(from.byte));
	crypto_derive(&from, "blind-index", &a);
	crypto_derive(&from, "blind-indey", &b);
	assert_memory_not_equal(a.byte, b.byte, CRYPTO_KEY_LEN);
	crypto_hkdf(from.byte, CRYPTO_KEY_LEN, NULL, 0, "blind-index", 11,
	    want, sizeof(want));
	assert_memory_equal(a.byte, want, CRYPTO_KEY_LEN);
}

/* The GCM specification's (McGrew, Viega) test case 16, in our layout. */
static void
test_gcm_vector(void **state)
{
	static const char nonce[] = "cafebabefacedbaddecaf888";
	static const char cipher[] =
	    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";
	static const char tag[] = "76fc6ece0f4e1768cddf8853bb2d551b";
	static const char plain[] =
	    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
	struct arena arena = {0};
	struct crypto_key key;
	uint8_t sealed[128], want[64];
	char context[21] = {0}, *out;
	struct err err;
	size_t n, len;

	(void)state;
	(void)unhex("feffe9928665731c6d6a8f9467308308"
	    "feffe9928665731c6d6a8f9467308308", key.byte);
	(void)unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2",
	    (uint8_t *)context);
	n = unhex(nonce, sealed);
	n += unhex(cipher, sealed + n);
	n += unhex(tag, sealed + n);
	assert_int_equal(crypto_open(
	    &arena, &key, context, sealed, n, &out, &len, &err), 0);
	assert_int_equal(len, unhex(plain, want));
	assert_memory_equal(out, want, len);
	arena_free(&arena);
}

static void
test_seal(void **state)
{
	static const char text[] = "Grüße aus dem Rathaus";
	struct arena arena = {0};
	struct crypto_key key, other;
	const void *one, *two;
	size_t n, n2, len;
	struct err err;
	char *out;

	(void)state;
	crypto_random(key.byte, sizeof(key.byte));
	crypto_random(other.byte, sizeof(other.byte));
	crypto_seal(&arena, &key, "answers", text, sizeof(text) - 1, &one, &n);
	crypto_seal(&arena, &key, "answers", text, sizeof(text) - 1, &two, &n2);
	assert_int_equal(n, sizeof(text) - 1 + CRYPTO_SEAL_EXTRA);
	assert_int_equal(n2, n);
	assert_memory_not_equal(one, two, n); /* nonces differ */
	assert_int_equal(
	    crypto_open(&arena, &key, "answers", one, n, &out, &len, &err), 0);
	assert_string_equal(out, text);
	assert_int_equal(len, strlen(text));

	assert_int_equal(
	    crypto_open(&arena, &key, "answerz", one, n, &out, &len, &err), -1);
	assert_int_equal(err.code, ERR_CRYPTO);
	assert_int_equal(crypto_open(
	    &arena, &other, "answers", one, n, &out, &len, &err), -1);
	for (size_t i = 0; i < n; i++) {
		uint8_t *bad = (uint8_t *)arena_dup(&arena, one, n);

		bad[i] ^= 1;
		assert_int_equal(crypto_open(
		    &arena, &key, "answers", bad, n, &out, &len, &err), -1);
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(crypto_open(
		    &arena, &key, "answers", one, i, &out, &len, &err), -1);

	crypto_seal(&arena, &key, "", "", 0, &one, &n);
	assert_int_equal(
	    crypto_open(&arena, &key, "", one, n, &out, &len, &err), 0);
	assert_int_equal(len, 0);
	arena_free(&arena);
}

static void
test_data_key(void **state)
{
	struct crypto_key town, other;
	struct data_key made, opened;
	struct err err;

	(void)state;
	crypto_random(town.byte, sizeof(town.byte));
	crypto_random(other.byte, sizeof(other.byte));
	data_key_new(&town, &made);
	assert_int_equal(data_key_open(&town, made.wrapped,
	    sizeof(made.wrapped), &opened, &err), 0);
	assert_memory_equal(&made, &opened, sizeof(made));
	assert_int_equal(data_key_open(&other, made.wrapped,
	    sizeof(made.wrapped), &opened, &err), -1);
	assert_int_equal(err.code, ERR_CRYPTO);
	assert_int_equal(
	    data_key_open(&town, made.wrapped, 59, &opened, &err), -1);
}

/* FIPS 180-2 appendix B, RFC 4231 case 1 (its key padded with zeros to 32
 * bytes is the same HMAC key). */
static void
test_digests(void **state)
{
	struct crypto_key key = {0};
	uint8_t want[32], out[32];

	(void)state;
	crypto_sha256("abc", 3, out);
	(void)unhex("ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad", want);
	assert_memory_equal(out, want, 32);
	memset(key.byte, 0x0b, 20);
	crypto_hmac(&key, "Hi There", 8, out);
	(void)unhex("b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7", want);
	assert_memory_equal(out, want, 32);
}

static void
test_blind_index(void **state)
{
	struct crypto_key key;
	uint8_t a[CRYPTO_INDEX_LEN], b[CRYPTO_INDEX_LEN], whole[32];

	(void)state;
	crypto_random(key.byte, sizeof(key.byte));
	crypto_blind_index(&key, "name", "stefanescu", a);
	crypto_hmac(&key, "name\0stefanescu", 15, whole);
	assert_memory_equal(a, whole, sizeof(a));
	crypto_blind_index(&key, "email", "stefanescu", b);
	assert_memory_not_equal(a, b, sizeof(a));
}

static void
hash_two(const char *first, const char *second, uint8_t out[32])
{
	struct crypto_hash *h = crypto_hash_new();

	crypto_hash_part(h, first, strlen(first));
	crypto_hash_part(h, second, strlen(second));
	crypto_hash_end(h, out);
}

static void
test_hash_parts(void **state)
{
	uint8_t a[32], b[32], want[32];

	(void)state;
	hash_two("ab", "c", a);
	hash_two("a", "bc", b);
	assert_memory_not_equal(a, b, 32);
	crypto_sha256("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c", 19, want);
	assert_memory_equal(a, want, 32);
}

static const struct {
	const char *name, *content;
	mode_t mode;
	bool is_good;
} masters[] = {
	{"hex", "00112233445566778899aabbccddeeff"
	    "00112233445566778899AABBCCDDEEFF", 0600, true},
	{"hex and line end", "00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff\n", 0400, true},
	{"raw", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", 0600, true},
	{"others may read", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", 0604, false},
	{"the group may write", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", 0620,
	    false},
	{"empty", "", 0600, false},
	{"short", "0011", 0600, false},
	{"long", "00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00", 0600, false},
	{"no hex", "0011223344556677889gaabbccddeeff"
	    "00112233445566778899aabbccddeeff", 0600, false},
};

static void
test_master(void **state)
{
	struct crypto_key key;
	uint8_t want[32];
	struct err err;

	(void)state;
	for (size_t i = 0; i < nitems(masters); i++) {
		char path[] = "/tmp/test_crypto.XXXXXX";
		int fd = mkstemp(path);
		size_t n = strlen(masters[i].content);
		int rc;

		assert_int_not_equal(fd, -1);
		assert_int_equal(write(fd, masters[i].content, n), n);
		assert_int_equal(fchmod(fd, masters[i].mode), 0);
		assert_int_equal(close(fd), 0);
		err_clear(&err);
		rc = crypto_master_read(path, &key, &err);
		assert_int_equal(unlink(path), 0);
		if (rc != (masters[i].is_good ? 0 : -1))
			fail_msg("%s: %s", masters[i].name, err.msg);
		if (rc == -1)
			assert_int_equal(err.code, ERR_CONFIG);
		else if (n >= 64) {
			(void)unhex("00112233445566778899aabbccddeeff"
			    "00112233445566778899aabbccddeeff", want);
			assert_memory_equal(key.byte, want, 32);
		}
	}
	assert_int_equal(crypto_master_read("/no/such", &key, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_int_equal(crypto_master_read("/tmp", &key, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hkdf),
		cmocka_unit_test(test_derive),
		cmocka_unit_test(test_gcm_vector),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_data_key),
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_blind_index),
		cmocka_unit_test(test_hash_parts),
		cmocka_unit_test(test_master),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
