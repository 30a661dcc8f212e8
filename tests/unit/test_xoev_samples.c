/* links: torhaus/xoev_install torhaus/xoev_claim torhaus/xoev_sums torhaus/xoev_survey torhaus/xoev_copy torhaus/xoev_zip torhaus/genericode torhaus/genericode_columns torhaus/xml_pull torhaus/xml_scan */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "xoev_fixture.h"

/* Every published and own sample, judged against the installed sets. */

static void
check_file(struct xoev_fixture *f, const char *path, const char *want)
{
	struct xoev_findings found;
	struct xoev_head head;
	struct err err = { 0 };
	const char *data, *got;
	size_t len;

	data = xoev_fixture_read(f, path, &len);
	if (xoev_check(&f->arena, &f->rules, data, len, &found, &head, &err) ==
	    -1)
		fail_msg("%s: %s", path, err.msg);
	got = found.n == 0 ? "" : found.finding[0].code;
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s %s %s instead of %s", path, got,
		    found.n == 0 ? "" : found.finding[0].path,
		    found.n == 0 ? "" : found.finding[0].key,
		    *want == '\0' ? "valid" : want);
	for (size_t i = 0; i < found.n; i++)
		assert_string_equal(found.finding[i].code, want);
}

static void
check_folder(struct xoev_fixture *f, const char *folder)
{
	DIR *dir = opendir(
	    arena_printf(&f->arena, "%s/%s", XOEV_SHARED, folder));
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		if (strstr(entry->d_name, ".xml") != NULL) {
			check_file(f,
			    arena_printf(&f->arena, "%s/%s", folder,
				entry->d_name),
			    "");
			n++;
		}
	(void)closedir(dir);
	assert_true(n > 0);
}

static void
test_valid_samples(void **state)
{
	struct xoev_fixture *f = *state;

	if (f->is_missing)
		skip();
	check_folder(f, "xmeld-25.11a/samples");
	check_folder(f, "xinneres/samples");
	check_folder(f, "xwasser-1.0.0/samples");
	check_folder(f, "xdomea-3.0.0/samples");
}

#define XMELD "xmeld-25.11a/"
static const struct {
	const char *file, *code, *path, *key;
} refused[] = {
	{ XMELD "samples-invalid/eigen-fehler-leser-ohne-kennung.xml", "X001",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/nachrichtenkopf.g2g/leser/name",
	    "xoev.fault.unexpected" },
	{ XMELD "samples-invalid/eigen-fehler-postleitzahl.xml", "X001",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/identifikation/anschrift/postleitzahl",
	    NULL },
	{ XMELD "samples-invalid/eigen-fehler-version.xml", "V000",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700/@version",
	    "xoev.fault.version" },
	{ XMELD "samples-invalid/eigen-fehler-zeichen-kyrillisch.xml", "X001",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/identifikation/familienname.unstrukturiert/name",
	    "xoev.fault.pattern" },
	{ XMELD "samples-invalid/eigen-fehler-zeichen-nfd.xml", "X001", NULL,
	    "xoev.fault.pattern" },
	{ XMELD "samples-invalid/eigen-fehler-zustellvariante.xml", "X001",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/steuerungsinformationen/zustellvariante/code",
	    "xoev.fault.enumeration" },
	{ XMELD "samples-invalid/test-case-no-wohnung.xml", "X001", NULL,
	    NULL },
	{ XMELD "samples-invalid/test-payload-1332.xml", "X001", NULL, NULL },
	{ XMELD "samples-semantic/eigen-semantik-leerer-name.xml", "S030",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/identifikation/familienname.unstrukturiert/name",
	    "xoev.fault.empty" },
	{ XMELD "samples-semantic/eigen-semantik-unbekannter-ags.xml", "S011",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/identifikation/anschrift/gemeindeschluessel",
	    "xoev.fault.code" },
	{ XMELD "samples-semantic/eigen-semantik-ohne-zeitzone.xml", "S999",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/nachrichtenkopf.g2g/identifikation.nachricht"
	    "/erstellungszeitpunkt",
	    "xoev.fault.zone" },
	{ XMELD "samples-semantic/eigen-semantik-nachrichtentyp.xml", "S999",
	    "/onlinedienste.abrufanfrage.meldebescheinigung.1700"
	    "/nachrichtenkopf.g2g/identifikation.nachricht/nachrichtentyp",
	    "xoev.fault.type_code" },
	{ "xwasser-1.0.0/samples-invalid/monitoring_plan_minimal.xml", "X001",
	    NULL, NULL },
	{ "xwasser-1.0.0/samples-invalid/monitoring_plan_maximal.xml", "X001",
	    NULL, NULL },
};

