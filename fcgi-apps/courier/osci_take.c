#include "courier/osci_take.h"

#include "common/date.h"
#include "common/json.h"
#include "common/log.h"
#include "common/osci/osci_arriving_store.h"
#include "common/osci/osci_partner_store.h"

/* Who sent it: a registered partner, by either certificate; 0: nobody. */
static int
find_partner(struct osci_work *w, struct arena *a, uint32_t town,
    const struct osci_certs *certs, uint32_t *out, struct err *err)
{
	static const enum osci_role roles[] = { OSCI_SIGN_ORIGINATOR,
		OSCI_CIPHER_ORIGINATOR };

	*out = 0;
	for (size_t i = 0; i < nitems(roles) && *out == 0; i++) {
		const struct osci_role_cert *c = certs->by_role[roles[i]];
		struct osci_partner partner;

		if (c == NULL)
			continue;
		if (osci_partner_by_cert(w->db, a, town, c->cert.sha256,
			&partner, err) == 0)
			*out = partner.id;
		else if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
	}
	return 0;
}

/* ---- chunks that are kept as they come ---- */

struct keeping {
	struct osci_taking *t;
	struct arena *arena;
	struct osci_arriving arriving;
	bool is_open;
};

static int
load_chunks(void *arg, const char *message_id, const struct osci_chunk *cut,
    struct crypto_spool *joined, int64_t *n, struct err *err)
{
	struct keeping *k = arg;
	const struct osci_fetch *f = k->t->fetch;

	*n = 0;
	if (cut->total_number < 2)
		return 0;
	k->arriving = (struct osci_arriving){ .total = cut->total_number,
		.chunk_kib = cut->size_kib,
		.total_kib = cut->total_size_kib };
	if (osci_arriving_open(k->t->work->db, k->arena,
		k->t->exchange.town, f->identity, f->peer_id, message_id,
		date_now_ms(), joined, &k->arriving, err) == -1)
		return -1;
	k->is_open = true;
	*n = k->arriving.chunks;
	if (*n > 0)
		log_info("osci transfer %s: goes on behind chunk %lld of %lld",
		    id_hex(k->arena, &k->arriving.id), (long long)*n,
		    (long long)k->arriving.total);
	return 0;
}

static int
save_chunk(void *arg, int64_t number, struct crypto_spool *joined,
    int64_t offset, struct err *err)
{
	struct keeping *k = arg;
	struct osci_work *w = k->t->work;
	int64_t now_ms = date_now_ms();

	(void)number; /* they come one after the other */
	return osci_arriving_add(w->db, k->arena, k->t->exchange.town,
		   &k->arriving, joined, offset, now_ms, err) == -1
	    ? -1
	    : osci_fetch_renew(w->db, k->t->fetch, w->name,
		  now_ms + OSCI_LEASE_MS, err);
}

static int
drop_chunks(void *arg, struct err *err)
{
	struct keeping *k = arg;

	return k->is_open
	    ? osci_arriving_drop(k->t->work->db, k->arena,
		  k->t->exchange.town, &k->arriving, date_now_ms(), err)
	    : 0;
}

/* ---- writing it down ---- */

static const char *
private_json(struct arena *a, const char *subject)
{
	struct buf *b = buf_new(a, 65536);
	struct json_out j;

	json_begin(&j, b);
	json_open_object(&j);
	json_pair(&j, "subject", subject);
	json_close_object(&j);
	return buf_text(b);
}

static struct osci_transfer_new
transfer_of(struct osci_taking *t, struct arena *a, int64_t now_ms,
    const char *subject, struct crypto_spool *bytes)
{
	return (struct osci_transfer_new){ .id = id_uuid7(),
		.town = t->exchange.town,
		.is_incoming = true,
		.way = OSCI_TRANSFER_FETCHED,
		.state = OSCI_TRANSFER_ARRIVED,
		.identity = t->fetch->identity,
		.peer_id = t->fetch->peer_id,
		.private = private_json(a, subject),
		.bytes = bytes,
		.next_ms = now_ms,
		.note = "" };
}

/* As it came, to be looked at; whoever mends us tries it again by hand. */
static void
set_aside(struct arena *a, struct osci_transfer_new *t, const char *how,
    const char *why)
{
	t->state = OSCI_TRANSFER_FAILED;
	t->next_ms = 0;
	t->note = arena_printf(a, "%s: %s", how, why);
}

