#include <unistd.h>

#include "common/osci/osci_client_part.h"
#include "common/osci/osci_code.h"

#define KIB 1024
#define PARTIAL "_Partial"
#define POLLS 10 /* for the result of a chunked order */
#define POLL_S 1

static int64_t
smaller(int64_t x, int64_t y)
{
	if (x == 0 || y == 0)
		return x + y;
	return x < y ? x : y;
}

/* The peer's own figures, as far as they are known. */
static int64_t
chunk_kib(const struct osci_client *c)
{
	return smaller(smaller(c->peer->chunk_kib, c->features.max_chunk_kib),
	    c->settings->chunk_kib);
}

int64_t
osci_client_whole_max(const struct osci_client *c)
{
	return smaller(c->peer->chunk_kib, c->settings->chunk_kib) * KIB;
}

/* ---- storing ---- */

int
osci_client_freeze(struct osci_client *c, struct arena *a,
    const struct osci_request *request, struct crypto_spool **out,
    struct err *err)
{
	const struct osci_packet_limits limits = {
		.dir = c->settings->limits.dir, .max = INT64_MAX
	};
	struct osci_request plain = *request;
	const char *sign_id;
	struct osci_out *o;

	plain.control = (struct osci_control){
		.challenge = osci_challenge(a), .sequence = 0 };
	plain.cert =
	    osci_client_certs(c, a, request, &plain.ncert, &sign_id);
	*out = crypto_spool_new(a, limits.dir, INT64_MAX);
	return osci_request_build(a, &plain, &limits, &o, err) == -1 ||
		osci_out_send(o, NULL, crypto_spool_sink, *out, err) == -1
	    ? -1
	    : 0;
}

struct storing {
	struct osci_client *c;
	struct arena *arena;
	struct osci_request request; /* of a chunk */
	struct crypto_spool *frozen;
	int64_t size; /* of a chunk, in bytes */
	bool *has;    /* chunk i + 1 is there */
	int64_t total;
};

static void
note_received(struct storing *s, const struct osci_chunk *chunk)
{
	for (size_t i = 0; i < chunk->nreceived; i++)
		if (chunk->received[i] >= 1 &&
		    chunk->received[i] <= s->total)
			s->has[chunk->received[i] - 1] = true;
}

static bool
has_warning(const struct osci_reply *r, const char *code)
{
	for (size_t i = 0; i < r->nentry; i++)
		if (strcmp(r->entry[i].code, code) == 0)
			return true;
	return false;
}

static int
ask_state(struct storing *s, struct osci_client_answer *out, struct err *err)
{
	struct osci_request request = s->request;

	request.chunk = (struct osci_chunk){ .is_info_only = true };
	return osci_client_call(s->c, s->arena, &request, out, err);
}

static int
send_chunk(struct storing *s, int64_t i, struct osci_client_answer *out,
    struct err *err)
{
	struct osci_request request = s->request;
	int64_t all = crypto_spool_len(s->frozen);

	request.chunk = (struct osci_chunk){ .number = i + 1,
		.size_kib = s->size / KIB,
		.total_number = s->total,
		.total_size_kib = all / KIB };
	request.chunk_bytes = s->frozen;
	request.chunk_offset = i * s->size;
	request.chunk_len = all - request.chunk_offset < s->size
	    ? all - request.chunk_offset
	    : s->size;
	if (osci_client_call(s->c, s->arena, &request, out, err) == -1)
		return -1;
	/* it was there already: an answer of ours got lost */
	if (strcmp(out->code, "9900") == 0) {
		s->has[i] = true;
		return 0;
	}
	if (!out->is_good)
		return osci_refuse(err, out->code,
		    "chunk %lld is answered with %s", (long long)(i + 1),
		    out->code);
	s->has[i] = true;
	note_received(s, &out->reply.chunk);
	return 0;
}

/* The order's own result, once there is one. */
static bool
take_result(struct osci_client_answer *out)
{
	if (out->reply.ninside == 0) {
		out->is_good = out->is_good && out->reply.has_card;
		return out->reply.has_card;
	}
	out->code = out->reply.inside[0].code;
	out->is_good = osci_code_is_success(out->code);
	return true;
}

