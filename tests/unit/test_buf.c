#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"

static void
test_append_up_to_max(void **state)
{
	struct err err = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_string_equal(buf_text(&b), "");
	assert_int_equal(buf_append(&b, "12345", 5, &err), 0);
	assert_int_equal(buf_append(&b, "67890", 5, &err), 0);
	assert_int_equal(buf_append(&b, "", 0, &err), 0);
	assert_int_equal(buf_append(&b, "x", 1, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_string_equal(buf_text(&b), "1234567890");
	assert_int_equal(b.len, 10);
	buf_free(&b);
}

/* Once something did not fit, nothing shorter slips in behind it. */
static void
test_put_remembers_failure(void **state)
{
	struct err err = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	buf_puts(&b, "abc");
	assert_int_equal(buf_check(&b, &err), 0);
	buf_puts(&b, "de");
	buf_puts(&b, "f");
	assert_string_equal(buf_text(&b), "abc");
	assert_int_equal(buf_check(&b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_reset(&b);
	err_clear(&err);
	buf_puts(&b, "defg");
	assert_int_equal(buf_check(&b, &err), 0);
	assert_string_equal(buf_text(&b), "defg");
	buf_free(&b);
}

static void
test_printf_short_and_long(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	buf_printf(&b, "%s=%d", "a", 1);
	assert_string_equal(buf_text(&b), "a=1");
	buf_printf(&b, "%0700d", 0);
	assert_int_equal(b.len, 703);
	buf_printf(&b, "%0700d", 0);
	assert_int_equal(b.failed, ERR_TOO_LARGE);
	assert_int_equal(b.len, 703);
	buf_free(&b);
}

static void
test_wipe_and_arena(void **state)
{
	struct arena a = {0};
	struct buf *b = buf_new(&a, 100);

	(void)state;
	buf_puts(b, "secret");
	buf_wipe(b);
	assert_string_equal(buf_text(b), "");
	assert_int_equal(b->len, 0);
	buf_puts(b, "again");
	assert_string_equal(buf_text(b), "again");
	arena_free(&a); /* LeakSanitizer would tell */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_append_up_to_max),
	    cmocka_unit_test(test_put_remembers_failure),
	    cmocka_unit_test(test_printf_short_and_long),
	    cmocka_unit_test(test_wipe_and_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
