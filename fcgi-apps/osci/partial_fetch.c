/*
 * PartialFetchDelivery (supplement EFFI): a chunk of the answer that
 * FetchDelivery would have given. That answer is made once, at the first chunk,
 * and kept as it is, since no two are alike in time and boundary.
 */
#include "osci/partial.h"

#include "common/date.h"
#include "common/osci/osci_files.h"
#include "common/osci/osci_request.h"
#include "osci/fetch.h"

#define SMALL (64 * KIB) /* what an answer has beside the message, and more */

/* The whole answer, plain; any values in its control block will do. */
static int
build(struct call *c, struct osci_delivery *d, struct crypto_spool *bytes,
    struct err *err)
{
	struct osci_message *message =
	    arena_new(c->arena, struct osci_message, 1);
	struct osci_card *card = arena_new(c->arena, struct osci_card, 1);
	struct osci_packet_limits limits = c->worker->limits;
	struct osci_answer answer = {
		.type = OSCI_RESPONSE_TO_FETCH_DELIVERY,
		.control = { .response = c->message.control.challenge,
		    .challenge = osci_challenge(c->arena),
		    .conversation_id = c->message.control.conversation_id,
		    .sequence = c->message.control.sequence },
		.order = &c->order,
		.feedback = c->answer.feedback,
		.card = card,
		.content = message,
		.signer = c->answer.signer,
	};
	struct osci_out *out;

	if (fetch_read(c, d, message, err) == -1 ||
	    osci_delivery_hand_out(c->app->db, d, date_now_ms(), err) == -1)
		return -1;
	osci_delivery_card(d, card);
	if (limits.max < 2 * d->size)
		limits.max = 2 * d->size;
	if (c->party->ncipher > 0)
		answer.signer = &c->party->signer;
	if (osci_answer_build(c->arena, &answer, c->app->texts, &limits, &out,
		err) == -1)
		return -1;
	return osci_out_send(out, NULL, crypto_spool_sink, bytes, err);
}

static int
freeze(struct call *c, struct osci_delivery *d, struct osci_partial *p,
    struct err *err)
{
	struct crypto_spool *bytes = crypto_spool_new(c->arena,
	    c->worker->limits.dir, 2 * d->size + ((int64_t)1 << 20));
	struct document_file_info info;

	if (build(c, d, bytes, err) == -1)
		return -1;
	*p = (struct osci_partial){
		.id = id_uuid7(),
		.kind = OSCI_PARTIAL_OUT,
		.message_id = d->message_id,
		.client = c->client->sha256,
		.has_delivery = true,
		.delivery = d->id,
		.chunk_kib = c->order.chunk.size_kib,
		.size = crypto_spool_len(bytes),
		.total_kib = crypto_spool_len(bytes) / KIB,
		.state = OSCI_PARTIAL_DONE,
		.created_ms = c->now_ms,
	};
	data_key_new(&c->worker->files, &p->key);
	if (osci_file_write(c->app->config, &p->id, &p->key.key, bytes, 0,
		p->size, &info, err) == -1)
		return -1;
	if (osci_partial_insert(c->app->db, p, err) == 0)
		return 0;
	if (err->code != ERR_DUPLICATE)
		return -1;
	err_clear(err); /* another request was faster: its bytes count */
	osci_file_remove(c->app->config, &p->id);
	return osci_partial_find(c->app->db, c->arena, &c->worker->files,
	    OSCI_PARTIAL_OUT, d->message_id, c->client->sha256, p, err);
}

static int
find_frozen(struct call *c, struct osci_delivery *d, struct osci_partial *p,
    struct err *err)
{
	if (osci_partial_find(c->app->db, c->arena, &c->worker->files,
		OSCI_PARTIAL_OUT, d->message_id, c->client->sha256, p,
		err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	return freeze(c, d, p, err);
}

/* Whether the client has all chunks when it has this one. */
static bool
is_complete(struct arena *a, const struct osci_chunk *chunk, int64_t total)
{
	bool *has = arena_new(a, bool, (size_t)total + 1);
	int64_t count = 1;

	has[chunk->number] = true;
	for (size_t i = 0; i < chunk->nreceived; i++) {
		int64_t number = chunk->received[i];

		if (number < 1 || number > total || has[number])
			continue;
		has[number] = true;
		count++;
	}
	return count == total;
}

static int
cut(struct call *c, const struct osci_partial *p, struct err *err)
{
	const struct osci_chunk *chunk = &c->order.chunk;
	int64_t size = chunk->size_kib * KIB;
	int64_t total = (p->size + size - 1) / size;
	int64_t offset = (chunk->number - 1) * size, len;
	struct crypto_spool *bytes;

	if (total > OSCI_CHUNKS_MAX)
		return osci_refuse(err, "9903", "chunks: too small");
	if (chunk->number > total)
		return osci_refuse(err, "9901", "chunks: no such number");
	len = p->size - offset < size ? p->size - offset : size;
	bytes = crypto_spool_new(c->arena, c->worker->limits.dir, size);
	if (osci_file_read_range(c->app->config, &p->id, &p->key.key, offset,
		len, crypto_spool_sink, bytes, err) == -1)
		return -1;
	c->answer.type = OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY;
	c->answer.message_id = p->message_id;
	c->answer.chunk = (struct osci_chunk){
		.number = chunk->number,
		.total_number = total,
		.total_size_kib = p->total_kib,
	};
	c->answer.chunk_bytes = bytes;
	c->answer.chunk_len = len;
	if (is_complete(c->arena, chunk, total)) {
		c->dialog->has_fetched = true;
		c->dialog->fetched = p->delivery;
	}
	return 0;
}

int
partial_fetch(struct call *c, struct err *err)
{
	const struct osci_chunk *chunk = &c->order.chunk;
	struct osci_delivery *d = arena_new(c->arena, struct osci_delivery, 1);
	struct osci_partial p;

	call_tell_limits(c);
	if (chunk->number < 1)
		return osci_refuse(err, "9901", "chunks: no such number");
	if (chunk->size_kib > c->app->config->osci_chunk_max_kib)
		return osci_refuse(err, "9902", "chunks: too large");
	if (chunk->size_kib < 1)
		return osci_refuse(err, "9903", "chunks: too small");
	if (fetch_select(c, d, err) == -1)
		return -1;
	if (chunk->number == 1 && d->size + SMALL <= chunk->size_kib * KIB)
		return fetch_order(c, err);
	if (find_frozen(c, d, &p, err) == -1)
		return -1;
	return cut(c, &p, err);
}