static int
wait_result(struct storing *s, struct osci_client_answer *out, bool *is_done,
    struct err *err)
{
	for (int i = 0; i < POLLS; i++) {
		*is_done = take_result(out);
		if (*is_done)
			return 0;
		if (has_warning(&out->reply, "3951"))
			return osci_refuse(err, "3951",
			    "the intermediary ran out of time with it");
		(void)sleep(i == 0 ? 0 : POLL_S);
		if (ask_state(s, out, err) == -1)
			return -1;
		if (!out->is_good)
			return osci_refuse(err, out->code,
			    "asked for the chunks' result: %s", out->code);
	}
	*is_done = take_result(out);
	return 0;
}

int
osci_client_store_chunks(struct osci_client *c, struct arena *a,
    const struct osci_request *request, struct crypto_spool *frozen,
    struct osci_client_answer *out, bool *is_done, struct err *err)
{
	struct storing s = { .c = c, .arena = a, .request = *request,
		.frozen = frozen, .size = chunk_kib(c) * KIB };
	int64_t all = crypto_spool_len(frozen);

	*is_done = false;
	s.total = (all + s.size - 1) / s.size;
	s.has = arena_new(a, bool, (size_t)s.total);
	s.request.type = OSCI_PARTIAL_STORE_DELIVERY;
	s.request.package = NULL;
	s.request.message_id =
	    arena_printf(a, "%s" PARTIAL, request->message_id);
	/* what an earlier try brought there; it may know nothing of it */
	if (ask_state(&s, out, err) == -1)
		return -1;
	if (out->is_good) {
		note_received(&s, &out->reply.chunk);
		if ((*is_done = take_result(out)))
			return 0;
	}
	for (int64_t i = 0; i < s.total; i++)
		if (!s.has[i] && send_chunk(&s, i, out, err) == -1)
			return -1;
	return wait_result(&s, out, is_done, err);
}

/* ---- fetching ---- */

struct fetching {
	struct osci_client *c;
	struct arena *arena;
	const struct osci_client_keep *keep; /* NULL: nobody keeps them */
	int64_t size_kib; /* as asked for */
	/* the message */
	struct crypto_spool *joined;
	const char *id;
	int64_t total, *received; /* [0] is 1, and so on */
	int64_t resumed;	  /* that many were here already */
};

static int
ask_chunk(struct fetching *f, const struct osci_selection *selection,
    int64_t number, const int64_t *received, size_t nreceived,
    struct osci_client_answer *out, struct err *err)
{
	const struct osci_request request = {
		.type = OSCI_PARTIAL_FETCH_DELIVERY,
		.selection = *selection,
		.chunk = { .number = number,
		    .size_kib = f->size_kib,
		    .received = received,
		    .nreceived = nreceived },
	};

	return osci_client_call(f->c, f->arena, &request, out, err);
}

static int
put_joined(struct osci_client_answer *out, struct crypto_spool *joined,
    struct err *err)
{
	const struct osci_packet_part *p = out->reply.chunk_part;

	return crypto_spool_each(out->packet->spool, p->offset, p->len,
	    crypto_spool_sink, joined, err);
}

/* Reads what the chunks make; they came signed. */
static int
parse_joined(struct osci_client *c, struct arena *a,
    struct crypto_spool *joined, struct osci_client_answer *out,
    struct err *err)
{
	const struct osci_packet_limits limits = {
		.dir = c->settings->limits.dir, .max = c->settings->whole_max
	};
	struct osci_packet_reader *r = osci_packet_reader_new(a, &limits);
	struct osci_packet *packet = arena_new(a, struct osci_packet, 1);

	if (crypto_spool_each(joined, 0, crypto_spool_len(joined),
		osci_packet_put, r, err) == -1 ||
	    osci_packet_end(r, packet, err) == -1 ||
	    osci_message_read(a, packet, &out->message, err) == -1 ||
	    osci_reply_read(a, &out->message, &out->reply, err) == -1)
		return -1;
	if (out->message.type != OSCI_RESPONSE_TO_FETCH_DELIVERY)
		return osci_refuse(
		    err, "9100", "chunks: they are no delivery");
	out->packet = packet;
	out->code = out->reply.entry[0].code;
	out->is_good = osci_code_is_success(out->code);
	return 0;
}

/* All of it is here. Chunks of an earlier try may be of other bytes: then the
 * next try begins anew. */
