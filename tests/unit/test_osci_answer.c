/*
 * Answers: of every type one is built, signed, sent, read again, verified, held
 * against what the official library's classes write, and against the schemas
 * where these are at hand. And deliveries on their way through: their contents
 * and those contents' signatures survive it, whatever Ids they use.
 */
#include "osci_fixture.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <unistd.h>

#include "common/osci/osci_answer.h"
#include "common/osci/osci_fault.h"
#include "common/osci/osci_reply.h"
#include "common/osci/osci_request.h"
#include "common/xml/xml_c14n.h"

#define SCHEMAS "../shared/osci/xsd"

static struct osci_fixture fixture;
static struct texts *texts;

static int
set_up(void **state)
{
	struct err err = { 0 };
	(void)state;

	osci_fixture_keys(&fixture);
	if (texts_load("fcgi-apps/texts", &texts, &err) == -1)
		fail_msg("%s", err.msg);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	texts_free(texts);
	arena_free(&fixture.arena);
	xmlCleanupParser();
	return 0;
}

/* ---- the outline of a message ---- */

static void
outline_element(struct buf *b, const struct osci_message *m,
    const struct xml_node *n)
{
	static const char *const plain[] = { "ControlBlock", "Entry",
		"ProcessCard", "ChunkInformation", "ReceptionOfDelivery" };

	buf_puts(b, n->name);
	for (size_t i = 0; i < nitems(plain); i++)
		if (strcmp(n->name, plain[i]) == 0)
			for (size_t k = 0; k < n->nattribute; k++)
				buf_printf(b, "@%s", n->attribute[k].name);
	if (strcmp(n->name, "Code") == 0 && n->child != NULL)
		buf_printf(b, "=%s", n->child->text);
	if (n == m->by_kind[OSCI_SIGNATURE_BLOCK] || xml_first(n) == NULL)
		return;
	buf_puts(b, "(");
	for (const struct xml_node *c = xml_first(n); c != NULL;
	     c = xml_next(c)) {
		outline_element(b, m, c);
		buf_puts(b, xml_next(c) != NULL ? " " : ")");
	}
}

/* "ControlBlock@...(Response) SupplierSignature ... | ContentPackage" */
static const char *
outline(struct arena *a, const struct osci_message *m, bool has_features)
{
	struct buf *b = buf_new(a, 1 << 20);

	for (size_t i = 0; i < m->nblock; i++) {
		if (m->block[i].kind == OSCI_FEATURES && !has_features)
			continue;
		outline_element(b, m, m->block[i].node);
		buf_puts(b, " ");
	}
	buf_puts(b, "|");
	for (const struct xml_node *n = xml_first(m->body); n != NULL;
	     n = xml_next(n)) {
		buf_puts(b, " ");
		outline_element(b, m, n);
	}
	return buf_text(b);
}

/* ---- schemas ---- */

/* Where the schemas say that the others are. */
static const struct {
	const char *url, *file;
} imports[] = {
	{ "http://www.w3.org/2001/xml.xsd", "xml.xsd" },
	{ "http://schemas.xmlsoap.org/soap/envelope/", "soap-envelope.xsd" },
	{ "http://www.w3.org/TR/xmlenc-core/xenc-schema.xsd",
	    "xenc-schema.xsd" },
	{ "http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd",
	    "xenc-schema.xsd" },
	{ "http://www.w3.org/TR/2001/CR-xmldsig-core-20010419/"
	  "xmldsig-core-schema.xsd",
	    "xmldsig-core-schema.xsd" },
	{ "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/"
	  "xmldsig-core-schema.xsd",
	    "xmldsig-core-schema.xsd" },
	{ "https://www.w3.org/2008/xmlsec/Drafts/xmlenc-core-11/"
	  "xenc-schema-11.xsd",
	    "xenc-schema-11.xsd" },
};

static xmlExternalEntityLoader usual_loader;

static xmlParserInputPtr
load_import(const char *url, const char *id, xmlParserCtxtPtr ctx)
{
	struct arena a = { 0 };
	xmlParserInputPtr input;

	for (size_t i = 0; url != NULL && i < nitems(imports); i++)
		if (strcmp(url, imports[i].url) == 0)
			url = arena_printf(
			    &a, SCHEMAS "/extern/%s", imports[i].file);
	input = usual_loader(url, id, ctx);
	arena_free(&a);
	return input;
}

static void
take_fault(void *arg, xmlErrorPtr fault)
{
	if (fault->domain == XML_FROM_SCHEMASV)
		buf_puts(arg, fault->message);
}

static void
be_silent(void *arg, const char *fmt, ...)
{
	(void)arg;
	(void)fmt;
}

/* What a type's schema has against an envelope; "" when nothing. */
static const char *
validate(struct arena *a, enum osci_type type, const char *xml, size_t len)
{
	struct buf *faults = buf_new(a, 1 << 20);
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(arena_printf(
	    a, SCHEMAS "/soap%s.xsd", osci_type_name(type)));
	xmlSchemaValidCtxtPtr valid;
	xmlSchemaPtr schema;
	xmlDocPtr doc;

	usual_loader = xmlGetExternalEntityLoader();
	xmlSetExternalEntityLoader(load_import);
	xmlSchemaSetParserErrors(parser, be_silent, be_silent, NULL);
	schema = xmlSchemaParse(parser);
	xmlSetExternalEntityLoader(usual_loader);
	xmlSchemaFreeParserCtxt(parser);
	assert_non_null(schema);
	doc = xmlReadMemory(xml, (int)len, "x", NULL, XML_PARSE_NONET);
	assert_non_null(doc);
	valid = xmlSchemaNewValidCtxt(schema);
	xmlSchemaSetValidStructuredErrors(valid, take_fault, faults);
	(void)xmlSchemaValidateDoc(valid, doc);
	xmlSchemaFreeValidCtxt(valid);
	xmlFreeDoc(doc);
	xmlSchemaFree(schema);
	return buf_text(faults);
}

