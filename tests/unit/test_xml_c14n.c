/*
 * The tree and its canonical form: cases of the recommendation, and the
 * canonical bytes that come with the OSCI vectors.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>

#include "common/buf.h"
#include "common/file.h"
#include "common/osci/osci_mime.h"
#include "common/xml/xml_c14n.h"

#define VECTORS "tests/data/osci/positive"

static const struct xml_limits limits = { .depth = 64,
	.nodes = 10000,
	.attributes = 64,
	.memory = 1 << 20,
	.text = 100 };

static int
read_tree(struct arena *a, const char *xml, size_t len, struct xml_tree *out,
    struct err *err)
{
	struct crypto_spool *spool = crypto_spool_new(a, "/tmp", 1 << 24);
	struct xml_reader *r = xml_reader_new(a, &limits, spool);

	return xml_reader_put(r, xml, len, err) == -1 ||
		xml_reader_end(r, out, err) == -1
	    ? -1
	    : 0;
}

static int
collect(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

static const struct xml_node *
find_id(const struct xml_node *n, const char *id)
{
	const char *own = xml_attribute(n, "Id");
	const struct xml_node *found;

	if (own != NULL && strcmp(own, id) == 0)
		return n;
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		if ((found = find_id(n, id)) != NULL)
			return found;
	return NULL;
}

static const struct xml_node *
find_name(const struct xml_node *n, const char *name)
{
	const struct xml_node *found;

	if (strcmp(n->name, name) == 0)
		return n;
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		if ((found = find_name(n, name)) != NULL)
			return found;
	return NULL;
}

static const struct {
	const char *name, *in, *apex, *want;
} cases[] = {
	{ "empty elements, attributes sorted, quotes",
	    "<?xml version='1.0'?>\n<a z='1' b=\"2\"/>\n", "a",
	    "<a b=\"2\" z=\"1\"></a>" },
	{ "namespaces before attributes, both sorted",
	    "<e5 xmlns=\"http://e.org\" xmlns:b=\"http://i.org\" "
	    "xmlns:a=\"http://w.org\" b:attr=\"s\" a:attr=\"o\" attr2=\"a\" "
	    "attr=\"1\"/>",
	    "e5",
	    "<e5 xmlns=\"http://e.org\" xmlns:a=\"http://w.org\" "
	    "xmlns:b=\"http://i.org\" attr=\"1\" attr2=\"a\" b:attr=\"s\" "
	    "a:attr=\"o\"></e5>" },
	{ "superfluous declarations go", "<a xmlns:x='u'><b xmlns:x='u'/></a>",
	    "a", "<a xmlns:x=\"u\"><b></b></a>" },
	{ "the subtree gets what is in scope",
	    "<a xmlns:y='v' xmlns:x='u' xml:lang='de'><b xmlns:x='w'/></a>",
	    "b", "<b xmlns:x=\"w\" xmlns:y=\"v\" xml:lang=\"de\"></b>" },
	{ "xmlns=\"\" undoes", "<a xmlns='u'><b xmlns=''><c xmlns='u'/></b></a>",
	    "a", "<a xmlns=\"u\"><b xmlns=\"\"><c xmlns=\"u\"></c></b></a>" },
	{ "xmlns=\"\" at the apex is nothing", "<a xmlns='u'><b xmlns=''/></a>",
	    "b", "<b></b>" },
	{ "characters", "<a t='&amp;&lt;&quot;&#9;&#10;&#13;&#38;&apos;>'>"
			"&amp;&lt;&gt;&#13;\"'\r\nx<![CDATA[<&>]]></a>",
	    "a",
	    "<a t=\"&amp;&lt;&quot;&#x9;&#xA;&#xD;&amp;'>\">"
	    "&amp;&lt;&gt;&#xD;\"'\nx&lt;&amp;&gt;</a>" },
	{ "comments go", "<a>x<!-- c -->y<b/></a>", "a", "<a>xy<b></b></a>" },
	{ "attribute of an ampersand text", "<a t='&amp;#38;'/>", "a",
	    "<a t=\"&amp;#38;\"></a>" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *out = buf_new(&a, 65536);
		struct xml_tree t;

		if (read_tree(&a, cases[i].in, strlen(cases[i].in), &t, &err) ==
			-1 ||
		    xml_c14n(&t, find_name(t.root, cases[i].apex), collect, out,
			&err) == -1)
			fail_msg("%s: %s", cases[i].name, err.msg);
		if (strcmp(buf_text(out), cases[i].want) != 0)
			fail_msg("%s:\n%s\n%s", cases[i].name, buf_text(out),
			    cases[i].want);
		arena_free(&a);
	}
}

static const struct {
	const char *name, *in;
	enum err_code want;
} refused[] = {
	{ "DOCTYPE", "<!DOCTYPE a><a/>", ERR_BAD_REQUEST },
	{ "entities",
	    "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", ERR_BAD_REQUEST },
	{ "unknown entity", "<a>&e;</a>", ERR_BAD_REQUEST },
	{ "processing instruction", "<a><?x y?></a>", ERR_BAD_REQUEST },
	{ "cut off", "<a><b></b>", ERR_BAD_REQUEST },
	{ "two roots", "<a/><b/>", ERR_BAD_REQUEST },
	{ "unbound prefix", "<x:a/>", ERR_BAD_REQUEST },
	{ "attribute twice", "<a b='1' b='2'/>", ERR_BAD_REQUEST },
	{ "nothing", "", ERR_BAD_REQUEST },
	{ "no UTF-8", "<a>\xff</a>", ERR_BAD_REQUEST },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(refused); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct xml_tree t;

		(void)read_tree(
		    &a, refused[i].in, strlen(refused[i].in), &t, &err);
		if (err.code != refused[i].want)
			fail_msg("%s: %s %s", refused[i].name,
			    err_wire(err.code), err.msg);
		arena_free(&a);
	}
}

/* Declarations that a deep document heaps up: bounded, and none is lost. */
static void
test_many_namespaces(void **state)
{
	(void)state;
	for (int depth = 20; depth <= 30; depth += 10) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *in = buf_new(&a, 1 << 20);
		struct buf *out = buf_new(&a, 1 << 20);
		struct xml_tree t;

		for (int i = 0; i < depth; i++) {
			buf_puts(in, "<a");
			for (int k = 0; k < 10; k++)
				buf_printf(in, " xmlns:p%d='%d'", k, i);
			buf_puts(in, ">");
		}
		buf_printf(in, "<b xmlns:p3='%d' xmlns:p4='x' xmlns:q='y'/>",
		    depth - 1);
		for (int i = 0; i < depth; i++)
			buf_puts(in, "</a>");
		if (depth == 20) {
			assert_int_equal(read_tree(&a, buf_text(in), in->len,
					     &t, &err),
			    0);
			assert_int_equal(
			    xml_c14n(&t, t.root, collect, out, &err), 0);
			assert_non_null(strstr(buf_text(out),
			    "><b xmlns:p4=\"x\" xmlns:q=\"y\"></b>"));
		} else {
			/* Too many in scope: the reader stops there. */
			assert_int_equal(read_tree(&a, buf_text(in), in->len,
					     &t, &err),
			    -1);
			assert_int_equal(err.code, ERR_TOO_LARGE);
		}
		arena_free(&a);
	}
}

