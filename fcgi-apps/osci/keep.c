#include "osci/keep.h"

#include "common/osci/osci_files.h"
#include "osci/mailbox.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

int64_t
keep_issued_from_ms(const struct call *c)
{
	return c->now_ms - c->app->config->osci_message_id_h * HOUR_MS;
}

static void
fill(struct call *c, const struct keeping *what,
    const struct osci_cert *addressee, struct osci_delivery *d)
{
	*d = (struct osci_delivery){
		.id = id_uuid7(),
		.message_id = what->order->message_id,
		.originator = c->client->sha256,
		.addressee = addressee->sha256,
		.signer = c->signer == NULL ? NULL : c->signer->sha256,
		.way = what->way,
		.state = OSCI_DELIVERY_KEPT,
		.subject = what->order->subject,
		.inspection = what->judgement->inspection,
		.ninspection = what->judgement->n,
		.size = crypto_spool_len(what->bytes),
		.created_ms = c->now_ms,
		.modified_ms = c->now_ms,
		.expires_ms = c->now_ms +
		    c->app->config->osci_retention_days * DAY_MS,
	};
	data_key_new(&c->worker->files, &d->key);
}

static int
write_file(struct call *c, struct crypto_spool *bytes,
    struct osci_delivery *d, struct err *err)
{
	struct document_file_info info;

	if (osci_file_write(c->app->config, &d->id, &d->key.key, bytes, 0,
		d->size, &info, err) == -1)
		return -1;
	memcpy(d->file_sha256, info.cipher_sha256, sizeof(d->file_sha256));
	d->has_file = true;
	return 0;
}

/* The connection broke during the commit: whether the row is there decides. */
static int
ask_again(struct call *c, const struct osci_delivery *d, struct err *err)
{
	struct osci_delivery found;

	err_clear(err);
	return osci_delivery_by_id(
	    c->app->db, c->arena, &c->worker->files, &d->id, &found, err);
}

int
keep_message(struct call *c, const struct keeping *what,
    struct osci_delivery *d, struct err *err)
{
	const struct osci_role_cert *addressee =
	    what->order->certs.by_role[OSCI_CIPHER_ADDRESSEE];
	struct osci_mailbox box;
	bool unknown;
	int rc;

	if (what->order->message_id == NULL ||
	    *what->order->message_id == '\0')
		return osci_refuse(err, "9800", "delivery: no message id");
	if (addressee == NULL)
		return osci_refuse(
		    err, "9300", "delivery: the addressee is not named");
	fill(c, what, &addressee->cert, d);
	if (mailbox_for(c, &addressee->cert, d->size, what->partial, &box,
		err) == -1)
		return -1;
	d->mailbox_id = box.id;
	if (write_file(c, what->bytes, d, err) == -1)
		return -1;
	rc = osci_delivery_accept(c->app->db, c->arena, d, c->client->sha256,
	    what->issued_from_ms, &unknown, err);
	if (rc == -1 && unknown)
		return ask_again(c, d, err); /* else the sweep has the file */
	if (rc == -1)
		osci_file_remove(c->app->config, &d->id);
	return rc;
}
