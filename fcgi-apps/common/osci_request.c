#include "common/osci_request.h"

#include <assert.h>

#include "common/base64.h"
#include "common/date.h"
#include "common/osci_content.h"

#define CHALLENGE_LEN 10
#define CHUNK_PART "ChunkBlobStoreDelivery"

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
put_quality(struct arena *a, struct osci_out *o, enum osci_block_kind kind,
    const char *service)
{
	(void)osci_out_open(o, kind, "QualityOfTimestamp",
	    arena_printf(a, "qualityoftimestamp_%s", service), "",
	    arena_printf(
		a, " Quality=\"plain\" Service=\"%s\"", service));
	osci_out_close(o);
}

static void
put_qualities(
    struct arena *a, struct osci_out *o, const struct osci_request *r)
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
	if (has_creation)
		put_quality(a, o, OSCI_QUALITY_CREATION, "creation");
	if (has_reception)
		put_quality(a, o, OSCI_QUALITY_RECEPTION, "reception");
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
put_date_rule(struct arena *a, struct buf *b, const char *element,
    const struct osci_selection *s)
{
	buf_printf(b, "<osci:%s", element);
	if (s->no_reception)
		buf_puts(b, " NoReception=\"true\"");
	if (s->role != OSCI_SELECT_BOTH)
		buf_printf(b, " Role=\"%s\"",
		    s->role == OSCI_SELECT_ADDRESSEE ? "Addressee"
						     : "Originator");
	buf_printf(b, ">%s</osci:%s>", date_instant_to_xsd(a, s->from_ms),
	    element);
}

static void
put_selection(
    struct arena *a, struct buf *b, const struct osci_selection *s)
{
	if (s->by == OSCI_SELECT_ANY)
		return;
	buf_puts(b, "<osci:SelectionRule>");
	switch (s->by) {
	case OSCI_SELECT_IDS:
		for (size_t i = 0; i < s->nid; i++)
			osci_put_message_id(b, s->id[i]);
		break;
	case OSCI_SELECT_RECEPTION:
		put_date_rule(a, b, "ReceptionOfDelivery", s);
		break;
	case OSCI_SELECT_MODIFICATION:
		put_date_rule(a, b, "RecentModification", s);
		break;
	case OSCI_SELECT_ANY:
		break;
	}
	buf_puts(b, "</osci:SelectionRule>");
}

/* "1 2 5", "-1" for none. */
static void
put_received(struct buf *b, const struct osci_chunk *c)
{
	buf_puts(b, " ReceivedChunks=\"");
	if (c->nreceived == 0)
		buf_puts(b, "-1");
	for (size_t i = 0; i < c->nreceived; i++)
		buf_printf(b, "%s%lld", i == 0 ? "" : " ",
		    (long long)c->received[i]);
	buf_puts(b, "\"");
}

static void
put_chunk(struct buf *b, const struct osci_request *r)
{
	const struct osci_chunk *c = &r->chunk;

	if (c->is_info_only) {
		buf_puts(b, "<osci2017:InfoOnly></osci2017:InfoOnly>");
		return;
	}
	buf_printf(b, "<osci2017:ChunkInformation ChunkNumber=\"%lld\"",
	    (long long)c->number);
	if (c->size_kib > 0)
		buf_printf(
		    b, " ChunkSize=\"%lld\"", (long long)c->size_kib);
	if (r->type == OSCI_PARTIAL_FETCH_DELIVERY)
		put_received(b, c);
	else
		buf_printf(b,
		    " TotalChunkNumbers=\"%lld\" TotalMessageSize=\"%lld\"",
		    (long long)c->total_number,
		    (long long)c->total_size_kib);
	buf_puts(b, "></osci2017:ChunkInformation>");
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
	osci_card_put(b, "ProcessCardBundle", r->card, false);
}

/* Orders that have a header block of their own. */
static void
put_order(struct arena *a, struct osci_out *o, const struct osci_request *r)
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
		osci_card_put(b, "ProcessCardBundle", r->card, false);
		break;
	case OSCI_PROCESS_DELIVERY:
		put_process(b, r);
		break;
	case OSCI_PARTIAL_STORE_DELIVERY:
		put_names(b, r);
		put_chunk(b, r);
		break;
	case OSCI_PARTIAL_FETCH_DELIVERY:
		put_selection(a, b, &r->selection);
		put_chunk(b, r);
		break;
	case OSCI_FETCH_DELIVERY:
		put_selection(a, b, &r->selection);
		break;
	default:
		put_names(b, r);
		break;
	}
	osci_out_close(o);
}

