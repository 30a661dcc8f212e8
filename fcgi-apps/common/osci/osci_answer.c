#include "common/osci/osci_answer.h"

#include <assert.h>

#include "common/base64.h"
#include "common/osci/osci_write.h"

#define TEXT_MAX ((size_t)8 << 20)

struct writer {
	struct arena *arena;
	struct osci_out *o;
	const struct osci_answer *answer;
	const struct texts *texts;
	struct err *err;
};

/* ---- what a type has ---- */

enum rule { NEVER, MAY, MUST };

/* conversation, sequence, challenge: whether the control block has them (OSCI
 * part 1, dialogs; the official library's checks). is_recipient: a recipient
 * answers, not an intermediary. */
static const struct shape {
	const char *name;
	enum rule conversation, sequence, challenge;
	bool is_recipient, is_2017, has_content;
	void (*put)(struct writer *w, struct buf *b);
} *shape_of(enum osci_type type);

static const char *
random_challenge(struct arena *a)
{
	uint8_t random[10];
	struct buf *b = buf_new(a, 64);

	crypto_random(random, sizeof(random));
	base64_put(b, random, sizeof(random));
	return buf_text(b);
}

/* 15 digits. */
static const char *
random_number(struct arena *a)
{
	uint64_t random;

	crypto_random(&random, sizeof(random));
	return arena_printf(a, "1%014llu",
	    (unsigned long long)(random % UINT64_C(100000000000000)));
}

static void
put_control(struct writer *w, const struct shape *s)
{
	struct osci_control c = w->answer->control;

	if (s->conversation == NEVER)
		c.conversation_id = NULL;
	else if (s->conversation == MUST && c.conversation_id == NULL)
		c.conversation_id = random_number(w->arena);
	if (s->sequence == NEVER)
		c.sequence = -1;
	else if (s->sequence == MUST && c.sequence < 0)
		c.sequence = 0;
	if (s->challenge == NEVER)
		c.challenge = NULL;
	else if (s->challenge == MUST && c.challenge == NULL)
		c.challenge = random_challenge(w->arena);
	if (c.response == NULL)
		c.response = "";
	osci_out_control(w->o, &c);
}

/* ---- pieces ---- */

static const char *
languages(const struct writer *w)
{
	return w->answer->order == NULL ? NULL : w->answer->order->languages;
}

static void
put_feedback(struct writer *w, struct buf *b)
{
	osci_feedback_put(b, "osci:Feedback", &w->answer->feedback,
	    languages(w), w->texts);
}

static void
put_card(struct buf *b, const char *element, const struct osci_card *card,
    enum osci_card_extent extent)
{
	if (card != NULL)
		osci_card_put(b, element, card, extent);
}

/* What was asked for, once more. */
static void
put_echo(struct writer *w, struct buf *b, const char *element)
{
	const struct osci_order *order = w->answer->order;

	buf_printf(b, "<osci:%s>", element);
	if (order != NULL) {
		osci_put_selection(b, &order->selection);
		osci_put_quantity(b, &order->selection);
	}
	buf_printf(b, "</osci:%s>", element);
}

static void
put_id(struct writer *w, struct buf *b)
{
	if (w->answer->message_id != NULL)
		osci_put_message_id(b, w->answer->message_id);
}

/* ---- the elements ---- */

static void
put_message_id(struct writer *w, struct buf *b)
{
	put_feedback(w, b);
	put_id(w, b);
}

static void
put_stored(struct writer *w, struct buf *b)
{
	put_feedback(w, b);
	put_card(b, "ProcessCardBundle", w->answer->card,
	    OSCI_CARD_UNTIL_CREATION);
}

static void
put_forwarded(struct writer *w, struct buf *b)
{
	put_feedback(w, b);
	put_card(b, "ProcessCardBundle", w->answer->card, OSCI_CARD_WHOLE);
}

static void
put_fetched(struct writer *w, struct buf *b)
{
	put_feedback(w, b);
	put_echo(w, b, "fetchDelivery");
	put_card(b, "ProcessCardBundle", w->answer->card,
	    OSCI_CARD_UNTIL_FORWARDING);
}

static void
put_cards(struct writer *w, struct buf *b)
{
	put_feedback(w, b);
	put_echo(w, b, "fetchProcessCard");
	for (size_t i = 0; i < w->answer->ncards; i++)
		osci_card_put(b, "ProcessCardBundle", w->answer->cards[i],
		    OSCI_CARD_WHOLE);
}

