/* StoreDelivery: a message for somebody's mailbox. */
#include "osci/keep.h"

int
store_order(struct call *c, struct err *err)
{
	const struct keeping what = {
		.order = &c->order,
		.judgement = &c->judgement,
		.bytes = c->bytes,
		.way = OSCI_WAY_STORE,
		.issued_from_ms = keep_issued_from_ms(c),
	};
	struct osci_delivery *d = arena_new(c->arena, struct osci_delivery, 1);
	struct osci_card *card = arena_new(c->arena, struct osci_card, 1);

	if (keep_message(c, &what, d, err) == -1)
		return -1;
	osci_delivery_card(d, card);
	c->answer.card = card;
	return 0;
}
