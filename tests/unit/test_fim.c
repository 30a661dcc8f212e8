/* links: torhaus/fim_read torhaus/fim_key torhaus/fim_text torhaus/fim_field torhaus/fim_form torhaus/fim_package torhaus/xml_scan */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/file.h"
#include "common/json.h"
#include "common/service/service.h"
#include "torhaus/fim.h"

#define SEEDS "tests/data/fuzz_xdatenfelder/"
#define PUBLISHED "../shared/xoev/xdatenfelder/"

static const struct {
	const char *words, *key;
} keys[] = {
	{ "Familienname", "familienname" },
	{ "Stra\xc3\x9f" "e und Haus-Nr.", "strasse_und_haus_nr" },
	{ "\xc3\x9c" "bergr\xc3\xb6\xc3\x9f" "e", "uebergroesse" },
	{ "Pr\xc3\xa9nom", "prenom" },
	{ "1. Vorname", "f_1_vorname" },
	{ "  (Angabe)  ", "angabe" },
	{ "", "feld" },
	{ "\xce\xb1\xce\xb2\xce\xb3", "feld" },
	{ "Angaben zur antragstellenden Person im Ausland",
	    "angaben_zur_antragstellenden_person_im" },
	{ "Donaudampfschifffahrtsgesellschaftskapitaenspatent",
	    "donaudampfschifffahrtsgesellschaftskapit" },
};

static void
test_keys(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(keys); i++) {
		assert_string_equal(fim_key(&a, keys[i].words), keys[i].key);
		assert_true(strlen(keys[i].key) <= 40);
	}
	arena_free(&a);
}

/* ---- single fields ---- */

static cJSON *
parse(struct arena *a, const char *text)
{
	struct err err = { 0 };
	cJSON *json;

	if (json_parse(a, text, strlen(text), &json_limits_package, &json,
		&err) == -1)
		fail_msg("%s: %s", err.msg, text);
	return json;
}

static void
convert(struct arena *a, const char *xml, size_t len, const char *slug,
    struct fim_package *p)
{
	struct fim_schema schema;
	struct err err = { 0 };
	char *words[2];
	size_t n;

	if (file_read(a, "fcgi-apps/texts/fim.de.json", 65536, &words[0], &n,
		&err) == -1 ||
	    file_read(a, "fcgi-apps/texts/fim.en.json", 65536, &words[1], &n,
		&err) == -1 ||
	    fim_read(a, xml, len, &schema, &err) == -1 ||
	    fim_convert(a, &schema, slug, "probe.xml",
		(const void *const[]){ parse(a, words[0]), parse(a, words[1]) },
		p, &err) == -1)
		fail_msg("%s: %s", slug, err.msg);
}

/* A schema of one field at its place. */
static const char *
one_field(struct arena *a, const char *count, const char *inside)
{
	return arena_printf(a,
	    "<x:xdatenfelder.stammdatenschema.0102 xmlns:x=\"urn:xoev-de:fim:"
	    "standard:xdatenfelder_3.0.0\"><x:stammdatenschema><x:name>S"
	    "</x:name><x:struktur><x:anzahl>%s</x:anzahl><x:enthaelt>"
	    "<x:datenfeld><x:identifikation><x:id>F1</x:id><x:version>1.2.0"
	    "</x:version></x:identifikation><x:name>Feld</x:name>%s"
	    "</x:datenfeld></x:enthaelt></x:struktur></x:stammdatenschema>"
	    "</x:xdatenfelder.stammdatenschema.0102>", count, inside);
}

#define SORT(s) "<x:feldart><code>" s "</code></x:feldart>"
#define TYPE(t) "<x:datentyp><code>" t "</code></x:datentyp>"
#define LIMITS(l) "<x:praezisierung " l "/>"
#define VALUES                                                                 \
	"<x:werte><x:wert><x:code>a</x:code><x:name>Apfel</x:name></x:wert>"   \
	"<x:wert><x:code>b</x:code><x:name>Birne</x:name></x:wert></x:werte>"

