#include "common/osci/osci_request.h"

#include <assert.h>

#include "common/base64.h"
#include "common/osci/osci_content.h"
#include "common/osci/osci_write.h"

#define CHALLENGE_LEN 10

const char *
osci_challenge(struct arena *a)
{
	uint8_t random[CHALLENGE_LEN];
	struct buf *b = buf_new(a, 64);

	crypto_random(random, sizeof(random));
	base64_put(b, random, sizeof(random));
	return buf_text(b);
}

/* ---- small blocks ---- */

static void
put_languages(struct arena *a, struct osci_out *o, const char *languages)
{
	struct buf *list = buf_new(a, 1000);

	osci_put_attribute(list, languages != NULL ? languages : "de");
	(void)osci_out_open(o, OSCI_DESIRED_LANGUAGES, "DesiredLanguages",
	    "desiredlanguages", "",
	    arena_printf(a, " LanguagesList=\"%s\"", buf_text(list)));
	osci_out_close(o);
}

static void
put_qualities(struct osci_out *o, const struct osci_request *r)
{
	bool has_creation = r->has_quality, has_reception = r->has_quality;

	switch (r->type) {
	case OSCI_STORE_DELIVERY:
	case OSCI_FORWARD_DELIVERY:
		has_creation = has_reception = true;
		break;
	case OSCI_PARTIAL_STORE_DELIVERY:
		has_creation = true;
		has_reception = false;
		break;
	case OSCI_MEDIATE_DELIVERY:
		break;
	default:
		has_creation = has_reception = false;
		break;
	}
	osci_out_quality(o, has_creation, has_reception);
}

/* ---- what orders hold ---- */

static void
put_subject(struct buf *b, const char *subject)
{
	if (subject == NULL)
		return;
	buf_puts(b, "<osci:Subject>");
	osci_put_text(b, subject);
	buf_puts(b, "</osci:Subject>");
}

/* MessageId and Subject, as far as there are any. */
static void
put_names(struct buf *b, const struct osci_request *r)
{
	if (r->message_id != NULL)
		osci_put_message_id(b, r->message_id);
	put_subject(b, r->subject);
}

static void
put_receiver(struct buf *b, const struct osci_request *r)
{
	buf_puts(b, "<osci:ContentReceiver URI=\"");
	osci_put_attribute(b, r->receiver);
	buf_puts(b, "\"></osci:ContentReceiver>");
}

static void
put_process(struct buf *b, const struct osci_request *r)
{
	if (r->card == NULL)
		return;
	if (r->response_message_id != NULL) {
		buf_puts(b, "<osci:MessageIdResponse>");
		base64_put_lines(b, r->response_message_id,
		    strlen(r->response_message_id));
		buf_puts(b, "</osci:MessageIdResponse>");
	}
	osci_card_put(b, "ProcessCardBundle", r->card,
		    OSCI_CARD_UNTIL_FORWARDING);
}

/* Orders that have a header block of their own. */
static void
put_order(struct osci_out *o, const struct osci_request *r)
{
	static const struct {
		enum osci_type type;
		const char *name, *id;
		bool is_2017;
	} orders[] = {
		{ OSCI_STORE_DELIVERY, "storeDelivery", "storedelivery",
		    false },
		{ OSCI_FETCH_DELIVERY, "fetchDelivery", "fetchdelivery",
		    false },
		{ OSCI_FORWARD_DELIVERY, "forwardDelivery", "forwarddelivery",
		    false },
		{ OSCI_MEDIATE_DELIVERY, "mediateDelivery", "mediatedelivery",
		    false },
		{ OSCI_ACCEPT_DELIVERY, "acceptDelivery", "acceptdelivery",
		    false },
		{ OSCI_PROCESS_DELIVERY, "processDelivery", "processdelivery",
		    false },
		{ OSCI_PARTIAL_STORE_DELIVERY, "partialStoreDelivery",
		    "partialstoredelivery", true },
		{ OSCI_PARTIAL_FETCH_DELIVERY, "partialFetchDelivery",
		    "partialfetchdelivery", true },
	};
	struct buf *b;
	size_t i;

	for (i = 0; i < nitems(orders) && orders[i].type != r->type; i++)
		;
	if (i == nitems(orders))
		return;
	b = (orders[i].is_2017 ? osci_out_open_2017 : osci_out_open)(o,
	    OSCI_ORDER, orders[i].name, orders[i].id, "", "");
	switch (r->type) {
	case OSCI_FORWARD_DELIVERY:
	case OSCI_MEDIATE_DELIVERY:
		put_receiver(b, r);
		put_names(b, r);
		break;
	case OSCI_ACCEPT_DELIVERY:
		osci_card_put(b, "ProcessCardBundle", r->card,
		    OSCI_CARD_UNTIL_FORWARDING);
		break;
	case OSCI_PROCESS_DELIVERY:
		put_process(b, r);
		break;
	case OSCI_PARTIAL_STORE_DELIVERY:
		put_names(b, r);
		osci_put_chunk(b, r->type, &r->chunk);
		break;
	case OSCI_PARTIAL_FETCH_DELIVERY:
		osci_put_selection(b, &r->selection);
		osci_put_chunk(b, r->type, &r->chunk);
		break;
	case OSCI_FETCH_DELIVERY:
		osci_put_selection(b, &r->selection);
		break;
	default:
		put_names(b, r);
		break;
	}
	osci_out_close(o);
}