static int
write(struct osci_taking *t, struct arena *a,
    const struct osci_transfer_new *new, int64_t now_ms, struct err *err)
{
	bool is_new;

	if (osci_transfer_arrive(
		t->work->db, a, new, now_ms, &is_new, err) == -1)
		return -1;
	if (!is_new)
		log_info("osci: a message was handed out again; it was here "
			 "already");
	else if (new->state == OSCI_TRANSFER_FAILED)
		log_error("osci: a message for %s is %s",
		    new->identity, new->note);
	else
		log_info("osci: a message for %s arrived, %lld bytes",
		    new->identity,
		    (long long)crypto_spool_len(new->bytes));
	return 0;
}

static int
keep(struct osci_taking *t, struct arena *a,
    const struct osci_client_answer *answer, struct err *err)
{
	const struct osci_reply *reply = &answer->reply;
	const struct osci_card *card = &reply->card;
	const struct osci_role_cert *sender =
	    reply->certs.by_role[OSCI_SIGN_ORIGINATOR];
	int64_t now_ms = date_now_ms();
	struct osci_transfer_new new = transfer_of(
	    t, a, now_ms, card->subject, answer->bytes);
	const char *why = answer->unreadable;

	if (why == NULL && !reply->has_card)
		why = "it has no process card";
	new.message_id = reply->has_card ? card->message_id
					 : reply->message_id;
	new.sender = sender == NULL ? NULL : sender->cert.sha256;
	new.creation_ms = card->creation_ms;
	new.forwarding_ms = card->forwarding_ms;
	if (why != NULL)
		set_aside(a, &new, "put aside, since it cannot be read", why);
	return find_partner(t->work, a, t->fetch->town_id, &reply->certs,
		   &new.partner_id, err) == -1
	    ? -1
	    : write(t, a, &new, now_ms, err);
}

int
osci_put_aside(struct osci_taking *t, const char *message_id, const char *why,
    struct err *err)
{
	struct arena a = { 0 };
	int64_t now_ms = date_now_ms();
	struct osci_transfer_new new = transfer_of(
	    t, &a, now_ms, NULL, crypto_spool_new(&a, "/tmp", 1));
	int rc;

	new.message_id = message_id;
	new.is_skipped = true;
	set_aside(&a, &new, "left at the intermediary, since it cannot be read",
	    why);
	rc = write(t, &a, &new, now_ms, err);
	arena_free(&a);
	return rc;
}

/* ---- asking for it ---- */

/* Whether it is what was handed out that is at fault, and not the line, the
 * intermediary as a whole, or ourselves. */
static bool
is_unreadable(
    const struct osci_client_answer *answer, const struct err *err)
{
	return !answer->is_fault &&
	    (err->code == ERR_BAD_REQUEST || err->code == ERR_CRYPTO ||
		err->code == ERR_TOO_LARGE);
}

static int
judge(struct osci_taking *t, struct arena *a, int rc,
    const struct osci_client_answer *answer, enum osci_taken *how,
    struct err *why, struct err *err)
{
	if (rc == 0 && (answer->is_good || answer->unreadable != NULL)) {
		*how = OSCI_TAKEN;
		return keep(t, a, answer, err);
	}
	if (rc == 0 && strcmp(answer->code, "9803") == 0) {
		*how = OSCI_TAKEN_NONE;
		return 0;
	}
	if (rc == 0) {
		*how = OSCI_TAKEN_REFUSED;
		(void)err_set(why, ERR_IO, "asked for mail: %s %s",
		    answer->code, answer->reply.entry[0].text);
		return 0;
	}
	if (!is_unreadable(answer, err) && !answer->is_fault)
		return -1;
	*how = answer->is_fault ? OSCI_TAKEN_REFUSED : OSCI_TAKEN_UNREADABLE;
	*why = *err;
	err_clear(err);
	return 0;
}

int
osci_take_one(struct osci_taking *t, const char *message_id,
    enum osci_taken *how, struct err *why, struct err *err)
{
	const struct osci_selection selection = {
		.by = message_id == NULL ? OSCI_SELECT_ANY : OSCI_SELECT_IDS,
		.id = &message_id,
		.nid = message_id == NULL ? 0 : 1,
		.limit = -1
	};
	struct arena a = { 0 };
	struct keeping k = { .t = t, .arena = &a };
	const struct osci_client_keep kept = { &k, load_chunks, save_chunk,
		drop_chunks };
	struct osci_client_answer answer = { .code = "" };
	int rc = osci_client_fetch(
	    t->exchange.client, &a, &selection, &kept, &answer, err);

	rc = judge(t, &a, rc, &answer, how, why, err);
	arena_free(&a);
	return rc;
}
