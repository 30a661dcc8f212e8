#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/form/form_view_prose.h"

static const struct {
	const char *name, *in, *want;
} prose_cases[] = {
    {"nothing", "", ""},
    {"paragraph", "Guten Tag", "<p>Guten Tag</p>"},
    {"two paragraphs", "Eins\n\nZwei", "<p>Eins</p><p>Zwei</p>"},
    {"lines of one paragraph", "Eins\nZwei", "<p>Eins<br>Zwei</p>"},
    {"list", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"},
    {"list behind a paragraph", "Bitte:\n- a\n- b\nDanke",
	"<p>Bitte:</p><ul><li>a</li><li>b</li></ul><p>Danke</p>"},
    {"numbers", "1. a\n1. b", "<ol><li>a</li><li>b</li></ol>"},
    {"heading", "## Titel\n\nText", "<h2>Titel</h2><p>Text</p>"},
    {"heading with anchor", "## Titel {#ziel}",
	"<h2 id=\"ziel\">Titel</h2>"},
    {"lower heading", "### Titel", "<h3>Titel</h3>"},
    {"link", "Siehe [Hilfe](/hilfe/).",
	"<p>Siehe <a href=\"/hilfe/\">Hilfe</a>.</p>"},
    {"two links", "[a](/a/) [b](/b/)",
	"<p><a href=\"/a/\">a</a> <a href=\"/b/\">b</a></p>"},
    {"forbidden scheme", "[x](javascript:alert(1))",
	"<p><a href=\"#\">x</a>)</p>"},
    {"bracket that is no link", "a [b] c", "<p>a [b] c</p>"},
    {"markup is text", "<b>&\"", "<p>&lt;b&gt;&amp;&quot;</p>"},
    {"SSI is text", "<!--#exec cmd=\"x\" -->",
	"<p>&lt;!--#exec cmd=&quot;x&quot; --&gt;</p>"},
    {"many empty lines", "\n\na\n\n\n\nb\n", "<p>a</p><p>b</p>"},
};

static void
test_prose(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(prose_cases); i++) {
		struct html h = {.out = buf_new(&arena, 4096)};

		form_prose_write(&arena, &h, prose_cases[i].in);
		if (strcmp(buf_text(h.out), prose_cases[i].want) != 0)
			fail_msg("%s: %s", prose_cases[i].name,
			    buf_text(h.out));
	}
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_prose)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