/* What becomes of a field: its JSON, but for key and fim. */
static const struct {
	const char *name, *count, *inside, *want;
	const char *report; /* stands in import.md */
} fields[] = {
	{ "a short text", "1:1",
	    SORT("input") TYPE("text") LIMITS("minLength='1' maxLength='55'"),
	    "{\"type\":\"text\",\"max_length\":55,\"required\":true}", "" },
	{ "a long text", "0:1",
	    SORT("input") TYPE("text") LIMITS("minLength='5' maxLength='2000'"),
	    "{\"type\":\"textarea\",\"max_length\":2000,\"min_length\":5}",
	    "" },
	{ "a text without a limit", "0:1", SORT("input") TYPE("text"),
	    "{\"type\":\"text\",\"max_length\":250}", "has no maxLength" },
	{ "a pattern", "0:1",
	    SORT("input") TYPE("text") LIMITS("maxLength='5' pattern='[0-9]{5}'"),
	    "{\"type\":\"text\",\"max_length\":5,\"pattern\":\"[0-9]{5}\"}",
	    "has a pattern" },
	{ "a pattern that is none", "0:1",
	    SORT("input") TYPE("text") LIMITS("maxLength='5' pattern='(('"),
	    "{\"type\":\"text\",\"max_length\":5}", "cannot be used" },
	{ "a number", "1:1",
	    SORT("input") TYPE("num") LIMITS("minValue='0.5' maxValue='9.75'"),
	    "{\"type\":\"decimal\",\"min\":0.5,\"max\":9.75,"
	    "\"required\":true}", "" },
	{ "a whole number", "0:1",
	    SORT("input") TYPE("num_int") LIMITS("minValue='-3' maxValue='7'"),
	    "{\"type\":\"integer\",\"min\":-3,\"max\":7}", "" },
	{ "money in cents", "0:1",
	    SORT("input") TYPE("num_currency") LIMITS("maxValue='12.34'"),
	    "{\"type\":\"money\",\"max\":1234}", "" },
	{ "limits the wrong way round", "0:1",
	    SORT("input") TYPE("num_int") LIMITS("minValue='3' maxValue='2'"),
	    "{\"type\":\"integer\"}", "above maxValue" },
	{ "a limit that is no number", "0:1",
	    SORT("input") TYPE("num_int") LIMITS("minValue='drei'"),
	    "{\"type\":\"integer\"}", "is no number" },
	{ "a date", "0:1", SORT("input") TYPE("date"),
	    "{\"type\":\"date\"}", "" },
	{ "a time", "0:1", SORT("input") TYPE("time"),
	    "{\"type\":\"time\"}", "" },
	{ "yes or no", "1:1", SORT("input") TYPE("bool"),
	    "{\"type\":\"yesno\",\"required\":true}", "" },
	{ "a choice", "1:1", SORT("select") TYPE("text") VALUES,
	    "{\"type\":\"choice\",\"options\":[\"a\",\"b\"],"
	    "\"required\":true}", "" },
	{ "several of a list", "1:2", SORT("select") TYPE("text") VALUES,
	    "{\"type\":\"multi_choice\",\"options\":[\"a\",\"b\"],"
	    "\"max_items\":2,\"required\":true}", "" },
	{ "a code list", "0:1",
	    SORT("select") TYPE("text") "<x:codelisteReferenz>"
	    "<x:canonicalIdentification>urn:x</x:canonicalIdentification>"
	    "<x:version>3</x:version></x:codelisteReferenz>",
	    "{\"type\":\"codelist\",\"list\":\"urn:x\",\"version\":\"3\"}",
	    "urn:x, version 3" },
	{ "a choice of nothing", "0:1", SORT("select") TYPE("text"),
	    "{\"type\":\"text\",\"max_length\":120}", "became a text" },
	{ "a notice", "1:1", SORT("label") TYPE("text"),
	    "{\"type\":\"static\"}", "" },
	{ "a fixed value", "1:1",
	    SORT("locked") TYPE("text") "<x:inhalt>so</x:inhalt>",
	    "{\"type\":\"calculated\",\"format\":\"text\","
	    "\"value\":{\"text\":\"so\"}}", "locked" },
	{ "a file", "0:1",
	    SORT("input") TYPE("file") "<x:mediaType>image/png</x:mediaType>"
	    "<x:mediaType>text/html</x:mediaType>",
	    "{\"type\":\"file\",\"accept\":[\"image/png\"]}", "text/html" },
	{ "files", "0:*", SORT("input") TYPE("file"),
	    "{\"type\":\"file\",\"accept\":[\"application/pdf\","
	    "\"image/jpeg\",\"image/png\"],\"max_files\":20}", "were chosen" },
	{ "a type of another day", "0:1",
	    SORT("input") TYPE("hologram") LIMITS("maxLength='9'"),
	    "{\"type\":\"text\",\"max_length\":9}", "not known" },
};