static void
test_refused_samples(void **state)
{
	struct xoev_fixture *f = *state;

	if (f->is_missing)
		skip();
	for (size_t i = 0; i < nitems(refused); i++) {
		struct xoev_findings found;
		struct err err = { 0 };
		size_t len;
		const char *data =
		    xoev_fixture_read(f, refused[i].file, &len);

		check_file(f, refused[i].file, refused[i].code);
		assert_int_equal(xoev_check(&f->arena, &f->rules, data, len,
				     &found, NULL, &err),
		    0);
		if (refused[i].path != NULL)
			assert_string_equal(
			    found.finding[0].path, refused[i].path);
		if (refused[i].key != NULL)
			assert_string_equal(
			    found.finding[0].key, refused[i].key);
	}
}

static void
test_head(void **state)
{
	struct xoev_fixture *f = *state;
	struct xoev_findings found;
	struct xoev_head head;
	struct err err = { 0 };
	const char *data;
	size_t len;

	if (f->is_missing)
		skip();
	data = xoev_fixture_read(f,
	    XMELD "samples/eigen-1701-meldebescheinigung-antwort.xml", &len);
	assert_int_equal(
	    xoev_check(&f->arena, &f->rules, data, len, &found, &head, &err),
	    0);
	assert_string_equal(head.standard, "XMeld");
	assert_string_equal(head.version, "25.11a");
	assert_string_equal(head.uri, "http://www.osci.de/xmeld2511a");
	assert_string_equal(head.type, "1701");
	assert_string_equal(head.uuid, "11111111-1111-4111-8111-111111111701");
	assert_string_equal(
	    head.refers_to, "11111111-1111-4111-8111-111111111700");
	assert_string_equal(head.refers_type, "1700");
	assert_string_equal(head.author.key, "ags:09000001");
	assert_string_equal(head.reader.key, "mbp:09000001");
	assert_string_equal(head.author.city, "Musterstadt");
	assert_true(head.is_test);
	assert_false(head.is_rejection);
	data = xoev_fixture_read(
	    f, "xinneres/samples/eigen-0010-rueckweisung.xml", &len);
	assert_int_equal(
	    xoev_check(&f->arena, &f->rules, data, len, &found, &head, &err),
	    0);
	assert_true(head.is_rejection);
	assert_string_equal(
	    head.refers_to, "11111111-1111-4111-8111-111111111700");
}

/* What is no message at all; no set is needed for most of it. */
static const struct {
	const char *name, *data, *code, *key;
} broken[] = {
	{ "nothing", "", "X000", "xoev.fault.malformed" },
	{ "text", "Guten Tag", "X000", "xoev.fault.malformed" },
	{ "cut off", "<a><b>", "X000", "xoev.fault.malformed" },
	{ "prefix without namespace", "<x:a/>", "X000",
	    "xoev.fault.malformed" },
	{ "doctype", "<!DOCTYPE a><a/>", "X000", "xoev.fault.malformed" },
	{ "entity bomb",
	    "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]>"
	    "<a>&c;</a>",
	    "X000", "xoev.fault.malformed" },
	{ "external entity",
	    "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>"
	    "<a>&b;</a>",
	    "X000", "xoev.fault.malformed" },
	{ "Latin-1 declared",
	    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", "S001",
	    "xoev.fault.encoding" },
	{ "Latin-1 bytes", "<a>M\xfcller</a>", "S001",
	    "xoev.fault.encoding" },
	{ "surrogate", "<a>\xed\xa0\x80</a>", "S001", "xoev.fault.encoding" },
	{ "unknown namespace", "<a xmlns=\"urn:x\"/>", "V000",
	    "xoev.fault.version" },
	{ "next version",
	    "<a xmlns=\"http://www.osci.de/xmeld2611\" version=\"26.11\"/>",
	    "V000", "xoev.fault.version" },
	{ "root that the standard does not have",
	    "<a xmlns=\"http://www.osci.de/xmeld2511a\"/>", "X001",
	    "xoev.fault.root" },
};

