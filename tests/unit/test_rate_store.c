#include "common/rate_store.h"
#include "db_fixture.h"

#define HOUR INT64_C(3600000)
#define START (INT64_C(500000) * HOUR)

static int64_t
wait_of(struct fixture *f, const char *kind, const char *address,
    int64_t max, int64_t now_ms)
{
	struct err err = { 0 };
	int64_t wait_s;

	OK(rate_check(f->db, &f->arena, &f->town, kind, address, max, now_ms,
	    &wait_s, &err));
	return wait_s;
}

static void
hit(struct fixture *f, const char *kind, const char *address, int64_t now_ms)
{
	struct err err = { 0 };

	OK(rate_hit(f->db, &f->town, kind, address, now_ms, &err));
}

static void
test_window(void **state)
{
	struct fixture *f;

	NEED_DB();
	f = *state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    wait_of(f, "lookup", "192.0.2.1", 3, START + 1000), 0);
		hit(f, "lookup", "192.0.2.1", START + 1000);
	}
	assert_int_equal(
	    wait_of(f, "lookup", "192.0.2.1", 3, START + 1000), 3600);
	assert_int_equal(wait_of(f, "lookup", "192.0.2.1", 3,
	    START + HOUR - 1), 1);
	assert_int_equal(
	    wait_of(f, "lookup", "192.0.2.1", 3, START + HOUR), 0);
	assert_int_equal(
	    wait_of(f, "submit", "192.0.2.1", 3, START + 1000), 0);
	assert_int_equal(
	    wait_of(f, "lookup", "192.0.2.2", 3, START + 1000), 0);
	assert_int_equal(
	    wait_of(f, "lookup", "192.0.2.1", 0, START + 1000), 0);
}

static const struct {
	const char *name, *hit, *ask;
	bool is_same;
} addresses[] = {
	{ "itself", "2001:db8::1", "2001:db8::1", true },
	{ "another of the /64", "2001:db8:0:1::1", "2001:db8:0:1:ffff::2",
	    true },
	{ "another spelling", "2001:db8:0:2::1", "2001:0DB8:0:2:0:0:0:9",
	    true },
	{ "another /64", "2001:db8:0:3::1", "2001:db8:0:4::1", false },
	{ "IPv4 in IPv6", "::ffff:192.0.2.7", "::ffff:192.0.2.8", false },
	{ "no address at all", "unix:", "unix:", true },
	{ "a longer one than any", "0123456789012345678901234567890123456789"
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "45678901234567890123456789012345678901234567890", "x", false },
};

static void
test_addresses(void **state)
{
	struct fixture *f;

	NEED_DB();
	f = *state;
	for (size_t i = 0; i < nitems(addresses); i++) {
		hit(f, "address", addresses[i].hit, START);
		if ((wait_of(f, "address", addresses[i].ask, 1, START) > 0) !=
		    addresses[i].is_same)
			fail_msg("%s", addresses[i].name);
	}
}

static void
test_sweep(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	int64_t swept;

	NEED_DB();
	f = *state;
	hit(f, "sweep", "192.0.2.9", START);
	hit(f, "sweep", "192.0.2.9", START + HOUR);
	OK(rate_sweep(f->db, START + HOUR, &swept, &err));
	assert_true(swept >= 1);
	assert_int_equal(wait_of(f, "sweep", "192.0.2.9", 1, START), 0);
	assert_true(wait_of(f, "sweep", "192.0.2.9", 1, START + HOUR) > 0);
}

/* What lies in the table tells nobody's address. */
static void
test_no_address_is_kept(void **state)
{
	struct fixture *f;

	NEED_DB();
	f = *state;
	hit(f, "lookup", "192.0.2.55", START);
	assert_int_equal(fixture_number(f->db,
	    "SELECT COUNT(*) FROM rate_limit WHERE INSTR(bucket, '192')"
	    " OR INSTR(bucket, INET6_ATON('192.0.2.55'))"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_no_address_is_kept),
	};

	return cmocka_run_group_tests(
	    tests, fixture_setup, fixture_teardown);
}
