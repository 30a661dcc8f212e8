/* What a delivery that asks for an answer at once gets. */
#include "osci/recipient.h"

#include "common/date.h"
#include "common/osci/osci_out.h"

#define ACK_NS "urn:torhaus:osci:empfang:1"
#define ACK_MAX 8192

/* ---- handlers ---- */

/* "It is here": what there is to say as long as people answer later. */
static int
acknowledge(struct arrival *a, struct process_reply *out, bool *is_mine,
    struct err *err)
{
	struct call *c = a->call;
	struct buf *b = buf_new(c->arena, ACK_MAX);

	buf_puts(b,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<empfangsbestaetigung xmlns=\"" ACK_NS "\">");
	if (a->message_id != NULL) {
		buf_puts(b, "<nachricht>");
		osci_put_text(b, a->message_id);
		buf_puts(b, "</nachricht>");
	}
	buf_printf(b, "<eingang>%s</eingang></empfangsbestaetigung>",
	    date_instant_to_xsd(c->arena, c->now_ms));
	*out = (struct process_reply){ .bytes = buf_text(b), .len = b->len };
	*is_mine = true;
	return buf_check(b, err);
}

/* In this order; the last one takes all. */
static const process_handler handlers[] = {
	acknowledge,
};

int
recipient_handle(
    struct arrival *a, struct process_reply *out, struct err *err)
{
	bool is_mine = false;

	for (size_t i = 0; i < nitems(handlers) && !is_mine; i++)
		if (handlers[i](a, out, &is_mine, err) == -1)
			return -1;
	return 0;
}

/* ---- the answer ---- */

/* Who reads it: the sender, if we know how to encrypt for him. */
static const struct osci_role_cert *
sender(const struct arrival *a)
{
	return a->call->order.certs.by_role[OSCI_CIPHER_ORIGINATOR];
}

/* The roles are swapped: we are the originator now. */
static void
fill_certs(struct arrival *a, struct osci_role_cert *cert, size_t *n)
{
	const struct party *own = &a->box->party;

	cert[0] = (struct osci_role_cert){ OSCI_CIPHER_ORIGINATOR,
		own->cert[0].id, own->cert[0].cert };
	*n = 1;
	if (sender(a) != NULL)
		cert[(*n)++] = (struct osci_role_cert){ OSCI_CIPHER_ADDRESSEE,
			"sender_cipher", sender(a)->cert };
	cert[(*n)++] = (struct osci_role_cert){ OSCI_SIGN_ORIGINATOR,
		own->cert[1].id, own->cert[1].cert };
}

int
recipient_answer(
    struct arrival *a, const struct process_reply *reply, struct err *err)
{
	struct call *c = a->call;
	struct osci_role_cert *cert =
	    arena_new(c->arena, struct osci_role_cert, 3);
	struct crypto_spool *spool = crypto_spool_new(
	    c->arena, c->worker->limits.dir, (int64_t)reply->len);
	const struct osci_content content = {
		.spool = spool, .len = (int64_t)reply->len };
	struct osci_content_plan plan = { .content = &content, .ncontent = 1,
		.author = &a->box->party.signer };
	struct osci_content_out *package;

	fill_certs(a, cert, &c->answer.ncert);
	c->answer.cert = cert;
	if (sender(a) != NULL) {
		plan.reader = &cert[1];
		plan.nreader = 1;
	}
	if (crypto_spool_put(spool, reply->bytes, reply->len, err) == -1 ||
	    osci_content_make(c->arena, &plan, &c->worker->limits, &package,
		err) == -1)
		return -1;
	c->answer.package = package;
	c->answer.message_id = c->order.response_message_id;
	c->answer.subject = reply->subject;
	c->answer.has_quality = c->order.response_message_id != NULL;
	return 0;
}
