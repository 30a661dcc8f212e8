/* links: torhaus/nachrichten_clean */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "torhaus/nachrichten.h"

/* What messages of others may do to an operator's terminal: nothing. */
static const struct {
	const char *name, *in, *want;
} cleaned[] = {
	{ "letters", "M\xc3\xbcller, \xc5\x81ukasz", "M\xc3\xbcller, "
						     "\xc5\x81ukasz" },
	{ "nothing", "", "" },
	{ "lines", "a\nb\r\n\tc", "a b   c" },
	{ "an escape", "a\x1b[31mb", "a [31mb" },
	{ "the same as one character (CSI)", "a\xc2\x9b" "31mb", "a 31mb" },
	{ "no-break space is none", "a\xc2\xa0" "b", "a\xc2\xa0" "b" },
	{ "backwards", "a\xe2\x80\xae" "b\xe2\x81\xa6" "c", "a b c" },
	{ "a line separator", "a\xe2\x80\xa8" "b", "a b" },
	{ "a dash is none", "a\xe2\x80\x93" "b", "a\xe2\x80\x93" "b" },
	{ "cut in a character", "a\xe2\x80", "a\xe2\x80" },
	{ "delete", "a\x7f", "a " },
};

static void
test_clean(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(cleaned); i++) {
		const char *got = message_clean(&a, cleaned[i].in);

		if (strcmp(got, cleaned[i].want) != 0)
			fail_msg("%s: '%s'", cleaned[i].name, got);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
