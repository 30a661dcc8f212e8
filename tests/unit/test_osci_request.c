/*
 * Requests of OSCI-Transport 1.2: what we build is read back as it was meant,
 * and written as the official client writes it.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "common/osci/osci_content.h"
#include "common/osci/osci_request.h"
#include "osci_vectors.h"

static const char *const two_ids[] = { "a,b", "\xc3\xa4" };
static const int64_t received[] = { 1, 3 };

#define DAY 1704063600000 /* 2023-12-31T23:00:00Z */

static const struct osci_card card = { .message_id = "of <the> card",
	.creation_ms = DAY, .forwarding_ms = DAY + 1000,
	.modification_ms = DAY + 1000, .subject = "S & T" };

static const struct {
	const char *name;
	struct osci_request request;
} cases[] = {
	{ "InitDialog",
	    { .type = OSCI_INIT_DIALOG, .control = { .sequence = -1 } } },
	{ "ExitDialog",
	    { .type = OSCI_EXIT_DIALOG,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 7 } } },
	{ "GetMessageId",
	    { .type = OSCI_GET_MESSAGE_ID, .control = { .sequence = 0 } } },
	{ "StoreDelivery",
	    { .type = OSCI_STORE_DELIVERY,
		.control = { .sequence = 0 },
		.message_id = "m",
		.subject = "a < b & \"c\"\r" } },
	{ "FetchDelivery, any",
	    { .type = OSCI_FETCH_DELIVERY,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 0 } } },
	{ "FetchDelivery by id",
	    { .type = OSCI_FETCH_DELIVERY,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 0 },
		.selection = { .by = OSCI_SELECT_IDS, .id = two_ids,
		    .nid = 1 } } },
	{ "FetchDelivery by time",
	    { .type = OSCI_FETCH_DELIVERY,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 0 },
		.selection = { .by = OSCI_SELECT_RECEPTION,
		    .from_ms = DAY } } },
	{ "FetchProcessCard by ids",
	    { .type = OSCI_FETCH_PROCESS_CARD,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 0 },
		.selection = { .by = OSCI_SELECT_IDS, .id = two_ids,
		    .nid = 2, .limit = 5 } } },
	{ "FetchProcessCard by change",
	    { .type = OSCI_FETCH_PROCESS_CARD,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 0 },
		.selection = { .by = OSCI_SELECT_MODIFICATION,
		    .from_ms = DAY, .no_reception = true,
		    .role = OSCI_SELECT_ORIGINATOR } } },
	{ "ForwardDelivery",
	    { .type = OSCI_FORWARD_DELIVERY,
		.control = { .sequence = 0 },
		.message_id = "m",
		.receiver = "https://x.example/?a=1&b=\"2\"" } },
	{ "MediateDelivery",
	    { .type = OSCI_MEDIATE_DELIVERY,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 0 },
		.receiver = "https://x.example/" } },
	{ "MediateDelivery with process cards",
	    { .type = OSCI_MEDIATE_DELIVERY,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 0 },
		.message_id = "m",
		.has_quality = true,
		.receiver = "https://x.example/" } },
	{ "AcceptDelivery",
	    { .type = OSCI_ACCEPT_DELIVERY, .control = { .sequence = -1 },
		.card = &card } },
	{ "ProcessDelivery",
	    { .type = OSCI_PROCESS_DELIVERY, .control = { .sequence = -1 },
		.card = &card, .response_message_id = "reply" } },
	{ "ProcessDelivery without a card",
	    { .type = OSCI_PROCESS_DELIVERY,
		.control = { .sequence = -1 } } },
	{ "PartialStoreDelivery",
	    { .type = OSCI_PARTIAL_STORE_DELIVERY,
		.control = { .sequence = 0 },
		.message_id = "m_Partial",
		.chunk = { .number = 2, .size_kib = 1, .total_number = 3,
		    .total_size_kib = 2 } } },
	{ "PartialStoreDelivery, InfoOnly",
	    { .type = OSCI_PARTIAL_STORE_DELIVERY,
		.control = { .sequence = 0 },
		.message_id = "m_Partial",
		.chunk = { .is_info_only = true } } },
	{ "PartialFetchDelivery",
	    { .type = OSCI_PARTIAL_FETCH_DELIVERY,
		.control = { .response = "r", .conversation_id = "12",
		    .sequence = 4 },
		.selection = { .by = OSCI_SELECT_IDS, .id = two_ids,
		    .nid = 1 },
		.chunk = { .number = 2, .size_kib = 8,
		    .received = received, .nreceived = 2 } } },
};

