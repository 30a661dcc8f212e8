/* The message that chunks are of: put together, checked, kept. */
#include "osci/partial.h"

#include "common/log.h"
#include "common/osci/osci_files.h"
#include "osci/keep.h"

#define HOUR_MS INT64_C(3600000)

struct joining {
	struct crypto_spool *bytes;
	struct osci_packet_reader *reader;
	struct err inner; /* the message's own mistake */
};

static int
join(void *arg, const void *data, size_t n, struct err *err)
{
	struct joining *j = arg;

	if (crypto_spool_put(j->bytes, data, n, err) == -1)
		return -1;
	if (j->inner.code == ERR_NONE)
		(void)osci_packet_put(j->reader, data, n, &j->inner);
	return 0;
}

/* Reads the chunks one after the other. *inner: what is wrong with the whole. */
static int
read_whole(struct call *c, const struct osci_partial *p,
    const struct osci_chunk_row *row, size_t n, struct joining *j,
    struct osci_packet *out, struct err *err)
{
	const struct osci_packet_limits limits = {
		.dir = c->worker->limits.dir,
		.max = (p->total_kib + 1) * KIB,
	};
	int64_t size;

	j->bytes = crypto_spool_new(c->arena, limits.dir, limits.max);
	j->reader = osci_packet_reader_new(c->arena, &limits);
	for (size_t i = 0; i < n; i++)
		if (osci_file_read(c->app->config, &row[i].file, &p->key.key,
			join, j, err) == -1)
			return -1;
	size = crypto_spool_len(j->bytes);
	if (j->inner.code == ERR_NONE && size / KIB != p->total_kib)
		(void)osci_refuse(
		    &j->inner, "9905", "chunks: not as long as told");
	if (j->inner.code == ERR_NONE)
		(void)osci_packet_end(j->reader, out, &j->inner);
	return 0;
}

/* What must hold for a StoreDelivery that came in chunks: it is the client's
 * own. Its control block is of no dialog and says nothing. */
static int
check_inner(struct call *c, const struct osci_partial *p,
    const struct osci_message *m, const struct osci_order *order,
    struct err *err)
{
	const struct osci_role_cert *own =
	    order->certs.by_role[OSCI_CIPHER_ORIGINATOR];

	if (order->message_id == NULL)
		return osci_refuse(err, "9800", "inner: no message id");
	if (strcmp(order->message_id, p->message_id) != 0)
		return osci_refuse(err, "9801", "inner: another message id");
	if (own != NULL && !osci_cert_equal(&own->cert, c->client))
		return osci_refuse(err, "9501", "inner: another client");
	(void)m;
	return 0;
}

/* The message is kept already: who died was between that and saying so. */
static int
find_kept(struct call *c, const struct osci_partial *p,
    struct osci_delivery *d, struct err *err)
{
	struct err unused = { 0 };

	if (strcmp(err->field, "9801") != 0 ||
	    osci_delivery_by_message_id(c->app->db, c->arena,
		&c->worker->files, p->message_id, d, &unused) == -1 ||
	    d->originator == NULL || d->way != OSCI_WAY_STORE ||
	    d->created_ms < p->created_ms ||
	    memcmp(d->originator, c->client->sha256, CRYPTO_DIGEST_LEN) != 0)
		return -1;
	err_clear(err);
	return 0;
}

static int
store_inner(struct call *c, const struct osci_partial *p,
    const struct osci_packet *packet, struct crypto_spool *bytes,
    struct osci_feedback *inside, struct osci_delivery *d, struct err *err)
{
	struct osci_order *order = arena_new(c->arena, struct osci_order, 1);
	struct osci_message *m = arena_new(c->arena, struct osci_message, 1);
	const struct osci_cert *signer;
	struct osci_judgement judgement = { 0 };
	const struct keeping what = {
		.order = order,
		.judgement = &judgement,
		.bytes = bytes,
		.way = OSCI_WAY_STORE,
		.partial = &p->id,
		/* it was good when the first chunk came */
		.issued_from_ms = p->created_ms -
		    c->app->config->osci_message_id_h * HOUR_MS,
	};

	if (osci_message_read(c->arena, packet, m, err) == -1)
		return -1;
	if (m->type != OSCI_STORE_DELIVERY)
		return osci_refuse(err, "9300", "inner: no StoreDelivery");
	if (osci_order_read(c->arena, m, order, err) == -1 ||
	    check_inner(c, p, m, order, err) == -1 ||
	    call_check_signature(c, m, &order->certs, OSCI_SIGN_ORIGINATOR,
		false, &signer, err) == -1 ||
	    call_judge(c, &order->certs, &judgement, inside, err) == -1)
		return -1;
	if (keep_message(c, &what, d, err) == -1)
		return find_kept(c, p, d, err);
	return 0;
}

/* A mistake of the message stays one; what goes wrong here may go right the
 * next time. */
static bool
is_final(const struct err *err)
{
	return (err->code == ERR_BAD_REQUEST || err->code == ERR_TOO_LARGE ||
		   err->code == ERR_CRYPTO) &&
	    err->field[0] == '9' &&
	    strcmp(err->field, "9603") != 0 &&
	    strcmp(err->field, "9710") != 0;
}

static const char *
codes(struct arena *a, const struct osci_feedback *f)
{
	const char *all = f->code[0];

	for (size_t i = 1; i < f->n; i++)
		all = arena_printf(a, "%s %s", all, f->code[i]);
	return all;
}

static int
end(struct call *c, struct osci_partial *p, const struct osci_chunk_row *row,
    size_t n, const struct osci_feedback *inside, struct err *err)
{
	p->result = codes(c->arena, inside);
	if (osci_partial_end(c->app->db, p, c->now_ms, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		osci_file_remove(c->app->config, &row[i].file);
	return 0;
}

int
partial_carry_out(struct call *c, struct osci_partial *p,
    const struct osci_chunk_row *row, size_t n, struct osci_feedback *inside,
    struct err *err)
{
	struct osci_packet *packet = arena_new(c->arena, struct osci_packet, 1);
	struct osci_delivery *d = arena_new(c->arena, struct osci_delivery, 1);
	struct osci_card *card = arena_new(c->arena, struct osci_card, 1);
	struct joining j = { 0 };

	if (read_whole(c, p, row, n, &j, packet, err) == -1)
		return -1;
	osci_feedback_result(inside, "0800");
	if (j.inner.code == ERR_NONE)
		(void)store_inner(c, p, packet, j.bytes, inside, d, &j.inner);
	if (j.inner.code != ERR_NONE && !is_final(&j.inner)) {
		*err = j.inner;
		return -1;
	}
	if (j.inner.code != ERR_NONE) {
		log_info("chunked delivery refused: %s %s", j.inner.field,
		    j.inner.msg);
		osci_feedback_result(inside, j.inner.field);
		p->state = OSCI_PARTIAL_FAILED;
		return end(c, p, row, n, inside, err);
	}
	osci_delivery_card(d, card);
	c->answer.card = card;
	p->state = OSCI_PARTIAL_DONE;
	p->has_delivery = true;
	p->delivery = d->id;
	return end(c, p, row, n, inside, err);
}
