#include "osci/relay.h"

#include "common/date.h"
#include "common/log.h"
#include "common/osci/osci_request.h"
#include "common/osci/osci_signature.h"
#include "common/xml/xml_c14n.h"

#define MARGIN_MS 10000 /* for all that is not waiting */

int64_t
relay_busy_until(const struct call *c)
{
	return c->now_ms + c->app->config->osci_http_timeout_s * 1000 +
	    MARGIN_MS;
}

/* ---- whom to write to ---- */

/* A word of a list with blanks between, or "*". */
static bool
is_listed(const char *list, const char *host)
{
	size_t len = strlen(host);

	for (list += strspn(list, " "); *list != '\0';
	     list += strspn(list, " ")) {
		size_t n = strcspn(list, " ");

		if ((n == 1 && *list == '*') ||
		    (n == len && strncasecmp(list, host, n) == 0))
			return true;
		list += n;
	}
	return false;
}

int
relay_prepare(struct relay *r, struct call *c, enum osci_type type,
    struct err *err)
{
	const char *uri = c->order.receiver, *host;

	*r = (struct relay){ .call = c, .type = type };
	osci_http_settings(c->app->config, &r->http);
	if (osci_http_check(&r->http, uri, err) == -1)
		return osci_code_default(err, "9809");
	if (osci_receiver_find(c->app->db, c->arena, uri, &r->receiver,
		&r->nreceiver, err) == -1)
		return osci_code_default(err, "9811");
	host = osci_http_host(c->arena, uri);
	if (r->nreceiver == 0 &&
	    (host == NULL || !is_listed(c->app->config->osci_receivers, host)))
		return osci_refuse(err, "9809",
		    "forward: no partner has this address, and "
		    "osci_receivers does not list its host");
	return 0;
}

/* ---- what would be sent ---- */

static int
digest_node(struct call *c, struct osci_hash *h, const struct xml_node *n,
    struct err *err)
{
	return n == NULL ? 0
			 : xml_c14n(&c->message.packet->tree, n,
			       osci_hash_put, h, err);
}

/* Everything between marks, so that nothing can stand in two ways. */
static int
digest_part(struct call *c, struct osci_hash *h,
    const struct osci_packet_part *p, struct err *err)
{
	const char *head = arena_printf(c->arena, "\1%zu %s %lld ",
	    strlen(p->id), p->id, (long long)p->len);

	return osci_hash_put(h, head, strlen(head), err) == -1
	    ? -1
	    : crypto_spool_each(c->message.packet->spool, p->offset, p->len,
		  osci_hash_put, h, err);
}

int
relay_digest(
    struct call *c, uint8_t out[CRYPTO_DIGEST_LEN], struct err *err)
{
	const struct osci_message *m = &c->message;
	struct osci_hash *h =
	    osci_hash_new(c->arena, osci_digest_find(OSCI_DEFAULT_DIGEST));
	uint8_t digest[OSCI_DIGEST_MAX];

	if (digest_node(c, h, m->by_kind[OSCI_ORDER], err) == -1 ||
	    digest_node(c, h, m->by_kind[OSCI_OTHER_CERTIFICATES], err) ==
		-1 ||
	    digest_node(c, h, m->body, err) == -1)
		return -1;
	for (size_t i = 0; i < m->packet->npart; i++)
		if (digest_part(c, h, &m->packet->part[i], err) == -1)
			return -1;
	osci_hash_end(h, digest);
	memcpy(out, digest, CRYPTO_DIGEST_LEN);
	return 0;
}

/* The recipient's certificate, if the order has one. */
static const struct osci_cert *
reader(const struct call *c)
{
	const struct osci_role_cert *cert =
	    c->order.certs.by_role[OSCI_CIPHER_ADDRESSEE];

	return cert == NULL ? NULL : &cert->cert;
}

static int
build(struct relay *r, const char *challenge, struct crypto_spool **out,
    struct err *err)
{
	struct call *c = r->call;
	const struct party *own = &c->worker->intermediary;
	const struct osci_request request = {
		.type = r->type,
		.control = { .challenge = challenge, .sequence = -1 },
		.languages = c->order.languages,
		.card = r->card,
		.response_message_id = r->response_message_id,
		.cert = own->cert,
		.ncert = nitems(own->cert),
		.content = &c->message,
		.signer = &own->signer,
	};
	struct osci_out *o;

	*out = crypto_spool_new(
	    c->arena, c->worker->limits.dir, INT64_MAX);
	return osci_request_build(
		   c->arena, &request, &c->worker->limits, &o, err) == -1 ||
		osci_out_send(o, reader(c), crypto_spool_sink, *out, err) == -1
	    ? -1
	    : 0;
}