/* ---- certificates ---- */

/*
 * Our own; of a delivery that is passed on its senders' and readers', and of
 * our own the intermediary's. The signer's name for its own may change.
 */
static int
put_certs(struct arena *a, struct osci_out *o, const struct osci_request *r,
    struct osci_signer *signer, struct err *err)
{
	struct osci_role_cert *own =
	    osci_own_certs(a, o, r->cert, r->ncert, signer);
	struct osci_role_cert *relayed;
	size_t n, nown = 0;

	if (r->content == NULL) {
		osci_out_certs(o, own, r->ncert);
		return 0;
	}
	for (size_t i = 0; i < r->ncert; i++)
		if (own[i].role == OSCI_CIPHER_INTERMEDIARY ||
		    own[i].role == OSCI_SIGN_INTERMEDIARY)
			own[nown++] = own[i];
	if (osci_relay_certs(a, r->type, r->content, &relayed, &n, err) == -1)
		return -1;
	osci_out_certs(o, own, nown);
	osci_out_certs(o, relayed, n);
	return 0;
}

/* ---- the body ---- */

static int
put_body_text(struct osci_out *o, const char *text, struct err *err)
{
	return osci_out_body(o, text, strlen(text), err);
}

/* Orders that stand in the body. */
static int
put_body_order(struct arena *a, struct osci_out *o,
    const struct osci_request *r, struct err *err)
{
	struct buf *b;

	switch (r->type) {
	case OSCI_INIT_DIALOG:
		return put_body_text(
		    o, "<osci:initDialog></osci:initDialog>", err);
	case OSCI_EXIT_DIALOG:
		return put_body_text(
		    o, "<osci:exitDialog></osci:exitDialog>", err);
	case OSCI_GET_MESSAGE_ID:
		return put_body_text(
		    o, "<osci:getMessageId></osci:getMessageId>", err);
	default:
		break;
	}
	b = buf_new(a, (size_t)1 << 20);
	buf_puts(b, "<osci:fetchProcessCard>");
	osci_put_selection(b, &r->selection);
	osci_put_quantity(b, &r->selection);
	buf_puts(b, "</osci:fetchProcessCard>");
	return buf_check(b, err) == -1
	    ? -1
	    : osci_out_body(o, buf_text(b), b->len, err);
}

static int
put_body(struct arena *a, struct osci_out *o, const struct osci_request *r,
    struct err *err)
{
	switch (r->type) {
	case OSCI_INIT_DIALOG:
	case OSCI_EXIT_DIALOG:
	case OSCI_GET_MESSAGE_ID:
	case OSCI_FETCH_PROCESS_CARD:
		return put_body_order(a, o, r, err);
	case OSCI_FETCH_DELIVERY:
	case OSCI_PARTIAL_FETCH_DELIVERY:
		return 0;
	default:
		break;
	}
	if (r->chunk_bytes != NULL)
		return osci_out_chunk(o, r->chunk_bytes, r->chunk_offset,
		    r->chunk_len, err);
	if (r->content != NULL)
		return osci_relay_content(o, r->content, err);
	if (r->package != NULL)
		return osci_content_put(r->package, o, err);
	return put_body_text(
	    o, "<osci:ContentPackage></osci:ContentPackage>", err);
}

/* ---- all of it ---- */

/* What the callers have to see to. */
static void
check(const struct osci_request *r)
{
	assert(osci_type_is_request(r->type));
	assert(r->type != OSCI_ACCEPT_DELIVERY || r->card != NULL);
	assert(r->receiver != NULL ||
	    (r->type != OSCI_FORWARD_DELIVERY &&
		r->type != OSCI_MEDIATE_DELIVERY));
	assert(r->message_id != NULL ||
	    (r->type != OSCI_STORE_DELIVERY &&
		r->type != OSCI_FORWARD_DELIVERY &&
		r->type != OSCI_PARTIAL_STORE_DELIVERY));
}

int
osci_request_build(struct arena *a, const struct osci_request *request,
    const struct osci_packet_limits *limits, struct osci_out **out,
    struct err *err)
{
	struct osci_out *o = osci_out_new(a, request->type, limits);
	struct osci_signer signer = { .cert_id = NULL };

	check(request);
	if (request->signer != NULL)
		signer = *request->signer;
	if (request->content != NULL)
		osci_relay_avoid(o, request->content);
	osci_out_control(o, &request->control);
	put_languages(a, o, request->languages);
	put_qualities(o, request);
	put_order(o, request);
	if (put_certs(a, o, request, &signer, err) == -1)
		return -1;
	if (request->features != NULL)
		osci_features_add(o, request->features);
	if (put_body(a, o, request, err) == -1 ||
	    (request->signer != NULL &&
		osci_out_sign(o, &signer, err) == -1))
		return -1;
	*out = o;
	return 0;
}
