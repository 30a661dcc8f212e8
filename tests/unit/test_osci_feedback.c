/*
 * Feedback: results before warnings, each in the languages asked for; every
 * code has its sentence.
 */
#include "osci_fixture.h"

#include "common/osci/osci_feedback.h"

static struct texts *texts;

static int
set_up(void **state)
{
	struct err err = { 0 };
	(void)state;

	if (texts_load("fcgi-apps/texts", &texts, &err) == -1)
		fail_msg("%s", err.msg);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	texts_free(texts);
	return 0;
}

static const struct xml_node *
parse(struct arena *a, const char *xml, struct xml_tree *t)
{
	static const struct xml_limits limits = { .depth = 30,
		.nodes = 10000, .attributes = 30, .memory = 1 << 20,
		.text = 1 << 16 };
	struct xml_reader *r = xml_reader_new(
	    a, &limits, crypto_spool_new(a, "/tmp", 1 << 20));
	const char *text = arena_printf(
	    a, "<r" OSCI_XMLNS ">%s</r>", xml);
	struct err err = { 0 };

	if (xml_reader_put(r, text, strlen(text), &err) == -1 ||
	    xml_reader_end(r, t, &err) == -1)
		fail_msg("%s", err.msg);
	return xml_first(t->root);
}

/* ---- order ---- */

/* given: in this order, 3xxx as warnings. */
static const struct {
	const char *name, *given, *want;
} orders[] = {
	{ "a result", "0801", "0801" },
	{ "a result, then warnings", "0801 3800 3700", "0801 3800 3700" },
	{ "the result last", "3800 3700 0801", "0801 3800 3700" },
	{ "another result", "0801 3700 9601", "9601 3700" },
	{ "a warning twice", "0801 3707 3707", "0801 3707" },
	{ "too many warnings",
	    "3500 3501 3700 3701 3702 3703 3704 3705 3706 3707 3708 3800 3801 "
	    "3802 3803 3950 3951 3952 0801",
	    "0801 3500 3501 3700 3701 3702 3703 3704 3705 3706 3707 3708 3800 "
	    "3801 3802 3803" },
};

static void
gather(struct osci_feedback *f, const char *codes)
{
	for (; *codes != '\0'; codes += codes[4] == ' ' ? 5 : 4) {
		char code[5] = { 0 };

		memcpy(code, codes, 4);
		(code[0] == '3' ? osci_feedback_warn
				: osci_feedback_result)(f, code);
	}
}

static void
test_orders(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(orders); i++) {
		struct osci_feedback f = { .n = 0 };
		struct buf got;

		buf_init(&got, 1000);
		gather(&f, orders[i].given);
		for (size_t k = 0; k < f.n; k++)
			buf_printf(&got, "%s%s", k == 0 ? "" : " ", f.code[k]);
		if (strcmp(buf_text(&got), orders[i].want) != 0)
			fail_msg("%s: %s", orders[i].name, buf_text(&got));
		buf_free(&got);
	}
}

/* ---- languages ---- */

static const struct {
	const char *asked, *want;
} languages[] = {
	{ NULL, "de:0801 de:3800" },
	{ "", "de:0801 de:3800" },
	{ "de", "de:0801 de:3800" },
	{ "en", "en:0801 en:3800" },
	{ "de en", "de:0801 en:0801 de:3800 en:3800" },
	{ "  en\tde\n", "en:0801 de:0801 en:3800 de:3800" },
	{ "fr", "de:0801 de:3800" },
	{ "fr en-GB", "en:0801 en:3800" },
	{ "EN en-US en", "en:0801 en:3800" },
	{ "deu english d e", "de:0801 de:3800" },
};

