/*
 * Outgoing transfers, one step after the other, each written down before the
 * next: built, id reserved, sent, accepted, forwarded, received. Between sent
 * and accepted nobody knows; then the intermediary's process card decides, so
 * that nothing is sent twice.
 */
#include "common/date.h"
#include "common/id.h"
#include "common/json.h"
#include "common/log.h"
#include "common/osci/osci_erase_store.h"
#include "common/osci/osci_partner_store.h"
#include "common/stand_in.h"
#include "courier/osci.h"

#define BATCH 4
#define FOLLOW_MAX 40 /* looks at a process card, more than a week of them */
#define PRIVATE_MAX ((size_t)64 << 10)
#define SPOOL_DIR "/tmp"

static const struct json_limits private_limits = { .bytes = PRIVATE_MAX,
	.depth = 8,
	.nodes = 1000 };

/* One that is worked on. */
struct job {
	struct osci_work *work;
	struct arena *arena;
	struct osci_transfer_row row;
	struct osci_exchange exchange;
	struct osci_partner partner;
	const char *subject; /* NULL: none */
};

/* ---- writing down ---- */

static int
job_note(struct job *j, const struct osci_transfer_change *as,
    struct err *err)
{
	struct osci_transfer_change c = *as;

	c.id = j->row.is.id;
	c.claimer = j->work->name;
	if (c.code == NULL)
		c.code = "";
	if (c.note == NULL)
		c.note = "";
	j->row.is.state = c.state;
	return osci_transfer_change(
	    j->work->db, j->arena, &c, date_now_ms(), err);
}

static int
job_fail(struct job *j, const char *code, const char *why,
    struct err *err)
{
	log_error("osci transfer %s: given up: %s",
	    id_hex(j->arena, &j->row.is.id), why);
	return job_note(j,
	    &(struct osci_transfer_change){ .state = OSCI_TRANSFER_FAILED,
		.code = code,
		.note = why },
	    err);
}

static int
job_later(struct job *j, enum osci_transfer_state state,
    const char *code, const char *why, struct err *err)
{
	const struct osci_transfer *t = &j->row.is;

	if (t->attempts >= (uint64_t)j->work->config->osci_attempts)
		return job_fail(j, code, why, err);
	log_warn("osci transfer %s: attempt %u failed, again later: %s",
	    id_hex(j->arena, &t->id), t->attempts, why);
	return job_note(j,
	    &(struct osci_transfer_change){ .state = state,
		.next_ms = date_now_ms() + osci_wait_ms(t->attempts),
		.code = code,
		.note = why },
	    err);
}

/* What went wrong, by the code that it has. */
static int
trouble(struct job *j, enum osci_transfer_state state,
    const struct err *why, struct err *err)
{
	const char *code = strlen(why->field) == 4 ? why->field : "";

	return job_later(j, state, code, why->msg, err);
}

/* ---- following ---- */

static int
job_accepted(struct job *j, const struct osci_card *card,
    const char *code, const char *note, struct err *err)
{
	enum osci_transfer_state state = OSCI_TRANSFER_ACCEPTED, before =
	    j->row.is.state;
	struct osci_transfer_change c;
	int64_t now_ms = date_now_ms();
	uint32_t attempts = 0;

	if (card->forwarding_ms != 0)
		state = OSCI_TRANSFER_FORWARDED;
	if (card->reception_ms != 0)
		state = OSCI_TRANSFER_RECEIVED;
	if (state == before)
		attempts = j->row.is.attempts;
	c = (struct osci_transfer_change){ .state = state,
		.next_ms = state == OSCI_TRANSFER_RECEIVED ||
			attempts >= FOLLOW_MAX
		    ? 0
		    : date_now_ms() + osci_wait_ms(attempts + 1),
		.resets_attempts = state != before,
		.is_silent = state == before,
		.creation_ms = card->creation_ms,
		.forwarding_ms = card->forwarding_ms,
		.reception_ms = card->reception_ms,
		.code = code,
		.note = note };
	if (state != before)
		log_info("osci transfer %s: %s",
		    id_hex(j->arena, &j->row.is.id),
		    osci_transfer_state_name(state));
	if (job_note(j, &c, err) == -1)
		return -1;
	if (before < OSCI_TRANSFER_ACCEPTED &&
	    osci_frozen_drop(j->work->db, &j->row.is.id, err) == -1)
		return -1;
	return before < OSCI_TRANSFER_ACCEPTED
	    ? osci_fetch_sent(j->work->db, j->row.is.town_id,
		  j->row.is.identity, now_ms, now_ms + OSCI_SOON_MS, err)
	    : 0;
}