static void
put_mediated(struct writer *w, struct buf *b)
{
	put_feedback(w, b);
	put_card(b, "RequestProcessCardBundle", w->answer->card,
	    OSCI_CARD_WHOLE);
	put_card(b, "ReplyProcessCardBundle", w->answer->reply_card,
	    OSCI_CARD_UNTIL_FORWARDING);
}

static void
put_processed(struct writer *w, struct buf *b)
{
	put_message_id(w, b);
	if (w->answer->message_id == NULL || w->answer->subject == NULL)
		return;
	buf_puts(b, "<osci:Subject>");
	osci_put_text(b, w->answer->subject);
	buf_puts(b, "</osci:Subject>");
}

static void
put_partly_stored(struct writer *w, struct buf *b)
{
	if (w->answer->inside != NULL)
		osci_feedback_put(b, "osci2017:InsideFeedback",
		    w->answer->inside, languages(w), w->texts);
	put_stored(w, b);
	osci_put_chunk(b, w->answer->type, &w->answer->chunk);
}

/* fetchDelivery goes before MessageId: the official library needs it so. */
static void
put_partly_fetched(struct writer *w, struct buf *b)
{
	put_feedback(w, b);
	put_echo(w, b, "fetchDelivery");
	osci_put_chunk(b, w->answer->type, &w->answer->chunk);
	put_id(w, b);
}

static const struct shape *
shape_of(enum osci_type type)
{
	static const struct {
		enum osci_type type;
		struct shape shape;
	} shapes[] = {
		{ OSCI_RESPONSE_TO_INIT_DIALOG,
		    { "responseToInitDialog", MUST, NEVER, MUST, false, false,
			false, put_feedback } },
		{ OSCI_RESPONSE_TO_EXIT_DIALOG,
		    { "responseToExitDialog", MUST, MUST, NEVER, false, false,
			false, put_feedback } },
		{ OSCI_RESPONSE_TO_GET_MESSAGE_ID,
		    { "responseToGetMessageId", MUST, MUST, MAY, false, false,
			false, put_message_id } },
		{ OSCI_RESPONSE_TO_STORE_DELIVERY,
		    { "responseToStoreDelivery", MUST, MUST, MAY, false, false,
			false, put_stored } },
		{ OSCI_RESPONSE_TO_FETCH_DELIVERY,
		    { "responseToFetchDelivery", MUST, MUST, MUST, false,
			false, true, put_fetched } },
		{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD,
		    { "responseToFetchProcessCard", MUST, MUST, MUST, false,
			false, false, put_cards } },
		{ OSCI_RESPONSE_TO_FORWARD_DELIVERY,
		    { "responseToForwardDelivery", MUST, MUST, MAY, false,
			false, false, put_forwarded } },
		{ OSCI_RESPONSE_TO_MEDIATE_DELIVERY,
		    { "responseToMediateDelivery", MUST, MUST, MUST, false,
			false, true, put_mediated } },
		{ OSCI_RESPONSE_TO_ACCEPT_DELIVERY,
		    { "responseToAcceptDelivery", NEVER, NEVER, NEVER, true,
			false, false, put_feedback } },
		{ OSCI_RESPONSE_TO_PROCESS_DELIVERY,
		    { "responseToProcessDelivery", NEVER, NEVER, NEVER, true,
			false, true, put_processed } },
		{ OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY,
		    { "responseToPartialStoreDelivery", MUST, MUST, MAY,
			false, true, false, put_partly_stored } },
		{ OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY,
		    { "responseToPartialFetchDelivery", MUST, MUST, MUST,
			false, true, true, put_partly_fetched } },
	};
	size_t i = 0;

	while (i < nitems(shapes) && shapes[i].type != type)
		i++;
	assert(i < nitems(shapes));
	return &shapes[i].shape;
}

/* ---- header and body ---- */

/* Some answers stand in the body, the others among the header's blocks. */
static bool
is_in_body(enum osci_type type)
{
	return type == OSCI_RESPONSE_TO_INIT_DIALOG ||
	    type == OSCI_RESPONSE_TO_EXIT_DIALOG ||
	    type == OSCI_RESPONSE_TO_GET_MESSAGE_ID ||
	    type == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD;
}

