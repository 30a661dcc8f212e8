/* FetchDelivery: a message out of the client's own mailbox. */
#include "osci/fetch.h"

#include "common/date.h"
#include "common/osci/osci_files.h"
#include "common/osci/osci_mailbox_store.h"

static int
none(struct err *err)
{
	return osci_refuse(err, "9803", "mailbox: no such delivery");
}

int
fetch_select(struct call *c, struct osci_delivery *out, struct err *err)
{
	struct osci_mailbox box;
	bool more = false;

	if (osci_mailbox_find(c->app->db, c->arena, c->client->sha256, &box,
		err) == -1)
		return err->code == ERR_NOT_FOUND ? none(err) : -1;
	if (osci_delivery_select(c->app->db, c->arena, &c->worker->files,
		box.id, &c->order.selection, out, &more, err) == -1)
		return err->code == ERR_NOT_FOUND ? none(err) : -1;
	if (more)
		osci_feedback_warn(&c->answer.feedback, "3800");
	return 0;
}

int
fetch_read(struct call *c, const struct osci_delivery *d,
    struct osci_message *out, struct err *err)
{
	struct osci_packet_limits limits = c->worker->limits;
	struct osci_packet *packet = arena_new(c->arena, struct osci_packet, 1);
	struct osci_packet_reader *reader;

	if (limits.max < d->size) /* it came in chunks, or under other rules */
		limits.max = d->size;
	reader = osci_packet_reader_new(c->arena, &limits);
	/* What is wrong with a file of ours is our own fault. */
	if (osci_file_read(c->app->config, &d->id, &d->key.key,
		osci_packet_put, reader, err) == -1 ||
	    osci_packet_end(reader, packet, err) == -1 ||
	    osci_message_read(c->arena, packet, out, err) == -1)
		return err_set(err, ERR_IO, "delivery %s: %s",
		    id_hex(c->arena, &d->id),
		    arena_strdup(c->arena, err->msg));
	return 0;
}

int
fetch_order(struct call *c, struct err *err)
{
	struct osci_delivery *d = arena_new(c->arena, struct osci_delivery, 1);
	struct osci_message *message =
	    arena_new(c->arena, struct osci_message, 1);
	struct osci_card *card = arena_new(c->arena, struct osci_card, 1);

	if (fetch_select(c, d, err) == -1 ||
	    fetch_read(c, d, message, err) == -1 ||
	    osci_delivery_hand_out(c->app->db, d, date_now_ms(), err) == -1)
		return -1;
	osci_delivery_card(d, card);
	c->answer.card = card;
	c->answer.content = message;
	c->dialog->has_fetched = true;
	c->dialog->fetched = d->id;
	return 0;
}
