#include "osci/mailbox.h"

#include "common/osci/osci_partial_store.h"

#define TRIES 5

static int
closed(struct err *err, const char *why)
{
	return osci_refuse(err, "9811", "mailbox: %s", why);
}

/* Each addressee has a mailbox: this one from now on. */
static int
open_one(struct call *c, const struct osci_cert *addressee,
    struct osci_mailbox *out, struct err *err)
{
	*out = (struct osci_mailbox){
		.name = arena_printf(c->arena, "%.100s",
		    osci_cert_subject(c->arena, addressee)),
		.cert = addressee->der,
		.cert_len = addressee->len,
		.senders = OSCI_SENDERS_ANY,
		.is_open = true,
		.created_ms = c->now_ms,
	};
	memcpy(out->fingerprint, addressee->sha256, CRYPTO_DIGEST_LEN);
	return osci_mailbox_insert(c->app->db, out, err);
}

static int
find(struct call *c, const struct osci_cert *addressee,
    struct osci_mailbox *out, struct err *err)
{
	for (int tries = 0;; tries++) {
		err_clear(err);
		if (osci_mailbox_find(c->app->db, c->arena,
			addressee->sha256, out, err) == 0)
			return 0;
		if (err->code != ERR_NOT_FOUND)
			return -1;
		if (strcmp(c->app->config->osci_mailboxes, "open") != 0)
			return closed(err, "the addressee has none");
		err_clear(err);
		if (open_one(c, addressee, out, err) == 0)
			return 0;
		/* Another request may have been faster, or in the way. */
		if ((err->code != ERR_DUPLICATE && err->code != ERR_DB_BUSY) ||
		    tries == TRIES)
			return -1;
	}
}

int
mailbox_for(struct call *c, const struct osci_cert *addressee, int64_t size,
    const struct id *partial, struct osci_mailbox *out, struct err *err)
{
	int64_t quota = c->app->config->osci_quota, under_way;
	bool is_listed = true;

	if (find(c, addressee, out, err) == -1)
		return -1;
	if (!out->is_open)
		return closed(err, "it is closed");
	if (out->max_message > 0 && size > out->max_message)
		return closed(err, "the message is too large for it");
	if (out->quota > 0)
		quota = out->quota;
	if (osci_partial_under_way(c->app->db, c->arena, out->id, partial,
		&under_way, err) == -1)
		return -1;
	if (size > quota - out->used_bytes - under_way)
		return closed(err, "it is full");
	if (out->senders == OSCI_SENDERS_LISTED &&
	    osci_sender_is_listed(c->app->db, c->arena, out->id, c->client,
		c->signer, &is_listed, err) == -1)
		return -1;
	return is_listed ? 0 : closed(err, "the sender is not listed");
}