/* ---- what comes back ---- */

static void
end(struct relay *r, enum relay_end how, const char *code)
{
	/* Nothing went out this time; what went before is not known. */
	if (how == RELAY_UNSENT && r->was_tried) {
		how = RELAY_UNKNOWN;
		code = "9811";
	}
	r->end = how;
	r->code = code;
}

const char *
relay_lost(const struct relay *r)
{
	switch (r->end) {
	case RELAY_DELIVERED:
		return "9810";
	case RELAY_UNSENT:
		return "9809";
	default:
		return "9811";
	}
}

/* The answer as a message, decrypted. */
static int
open_answer(struct relay *r, struct crypto_spool *bytes, struct err *err)
{
	struct call *c = r->call;
	struct worker *w = c->worker;
	struct osci_packet *packet = arena_new(c->arena, struct osci_packet, 2);
	const struct osci_packet_limits limits = { .dir = w->limits.dir,
		.max = r->http.answer_max };
	struct osci_packet_reader *in =
	    osci_packet_reader_new(c->arena, &limits);

	if (crypto_spool_each(bytes, 0, crypto_spool_len(bytes),
		osci_packet_put, in, err) == -1 ||
	    osci_packet_end(in, packet, err) == -1 ||
	    osci_message_read(c->arena, packet, &r->answer, err) == -1)
		return -1;
	r->was_plain = r->answer.type != OSCI_MESSAGE_ENCRYPTED &&
	    r->answer.type != OSCI_FAULT && reader(c) != NULL;
	if (r->answer.type != OSCI_MESSAGE_ENCRYPTED)
		return 0;
	return osci_transport_open(c->arena, &r->answer,
		   w->intermediary.cipher, w->intermediary.ncipher, &w->policy,
		   &limits, packet + 1, err) == -1
	    ? -1
	    : osci_message_read(c->arena, packet + 1, &r->answer, err);
}

/* Whether a certificate is the one that was registered for the address. */
static bool
is_registered(const struct relay *r, const struct osci_cert *cert, bool *any)
{
	*any = false;
	for (size_t i = 0; i < r->nreceiver; i++) {
		if (!r->receiver[i].has_sign)
			continue;
		*any = true;
		if (memcmp(r->receiver[i].sign, cert->sha256,
			CRYPTO_DIGEST_LEN) == 0)
			return true;
	}
	return false;
}

/* The answer's signature, and whose it is. */
static int
check_signature(struct relay *r, struct err *err)
{
	enum osci_role role = r->type == OSCI_ACCEPT_DELIVERY
	    ? OSCI_SIGN_ADDRESSEE
	    : OSCI_SIGN_ORIGINATOR;
	const struct osci_role_cert *cert = r->reply.certs.by_role[role];
	struct call *c = r->call;
	struct osci_signature sig;
	bool is_known, any;

	if (r->answer.by_kind[OSCI_SIGNATURE_BLOCK] == NULL) {
		r->was_unsigned = true;
		return 0;
	}
	if (osci_transport_read_signature(
		c->arena, &r->answer, &sig, err) == -1)
		return -1;
	if (cert == NULL || strcmp(cert->id, sig.cert_id) != 0)
		return osci_refuse(err, "9807",
		    "forward: the recipient's answer has another's signature");
	if (osci_transport_verify(
		c->arena, &r->answer, &sig, &cert->cert, err) == -1)
		return -1;
	is_known = is_registered(r, &cert->cert, &any);
	if (any && !is_known)
		return osci_refuse(err, "9807",
		    "forward: the answer is signed, but not by the partner");
	osci_trust_check(c->worker->trust, c->arena, &cert->cert,
	    OSCI_SIGN_ADDRESSEE, &r->reply.certs, is_known, c->now_ms,
	    &r->signer);
	r->has_signer = true;
	return 0;
}

/* The worst that was found about the signer; NULL when it may be trusted. */
static const char *
signer_code(const struct relay *r)
{
	if (!r->has_signer || osci_verdict_is_good(&r->signer))
		return NULL;
	if (r->signer.found[OSCI_CHECK_REVOKED])
		return "9712";
	return r->signer.found[OSCI_CHECK_UNTRUSTED] ? "9711" : "9710";
}

