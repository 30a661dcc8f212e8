#include "osci/forward.h"

#include <time.h>

#include "common/date.h"

#define LOOK_MS 200

static void
sleep_ms(long ms)
{
	const struct timespec t = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* ---- an order that was there before ---- */

static bool
is_same(const struct call *c, enum osci_way way, const struct osci_forward *f,
    const uint8_t content[CRYPTO_DIGEST_LEN])
{
	return f->delivery.way == way && f->delivery.originator != NULL &&
	    memcmp(f->delivery.originator, c->client->sha256,
		CRYPTO_DIGEST_LEN) == 0 &&
	    memcmp(f->content, content, CRYPTO_DIGEST_LEN) == 0;
}

/* Until it is ours, or somebody else knows the outcome. */
static int
take_over(struct call *c, struct osci_forward *f, enum forward_begin *how,
    struct err *err)
{
	int64_t give_up_ms = relay_busy_until(c);

	for (;;) {
		bool got;

		if (f->delivery.state == OSCI_DELIVERY_KEPT ||
		    f->delivery.state == OSCI_DELIVERY_REFUSED) {
			*how = FORWARD_IS_DONE;
			return 0;
		}
		f->was_tried = f->delivery.state != OSCI_DELIVERY_UNSENT;
		if (osci_forward_claim(c->app->db, &f->delivery.id,
			f->delivery.state, date_now_ms(),
			date_now_ms() + (give_up_ms - c->now_ms), &got,
			err) == -1)
			return -1;
		if (got) {
			*how = FORWARD_IS_OURS;
			return 0;
		}
		if (date_now_ms() > give_up_ms)
			return osci_refuse(err, "9811",
			    "forward: another process holds the delivery");
		sleep_ms(LOOK_MS);
		if (osci_forward_find(c->app->db, c->arena, &c->worker->files,
			c->order.message_id, f, err) == -1)
			return -1;
	}
}

/* ---- a new one ---- */

static void
fill(struct call *c, enum osci_way way, const char *response_id,
    struct osci_forward *f)
{
	const struct osci_role_cert *addressee =
	    c->order.certs.by_role[OSCI_CIPHER_ADDRESSEE];
	struct osci_delivery *d = &f->delivery;

	*d = (struct osci_delivery){
		.id = id_uuid7(),
		.message_id = c->order.message_id,
		.originator = c->client->sha256,
		.signer = c->signer == NULL ? NULL : c->signer->sha256,
		.addressee = addressee == NULL ? NULL : addressee->cert.sha256,
		.way = way,
		.state = OSCI_DELIVERY_FORWARDING,
		.subject = c->order.subject,
		.inspection = c->judgement.inspection,
		.ninspection = c->judgement.n,
		.size = crypto_spool_len(c->bytes),
		.receiver = c->order.receiver,
		.response_message_id = response_id,
		.created_ms = c->now_ms,
		.modified_ms = c->now_ms,
		.expires_ms = c->now_ms +
		    c->app->config->osci_retention_days * INT64_C(86400000),
	};
	data_key_new(&c->worker->files, &d->key);
	f->busy_until_ms = relay_busy_until(c);
}

static int
insert(struct call *c, struct osci_forward *f, struct err *err)
{
	const struct config *config = c->app->config;
	bool unknown;

	if (osci_forward_begin(c->app->db, c->arena, f, c->client->sha256,
		c->now_ms - config->osci_message_id_h * INT64_C(3600000),
		&unknown, err) == -1)
		return osci_code_default(err, "9809");
	return 0;
}

int
forward_begin(struct call *c, enum osci_way way, const char *response_id,
    struct osci_forward *f, enum forward_begin *how, struct err *err)
{
	uint8_t content[CRYPTO_DIGEST_LEN];

	if (c->order.message_id == NULL)
		return osci_refuse(err, "9800", "forward: no message id");
	if (c->client == NULL)
		return osci_refuse(
		    err, "9500", "forward: no cipher certificate");
	if (relay_digest(c, content, err) == -1)
		return osci_code_default(err, "9809");
	if (osci_forward_find(c->app->db, c->arena, &c->worker->files,
		c->order.message_id, f, err) == 0) {
		if (!is_same(c, way, f, content))
			return osci_refuse(
			    err, "9801", "message id: used before");
		return take_over(c, f, how, err) == -1
		    ? osci_code_default(err, "9811")
		    : 0;
	}
	if (err->code != ERR_NOT_FOUND)
		return osci_code_default(err, "9811");
	err_clear(err);
	fill(c, way, response_id, f);
	memcpy(f->content, content, sizeof(content));
	*how = FORWARD_IS_OURS;
	return insert(c, f, err);
}

/* ---- what became of it ---- */

struct osci_card *
forward_card(struct call *c, const struct osci_delivery *d)
{
	struct osci_card *card = arena_new(c->arena, struct osci_card, 1);

	osci_delivery_card(d, card);
	return card;
}

void
forward_note(const struct relay *r, struct osci_delivery *d)
{
	if (r->sent_ms != 0)
		d->forwarded_ms = r->sent_ms;
	d->received_ms = r->received_ms;
	d->modified_ms = r->received_ms != 0 ? r->received_ms
	    : r->sent_ms != 0		     ? r->sent_ms
					     : r->call->now_ms;
	relay_inspections(r, &d->inspection, &d->ninspection);
	switch (r->end) {
	case RELAY_DELIVERED:
		d->state = OSCI_DELIVERY_KEPT;
		break;
	case RELAY_REFUSED:
		d->state = OSCI_DELIVERY_REFUSED;
		break;
	case RELAY_UNSENT:
		d->state = OSCI_DELIVERY_UNSENT;
		break;
	default:
		d->state = OSCI_DELIVERY_FAILED;
		break;
	}
}