static void
test_depth_and_size(void **state)
{
	struct arena a = { 0 };
	struct buf *deep = buf_new(&a, 1 << 24);
	struct err err = { 0 };
	struct xml_tree t;
	const char *text;
	(void)state;

	for (int i = 0; i < 65; i++)
		buf_puts(deep, "<a>");
	assert_int_equal(
	    read_tree(&a, buf_text(deep), deep->len, &t, &err), -1);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	err_clear(&err);
	buf_reset(deep);
	buf_puts(deep, "<a>");
	for (int i = 0; i < 11000000; i += 11)
		buf_puts(deep, "0123456789&");
	assert_int_equal(
	    read_tree(&a, buf_text(deep), deep->len, &t, &err), -1);
	err_clear(&err);
	buf_reset(deep);
	buf_puts(deep, "<a>");
	for (int i = 0; i < 11000000; i += 10)
		buf_puts(deep, "0123456789");
	buf_puts(deep, "</a>");
	assert_int_equal(
	    read_tree(&a, buf_text(deep), deep->len, &t, &err), 0);
	assert_int_equal(t.root->child->len, 11000000);
	assert_null(t.root->child->text);
	assert_int_equal(
	    xml_text(&a, &t, t.root, 20000000, &text, &err), 0);
	assert_int_equal(strlen(text), 11000000);
	arena_free(&a);
}