static void
test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(fields); i++) {
		struct arena a = { 0 };
		const char *xml =
		    one_field(&a, fields[i].count, fields[i].inside);
		struct fim_package p;
		cJSON *form, *field;

		convert(&a, xml, strlen(xml), "probe", &p);
		form = parse(&a, p.form);
		field = cJSON_GetArrayItem(
		    json_array(cJSON_GetArrayItem(
				   json_array(form, "pages"), 0), "fields"), 0);
		assert_string_equal(json_string(field, "key"), "feld");
		assert_string_equal(json_string(field, "fim"), "F1V1.2.0");
		cJSON_DeleteItemFromObject(field, "key");
		cJSON_DeleteItemFromObject(field, "fim");
		if (!cJSON_Compare(field, parse(&a, fields[i].want), true))
			fail_msg("%s: %s", fields[i].name,
			    json_print(&a, field));
		if (strstr(p.report, fields[i].report) == NULL)
			fail_msg("%s: %s", fields[i].name, p.report);
		arena_free(&a);
	}
}

static void
test_repeated(void **state)
{
	struct arena a = { 0 };
	const char *xml = one_field(&a, "0:5",
	    SORT("input") TYPE("text") LIMITS("maxLength='9'"));
	struct fim_package p;
	cJSON *field;

	(void)state;
	convert(&a, xml, strlen(xml), "probe", &p);
	field = cJSON_GetArrayItem(
	    json_array(cJSON_GetArrayItem(
			   json_array(parse(&a, p.form), "pages"), 0),
		"fields"), 0);
	assert_string_equal(json_print(&a, field),
	    "{\"key\":\"feld\",\"type\":\"repeat\",\"min_items\":0,"
	    "\"max_items\":5,\"fields\":[{\"key\":\"feld\",\"type\":\"text\","
	    "\"max_length\":9,\"fim\":\"F1V1.2.0\",\"required\":true}]}");
	assert_string_equal(
	    json_string(parse(&a, p.texts_de), "feld.add"),
	    "Feld hinzuf\xc3\xbcgen");
	assert_string_equal(json_string(parse(&a, p.texts_en), "feld.add"),
	    TEXT_TO_TRANSLATE " Add Feld");
	arena_free(&a);
}

/* ---- whole packages ---- */

/* What only people decide. */
static bool
is_for_people(const struct form_mistake *m)
{
	static const char *const paths[] = { "trust_level", "department",
		"life_situations", "legal_basis", "retention" };

	if (m->is_warning)
		return true;
	if (strcmp(m->file, "service.json") == 0) {
		for (size_t i = 0; i < nitems(paths); i++)
			if (strcmp(m->path, paths[i]) == 0)
				return true;
		return false;
	}
	return strncmp(m->file, "texts.", 6) == 0 &&
	    (strstr(m->text, "not written") != NULL ||
		strstr(m->text, "not translated") != NULL);
}

