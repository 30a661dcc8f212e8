/* links: torhaus/genericode torhaus/genericode_columns torhaus/xml_pull torhaus/xml_scan */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/date.h"
#include "common/file.h"
#include "torhaus/genericode.h"

#define PUBLISHED "../shared/xoev/codelisten/"

#define HEAD                                                                   \
	"<g:CodeList xmlns:g=\"http://docs.oasis-open.org/codelist/ns/"        \
	"genericode/1.0/\">"
#define NAMED                                                                  \
	"<Identification><ShortName>tiere</ShortName><LongName>Tiere"          \
	"</LongName><Version>3</Version><CanonicalUri>urn:x-test:tiere"        \
	"</CanonicalUri></Identification>"
#define COLUMNS                                                                \
	"<ColumnSet><Column Id=\"k\" Use=\"required\"><ShortName>k"            \
	"</ShortName></Column><Column Id=\"n\" Use=\"required\"/>"             \
	"<Key Id=\"kk\"><ColumnRef Ref=\"k\"/></Key></ColumnSet>"
#define ROW(k, n)                                                              \
	"<Row><Value ColumnRef=\"k\"><SimpleValue>" k                          \
	"</SimpleValue></Value><Value ColumnRef=\"n\"><SimpleValue>" n         \
	"</SimpleValue></Value></Row>"
#define LIST(rows)                                                             \
	HEAD NAMED COLUMNS "<SimpleCodeList>" rows                             \
	"</SimpleCodeList></g:CodeList>"

static int
read_list(struct arena *a, const char *xml, const char *label,
    struct code_list_source *s, struct err *err)
{
	const struct code_list *built;

	if (genericode_read(a, xml, strlen(xml), label, s, err) == -1)
		return -1;
	return code_list_build(a, s, &built, err);
}

static void
test_reads(void **state)
{
	static const char xml[] =
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- <Row> -->\n" HEAD
	    "<Annotation><Description><h:validFrom xmlns:h=\"urn:h\">"
	    "2026-04-01</h:validFrom></Description></Annotation>"
	    "<Identification><ShortName>tiere</ShortName>"
	    "<LongName xml:lang=\"en\">Animals</LongName>"
	    "<LongName xml:lang=\"de-DE\">Tiere</LongName>"
	    "<Version> 3 </Version><CanonicalUri>urn:x-test:tiere"
	    "</CanonicalUri><Agency><ShortName>TV</ShortName></Agency>"
	    "</Identification>"
	    "<ColumnSet><Column Id=\"code\"/><Column Id=\"art\"/>"
	    "<Column Id=\"Bezeichnung\" Use=\"optional\"/>"
	    "<Key Id=\"a\"><ColumnRef Ref=\"art\"/></Key>"
	    "<Key Id=\"b\"><Annotation><AppInfo><h:recommendedKeyColumn "
	    "xmlns:h=\"urn:h\"/></AppInfo></Annotation>"
	    "<ColumnRef Ref=\"code\"/></Key></ColumnSet>"
	    "<SimpleCodeList>"
	    "<Row><Value ColumnRef=\"Bezeichnung\"><SimpleValue>Kleiner\n   "
	    "Mu\xcc\x88nsterl\xc3\xa4nder &amp; Co</SimpleValue></Value>"
	    "<Value ColumnRef=\"code\"><SimpleValue><![CDATA[07]]>"
	    "</SimpleValue></Value></Row>"
	    "<Row><Value><SimpleValue>08</SimpleValue></Value>"
	    "<Value/><Value><SimpleValue/></Value></Row>"
	    "</SimpleCodeList></g:CodeList>";
	struct code_list_source s;
	struct arena a = { 0 };
	struct err err = { 0 };
	int32_t day;

	(void)state;
	if (read_list(&a, xml, NULL, &s, &err) == -1)
		fail_msg("%s", err.msg);
	assert_string_equal(s.uri, "urn:x-test:tiere");
	assert_string_equal(s.version, "3");
	assert_string_equal(s.name, "Tiere");
	assert_string_equal(s.agency, "TV");
	assert_int_equal(date_parse("2026-04-01", &day, &err), 0);
	assert_int_equal(s.valid_from, day);
	assert_int_equal(s.ncolumn, 3);
	assert_int_equal(s.code_column, 0);
	assert_int_equal(s.label_column, 2);
	assert_int_equal(s.nrow, 2);
	assert_string_equal(s.cell[0], "07");
	assert_null(s.cell[1]);
	assert_string_equal(
	    s.cell[2], "Kleiner M\xc3\xbcnsterl\xc3\xa4nder & Co");
	assert_string_equal(s.cell[3], "08");
	assert_string_equal(s.cell[4], "");
	arena_free(&a);
}

