/*
 * Content encryption: both ways in any pieces; padding as others fill it; what
 * was spoilt does not open, and says nothing more than that.
 */
#include "osci_fixture.h"

#include <openssl/evp.h>

#include "common/osci/osci_cipher.h"

#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define XENC11 "http://www.w3.org/2009/xmlenc11#"

static const uint8_t key[OSCI_KEY_MAX] = "0123456789abcdef0123456789abcde";

static const char *const uris[] = { XENC11 "aes128-gcm", XENC11 "aes192-gcm",
	XENC11 "aes256-gcm", XENC "aes128-cbc", XENC "aes192-cbc",
	XENC "aes256-cbc", XENC "tripledes-cbc" };

static const size_t lengths[] = { 0, 1, 7, 8, 15, 16, 17, 4095, 4096, 4097,
	10000 };

/* Opens in pieces of step bytes. */
static int
decrypt(struct arena *a, const struct osci_cipher_kind *kind, size_t iv_len,
    const char *in, size_t n, size_t step, struct buf *out, struct err *err)
{
	struct osci_cipher *c = osci_decrypt_new(
	    a, kind, key, iv_len, osci_fixture_append, out);

	for (size_t i = 0; i < n; i += step)
		if (osci_cipher_put(c, in + i, n - i < step ? n - i : step,
			err) == -1)
			return -1;
	return osci_cipher_end(c, err);
}

static void
test_both_ways(void **state)
{
	static const size_t steps[] = { 1, 13, 16, 4096, 100000 };
	(void)state;

	for (size_t i = 0; i < nitems(uris) * nitems(lengths); i++) {
		const struct osci_cipher_kind *kind =
		    osci_cipher_find(uris[i / nitems(lengths)]);
		size_t n = lengths[i % nitems(lengths)];
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *plain = buf_new(&a, 1 << 20);
		struct buf *cipher = buf_new(&a, 1 << 20);
		struct osci_cipher *c = osci_encrypt_new(
		    &a, kind, key, osci_fixture_append, cipher);

		for (size_t k = 0; k < n; k++)
			buf_put(plain, &(char){ (char)(k * 7) }, 1);
		assert_int_equal(
		    osci_cipher_put(c, buf_text(plain), n, &err), 0);
		assert_int_equal(osci_cipher_end(c, &err), 0);
		for (size_t s = 0; s < nitems(steps); s++) {
			struct buf *out = buf_new(&a, 1 << 20);

			if (decrypt(&a, kind, 12, buf_text(cipher),
				cipher->len, steps[s], out, &err) == -1)
				fail_msg("%s, %zu bytes by %zu: %s", kind->uri,
				    n, steps[s], err.msg);
			assert_int_equal(out->len, n);
			assert_memory_equal(
			    buf_text(out), buf_text(plain), n);
		}
		arena_free(&a);
	}
}

/* Blocks as they are: what stands in them is padded already. */
static const char *
raw_cbc(struct arena *a, const uint8_t *plain, size_t n)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t *out = arena_alloc(a, n + 32, 1);
	int len;

	assert_int_equal(EVP_EncryptInit_ex(
			     ctx, EVP_aes_256_cbc(), NULL, key, out),
	    1); /* the IV: zeros */
	(void)EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(
	    EVP_EncryptUpdate(ctx, out + 16, &len, plain, (int)n), 1);
	assert_int_equal(len, n);
	EVP_CIPHER_CTX_free(ctx);
	return (const char *)out;
}

/* The last block: 16 characters, the last of them how many are padding. */
static const struct {
	const char *name;
	uint8_t block[17];
	const char *want; /* NULL: it does not open */
} paddings[] = {
	{ "PKCS#7", "abcdefghijkl\4\4\4\4", "abcdefghijkl" },
	{ "anything but the last", "abcdefghijkl\x99x\0\4", "abcdefghijkl" },
	{ "a whole block", "garbagegarbageg\x10", "" },
	{ "one", "abcdefghijklmno\1", "abcdefghijklmno" },
	{ "none", "abcdefghijklmno\0", NULL },
	{ "more than a block", "abcdefghijklmno\x11", NULL },
	{ "far more", "abcdefghijklmno\xff", NULL },
};