/* The envelope in a message's MIME form. */
static const char *
envelope(const char *text, size_t *len)
{
	const char *from = strstr(text, "<?xml");
	const char *end = strstr(text, "</soap:Envelope>");

	assert_non_null(from);
	assert_non_null(end);
	*len = (size_t)(end - from) + sizeof("</soap:Envelope>") - 1;
	return from;
}

static void
check_schema(struct arena *a, const char *name, enum osci_type type,
    const char *text, const char *disagrees)
{
	const char *xml, *faults;
	size_t len;

	if (access(SCHEMAS, R_OK) == -1)
		return;
	xml = envelope(text, &len);
	faults = validate(a, type, xml, len);
	if ((disagrees == NULL) != (*faults == '\0') ||
	    (disagrees != NULL && strstr(faults, disagrees) == NULL))
		fail_msg("%s: %s", name, faults);
}

/* ---- every type ---- */

static const struct osci_inspection inspection[] = {
	{ 1714972089000, "CN=Müller\\, Ölaf <x>,O=\"A\"", "CN=CA & Co", "1001",
	    OSCI_CERT_QUALIFIED, OSCI_MATH_OK, OSCI_OFFLINE_VALID,
	    OSCI_ONLINE_OK, OSCI_BY_CRL },
	{ 1714972089000, "CN=b", "CN=CA", "1002", OSCI_CERT_UNKNOWN,
	    OSCI_MATH_INDETERMINATE, OSCI_OFFLINE_INVALID, OSCI_ONLINE_NONE,
	    OSCI_BY_CRL },
};

static const struct osci_card card = { .message_id = "msg-0001",
	.creation_ms = 1714972089000,
	.forwarding_ms = 1714972090000,
	.reception_ms = 1714972092000,
	.modification_ms = 1714972092123,
	.subject = "A < B & \"C\"",
	.inspection = NULL };
static const struct osci_card inspected = { .message_id = "msg-0002",
	.creation_ms = 1714972089000,
	.forwarding_ms = 1714972090000,
	.modification_ms = 1714972092123,
	.inspection = inspection,
	.ninspection = nitems(inspection) };
static const struct osci_card *const cards[] = { &card, &inspected };

static const char *const selected[] = { "msg-0001" };
static const struct osci_order by_id = { .languages = "de",
	.selection = { .by = OSCI_SELECT_IDS, .id = selected, .nid = 1 } };
static const struct osci_order by_date = { .languages = "de",
	.selection = { .by = OSCI_SELECT_RECEPTION,
	    .from = "2024-01-01T00:00:00+01:00",
	    .role = OSCI_SELECT_ADDRESSEE,
	    .no_reception = true,
	    .limit = 7 } };
static const struct osci_order in_english = { .languages = "fr en-GB de" };

static const struct osci_control explicit = { "client-challenge-1",
	"server-challenge", "1700000000001", 4 };
static const struct osci_control implicit = { "client-challenge-1", NULL,
	"1700000000001", 0 };

static const struct osci_feedback done = { { "0801" }, 1 };
static const struct osci_feedback closed = { { "0800" }, 1 };
static const struct osci_feedback more = { { "0801", "3800" }, 2 };
static const struct osci_feedback joined = { { "0801", "3950" }, 2 };
static const struct osci_feedback none_left = { { "9803" }, 1 };
static const struct osci_feedback used_up = { { "9801" }, 1 };

static const int64_t both[] = { 1, 2 };
static const struct osci_features limits = { .chunk_timeout = 0,
	.max_chunk_kib = 10240, .max_message_kib = 102400,
	.min_chunk_kib = 64 };
static const struct osci_features timed = { .chunk_timeout = 3600 };

#define CB(x) "ControlBlock@ConversationId@Id@SequenceNumber@actor@mustUnderstand(" x ")"
#define DONE "Feedback(Entry@lang(Code=0801 Text))"
#define CARD_CREATED                                                           \
	"(MessageId ProcessCard@RecentModification(Creation(Plain) Subject) " \
	"InspectionReport)"
#define CARD_FORWARDED                                                         \
	"(MessageId ProcessCard@RecentModification(Creation(Plain) "           \
	"Forwarding(Plain) Subject) InspectionReport)"
#define CARD_WHOLE                                                             \
	"(MessageId ProcessCard@RecentModification(Creation(Plain) "           \
	"Forwarding(Plain) Reception(Plain) Subject) InspectionReport)"
#define IC                                                                     \
	" IntermediaryCertificates(SignatureCertificateIntermediary("          \
	"X509Data(X509Certificate)))"

/* vector: with which outline (without features) it must agree; or want: the
 * outline itself. disagrees: the schema's complaint. */