static int
read_joined(
    struct fetching *f, struct osci_client_answer *out, struct err *err)
{
	struct err why = { 0 };

	out->bytes = f->joined;
	if (parse_joined(f->c, f->arena, f->joined, out, &why) == 0)
		return 0;
	if (why.code != ERR_BAD_REQUEST && why.code != ERR_TOO_LARGE) {
		*err = why;
		return -1;
	}
	if (f->resumed > 0)
		return f->keep->drop(f->keep->arg, err) == -1
		    ? -1
		    : err_set(err, ERR_IO,
			  "chunks that were here do not fit those that came");
	out->is_good = false;
	out->code = "9100";
	out->unreadable = arena_strdup(f->arena, why.msg);
	out->reply.message_id = f->id;
	return 0;
}

/* The next one, into what is joined. */
static int
take_chunk(struct fetching *f, int64_t i, struct osci_client_answer *out,
    struct err *err)
{
	int64_t at = crypto_spool_len(f->joined);

	if (out->reply.chunk.number != i + 1 ||
	    out->reply.chunk.total_number != f->total)
		return osci_refuse(
		    err, "9100", "chunks: another than asked for");
	if (put_joined(out, f->joined, err) == -1)
		return -1;
	/* The last one is asked for in any case: it acknowledges the rest. */
	return f->keep == NULL || i + 1 == f->total
	    ? 0
	    : f->keep->save(f->keep->arg, i + 1, f->joined, at, err);
}

static int
ask_next(struct fetching *f, int64_t i, struct osci_client_answer *out,
    struct err *err)
{
	const struct osci_selection selection = { .by = OSCI_SELECT_IDS,
		.id = &f->id, .nid = 1, .limit = -1 };

	if (ask_chunk(f, &selection, i + 1, f->received, (size_t)i, out,
		err) == -1)
		return -1;
	return out->is_good &&
		out->message.type == OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY
	    ? 0
	    : osci_refuse(err, out->code, "chunk %lld is answered with %s",
		  (long long)(i + 1), out->code);
}

/* One after the other, so that they join as they come. */
static int
fetch_rest(
    struct fetching *f, struct osci_client_answer *out, struct err *err)
{
	struct osci_chunk cut = out->reply.chunk;
	int64_t i = 0;

	f->joined = crypto_spool_new(f->arena,
	    f->c->settings->limits.dir, f->c->settings->whole_max);
	f->id = arena_strdup(f->arena, out->reply.message_id);
	f->total = cut.total_number;
	f->received = arena_new(f->arena, int64_t, (size_t)f->total);
	for (int64_t k = 0; k < f->total; k++)
		f->received[k] = k + 1;
	cut.size_kib = f->size_kib;
	if (f->keep != NULL &&
	    f->keep->load(f->keep->arg, f->id, &cut, f->joined, &f->resumed,
		err) == -1)
		return -1;
	if ((i = f->resumed) > 0 && ask_next(f, i, out, err) == -1)
		return -1;
	for (;;) {
		if (take_chunk(f, i, out, err) == -1)
			return -1;
		if (++i == f->total)
			return read_joined(f, out, err);
		if (ask_next(f, i, out, err) == -1)
			return -1;
	}
}

int
osci_client_fetch(struct osci_client *c, struct arena *a,
    const struct osci_selection *selection,
    const struct osci_client_keep *keep, struct osci_client_answer *out,
    struct err *err)
{
	const struct osci_request whole = { .type = OSCI_FETCH_DELIVERY,
		.selection = *selection };
	struct fetching f = { .c = c,
		.arena = a,
		.keep = keep,
		.size_kib = chunk_kib(c) };

	if (!c->features.has_chunks)
		return osci_client_call(c, a, &whole, out, err);
	if (ask_chunk(&f, selection, 1, NULL, 0, out, err) == -1)
		return -1;
	if (!out->is_good ||
	    out->message.type != OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY)
		return 0;
	if (out->reply.message_id == NULL ||
	    out->reply.chunk.total_number < 1 ||
	    out->reply.chunk.total_number > OSCI_CHUNKS_MAX)
		return osci_refuse(
		    err, "9100", "chunks: their number is missing");
	return fetch_rest(&f, out, err);
}
