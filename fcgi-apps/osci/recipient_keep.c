/* A delivery becomes a transfer of the town's: once, before anybody is told. */
#include "osci/recipient.h"

#include "common/json.h"
#include "common/log.h"
#include "common/osci/osci_arrival_store.h"
#include "common/osci/osci_partner_store.h"
#include "common/osci/osci_transfer_store.h"
#include "common/service/service.h"

#define PRIVATE_MAX 65536

struct keeping {
	struct arrival *arrival;
	struct call *call;
	const struct town *town;
	uint8_t content[CRYPTO_DIGEST_LEN];
	struct osci_transfer_new row;
};

/* ---- what is kept ---- */

static const struct osci_cert *
cert_of(const struct call *c, enum osci_role role)
{
	const struct osci_role_cert *cert = c->order.certs.by_role[role];

	return cert == NULL ? NULL : &cert->cert;
}

/* Who sent it, if the operator registered him; 0: nobody. */
static int
find_partner(struct keeping *k, uint32_t *out, struct err *err)
{
	struct call *c = k->call;
	const struct osci_cert *cert = cert_of(c, OSCI_CIPHER_ORIGINATOR);
	struct osci_partner partner;

	*out = 0;
	if (cert == NULL)
		cert = cert_of(c, OSCI_SIGN_ORIGINATOR);
	if (cert == NULL)
		return 0;
	if (osci_partner_by_cert(c->app->db, c->arena, k->town->id,
		cert->sha256, &partner, err) == 0) {
		*out = partner.id;
		return 0;
	}
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	return 0;
}

static const char *
private_json(struct keeping *k)
{
	struct buf *text = buf_new(k->call->arena, PRIVATE_MAX);
	struct json_out json;

	json_begin(&json, text);
	json_open_object(&json);
	if (k->arrival->subject != NULL)
		json_pair(&json, "subject", k->arrival->subject);
	json_close_object(&json);
	return buf_text(text);
}

static int
fill(struct keeping *k, struct err *err)
{
	struct call *c = k->call;
	const struct osci_cert *signer = cert_of(c, OSCI_SIGN_ORIGINATOR);
	const struct osci_card *card =
	    c->order.has_card ? &c->order.card : NULL;

	k->town = service_set_town_by_id(
	    c->req->services, k->arrival->box->own->town_id);
	if (k->town == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "recipient: town %u is not loaded",
		    k->arrival->box->own->town_id);
	k->row = (struct osci_transfer_new){
		.town = k->town,
		.is_incoming = true,
		.way = OSCI_TRANSFER_PASSIVE,
		.state = OSCI_TRANSFER_ARRIVED,
		.identity = k->arrival->box->own->name,
		.peer_id = k->arrival->peer_id,
		.message_id = k->arrival->message_id,
		.private = private_json(k),
		.sender = signer == NULL ? NULL : signer->sha256,
		.creation_ms = card == NULL ? 0 : card->creation_ms,
		.forwarding_ms = card == NULL ? 0 : card->forwarding_ms,
		.reception_ms = c->now_ms,
		.bytes = c->bytes,
		.next_ms = c->now_ms,
		.note = "",
	};
	return find_partner(k, &k->row.partner_id, err) == -1
	    ? -1
	    : osci_arrival_digest(c->arena, &c->message, k->content, err);
}

/* ---- once ---- */

static int
insert(struct keeping *k, bool with_reply, struct process_reply *out,
    struct err *err)
{
	struct arrival *a = k->arrival;
	struct call *c = k->call;

	a->id = k->row.id = id_uuid7();
	if (osci_transfer_insert(
		c->app->db, c->arena, &k->row, c->now_ms, err) == -1 ||
	    osci_arrival_note(c->app->db, &a->id, k->content, err) == -1)
		return -1;
	if (!with_reply)
		return 0;
	if (recipient_handle(a, out, err) == -1)
		return -1;
	/* Without an id nobody can ask for it again. */
	return a->message_id == NULL
	    ? 0
	    : osci_arrival_answer(c->app->db, c->arena, k->town, &a->id,
		  out->subject, out->bytes, out->len, err);
}

static bool
is_same(const struct keeping *k, const struct osci_arrival *before)
{
	return before->peer_id == k->arrival->peer_id &&
	    memcmp(before->content, k->content, sizeof(k->content)) == 0;
}

/*
 * Ids are unique to one intermediary, if it does as it should. Another message
 * with an id that came before is neither lost nor refused: it is kept under an
 * id of its own, by which it is known again.
 */
static const char *
other_id(const struct keeping *k)
{
	uint64_t digest;

	memcpy(&digest, k->content, sizeof(digest));
	return arena_printf(k->call->arena, "%.200s (%u, %016llx)",
	    k->arrival->message_id, k->arrival->peer_id,
	    (unsigned long long)digest);
}

/* The same again is answered as before. */
static int
repeat(struct keeping *k, const struct osci_arrival *before, bool with_reply,
    struct process_reply *out, struct err *err)
{
	struct call *c = k->call;
	const char *bytes;

	k->arrival->id = before->id;
	log_info("recipient: a delivery that is here already");
	if (!with_reply)
		return 0;
	if (osci_arrival_answered(c->app->db, c->arena, k->town, &before->id,
		&out->subject, &bytes, &out->len, err) == 0) {
		out->bytes = bytes;
		return 0;
	}
	/* It came as AcceptDelivery then. */
	return err->code == ERR_NOT_FOUND
	    ? osci_refuse(err, "9805", "recipient: no answer was kept")
	    : -1;
}

/* *was_there: it has a row, and *before says which. */
static int
look(struct keeping *k, struct osci_arrival *before, bool *was_there,
    struct err *err)
{
	struct call *c = k->call;

	*was_there = false;
	if (k->row.message_id == NULL)
		return 0;
	if (osci_arrival_find(c->app->db, c->arena, k->town,
		k->row.identity, k->row.message_id, before, err) == 0) {
		*was_there = true;
		return 0;
	}
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	return 0;
}

/* *again: somebody else was faster, or in the way. */
static int
keep(struct keeping *k, bool with_reply, struct process_reply *out,
    bool *again, struct err *err)
{
	struct db *db = k->call->app->db;
	struct osci_arrival before;
	bool unknown, was_there;

	*again = false;
	if (look(k, &before, &was_there, err) == -1)
		return -1;
	if (was_there && !is_same(k, &before)) {
		log_warn("recipient: another message had this id before");
		k->row.message_id = other_id(k);
		if (look(k, &before, &was_there, err) == -1)
			return -1;
	}
	if (was_there)
		return repeat(k, &before, with_reply, out, err);
	if (db_begin(db, err) == -1)
		return -1;
	if (insert(k, with_reply, out, err) == 0)
		return db_commit(db, &unknown, err);
	db_rollback(db);
	*again = err->code == ERR_DUPLICATE || err->code == ERR_DB_BUSY;
	return -1;
}

int
recipient_keep(struct arrival *a, bool with_reply, struct process_reply *out,
    struct err *err)
{
	struct keeping k = { .arrival = a, .call = a->call };
	bool again = false;
	int rc;

	*out = (struct process_reply){ 0 };
	if (fill(&k, err) == -1)
		return -1;
	db_enter_town(a->call->app->db, k.town->id);
	rc = keep(&k, with_reply, out, &again, err);
	for (int tries = 0; rc == -1 && again && tries < 3; tries++) {
		err_clear(err);
		rc = keep(&k, with_reply, out, &again, err);
	}
	db_enter_town(a->call->app->db, 0);
	return rc;
}