static const struct answer_case {
	const char *name;
	struct osci_answer answer;
	const char *vector, *want, *disagrees;
} answers[] = {
	{ "init",
	    { .type = OSCI_RESPONSE_TO_INIT_DIALOG, .control = explicit,
		.feedback = done },
	    "responses/response-to-init-dialog", NULL, NULL },
	{ "init with our limits",
	    { .type = OSCI_RESPONSE_TO_INIT_DIALOG, .control = explicit,
		.feedback = done, .features = &limits },
	    "responses/response-to-init-dialog", NULL, NULL },
	/* The library spells ChunkMessageTimeout, the schema ...TimeOut. */
	{ "init with a time limit",
	    { .type = OSCI_RESPONSE_TO_INIT_DIALOG, .control = explicit,
		.feedback = done, .features = &timed },
	    "responses/response-to-init-dialog", NULL, "ChunkMessageTimeout" },
	{ "exit",
	    { .type = OSCI_RESPONSE_TO_EXIT_DIALOG, .control = explicit,
		.feedback = closed },
	    "responses/response-to-exit-dialog", NULL, NULL },
	{ "message id",
	    { .type = OSCI_RESPONSE_TO_GET_MESSAGE_ID, .control = explicit,
		.feedback = done, .message_id = "msg-0001" },
	    "responses/response-to-get-message-id", NULL, NULL },
	{ "message id, implicit, in two languages",
	    { .type = OSCI_RESPONSE_TO_GET_MESSAGE_ID, .control = implicit,
		.order = &in_english, .feedback = closed,
		.message_id = "msg-0001" },
	    NULL,
	    CB("Response") " SupplierSignature" IC
	    " | responseToGetMessageId(Feedback(Entry@lang(Code=0800 Text) "
	    "Entry@lang(Code=0800 Text)) MessageId)",
	    NULL },
	{ "store",
	    { .type = OSCI_RESPONSE_TO_STORE_DELIVERY, .control = explicit,
		.feedback = done, .card = &card },
	    "responses/response-to-store-delivery", NULL, NULL },
	{ "store, refused",
	    { .type = OSCI_RESPONSE_TO_STORE_DELIVERY, .control = explicit,
		.feedback = used_up },
	    "responses/response-to-store-delivery-9801", NULL, NULL },
	{ "store, certificates inspected",
	    { .type = OSCI_RESPONSE_TO_STORE_DELIVERY, .control = implicit,
		.feedback = closed, .card = &inspected },
	    NULL,
	    CB("Response") " SupplierSignature responseToStoreDelivery("
	    "Feedback(Entry@lang(Code=0800 Text)) ProcessCardBundle("
	    "MessageId ProcessCard@RecentModification(Creation(Plain)) "
	    "InspectionReport(Inspection(Timestamp(Plain) X509SubjectName "
	    "X509IssuerName X509SerialNumber CertType MathResult "
	    "OfflineResult OnlineResult(CRL)) Inspection(Timestamp(Plain) "
	    "X509SubjectName X509IssuerName X509SerialNumber CertType "
	    "MathResult OfflineResult))))" IC " |",
	    NULL },
	{ "fetch, nothing there",
	    { .type = OSCI_RESPONSE_TO_FETCH_DELIVERY, .control = explicit,
		.feedback = none_left },
	    "responses/response-to-fetch-delivery-9803", NULL, NULL },
	{ "fetch, card without content",
	    { .type = OSCI_RESPONSE_TO_FETCH_DELIVERY, .control = explicit,
		.order = &by_id, .feedback = more, .card = &card },
	    NULL,
	    CB("Response Challenge") " SupplierSignature "
	    "responseToFetchDelivery(Feedback(Entry@lang(Code=0801 Text) "
	    "Entry@lang(Code=3800 Text)) fetchDelivery(SelectionRule("
	    "MessageId)) ProcessCardBundle" CARD_FORWARDED ")" IC
	    " | ContentPackage",
	    NULL },
	{ "process card",
	    { .type = OSCI_RESPONSE_TO_FETCH_PROCESS_CARD,
		.control = explicit, .order = &by_id, .feedback = done,
		.cards = cards, .ncards = 1 },
	    "responses/response-to-fetch-process-card", NULL, NULL },
	/* The request's rule, once more: its schema knows more of it than the
	 * answer's. */
	{ "process cards by date",
	    { .type = OSCI_RESPONSE_TO_FETCH_PROCESS_CARD,
		.control = explicit, .order = &by_date, .feedback = done,
		.cards = cards, .ncards = 2 },
	    NULL,
	    CB("Response Challenge") " SupplierSignature" IC
	    " | responseToFetchProcessCard(" DONE
	    " fetchProcessCard(SelectionRule("
	    "ReceptionOfDelivery@NoReception@Role) Quantity) "
	    "ProcessCardBundle" CARD_WHOLE " ProcessCardBundle(MessageId "
	    "ProcessCard@RecentModification(Creation(Plain) "
	    "Forwarding(Plain)) InspectionReport(Inspection(Timestamp(Plain) "
	    "X509SubjectName X509IssuerName X509SerialNumber CertType "
	    "MathResult OfflineResult OnlineResult(CRL)) Inspection("
	    "Timestamp(Plain) X509SubjectName X509IssuerName "
	    "X509SerialNumber CertType MathResult OfflineResult))))",
	    "NoReception" },
	{ "forward",
	    { .type = OSCI_RESPONSE_TO_FORWARD_DELIVERY, .control = implicit,
		.feedback = closed, .card = &card },
	    NULL,
	    CB("Response") " SupplierSignature responseToForwardDelivery("
	    "Feedback(Entry@lang(Code=0800 Text)) ProcessCardBundle"
	    CARD_WHOLE ")" IC " |",
	    NULL },
	{ "mediate",
	    { .type = OSCI_RESPONSE_TO_MEDIATE_DELIVERY, .control = explicit,
		.feedback = done, .card = &card, .reply_card = &card },
	    NULL,
	    CB("Response Challenge") " SupplierSignature "
	    "responseToMediateDelivery(" DONE " RequestProcessCardBundle"
	    CARD_WHOLE " ReplyProcessCardBundle" CARD_FORWARDED ")" IC
	    " | ContentPackage",
	    NULL },
	{ "accept",
	    { .type = OSCI_RESPONSE_TO_ACCEPT_DELIVERY, .control = explicit,
		.feedback = closed },
	    "recipient/response-to-accept-delivery-signed", NULL, NULL },
	/* The schema has no card by the name that is on the wire. */
	{ "a chunk, the last",
	    { .type = OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY,
		.control = explicit, .feedback = joined, .inside = &closed,
		.card = &card,
		.chunk = { .number = 2, .total_number = 2,
		    .received = both, .nreceived = 2 } },
	    "responses/response-to-partial-store-delivery-last", NULL,
	    "ProcessCardBundle" },
	{ "a chunk",
	    { .type = OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY,
		.control = explicit, .feedback = done,
		.chunk = { .number = 1, .total_number = 2,
		    .received = both, .nreceived = 1 } },
	    "responses/response-to-partial-store-delivery", NULL, NULL },
};

