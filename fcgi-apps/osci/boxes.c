#include "osci/boxes.h"

#include "common/log.h"

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

static void
add(struct arena *a, struct boxes *b, const struct osci_own *own, size_t n)
{
	struct box *all = arena_new(a, struct box, b->n + n);

	if (b->n > 0)
		memcpy(all, b->box, b->n * sizeof(*all));
	for (size_t i = 0; i < n; i++)
		fill(a, &own[i], &all[b->n + i]);
	b->box = all;
	b->n += n;
}

/* A key that does not open, a token that is not there: not the database. */
static bool
is_of_a_key(const struct err *err)
{
	return err->code == ERR_CRYPTO || err->code == ERR_CONFIG;
}

/* Name by name: who has no key that opens is left out, and nobody else. */
static int
load_each(struct app *app, struct worker *w, struct arena *a,
    enum osci_identity_role role, struct boxes *b, struct err *err)
{
	struct osci_identity_row *row;
	struct osci_own *own;
	size_t nrow, n;

	if (osci_identity_rows(app->db, a, &row, &nrow, err) == -1)
		return -1;
	for (size_t i = 0; i < nrow; i++) {
		bool is_known = false;

		for (size_t k = 0; k < i && !is_known; k++)
			is_known = row[k].role == role &&
			    strcmp(row[k].name, row[i].name) == 0;
		if (row[i].role != role || is_known)
			continue;
		if (osci_identity_load(app->db, a, app->config, &w->master,
			role, row[i].name, &own, &n, err) == 0) {
			add(a, b, own, n);
			continue;
		}
		if (!is_of_a_key(err))
			return -1;
		log_error("nothing is received for %s: %s",
		    row[i].name, err->msg);
		err_clear(err);
	}
	return 0;
}

static int
load_role(struct app *app, struct worker *w, struct arena *a,
    enum osci_identity_role role, struct boxes *b, struct err *err)
{
	struct osci_own *own;
	size_t n;

	if (osci_identity_load(app->db, a, app->config, &w->master, role, NULL,
		&own, &n, err) == 0) {
		add(a, b, own, n);
		return 0;
	}
	if (!is_of_a_key(err))
		return -1;
	err_clear(err);
	return load_each(app, w, a, role, b, err);
}

int
boxes_load(struct app *app, struct worker *w, struct arena *a,
    struct boxes **out, struct err *err)
{
	struct boxes *b = arena_new(a, struct boxes, 1);

	if (load_role(app, w, a, OSCI_IDENTITY_RECIPIENT, b, err) == -1 ||
	    load_role(app, w, a, OSCI_IDENTITY_CLIENT, b, err) == -1)
		return -1;
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
