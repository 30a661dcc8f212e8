/* links: torhaus/xdomea_read torhaus/xdomea_write */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "torhaus/xdomea.h"

#define NS "xmlns:x=\"urn:xoev-de:xdomea:schema:3.0.0\""
#define PROCESS "9fde4e7a-b41b-11ec-9225-005056871b7c"
#define OBJECT "67e456ea-b420-11ec-b503-005056871b7c"
#define HEAD(code)                                                             \
	"<x:Kopf><x:ProzessID>" PROCESS "</x:ProzessID>"                       \
	"<x:Nachrichtentyp><code>" code "</code></x:Nachrichtentyp></x:Kopf>"
#define IMPORT(rest)                                                           \
	"<x:Abgabe.ImportBestaetigen.0402 " NS ">" HEAD("0402") rest           \
	"</x:Abgabe.ImportBestaetigen.0402>"
#define OUTCOME(good, rest)                                                    \
	"<x:AbgegebenesObjekt><x:IDSGO>" OBJECT "</x:IDSGO><x:Erfolgreich>"    \
	good "</x:Erfolgreich>" rest "</x:AbgegebenesObjekt>"

static int
answer_read(struct arena *a, const char *text, struct xdomea_answer *out,
    struct err *err)
{
	return xdomea_answer_read(a, text, strlen(text), out, err);
}

static void
test_receipt(void **state)
{
	struct xdomea_answer x;
	struct arena a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(answer_read(&a,
	    "<x:Abgabe.EmpfangBestaetigen.0403 " NS ">" HEAD("0403")
	    "</x:Abgabe.EmpfangBestaetigen.0403>", &x, &err), 0);
	assert_true(x.is_receipt);
	assert_string_equal(id_uuid(&a, &x.process), PROCESS);
	arena_free(&a);
}

static void
test_outcomes(void **state)
{
	struct xdomea_answer x;
	struct arena a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(answer_read(&a,
	    IMPORT(OUTCOME(" 1 ", "") OUTCOME("false",
		"<x:Fehlermeldung>Plan &amp; Zeichen</x:Fehlermeldung>"
		"<x:Fehlermeldung>fehlt</x:Fehlermeldung>")),
	    &x, &err), 0);
	assert_false(x.is_receipt);
	assert_int_equal(x.noutcome, 2);
	assert_true(x.outcome[0].is_imported);
	assert_string_equal(x.outcome[0].why, "");
	assert_string_equal(id_uuid(&a, &x.outcome[0].object), OBJECT);
	assert_false(x.outcome[1].is_imported);
	assert_string_equal(x.outcome[1].why, "Plan & Zeichen; fehlt");
	arena_free(&a);
}

static const struct {
	const char *name, *text;
} wrong[] = {
    {"nothing", ""},
    {"no XML", "PK"},
    {"another root", "<x:Abgabe.Abgabe.0401 " NS "/>"},
    {"another namespace",
	"<x:Abgabe.EmpfangBestaetigen.0403 xmlns:x=\"urn:x\">"
	HEAD("0403") "</x:Abgabe.EmpfangBestaetigen.0403>"},
    {"no head", "<x:Abgabe.EmpfangBestaetigen.0403 " NS "/>"},
    {"the code of another message",
	"<x:Abgabe.EmpfangBestaetigen.0403 " NS ">" HEAD("0402")
	"</x:Abgabe.EmpfangBestaetigen.0403>"},
    {"no object", IMPORT("")},
    {"an outcome that is neither", IMPORT(OUTCOME("vielleicht", ""))},
    {"an id that is none",
	IMPORT("<x:AbgegebenesObjekt><x:IDSGO>7</x:IDSGO>"
	       "<x:Erfolgreich>1</x:Erfolgreich></x:AbgegebenesObjekt>")},
    {"no outcome",
	IMPORT("<x:AbgegebenesObjekt><x:IDSGO>" OBJECT "</x:IDSGO>"
	       "</x:AbgegebenesObjekt>")},
    {"elements where a text belongs",
	IMPORT(OUTCOME("1", "<x:Fehlermeldung><x:a/></x:Fehlermeldung>"))},
    {"a DOCTYPE", "<!DOCTYPE x [<!ENTITY e \"x\">]>" IMPORT(OUTCOME("1", ""))},
    {"cut off", "<x:Abgabe.EmpfangBestaetigen.0403 " NS ">" HEAD("0403")},
};

static void
test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++) {
		struct xdomea_answer x;
		struct arena a = {0};
		struct err err = {0};

		if (answer_read(&a, wrong[i].text, &x, &err) == 0)
			fail_msg("%s is taken", wrong[i].name);
		assert_int_equal(err.code, ERR_BAD_REQUEST);
		assert_null(strstr(err.msg, PROCESS));
		arena_free(&a);
	}
}

static void
test_names(void **state)
{
	const struct id id = {{0x9f, 0xde, 0x4e, 0x7a, 0xb4, 0x1b, 0x11, 0xec,
	    0x92, 0x25, 0x00, 0x50, 0x56, 0x87, 0x1b, 0x7c}};
	struct arena a = {0};

	(void)state;
	assert_string_equal(xdomea_abgabe_name(&a, &id),
	    PROCESS "_Abgabe.Abgabe.0401");
	assert_string_equal(xdomea_ending("application/pdf"), ".pdf");
	assert_string_equal(xdomea_ending("application/x-what"), "");
	arena_free(&a);
}

/* Values are escaped, unknown media types are named, empty ones left out. */
static void
test_write(void **state)
{
	const struct xdomea_file file = {.name = PROCESS ".xyz",
	    .original = "a<b>&\".xyz",
	    .media_type = "application/x-what",
	    .at_ms = INT64_C(1795305600123),
	    .size = 7,
	    .sha256 = "abcd"};
	const struct xdomea_document document = {
	    .subject = "B & C", .kind = "Anlage", .author = "Amt",
	    .is_outgoing = true, .file = &file, .nfile = 1};
	const struct xdomea_event event = {"Amt", "state", 1795305600123};
	struct xdomea_abgabe x = {.now_ms = INT64_C(1795305600123),
	    .sender = "Stadt \xc3\x9c", .unit = "", .sender_key = "",
	    .recipient = "E-Akte", .subject = "S", .reference = "R",
	    .kind = "K", .plan_key = "", .plan_name = "", .state = "done",
	    .begun_ms = 1, .closed_ms = INT64_C(1795305600123),
	    .keep_days = 10, .document = &document, .ndocument = 1,
	    .event = &event, .nevent = 1};
	struct arena a = {0};
	struct buf *out = buf_new(&a, 1 << 20);
	struct err err = {0};

	(void)state;
	assert_int_equal(xdomea_abgabe_write(&a, &x, out, &err), 0);
	assert_non_null(strstr(buf_text(out), "a&lt;b&gt;&amp;"));
	assert_non_null(strstr(buf_text(out), "<code>100</code>"));
	assert_non_null(strstr(buf_text(out), "application/x-what"));
	assert_non_null(strstr(buf_text(out), "Postausgangsdatum"));
	assert_non_null(strstr(buf_text(out), "2026-12-02"));
	assert_null(strstr(buf_text(out), "Behoerdenkennung"));
	assert_null(strstr(buf_text(out), "Aktenplaneinheit"));
	x.subject = "\x01";
	assert_int_equal(xdomea_abgabe_write(&a, &x, out, &err), -1);
	assert_int_equal(err.code, ERR_FIELD_INVALID);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_receipt),
	    cmocka_unit_test(test_outcomes),
	    cmocka_unit_test(test_wrong),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