/* *found: there is a process card, with the delivery's own times. */
static int
ask_card(struct job *j, bool *found, struct osci_card *card,
    struct err *err)
{
	const struct osci_request request = {
		.type = OSCI_FETCH_PROCESS_CARD,
		.selection = { .by = OSCI_SELECT_IDS,
		    .id = &j->row.is.message_id,
		    .nid = 1,
		    .limit = -1 },
	};
	struct osci_client *client = j->exchange.client;
	struct osci_client_answer answer;
	struct err ignored = { 0 };

	*found = false;
	if (osci_client_begin(client, err) == -1 ||
	    osci_client_call(client, j->arena, &request, &answer, err) == -1)
		return -1;
	(void)osci_client_end(client, &ignored);
	if (strcmp(answer.code, "9804") == 0)
		return 0;
	if (!answer.is_good)
		return err_set(err, ERR_IO,
		    "asked for the process card: %s", answer.code);
	for (size_t i = 0; i < answer.reply.ncards; i++)
		if (strcmp(answer.reply.cards[i].message_id,
			j->row.is.message_id) == 0) {
			*card = answer.reply.cards[i];
			*found = true;
		}
	return *found ? 0
		      : err_set(err, ERR_IO,
			    "asked for the process card, got others");
}

static int
follow(struct job *j, struct err *err)
{
	enum osci_transfer_state state = j->row.is.state;
	struct err why = { 0 };
	struct osci_card card;
	bool found;

	if (ask_card(j, &found, &card, &why) == 0 && found)
		return job_accepted(j, &card, "", "", err);
	/* it is there, whatever they say now: look again, or leave it */
	return job_note(j,
	    &(struct osci_transfer_change){ .state = state,
		.next_ms = j->row.is.attempts >= FOLLOW_MAX
		    ? 0
		    : date_now_ms() + osci_wait_ms(j->row.is.attempts),
		.is_silent = true },
	    err);
}

/* ---- the content ---- */

static const struct osci_role_cert *
addressee(struct job *j)
{
	struct osci_role_cert *c =
	    arena_new(j->arena, struct osci_role_cert, 1);

	*c = (struct osci_role_cert){ OSCI_CIPHER_ADDRESSEE,
		arena_printf(j->arena, "addressee_cipher_%s",
		    id_hex_bytes(j->arena, j->partner.cipher.sha256,
			CRYPTO_DIGEST_LEN)),
		j->partner.cipher };
	return c;
}

static int
read_contents(struct job *j, struct osci_content **out, size_t *n,
    struct err *err)
{
	struct crypto_spool *bytes;
	struct osci_content *content;
	const cJSON *list, *item;
	int64_t at = 0;
	cJSON *json;
	char *text;
	size_t len;

	if (osci_transfer_private(j->arena, j->exchange.town, &j->row, &text,
		&len, err) == -1 ||
	    json_parse(j->arena, text, len, &private_limits, &json, err) ==
		-1 ||
	    osci_transfer_bytes(j->work->db, j->arena, j->exchange.town,
		&j->row, OSCI_PIECE_BYTES, SPOOL_DIR, &bytes, err) == -1)
		return -1;
	j->subject = json_string(json, "subject");
	list = json_array(json, "contents");
	*out = content = arena_new(
	    j->arena, struct osci_content, OSCI_TRANSFER_CONTENTS_MAX);
	*n = 0;
	cJSON_ArrayForEach(item, list) {
		struct osci_content *c = &content[(*n)++];

		*c = (struct osci_content){ .part = json_string(item, "part"),
			.type = json_string(item, "type"),
			.spool = bytes,
			.offset = at,
			.len = json_int(item, "len", 0, INT64_MAX, 0) };
		at += c->len;
	}
	return at == j->row.is.size
	    ? 0
	    : err_set(err, ERR_CRYPTO, "the contents are not whole");
}

