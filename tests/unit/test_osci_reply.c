/*
 * What an intermediary, or a recipient, answers: every answer of the official
 * library is read; what does not belong to the request is refused.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "common/osci/osci_reply.h"
#include "osci_vectors.h"

static const struct {
	const char *name, *code, *message_id;
	bool has_card;
	int64_t chunk;
	size_t nentry, ninside, ncards, nreceived;
} answers[] = {
	{ "response-to-init-dialog", "0801", NULL, false, 0, 1, 0, 0,
	    0 },
	{ "response-to-init-dialog-encrypted", "0801", NULL, false, 0,
	    1, 0, 0, 0 },
	{ "response-to-exit-dialog", "0800", NULL, false, 0, 1, 0, 0,
	    0 },
	{ "response-to-get-message-id", "0801", "msg-0001", false, 0,
	    1, 0, 0, 0 },
	{ "response-to-store-delivery", "0801", NULL, true, 0, 1, 0,
	    0, 0 },
	{ "response-to-store-delivery-9801", "9801", NULL, false, 0, 1,
	    0, 0, 0 },
	{ "response-to-fetch-delivery", "0801", NULL, true, 0, 2, 0,
	    0, 0 },
	{ "response-to-fetch-delivery-9803", "9803", NULL, false, 0,
	    1, 0, 0, 0 },
	{ "response-to-fetch-process-card", "0801", NULL, false, 0, 1,
	    0, 1, 0 },
	{ "response-to-partial-fetch-delivery", "0801", "msg-0001", false, 1, 1, 0, 0, 0 },
	{ "response-to-partial-store-delivery", "0801", NULL, false, 1,
	    1, 0, 0, 1 },
	{ "response-to-partial-store-delivery-last", "0801", NULL, true, 2, 2, 1, 0, 2 },
	{ "response-to-accept-delivery-signed", "0800", NULL, false,
	    0, 1, 0, 0, 0 },
	{ "response-to-accept-delivery-encrypted", "0800", NULL, false,
	    0, 1, 0, 0, 0 },
	{ "response-to-process-delivery-signed", "0800",
	    "msg-vec-p-reply", false, 0, 1, 0, 0, 0 },
	{ "response-to-process-delivery-encrypted", "0800",
	    "msg-vec-p-reply", false, 0, 1, 0, 0, 0 },
};

static size_t seen, faults;

static void
check_answer(struct arena *a, const char *file, const char *text, size_t len)
{
	struct osci_message m;
	struct osci_reply r;
	struct err err = { 0 };
	size_t i;

	if (strncmp(file, "fault-", 6) == 0) {
		assert_int_equal(read_vector(a, text, len, &m, &err), 0);
		assert_int_equal(m.type, OSCI_FAULT);
		assert_non_null(strstr(file, osci_fault_code(a, &m)));
		faults++;
		return;
	}
	if (strncmp(file, "response-", 9) != 0)
		return;
	for (i = 0; i < nitems(answers); i++)
		if (strncmp(file, answers[i].name,
			strlen(answers[i].name)) == 0 &&
		    strcmp(file + strlen(answers[i].name), ".http") == 0)
			break;
	if (i == nitems(answers))
		fail_msg("%s is not in the table", file);
	if (read_vector(a, text, len, &m, &err) == -1 ||
	    osci_reply_read(a, &m, &r, &err) == -1)
		fail_msg("%s: %s %s", file, err.field, err.msg);
	assert_string_equal(r.entry[0].code, answers[i].code);
	assert_int_equal(r.nentry, answers[i].nentry);
	assert_int_equal(r.ninside, answers[i].ninside);
	if (answers[i].message_id == NULL)
		assert_null(r.message_id);
	else
		assert_string_equal(r.message_id, answers[i].message_id);
	assert_int_equal(r.has_card, answers[i].has_card);
	if (r.has_card)
		assert_string_equal(r.card.message_id, "msg-0001");
	assert_int_equal(r.ncards, answers[i].ncards);
	assert_int_equal(r.chunk.number, answers[i].chunk);
	assert_int_equal(r.chunk.nreceived, answers[i].nreceived);
	assert_int_equal(r.chunk_part != NULL,
	    strstr(file, "partial-fetch") != NULL);
	seen++;
}

static void
test_answers(void **state)
{
	(void)state;
	if (!has_vectors())
		skip();
	seen = faults = 0;
	(void)each_vector(VECTORS "/responses", check_answer);
	(void)each_vector(VECTORS "/recipient", check_answer);
	assert_int_equal(seen, nitems(answers));
	assert_int_equal(faults, 2);
}

/* ---- matching ---- */