static void
test_broken(void **state)
{
	struct xoev_fixture *f = *state;

	if (f->is_missing)
		skip();
	for (size_t i = 0; i < nitems(broken); i++) {
		struct xoev_findings found;
		struct xoev_head head;
		struct err err = { 0 };

		assert_int_equal(
		    xoev_check(&f->arena, &f->rules, broken[i].data,
			strlen(broken[i].data), &found, &head, &err),
		    0);
		if (found.n != 1 ||
		    strcmp(found.finding[0].code, broken[i].code) != 0 ||
		    strcmp(found.finding[0].key, broken[i].key) != 0)
			fail_msg("%s: %s %s", broken[i].name,
			    found.n == 0 ? "valid" : found.finding[0].code,
			    found.n == 0 ? "" : found.finding[0].key);
	}
}

static void
test_depth(void **state)
{
	struct xoev_fixture *f = *state;
	struct xoev_findings found;
	struct err err = { 0 };
	struct buf *b = buf_new(&f->arena, 1024 * 1024);

	if (f->is_missing)
		skip();
	for (int i = 0; i < 1000; i++)
		buf_puts(b, "<a>");
	for (int i = 0; i < 1000; i++)
		buf_puts(b, "</a>");
	assert_int_equal(xoev_check(&f->arena, &f->rules, b->data, b->len,
			     &found, NULL, &err),
	    0);
	assert_string_equal(found.finding[0].key, "xoev.fault.limit");
}

/* The sample 1700 with one thing changed. */
#define XSI "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:"
#define FIRST_NAME "<name>Erika</name>"
static const struct {
	const char *name, *from, *to, *want;
} changes[] = {
	{ "nothing", "Erika", "Erika", "" },
	{ "XML 1.0 as a BOM says", "<?xml", "\xef\xbb\xbf<?xml", "" },
	{ "CDATA", "Erika", "<![CDATA[Erika <&]]>", "" },
	{ "blanks around a code", "<code>09000001<", "<code> 09000001\n<", "" },
	{ "an unknown code", "<code>09000001<", "<code>09000009<", "S011" },
	{ "no list version", "listVersionID=\"2026-04-30\"",
	    "listVersionID=\"\"", "S010" },
	{ "an empty name", FIRST_NAME, "<name/>", "S030" },
	{ "a comment as name", FIRST_NAME, "<name><!-- x --></name>", "S030" },
	{ "blanks as name", FIRST_NAME, "<name> \n </name>", "S030" },
	{ "no-break space as name", FIRST_NAME,
	    "<name>\xc2\xa0 \xc2\xa0</name>", "S030" },
	{ "an empty name with a schema's place", FIRST_NAME,
	    "<name " XSI "noNamespaceSchemaLocation='http://127.0.0.1/'/>",
	    "S030" },
	{ "an empty name with a type", FIRST_NAME,
	    "<name xmlns:d='urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08'"
	    " " XSI "type='d:datatypeC'></name>", "S030" },
	{ "nil", FIRST_NAME, "<name " XSI "nil='true'/>", "X001" },
	{ "a name in several scripts of DIN 91379", "Erika",
	    "M\xcc\x82 Nguy\xe1\xbb\x85n \xe1\xba\x9e", "" },
	{ "a writing direction in a name", "Erika", "E\xe2\x80\xaerika",
	    "X001" },
	{ "a control character in a name", "Erika", "E\xc2\x85", "X001" },
	{ "time in UTC", ".000+01:00", "Z", "" },
	{ "time beyond the year 9999", ">2026-", ">12026-", "S999" },
	{ "29 February in another year", ">2026-01-15", ">2026-02-29", "X001" },
	{ "an included file", "Erika",
	    "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' "
	    "href='/etc/passwd' parse='text'/>", "X001" },
	{ "an entity of HTML", "Erika", "Erika&nbsp;", "X000" },
	{ "another namespace", "xmeld2511a", "xmeld2611", "V000" },
};

