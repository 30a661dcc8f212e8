#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/xml/xml_schema.h"
#include "common/xml/xml_write.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static const struct xml_name root_name = { "urn:a", "a", "wurzel" };
static const struct xml_name plain = { "", "", "kind" };

static const char *
written(struct arena *a, const struct xml_out *root)
{
	struct buf *b = buf_new(a, 1 << 20);
	struct err err = { 0 };

	if (xml_out_write(root, b, &err) == -1)
		fail_msg("%s", err.msg);
	return buf_text(b);
}

static void
test_tree(void **state)
{
	static const struct xml_name other = { "urn:b", "a", "enkel" };
	static const struct xml_name at = { "urn:c", "c", "art" };
	struct arena a = { 0 };
	struct xml_out *root = xml_out_new(&a, &root_name), *e;

	(void)state;
	assert_true(xml_out_is_empty(root));
	e = xml_out_reach(root, &plain);
	assert_ptr_equal(xml_out_reach(root, &plain), e);
	xml_out_attribute(e, &at, "<\"&>\t\n");
	xml_out_text(xml_out_add(e, &other), "a<b & c>\r", 9);
	e = xml_out_add(root, &plain);
	assert_int_equal(xml_out_position(e), 2);
	xml_out_base64(e, "abc", 3);
	(void)xml_out_add(root, &plain);
	/* The second "a" is another namespace and gets another prefix. */
	assert_string_equal(written(&a, root),
	    HEAD "<a:wurzel xmlns:a=\"urn:a\" xmlns:c=\"urn:c\" "
		 "xmlns:n3=\"urn:b\"><kind c:art=\"&lt;&quot;&amp;&gt;&#9;"
		 "&#10;\"><n3:enkel>a&lt;b &amp; c&gt;&#13;</n3:enkel></kind>"
		 "<kind>YWJj</kind><kind/></a:wurzel>\n");
	xml_out_drop_last(root);
	xml_out_drop_last(root);
	xml_out_drop_last(root);
	assert_true(xml_out_is_empty(root));
	xml_out_drop_last(root);
	assert_string_equal(written(&a, root),
	    HEAD "<a:wurzel xmlns:a=\"urn:a\"/>\n");
	arena_free(&a);
}

static const struct {
	const char *name, *text;
	size_t len;
} refused[] = {
	{ "control character", "geheim\001b", 8 },
	{ "NUL", "geheim\0b", 8 },
	{ "no UTF-8", "geheim\xff", 7 },
	{ "U+FFFE", "geheim\xef\xbf\xbe", 9 },
	{ "surrogate", "geheim\xed\xa0\x80", 9 },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(refused); i++) {
		struct arena a = { 0 };
		struct xml_out *root = xml_out_new(&a, &root_name);
		struct buf *b = buf_new(&a, 1000);
		struct err err = { 0 };

		xml_out_text(root, refused[i].text, refused[i].len);
		if (xml_out_write(root, b, &err) != -1 ||
		    err.code != ERR_FIELD_INVALID)
			fail_msg("%s", refused[i].name);
		/* The message names the element, not what stands there. */
		assert_null(strstr(err.msg, "geheim"));
		arena_free(&a);
	}
}

static void
test_too_large(void **state)
{
	struct arena a = { 0 };
	struct xml_out *root = xml_out_new(&a, &root_name);
	struct buf *b = buf_new(&a, 300);
	struct err err = { 0 };
	char text[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	xml_out_text(root, text, sizeof(text));
	assert_int_equal(xml_out_write(root, b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_true(b->len <= 300);
	arena_free(&a);
}

/* What was written is read as it was, and can be copied. */
static void
test_copy(void **state)
{
	static const struct xml_document_limits limits = { 1 << 20, 50, 1000 };
	static const char source[] =
	    "<x:a xmlns:x='urn:x' b='1'><x:c d='&lt;'>Ä &amp; B</x:c>"
	    "<!-- nichts --><e>F<![CDATA[<g>]]></e></x:a>";
	struct arena a = { 0 };
	struct xml_out *root = xml_out_new(&a, &root_name);
	enum xml_document_fault fault;
	struct xml_document *d;
	const struct xml_tree *tree;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(xml_document_parse(&a, source, sizeof(source) - 1,
			     &limits, &d, &fault, &err),
	    0);
	tree = xml_document_tree(&a, d);
	assert_int_equal(xml_out_copy(xml_out_add(root, &plain), tree,
			     tree->root, &err),
	    0);
	assert_string_equal(written(&a, root),
	    HEAD "<a:wurzel xmlns:a=\"urn:a\" xmlns:x=\"urn:x\"><kind b=\"1\">"
		 "<x:c d=\"&lt;\">Ä &amp; B</x:c><e>F&lt;g&gt;</e></kind>"
		 "</a:wurzel>\n");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
