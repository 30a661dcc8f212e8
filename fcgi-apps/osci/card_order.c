/* FetchProcessCard: what became of messages to and from the client. */
#include "osci/osci.h"

#define CARDS_MAX 1000

int
card_order(struct call *c, struct err *err)
{
	const struct osci_selection *s = &c->order.selection;
	size_t max = s->limit > 0 && s->limit < CARDS_MAX ? (size_t)s->limit
							   : CARDS_MAX;
	const struct osci_card **list;
	struct osci_delivery *d;
	struct osci_card *card;
	bool more;
	size_t n;

	if (osci_delivery_cards(c->app->db, c->arena, &c->worker->files,
		c->client->sha256, s, max, &d, &n, &more, err) == -1)
		return -1;
	if (n == 0)
		return osci_refuse(err, "9804", "no process card");
	if (more)
		osci_feedback_warn(&c->answer.feedback, "3801");
	card = arena_new(c->arena, struct osci_card, n);
	list = arena_new(c->arena, const struct osci_card *, n);
	for (size_t i = 0; i < n; i++) {
		osci_delivery_card(&d[i], &card[i]);
		list[i] = &card[i];
	}
	c->answer.cards = list;
	c->answer.ncards = n;
	return 0;
}
