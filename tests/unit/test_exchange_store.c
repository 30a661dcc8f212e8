#include "common/exchange_store.h"
#include "vorgang_fixture.h"

#define MINUTE INT64_C(60000)

static void
submit(struct fixture *f, size_t n, int64_t at_ms)
{
	for (size_t i = 0; i < n; i++) {
		struct vorgang v = fixture_vorgang(f, "{}");
		struct err err = { 0 };

		v.created_ms = at_ms;
		OK(fixture_submit(f, &v, false, &err));
	}
}

static bool
is_due(struct fixture *f, int64_t now_ms)
{
	struct err err = { 0 };
	uint32_t *town;
	size_t n;

	OK(exchange_towns_due(
	    f->db, &f->arena, now_ms, 2 * MINUTE, &town, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (town[i] == f->town.id)
			return true;
	return false;
}

/* Changes of one moment on several pages: each comes once, none is left out. */
static void
test_pages(void **state)
{
	const struct id *after = NULL;
	struct exchange_case *list;
	int64_t from = FIXTURE_NOW;
	struct err err = { 0 };
	struct fixture *f;
	struct id seen[8];
	size_t n, nseen = 0;

	NEED_DB();
	f = *state;
	submit(f, 5, FIXTURE_NOW);
	submit(f, 2, FIXTURE_NOW + 1);
	do {
		OK(exchange_cases(f->db, &f->arena, from, after, 2, &list, &n,
		    &err));
		for (size_t i = 0; i < n; i++) {
			assert_true(nseen < nitems(seen));
			assert_false(list[i].is_settled);
			for (size_t k = 0; k < nseen; k++)
				assert_memory_not_equal(&seen[k],
				    &list[i].vorgang, sizeof(seen[k]));
			seen[nseen++] = list[i].vorgang;
		}
		if (n > 0) {
			after = &list[n - 1].vorgang;
			from = list[n - 1].changed_ms;
		}
	} while (n == 2);
	assert_int_equal(nseen, 7);
	assert_int_equal(from, FIXTURE_NOW + 1);
}

static void
test_towns(void **state)
{
	const int64_t now_ms = FIXTURE_NOW + 60 * MINUTE;
	struct exchange_case *list;
	struct err err = { 0 };
	struct fixture *f;
	size_t n;

	NEED_DB();
	f = *state;
	assert_false(is_due(f, now_ms));
	submit(f, 1, FIXTURE_NOW);
	assert_true(is_due(f, now_ms));
	OK(exchange_watch(f->db, FIXTURE_NOW, &err));
	assert_false(is_due(f, now_ms));
	/* so near that a slower transaction may stand beside it */
	assert_true(is_due(f, FIXTURE_NOW + MINUTE));
	submit(f, 1, FIXTURE_NOW + 1);
	assert_true(is_due(f, now_ms));
	OK(exchange_watch(f->db, FIXTURE_NOW + 1, &err));
	OK(exchange_watch(f->db, FIXTURE_NOW, &err)); /* never back */
	assert_false(is_due(f, now_ms));

	OK(exchange_cases(
	    f->db, &f->arena, FIXTURE_NOW + 1, NULL, 10, &list, &n, &err));
	assert_int_equal(n, 1);
	OK(exchange_wait_put(f->db, &list[0].vorgang, "ask", "no partner",
	    now_ms, now_ms + MINUTE, &err));
	assert_false(is_due(f, now_ms));
	assert_true(is_due(f, now_ms + MINUTE));
	OK(exchange_cases(
	    f->db, &f->arena, FIXTURE_NOW + 1, NULL, 10, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_true(list[0].is_settled);
	OK(exchange_wait_remove(f->db, &list[0].vorgang, &err));
	assert_false(is_due(f, now_ms + MINUTE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_pages, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_towns, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