/* ---- certificates ---- */

static bool
is_intermediary(enum osci_role role)
{
	return role == OSCI_CIPHER_INTERMEDIARY ||
	    role == OSCI_SIGN_INTERMEDIARY;
}

/* Those of intermediaries, or the others. */
static void
put_certs(struct arena *a, struct osci_out *o, const struct osci_request *r,
    bool of_intermediary)
{
	struct osci_role_cert *cert =
	    arena_new(a, struct osci_role_cert, r->ncert);
	struct buf *b;
	size_t n = 0;

	for (size_t i = 0; i < r->ncert; i++)
		if (is_intermediary(r->cert[i].role) == of_intermediary)
			cert[n++] = r->cert[i];
	if (n == 0)
		return;
	b = of_intermediary
	    ? osci_out_open(o, OSCI_INTERMEDIARY_CERTIFICATES,
		  "IntermediaryCertificates", "intermediarycertificates", "",
		  "")
	    : osci_out_open(o, OSCI_OTHER_CERTIFICATES,
		  "NonIntermediaryCertificates",
		  "nonintermediarycertificates", "", "");
	osci_certs_put(b, cert, n);
	osci_out_close(o);
}

/* Of a delivery that is passed on: as they came, since signatures and keys in
 * it name them by their Ids. */
static int
copy_certs(
    struct osci_out *o, const struct osci_message *m, struct err *err)
{
	const struct xml_node *n = m->by_kind[OSCI_OTHER_CERTIFICATES];

	return n == NULL ? 0
			 : osci_out_copy(o, OSCI_OTHER_CERTIFICATES,
			       &m->packet->tree, n, xml_attribute(n, "Id"),
			       err);
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
	put_selection(a, b, &r->selection);
	if (r->selection.limit > 0)
		buf_printf(b, "<osci:Quantity Limit=\"%lld\"></osci:Quantity>",
		    (long long)r->selection.limit);
	buf_puts(b, "</osci:fetchProcessCard>");
	return buf_check(b, err) == -1
	    ? -1
	    : osci_out_body(o, buf_text(b), b->len, err);
}

static int
put_chunk_body(
    struct osci_out *o, const struct osci_request *r, struct err *err)
{
	osci_out_part(o, CHUNK_PART, "application/octet-stream",
	    r->chunk_bytes, r->chunk_offset, r->chunk_len);
	return put_body_text(o,
	    "<osci:ContentPackage><osci:ContentContainer "
	    "Id=\"ChunkContentContainer\"><osci:Content "
	    "Id=\"ChunkContent\" href=\"cid:" CHUNK_PART "\">"
	    "</osci:Content></osci:ContentContainer></osci:ContentPackage>",
	    err);
}

static int
copy_content(
    struct osci_out *o, const struct osci_message *m, struct err *err)
{
	const struct xml_node *n = xml_first(m->body);

	for (size_t i = 0; i < m->packet->npart; i++) {
		const struct osci_packet_part *p = &m->packet->part[i];

		osci_out_part(o, p->id, p->type, m->packet->spool, p->offset,
		    p->len);
	}
	return n == NULL
	    ? put_body_text(
		  o, "<osci:ContentPackage></osci:ContentPackage>", err)
	    : osci_out_body_copy(o, &m->packet->tree, n, err);
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
		return put_chunk_body(o, r, err);
	if (r->content != NULL)
		return copy_content(o, r->content, err);
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

	check(request);
	osci_out_control(o, &request->control);
	put_languages(a, o, request->languages);
	put_qualities(a, o, request);
	put_order(a, o, request);
	put_certs(a, o, request, true);
	if (request->content != NULL) {
		if (copy_certs(o, request->content, err) == -1)
			return -1;
	} else
		put_certs(a, o, request, false);
	if (request->features != NULL)
		osci_features_add(o, request->features);
	if (put_body(a, o, request, err) == -1 ||
	    (request->signer != NULL &&
		osci_out_sign(o, request->signer, err) == -1))
		return -1;
	*out = o;
	return 0;
}