/* The column that people read. */
static const struct {
	const char *name, *columns, *keys, *said;
	size_t want;
} labels[] = {
	{ "called like the list",
	    "<Column Id=\"k\"/><Column Id=\"name\"/><Column Id=\"Tiere\"/>", "",
	    NULL, 2 },
	{ "a usual name, by its short name",
	    "<Column Id=\"k\"/><Column Id=\"c1\"/><Column Id=\"c2\">"
	    "<ShortName>Beschreibung</ShortName></Column>", "", NULL, 2 },
	{ "the first required one",
	    "<Column Id=\"k\"/><Column Id=\"a\" Use=\"optional\"/>"
	    "<Column Id=\"b\"/>", "", NULL, 2 },
	{ "the code, when there is nothing else", "<Column Id=\"k\"/>", "",
	    NULL, 0 },
	{ "marked as the code's name",
	    "<Column Id=\"k\"/><Column Id=\"name\"/><Column Id=\"x\"/>",
	    "<Key Id=\"z\"><Annotation><AppInfo><h:xoev-codename "
	    "xmlns:h=\"urn:h\"/></AppInfo></Annotation>"
	    "<ColumnRef Ref=\"x\"/></Key>", NULL, 2 },
	{ "said by a person",
	    "<Column Id=\"k\"/><Column Id=\"name\"/><Column Id=\"x\"/>", "",
	    "x", 2 },
};

static void
test_labels(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(labels); i++) {
		const char *xml = arena_printf(&a,
		    HEAD NAMED "<ColumnSet>%s<Key Id=\"kk\"><ColumnRef "
		    "Ref=\"k\"/></Key>%s</ColumnSet><SimpleCodeList/>"
		    "</g:CodeList>", labels[i].columns, labels[i].keys);
		struct code_list_source s;
		struct err err = { 0 };

		if (read_list(&a, xml, labels[i].said, &s, &err) == -1)
			fail_msg("%s: %s", labels[i].name, err.msg);
		if (s.label_column != labels[i].want || s.code_column != 0)
			fail_msg("%s: %zu", labels[i].name, s.label_column);
	}
	arena_free(&a);
}