static void
test_languages(void **state)
{
	static const struct osci_feedback f = { { "0801", "3800" }, 2 };
	(void)state;

	for (size_t i = 0; i < nitems(languages); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *b = buf_new(&a, 1 << 16);
		struct buf *got = buf_new(&a, 1 << 16);
		const struct osci_entry *entry;
		struct xml_tree t;
		size_t n;

		osci_feedback_put(
		    b, "osci:Feedback", &f, languages[i].asked, texts);
		if (osci_feedback_read(&a, &t, parse(&a, buf_text(b), &t),
			&entry, &n, &err) == -1)
			fail_msg("%s", err.msg);
		for (size_t k = 0; k < n; k++) {
			buf_printf(got, "%s%s:%s", k == 0 ? "" : " ",
			    entry[k].lang, entry[k].code);
			assert_string_equal(entry[k].text,
			    text_get(texts, lang_parse(entry[k].lang, LANG_DE),
				arena_printf(
				    &a, "osci.%s", entry[k].code)));
		}
		if (strcmp(buf_text(got), languages[i].want) != 0)
			fail_msg("%s: %s", languages[i].asked, buf_text(got));
		arena_free(&a);
	}
}

/* ---- sentences ---- */

/* Those of OSCI-Transport 1.2, part 2, and of its supplement EFFI. */
static const char *const codes[] = { "0800", "0801", "3500", "3501", "3700",
	"3701", "3702", "3703", "3704", "3705", "3706", "3707", "3708", "3800",
	"3801", "3802", "3803", "3950", "3951", "3952", "9000", "9100", "9200",
	"9201", "9202", "9300", "9400", "9500", "9501", "9502", "9503", "9600",
	"9601", "9602", "9603", "9700", "9701", "9704", "9705", "9706", "9707",
	"9708", "9709", "9710", "9711", "9712", "9800", "9801", "9802", "9803",
	"9804", "9805", "9806", "9807", "9808", "9809", "9810", "9811", "9900",
	"9901", "9902", "9903", "9904", "9905", "9950" };

static void
test_sentences(void **state)
{
	struct arena a = { 0 };
	(void)state;

	for (size_t i = 0; i < nitems(codes); i++) {
		const char *key = arena_printf(&a, "osci.%s", codes[i]);
		const char *de = text_find(texts, LANG_DE, key);
		const char *en = text_find(texts, LANG_EN, key);

		if (de == NULL || en == NULL || strcmp(de, en) == 0 ||
		    strchr(de, '{') != NULL)
			fail_msg("%s has no sentences", codes[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(de,
			    text_find(texts, LANG_DE,
				arena_printf(&a, "osci.%s", codes[k])));
	}
	arena_free(&a);
}

/* ---- reading other shapes ---- */

#define ENTRY(lang, code, text)                                                \
	"<osci:Entry" lang "><osci:Code>" code "</osci:Code><osci:Text>" text \
	"</osci:Text></osci:Entry>"

static const struct {
	const char *name, *in;
	bool is_good;
} shapes[] = {
	{ "an entry", ENTRY(" xml:lang=\"de\"", "0801", "ja"), true },
	{ "an entry without language", ENTRY("", "0801", "ja"), true },
	{ "no text", ENTRY("", "0801", ""), true },
	{ "blanks between", " " ENTRY("", "0801", "ja") "\n", true },
	{ "nothing", "", false },
	{ "text between", "x" ENTRY("", "0801", "ja"), false },
	{ "another element", ENTRY("", "0801", "ja") "<osci:More/>", false },
	{ "a code of letters", ENTRY("", "08OI", "ja"), false },
	{ "a short code", ENTRY("", "801", "ja"), false },
	{ "a long code", ENTRY("", "08010", "ja"), false },
	{ "an element in the text", ENTRY("", "0801", "<b/>"), false },
	{ "the text first",
	    "<osci:Entry><osci:Text>a</osci:Text><osci:Code>0801</osci:Code>"
	    "</osci:Entry>",
	    false },
};

static void
test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(shapes); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		const struct osci_entry *entry;
		struct xml_tree t;
		size_t n;
		int rc = osci_feedback_read(&a, &t,
		    parse(&a,
			arena_printf(&a, "<osci:Feedback>%s</osci:Feedback>",
			    shapes[i].in),
			&t),
		    &entry, &n, &err);

		if ((rc == 0) != shapes[i].is_good ||
		    strcmp(err.field, rc == 0 ? "" : "9100") != 0)
			fail_msg("%s: %s %s", shapes[i].name, err.field,
			    err.msg);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_shapes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
