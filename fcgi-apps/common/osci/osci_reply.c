#include "common/osci/osci_reply.h"

#include "common/osci/osci_code.h"
#include "common/osci/osci_names.h"
#include "common/osci/osci_read.h"

#define CARDS_MAX 10000

static int
bad(struct err *err, const char *what)
{
	return osci_refuse(err, "9100", "answer: %s", what);
}

/* ---- texts ---- */

static int
read_id(struct arena *a, const struct xml_tree *t, const struct xml_node *n,
    const char **out, struct err *err)
{
	return *out != NULL ? bad(err, "a message id twice")
			    : osci_read_message_id(a, t, n, out, err);
}

static int
read_subject(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, const char **out, struct err *err)
{
	return *out != NULL
	    ? bad(err, "a subject twice")
	    : osci_read_text(a, t, n, OSCI_SUBJECT_MAX, out, err);
}

/* ---- what an answer holds ---- */

struct reading {
	struct arena *arena;
	const struct osci_message *m;
	const struct xml_tree *tree;
	struct osci_reply *out;
	struct osci_card *cards; /* room for all */
	bool has_chunk;
};

static int
read_feedback(struct reading *r, const struct xml_node *n,
    const struct osci_entry **entry, size_t *count, struct err *err)
{
	if (*entry != NULL)
		return bad(err, "feedback twice");
	return osci_feedback_read(
	    r->arena, r->tree, n, entry, count, err);
}

static int
read_card(struct reading *r, const struct xml_node *n,
    struct osci_card *card, bool *has, struct err *err)
{
	if (r->m->type == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD) {
		if (r->out->ncards == CARDS_MAX)
			return bad(err, "too many process cards");
		return osci_card_read(r->arena, r->tree, n,
		    &r->cards[r->out->ncards++], err);
	}
	if (*has)
		return bad(err, "a process card twice");
	*has = true;
	return osci_card_read(r->arena, r->tree, n, card, err);
}

static int
read_osci(struct reading *r, const struct xml_node *n, struct err *err)
{
	struct osci_reply *out = r->out;

	if (strcmp(n->name, "Feedback") == 0)
		return read_feedback(r, n, &out->entry, &out->nentry, err);
	if (strcmp(n->name, "ProcessCardBundle") == 0 ||
	    strcmp(n->name, "RequestProcessCardBundle") == 0)
		return read_card(r, n, &out->card, &out->has_card, err);
	if (strcmp(n->name, "ReplyProcessCardBundle") == 0)
		return read_card(
		    r, n, &out->reply_card, &out->has_reply_card, err);
	if (strcmp(n->name, "MessageId") == 0)
		return read_id(
		    r->arena, r->tree, n, &out->message_id, err);
	if (strcmp(n->name, "Subject") == 0)
		return read_subject(
		    r->arena, r->tree, n, &out->subject, err);
	/* the echo of what we asked for */
	if (strcmp(n->name, "fetchDelivery") == 0 ||
	    strcmp(n->name, "fetchProcessCard") == 0)
		return 0;
	return bad(err, "an element that has no place here");
}

static int
read_child(struct reading *r, const struct xml_node *n, struct err *err)
{
	if (strcmp(n->uri, OSCI_NS) == 0)
		return read_osci(r, n, err);
	if (xml_is(n, OSCI_NS_2017, "InsideFeedback"))
		return read_feedback(
		    r, n, &r->out->inside, &r->out->ninside, err);
	if (!xml_is(n, OSCI_NS_2017, "ChunkInformation") || r->has_chunk)
		return bad(err, "an element that has no place here");
	r->has_chunk = true;
	return osci_chunk_read(r->arena, n, &r->out->chunk, err);
}

static int
read_order(struct reading *r, struct err *err)
{
	const struct xml_node *order = r->m->order;
	size_t n = 0;

	if (xml_has_stray_text(order))
		return bad(err, "text between elements");
	for (const struct xml_node *p = xml_first(order); p != NULL;
	     p = xml_next(p))
		n++;
	r->cards = arena_new(
	    r->arena, struct osci_card, n < CARDS_MAX ? n : CARDS_MAX);
	for (const struct xml_node *p = xml_first(order); p != NULL;
	     p = xml_next(p))
		if (read_child(r, p, err) == -1)
			return -1;
	r->out->cards = r->cards;
	if (r->out->nentry == 0)
		return bad(err, "no feedback");
	if (r->m->type == OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY &&
	    (!r->has_chunk || r->out->chunk.number == 0))
		return bad(err, "a chunk without its number");
	return 0;
}