/* Codes with which a recipient says that it failed, not that it refuses. */
static bool
is_failure(const char *code)
{
	static const char *const codes[] = { "9000", "9503", "9603", "9710",
		"9811" };

	for (size_t i = 0; i < nitems(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

static bool
has_content(const struct relay *r)
{
	return r->reply.content != NULL && xml_first(r->reply.content) != NULL;
}

/* What an answer that is whole says. */
static void
judge(struct relay *r, struct err *err)
{
	const char *code = r->reply.entry[0].code, *bad = signer_code(r);

	if (bad != NULL) {
		(void)osci_refuse(err, bad, "forward: the recipient's "
		    "signature certificate: %s", r->signer.why);
		end(r, RELAY_UNKNOWN, bad);
	} else if (osci_code_is_success(code)) {
		r->received_ms = date_now_ms();
		end(r, RELAY_DELIVERED, NULL);
		if (r->type == OSCI_PROCESS_DELIVERY && !has_content(r)) {
			(void)osci_refuse(
			    err, "9806", "forward: an answer without content");
			r->code = "9806";
		}
	} else {
		(void)osci_refuse(
		    err, "9805", "forward: the recipient said %s", code);
		if (is_failure(code))
			end(r, RELAY_UNKNOWN, "9808");
		else
			end(r, RELAY_REFUSED, "9805");
	}
}

/* A fault says nothing that is signed: the outcome stays open. */
static void
judge_fault(struct relay *r, struct err *err)
{
	const char *code = osci_fault_code(r->call->arena, &r->answer);

	(void)osci_refuse(
	    err, "9808", "forward: the recipient's fault is %s", code);
	end(r, RELAY_UNKNOWN,
	    osci_code_is_server(code) || is_failure(code) ? "9808" : "9805");
}

static void
read_answer(struct relay *r, const struct osci_control *sent, struct err *err)
{
	struct call *c = r->call;

	if (open_answer(r, r->bytes, err) == -1) {
		end(r, RELAY_UNKNOWN, "9808");
	} else if (r->answer.type == OSCI_FAULT) {
		judge_fault(r, err);
	} else if (osci_reply_match(r->type, sent, &r->answer, err) == -1 ||
	    osci_reply_read(c->arena, &r->answer, &r->reply, err) == -1) {
		end(r, RELAY_UNKNOWN, "9808");
	} else if (check_signature(r, err) == -1) {
		end(r, RELAY_UNKNOWN, "9807");
	} else
		judge(r, err);
}

/* ---- all of it ---- */

void
relay_send(struct relay *r, struct err *err)
{
	struct call *c = r->call;
	const struct osci_control sent = {
		.challenge = osci_challenge(c->arena), .sequence = -1 };
	struct osci_http *http;
	struct crypto_spool *message;
	bool was_sent;
	int rc;

	r->sent_ms = date_now_ms();
	if (r->card != NULL)
		r->card->forwarding_ms = r->card->modification_ms = r->sent_ms;
	if (build(r, sent.challenge, &message, err) == -1) {
		r->sent_ms = 0;
		end(r, RELAY_UNSENT, "9809");
		return;
	}
	r->bytes = crypto_spool_new(
	    c->arena, c->worker->limits.dir, r->http.answer_max);
	http = osci_http_new(&r->http);
	rc = osci_http_post(http, c->order.receiver, message, crypto_spool_sink,
	    r->bytes, &was_sent, err);
	osci_http_free(http);
	if (rc == 0)
		read_answer(r, &sent, err);
	else
		end(r, was_sent ? RELAY_UNKNOWN : RELAY_UNSENT,
		    was_sent ? "9808" : "9809");
}

int
relay_reopen(struct relay *r, struct crypto_spool *bytes, struct err *err)
{
	return open_answer(r, bytes, err) == -1 ||
		osci_reply_read(r->call->arena, &r->answer, &r->reply, err) ==
		    -1
	    ? -1
	    : 0;
}

void
relay_report(struct relay *r)
{
	struct osci_feedback *f = &r->call->answer.feedback;

	if (r->end != RELAY_DELIVERED)
		return;
	if (r->was_unsigned)
		osci_feedback_warn(f, "3802");
	if (r->was_plain)
		osci_feedback_warn(f, "3803");
	for (int i = 0; r->has_signer && i < OSCI_FINDINGS; i++) {
		const char *code = osci_trust_code(
		    OSCI_SIGN_ADDRESSEE, (enum osci_finding)i);

		if (r->signer.found[i] && code != NULL)
			osci_feedback_warn(f, code);
	}
}

void
relay_inspections(const struct relay *r, const struct osci_inspection **out,
    size_t *n)
{
	const struct osci_judgement *j = &r->call->judgement;
	struct osci_inspection *all =
	    arena_new(r->call->arena, struct osci_inspection, j->n + 1);

	for (size_t i = 0; i < j->n; i++)
		all[i] = j->inspection[i];
	*n = j->n;
	if (r->has_signer && j->n < OSCI_INSPECTIONS_MAX)
		all[(*n)++] = r->signer.inspection;
	*out = all;
}