/* What is sent of a message. */
static struct buf *
sent(struct arena *a, struct osci_out *o, const struct osci_cert *cipher)
{
	struct buf *text = buf_new(a, 1 << 24);
	struct err err = { 0 };

	if (osci_out_send(o, cipher, osci_fixture_append, text, &err) == -1)
		fail_msg("%s", err.msg);
	return text;
}

/* Builds, sends, reads and verifies. */
static struct buf *
round_trip(struct arena *a, const char *name, const struct osci_answer *answer,
    const struct osci_cert *cipher, struct osci_message *m)
{
	struct err err = { 0 };
	struct osci_out *o;
	struct buf *text;

	if (osci_answer_build(
		a, answer, texts, &osci_fixture_limits, &o, &err) == -1)
		fail_msg("%s: %s", name, err.msg);
	text = sent(a, o, cipher);
	if (osci_fixture_read(
		a, &fixture, buf_text(text), text->len, m, &err) == -1)
		fail_msg("%s: %s %s", name, err.field, err.msg);
	if (answer->signer != NULL && osci_fixture_verify(a, m, &err) == -1)
		fail_msg("%s: %s %s", name, err.field, err.msg);
	assert_int_equal(m->type, answer->type);
	return text;
}

static const struct osci_signer *
signer_of(enum osci_type type)
{
	return &fixture.signer[type == OSCI_RESPONSE_TO_ACCEPT_DELIVERY ||
		    type == OSCI_RESPONSE_TO_PROCESS_DELIVERY
		? ADDRESSEE
		: INTERMEDIARY];
}

static void
test_types(void **state)
{
	(void)state;
	if (access(SCHEMAS, R_OK) == -1)
		print_message("not held against schemas: no " SCHEMAS "\n");
	for (size_t i = 0; i < nitems(answers); i++) {
		const struct answer_case *c = &answers[i];
		struct osci_answer answer = c->answer;
		struct arena a = { 0 };
		struct osci_message m, other;
		struct buf *text;
		const char *want = c->want;

		answer.signer = signer_of(answer.type);
		text = round_trip(&a, c->name, &answer, NULL, &m);
		if (c->vector != NULL) {
			osci_fixture_vector(&a, &fixture, c->vector, &other);
			want = outline(&a, &other, false);
		}
		if (strcmp(outline(&a, &m, false), want) != 0)
			fail_msg("%s:\n%s\nnot\n%s", c->name,
			    outline(&a, &m, false), want);
		assert_int_equal(m.by_kind[OSCI_FEATURES] != NULL,
		    answer.features != NULL ||
			answer.type ==
			    OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY);
		check_schema(
		    &a, c->name, answer.type, buf_text(text), c->disagrees);
		arena_free(&a);
	}
}

