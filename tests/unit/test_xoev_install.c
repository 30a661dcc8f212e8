/* links: torhaus/xoev_install torhaus/xoev_claim torhaus/xoev_sums torhaus/xoev_survey torhaus/xoev_copy torhaus/xoev_zip torhaus/genericode torhaus/genericode_columns torhaus/xml_pull torhaus/xml_scan */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <sys/stat.h>

#include "common/xoev/xoev_catalogue.h"
#include "xoev_fixture.h"

/* Sets from folders and ZIP files, good and hostile. */

#define XSD(uri, body)                                                         \
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "              \
	"targetNamespace='" uri "' version='1.0'>" body "</xs:schema>"

struct fixture {
	struct arena arena;
	char dir[64];
	const char *sets;
};

static int
up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/xoev-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->sets = arena_printf(&f->arena, "%s/sets", f->dir);
	*state = f;
	return 0;
}

static int
down(void **state)
{
	struct fixture *f = *state;

	xoev_remove_folder(f->dir);
	arena_free(&f->arena);
	free(f);
	return 0;
}

/* ---- folders ---- */

static void
put(struct fixture *f, const char *path, const char *text)
{
	const char *whole = arena_printf(&f->arena, "%s/%s", f->dir, path);
	char *parent = arena_strdup(&f->arena, whole);
	FILE *out;

	for (char *s = parent + strlen(f->dir) + 1; *s != '\0'; s++)
		if (*s == '/') {
			*s = '\0';
			(void)mkdir(parent, 0755);
			*s = '/';
		}
	out = fopen(whole, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static int
install(struct fixture *f, const char *source, const char *version,
    struct xoev_set **set, struct err *err)
{
	struct xoev_claim claim = { .version = version };

	err_clear(err);
	return xoev_install(&f->arena, f->sets,
	    arena_printf(&f->arena, "%s/%s", f->dir, source), &claim, set, err);
}

static void
test_folder(void **state)
{
	struct fixture *f = *state;
	struct xoev_set *set;
	struct xoev_sets *sets;
	const struct xml_schema *schema;
	struct err err = { 0 };

	put(f, "brief-1.0/xsd/all.xsd",
	    XSD("urn:x-test:brief", "<xs:include schemaLocation='a.xsd'/>"
				    "<xs:element name='brief' type='xs:string'/>"));
	put(f, "brief-1.0/xsd/a.xsd",
	    XSD("urn:x-test:brief", "<xs:element name='a' type='xs:date'/>"));
	put(f, "brief-1.0/liesmich.txt", "Hallo");
	put(f, "brief-1.0/set.json",
	    "{\"name\":\"Brief\",\"version\":\"1.0\","
	    "\"valid_from\":\"2026-01-01\",\"valid_until\":\"2026-06-30\","
	    "\"checks\":\"strict\"}");
	if (install(f, "brief-1.0", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
	assert_string_equal(set->id, "brief-1.0");
	assert_true(set->is_strict);
	assert_int_equal(set->nfile, 3);
	assert_int_equal(set->nschema, 1);
	assert_int_equal(set->schema[0].nentry, 1);
	assert_string_equal(set->schema[0].entry[0], "xsd/all.xsd");

	assert_int_equal(install(f, "brief-1.0", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_DUPLICATE);
	put(f, "brief-1.0/liesmich.txt", "Anders");
	assert_int_equal(install(f, "brief-1.0", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);

	assert_int_equal(xoev_sets_load(f->sets, &sets, &err), 0);
	assert_int_equal(xoev_sets_count(sets), 1);
	assert_non_null(xoev_sets_find(sets, "urn:x-test:brief", XOEV_ALWAYS));
	/* 2026-01-01 and 2026-06-30 are within, the days beside are not. */
	assert_non_null(xoev_sets_find(sets, "urn:x-test:brief", 20454));
	assert_null(xoev_sets_find(sets, "urn:x-test:brief", 20453));
	assert_non_null(xoev_sets_find(sets, "urn:x-test:brief", 20634));
	assert_null(xoev_sets_find(sets, "urn:x-test:brief", 20635));
	assert_null(xoev_sets_find(sets, "urn:x-test:nichts", XOEV_ALWAYS));
	assert_int_equal(
	    xoev_sets_schema(sets, "urn:x-test:brief", 20454, &schema, &err),
	    0);
	assert_false(xoev_sets_is_stale(sets));
	put(f, "brief-2.0/b.xsd",
	    XSD("urn:x-test:brief2", "<xs:element name='b'/>"));
	if (install(f, "brief-2.0", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
	assert_true(xoev_sets_is_stale(sets));
	xoev_sets_free(sets);
}

/* Several files of a namespace that no file includes: all of them count. */
static void
test_gathered(void **state)
{
	struct fixture *f = *state;
	struct xoev_set *set;
	struct err err = { 0 };

	put(f, "teile-1/a.xsd",
	    XSD("urn:x-test:teile", "<xs:element name='a'/>"));
	put(f, "teile-1/b.xsd",
	    XSD("urn:x-test:teile", "<xs:element name='b'/>"));
	if (install(f, "teile-1", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(set->schema[0].nentry, 2);
}

/* Imports are found by namespace in another set, and never fetched. */
static void
test_import(void **state)
{
	struct fixture *f = *state;
	struct xoev_set *set;
	struct err err = { 0 };

	put(f, "fach-1/f.xsd",
	    XSD("urn:x-test:fach",
		"<xs:import namespace='urn:x-test:kern' "
		"schemaLocation='http://localhost:1/kern.xsd'/>"
		"<xs:element name='f' type='k:t' xmlns:k='urn:x-test:kern'/>"));
	assert_int_equal(install(f, "fach-1", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.msg, "http://localhost:1/kern.xsd"));
	put(f, "kern-1/k.xsd",
	    XSD("urn:x-test:kern", "<xs:simpleType name='t'>"
				   "<xs:restriction base='xs:date'/>"
				   "</xs:simpleType>"));
	if (install(f, "kern-1", NULL, &set, &err) == -1 ||
	    install(f, "fach-1", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
}

static const struct {
	const char *name, *xsd;
	enum err_code code;
} bad[] = {
	{ "no XML", "<xs:schema", ERR_BAD_REQUEST },
	{ "no schema", "<a/>", ERR_BAD_REQUEST },
	{ "a file of the system",
	    XSD("urn:x-test:boese",
		"<xs:include schemaLocation='file:///etc/passwd'/>"),
	    ERR_CONFIG },
	{ "a file outside",
	    XSD("urn:x-test:boese",
		"<xs:include schemaLocation='../../../../etc/passwd'/>"),
	    ERR_CONFIG },
	{ "a type that is nowhere",
	    XSD("urn:x-test:boese", "<xs:element name='a' type='gibtsnicht'/>"),
	    ERR_CONFIG },
};

static void
test_bad_schemas(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < nitems(bad); i++) {
		struct xoev_set *set;
		struct err err = { 0 };

		put(f, "boese-1/a.xsd", bad[i].xsd);
		if (install(f, "boese-1", NULL, &set, &err) != -1 ||
		    err.code != bad[i].code)
			fail_msg("%s: %s %s", bad[i].name, err_wire(err.code),
			    err.msg);
		/* Nothing is left of it. */
		assert_int_equal(access(arena_printf(&f->arena,
					    "%s/boese-1", f->sets),
				     F_OK),
		    -1);
	}
}

static void
test_links(void **state)
{
	struct fixture *f = *state;
	struct xoev_set *set;
	struct err err = { 0 };

	put(f, "link-1/a.xsd", XSD("urn:x-test:link", ""));
	assert_int_equal(
	    symlink("/etc/passwd",
		arena_printf(&f->arena, "%s/link-1/b.xsd", f->dir)),
	    0);
	assert_int_equal(install(f, "link-1", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_int_equal(install(f, "gibtsnicht-1", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	put(f, "nameless/a.xsd", XSD("urn:x-test:nameless", ""));
	assert_int_equal(install(f, "nameless", NULL, &set, &err), -1);
	assert_non_null(strstr(err.msg, "--version"));
	assert_int_equal(install(f, "nameless", "../../x", &set, &err), -1);
	assert_int_equal(err.code, ERR_FIELD_INVALID);
}

/* ---- what changed since ---- */

static void
count_change(void *arg, const char *path, const char *what)
{
	const char **seen = arg;

	(void)path;
	*seen = what;
}

static void
test_verify(void **state)
{
	struct fixture *f = *state;
	const char *file = "sets/pruef-1/published/a.xsd", *seen = NULL;
	struct xoev_set *set;
	struct xoev_sets *sets;
	const struct xml_schema *schema;
	struct err err = { 0 };

	put(f, "pruef-1/a.xsd", XSD("urn:x-test:pruef", ""));
	if (install(f, "pruef-1", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(xoev_set_verify(set, count_change, &seen, &err), 0);
	assert_null(seen);
	put(f, "sets/pruef-1/published/neu.txt", "x");
	assert_int_equal(xoev_set_verify(set, count_change, &seen, &err), 0);
	assert_string_equal(seen, "extra");
	assert_int_equal(unlink(arena_printf(&f->arena, "%s/%s", f->dir,
			     "sets/pruef-1/published/neu.txt")),
	    0);
	put(f, file, XSD("urn:x-test:pruef", "<xs:element name='a'/>"));
	assert_int_equal(xoev_set_verify(set, count_change, &seen, &err), 0);
	assert_string_equal(seen, "changed");
	/* What was changed is not read. */
	assert_int_equal(xoev_sets_load(f->sets, &sets, &err), 0);
	assert_int_equal(xoev_sets_schema(sets, "urn:x-test:pruef",
			     XOEV_ALWAYS, &schema, &err),
	    -1);
	assert_int_equal(err.code, ERR_CONFIG);
	xoev_sets_free(sets);
	assert_int_equal(
	    unlink(arena_printf(&f->arena, "%s/%s", f->dir, file)), 0);
	assert_int_equal(xoev_set_verify(set, count_change, &seen, &err), 0);
	assert_string_equal(seen, "missing");
}

/* ---- ZIP ---- */

struct entry {
	const char *path, *text;
	bool is_link;
	size_t zeros; /* so many zero bytes instead of text */
};

static void
zip(struct fixture *f, const char *name, const struct entry *entry, size_t n)
{
	struct archive *a = archive_write_new();

	assert_int_equal(archive_write_set_format_zip(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a,
			     arena_printf(&f->arena, "%s/%s", f->dir, name)),
	    ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();
		size_t len = entry[i].zeros > 0 ? entry[i].zeros
						: strlen(entry[i].text);
		char *data = calloc(1, len + 1);

		assert_non_null(data);
		if (entry[i].zeros == 0)
			memcpy(data, entry[i].text, len);
		archive_entry_set_pathname(e, entry[i].path);
		archive_entry_set_filetype(
		    e, entry[i].is_link ? AE_IFLNK : AE_IFREG);
		archive_entry_set_perm(e, 0644);
		if (entry[i].is_link)
			archive_entry_set_symlink(e, entry[i].text);
		archive_entry_set_size(
		    e, entry[i].is_link ? 0 : (la_int64_t)len);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		if (!entry[i].is_link)
			assert_int_equal(
			    archive_write_data(a, data, len), len);
		archive_entry_free(e);
		free(data);
	}
	assert_int_equal(archive_write_free(a), ARCHIVE_OK);
}

#define GOOD "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "          \
	     "targetNamespace='urn:x-test:zip'/>"

static const struct {
	const char *name;
	struct entry entry[2];
	enum err_code code;
} archives[] = {
	{ "good", { { "xsd/a.xsd", GOOD, false, 0 },
		      { "b.txt", "x", false, 0 } },
	    ERR_NONE },
	{ "leads outside", { { "a.xsd", GOOD, false, 0 },
			       { "../../boese.xsd", "x", false, 0 } },
	    ERR_BAD_REQUEST },
	{ "absolute", { { "a.xsd", GOOD, false, 0 },
			  { "/tmp/boese.xsd", "x", false, 0 } },
	    ERR_BAD_REQUEST },
	{ "backslashes", { { "a.xsd", GOOD, false, 0 },
			     { "..\\boese.xsd", "x", false, 0 } },
	    ERR_BAD_REQUEST },
	{ "symbolic link", { { "a.xsd", GOOD, false, 0 },
			       { "b.xsd", "/etc/passwd", true, 0 } },
	    ERR_BAD_REQUEST },
	{ "twice the same", { { "a.xsd", GOOD, false, 0 },
				{ "a.xsd", GOOD, false, 0 } },
	    ERR_DUPLICATE },
	{ "not a schema in it", { { "a.txt", "x", false, 0 },
				   { "b.xml", "<a/>", false, 0 } },
	    ERR_BAD_REQUEST },
	{ "no target namespace",
	    { { "a.txt", "x", false, 0 },
		{ "a.xsd", "<xs:schema xmlns:xs="
			   "'http://www.w3.org/2001/XMLSchema'/>", false, 0 } },
	    ERR_BAD_REQUEST },
	{ "folders too deep",
	    { { "a.xsd", GOOD, false, 0 },
		{ "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/b.txt", "x",
		    false, 0 } },
	    ERR_TOO_LARGE },
	{ "letters and blanks", { { "\xc3\xa4 \xc3\xb6.xsd", GOOD, false, 0 },
				   { "a b/c%d.txt", "x", false, 0 } },
	    ERR_NONE },
	{ "what a Mac adds",
	    { { "a.xsd", GOOD, false, 0 },
		{ "__MACOSX/._a.xsd", "\001\005\026\007", false, 0 } },
	    ERR_NONE },
	{ "checks that are none", { { "a.xsd", GOOD, false, 0 },
				     { "set.json", "{\"checks\":\"lax\"}",
					 false, 0 } },
	    ERR_FIELD_INVALID },
	{ "bomb", { { "a.xsd", GOOD, false, 0 },
		      { "b.txt", "", false, XOEV_FILE_MAX + 1 } },
	    ERR_TOO_LARGE },
};

static void
test_zip(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < nitems(archives); i++) {
		const char *name = arena_printf(&f->arena, "zip%zu-1.zip", i);
		struct xoev_set *set;
		struct err err = { 0 };

		zip(f, name, archives[i].entry, 2);
		(void)install(f, name, NULL, &set, &err);
		if (err.code != archives[i].code)
			fail_msg("%s: %s %s", archives[i].name,
			    err_wire(err.code), err.msg);
	}
	put(f, "kaputt-1.zip", "PK\003\004 und dann nichts");
	{
		struct xoev_set *set;
		struct err err = { 0 };

		assert_int_equal(install(f, "kaputt-1.zip", NULL, &set, &err),
		    -1);
		assert_int_equal(err.code, ERR_BAD_REQUEST);
	}
}

/* A set.json counts from a ZIP file too, packed with its folder or without,
 * and the same files are the same set. */
static void
test_zip_says(void **state)
{
	static const struct entry flat[] = {
		{ "xsd/a.xsd", GOOD, false, 0 },
		{ "set.json", "{\"name\":\"Sagt\",\"version\":\"7\","
			      "\"checks\":\"strict\","
			      "\"valid_from\":\"2030-01-01\"}", false, 0 },
	};
	static const struct entry folder[] = {
		{ "oben/xsd/a.xsd", GOOD, false, 0 },
		{ "oben/set.json", "{\"name\":\"Sagt\",\"version\":\"7\"}",
		    false, 0 },
	};
	struct fixture *f = *state;
	struct xoev_set *set;
	struct err err = { 0 };

	zip(f, "flach.zip", flat, 2);
	zip(f, "ordner.zip", folder, 2);
	if (install(f, "flach.zip", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
	assert_string_equal(set->id, "sagt-7");
	assert_true(set->is_strict);
	assert_int_equal(set->valid_from, 21915);
	assert_int_equal(set->nfile, 1);
	assert_int_equal(install(f, "ordner.zip", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_DUPLICATE);
}

/* The same set again puts right what was damaged. */
static void
test_put_right(void **state)
{
	const char *file = "sets/heil-1/published/a.xsd", *seen = NULL;
	struct fixture *f = *state;
	struct xoev_set *set;
	struct err err = { 0 };

	put(f, "heil-1/a.xsd", XSD("urn:x-test:heil", ""));
	if (install(f, "heil-1", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
	put(f, file, "kaputt");
	put(f, "sets/heil-1/published/fremd.txt", "x");
	if (install(f, "heil-1", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(xoev_set_verify(set, count_change, &seen, &err), 0);
	assert_null(seen);
	assert_int_equal(install(f, "heil-1", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_DUPLICATE);
}

/* A broken set does not pass because another one has its namespace. */
static void
test_namesake(void **state)
{
	struct xoev_claim claim = { .version = "1", .valid_from = "2026-01-01" };
	struct fixture *f = *state;
	struct xoev_set *set;
	struct err err = { 0 };

	put(f, "doppelt-1/a.xsd",
	    XSD("urn:x-test:doppelt", "<xs:element name='a'/>"));
	if (xoev_install(&f->arena, f->sets,
		arena_printf(&f->arena, "%s/doppelt-1", f->dir), &claim, &set,
		&err) == -1)
		fail_msg("%s", err.msg);
	put(f, "doppelt-2/a.xsd",
	    XSD("urn:x-test:doppelt", "<xs:element name='a' type='fehlt'/>"));
	assert_int_equal(install(f, "doppelt-2", NULL, &set, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
}

/* An author had the other set beside his own. */
static void
test_beside(void **state)
{
	struct fixture *f = *state;
	struct xoev_set *set;
	struct err err = { 0 };

	put(f, "nachbar-1/n.xsd",
	    XSD("urn:x-test:nachbar", "<xs:simpleType name='t'>"
				      "<xs:restriction base='xs:date'/>"
				      "</xs:simpleType>"));
	put(f, "haus-1/xsd/h.xsd",
	    XSD("urn:x-test:haus",
		"<xs:import namespace='urn:x-test:nachbar' "
		"schemaLocation='../../nachbar/n.xsd'/><xs:element name='h' "
		"type='n:t' xmlns:n='urn:x-test:nachbar'/>"));
	if (install(f, "nachbar-1", NULL, &set, &err) == -1 ||
	    install(f, "haus-1", NULL, &set, &err) == -1)
		fail_msg("%s", err.msg);
}

#define XSD_SUM \
	"a4bf142d1865708e6b52ef7afa94f2ee8d6d9c4a" \
	"324a7f2da201a63759fffc72"

/* What was published with its checksums. */
static void
test_sums(void **state)
{
	static const struct {
		const char *name, *list;
		enum err_code code;
	} lists[] = {
		{ "all", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d"
			 "6c15b0f00a08  summe-1/b.txt\n" XSD_SUM "  summe-1/a.xsd\n",
		    ERR_NONE },
		{ "relative to the set, in binary mode",
		    XSD_SUM " *./a.xsd\r\n9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B"
		    "0B822CD15D6C15B0F00A08 *b.txt\n", ERR_NONE },
		{ "another", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd"
			     "15d6c15b0f00a09  b.txt\n" XSD_SUM "  a.xsd\n",
		    ERR_BAD_REQUEST },
		{ "one is not in it", XSD_SUM "  a.xsd\n", ERR_BAD_REQUEST },
		{ "one of another set", XSD_SUM "  a.xsd\n9f86d081884c7d659a2feaa0c5"
					"5ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
					"  andere-1/b.txt\n", ERR_BAD_REQUEST },
		{ "one is missing",
		    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0"
		    "f00a08  summe-1/b.txt\n" XSD_SUM "  summe-1/a.xsd\n"
		    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0"
		    "f00a08  summe-1/c.txt\n", ERR_BAD_REQUEST },
		{ "no list", "Hallo\n", ERR_BAD_REQUEST },
	};
	struct fixture *f = *state;

	put(f, "summe-1/a.xsd", XSD("urn:x-test:summe", ""));
	put(f, "summe-1/b.txt", "test");
	for (size_t i = 0; i < nitems(lists); i++) {
		const char *version = arena_printf(&f->arena, "%zu", i);
		struct xoev_claim claim = { .version = version,
			.sums = arena_printf(&f->arena, "%s/sums", f->dir) };
		struct xoev_set *set;
		struct err err = { 0 };

		put(f, "sums", lists[i].list);
		(void)xoev_install(&f->arena, f->sets,
		    arena_printf(&f->arena, "%s/summe-1", f->dir), &claim,
		    &set, &err);
		if (err.code != lists[i].code)
			fail_msg("%s: %s %s", lists[i].name,
			    err_wire(err.code), err.msg);
	}
}

static void
test_paths(void **state)
{
	static const struct {
		const char *path;
		bool is_safe;
	} paths[] = {
		{ "a", true }, { "a/b.xsd", true }, { "a..b/c", true },
		{ "", false }, { "/a", false }, { "a//b", false },
		{ "a/", false }, { "./a", false }, { "a/../b", false },
		{ "..", false }, { "a\\b", false }, { "a\nb", false },
		{ ":3", false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(paths); i++)
		if (xoev_path_is_safe(paths[i].path) != paths[i].is_safe)
			fail_msg("%s", paths[i].path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_gathered),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_bad_schemas),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_zip),
		cmocka_unit_test(test_zip_says),
		cmocka_unit_test(test_put_right),
		cmocka_unit_test(test_namesake),
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, up, down);
}