/* "responsetostoredelivery" */
static const char *
lower(struct arena *a, const char *name)
{
	char *copy = arena_strdup(a, name);

	for (char *p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}

static void
put_block(struct writer *w, const struct shape *s)
{
	struct buf *b = (s->is_2017 ? osci_out_open_2017 : osci_out_open)(w->o,
	    OSCI_ORDER, s->name, lower(w->arena, s->name), "", "");

	s->put(w, b);
	osci_out_close(w->o);
}

static int
put_in_body(struct writer *w, const struct shape *s)
{
	struct buf *b = buf_new(w->arena, TEXT_MAX);

	buf_printf(b, "<osci:%s>", s->name);
	s->put(w, b);
	buf_printf(b, "</osci:%s>", s->name);
	return buf_check(b, w->err) == -1
	    ? -1
	    : osci_out_body(w->o, buf_text(b), b->len, w->err);
}

static int
put_content(struct writer *w)
{
	static const char empty[] =
	    "<osci:ContentPackage></osci:ContentPackage>";
	const struct osci_answer *answer = w->answer;

	if (answer->chunk_bytes != NULL)
		return osci_out_chunk(w->o, answer->chunk_bytes,
		    answer->chunk_offset, answer->chunk_len, w->err);
	if (answer->content != NULL)
		return osci_relay_content(w->o, answer->content, w->err);
	if (answer->package != NULL)
		return osci_content_put(answer->package, w->o, w->err);
	return osci_out_body(w->o, empty, sizeof(empty) - 1, w->err);
}

/* ---- certificates ---- */

/* In whose name an answer of this type is signed. */
static enum osci_role
signer_role(enum osci_type type)
{
	switch (type) {
	case OSCI_RESPONSE_TO_ACCEPT_DELIVERY:
		return OSCI_SIGN_ADDRESSEE;
	case OSCI_RESPONSE_TO_PROCESS_DELIVERY:
		return OSCI_SIGN_ORIGINATOR;
	default:
		return OSCI_SIGN_INTERMEDIARY;
	}
}

/*
 * The certificates of the content or of our own, and the signer's unless it is
 * among them: then the signature names that one.
 */
static int
put_certs(struct writer *w, struct osci_signer *signer)
{
	const struct osci_answer *answer = w->answer;
	enum osci_role role = signer_role(answer->type);
	struct osci_role_cert *cert;
	size_t n = answer->ncert, i = 0;

	if (answer->content == NULL)
		cert = osci_own_certs(w->arena, w->o, answer->cert, n, signer);
	else if (osci_relay_certs(w->arena, answer->type, answer->content,
		     &cert, &n, w->err) == -1)
		return -1;
	if (answer->signer != NULL) {
		while (i < n && cert[i].role != role)
			i++;
		if (i == n)
			cert[n++] = (struct osci_role_cert){ role,
				osci_out_id(w->o, signer->cert_id),
				signer->cert };
		else if (!osci_cert_equal(&cert[i].cert, &signer->cert))
			return err_set(w->err, ERR_INTERNAL,
			    "answer: signed by another than it says");
		signer->cert_id = cert[i].id;
	}
	osci_out_certs(w->o, cert, n);
	return 0;
}

/* The supplement demands the block in its own answers. */
static void
put_features(struct writer *w, const struct shape *s)
{
	static const struct osci_features none;

	if (w->answer->features != NULL)
		osci_features_add(w->o, w->answer->features);
	else if (s->is_2017)
		osci_features_add(w->o, &none);
}

/* ---- all of it ---- */

static int
build(struct writer *w, const struct shape *s)
{
	const struct osci_answer *answer = w->answer;
	struct osci_signer signer = { .cert_id = NULL };

	if (answer->signer != NULL)
		signer = *answer->signer;
	if (answer->content != NULL)
		osci_relay_avoid(w->o, answer->content);
	put_control(w, s);
	if (answer->type == OSCI_RESPONSE_TO_PROCESS_DELIVERY)
		osci_out_quality(
		    w->o, answer->has_quality, answer->has_quality);
	if (!is_in_body(answer->type))
		put_block(w, s);
	if (put_certs(w, &signer) == -1)
		return -1;
	put_features(w, s);
	if ((is_in_body(answer->type) && put_in_body(w, s) == -1) ||
	    (s->has_content && put_content(w) == -1))
		return -1;
	return answer->signer == NULL
	    ? 0
	    : osci_out_sign(w->o, &signer, w->err);
}

int
osci_answer_build(struct arena *a, const struct osci_answer *answer,
    const struct texts *texts, const struct osci_packet_limits *limits,
    struct osci_out **out, struct err *err)
{
	struct writer w = { a, osci_out_new(a, answer->type, limits), answer,
		texts, err };

	*out = w.o;
	return build(&w, shape_of(answer->type));
}
