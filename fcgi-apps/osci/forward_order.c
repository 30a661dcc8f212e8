/*
 * ForwardDelivery: the delivery goes to a passive recipient at once, as
 * AcceptDelivery, while the client waits.
 */
#include "common/log.h"
#include "osci/forward.h"
#include "osci/waiting.h"

static int
send(struct relay *r, struct osci_delivery *d, struct err *err)
{
	struct call *c = r->call;
	struct err why = { 0 };

	r->card = forward_card(c, d);
	relay_send(r, &why);
	forward_note(r, d);
	if (r->code != NULL)
		log_warn("delivery not forwarded: %s %s", r->code, why.msg);
	if (osci_forward_end(c->app->db, c->arena, d, err) == -1)
		return osci_refuse(err, relay_lost(r),
		    "forward: the outcome could not be kept: %.100s",
		    arena_strdup(c->arena, err->msg));
	relay_report(r);
	return 0;
}

/* The card goes along with refusals, too. */
static void
answer(struct call *c, const struct osci_delivery *d, const char *code)
{
	c->answer.card = forward_card(c, d);
	if (code != NULL)
		osci_feedback_result(&c->answer.feedback, code);
}

static int
forward(struct call *c, struct relay *r, struct err *err)
{
	enum forward_begin how;
	struct osci_forward f = { 0 };

	if (forward_begin(c, OSCI_WAY_FORWARD, NULL, &f, &how, err) == -1)
		return -1;
	if (how == FORWARD_IS_DONE) {
		answer(c, &f.delivery,
		    f.delivery.state == OSCI_DELIVERY_REFUSED ? "9805" : NULL);
		return 0;
	}
	r->was_tried = f.was_tried;
	if (send(r, &f.delivery, err) == -1)
		return -1;
	answer(c, &f.delivery, r->code);
	return 0;
}

int
forward_order(struct call *c, struct err *err)
{
	struct relay r;
	int rc;

	if (relay_prepare(&r, c, OSCI_ACCEPT_DELIVERY, err) == -1)
		return -1;
	if (!waiting_enter(c->app->config))
		return osci_refuse(err, "9811",
		    "forward: too many wait for recipients already");
	rc = forward(c, &r, err);
	waiting_leave();
	return rc;
}