/* What stands in for a message that is not public goes to simulators alone,
 * whoever wrote it down. */
static int
check_stand_in(struct job *j, const struct osci_content *content, size_t n,
    struct err *err)
{
	bool is_one = false;

	for (size_t i = 0; i < n && !is_one; i++)
		if (stand_in_holds(content[i].spool, content[i].offset,
			content[i].len, &is_one, err) == -1)
			return -1;
	return is_one ? stand_in_check(
			    j->work->config, j->partner.dvdv_key, err)
		      : 0;
}

/* Signed by us, encrypted for the partner alone. */
static int
make_request(struct job *j, struct osci_request *out, struct err *err)
{
	const struct osci_packet_limits limits = { .dir = SPOOL_DIR,
		.max = INT64_MAX };
	const struct osci_role_cert *reader = addressee(j);
	struct osci_signer *author =
	    arena_new(j->arena, struct osci_signer, 1);
	struct osci_content_out *package;
	struct osci_content_plan plan = { .author = author,
		.reader = reader,
		.nreader = 1 };
	struct osci_content *content;
	size_t n;

	*out = (struct osci_request){ .type =
		j->row.way == OSCI_TRANSFER_FORWARD ? OSCI_FORWARD_DELIVERY
						    : OSCI_STORE_DELIVERY,
		.message_id = j->row.is.message_id,
		.receiver = j->partner.receiver_uri,
		.cert = reader,
		.ncert = 1 };
	if (read_contents(j, &content, &plan.ncontent, err) == -1 ||
	    check_stand_in(j, content, plan.ncontent, err) == -1)
		return -1;
	plan.content = content;
	author->cert = j->exchange.own.sign.cert;
	author->key = j->exchange.own.sign.key;
	(void)osci_client_certs(
	    j->exchange.client, j->arena, out, &n, &author->cert_id);
	if (osci_content_make(
		j->arena, &plan, &limits, &package, err) == -1)
		return -1;
	out->subject = j->subject;
	out->package = package;
	return 0;
}

/* ---- transmitting ---- */

/* What the intermediary said of the order. */
static int
take_answer(struct job *j, const struct osci_client_answer *answer,
    struct err *err)
{
	const struct osci_card none = { 0 };
	const struct osci_entry *told = answer->reply.ninside > 0
	    ? answer->reply.inside
	    : answer->reply.entry;
	const char *note = arena_printf(j->arena, "%s", told->text);

	if (answer->is_good)
		return job_accepted(j,
		    answer->reply.has_card ? &answer->reply.card : &none,
		    answer->code, note, err);
	if (osci_is_final(answer->code))
		return job_fail(j, answer->code, note, err);
	/* the process card tells, before anything is sent again */
	return job_later(
	    j, OSCI_TRANSFER_SENT, answer->code, note, err);
}

static int
send_whole(struct job *j, const struct osci_request *request,
    struct err *err)
{
	struct osci_client_answer answer;
	struct err why = { 0 };

	if (osci_client_call(j->exchange.client, j->arena, request, &answer,
		&why) == 0)
		return take_answer(j, &answer, err);
	return trouble(j,
	    answer.was_sent ? OSCI_TRANSFER_SENT : OSCI_TRANSFER_RESERVED,
	    &why, err);
}

