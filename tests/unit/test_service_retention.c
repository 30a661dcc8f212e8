/* How long what is kept: by state, and by kind of data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/service/service.h"

static void
test_periods(void **state)
{
	static const struct service_period states[] = {{"withdrawn", 90}};
	static const struct service_period kinds[] = {{"needs", 14}};
	const struct service s = {.closed_days = 3650,
	    .state_days = states,
	    .nstate_days = 1,
	    .kind = kinds,
	    .nkind = 1};

	(void)state;
	assert_int_equal(service_closed_days(&s, "withdrawn"), 90);
	assert_int_equal(service_closed_days(&s, "done"), 3650);
	assert_int_equal(service_kind_days(&s, "needs"), 14);
	assert_int_equal(service_kind_days(&s, "other"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_periods)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
