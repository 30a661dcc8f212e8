/* POST /osci: one request to the intermediary. */
#include "osci/osci.h"
#include "osci/rates.h"

#define DAY_MS INT64_C(86400000)

/* Every order that an intermediary takes, and what must hold for it. */
static const struct order_row orders[] = {
	{ OSCI_INIT_DIALOG, OSCI_RESPONSE_TO_INIT_DIALOG, init_dialog,
	    ORDER_OPENS | ORDER_IS_COUNTED },
	{ OSCI_EXIT_DIALOG, OSCI_RESPONSE_TO_EXIT_DIALOG, exit_dialog,
	    ORDER_NEEDS_DIALOG | ORDER_CLOSES },
	{ OSCI_GET_MESSAGE_ID, OSCI_RESPONSE_TO_GET_MESSAGE_ID,
	    get_message_id, ORDER_IS_COUNTED },
	{ OSCI_STORE_DELIVERY, OSCI_RESPONSE_TO_STORE_DELIVERY, store_order,
	    0 },
	{ OSCI_FETCH_DELIVERY, OSCI_RESPONSE_TO_FETCH_DELIVERY, fetch_order,
	    ORDER_NEEDS_DIALOG | ORDER_OF_OWNER },
	{ OSCI_FETCH_PROCESS_CARD, OSCI_RESPONSE_TO_FETCH_PROCESS_CARD,
	    card_order, ORDER_NEEDS_DIALOG | ORDER_OF_OWNER },
	{ OSCI_PARTIAL_STORE_DELIVERY,
	    OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY, partial_store, 0 },
	/* a chunk, or all of a small message, or that there is none */
	{ OSCI_PARTIAL_FETCH_DELIVERY, OSCI_RESPONSE_TO_FETCH_DELIVERY,
	    partial_fetch, ORDER_NEEDS_DIALOG | ORDER_OF_OWNER },
	{ OSCI_FORWARD_DELIVERY, OSCI_RESPONSE_TO_FORWARD_DELIVERY,
	    forward_order, 0 },
	{ OSCI_MEDIATE_DELIVERY, OSCI_RESPONSE_TO_MEDIATE_DELIVERY,
	    mediate_order, ORDER_NEEDS_DIALOG },
};

static const struct order_row *
find_row(enum osci_type type)
{
	for (size_t i = 0; i < nitems(orders); i++)
		if (orders[i].request == type)
			return &orders[i];
	return NULL;
}

/* What the last answer handed out has arrived: this request says so. */
static int
note_reception(struct call *c, struct err *err)
{
	const int64_t keep = c->app->config->osci_received_days * DAY_MS;

	if (c->dialog == NULL || !c->dialog->has_fetched)
		return 0;
	if (osci_delivery_received(c->app->db, &c->dialog->fetched, c->now_ms,
		c->now_ms + keep, err) == -1)
		return -1;
	c->dialog->has_fetched = false;
	return 0;
}

/* Only whoever reads what is encrypted for a mailbox's certificate is its
 * owner. */
static int
check_owner(const struct call *c, const struct order_row *row,
    struct err *err)
{
	if (!(row->flags & ORDER_OF_OWNER) || c->dialog->is_proved ||
	    strcmp(c->app->config->osci_encryption, "optional") == 0)
		return 0;
	return osci_refuse(err, "9802", "dialog: the client is not proved");
}

static int
carry_out(struct call *c, const struct order_row *row, struct err *err)
{
	bool is_open;

	if (call_enter(c, row, err) == -1) {
		call_control(c, row);
		return -1;
	}
	call_control(c, row);
	is_open = row->flags & ORDER_OPENS ||
	    (c->dialog != NULL && !(row->flags & ORDER_CLOSES));
	osci_feedback_result(&c->answer.feedback, is_open ? "0801" : "0800");
	if (call_prove(c, OSCI_SIGN_ORIGINATOR, err) == -1 ||
	    ((row->flags & ORDER_IS_COUNTED) && rates_check(c, err) == -1) ||
	    check_owner(c, row, err) == -1 || note_reception(c, err) == -1)
		return -1;
	return row->handler(c, err);
}

int
intermediary_post(struct app *app, struct request *req, struct err *err)
{
	struct call *c = arena_new(req->arena, struct call, 1);
	const struct order_row *row = NULL;
	int rc;

	*c = (struct call){ .app = app, .req = req, .arena = req->arena };
	rc = worker_of(app, &c->worker, err);
	c->party = &c->worker->intermediary;
	if (rc == 0 && c->party->ncipher == 0)
		rc = osci_refuse(err, "9200",
		    "intermediary: it has no keys (torhaus osci key)");
	if (rc == 0)
		rc = call_receive(c, err);
	if (rc == 0) {
		row = find_row(c->message.type);
		rc = row != NULL ? carry_out(c, row, err)
				 : osci_refuse(err, "9300",
				       "intermediary: no such order here");
	}
	return call_answer(c, row, rc, err);
}
