/*
 * PartialStoreDelivery (supplement EFFI): one chunk of a StoreDelivery, or the
 * question how far it is. Chunks may come in any order and over several
 * dialogs; the one that completes the message has it carried out.
 */
#include "osci/partial.h"

#include "common/log.h"
#include "common/osci/osci_files.h"
#include "common/osci/osci_message_id_store.h"
#include "osci/keep.h"
#include "osci/mailbox.h"

const char *
partial_whole_id(struct arena *a, const char *id)
{
	const size_t cut = sizeof(PARTIAL_SUFFIX) - 1;
	size_t len = strlen(id);

	if (len > cut && strcmp(id + len - cut, PARTIAL_SUFFIX) == 0)
		return arena_dup(a, id, len - cut);
	return id;
}

/* ---- what a chunk says about itself and the whole ---- */

static int
check_chunk(struct call *c, struct err *err)
{
	const struct config *config = c->app->config;
	const struct osci_chunk *chunk = &c->order.chunk;
	int64_t len = c->order.chunk_part->len;
	bool is_last = chunk->number == chunk->total_number;

	if (chunk->total_number < 1 || chunk->total_number > OSCI_CHUNKS_MAX ||
	    chunk->total_size_kib < 0 || chunk->size_kib < 1)
		return osci_refuse(err, "9905", "chunk: it lacks something");
	if (chunk->number < 1 || chunk->number > chunk->total_number)
		return osci_refuse(err, "9901", "chunk: no such number");
	/* ChunkSize is nominal; clients cut a little above or below it. */
	if (chunk->size_kib > config->osci_chunk_max_kib ||
	    len >= (config->osci_chunk_max_kib + 1) * KIB)
		return osci_refuse(err, "9902", "chunk: too large");
	if (len == 0 || (!is_last && len < KIB))
		return osci_refuse(err, "9903", "chunk: too small");
	if (chunk->total_size_kib > config->osci_chunked_max / KIB)
		return osci_refuse(err, "9904", "chunk: of too much");
	return 0;
}

static bool
is_same_whole(const struct osci_partial *p, const struct osci_chunk *chunk)
{
	return p->chunk_kib == chunk->size_kib &&
	    p->total_chunks == chunk->total_number &&
	    p->total_kib == chunk->total_size_kib;
}

/* The addressee's mailbox has room for size bytes of it. */
static int
find_mailbox(struct call *c, int64_t size, const struct id *partial,
    uint32_t *out, struct err *err)
{
	const struct osci_role_cert *addressee =
	    c->order.certs.by_role[OSCI_CIPHER_ADDRESSEE];
	struct osci_mailbox box;

	if (addressee == NULL)
		return osci_refuse(
		    err, "9300", "chunk: the addressee is not named");
	if (mailbox_for(c, &addressee->cert, size, partial, &box, err) == -1)
		return -1;
	*out = box.id;
	return 0;
}

/* The first chunk to arrive, whichever it is. */
static int
begin(struct call *c, const char *id, struct osci_partial *p,
    struct err *err)
{
	const struct osci_chunk *chunk = &c->order.chunk;
	uint32_t mailbox = 0;
	bool is_good;

	if (osci_message_id_is_good(c->app->db, c->arena, id,
		c->client->sha256, keep_issued_from_ms(c), &is_good, err) ==
	    -1)
		return -1;
	if (!is_good)
		return osci_refuse(err, "9801",
		    "chunk: the id was not issued to this client, or is used");
	if (find_mailbox(c, chunk->total_size_kib * KIB, NULL, &mailbox,
		err) == -1)
		return -1;
	*p = (struct osci_partial){
		.id = id_uuid7(),
		.kind = OSCI_PARTIAL_IN,
		.message_id = id,
		.client = c->client->sha256,
		.chunk_kib = chunk->size_kib,
		.total_chunks = chunk->total_number,
		.total_kib = chunk->total_size_kib,
		.state = OSCI_PARTIAL_INCOMPLETE,
		.mailbox_id = mailbox,
		.created_ms = c->now_ms,
	};
	data_key_new(&c->worker->files, &p->key);
	if (osci_partial_insert(c->app->db, p, err) == 0)
		return 0;
	if (err->code != ERR_DUPLICATE)
		return -1;
	err_clear(err); /* another chunk was faster */
	return osci_partial_find(c->app->db, c->arena, &c->worker->files,
	    OSCI_PARTIAL_IN, id, c->client->sha256, p, err);
}

