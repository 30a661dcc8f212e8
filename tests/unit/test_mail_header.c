/* links: courier/mail_header */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "courier/mail_header.h"

static const struct {
	const char *name, *in, *want;
} cases[] = {
    {"plain", "Stadt Quellstadt", "Stadt Quellstadt"},
    {"empty", "", ""},
    {"umlaut", "Grüße", "=?UTF-8?B?R3LDvMOfZQ==?="},
    {"no header injection", "a\r\nBcc: b@example.org",
	"=?UTF-8?B?YSAgQmNjOiBiQGV4YW1wbGUub3Jn?="},
    {"specials are encoded", "A, B <c>", "=?UTF-8?B?QSwgQiA8Yz4=?="},
    {"an encoded word stays text", "=?x?=", "=?UTF-8?B?PT94Pz0=?="},
    {"folded, characters whole",
	"ääääääääääääääääääääääääääääää",
	"=?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6Q="
	"?=\r\n =?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpA==?="},
};

static void
test_phrase(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const char *got = mail_header_phrase(&a, cases[i].in);

		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].name, got);
	}
	arena_free(&a);
}

static void
test_date(void **state)
{
	struct arena a = {0};
	const char *date = mail_header_date(&a);
	struct tm tm = {0};
	const char *end;

	(void)state;
	end = strptime(date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
	assert_non_null(end);
	assert_string_equal(end, "");
	assert_in_range(timegm(&tm), time(NULL) - 5, time(NULL) + 5);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_phrase),
	    cmocka_unit_test(test_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