/* A reply of a recipient: the roles are its own. */
static void
test_processed(void **state)
{
	struct arena a = { 0 };
	struct osci_message m, other;
	const struct osci_role_cert cert[] = {
		{ OSCI_CIPHER_ORIGINATOR, "originator_cipher_1",
		    fixture.own[ADDRESSEE].cert },
		{ OSCI_CIPHER_ADDRESSEE, "addressee_cipher_1",
		    fixture.own[ORIGINATOR].cert },
		{ OSCI_SIGN_ORIGINATOR, "originator_signature_1",
		    fixture.signer[ADDRESSEE].cert },
	};
	struct osci_answer answer = { .type = OSCI_RESPONSE_TO_PROCESS_DELIVERY,
		.control = explicit, .feedback = closed, .has_quality = true,
		.message_id = "reply", .cert = cert, .ncert = nitems(cert),
		.signer = &fixture.signer[ADDRESSEE] };
	struct buf *text;
	(void)state;

	text = round_trip(&a, "processed", &answer, NULL, &m);
	osci_fixture_vector(
	    &a, &fixture, "recipient/response-to-process-delivery-signed",
	    &other);
	assert_string_equal(
	    outline(&a, &m, false), outline(&a, &other, false));
	check_schema(&a, "processed", answer.type, buf_text(text), NULL);
	answer.subject = "Re: <x>";
	answer.ncert = 1; /* the signer's is put in by itself */
	text = round_trip(&a, "processed, subject", &answer, NULL, &m);
	check_schema(&a, "processed", answer.type, buf_text(text), NULL);
	assert_non_null(strstr(buf_text(text), "Re: &lt;x&gt;"));
	arena_free(&a);
}

/* A chunk on its way out, with the certificates of what it is a piece of. */
static void
test_chunk(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct crypto_spool *spool = crypto_spool_new(&a, "/tmp", 9999);
	struct osci_message stored, m, other;
	struct osci_answer answer = {
		.type = OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY,
		.control = explicit, .order = &by_id, .feedback = done,
		.message_id = "msg-0001", .content = &stored,
		.chunk = { .number = 1, .total_number = 3,
		    .total_size_kib = 3 },
		.chunk_bytes = spool, .chunk_offset = 2, .chunk_len = 5,
		.signer = &fixture.signer[INTERMEDIARY] };
	const struct osci_packet_part *part;
	char bytes[5];
	struct buf *text;
	(void)state;

	osci_fixture_vector(
	    &a, &fixture, "positive/store-plain-signed", &stored);
	assert_int_equal(crypto_spool_put(spool, "xxa\r\n--b", 8, &err), 0);
	text = round_trip(&a, "chunk", &answer, NULL, &m);
	osci_fixture_vector(&a, &fixture,
	    "responses/response-to-partial-fetch-delivery", &other);
	assert_string_equal(
	    outline(&a, &m, false), outline(&a, &other, false));
	assert_int_equal(
	    osci_chunk_part(&m, xml_first(m.body), &part, &err), 0);
	assert_int_equal(part->len, 5);
	assert_int_equal(crypto_spool_read(m.packet->spool, part->offset,
			     bytes, sizeof(bytes), &err),
	    0);
	assert_memory_equal(bytes, "a\r\n--", 5);
	check_schema(&a, "chunk", answer.type, buf_text(text), NULL);
	arena_free(&a);
}

/* ---- control blocks ---- */

static const struct {
	const char *name;
	enum osci_type type;
	struct osci_control given;
	bool has_challenge, has_conversation, has_sequence;
} controls[] = {
	{ "init", OSCI_RESPONSE_TO_INIT_DIALOG, { "r", "c", "1", 5 }, true,
	    true, false },
	{ "exit", OSCI_RESPONSE_TO_EXIT_DIALOG, { "r", "c", "1", 5 }, false,
	    true, true },
	{ "store, implicit", OSCI_RESPONSE_TO_STORE_DELIVERY,
	    { "r", NULL, "1", 0 }, false, true, true },
	{ "store, explicit", OSCI_RESPONSE_TO_STORE_DELIVERY,
	    { "r", "c", "1", 0 }, true, true, true },
	{ "fetch without dialog", OSCI_RESPONSE_TO_FETCH_DELIVERY,
	    { "r", NULL, NULL, -1 }, true, true, true },
	{ "accept", OSCI_RESPONSE_TO_ACCEPT_DELIVERY, { "r", "c", "1", 5 },
	    false, false, false },
	{ "process", OSCI_RESPONSE_TO_PROCESS_DELIVERY, { "r", "c", "1", 5 },
	    false, false, false },
};

static void
test_controls(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(controls); i++) {
		struct arena a = { 0 };
		struct osci_answer answer = { .type = controls[i].type,
			.control = controls[i].given, .feedback = closed,
			.signer = signer_of(controls[i].type) };
		struct osci_message m;

		(void)round_trip(&a, controls[i].name, &answer, NULL, &m);
		if ((m.control.challenge != NULL) !=
			controls[i].has_challenge ||
		    (m.control.conversation_id != NULL) !=
			controls[i].has_conversation ||
		    (m.control.sequence >= 0) != controls[i].has_sequence ||
		    strcmp(m.control.response, "r") != 0)
			fail_msg("%s: another control block",
			    controls[i].name);
		arena_free(&a);
	}
}

/* ---- algorithms ---- */

#define DSIG_2001 "http://www.w3.org/2001/04/xmldsig-more#"
#define DSIG_2007 "http://www.w3.org/2007/05/xmldsig-more#"
#define XENC "http://www.w3.org/2001/04/xmlenc#"