static const struct {
	const char *name, *xml;
	enum err_code code;
	const char *says;
} refused[] = {
	{ "empty", "", ERR_BAD_REQUEST, "" },
	{ "no XML", "Neustadt;09002\n", ERR_BAD_REQUEST, "line 1" },
	{ "another root", "<a/>", ERR_FIELD_INVALID, "Genericode 1.0" },
	{ "another namespace", "<CodeList xmlns=\"urn:x\"/>",
	    ERR_FIELD_INVALID, "Genericode 1.0" },
	{ "entities that multiply",
	    "<!DOCTYPE l [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>"
	    LIST(ROW("&b;", "x")), ERR_BAD_REQUEST, "DOCTYPE" },
	{ "an entity from a file",
	    "<?xml version=\"1.0\"?><!DOCTYPE l SYSTEM \"file:///etc/passwd\">"
	    LIST(ROW("1", "x")), ERR_BAD_REQUEST, "DOCTYPE" },
	{ "a document type behind a comment",
	    "<!-- x --><!DOCTYPE l [ ]>" LIST(ROW("1", "x")), ERR_BAD_REQUEST,
	    "DOCTYPE" },
	{ "an unknown entity", LIST(ROW("&uuml;", "x")), ERR_BAD_REQUEST,
	    "entity" },
	{ "bytes that are not UTF-8", LIST(ROW("1", "M\xfcller")),
	    ERR_BAD_REQUEST, "not UTF-8" },
	{ "another encoding",
	    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"
	    LIST(ROW("1", "x")), ERR_BAD_REQUEST, "UTF-8" },
	{ "cut off", HEAD NAMED COLUMNS "<SimpleCodeList>", ERR_BAD_REQUEST,
	    "line 1" },
	{ "something behind", LIST(ROW("1", "x")) "<x/>", ERR_BAD_REQUEST,
	    "behind" },
	{ "tags that do not match", HEAD NAMED "</x>", ERR_BAD_REQUEST,
	    "closing tag" },
	{ "without a name", HEAD COLUMNS "<SimpleCodeList/></g:CodeList>",
	    ERR_FIELD_INVALID, "Identification" },
	{ "without a URI",
	    HEAD "<Identification><Version>1</Version></Identification>"
	    "</g:CodeList>", ERR_FIELD_INVALID, "CanonicalUri" },
	{ "without a version",
	    HEAD "<Identification><CanonicalUri>urn:x</CanonicalUri>"
	    "</Identification></g:CodeList>", ERR_FIELD_INVALID, "Version" },
	{ "a URI with blanks",
	    HEAD "<Identification><CanonicalUri>urn x</CanonicalUri>"
	    "</Identification></g:CodeList>", ERR_FIELD_INVALID, "no URI" },
	{ "without a key",
	    HEAD NAMED "<ColumnSet><Column Id=\"k\"/></ColumnSet>"
	    "</g:CodeList>", ERR_FIELD_INVALID, "no key of one column" },
	{ "a key of two columns",
	    HEAD NAMED "<ColumnSet><Column Id=\"k\"/><Column Id=\"n\"/>"
	    "<Key Id=\"x\"><ColumnRef Ref=\"k\"/><ColumnRef Ref=\"n\"/></Key>"
	    "</ColumnSet></g:CodeList>", ERR_FIELD_INVALID,
	    "no key of one column" },
	{ "a key on a column that is not there",
	    HEAD NAMED "<ColumnSet><Column Id=\"k\"/><Key Id=\"x\">"
	    "<ColumnRef Ref=\"z\"/></Key></ColumnSet></g:CodeList>",
	    ERR_FIELD_INVALID, "does not have" },
	{ "two columns of one id",
	    HEAD NAMED "<ColumnSet><Column Id=\"k\"/><Column Id=\"k\"/>"
	    "</ColumnSet></g:CodeList>", ERR_FIELD_INVALID, "same Id" },
	{ "columns elsewhere",
	    HEAD NAMED "<ColumnSetRef><LocationUri>http://x/</LocationUri>"
	    "</ColumnSetRef></g:CodeList>", ERR_FIELD_INVALID, "another file" },
	{ "rows before columns", HEAD NAMED "<SimpleCodeList/></g:CodeList>",
	    ERR_FIELD_INVALID, "before its rows" },
	{ "no rows at all", HEAD NAMED COLUMNS "</g:CodeList>",
	    ERR_FIELD_INVALID, "no rows" },
	{ "a row without its code",
	    LIST("<Row><Value ColumnRef=\"n\"><SimpleValue>x</SimpleValue>"
		 "</Value></Row>"), ERR_FIELD_INVALID, "no value in the key" },
	{ "a code twice", LIST(ROW("1", "a") ROW("2", "b") ROW("1", "c")),
	    ERR_DUPLICATE, "rows 1 and 3 have the same code '1'" },
	{ "a value twice",
	    LIST("<Row><Value ColumnRef=\"k\"/><Value ColumnRef=\"k\"/></Row>"),
	    ERR_FIELD_INVALID, "two values" },
	{ "a value of no column", LIST("<Row><Value ColumnRef=\"z\"/></Row>"),
	    ERR_FIELD_INVALID, "does not have" },
	{ "more values than columns",
	    LIST("<Row><Value/><Value/><Value/></Row>"), ERR_FIELD_INVALID,
	    "does not have" },
	{ "a value that is no text",
	    LIST("<Row><Value ColumnRef=\"k\"><ComplexValue/></Value></Row>"),
	    ERR_FIELD_INVALID, "SimpleValue" },
	{ "letters that turn the direction", LIST(ROW("1", "&#x202e;x")),
	    ERR_FIELD_INVALID, "control" },
};

static void
test_refused(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(refused); i++) {
		struct code_list_source s;
		struct err err = { 0 };

		if (read_list(&a, refused[i].xml, NULL, &s, &err) == 0 ||
		    err.code != refused[i].code ||
		    strstr(err.msg, refused[i].says) == NULL)
			fail_msg("%s: %s: %s", refused[i].name,
			    err_wire(err.code), err.msg);
	}
	arena_free(&a);
}

/* A label column that is not there is the operator's mistake. */
static void
test_unknown_label(void **state)
{
	struct code_list_source s;
	struct arena a = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(read_list(&a, LIST(ROW("1", "x")), "z", &s, &err), -1);
	assert_string_equal(err.msg, "the list has no column 'z'");
	arena_free(&a);
}

