#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/crypto/crypto_spool.h"

static const struct {
	const char *name;
	size_t len, piece; /* put in pieces of that many bytes */
} cases[] = {
	{ "nothing", 0, 1 },
	{ "a byte", 1, 1 },
	{ "the first room", 4096, 4096 },
	{ "a byte more", 4097, 1000 },
	{ "at once beyond the first room", 10000, 10000 },
	{ "byte by byte through two rooms", 17000, 1 },
	{ "a whole piece", 65536, 65536 },
	{ "a byte of the next piece", 65537, 65536 },
	{ "pieces that straddle", 200000, 7919 },
	{ "several pieces at once", 300001, 300001 },
};

static uint8_t
byte_at(size_t i)
{
	return (uint8_t)(i * 31 + i / 251);
}

static void
check_all(struct crypto_spool *s, size_t len, const char *name)
{
	static uint8_t out[400000];
	struct err err = { 0 };

	for (size_t at = 0; at <= len; at += len / 7 + 1) {
		size_t n = len - at;

		if (crypto_spool_read(s, (int64_t)at, out, n, &err) == -1)
			fail_msg("%s: %s", name, err.msg);
		for (size_t i = 0; i < n; i++)
			if (out[i] != byte_at(at + i))
				fail_msg("%s: byte %zu", name, at + i);
	}
}

/* What was put comes back, from anywhere. */
static void
test_rooms(void **state)
{
	static uint8_t in[400000];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = byte_at(i);
	for (size_t c = 0; c < nitems(cases); c++) {
		struct arena a = { 0 };
		struct crypto_spool *s =
		    crypto_spool_new(&a, "/tmp", (int64_t)cases[c].len);
		struct err err = { 0 };

		for (size_t at = 0; at < cases[c].len;) {
			size_t n = cases[c].len - at;

			if (n > cases[c].piece)
				n = cases[c].piece;
			if (crypto_spool_put(s, in + at, n, &err) == -1)
				fail_msg("%s: %s", cases[c].name, err.msg);
			at += n;
		}
		assert_int_equal(crypto_spool_len(s), cases[c].len);
		check_all(s, cases[c].len, cases[c].name);
		assert_int_equal(crypto_spool_put(s, in, 1, &err), -1);
		assert_int_equal(err.code, ERR_TOO_LARGE);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rooms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