static void
same(const char *name, const char *want, const char *got)
{
	if ((want == NULL) != (got == NULL) ||
	    (want != NULL && strcmp(want, got) != 0))
		fail_msg("%s: \"%s\", not \"%s\"", name,
		    got == NULL ? "-" : got, want == NULL ? "-" : want);
}

static void
compare(const char *name, const struct osci_request *want,
    const struct osci_message *m, const struct osci_order *got)
{
	same(name, want->control.conversation_id,
	    m->control.conversation_id);
	same(name, want->control.response, m->control.response);
	same(name, want->control.challenge, m->control.challenge);
	assert_int_equal(want->control.sequence, m->control.sequence);
	same(name, want->message_id, got->message_id);
	same(name, want->subject, got->subject);
	same(name, want->receiver, got->receiver);
	same(name, want->response_message_id, got->response_message_id);
	assert_int_equal(want->card != NULL, got->has_card);
	if (got->has_card) {
		same(name, want->card->message_id, got->card.message_id);
		same(name, want->card->subject, got->card.subject);
		assert_true(
		    want->card->forwarding_ms == got->card.forwarding_ms);
	}
	assert_int_equal(want->selection.by, got->selection.by);
	assert_int_equal(want->selection.nid, got->selection.nid);
	for (size_t i = 0; i < got->selection.nid; i++)
		same(name, want->selection.id[i], got->selection.id[i]);
	assert_true(want->selection.from_ms == got->selection.from_ms);
	assert_int_equal(
	    want->selection.no_reception, got->selection.no_reception);
	assert_int_equal(want->selection.role, got->selection.role);
	assert_int_equal(want->chunk.is_info_only, got->chunk.is_info_only);
	assert_int_equal(want->chunk.number, got->chunk.number);
	assert_int_equal(want->chunk.nreceived, got->chunk.nreceived);
	assert_int_equal(want->chunk.total_number, got->chunk.total_number);
}

static void
build(struct arena *a, struct osci_request *request, struct buf *text,
    const struct osci_cert *cipher)
{
	static const struct osci_features features = { 0 };
	bool of_intermediary = request->type == OSCI_ACCEPT_DELIVERY ||
	    request->type == OSCI_PROCESS_DELIVERY;
	const struct osci_role_cert all[] = {
		{ OSCI_CIPHER_ORIGINATOR, "originator_cipher_1",
		    vector.cipher[ORIGINATOR].cert },
		{ OSCI_CIPHER_ADDRESSEE, "addressee_cipher_1",
		    vector.cipher[ADDRESSEE].cert },
		{ OSCI_SIGN_ORIGINATOR, "originator_signature_1",
		    vector.sign[ORIGINATOR].cert },
		{ OSCI_SIGN_INTERMEDIARY, "intermed_signature_1",
		    vector.sign[INTERMEDIARY].cert },
		{ OSCI_CIPHER_INTERMEDIARY, "intermed_cipher_1",
		    vector.cipher[INTERMEDIARY].cert },
	};
	const struct osci_signer signer = {
		of_intermediary ? all[3].cert : all[2].cert,
		of_intermediary ? vector.sign[INTERMEDIARY].key
				: vector.sign[ORIGINATOR].key,
		of_intermediary ? all[3].id : all[2].id, NULL, NULL };
	struct osci_role_cert *cert =
	    arena_new(a, struct osci_role_cert, nitems(all));
	struct crypto_spool *chunk = crypto_spool_new(a, "/tmp", 9999);
	struct osci_out *out;
	struct err err = { 0 };

	request->cert = cert;
	for (size_t i = 0; i < nitems(all); i++)
		if ((osci_roles_of(request->type) >> all[i].role & 1) != 0)
			cert[request->ncert++] = all[i];
	request->signer = &signer;
	request->features = &features;
	assert_int_equal(crypto_spool_put(chunk, "--x\r\n", 5, &err), 0);
	if (request->chunk.number > 0 &&
	    request->type == OSCI_PARTIAL_STORE_DELIVERY) {
		request->chunk_bytes = chunk;
		request->chunk_len = 5;
	}
	if (osci_request_build(a, request, &vector_limits, &out, &err) ==
		-1 ||
	    osci_out_send(
		out, cipher, (osci_sink)buf_append, text, &err) == -1)
		fail_msg("%s: %s", osci_type_name(request->type), err.msg);
}

