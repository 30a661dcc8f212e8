/*
 * Fetching mail: one dialog, in which each delivery is written down and
 * committed before the next request acknowledges it. Whoever dies in between
 * gets it again, and knows it by its message id.
 */
#include "common/date.h"
#include "common/id.h"
#include "common/json.h"
#include "common/log.h"
#include "common/osci_partner_store.h"
#include "courier/osci.h"

#define MESSAGES_MAX 100 /* of one dialog */
#define TROUBLE_MS 60000

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

static int
keep(struct osci_work *w, struct arena *a, struct osci_exchange *x,
    const struct osci_fetch *f, const struct osci_client_answer *answer,
    struct err *err)
{
	const struct osci_card *card = &answer->reply.card;
	const struct osci_role_cert *sender =
	    answer->reply.certs.by_role[OSCI_SIGN_ORIGINATOR];
	int64_t now_ms = date_now_ms();
	struct osci_transfer_new t = { .id = id_uuid7(),
		.town = x->town,
		.is_incoming = true,
		.way = OSCI_TRANSFER_FETCHED,
		.state = OSCI_TRANSFER_ARRIVED,
		.identity = f->identity,
		.peer_id = f->peer_id,
		.message_id = card->message_id,
		.private = private_json(a, card->subject),
		.sender = sender == NULL ? NULL : sender->cert.sha256,
		.creation_ms = card->creation_ms,
		.forwarding_ms = card->forwarding_ms,
		.bytes = answer->bytes,
		.next_ms = now_ms,
		.note = "" };
	bool is_new;

	if (find_partner(w, a, f->town_id, &answer->reply.certs,
		&t.partner_id, err) == -1 ||
	    osci_transfer_arrive(w->db, a, &t, now_ms, &is_new, err) == -1)
		return -1;
	if (is_new)
		log_info("osci transfer %s: arrived, %lld bytes",
		    id_hex(a, &t.id),
		    (long long)crypto_spool_len(answer->bytes));
	else
		log_info("osci: a message was handed out again; it was here "
			 "already");
	return 0;
}

/* *more: there may be others. */
static int
fetch_one(struct osci_work *w, struct osci_exchange *x,
    const struct osci_fetch *f, bool *more, struct err *err)
{
	const struct osci_selection any = { .by = OSCI_SELECT_ANY,
		.limit = -1 };
	struct osci_client_answer answer;
	struct arena a = { 0 };
	int rc = osci_client_fetch(x->client, &a, &any, &answer, err);

	*more = false;
	if (rc == 0 && answer.is_good) {
		*more = true;
		rc = answer.reply.has_card
		    ? keep(w, &a, x, f, &answer, err)
		    : err_set(err, ERR_IO,
			  "a delivery without its process card");
	} else if (rc == 0 && strcmp(answer.code, "9803") != 0)
		rc = err_set(err, ERR_IO, "asked for mail: %s %s",
		    answer.code, answer.reply.entry[0].text);
	arena_free(&a);
	return rc;
}

/* A dialog that fails is left: nothing in it is acknowledged then. */
static int
fetch_all(struct osci_work *w, struct arena *a, const struct osci_fetch *f,
    size_t *n, bool *more, struct err *err)
{
	struct osci_exchange x;

	*n = 0;
	*more = true;
	if (osci_exchange_open(
		w, a, f->town_id, f->identity, f->peer_id, &x, err) == -1 ||
	    osci_client_begin(x.client, err) == -1)
		return -1;
	for (;;) {
		if (fetch_one(w, &x, f, more, err) == -1 ||
		    osci_fetch_renew(w->db, f, w->name,
			date_now_ms() + OSCI_LEASE_MS, err) == -1)
			return -1;
		if (!*more || ++*n == MESSAGES_MAX)
			break;
	}
	return osci_client_end(x.client, err);
}

/*
 * When to fetch next. Soon after something was sent, an answer may be there: the
 * longer nothing comes, the rarer it is looked for, up to the interval.
 */
static int64_t
next_fetch(const struct osci_fetch *f, bool failed, int64_t now_ms)
{
	int64_t wait_ms = f->every_s * 1000, near_ms;

	if (f->every_s == 0)
		return 0;
	if (failed)
		return now_ms + (wait_ms > TROUBLE_MS ? wait_ms : TROUBLE_MS);
	near_ms = f->sent_ms == 0 ? wait_ms : (now_ms - f->sent_ms) / 4;
	if (near_ms < OSCI_SOON_MS)
		near_ms = OSCI_SOON_MS;
	return now_ms + (near_ms < wait_ms ? near_ms : wait_ms);
}

static bool
is_of_database(enum err_code code)
{
	return code == ERR_DB || code == ERR_DB_BUSY ||
	    code == ERR_DB_UNAVAILABLE;
}

int
osci_fetch_due(struct osci_work *w, size_t *n, struct err *err)
{
	struct arena a = { 0 };
	struct err why = { 0 };
	struct osci_fetch f;
	int64_t next_ms, now_ms;
	bool more = false;
	int rc;

	*n = 0;
	rc = osci_fetch_claim(
	    w->db, &a, w->name, date_now_ms(), OSCI_LEASE_MS, &f, err);
	if (rc == -1) {
		arena_free(&a);
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	if (fetch_all(w, &a, &f, n, &more, &why) == -1) {
		log_warn("osci: fetching for %s failed: %s", f.identity,
		    why.msg);
		more = false;
	}
	now_ms = date_now_ms();
	next_ms = next_fetch(&f, why.code != ERR_NONE, now_ms);
	if (more && why.code == ERR_NONE)
		next_ms = now_ms;
	if (is_of_database(why.code)) {
		*err = why;
		rc = -1;
	} else
		rc = osci_fetch_done(
		    w->db, w->name, &f, now_ms, next_ms, why.msg, err);
	db_enter_town(w->db, 0);
	arena_free(&a);
	return rc;
}