/* The bytes that an earlier try cut into chunks, or new ones, kept. */
static int
frozen(struct job *j, const struct osci_request *request,
    struct crypto_spool **out, struct err *err)
{
	if (osci_transfer_bytes(j->work->db, j->arena, j->exchange.town,
		&j->row, OSCI_PIECE_FROZEN, SPOOL_DIR, out, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	return osci_client_freeze(
		   j->exchange.client, j->arena, request, out, err) == -1
	    ? -1
	    : osci_transfer_freeze(j->work->db, j->arena, j->exchange.town,
		  &j->row, *out, err);
}

static int
send_chunks(struct job *j, const struct osci_request *request,
    struct err *err)
{
	struct osci_client *client = j->exchange.client;
	struct osci_client_answer answer = { .code = "" };
	struct err why = { 0 }, ignored = { 0 };
	struct crypto_spool *bytes;
	bool is_done;

	if (frozen(j, request, &bytes, err) == -1)
		return -1;
	if (osci_client_begin(client, &why) == -1 ||
	    osci_client_store_chunks(client, j->arena, request, bytes,
		&answer, &is_done, &why) == -1) {
		(void)osci_client_end(client, &ignored);
		return trouble(j, OSCI_TRANSFER_SENT, &why, err);
	}
	(void)osci_client_end(client, &ignored);
	if (!is_done)
		return job_note(j,
		    &(struct osci_transfer_change){
			.state = OSCI_TRANSFER_SENT,
			.next_ms = date_now_ms() + osci_wait_ms(1),
			.code = "3952",
			.note = "all chunks are there, no result yet" },
		    err);
	return take_answer(j, &answer, err);
}

static int
transmit(struct job *j, struct err *err)
{
	struct osci_request request;
	int64_t max = osci_client_whole_max(j->exchange.client);
	struct err why = { 0 };
	bool in_chunks;

	if (make_request(j, &request, &why) == -1) {
		if (why.code == ERR_FORBIDDEN)
			return job_fail(j, "", why.msg, err);
		*err = why;
		return -1;
	}
	/* Base64 twice, a signature, certificates */
	in_chunks = request.type == OSCI_STORE_DELIVERY && max > 0 &&
	    j->row.is.size + j->row.is.size / 2 + 32768 > max;
	if (job_note(j,
		&(struct osci_transfer_change){ .state = OSCI_TRANSFER_SENT,
		    .lease_ms = OSCI_LEASE_MS,
		    .next_ms = date_now_ms(),
		    .note = in_chunks ? "in chunks" : "" },
		err) == -1)
		return -1;
	return in_chunks ? send_chunks(j, &request, err)
			 : send_whole(j, &request, err);
}

/* ---- its id ---- */

static int
reserve(struct job *j, struct err *err)
{
	const struct osci_request request = { .type = OSCI_GET_MESSAGE_ID };
	struct crypto_spool *empty =
	    crypto_spool_new(j->arena, SPOOL_DIR, 1);
	struct osci_client_answer answer;
	struct err why = { 0 };

	if (osci_client_call(j->exchange.client, j->arena, &request, &answer,
		&why) == -1)
		return trouble(j, OSCI_TRANSFER_BUILT, &why, err);
	if (!answer.is_good || answer.reply.message_id == NULL)
		return job_later(j, OSCI_TRANSFER_BUILT, answer.code,
		    answer.reply.entry[0].text, err);
	j->row.is.message_id = answer.reply.message_id;
	/* chunks of an earlier id are of no use any more */
	if (osci_transfer_freeze(j->work->db, j->arena, j->exchange.town,
		&j->row, empty, err) == -1)
		return -1;
	return job_note(j,
	    &(struct osci_transfer_change){ .state = OSCI_TRANSFER_RESERVED,
		.lease_ms = OSCI_LEASE_MS,
		.message_id = answer.reply.message_id,
		.next_ms = date_now_ms() },
	    err);
}

/* Sent, and no answer seen: was it accepted? */
static int
reconcile(struct job *j, bool *is_open, struct err *err)
{
	struct osci_transfer_step *step;
	struct err why = { 0 };
	struct osci_card card;
	bool found;
	size_t n;

	*is_open = false;
	if (ask_card(j, &found, &card, &why) == -1)
		return trouble(j, OSCI_TRANSFER_SENT, &why, err);
	if (found)
		return job_accepted(
		    j, &card, "", "the answer was lost, the message not", err);
	/* Not there, and yet the id counts as used: it has run out. */
	if (osci_transfer_steps(j->work->db, j->arena, &j->row.is.id, &step,
		&n, err) == -1)
		return -1;
	*is_open = true;
	if (n > 0 && strcmp(step[n - 1].code, "9801") == 0)
		return reserve(j, err);
	return 0;
}

/* ---- a transfer ---- */

static int
work_on(struct job *j, struct err *err)
{
	bool is_open = true;

	switch (j->row.is.state) {
	case OSCI_TRANSFER_BUILT:
		if (reserve(j, err) == -1)
			return -1;
		break;
	case OSCI_TRANSFER_RESERVED:
		break;
	case OSCI_TRANSFER_SENT:
		if (reconcile(j, &is_open, err) == -1)
			return -1;
		/* the id is unused: sent once more, with it */
		if (is_open && j->row.is.state == OSCI_TRANSFER_SENT)
			return transmit(j, err);
		break;
	case OSCI_TRANSFER_ACCEPTED:
	case OSCI_TRANSFER_FORWARDED:
		return follow(j, err);
	default:
		return job_note(j,
		    &(struct osci_transfer_change){
			.state = j->row.is.state, .is_silent = true },
		    err);
	}
	return is_open && j->row.is.state == OSCI_TRANSFER_RESERVED
	    ? transmit(j, err)
	    : 0;
}

static int
check_partner(struct job *j, struct err *err)
{
	struct osci_verdict v;

	if (osci_partner_by_id(j->work->db, j->arena, j->row.is.partner_id,
		&j->partner, err) == -1)
		return -1;
	osci_trust_check(j->work->trust, j->arena, &j->partner.cipher,
	    OSCI_CIPHER_ADDRESSEE, NULL, true, date_now_ms(), &v);
	return osci_verdict_is_good(&v)
	    ? 0
	    : err_set(err, ERR_CRYPTO,
		  "the partner's certificate is not to be used: %s", v.why);
}

static int
send_one(
    struct osci_work *w, const struct osci_transfer_row *row, struct err *err)
{
	struct arena a = { 0 };
	struct job *j = arena_new(&a, struct job, 1);
	struct err why = { 0 };
	int rc;

	j->work = w;
	j->arena = &a;
	j->row = *row;
	if (osci_exchange_open(w, &a, row->is.town_id, row->is.identity,
		row->is.peer_id, &j->exchange, &why) == -1 ||
	    check_partner(j, &why) == -1 || work_on(j, &why) == -1) {
		/* of the database, the rest is not to be trusted either */
		rc = why.code == ERR_DB || why.code == ERR_DB_UNAVAILABLE ||
			why.code == ERR_DB_BUSY || why.code == ERR_CONFLICT
		    ? -1
		    : trouble(j, j->row.is.state, &why, err);
		if (rc == -1 && err->code == ERR_NONE)
			*err = why;
	} else
		rc = 0;
	arena_free(&a);
	return rc;
}

int
osci_send_due(struct osci_work *w, size_t *n, struct err *err)
{
	struct arena a = { 0 };
	struct osci_transfer_row *row;
	int rc = osci_transfer_claim(w->db, &a, w->name, date_now_ms(),
	    OSCI_LEASE_MS, BATCH, &row, n, err);

	for (size_t i = 0; rc == 0 && i < *n; i++) {
		rc = send_one(w, &row[i], err);
		/* somebody else has it by now: his matter */
		if (rc == -1 && err->code == ERR_CONFLICT) {
			log_warn("osci: %s", err->msg);
			err_clear(err);
			rc = 0;
		}
	}
	db_enter_town(w->db, 0);
	arena_free(&a);
	return rc;
}
