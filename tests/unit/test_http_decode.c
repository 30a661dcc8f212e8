#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/http/http.h"

static const struct {
	const char *name, *in, *want; /* "name=value;", NULL: refused */
} cases[] = {
    {"nothing", "", ""},
    {"a pair", "a=1", "a=1;"},
    {"two of the same name", "a=1&a=2", "a=1;a=2;"},
    {"no value", "a&b=", "a=;b=;"},
    {"no name", "=1", "=1;"},
    {"equals signs in a value", "a=b=c", "a=b=c;"},
    {"plus and %20", "a+b=c%20d", "a b=c d;"},
    {"a plus escaped", "a=%2B", "a=+;"},
    {"UTF-8", "name=%C5%81ukasz", "name=\xc5\x81ukasz;"},
    {"either case", "a=%c3%A4", "a=\xc3\xa4;"},
    {"separators escaped", "a%3Db=c%26d", "a=b=c&d;"},
    {"empty pairs", "&&a=1&&b=2&", "a=1;b=2;"},
    {"line ends", "a=1%0D%0A2", "a=1\r\n2;"},
    {"a lone percent sign", "a=%", NULL},
    {"percent with one digit", "a=%4", NULL},
    {"percent with a letter", "a=%G1", NULL},
    {"percent cut off by the next pair", "a=%4&b=1", NULL},
    {"NUL in a name", "a%00b=1", NULL},
};

static void
test_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena a = {0};
		struct err err = {0};
		struct http_pairs pairs;
		const char *got = "";
		int rc = http_decode_form(&a, cases[i].in,
		    strlen(cases[i].in), 10, &pairs, &err);

		for (size_t j = 0; rc == 0 && j < pairs.n; j++)
			got = arena_printf(&a, "%s%s=%s;", got,
			    pairs.pair[j].name, pairs.pair[j].value);
		if (cases[i].want == NULL) {
			if (rc == 0 || err.code != ERR_BAD_REQUEST)
				fail_msg("%s: %s", cases[i].name, got);
		} else if (rc == -1 || strcmp(got, cases[i].want) != 0) {
			fail_msg("%s: %s %s", cases[i].name, got, err.msg);
		}
		arena_free(&a);
	}
}

/* A NUL in a value is the field's mistake, not the request's. */
static void
test_nul_in_value(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct http_pairs pairs;

	(void)state;
	assert_int_equal(
	    http_decode_form(&a, "a=x%00y", 7, 10, &pairs, &err), 0);
	assert_int_equal(pairs.pair[0].value_len, 3);
	assert_memory_equal(pairs.pair[0].value, "x\0y", 4);
	arena_free(&a);
}

static void
test_limit(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct http_pairs pairs;

	(void)state;
	assert_int_equal(
	    http_decode_form(&a, "a=1&b=2", 7, 2, &pairs, &err), 0);
	assert_int_equal(
	    http_decode_form(&a, "a=1&b=2&c", 9, 2, &pairs, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	arena_free(&a);
}

static void
test_get(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct http_pairs pairs;

	(void)state;
	assert_int_equal(
	    http_decode_form(&a, "a=1&b=2&a=3", 11, 5, &pairs, &err), 0);
	assert_string_equal(http_pair_get(&pairs, "a"), "1");
	assert_string_equal(http_pair_get(&pairs, "b"), "2");
	assert_null(http_pair_get(&pairs, "A"));
	assert_null(http_pair_get(&pairs, ""));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pairs),
	    cmocka_unit_test(test_nul_in_value),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
