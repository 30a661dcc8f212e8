#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/err.h"

static const enum err_code codes[] = {
#define CODE(code, wire, status) code,
    ERR_TABLE(CODE)
#undef CODE
};

static void
test_set_and_clear(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(err_set(&err, ERR_GONE, "%s %d", "row", 7), -1);
	assert_int_equal(err.code, ERR_GONE);
	assert_string_equal(err.msg, "row 7");
	assert_int_equal(err_set(&err, ERR_IO, "%0400d", 1), -1);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	err_clear(&err);
	assert_int_equal(err.code, ERR_NONE);
	assert_string_equal(err.msg, "");
}

/* A wire name is a promise to others: one per code, of harmless characters. */
static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(codes); i++) {
		const char *wire = err_wire(codes[i]);
		int status = err_status(codes[i]);

		assert_int_equal(codes[i], i);
		assert_true(strlen(wire) > 0);
		assert_int_equal(
		    strspn(wire, "abcdefghijklmnopqrstuvwxyz-"), strlen(wire));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(wire, err_wire(codes[j]));
		if (codes[i] == ERR_NONE)
			assert_int_equal(status, 200);
		else
			assert_in_range(status, 400, 599);
	}
	assert_int_equal(err_status(ERR_MISDIRECTED), 421);
	assert_string_equal(err_wire(ERR_FIELD_INVALID), "field-invalid");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_set_and_clear),
	    cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