/* ---- vectors ---- */

struct message {
	struct xml_reader *reader;
	bool is_root;
};

static int
begin(void *arg, const struct osci_part *part, struct err *err)
{
	struct message *m = arg;

	(void)err;
	m->is_root = part->is_root;
	return 0;
}

static int
data(void *arg, const void *bytes, size_t n, struct err *err)
{
	struct message *m = arg;

	return m->is_root ? xml_reader_put(m->reader, bytes, n, err) : 0;
}

static int
end(void *arg, struct err *err)
{
	(void)arg;
	(void)err;
	return 0;
}

static void
read_vector(struct arena *a, const char *name, struct xml_tree *out)
{
	struct message m;
	const struct osci_mime_sink sink = { begin, data, end, &m };
	struct osci_mime *mime = osci_mime_new(a, &sink);
	struct err err = { 0 };
	char *text;
	size_t len;

	m.reader = xml_reader_new(
	    a, &limits, crypto_spool_new(a, "/tmp", 1 << 24));
	if (file_read(a, arena_printf(a, VECTORS "/%s.http", name), 1 << 22,
		&text, &len, &err) == -1 ||
	    osci_mime_put(mime, text, len, &err) == -1 ||
	    osci_mime_end(mime, &err) == -1 ||
	    xml_reader_end(m.reader, out, &err) == -1)
		fail_msg("%s: %s", name, err.msg);
}

/* "content-container-1-SignedInfo" and so on. */
static const struct xml_node *
find_apex(struct arena *a, const struct xml_tree *t, const char *file)
{
	const char *dash = strrchr(file, '-');
	const struct xml_node *n;

	if (strcmp(file, "transport-SignedInfo") == 0)
		return find_name(find_name(t->root, "ClientSignature"),
		    "SignedInfo");
	if (dash != NULL && strcmp(dash, "-SignedInfo") == 0)
		return find_name(
		    find_id(t->root,
			arena_dup(a, file + 8, (size_t)(dash - file) - 8)),
		    "SignedInfo");
	if ((n = find_id(t->root, file)) != NULL)
		return n;
	return strncmp(file, "content-", 8) == 0
	    ? find_id(t->root, file + 8)
	    : NULL;
}

static size_t
check_folder(const char *name)
{
	struct arena a = { 0 };
	struct xml_tree t;
	DIR *dir = opendir(arena_printf(&a, VECTORS "/%s.c14n", name));
	size_t checked = 0;

	if (dir == NULL)
		return 0;
	read_vector(&a, name, &t);
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		const char *dot = strrchr(e->d_name, '.');
		const struct xml_node *n;
		struct buf *out = buf_new(&a, 1 << 22);
		struct err err = { 0 };
		char *want;
		size_t len;

		if (dot == NULL || strcmp(dot, ".xml") != 0)
			continue;
		n = find_apex(&a, &t,
		    arena_dup(&a, e->d_name, (size_t)(dot - e->d_name)));
		if (n == NULL)
			fail_msg("%s: no %s", name, e->d_name);
		assert_int_equal(file_read(&a,
				     arena_printf(&a, VECTORS "/%s.c14n/%s",
					 name, e->d_name),
				     1 << 22, &want, &len, &err),
		    0);
		assert_int_equal(xml_c14n(&t, n, collect, out, &err), 0);
		if (out->len != len || memcmp(buf_text(out), want, len) != 0)
			fail_msg("%s %s:\n%s\n%s", name, e->d_name,
			    buf_text(out), want);
		checked++;
	}
	(void)closedir(dir);
	arena_free(&a);
	return checked;
}

static void
test_vectors(void **state)
{
	size_t checked = 0;
	DIR *dir = opendir(VECTORS);
	(void)state;

	if (dir == NULL) {
		print_message("skipped: no " VECTORS "\n");
		skip();
	}
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		const char *dot = strstr(e->d_name, ".c14n");
		char name[200];

		if (dot == NULL)
			continue;
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(dot - e->d_name), e->d_name);
		checked += check_folder(name);
	}
	(void)closedir(dir);
	print_message("%zu canonical forms\n", checked);
	assert_true(checked > 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many_namespaces),
		cmocka_unit_test(test_depth_and_size),
		cmocka_unit_test(test_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