/* head, then piece n times, then tail. */
static const char *
repeat(struct arena *a, const char *head, const char *piece, size_t n,
    const char *tail)
{
	size_t at = strlen(head), len = strlen(piece);
	char *out = arena_alloc(a, at + n * len + strlen(tail) + 1, 1);

	memcpy(out, head, at);
	for (size_t i = 0; i < n; i++, at += len)
		memcpy(out + at, piece, len);
	memcpy(out + at, tail, strlen(tail));
	return out;
}

static const struct {
	const char *name, *head, *piece;
	size_t n;
	const char *says;
} floods[] = {
	{ "a million rows", HEAD NAMED COLUMNS "<SimpleCodeList>",
	    "<Row><Value/></Row>", 1000000, "larger than 16 MiB" },
	{ "a hundred thousand rows and one",
	    HEAD NAMED COLUMNS "<SimpleCodeList>",
	    "<Row><Value><SimpleValue>1</SimpleValue></Value></Row>",
	    CODE_LIST_ROWS + 100, "more than 100000 rows" },
	{ "columns", HEAD NAMED "<ColumnSet>",
	    "<Column/>", CODE_LIST_COLUMNS + 1, "column" },
	{ "depth", HEAD, "<a>", 1000, "within each other" },
	{ "attributes", HEAD "<a ", "b='' ", 100000, "attributes" },
	{ "text", HEAD "<Identification><Version>", "1", 300000,
	    "bytes between two tags" },
	{ "a value in pieces",
	    HEAD NAMED COLUMNS "<SimpleCodeList><Row><Value><SimpleValue>",
	    "12345678<!-- -->", 2000, "more than 8000 bytes" },
	{ "elements", HEAD, "<a/>", 4000001, "elements" },
};

static void
test_floods(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(floods); i++) {
		struct arena a = { 0 };
		struct code_list_source s;
		struct err err = { 0 };
		const char *xml = repeat(&a, floods[i].head, floods[i].piece,
		    floods[i].n, "</SimpleValue>");

		if (read_list(&a, xml, NULL, &s, &err) == 0 ||
		    strstr(err.msg, floods[i].says) == NULL)
			fail_msg("%s: %s", floods[i].name, err.msg);
		arena_free(&a);
	}
}

/* Lists as they are published, where the samples are at hand. */
static const struct {
	const char *file;
	size_t rows;
	const char *code, *label;
} published[] = {
	{ "AGS_2026-04-30.xml", 11227, "16055000", "Weimar, Stadt" },
	{ "Bundesland_2010-04-01.xml", 16, "16",
	    "Th\xc3\xbcringen" },
	{ "DESTATIS_Staatenliste_2024-08-01.xml", 197, "121", "Albanien" },
	{ "DESTATIS_Staatsangehoerigkeit_2024-08-01.xml", 211, "423",
	    "afghanisch" },
	{ "Rechtsformen_2.4.xml", 174, "100000",
	    "Rechtsf\xc3\xa4hige Personengesellschaft" },
	{ "XInneres_Geschlecht_1.xml", 4, "w", "weiblich" },
};

static void
test_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(published); i++) {
		struct arena a = { 0 };
		struct code_list_source s;
		const struct code_list *l = NULL;
		struct err err = { 0 };
		char *xml;
		size_t len, row;

		if (file_read(&a,
			arena_printf(&a, PUBLISHED "%s", published[i].file),
			GENERICODE_MAX, &xml, &len, &err) == -1) {
			print_message("no " PUBLISHED ": skipped\n");
			arena_free(&a);
			skip();
		}
		if (genericode_read(&a, xml, len, NULL, &s, &err) == -1 ||
		    code_list_build(&a, &s, &l, &err) == -1)
			fail_msg("%s: %s", published[i].file, err.msg);
		assert_int_equal(l->nrow, published[i].rows);
		assert_true(code_list_by_code(l, published[i].code, &row));
		assert_string_equal(
		    code_list_label(l, row), published[i].label);
		assert_true(code_list_match(
		    &a, l, published[i].label, NULL, &row));
		for (size_t k = 0; k < l->nrow; k++) {
			size_t back;

			if (!code_list_match(&a, l, code_list_code(l, k), NULL,
				&back) ||
			    back != k)
				fail_msg("%s: row %zu", published[i].file, k);
		}
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_unknown_label),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