static void
test_each(void **state)
{
	(void)state;
	if (!has_vectors())
		skip();
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena a = { 0 };
		struct buf *text = buf_new(&a, 1 << 22);
		struct osci_request request = cases[i].request;
		struct osci_message m;
		struct osci_order order;
		struct err err = { 0 };

		request.control.challenge = osci_challenge(&a);
		build(&a, &request, text,
		    i % 2 == 0 ? &vector.cipher[INTERMEDIARY].cert : NULL);
		if (read_vector(
			&a, buf_text(text), text->len, &m, &err) == -1 ||
		    verify_vector(&a, &m, &err) == -1 ||
		    osci_order_read(&a, &m, &order, &err) == -1)
			fail_msg("%s: %s %s", cases[i].name, err.field,
			    err.msg);
		assert_int_equal(m.type, request.type);
		compare(cases[i].name, &request, &m, &order);
		arena_free(&a);
	}
}

/* ---- what is passed on ---- */

static void
check_passed(struct arena *a, const char *name, const char *text, size_t len)
{
	struct osci_role_cert cert[] = {
		{ OSCI_SIGN_INTERMEDIARY, "intermed_signature_1",
		    vector.sign[INTERMEDIARY].cert },
		{ OSCI_CIPHER_INTERMEDIARY, "intermed_cipher_1",
		    vector.cipher[INTERMEDIARY].cert },
	};
	const struct osci_signer signer = { cert[0].cert,
		vector.sign[INTERMEDIARY].key, cert[0].id, NULL, NULL };
	struct osci_message m, passed;
	struct osci_certs *certs = arena_new(a, struct osci_certs, 1);
	struct osci_content_in in;
	struct buf *out_text = buf_new(a, 1 << 24);
	struct osci_out *out;
	struct err err = { 0 };
	struct osci_request request = { .type = OSCI_ACCEPT_DELIVERY,
		.control = { .challenge = "c", .sequence = -1 },
		.card = &card,
		.cert = cert,
		.ncert = nitems(cert),
		.content = &m,
		.signer = &signer };

	if (read_vector(a, text, len, &m, &err) == -1)
		fail_msg("%s: %s", name, err.msg);
	if (m.type != OSCI_STORE_DELIVERY &&
	    m.type != OSCI_FORWARD_DELIVERY &&
	    m.type != OSCI_MEDIATE_DELIVERY)
		return;
	if (osci_request_build(a, &request, &vector_limits, &out, &err) ==
		-1 ||
	    osci_out_send(out, NULL, (osci_sink)buf_append, out_text, &err) ==
		-1 ||
	    read_vector(a, buf_text(out_text), out_text->len, &passed,
		&err) == -1 ||
	    verify_vector(a, &passed, &err) == -1 ||
	    osci_certs_read(a, &passed, certs, &err) == -1 ||
	    osci_content_read(a, &passed, xml_first(passed.body), certs,
		vector.cipher, VECTOR_KEYS, &vector_policy, &vector_limits,
		&in, &err) == -1)
		fail_msg("%s passed on: %s %s", name, err.field, err.msg);
	if (strstr(name, "author-signed") != NULL)
		assert_int_equal(in.content[0].nsigner, 1);
}

static void
test_passed(void **state)
{
	(void)state;
	if (!has_vectors())
		skip();
	assert_true(each_vector(VECTORS "/positive", check_passed) > 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_passed),
	};

	return cmocka_run_group_tests(
	    tests, set_up_vectors, tear_down_vectors);
}