static int
find(struct call *c, const char *id, struct osci_partial *p, struct err *err)
{
	if (osci_partial_find(c->app->db, c->arena, &c->worker->files,
		OSCI_PARTIAL_IN, id, c->client->sha256, p, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	if (c->order.chunk.is_info_only)
		return osci_refuse(err, "9801", "chunk: of nothing known");
	err_clear(err);
	return begin(c, id, p, err);
}

/* ---- keeping it ---- */

static bool
has_number(const struct osci_chunk_row *row, size_t n, int64_t number)
{
	for (size_t i = 0; i < n; i++)
		if (row[i].number == number)
			return true;
	return false;
}

static int
check_room(const struct osci_partial *p, const struct osci_chunk_row *row,
    size_t n, int64_t more, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		more += row[i].size;
	return more < (p->total_kib + 1) * KIB
	    ? 0
	    : osci_refuse(err, "9905", "chunk: more than it was to be");
}

static int
keep_chunk(struct call *c, const struct osci_partial *p, struct err *err)
{
	const struct osci_packet_part *part = c->order.chunk_part;
	const struct osci_chunk_row row = {
		.number = c->order.chunk.number,
		.size = part->len,
		.file = id_uuid7(),
	};
	struct document_file_info info;

	if (osci_file_write(c->app->config, &row.file, &p->key.key,
		c->message.packet->spool, part->offset, part->len, &info,
		err) == -1)
		return -1;
	if (osci_chunk_insert(c->app->db, &p->id, &row, info.cipher_sha256,
		c->now_ms, err) == 0)
		return 0;
	if (err->code != ERR_DUPLICATE)
		return -1; /* perhaps it is there: the sweep knows */
	osci_file_remove(c->app->config, &row.file);
	return osci_refuse(err, "9900", "chunk: it is here already");
}

/* ---- the answer ---- */

static void
tell_received(struct call *c, const struct osci_partial *p,
    const struct osci_chunk_row *row, size_t n)
{
	bool is_over = p->state == OSCI_PARTIAL_DONE ||
	    p->state == OSCI_PARTIAL_FAILED;
	size_t count = is_over ? (size_t)p->total_chunks : n;
	int64_t *number = arena_new(c->arena, int64_t, count);

	for (size_t i = 0; i < count; i++)
		number[i] = is_over ? (int64_t)i + 1 : row[i].number;
	c->answer.chunk = (struct osci_chunk){
		.number = c->order.chunk.is_info_only ? p->total_chunks
						      : c->order.chunk.number,
		.total_number = p->total_chunks,
		.total_size_kib = -1,
		.received = number,
		.nreceived = count,
	};
}

/* What became of the whole, from its row. */
static int
tell_end(struct call *c, const struct osci_partial *p,
    struct osci_feedback *inside, struct err *err)
{
	const char *code = p->result == NULL ? "" : p->result;
	struct osci_delivery *d;
	struct osci_card *card;

	for (; strlen(code) >= 4; code += code[4] == ' ' ? 5 : 4) {
		const char *one = arena_dup(c->arena, code, 4);

		if (inside->n == 0)
			osci_feedback_result(inside, one);
		else
			osci_feedback_warn(inside, one);
	}
	if (!p->has_delivery)
		return 0;
	d = arena_new(c->arena, struct osci_delivery, 1);
	if (osci_delivery_by_id(c->app->db, c->arena, &c->worker->files,
		&p->delivery, d, err) == -1)
		return err->code == ERR_NOT_FOUND ? (err_clear(err), 0) : -1;
	card = arena_new(c->arena, struct osci_card, 1);
	osci_delivery_card(d, card);
	c->answer.card = card;
	return 0;
}

/* All of it is here. */
static int
finish(struct call *c, struct osci_partial *p,
    const struct osci_chunk_row *row, size_t n, struct err *err)
{
	struct osci_feedback *inside =
	    arena_new(c->arena, struct osci_feedback, 1);
	struct err unused = { 0 };
	bool claimed = false;
	int rc;

	if (p->state == OSCI_PARTIAL_INCOMPLETE) {
		if (osci_partial_claim(c->app->db, c->arena, &p->id,
			c->now_ms, &claimed, err) == -1)
			return -1;
		if (!claimed) {
			osci_feedback_warn(&c->answer.feedback, "3952");
			return 0;
		}
		rc = partial_carry_out(c, p, row, n, inside, err);
		(void)osci_partial_release(c->app->db, &p->id, &unused);
		if (rc == -1)
			return -1;
	} else if (tell_end(c, p, inside, err) == -1) {
		return -1;
	}
	c->answer.inside = inside;
	if (p->state == OSCI_PARTIAL_DONE)
		osci_feedback_warn(&c->answer.feedback, "3950");
	else
		osci_feedback_result(&c->answer.feedback, "9950");
	return 0;
}

static int
take_chunk(struct call *c, const struct osci_partial *p,
    const struct osci_chunk_row *row, size_t n, struct err *err)
{
	uint32_t mailbox = 0;

	if (!is_same_whole(p, &c->order.chunk))
		return osci_refuse(err, "9905", "chunk: of another whole");
	if (p->state != OSCI_PARTIAL_INCOMPLETE ||
	    has_number(row, n, c->order.chunk.number))
		return osci_refuse(err, "9900", "chunk: it is here already");
	if (check_room(p, row, n, c->order.chunk_part->len, err) == -1 ||
	    find_mailbox(c, p->size + c->order.chunk_part->len, &p->id,
		&mailbox, err) == -1)
		return -1;
	if (mailbox != p->mailbox_id)
		return osci_refuse(
		    err, "9905", "chunk: for another addressee");
	return keep_chunk(c, p, err);
}

int
partial_store(struct call *c, struct err *err)
{
	const bool is_info = c->order.chunk.is_info_only;
	struct osci_chunk_row *row;
	struct osci_partial p;
	const char *id;
	size_t n;

	call_tell_limits(c);
	c->answer.chunk = c->order.chunk;
	if (c->order.message_id == NULL)
		return osci_refuse(err, "9800", "chunk: no message id");
	id = partial_whole_id(c->arena, c->order.message_id);
	if ((!is_info && check_chunk(c, err) == -1) ||
	    find(c, id, &p, err) == -1 ||
	    osci_chunk_list(c->app->db, c->arena, &p.id, &row, &n, err) == -1)
		return -1;
	tell_received(c, &p, row, n);
	if (!is_info) {
		if (take_chunk(c, &p, row, n, err) == -1 ||
		    osci_chunk_list(c->app->db, c->arena, &p.id, &row, &n,
			err) == -1)
			return -1;
		tell_received(c, &p, row, n);
	}
	if (p.state != OSCI_PARTIAL_INCOMPLETE ||
	    (int64_t)n == p.total_chunks)
		return finish(c, &p, row, n, err);
	return 0;
}
