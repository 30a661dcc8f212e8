#include "osci/boxes.h"

static void
fill(struct arena *a, const struct osci_own *own, struct box *out)
{
	out->own = own;
	party_fill(a, own, OSCI_CIPHER_ADDRESSEE, OSCI_SIGN_ADDRESSEE,
	    "addressee", &out->party);
}

/* Every key of every box; the first box's signature. */
static void
join(struct arena *a, struct boxes *b)
{
	struct osci_identity *cipher;
	size_t n = 0;

	if (b->n == 0)
		return;
	for (size_t i = 0; i < b->n; i++)
		n += b->box[i].party.ncipher;
	cipher = arena_new(a, struct osci_identity, n);
	b->any = b->box[0].party;
	b->any.cipher = cipher;
	b->any.ncipher = n;
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->box[i].party.ncipher; k++)
			*cipher++ = b->box[i].party.cipher[k];
}

int
boxes_load(struct app *app, struct worker *w, struct arena *a,
    struct boxes **out, struct err *err)
{
	struct boxes *b = arena_new(a, struct boxes, 1);
	struct osci_own *recipient, *client;
	size_t nrecipient, nclient;

	if (osci_identity_load(app->db, a, app->config, &w->master,
		OSCI_IDENTITY_RECIPIENT, NULL, &recipient, &nrecipient, err) ==
		-1 ||
	    osci_identity_load(app->db, a, app->config, &w->master,
		OSCI_IDENTITY_CLIENT, NULL, &client, &nclient, err) == -1)
		return -1;
	b->box = arena_new(a, struct box, nrecipient + nclient);
	for (size_t i = 0; i < nrecipient; i++)
		fill(a, &recipient[i], &b->box[b->n++]);
	for (size_t i = 0; i < nclient; i++)
		fill(a, &client[i], &b->box[b->n++]);
	join(a, b);
	*out = b;
	return 0;
}

const struct box *
boxes_find(const struct boxes *b, const struct osci_cert *cert)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->box[i].party.ncipher; k++)
			if (osci_cert_equal(
				&b->box[i].party.cipher[k].cert, cert))
				return &b->box[i];
	return NULL;
}

/* The one town's authority among the readers, or of all; NULL when there is
 * none, or more than one. */
static const struct box *
only(const struct boxes *b, const struct osci_certs *readers)
{
	const struct box *found = NULL;

	for (size_t i = 0; i < b->n; i++) {
		bool is_reader = readers == NULL;

		for (size_t k = 0; !is_reader && k < readers->n; k++)
			is_reader =
			    readers->cert[k].role == OSCI_CIPHER_READER &&
			    boxes_find(b, &readers->cert[k].cert) == &b->box[i];
		if (!is_reader || b->box[i].own->town_id == 0)
			continue;
		if (found != NULL)
			return NULL;
		found = &b->box[i];
	}
	return found;
}

const struct box *
boxes_addressee(const struct boxes *b, const struct osci_order *order)
{
	const struct osci_role_cert *cert =
	    order->certs.by_role[OSCI_CIPHER_ADDRESSEE];
	const struct box *box = cert == NULL ? NULL
					     : boxes_find(b, &cert->cert);
	const struct box *reader;

	if (box != NULL && box->own->town_id != 0)
		return box;
	if (cert != NULL && box == NULL)
		return NULL; /* for somebody else */
	reader = only(b, &order->certs);
	return reader != NULL ? reader : only(b, NULL);
}
