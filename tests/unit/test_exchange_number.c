/* The numbers by which partners call orders, and what else they write there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/handover/exchange_number.h"

static char reference[ID_REFERENCE_LEN + 1];

static const struct {
	const char *name, *behind; /* a reference as it is shown */
	bool is_ours;
	uint32_t round;
} cases[] = {
	{ "the reference alone", "", true, EXCHANGE_ANY_ROUND },
	{ "the first order", "-1", true, 0 },
	{ "the twelfth", "-12", true, 11 },
	{ "the last that may be", "-1000", true, 999 },
	{ "one too many", "-1001", false, 0 },
	{ "none", "-0", false, 0 },
	{ "two hyphens", "--1", true, 0 },
	{ "no number", "-a", false, 0 },
	{ "a hyphen alone", "-", true, EXCHANGE_ANY_ROUND },
	{ "more behind it", "-1x", false, 0 },
	{ "far too long",
	    "-000000000000000000000000000000000000000000000000000001", false,
	    0 },
};

static void
test_parse(void **state)
{
	struct arena a = { 0 };

	(void)state;
	id_reference_new(reference);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = arena_printf(&a, "%s%s",
		    id_reference_show(&a, reference), cases[i].behind);
		char got[ID_REFERENCE_LEN + 1];
		struct err err = { 0 };
		uint32_t round;
		int rc = exchange_number_parse(text, got, &round, &err);

		if ((rc == 0) != cases[i].is_ours)
			fail_msg("%s: %s: %d", cases[i].name, text, rc);
		if (rc == 0 &&
		    (round != cases[i].round || strcmp(got, reference) != 0))
			fail_msg("%s: %s, round %u", cases[i].name, got, round);
	}
	arena_free(&a);
}

static void
test_round_trip(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 20; i++) {
		char got[ID_REFERENCE_LEN + 1];
		struct err err = { 0 };
		uint32_t round;

		id_reference_new(reference);
		assert_int_equal(exchange_number_parse(
				     exchange_number_show(&a, reference, i),
				     got, &round, &err),
		    0);
		assert_string_equal(got, reference);
		assert_int_equal(round, i);
	}
	arena_free(&a);
}

static void
test_foreign(void **state)
{
	static const char *const foreign[] = { "", "-", "1", "MB-2026-000123",
		"2026-000001", "\xc3\xa4-1" };

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		char got[ID_REFERENCE_LEN + 1];
		struct err err = { 0 };
		uint32_t round;

		if (exchange_number_parse(foreign[i], got, &round, &err) == 0)
			fail_msg("'%s' is taken for ours", foreign[i]);
		assert_int_equal(err.code, ERR_FIELD_INVALID);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