int
osci_reply_read(struct arena *a, const struct osci_message *m,
    struct osci_reply *out, struct err *err)
{
	struct reading r = {
		.arena = a, .m = m, .tree = &m->packet->tree, .out = out
	};
	const struct xml_node *body;

	*out = (struct osci_reply){ .type = m->type,
		.chunk.total_size_kib = -1 };
	if (m->order == NULL || osci_type_is_request(m->type))
		return bad(err, "it is none");
	if (read_order(&r, err) == -1 ||
	    osci_certs_read(a, m, &out->certs, err) == -1)
		return -1;
	if (m->by_kind[OSCI_FEATURES] != NULL) {
		out->has_features = true;
		if (osci_features_read(m->by_kind[OSCI_FEATURES],
			&out->features, err) == -1)
			return -1;
	}
	body = xml_first(m->body);
	if (body == NULL || !xml_is(body, OSCI_NS, "ContentPackage"))
		return 0;
	out->content = body;
	return m->type == OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY
	    ? osci_chunk_part(m, body, &out->chunk_part, err)
	    : osci_package_check(body, err);
}

/* ---- matching ---- */

static int
mismatch(struct err *err, const char *what)
{
	return osci_refuse(err, "9400", "answer: %s", what);
}

/* The answers stand in the order of their requests. */
static bool
answers(enum osci_type request, enum osci_type answer)
{
	if (request == OSCI_PARTIAL_FETCH_DELIVERY &&
	    answer == OSCI_RESPONSE_TO_FETCH_DELIVERY)
		return true;
	return (int)answer ==
	    (int)request + (int)OSCI_RESPONSE_TO_INIT_DIALOG;
}

static bool
is_same(const char *x, const char *y)
{
	return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* In an explicit dialog every answer goes on with it, but the last. */
static int
match_dialog(enum osci_type request, const struct osci_control *sent,
    const struct osci_control *got, struct err *err)
{
	bool is_explicit =
	    sent->conversation_id != NULL || request == OSCI_INIT_DIALOG;

	if (sent->conversation_id != NULL &&
	    !is_same(sent->conversation_id, got->conversation_id))
		return mismatch(err, "another ConversationId");
	if (request == OSCI_INIT_DIALOG && got->conversation_id == NULL)
		return mismatch(err, "no ConversationId");
	if (request == OSCI_EXIT_DIALOG)
		return got->challenge == NULL
		    ? 0
		    : mismatch(err, "a Challenge after the end");
	return is_explicit && got->challenge == NULL
	    ? mismatch(err, "no Challenge")
	    : 0;
}

int
osci_reply_match(enum osci_type request, const struct osci_control *sent,
    const struct osci_message *answer, struct err *err)
{
	const struct osci_control *got = &answer->control;

	if (!answers(request, answer->type))
		return mismatch(err, "of another type");
	if (!is_same(sent->challenge, got->response))
		return mismatch(err, "Response is not our Challenge");
	if (got->sequence != -1 && got->sequence != sent->sequence)
		return mismatch(err, "another SequenceNumber");
	if (got->sequence == -1 && sent->conversation_id != NULL &&
	    sent->sequence != -1)
		return mismatch(err, "no SequenceNumber");
	return match_dialog(request, sent, got, err);
}

/* ---- faults ---- */

const char *
osci_fault_code(struct arena *a, const struct osci_message *m)
{
	const struct xml_node *n = xml_first(m->body);
	struct err none = { 0 };
	const char *code;

	if (m->type != OSCI_FAULT || n == NULL ||
	    !xml_is(n, OSCI_NS_SOAP, "Fault") ||
	    (n = xml_child(n, "", "detail")) == NULL ||
	    (n = xml_child(n, OSCI_NS, "Code")) == NULL ||
	    xml_text(a, &m->packet->tree, n, 20, &code, &none) == -1 ||
	    strlen(code) != 4 || strspn(code, "0123456789") != 4 ||
	    !osci_code_is_fault(code))
		return "9811";
	return code;
}
