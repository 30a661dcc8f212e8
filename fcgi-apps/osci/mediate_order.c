/*
 * MediateDelivery: the delivery goes to a passive recipient at once, as
 * ProcessDelivery, and what the recipient answers goes back to the client. With
 * a message id both have a process card, and a repeated order gets the reply
 * that was kept.
 */
#include "common/date.h"
#include "common/log.h"
#include "common/osci/osci_files.h"
#include "osci/forward.h"
#include "osci/waiting.h"

/* ---- the reply ---- */

/* Its row; the file is written already. */
static void
fill_reply(struct relay *r, const struct osci_delivery *request,
    struct osci_delivery *d)
{
	struct call *c = r->call;

	*d = (struct osci_delivery){
		.id = d->id,
		.key = d->key,
		.message_id = request->response_message_id,
		.originator = request->addressee,
		.addressee = request->originator,
		.way = OSCI_WAY_MEDIATE_REPLY,
		.state = OSCI_DELIVERY_KEPT,
		.subject = r->reply.subject,
		.inspection = r->has_signer ? &r->signer.inspection : NULL,
		.ninspection = r->has_signer,
		.has_file = true,
		.size = crypto_spool_len(r->bytes),
		.created_ms = r->received_ms,
		.forwarded_ms = date_now_ms(),
		.expires_ms = r->received_ms +
		    c->app->config->osci_retention_days * INT64_C(86400000),
	};
	d->modified_ms = d->forwarded_ms;
}

static int
write_rows(struct relay *r, const struct osci_delivery *request,
    const struct osci_delivery *reply, bool *unknown, struct err *err)
{
	struct call *c = r->call;

	*unknown = false;
	if (db_begin(c->app->db, err) == -1)
		return -1;
	if ((reply != NULL &&
		osci_delivery_insert(c->app->db, c->arena, reply, err) ==
		    -1) ||
	    osci_forward_end(c->app->db, c->arena, request, err) == -1) {
		db_rollback(c->app->db);
		return -1;
	}
	return db_commit(c->app->db, unknown, err);
}

/* Both cards and the reply are kept before the client hears of them. */
static int
keep(struct relay *r, struct osci_delivery *request,
    struct osci_delivery *reply, struct err *err)
{
	struct call *c = r->call;
	const struct config *config = c->app->config;
	struct document_file_info info;
	bool unknown;

	forward_note(r, request);
	if (r->end != RELAY_DELIVERED || r->code != NULL)
		return write_rows(r, request, NULL, &unknown, err);
	reply->id = id_uuid7();
	data_key_new(&c->worker->files, &reply->key);
	if (osci_file_write(config, &reply->id, &reply->key.key, r->bytes, 0,
		crypto_spool_len(r->bytes), &info, err) == -1)
		return -1;
	fill_reply(r, request, reply);
	memcpy(reply->file_sha256, info.cipher_sha256,
	    sizeof(reply->file_sha256));
	if (write_rows(r, request, reply, &unknown, err) == 0)
		return 0;
	if (!unknown)
		osci_file_remove(config, &reply->id);
	return -1;
}

/* The reply to an order that was carried out before. */
static int
find_reply(struct relay *r, const struct osci_delivery *request,
    struct osci_delivery *reply, struct err *err)
{
	struct call *c = r->call;
	struct crypto_spool *bytes;

	if (request->response_message_id == NULL ||
	    osci_delivery_by_message_id(c->app->db, c->arena,
		&c->worker->files, request->response_message_id, reply, err) ==
		-1 ||
	    !reply->has_file)
		return osci_refuse(err, "9806",
		    "mediate: the reply is not there (any more)");
	bytes = crypto_spool_new(
	    c->arena, c->worker->limits.dir, r->http.answer_max);
	return osci_file_read(c->app->config, &reply->id, &reply->key.key,
		   crypto_spool_sink, bytes, err) == -1
	    ? -1
	    : relay_reopen(r, bytes, err);
}

/* ---- the order ---- */

static void
log_failure(const struct relay *r, const struct err *why)
{
	if (r->code != NULL)
		log_warn("delivery not mediated: %s %s", r->code, why->msg);
}

static void
answer(struct relay *r, const char *code)
{
	struct call *c = r->call;

	relay_report(r);
	if (code != NULL)
		osci_feedback_result(&c->answer.feedback, code);
	else
		c->answer.content = &r->answer;
}

/* Without message id there is neither card nor memory. */
static int
mediate_plain(struct relay *r)
{
	struct err why = { 0 };

	relay_send(r, &why);
	log_failure(r, &why);
	answer(r, r->code);
	return 0;
}

static int
send(struct relay *r, struct osci_delivery *request,
    struct osci_delivery *reply, struct err *err)
{
	struct err why = { 0 };

	r->card = forward_card(r->call, request);
	r->response_message_id = request->response_message_id;
	relay_send(r, &why);
	log_failure(r, &why);
	return keep(r, request, reply, err) == -1
	    ? osci_code_default(err, relay_lost(r))
	    : 0;
}

/* The client has received the reply when it asks for something else. */
static void
hand_out(struct call *c, const struct osci_delivery *reply)
{
	c->answer.reply_card = forward_card(c, reply);
	if (c->dialog == NULL || reply->received_ms != 0)
		return;
	c->dialog->has_fetched = true;
	c->dialog->fetched = reply->id;
}

static int
mediate(struct call *c, struct relay *r, struct err *err)
{
	const struct id random = id_random();
	struct osci_delivery reply = { 0 };
	enum forward_begin how;
	struct osci_forward f = { 0 };
	const char *code = NULL;

	if (forward_begin(c, OSCI_WAY_MEDIATE,
		arena_printf(
		    c->arena, "torhaus-%s", id_hex(c->arena, &random)),
		&f, &how, err) == -1)
		return -1;
	if (how == FORWARD_IS_OURS) {
		r->was_tried = f.was_tried;
		if (send(r, &f.delivery, &reply, err) == -1)
			return -1;
		code = r->code;
	} else if (f.delivery.state == OSCI_DELIVERY_REFUSED) {
		code = "9805";
	} else if (find_reply(r, &f.delivery, &reply, err) == -1) {
		if (strcmp(err->field, "9806") != 0)
			return osci_code_default(err, "9811");
		code = "9806";
	}
	c->answer.card = forward_card(c, &f.delivery);
	answer(r, code);
	if (code == NULL)
		hand_out(c, &reply);
	return 0;
}

int
mediate_order(struct call *c, struct err *err)
{
	/* The answer refers to the recipient's. */
	struct relay *r = arena_new(c->arena, struct relay, 1);
	int rc;

	if (relay_prepare(r, c, OSCI_PROCESS_DELIVERY, err) == -1)
		return -1;
	if (!waiting_enter(c->app->config))
		return osci_refuse(err, "9811",
		    "mediate: too many wait for recipients already");
	rc = c->order.message_id == NULL ? mediate_plain(r)
					 : mediate(c, r, err);
	waiting_leave();
	return rc;
}
