/*
 * Process cards: written, read again, and refused in other shapes; inspections
 * as the database keeps them.
 */
#include "osci_fixture.h"

#include "common/osci/osci_card.h"
#include "common/osci/osci_read.h"

/* An element as the root of a document. */
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

static const struct osci_inspection inspection[] = {
	{ 1714972089001, "CN=Ölaf \\\"x\\\",O=<A&B>", "CN=CA", "1001",
	    OSCI_CERT_QUALIFIED, OSCI_MATH_OK, OSCI_OFFLINE_VALID,
	    OSCI_ONLINE_OK, OSCI_BY_CRL },
	{ 1714972089002, "CN=b", "CN=CA", "-5", OSCI_CERT_UNKNOWN,
	    OSCI_MATH_INDETERMINATE, OSCI_OFFLINE_INVALID, OSCI_ONLINE_NONE,
	    OSCI_BY_CRL },
	{ 1714972089003, "", "CN=CA", "3", OSCI_CERT_ADVANCED,
	    OSCI_MATH_CORRUPTED, OSCI_OFFLINE_INDETERMINATE,
	    OSCI_ONLINE_REVOKED, OSCI_BY_OCSP },
	{ 1714972089004, "CN=d", "CN=CA", "4", OSCI_CERT_ACCREDITED,
	    OSCI_MATH_OK, OSCI_OFFLINE_VALID, OSCI_ONLINE_OK, OSCI_BY_LDAP },
};

static const struct osci_card whole = { .message_id = "id <ä>",
	.creation_ms = 1714972089000,
	.forwarding_ms = 1714972090123,
	.reception_ms = 1714972091999,
	.modification_ms = 1714972092000,
	.subject = "<Betreff> & \"mehr\"\r\nÄ",
	.inspection = inspection,
	.ninspection = nitems(inspection) };
static const struct osci_card bare = { .message_id = "x",
	.modification_ms = 1 };

static void
compare_inspections(const struct osci_inspection *x,
    const struct osci_inspection *y, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(x[i].at_ms, y[i].at_ms);
		assert_string_equal(x[i].subject, y[i].subject);
		assert_string_equal(x[i].issuer, y[i].issuer);
		assert_string_equal(x[i].serial, y[i].serial);
		assert_int_equal(x[i].type, y[i].type);
		assert_int_equal(x[i].math, y[i].math);
		assert_int_equal(x[i].offline, y[i].offline);
		assert_int_equal(x[i].online, y[i].online);
		assert_int_equal(x[i].online_by, y[i].online_by);
	}
}

static const struct {
	const char *name;
	const struct osci_card *card;
	enum osci_card_extent extent;
	bool has_forwarding, has_reception;
} written[] = {
	{ "whole", &whole, OSCI_CARD_WHOLE, true, true },
	{ "as handed out", &whole, OSCI_CARD_UNTIL_FORWARDING, true, false },
	{ "as stored", &whole, OSCI_CARD_UNTIL_CREATION, false, false },
	{ "nothing happened", &bare, OSCI_CARD_WHOLE, false, false },
};

static void
test_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(written); i++) {
		const struct osci_card *card = written[i].card;
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *b = buf_new(&a, 1 << 20);
		struct xml_tree t;
		struct osci_card out;

		osci_card_put(
		    b, "ReplyProcessCardBundle", card, written[i].extent);
		assert_int_equal(buf_check(b, &err), 0);
		if (osci_card_read(&a, &t, parse(&a, buf_text(b), &t), &out,
			&err) == -1)
			fail_msg("%s: %s", written[i].name, err.msg);
		assert_string_equal(out.message_id, card->message_id);
		assert_int_equal(out.creation_ms, card->creation_ms);
		assert_int_equal(out.modification_ms, card->modification_ms);
		assert_int_equal(out.forwarding_ms,
		    written[i].has_forwarding ? card->forwarding_ms : 0);
		assert_int_equal(out.reception_ms,
		    written[i].has_reception ? card->reception_ms : 0);
		if (card->subject == NULL)
			assert_null(out.subject);
		else
			assert_string_equal(out.subject, card->subject);
		assert_int_equal(out.ninspection, card->ninspection);
		compare_inspections(
		    out.inspection, card->inspection, out.ninspection);
		arena_free(&a);
	}
}

/* ---- other shapes ---- */

#define ID "<osci:MessageId>YQ==</osci:MessageId>"
#define AT "2024-05-06T07:08:09.000+02:00"
#define PLAIN "<osci:Plain>" AT "</osci:Plain>"
#define CARD(x)                                                                \
	"<osci:ProcessCard RecentModification=\"" AT "\">" x                   \
	"</osci:ProcessCard>"
#define REPORT(x) "<osci:InspectionReport>" x "</osci:InspectionReport>"
#define STAMP "<osci:Timestamp>" PLAIN "</osci:Timestamp>"
#define NAMES                                                                  \
	"<osci:X509SubjectName>a</osci:X509SubjectName>"                       \
	"<osci:X509IssuerName>b</osci:X509IssuerName>"                         \
	"<osci:X509SerialNumber>1</osci:X509SerialNumber>"
#define RESULTS                                                                \
	"<osci:CertType Type=\"unknown\"/><osci:MathResult Result=\"ok\"/>"    \
	"<osci:OfflineResult Result=\"valid\"/>"
#define INSPECTION(x) "<osci:Inspection>" x "</osci:Inspection>"