static void
test_paddings(void **state)
{
	const struct osci_cipher_kind *kind =
	    osci_cipher_find(XENC "aes256-cbc");
	(void)state;

	for (size_t i = 0; i < nitems(paddings); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *out = buf_new(&a, 1000);
		uint8_t plain[32] = "0123456789ABCDEF";
		int rc;

		memcpy(plain + 16, paddings[i].block, 16);
		rc = decrypt(&a, kind, 12, raw_cbc(&a, plain, 32), 48, 5, out,
		    &err);
		if ((rc == 0) != (paddings[i].want != NULL) ||
		    (rc == -1 && err.code != ERR_CRYPTO) ||
		    (rc == 0 &&
			strcmp(buf_text(out) + 16, paddings[i].want) != 0))
			fail_msg("%s: %s", paddings[i].name, buf_text(out));
		arena_free(&a);
	}
}

/* Cut off anywhere, or with a bit turned. */
static void
test_spoilt(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(uris); i++) {
		const struct osci_cipher_kind *kind =
		    osci_cipher_find(uris[i]);
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *cipher = buf_new(&a, 1 << 16);
		struct osci_cipher *c = osci_encrypt_new(
		    &a, kind, key, osci_fixture_append, cipher);

		assert_int_equal(osci_cipher_put(c, "some text", 9, &err), 0);
		assert_int_equal(osci_cipher_end(c, &err), 0);
		for (size_t n = 0; n < cipher->len; n++) {
			err_clear(&err);
			if (decrypt(&a, kind, 12, buf_text(cipher), n, 3,
				buf_new(&a, 1000), &err) == 0)
				/* of CBC what is left may look whole */
				assert_true(kind->mode == OSCI_CBC &&
				    n % kind->block == 0);
			else
				assert_int_equal(err.code, ERR_CRYPTO);
		}
		for (size_t n = 0; n < cipher->len * 8; n++) {
			char *bytes = arena_dup(
			    &a, buf_text(cipher), cipher->len);

			bytes[n / 8] = (char)(bytes[n / 8] ^ 1 << n % 8);
			err_clear(&err);
			if (decrypt(&a, kind, 12, bytes, cipher->len, 100,
				buf_new(&a, 1000), &err) == 0)
				assert_int_equal(kind->mode, OSCI_CBC);
			else
				assert_int_equal(err.code, ERR_CRYPTO);
		}
		arena_free(&a);
	}
}

/*
 * A CBC message with a bit turned anywhere: whether the padding is wrong or
 * what is inside is no message, nobody can tell from the code.
 */
static void
test_no_oracle(void **state)
{
	struct osci_fixture fixture = { .arena = { 0 } };
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t len, from, opened = 0;
	const char *mark;
	char *text;
	(void)state;

	osci_fixture_keys(&fixture);
	assert_int_equal(
	    file_read(&a, VECTORS "/positive/store-aes256-cbc.http", 1 << 20,
		&text, &len, &err),
	    0);
	mark = memmem(text, len, "<osci_enc>", 10);
	assert_non_null(mark);
	from = (size_t)(mark - text) + 100;
	for (size_t i = from; i < len - 60; i += (len - from) / 100) {
		struct arena own = { 0 };
		struct osci_message m;

		text[i] ^= 0x10;
		err_clear(&err);
		if (osci_fixture_read(
			&own, &fixture, text, len, &m, &err) == 0 ||
		    strcmp(err.field, "9202") != 0) {
			/* then it got as far as a message, marked as such */
			assert_non_null(m.packet);
			assert_true(m.packet->is_malleable);
			opened++;
		}
		text[i] ^= 0x10;
		arena_free(&own);
	}
	assert_true(opened < 60);
	arena_free(&a);
	arena_free(&fixture.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_paddings),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_no_oracle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