static const struct {
	bool is_ec;
	const char *method, *digest, *wrap;
} algorithms[] = {
	{ false, NULL, NULL, NULL },
	{ false, DSIG_2001 "rsa-sha512", XENC "sha512", "SHA512" },
	{ false, DSIG_2007 "sha256-rsa-MGF1", NULL, "SHA256" },
	{ false, DSIG_2007 "sha512-rsa-MGF1", XENC "sha512", "SHA512" },
	{ false, DSIG_2007 "sha3-256-rsa-MGF1", DSIG_2007 "sha3-256", NULL },
	{ false, DSIG_2007 "sha3-384-rsa-MGF1", DSIG_2007 "sha3-384", NULL },
	{ false, DSIG_2007 "sha3-512-rsa-MGF1", DSIG_2007 "sha3-512", NULL },
	{ true, NULL, NULL, NULL },
	{ true, DSIG_2001 "ecdsa-sha512", XENC "sha512", "SHA512" },
};

static void
test_algorithms(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(algorithms); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct osci_signer signer = fixture.signer[INTERMEDIARY];
		struct osci_answer answer = {
			.type = OSCI_RESPONSE_TO_STORE_DELIVERY,
			.control = explicit, .feedback = done, .card = &card,
			.signer = &signer };
		const char *name = algorithms[i].method != NULL
		    ? algorithms[i].method
		    : "by the key";
		struct osci_message m;
		struct osci_out *o;
		struct buf *text;

		if (algorithms[i].is_ec) {
			assert_int_equal(
			    osci_cert_read(&a,
				VECTORS "/keys/author_ec_sign.cert.pem",
				&signer.cert, &err),
			    0);
			assert_int_equal(
			    osci_key_read(&a,
				VECTORS "/keys/author_ec_sign.key.pem",
				&signer.key, &err),
			    0);
		}
		signer.method = algorithms[i].method;
		signer.digest = algorithms[i].digest;
		if (osci_answer_build(&a, &answer, texts,
			&osci_fixture_limits, &o, &err) == -1)
			fail_msg("%s: %s", name, err.msg);
		if (algorithms[i].wrap != NULL)
			osci_out_wrap_digest(o, algorithms[i].wrap);
		text = sent(&a, o, &fixture.own[ORIGINATOR].cert);
		assert_int_equal(
		    strstr(buf_text(text), "mgf1sha512") != NULL,
		    algorithms[i].wrap != NULL &&
			strcmp(algorithms[i].wrap, "SHA512") == 0);
		if (osci_fixture_read(&a, &fixture, buf_text(text),
			text->len, &m, &err) == -1 ||
		    osci_fixture_verify(&a, &m, &err) == -1)
			fail_msg("%s: %s %s", name, err.field, err.msg);
		arena_free(&a);
	}
}

/* ---- deliveries on their way through ---- */

/* Everything that signatures in the content are over, one behind the other:
 * contents, what is signed of signatures, encrypted data. */
static void
gather(struct buf *b, const struct xml_tree *t, const struct xml_node *n,
    const char *uri, const char *name)
{
	struct err err = { 0 };

	if (n->name == NULL)
		return;
	if (xml_is(n, uri, name) &&
	    xml_c14n(t, n, osci_fixture_append, b, &err) == -1)
		fail_msg("%s", err.msg);
	for (const struct xml_node *c = n->child; c != NULL; c = c->next)
		gather(b, t, c, uri, name);
}

static struct buf *
signed_bytes(struct arena *a, const struct osci_message *m)
{
	static const struct {
		const char *uri, *name;
	} what[] = { { OSCI_NS, "Content" }, { OSCI_NS_DS, "SignedInfo" },
		{ OSCI_NS_XENC, "EncryptedData" },
		{ OSCI_NS_XADES, "SignedProperties" } };
	struct buf *b = buf_new(a, 1 << 24);

	for (size_t i = 0; i < nitems(what); i++)
		gather(b, &m->packet->tree, m->body, what[i].uri,
		    what[i].name);
	return b;
}

/* What its reader finds: "code" or contents with those who signed them. */
static const char *
found(struct arena *a, const struct osci_message *m)
{
	static const struct osci_crypto_policy lenient = { true, true };
	struct buf *b = buf_new(a, 1 << 16);
	struct err err = { 0 };
	struct osci_content_in in;
	struct osci_certs certs;

	if (osci_certs_read(a, m, &certs, &err) == -1)
		fail_msg("%s", err.msg);
	if (osci_content_read(a, m, xml_first(m->body), &certs, fixture.own,
		PARTIES, &lenient, &osci_fixture_limits, &in, &err) == -1)
		return arena_printf(a, "refused: %s", err.field);
	for (size_t i = 0; i < in.ncontent; i++) {
		const struct osci_content *c = &in.content[i];

		buf_printf(b, "%s(%lld", c->id != NULL ? c->id : "-",
		    (long long)c->len);
		for (size_t k = 0; k < c->nsigner; k++)
			buf_printf(b, " %s", c->signer[k].cert->id);
		buf_puts(b, ")");
	}
	return buf_text(b);
}

static size_t relayed, with_signers;

static void
compare(const char *name, struct arena *a, const struct osci_message *before,
    const struct osci_message *after)
{
	struct buf *x = signed_bytes(a, before), *y = signed_bytes(a, after);

	if (x->len != y->len ||
	    memcmp(buf_text(x), buf_text(y), x->len) != 0)
		fail_msg("%s: what is signed has changed", name);
	if (strcmp(found(a, before), found(a, after)) != 0)
		fail_msg("%s: %s before, %s then", name, found(a, before),
		    found(a, after));
	assert_int_equal(before->packet->npart, after->packet->npart);
	for (size_t i = 0; i < before->packet->npart; i++) {
		assert_string_equal(before->packet->part[i].id,
		    after->packet->part[i].id);
		assert_string_equal(before->packet->part[i].type,
		    after->packet->part[i].type);
	}
	relayed++;
	with_signers += strstr(found(a, after), " author") != NULL;
}

