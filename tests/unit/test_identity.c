/* The log-in that events tell of. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "common/identity.h"

static void
test_levels(void **state)
{
	(void)state;
	assert_int_equal(identity_level("high"), IDENTITY_HIGH);
	assert_int_equal(identity_level("none"), IDENTITY_NONE);
	assert_int_equal(identity_level("hoch"), IDENTITY_NONE);
	assert_int_equal(identity_level(NULL), IDENTITY_NONE);
	assert_string_equal(
	    identity_level_name(IDENTITY_SUBSTANTIAL), "substantial");
}

static void
test_events(void **state)
{
	const struct identity i = { IDENTITY_HIGH, IDENTITY_SIMULATED, 1 };
	struct arena a = { 0 };
	struct event event[] = {
		{ .kind = "submitted", .data = "{\"level\":\"high\"}" },
		{ .kind = "identified", .data = "{\"level\":\"normal\"}" },
		{ .kind = "identified", .data = "not JSON" },
		{ 0 },
	};
	bool is_simulated = true;

	(void)state;
	assert_int_equal(identity_of_events(&a, event, 1, NULL), IDENTITY_NONE);
	assert_int_equal(identity_of_events(&a, event, 3, &is_simulated),
	    IDENTITY_NORMAL);
	assert_false(is_simulated);
	event[3] = identity_event(&a, &i);
	assert_true(event[3].is_public);
	assert_int_equal(
	    identity_of_events(&a, event, 4, &is_simulated), IDENTITY_HIGH);
	assert_true(is_simulated);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
