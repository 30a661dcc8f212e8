#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/html.h"

struct page {
	struct buf buf;
	struct html h;
};

static int
setup(void **state)
{
	static struct page page;

	buf_init(&page.buf, 100000);
	page.h.out = &page.buf;
	*state = &page;
	return 0;
}

static int
teardown(void **state)
{
	struct page *p = *state;

	buf_free(&p->buf);
	return 0;
}

static const struct {
	const char *in, *want;
} texts[] = {
    {"", ""},
    {"plain", "plain"},
    {"a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"},
    {"\"it's\"", "&quot;it&#39;s&quot;"},
    {"Łukasz Ğöß", "Łukasz Ğöß"},
    {"<!--#include virtual=\"/x\" -->",
	"&lt;!--#include virtual=&quot;/x&quot; --&gt;"},
    {"<", "&lt;"},
    {"end&", "end&amp;"},
};

static void
test_text(void **state)
{
	struct page *p = *state;

	for (size_t i = 0; i < nitems(texts); i++) {
		buf_reset(&p->buf);
		html_text(&p->h, texts[i].in);
		assert_string_equal(buf_text(&p->buf), texts[i].want);
	}
	buf_reset(&p->buf);
	html_text_lines(&p->h, "a\n<b>\n");
	assert_string_equal(
	    buf_text(&p->buf), "a<br>\n&lt;b&gt;<br>\n");
}

static void
test_textf(void **state)
{
	struct page *p = *state;

	html_textf(&p->h, "%d <%s>", 3, "x");
	assert_string_equal(buf_text(&p->buf), "3 &lt;x&gt;");
	buf_reset(&p->buf);
	html_textf(&p->h, "%0500d<", 1);
	assert_int_equal(p->buf.len, 504);
	assert_string_equal(buf_text(&p->buf) + 500, "&lt;");
}

static void
test_element(void **state)
{
	struct page *p = *state;

	html_open(&p->h, "input", "type", "text", "value", "a\"b", "checked",
	    html_if(true), "disabled", html_if(false), "id", HTML_OMIT, NULL);
	html_element(&p->h, "p", "1 < 2", "class", "x", NULL);
	html_open(&p->h, "br", NULL);
	html_close(&p->h, "div");
	html_raw(&p->h, "<hr>");
	assert_string_equal(buf_text(&p->buf),
	    "<input type=\"text\" value=\"a&quot;b\" checked>"
	    "<p class=\"x\">1 &lt; 2</p><br></div><hr>");
}

static const struct {
	const char *in, *want;
} urls[] = {
    {"/antrag/", "/antrag/"},
    {"?a=1&b=2", "?a=1&amp;b=2"},
    {"#f-name", "#f-name"},
    {"", ""},
    {"datei:name.pdf", "#"},
    {"./a:b", "./a:b"},
    {"https://example.org/", "https://example.org/"},
    {"HTTP://example.org/", "HTTP://example.org/"},
    {"mailto:a@example.org", "mailto:a@example.org"},
    {"tel:+49123", "tel:+49123"},
    {"javascript:alert(1)", "#"},
    {" javascript:alert(1)", "#"},
    {"JaVaScRiPt:alert(1)", "#"},
    {"java\nscript:alert(1)", "#"},
    {"\1javascript:alert(1)", "#"},
    {"data:text/html,x", "#"},
    {"vbscript:x", "#"},
    {"/a\tb", "#"},
};

static void
test_urls(void **state)
{
	static const char *const names[] = {
	    "href", "src", "action", "formaction"};
	struct page *p = *state;

	for (size_t i = 0; i < nitems(urls); i++)
		for (size_t j = 0; j < nitems(names); j++) {
			char want[200];

			buf_reset(&p->buf);
			html_open(&p->h, "a", names[j], urls[i].in, NULL);
			(void)snprintf(want, sizeof(want), "<a %s=\"%s\">",
			    names[j], urls[i].want);
			assert_string_equal(buf_text(&p->buf), want);
		}
}

static void
test_other_attributes_are_no_urls(void **state)
{
	struct page *p = *state;

	buf_reset(&p->buf);
	html_open(&p->h, "p", "title", "javascript:x", NULL);
	assert_string_equal(
	    buf_text(&p->buf), "<p title=\"javascript:x\">");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_text, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_textf, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_element, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_urls, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_other_attributes_are_no_urls, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