static const struct {
	const char *name, *in;
	bool is_good;
} shapes[] = {
	{ "as it should be", ID CARD("") REPORT(""), true },
	{ "all times",
	    ID CARD("<osci:Creation>" PLAIN "</osci:Creation><osci:Forwarding>"
		PLAIN "</osci:Forwarding><osci:Reception>" PLAIN
		"</osci:Reception>") REPORT(""),
	    true },
	{ "a cryptographic time stamp",
	    ID CARD("<osci:Creation><osci:Cryptographic Algorithm=\"x\">YQ=="
		    "</osci:Cryptographic></osci:Creation>") REPORT(""),
	    true },
	{ "an inspection",
	    ID CARD("") REPORT(INSPECTION(STAMP NAMES RESULTS)), true },
	{ "an answer of the online check, as the schema has it",
	    ID CARD("") REPORT(INSPECTION(STAMP NAMES RESULTS
		"<osci:OnlineResult Result=\"ok\"><osci:OSCP>YQ=="
		"</osci:OSCP></osci:OnlineResult>")),
	    true },
	{ "an online check without saying how",
	    ID CARD("") REPORT(INSPECTION(STAMP NAMES RESULTS
		"<osci:OnlineResult Result=\"ok\"/>")),
	    true },
	{ "no id", CARD("") REPORT(""), false },
	{ "an empty id", "<osci:MessageId/>" CARD("") REPORT(""), false },
	{ "no card", ID REPORT(""), false },
	{ "no report", ID CARD(""), false },
	{ "another order", CARD("") ID REPORT(""), false },
	{ "a card twice", ID CARD("") CARD("") REPORT(""), false },
	{ "text between", ID "text" CARD("") REPORT(""), false },
	{ "no time of its modification",
	    ID "<osci:ProcessCard/>" REPORT(""), false },
	{ "a modification at no time",
	    ID "<osci:ProcessCard RecentModification=\"now\"/>" REPORT(""),
	    false },
	{ "creation twice",
	    ID CARD("<osci:Creation>" PLAIN "</osci:Creation><osci:Creation>"
		PLAIN "</osci:Creation>") REPORT(""),
	    false },
	{ "reception before creation",
	    ID CARD("<osci:Reception>" PLAIN "</osci:Reception><osci:Creation>"
		PLAIN "</osci:Creation>") REPORT(""),
	    false },
	{ "a time stamp without time",
	    ID CARD("<osci:Creation/>") REPORT(""), false },
	{ "two times in one",
	    ID CARD("<osci:Creation>" PLAIN PLAIN "</osci:Creation>")
		REPORT(""),
	    false },
	{ "a time that is none",
	    ID CARD("<osci:Creation><osci:Plain>2024-13-01T00:00:00Z"
		    "</osci:Plain></osci:Creation>") REPORT(""),
	    false },
	{ "an inspection without time",
	    ID CARD("") REPORT(INSPECTION(NAMES RESULTS)), false },
	{ "an inspection without names",
	    ID CARD("") REPORT(INSPECTION(STAMP RESULTS)), false },
	{ "an inspection without results",
	    ID CARD("") REPORT(INSPECTION(STAMP NAMES)), false },
	{ "a result that is none",
	    ID CARD("") REPORT(INSPECTION(STAMP NAMES
		"<osci:CertType Type=\"good\"/><osci:MathResult "
		"Result=\"ok\"/><osci:OfflineResult Result=\"valid\"/>")),
	    false },
	{ "an online result that is none",
	    ID CARD("") REPORT(INSPECTION(STAMP NAMES RESULTS
		"<osci:OnlineResult Result=\"none\"/>")),
	    false },
	{ "something else in the report", ID CARD("") REPORT(ID), false },
};

static void
test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(shapes); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct xml_tree t;
		struct osci_card out;
		int rc = osci_card_read(&a, &t,
		    parse(&a,
			arena_printf(&a, "<osci:b>%s</osci:b>", shapes[i].in),
			&t),
		    &out, &err);

		if ((rc == 0) != shapes[i].is_good ||
		    strcmp(err.field, rc == 0 ? "" : "9100") != 0)
			fail_msg("%s: %s %s", shapes[i].name, err.field,
			    err.msg);
		arena_free(&a);
	}
}

/* As many as there may be, and one more. */
static void
test_many(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *b = buf_new(&a, 1 << 20);
		struct xml_tree t;
		struct osci_card out;

		buf_puts(b, "<osci:b>" ID CARD(""));
		buf_puts(b, "<osci:InspectionReport>");
		for (size_t i = 0; i < OSCI_INSPECTIONS_MAX + more; i++)
			buf_puts(b, INSPECTION(STAMP NAMES RESULTS));
		buf_puts(b, "</osci:InspectionReport></osci:b>");
		assert_int_equal(osci_card_read(&a, &t,
				     parse(&a, buf_text(b), &t), &out, &err),
		    more == 0 ? 0 : -1);
		arena_free(&a);
	}
}

/* ---- in the database ---- */

static void
test_json(void **state)
{
	static const char *const spoilt[] = { "", "{", "[{}]", "[1]",
		"[{\"at\":1,\"subject\":\"a\",\"issuer\":\"b\"}]" };
	struct arena a = { 0 };
	struct err err = { 0 };
	const struct osci_inspection *out;
	const char *json =
	    osci_inspections_to_json(&a, inspection, nitems(inspection));
	size_t n;
	(void)state;

	if (osci_inspections_from_json(
		&a, json, strlen(json), &out, &n, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(n, nitems(inspection));
	compare_inspections(out, inspection, n);
	json = osci_inspections_to_json(&a, NULL, 0);
	assert_int_equal(osci_inspections_from_json(
			     &a, json, strlen(json), &out, &n, &err),
	    0);
	assert_int_equal(n, 0);
	for (size_t i = 0; i < nitems(spoilt); i++)
		assert_int_equal(
		    osci_inspections_from_json(&a, spoilt[i],
			strlen(spoilt[i]), &out, &n, &err),
		    -1);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