static void
relay(const char *name)
{
	static const enum osci_type ways[] = {
		OSCI_RESPONSE_TO_FETCH_DELIVERY,
		OSCI_RESPONSE_TO_MEDIATE_DELIVERY
	};
	const struct osci_role_cert own[] = {
		{ OSCI_CIPHER_INTERMEDIARY, "intermed_cipher_1",
		    fixture.own[INTERMEDIARY].cert },
		{ OSCI_SIGN_INTERMEDIARY, "intermediary_signature_1",
		    fixture.signer[INTERMEDIARY].cert },
	};
	struct osci_request request = { .type = OSCI_ACCEPT_DELIVERY,
		.control = { NULL, "c", NULL, -1 }, .card = &card,
		.cert = own, .ncert = nitems(own),
		.signer = &fixture.signer[INTERMEDIARY] };
	struct arena a = { 0 };
	struct err err = { 0 };
	struct osci_message m, other;
	struct osci_out *o;
	struct buf *text;

	osci_fixture_vector(&a, &fixture, name, &m);
	if (m.type != OSCI_STORE_DELIVERY &&
	    m.type != OSCI_FORWARD_DELIVERY &&
	    m.type != OSCI_MEDIATE_DELIVERY) {
		arena_free(&a);
		return;
	}
	for (size_t i = 0; i < nitems(ways); i++) {
		const struct osci_answer answer = { .type = ways[i],
			.control = explicit, .feedback = done, .card = &card,
			.content = &m,
			.signer = &fixture.signer[INTERMEDIARY] };

		(void)round_trip(&a, name, &answer,
		    i == 0 ? NULL : &fixture.own[ORIGINATOR].cert, &other);
		compare(name, &a, &m, &other);
	}
	request.content = &m;
	if (osci_request_build(
		&a, &request, &osci_fixture_limits, &o, &err) == -1)
		fail_msg("%s: %s", name, err.msg);
	text = sent(&a, o, NULL);
	if (osci_fixture_read(
		&a, &fixture, buf_text(text), text->len, &other, &err) == -1 ||
	    osci_fixture_verify(&a, &other, &err) == -1)
		fail_msg("%s: %s %s", name, err.field, err.msg);
	compare(name, &a, &m, &other);
	arena_free(&a);
}

static void
test_relay(void **state)
{
	(void)state;
	(void)osci_fixture_each("positive", relay);
	print_message("%zu relayed, %zu with authors' signatures\n", relayed,
	    with_signers);
	assert_true(relayed > 90);
	assert_true(with_signers >= 15);
}

/* A StoreDelivery as some other client may write it: what stands on its
 * envelope, and in its package. */
static void
put_store(struct buf *b, const char *envelope_has, const char *certs,
    const char *package)
{
	buf_printf(b,
	    "<?xml version=\"1.0\"?><soap:Envelope" OSCI_XMLNS
	    "%s xsi:schemaLocation=\"" OSCI_NS_SOAP
	    " soapStoreDelivery.xsd\"><soap:Header><osci:ControlBlock "
	    "Id=\"1\"><osci:Challenge>x</osci:Challenge></osci:ControlBlock>"
	    "<osci:DesiredLanguages Id=\"2\" LanguagesList=\"de\"/>"
	    "<osci:QualityOfTimestamp Id=\"3\" Quality=\"plain\" "
	    "Service=\"creation\"/><osci:QualityOfTimestamp Id=\"4\" "
	    "Quality=\"plain\" Service=\"reception\"/><osci:storeDelivery "
	    "Id=\"5\"><osci:MessageId>YQ==</osci:MessageId>"
	    "</osci:storeDelivery><osci:NonIntermediaryCertificates Id=\"6\">"
	    "%s</osci:NonIntermediaryCertificates></soap:Header>"
	    "<soap:Body Id=\"7\"><osci:ContentPackage>%s"
	    "</osci:ContentPackage></soap:Body></soap:Envelope>",
	    envelope_has, certs, package);
}

/* What else is in scope on the envelope goes along with the content. */
static void
test_context(void **state)
{
	static const char *const has[] = { "", " xmlns:x=\"urn:x\"",
		" xmlns=\"urn:y\"", " xml:lang=\"de\"",
		" xmlns:a=\"urn:a\" xmlns:zz=\"urn:z\" xml:space=\"preserve\"" };
	(void)state;

	for (size_t i = 0; i < nitems(has); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *b = buf_new(&a, 1 << 20);
		struct osci_message m, other;
		const struct osci_answer answer = {
			.type = OSCI_RESPONSE_TO_FETCH_DELIVERY,
			.control = explicit, .feedback = done,
			.card = &card, .content = &m,
			.signer = &fixture.signer[INTERMEDIARY] };

		put_store(b, has[i], "",
		    "<osci:ContentContainer Id=\"c\"><osci:Content Id=\"d\" "
		    "href=\"cid:x\"/> <osci:Content><osci:Base64Content "
		    "Id=\"e\">YQ==&#13;</osci:Base64Content></osci:Content>"
		    "</osci:ContentContainer>");
		if (osci_fixture_read(
			&a, &fixture, buf_text(b), b->len, &m, &err) == -1)
			fail_msg("%s: %s", has[i], err.msg);
		(void)round_trip(&a, has[i], &answer, NULL, &other);
		compare(has[i], &a, &m, &other);
		arena_free(&a);
	}
}

