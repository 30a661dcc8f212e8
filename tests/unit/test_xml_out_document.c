#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/xml/xml_schema.h"
#include "common/xml/xml_write.h"

#include "../fuzz/xml_same.h"

#define PLAIN "urn:x-test:brief"

static const struct xml_document_limits limits = { 4 << 20, 20, 50 };

static struct xml_out *
add(struct xml_out *e, const char *uri, const char *prefix, const char *name)
{
	const struct xml_name n = { uri, prefix, name };

	return xml_out_add(e, &n);
}

static void
put_attribute(struct xml_out *e, const char *uri, const char *prefix,
    const char *name, const char *value)
{
	const struct xml_name n = { uri, prefix, name };

	xml_out_attribute(e, &n, value);
}

/* ---- what is put into a root ---- */

static void
put_usual(struct xml_out *root)
{
	struct xml_out *e = add(root, "", "", "kind");

	put_attribute(e, "", "", "art", " a\t<\"&>\n\r ");
	put_attribute(e, "http://x.example/1_0", "x", "art", "ä");
	put_attribute(e, "", "", "leer", "");
	xml_out_text(e, " Straße & <b>]]>\r\n ", 20);
	xml_out_text(add(e, "urn:b", "t", "enkel"), "", 0);
	e = add(e, "http://x.example/1_0", "x", "enkel");
	xml_out_base64(e, "abc\0d", 5);
	xml_out_base64(add(root, "", "", "leer"), "", 0);
}

static void
put_namespace_of_xml(struct xml_out *root)
{
	put_attribute(root, "http://www.w3.org/XML/1998/namespace", "xml",
	    "lang", "de");
}

static void
put_namespace_of_xml_renamed(struct xml_out *root)
{
	put_attribute(root, "http://www.w3.org/XML/1998/namespace", "y",
	    "lang", "de");
}

static void
put_prefix_xml(struct xml_out *root)
{
	(void)add(root, "urn:b", "xml", "kind");
}

static void
put_prefix_xmlns(struct xml_out *root)
{
	(void)add(root, "urn:b", "xmlns", "kind");
}

static void
put_no_uri(struct xml_out *root)
{
	(void)add(root, "http://[", "b", "kind");
}

static void
put_port(struct xml_out *root)
{
	(void)add(root, "http://a:b/", "b", "kind");
}

static void
put_quote(struct xml_out *root)
{
	(void)add(root, "urn:\"a", "b", "kind");
}

static void
put_relative(struct xml_out *root)
{
	(void)add(root, "a/b", "b", "kind");
}

static void
put_no_name(struct xml_out *root)
{
	(void)add(root, "", "", "a b");
}

static void
put_name_of_digits(struct xml_out *root)
{
	put_attribute(root, "", "", "1", "a");
}

static void
put_umlaut(struct xml_out *root)
{
	(void)add(root, "", "", "größe");
}

static void
put_times_sign(struct xml_out *root)
{
	(void)add(root, "", "", "a×b");
}

static void
put_attribute_twice(struct xml_out *root)
{
	put_attribute(root, "", "", "a", "1");
	put_attribute(root, "urn:b", "b", "a", "2");
	put_attribute(root, "", "", "a", "3");
}

static void
put_attribute_twice_by_namespace(struct xml_out *root)
{
	put_attribute(root, "urn:b", "b", "a", "1");
	put_attribute(root, "urn:b", "c", "a", "2");
}

static void
put_attributes(struct xml_out *root, size_t n)
{
	static char name[300][24];

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(name[i], sizeof(name[i]), "a%zu", i);
		put_attribute(root, "", "", name[i], "1");
	}
}

static void
put_many_attributes(struct xml_out *root)
{
	put_attributes(root, 200);
}

static void
put_too_many_attributes(struct xml_out *root)
{
	put_attributes(root, 300);
}

static void
put_deep(struct xml_out *root)
{
	for (int i = 0; i < 20; i++)
		root = add(root, "", "", "a");
}