static const struct {
	const char *name;
	enum osci_type request, answer;
	struct osci_control sent, got;
	bool fits;
} matches[] = {
	{ "init", OSCI_INIT_DIALOG, OSCI_RESPONSE_TO_INIT_DIALOG,
	    { NULL, "c", NULL, -1 }, { "c", "d", "1", -1 }, true },
	{ "init, another Response", OSCI_INIT_DIALOG,
	    OSCI_RESPONSE_TO_INIT_DIALOG, { NULL, "c", NULL, -1 },
	    { "C", "d", "1", -1 }, false },
	{ "init, no Response", OSCI_INIT_DIALOG,
	    OSCI_RESPONSE_TO_INIT_DIALOG, { NULL, "c", NULL, -1 },
	    { NULL, "d", "1", -1 }, false },
	{ "init, no ConversationId", OSCI_INIT_DIALOG,
	    OSCI_RESPONSE_TO_INIT_DIALOG, { NULL, "c", NULL, -1 },
	    { "c", "d", NULL, -1 }, false },
	{ "init, no Challenge", OSCI_INIT_DIALOG,
	    OSCI_RESPONSE_TO_INIT_DIALOG, { NULL, "c", NULL, -1 },
	    { "c", NULL, "1", -1 }, false },
	{ "of another type", OSCI_INIT_DIALOG,
	    OSCI_RESPONSE_TO_EXIT_DIALOG, { NULL, "c", NULL, -1 },
	    { "c", "d", "1", -1 }, false },
	{ "fetch", OSCI_FETCH_DELIVERY, OSCI_RESPONSE_TO_FETCH_DELIVERY,
	    { "a", "c", "1", 3 }, { "c", "d", "1", 3 }, true },
	{ "fetch, another dialog", OSCI_FETCH_DELIVERY,
	    OSCI_RESPONSE_TO_FETCH_DELIVERY, { "a", "c", "1", 3 },
	    { "c", "d", "2", 3 }, false },
	{ "fetch, no dialog", OSCI_FETCH_DELIVERY,
	    OSCI_RESPONSE_TO_FETCH_DELIVERY, { "a", "c", "1", 3 },
	    { "c", "d", NULL, 3 }, false },
	{ "fetch, an older answer", OSCI_FETCH_DELIVERY,
	    OSCI_RESPONSE_TO_FETCH_DELIVERY, { "a", "c", "1", 3 },
	    { "c", "d", "1", 2 }, false },
	{ "fetch, no number", OSCI_FETCH_DELIVERY,
	    OSCI_RESPONSE_TO_FETCH_DELIVERY, { "a", "c", "1", 3 },
	    { "c", "d", "1", -1 }, false },
	{ "a whole delivery for a chunk", OSCI_PARTIAL_FETCH_DELIVERY,
	    OSCI_RESPONSE_TO_FETCH_DELIVERY, { "a", "c", "1", 3 },
	    { "c", "d", "1", 3 }, true },
	{ "a chunk for a delivery", OSCI_FETCH_DELIVERY,
	    OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY, { "a", "c", "1", 3 },
	    { "c", "d", "1", 3 }, false },
	{ "exit", OSCI_EXIT_DIALOG, OSCI_RESPONSE_TO_EXIT_DIALOG,
	    { "a", "c", "1", 3 }, { "c", NULL, "1", 3 }, true },
	{ "exit that goes on", OSCI_EXIT_DIALOG,
	    OSCI_RESPONSE_TO_EXIT_DIALOG, { "a", "c", "1", 3 },
	    { "c", "d", "1", 3 }, false },
	{ "implicit", OSCI_STORE_DELIVERY, OSCI_RESPONSE_TO_STORE_DELIVERY,
	    { NULL, "c", NULL, 0 }, { "c", NULL, "9", 0 }, true },
	{ "implicit, with a Challenge", OSCI_STORE_DELIVERY,
	    OSCI_RESPONSE_TO_STORE_DELIVERY, { NULL, "c", NULL, 0 },
	    { "c", "d", "9", 0 }, true },
	{ "accept", OSCI_ACCEPT_DELIVERY, OSCI_RESPONSE_TO_ACCEPT_DELIVERY,
	    { NULL, "c", NULL, -1 }, { "c", NULL, NULL, -1 }, true },
};

static void
test_match(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(matches); i++) {
		const struct osci_message m = { .type = matches[i].answer,
			.control = matches[i].got };
		struct err err = { 0 };
		int rc = osci_reply_match(
		    matches[i].request, &matches[i].sent, &m, &err);

		if ((rc == 0) != matches[i].fits)
			fail_msg("%s: %d", matches[i].name, rc);
		if (rc == -1)
			assert_string_equal(err.field, "9400");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(
	    tests, set_up_vectors, tear_down_vectors);
}