/* text with the first `from` in it replaced. */
static const char *
replace(struct xoev_fixture *f, const char *text, const char *from,
    const char *to)
{
	const char *at = memmem(text, strlen(text), from, strlen(from));

	if (at == NULL)
		fail_msg("%s: not in the sample", from);
	return arena_printf(&f->arena, "%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
}

static void
test_changed_samples(void **state)
{
	struct xoev_fixture *f = *state;
	const char *data;
	size_t len;

	if (f->is_missing)
		skip();
	data = xoev_fixture_read(
	    f, XMELD "samples/eigen-1700-meldebescheinigung-anfrage.xml", &len);
	for (size_t i = 0; i < nitems(changes); i++) {
		const char *xml = replace(
		    f, data, changes[i].from, changes[i].to);
		struct xoev_findings found;
		struct err err = { 0 };

		assert_int_equal(xoev_check(&f->arena, &f->rules, xml,
				     strlen(xml), &found, NULL, &err),
		    0);
		if (strcmp(found.n == 0 ? "" : found.finding[0].code,
			changes[i].want) != 0)
			fail_msg("%s: %s", changes[i].name,
			    found.n == 0 ? "valid" : found.finding[0].code);
	}
}

/* What the parser would compare each with each: refused before it does. */
static void
test_many_attributes(void **state)
{
	static const struct {
		const char *name, *before, *each, *after, *key;
		int n;
	} many[] = {
		{ "attributes", "<a", " a%d=''", "/>", "xoev.fault.limit",
		    1000000 },
		{ "in an open tag", "<a", " a%d='>'", "", "xoev.fault.limit",
		    100000 },
		{ "namespaces", "<a", " xmlns:a%d='urn:x'", "/>",
		    "xoev.fault.limit", 100000 },
		{ "namespaces in each other", "", "<a xmlns:a%d='a' "
		    "xmlns:b%d='b' xmlns:c%d='c' xmlns:d%d='d'>", "",
		    "xoev.fault.limit", 90 },
		{ "in a comment", "<a><!--", " a%d=''", "--></a>",
		    "xoev.fault.version", 1000 },
		{ "in CDATA", "<a><![CDATA[<b", " a%d=''", "]]></a>",
		    "xoev.fault.version", 1000 },
		{ "in a value", "<a b='", " a%d=", "'/>", "xoev.fault.version",
		    1000 },
		{ "namespaces one after the other", "<a>",
		    "<b xmlns:a%d='urn:x'/>", "</a>", "xoev.fault.version",
		    1000 },
	};
	struct xoev_fixture *f = *state;

	if (f->is_missing)
		skip();
	for (size_t i = 0; i < nitems(many); i++) {
		struct buf *b = buf_new(&f->arena, 32 << 20);
		struct xoev_findings found;
		struct err err = { 0 };

		buf_puts(b, many[i].before);
		for (int k = 0; k < many[i].n; k++)
			for (const char *s = many[i].each; *s != '\0'; s++)
				if (s[0] == '%' && s[1] == 'd') {
					buf_printf(b, "%d", k);
					s++;
				} else {
					buf_put(b, s, 1);
				}
		buf_puts(b, many[i].after);
		assert_int_equal(xoev_check(&f->arena, &f->rules, b->data,
				     b->len, &found, NULL, &err),
		    0);
		assert_int_equal(found.n, 1);
		if (strcmp(found.finding[0].key, many[i].key) != 0)
			fail_msg("%s: %s", many[i].name, found.finding[0].key);
	}
}

/* A list that becomes valid later is not admitted yet (S010); a version that is
 * not imported is no matter for us. */
static void
test_lists(void **state)
{
	static const char *const column[] = { "code", "name" };
	static const char *const cell[] = { "09000001", "Erfunden" };
	static const struct {
		const char *version;
		const char *from;
		const char *want;
		size_t unknown;
	} lists[] = {
		{ "2026-04-30", "2026-04-30", "", 0 },
		{ "2026-04-30", "2026-06-02", "S010", 0 },
		{ "2025-12-31", "2025-12-31", "", 1 },
	};
	struct xoev_fixture *f = *state;
	const char *data;
	size_t len;

	if (f->is_missing)
		skip();
	data = xoev_fixture_read(
	    f, XMELD "samples/eigen-1700-meldebescheinigung-anfrage.xml", &len);
	for (size_t i = 0; i < nitems(lists); i++) {
		struct code_list_source source = {
			.uri = "urn:de:bund:destatis:bevoelkerungsstatistik:"
			       "schluessel:ags",
			.version = lists[i].version,
			.name = "AGS",
			.agency = "",
			.short_name = "",
			.column = column,
			.ncolumn = 2,
			.label_column = 1,
			.cell = cell,
			.nrow = 1,
		};
		struct xoev_rules rules = f->rules;
		struct xoev_findings found;
		const struct code_list *list;
		struct err err = { 0 };
		size_t others;

		assert_int_equal(
		    date_parse(lists[i].from, &source.valid_from, &err), 0);
		assert_int_equal(
		    code_list_build(&f->arena, &source, &list, &err), 0);
		rules.lists = code_lists_new(&f->arena, &list, 1);
		assert_int_equal(xoev_check(&f->arena, &rules, data, len,
				     &found, NULL, &err),
		    0);
		others = found.unknown_lists;
		if (found.n == 0 ? *lists[i].want != '\0'
				 : strcmp(found.finding[0].code,
				       lists[i].want) != 0)
			fail_msg("%zu: %s", i,
			    found.n == 0 ? "valid" : found.finding[0].code);
		/* The lists of the head and of XMeld are not imported here. */
		if (found.n == 0)
			assert_true(others >= 4 + lists[i].unknown);
	}
}

/* ---- one compiled schema, many threads ---- */

#define THREADS 4
#define TURNS 25

static void *
check_often(void *arg)
{
	struct xoev_fixture *f = arg;
	static const char *const file[] = {
		XOEV_SHARED
		"/xmeld-25.11a/samples/eigen-1704-anmeldung-meldeschein.xml",
		XOEV_SHARED "/xmeld-25.11a/samples-invalid/"
			    "eigen-fehler-zeichen-kyrillisch.xml"
	};
	size_t wrong = 0;

	for (size_t i = 0; i < TURNS; i++) {
		struct arena a = { 0 };
		struct xoev_findings found = { 0 };
		struct err err = { 0 };
		char *data;
		size_t len;

		if (file_read(&a, file[i % 2], XOEV_MESSAGE_MAX, &data, &len,
			&err) == -1 ||
		    xoev_check(&a, &f->rules, data, len, &found, NULL, &err) ==
			-1 ||
		    (found.n == 0) != (i % 2 == 0))
			wrong++;
		arena_free(&a);
	}
	return wrong == 0 ? NULL : f;
}

static void
test_threads(void **state)
{
	struct xoev_fixture *f = *state;
	pthread_t thread[THREADS];

	if (f->is_missing)
		skip();
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, check_often, f), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *wrong;

		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_samples),
		cmocka_unit_test(test_refused_samples),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_changed_samples),
		cmocka_unit_test(test_many_attributes),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(
	    tests, xoev_fixture_up, xoev_fixture_down);
}
