/* POST /osci/empfang: one delivery for the passive recipient. */
#include "osci/recipient.h"

#include "common/osci/osci_receiver_store.h"

static const struct recipient_row {
	struct order_row row;
	int (*take)(struct arrival *a, struct err *err);
} orders[] = {
	{ { OSCI_ACCEPT_DELIVERY, OSCI_RESPONSE_TO_ACCEPT_DELIVERY, NULL,
	      ORDER_NO_DIALOG }, accept_order },
	{ { OSCI_PROCESS_DELIVERY, OSCI_RESPONSE_TO_PROCESS_DELIVERY, NULL,
	      ORDER_NO_DIALOG }, process_order },
};

static const struct recipient_row *
find_row(enum osci_type type)
{
	for (size_t i = 0; i < nitems(orders); i++)
		if (orders[i].row.request == type)
			return &orders[i];
	return NULL;
}

/* ---- from whom ---- */

static bool
is_our_own(const struct call *c)
{
	const struct party *own = &c->worker->intermediary;

	return own->ncipher > 0 &&
	    osci_cert_equal(c->signer, &own->signer.cert);
}

/* Our own intermediary, or one that the operator registered. */
static int
check_intermediary(struct arrival *a, struct err *err)
{
	struct call *c = a->call;
	struct osci_cert cipher;

	if (c->signer == NULL) /* even if others need no signature */
		return osci_refuse(err, "9600",
		    "recipient: the intermediary did not sign");
	if (is_our_own(c))
		return 0;
	if (osci_sender_intermediary(c->app->db, c->arena, c->signer,
		&a->peer_id, &cipher, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	return osci_refuse(
	    err, "9805", "recipient: an intermediary that is not registered");
}

/* The answer is for the intermediary's eyes. */
static void
find_reader(struct call *c)
{
	const struct osci_role_cert *cipher =
	    c->order.certs.by_role[OSCI_CIPHER_INTERMEDIARY];

	c->client = cipher == NULL ? NULL : &cipher->cert;
}

/* ---- for whom ---- */

static int
find_box(struct arrival *a, struct err *err)
{
	struct call *c = a->call;
	const struct box *box = boxes_addressee(c->worker->boxes, &c->order);

	if (box == NULL)
		return osci_refuse(err, "9805",
		    "recipient: the delivery is for nobody here");
	a->box = box;
	c->party = &box->party;
	return 0;
}

static int
carry_out(struct call *c, const struct recipient_row *row, struct err *err)
{
	struct arrival a = { .call = c };

	if (call_enter(c, &row->row, err) == -1)
		return -1;
	call_control(c, &row->row);
	osci_feedback_result(&c->answer.feedback, "0800");
	find_reader(c);
	if (c->was_encrypted && c->client == NULL)
		return osci_refuse(err, "9500",
		    "recipient: no certificate to encrypt the answer for");
	if (find_box(&a, err) == -1 ||
	    call_prove(c, OSCI_SIGN_INTERMEDIARY, err) == -1 ||
	    check_intermediary(&a, err) == -1)
		return -1;
	if (c->order.has_card) {
		a.message_id = c->order.card.message_id;
		a.subject = c->order.card.subject;
	}
	return row->take(&a, err);
}

int
recipient_post(struct app *app, struct request *req, struct err *err)
{
	struct call *c = arena_new(req->arena, struct call, 1);
	const struct recipient_row *row = NULL;
	int rc;

	*c = (struct call){ .app = app, .req = req, .arena = req->arena };
	if (worker_of(app, &c->worker, err) == -1)
		return -1;
	c->party = &c->worker->boxes->any;
	rc = call_receive(c, err);
	if (rc == 0) {
		row = find_row(c->message.type);
		rc = row != NULL ? carry_out(c, row, err)
				 : osci_refuse(err, "9300",
				       "recipient: no such order here");
	}
	return call_answer(c, row == NULL ? NULL : &row->row, rc, err);
}

/* ---- the orders ---- */

int
accept_order(struct arrival *a, struct err *err)
{
	struct process_reply none;

	return recipient_keep(a, false, &none, err);
}

int
process_order(struct arrival *a, struct err *err)
{
	struct process_reply reply;

	return recipient_keep(a, true, &reply, err) == -1
	    ? -1
	    : recipient_answer(a, &reply, err);
}