static void
write_to(const char *dir, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(f = fopen(path, "w"));
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
clear(const char *dir)
{
	static const char *const names[] = { "service.json", "form.json",
		"texts.de.json", "texts.en.json" };
	char path[200];

	for (size_t i = 0; i < nitems(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)remove(path);
	}
	(void)remove(dir);
}

/* The checker finds nothing but what is for people. */
static void
check_package(struct arena *a, const char *file, const struct fim_package *p,
    const char *dir)
{
	struct form_mistakes m = { .arena = a };
	struct service *s;
	const char *package;
	struct err err = { 0 };

	write_to(dir, "service.json", p->service);
	write_to(dir, "form.json", p->form);
	write_to(dir, "texts.de.json", p->texts_de);
	write_to(dir, "texts.en.json", p->texts_en);
	if (service_read_folder(a, dir, &s, &package, &m, &err) == -1)
		fail_msg("%s: %s", file, err.msg);
	assert_null(s);
	for (size_t i = 0; i < m.n; i++)
		if (!is_for_people(&m.mistake[i]) &&
		    strstr(m.mistake[i].text, "its folder") == NULL)
			fail_msg("%s: %s: %s: %s", file, m.mistake[i].file,
			    m.mistake[i].path, m.mistake[i].text);
}

static void
import(const char *file, struct fim_package *p, struct arena *a)
{
	char dir[] = "/tmp/torhaus-fim.XXXXXX", *xml;
	struct err err = { 0 };
	size_t len;

	if (file_read(a, file, FIM_MAX, &xml, &len, &err) == -1)
		fail_msg("%s", err.msg);
	assert_non_null(mkdtemp(dir));
	convert(a, xml, len, "probe", p);
	check_package(a, file, p, dir);
	clear(dir);
}

static void
test_packages(void **state)
{
	static const char *const files[] = { SEEDS "bienen-3.xml",
		SEEDS "bienen-2.xml", SEEDS "tief-3.xml" };

	(void)state;
	for (size_t i = 0; i < nitems(files); i++) {
		struct arena a = { 0 };
		struct fim_package p;

		import(files[i], &p, &a);
		assert_true(p.ncarried > 0);
		arena_free(&a);
	}
}

static size_t
count(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

/* Every element is named in the report, with what became of it. */
static void
test_report(void **state)
{
	static const char *const said[] = {
		"F22V1.0.0 \"Geheim\": a hidden field",
		"F22V1.0.0 \"Geheim\": its description: Nur f\xc3\xbcr",
		"F22V1.0.0 \"Geheim\": its definition: Die Antwort.",
		"G5V2.0.0 \"Bienenvolk\": its description: Ein Volk mit",
		"G5V2.0.0 \"Bienenvolk\": its definition: \xc2\xa7 3 der",
		"F1V1.0.0 \"Familienname\": its description: Wie im",
		"F24V1.0.0 \"Bild\": a static object",
		"G6V2.0.0 \"Leer\": an empty group",
		"help of the value \"001\": s\xc3\xbc\xc3\x9f",
		"one part of this group is chosen",
		"may come 250 times; 200 is the most",
		"\xc2\xa7 2 Bienensatzung",
		"    return a || b;",
		"| G5V2.0.0 | Bienenvolk | `bienenvolk` | repeat |",
		"urn:x-test:rassen, version 1",
	};
	struct arena a = { 0 };
	struct fim_package p;

	(void)state;
	import(SEEDS "bienen-3.xml", &p, &a);
	for (size_t i = 0; i < nitems(said); i++)
		if (strstr(p.report, said[i]) == NULL)
			fail_msg("not in the report: %s\n%s", said[i],
			    p.report);
	assert_int_equal(p.nrule, 2);
	assert_int_equal(count(p.report, "\n### R90000000001V1.0.0"), 2);
	for (int i = 1; i <= 26; i++) {
		const char *id = arena_printf(&a, "F%dV1.0.0", i);

		if (count(p.report, id) == 0)
			fail_msg("%s is not in the report", id);
	}
	/* The chosen one of several parts is shown, and has to be there. */
	assert_non_null(strstr(p.form, "\"eq\": [\"auswahl\", \"postfach\"]"));
	arena_free(&a);
}

static void
test_published(void **state)
{
	static const char *const files[] = { "v2/simple.xml", "v2/select.xml",
		"v2/label.xml", "v2/data-field-rule.xml", "v3/simple.xml",
		"v3/xdf3.xml", "v3/input.xml" };

	(void)state;
	for (size_t i = 0; i < nitems(files); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct fim_package p;
		const char *path =
		    arena_printf(&a, PUBLISHED "%s", files[i]);
		char *xml;
		size_t len;

		if (file_read(&a, path, FIM_MAX, &xml, &len, &err) == -1) {
			print_message("no " PUBLISHED ": skipped\n");
			arena_free(&a);
			skip();
		}
		import(path, &p, &a);
		arena_free(&a);
	}
}

/* ---- refused ---- */

#define HEAD3                                                                  \
	"<x:m xmlns:x=\"urn:xoev-de:fim:standard:xdatenfelder_3.0.0\">"
#define PLACE(count, what)                                                     \
	"<x:stammdatenschema><x:struktur><x:anzahl>" count                     \
	"</x:anzahl><x:enthaelt>" what                                         \
	"</x:enthaelt></x:struktur></x:stammdatenschema></x:m>"

static const struct {
	const char *name, *xml, *says;
} refused[] = {
	{ "empty", "", "XML" },
	{ "no XML", "{}", "XML" },
	{ "another namespace", "<a/>", "namespace" },
	{ "version 1",
	    "<a xmlns=\"urn:xoev-de:fim:standard:xdatenfelder_1\"/>",
	    "namespace" },
	{ "no schema", HEAD3 "</x:m>", "holds no stammdatenschema" },
	{ "entities", "<!DOCTYPE m [<!ENTITY a \"b\">]>" HEAD3 "</x:m>",
	    "DOCTYPE" },
	{ "not UTF-8", HEAD3 "\xff</x:m>", "UTF-8" },
	{ "cut off", HEAD3 "<x:stammdatenschema>", "XML" },
	{ "a place without anything", HEAD3 PLACE("1:1", ""), "struktur" },
	{ "no count", HEAD3 PLACE("", "<x:datenfeld/>"), "anzahl" },
	{ "a count that is none", HEAD3 PLACE("2:1", "<x:datenfeld/>"),
	    "anzahl" },
	{ "a count below nothing", HEAD3 PLACE("-1:1", "<x:datenfeld/>"),
	    "anzahl" },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(refused); i++) {
		struct arena a = { 0 };
		struct fim_schema schema;
		struct err err = { 0 };

		if (fim_read(&a, refused[i].xml, strlen(refused[i].xml),
			&schema, &err) == 0 ||
		    strstr(err.msg, refused[i].says) == NULL)
			fail_msg("%s: %s", refused[i].name, err.msg);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_packages),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
