#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/kern_view.h"

static void
test_pieces(void **state)
{
	struct arena a = { 0 };
	struct html h = { .out = buf_new(&a, 4096) };

	(void)state;
	kern_button(&h, KERN_TERTIARY, "goto:\"x", "Weiter & mehr");
	kern_hidden(&h, "a<b", "\"'");
	assert_string_equal(buf_text(h.out),
	    "<button class=\"kern-btn kern-btn--tertiary\" type=\"submit\" "
	    "name=\"action\" value=\"goto:&quot;x\">"
	    "<span class=\"kern-label\">Weiter &amp; mehr</span></button>"
	    "<input type=\"hidden\" name=\"a&lt;b\" value=\"&quot;&#39;\">");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
