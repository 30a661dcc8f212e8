#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/arena.h"

static void
test_pieces_are_zeroed(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t n = 1; n < 5000; n = n * 3 + 1) {
		char *p = arena_new(&a, char, n);

		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 'x', n);
	}
	arena_free(&a);
	assert_null(a.last);
}

static void
test_copies(void **state)
{
	struct arena a = {0};
	char *p = arena_dup(&a, "a\0b", 3);

	(void)state;
	assert_memory_equal(p, "a\0b", 4);
	assert_string_equal(arena_dup(&a, NULL, 0), "");
	assert_string_equal(arena_strdup(&a, "Straße"), "Straße");
	assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
	p = arena_printf(&a, "%0900d", 1);
	assert_int_equal(strlen(p), 900);
	arena_free(&a);
}

static char order[8];

static void
note(void *arg)
{
	size_t n = strlen(order);

	order[n] = *(const char *)arg;
	order[n + 1] = '\0';
}

/* Newest first, so that what was made from something goes before it. */
static void
test_deferred_calls(void **state)
{
	struct arena a = {0};
	static char one[] = "1", two[] = "2";

	(void)state;
	order[0] = '\0';
	arena_defer(&a, note, one);
	(void)arena_new(&a, int, 3);
	arena_defer(&a, note, two);
	arena_free(&a);
	assert_string_equal(order, "21");
	arena_free(&a); /* empty: nothing is called again */
	assert_string_equal(order, "21");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pieces_are_zeroed),
	    cmocka_unit_test(test_copies),
	    cmocka_unit_test(test_deferred_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