/* Content whose Ids are those that our blocks would have. */
static void
test_collisions(void **state)
{
	static const char *const ids[] = { "body", "controlblock",
		"suppliersignature", "responsetofetchdelivery",
		"intermediarycertificates", "nonintermediarycertificates",
		"featuredescription", "intermediary_signature_1" };
	struct arena a = { 0 };
	struct err err = { 0 };
	struct buf *b = buf_new(&a, 1 << 20), *certs = buf_new(&a, 1 << 16);
	struct buf *package = buf_new(&a, 1 << 16);
	const struct osci_role_cert sender = { OSCI_CIPHER_ADDRESSEE,
		"suppliersignature-x", fixture.own[ADDRESSEE].cert };
	const struct osci_answer answer = {
		.type = OSCI_RESPONSE_TO_FETCH_DELIVERY, .control = explicit,
		.feedback = done, .card = &card, .features = &limits,
		.signer = &fixture.signer[INTERMEDIARY] };
	struct osci_answer with = answer;
	struct osci_message m, other;
	struct osci_certs after;
	(void)state;

	osci_certs_put(certs, &sender, 1);
	for (size_t i = 0; i < nitems(ids); i++)
		buf_printf(package,
		    "<osci:ContentContainer Id=\"%s\"><osci:Content>"
		    "<osci:Base64Content Id=\"content%zu\">YQ=="
		    "</osci:Base64Content></osci:Content>"
		    "</osci:ContentContainer>",
		    ids[i], i);
	put_store(b, "", buf_text(certs), buf_text(package));
	if (osci_fixture_read(
		&a, &fixture, buf_text(b), b->len, &m, &err) == -1)
		fail_msg("%s %s", err.field, err.msg);
	with.content = &m;
	(void)round_trip(&a, "collisions", &with, NULL, &other);
	compare("collisions", &a, &m, &other);
	assert_int_equal(osci_certs_read(&a, &other, &after, &err), 0);
	assert_non_null(osci_certs_by_id(&after, "suppliersignature-x"));
	for (size_t i = 0; i < other.nblock; i++)
		for (size_t k = 0; k < nitems(ids); k++)
			assert_string_not_equal(other.block[i].id, ids[k]);
	/* without such content they are what the library calls them */
	(void)round_trip(&a, "usual", &answer, NULL, &other);
	assert_string_equal(other.block[0].id, "controlblock");
	assert_string_equal(other.body_id, "body");
	arena_free(&a);
}

/* A certificate that an answer must not have stays behind. */
static void
test_roles(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct osci_message m, stored;
	struct osci_certs certs;
	struct osci_answer reply = { .type = OSCI_RESPONSE_TO_PROCESS_DELIVERY,
		.control = explicit, .feedback = closed,
		.signer = &fixture.signer[ADDRESSEE] };
	const struct osci_role_cert cert[] = {
		{ OSCI_SIGN_ADDRESSEE, "a", fixture.signer[ORIGINATOR].cert },
	};
	struct osci_answer answer = { .type = OSCI_RESPONSE_TO_FETCH_DELIVERY,
		.control = explicit, .feedback = done, .content = &stored,
		.signer = &fixture.signer[INTERMEDIARY] };
	(void)state;

	reply.cert = cert;
	reply.ncert = 1;
	(void)round_trip(&a, "reply", &reply, NULL, &stored);
	(void)round_trip(&a, "fetched", &answer, NULL, &m);
	assert_int_equal(osci_certs_read(&a, &m, &certs, &err), 0);
	assert_null(certs.by_role[OSCI_SIGN_ADDRESSEE]);
	assert_non_null(certs.by_role[OSCI_SIGN_ORIGINATOR]);
	arena_free(&a);
}

/* ---- faults ---- */

static void
test_faults(void **state)
{
	static const char *const codes[] = { "9000", "9100", "9200", "9201",
		"9202", "9300", "9400", "9500", "9501", "9502", "9503" };
	(void)state;

	for (size_t i = 0; i < nitems(codes); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *b = buf_new(&a, 1 << 16);
		bool is_server = strcmp(codes[i], "9000") == 0 ||
		    strcmp(codes[i], "9503") == 0;
		struct osci_message m;

		osci_fault_put(b, &a, codes[i], texts);
		if (osci_fixture_read(&a, &fixture, buf_text(b), b->len, &m,
			&err) == -1)
			fail_msg("%s: %s", codes[i], err.msg);
		assert_int_equal(m.type, OSCI_FAULT);
		assert_string_equal(osci_fault_code(&a, &m), codes[i]);
		assert_non_null(strstr(buf_text(b),
		    is_server ? "<faultcode>soap:Server</faultcode>"
			      : "<faultcode>soap:Client</faultcode>"));
		assert_null(strstr(buf_text(b), "schemaLocation"));
		assert_null(strstr(buf_text(b), "osci.9"));
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_processed),
		cmocka_unit_test(test_chunk),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_algorithms),
		cmocka_unit_test(test_relay),
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_collisions),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
