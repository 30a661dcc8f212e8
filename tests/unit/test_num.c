#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/num.h"

static const struct {
	const char *name, *in;
	int64_t min, max;
	int64_t want;
	int rc;
} cases[] = {
    {"zero", "0", 0, 10, 0, 0},
    {"leading zeros", "007", 0, 10, 7, 0},
    {"negative", "-5", -10, 10, -5, 0},
    {"smallest of all", "-9223372036854775808", INT64_MIN, INT64_MAX,
	INT64_MIN, 0},
    {"largest of all", "9223372036854775807", INT64_MIN, INT64_MAX,
	INT64_MAX, 0},
    {"one too large", "9223372036854775808", INT64_MIN, INT64_MAX, 0, -1},
    {"one too small", "-9223372036854775809", INT64_MIN, INT64_MAX, 0, -1},
    {"above the range", "11", 0, 10, 0, -1},
    {"below the range", "-1", 0, 10, 0, -1},
    {"nothing", "", 0, 10, 0, -1},
    {"only a minus", "-", -10, 10, 0, -1},
    {"a plus", "+5", 0, 10, 0, -1},
    {"a blank before", " 5", 0, 10, 0, -1},
    {"a blank behind", "5 ", 0, 10, 0, -1},
    {"hexadecimal", "0x5", 0, 10, 0, -1},
    {"a fraction", "5.0", 0, 10, 0, -1},
    {"digits of another script", "\xd9\xa5", 0, 10, 0, -1},
};

static void
test_num_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct err err = {0};
		int64_t out = 0;
		int rc = num_parse(cases[i].in, cases[i].min, cases[i].max,
		    &out, &err);

		if (rc != cases[i].rc || out != cases[i].want)
			fail_msg("%s: %d, %lld", cases[i].name, rc,
			    (long long)out);
		if (rc == -1)
			assert_int_equal(err.code, ERR_FIELD_INVALID);
	}
}

static const struct {
	const char *name, *in;
	int scale;
	int64_t want;
	int rc;
} decimals[] = {
    {"whole", "12", 2, 1200, 0},
    {"German", "1.234,50", 2, 123450, 0},
    {"English", "1,234.50", 2, 123450, 0},
    {"one place", "12,5", 2, 1250, 0},
    {"two groups", "1.234.567", 2, 123456700, 0},
    {"a group at scale 0", "1.234", 0, 1234, 0},
    {"negative", "-0,01", 2, -1, 0},
    {"no digit before", ",5", 1, 5, 0},
    {"too many places", "1,234", 2, 0, -1},
    {"three places at scale 3", "1,234", 3, 1234, 0},
    {"two points", "1,2,3", 2, 12300, 0},
    {"only a comma", ",", 2, 0, -1},
    {"nothing", "", 2, 0, -1},
    {"letters", "1e3", 2, 0, -1},
    {"a currency", "5 Euro", 2, 0, -1},
    {"too long", "99999999999999999999", 2, 0, -1},
};

static void
test_num_parse_decimal(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(decimals); i++) {
		struct err err = {0};
		int64_t out = 0;
		int rc = num_parse_decimal(
		    decimals[i].in, decimals[i].scale, &out, &err);

		if (rc != decimals[i].rc || out != decimals[i].want)
			fail_msg("%s: %d, %lld", decimals[i].name, rc,
			    (long long)out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_num_parse),
	    cmocka_unit_test(test_num_parse_decimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