static void
put_many(struct xml_out *root)
{
	for (int i = 0; i < 50; i++)
		(void)add(root, "", "", "a");
}

static void
put_texts(struct xml_out *root)
{
	for (int i = 0; i < 30; i++)
		xml_out_text(add(root, "", "", "a"), "b", 1);
}

static void
put_long(struct xml_out *root)
{
	static char text[1200000];

	memset(text, 'x', sizeof(text));
	xml_out_text(root, text, sizeof(text));
}

static void
put_too_long(struct xml_out *root)
{
	static char data[4 << 20];

	xml_out_base64(root, data, sizeof(data));
}

static const struct {
	const char *name;
	void (*put)(struct xml_out *root);
	enum xml_document_fault fault;
} cases[] = {
	{ "all kinds of values", put_usual, XML_DOCUMENT_FINE },
	{ "xml:lang", put_namespace_of_xml, XML_DOCUMENT_FINE },
	{ "xml's namespace by another prefix", put_namespace_of_xml_renamed,
	    XML_DOCUMENT_MALFORMED },
	{ "prefix xml", put_prefix_xml, XML_DOCUMENT_MALFORMED },
	{ "prefix xmlns", put_prefix_xmlns, XML_DOCUMENT_MALFORMED },
	{ "a namespace that is no URI", put_no_uri, XML_DOCUMENT_MALFORMED },
	{ "a port that is no number", put_port, XML_DOCUMENT_MALFORMED },
	{ "a quotation mark", put_quote, XML_DOCUMENT_MALFORMED },
	{ "a relative URI", put_relative, XML_DOCUMENT_FINE },
	{ "a name with a blank", put_no_name, XML_DOCUMENT_MALFORMED },
	{ "a name that is a digit", put_name_of_digits,
	    XML_DOCUMENT_MALFORMED },
	{ "letters beyond ASCII", put_umlaut, XML_DOCUMENT_FINE },
	{ "no letter", put_times_sign, XML_DOCUMENT_MALFORMED },
	{ "an attribute twice", put_attribute_twice, XML_DOCUMENT_MALFORMED },
	{ "the same by two prefixes", put_attribute_twice_by_namespace,
	    XML_DOCUMENT_MALFORMED },
	{ "many attributes", put_many_attributes, XML_DOCUMENT_FINE },
	{ "too many attributes", put_too_many_attributes,
	    XML_DOCUMENT_LIMIT },
	{ "too deep", put_deep, XML_DOCUMENT_LIMIT },
	{ "too many", put_many, XML_DOCUMENT_LIMIT },
	{ "many texts", put_texts, XML_DOCUMENT_FINE },
	{ "a long text", put_long, XML_DOCUMENT_FINE },
	{ "too long a text", put_too_long, XML_DOCUMENT_LIMIT },
};

/* What is made of the tree is what the parser sees in the bytes. */
static void
test_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const struct xml_name name = { PLAIN, "t", "brief" };
		struct arena a = { 0 };
		struct xml_out *root = xml_out_new(&a, &name);
		struct buf *b = buf_new(&a, 8 << 20);
		enum xml_document_fault parsed_fault, made_fault;
		struct xml_document *parsed, *made;
		struct err err = { 0 };
		int rc;

		cases[i].put(root);
		if (xml_out_write(root, b, &err) == -1)
			fail_msg("%s: %s", cases[i].name, err.msg);
		rc = xml_document_parse(&a, b->data, b->len, &limits, &parsed,
		    &parsed_fault, &err);
		if (parsed_fault != cases[i].fault)
			fail_msg("%s: fault %d", cases[i].name, parsed_fault);
		if (xml_document_of(&a, root, b->data, b->len, &limits, &made,
			&made_fault, &err) != rc ||
		    made_fault != parsed_fault)
			fail_msg("%s: %d", cases[i].name, made_fault);
		if (rc == 0 &&
		    !xml_same(xml_document_tree(&a, parsed)->root,
			xml_document_tree(&a, made)->root))
			fail_msg("%s: another tree", cases[i].name);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
