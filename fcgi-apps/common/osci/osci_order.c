#include "common/osci/osci_order.h"

#include "common/num.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_read.h"

#define LANGUAGES_MAX 500

struct reader {
	struct arena *arena;
	const struct osci_message *m;
	const struct xml_tree *tree;
	struct osci_order *out;
	struct err *err;
};

static int
bad(struct err *err, const char *what)
{
	return osci_refuse(err, "9100", "order: %s", what);
}

/* ---- selection ---- */

static int
read_ids(struct arena *a, const struct xml_tree *t,
    const struct xml_node **next, size_t max, struct osci_selection *out,
    struct err *err)
{
	const struct xml_node *n, *from = *next;
	const char **id;
	size_t count = 0;

	while (osci_take(next, OSCI_NS, "MessageId") != NULL)
		count++;
	if (count == 0)
		return bad(err, "a selection rule that we do not know");
	if (count > max)
		return bad(err, "too many message ids");
	out->by = OSCI_SELECT_IDS;
	out->id = id = arena_new(a, const char *, count);
	for (n = from; n != *next; n = xml_next(n)) {
		if (osci_read_message_id(a, t, n, &id[out->nid], err) == -1)
			return -1;
		if (id[out->nid++] == NULL)
			return bad(err, "an empty message id");
	}
	return 0;
}

static int
read_flag(const char *s, bool *out, struct err *err)
{
	*out = s != NULL && (strcmp(s, "true") == 0 || strcmp(s, "1") == 0);
	return s == NULL || *out || strcmp(s, "false") == 0 ||
		strcmp(s, "0") == 0
	    ? 0
	    : bad(err, "NoReception is neither true nor false");
}

static int
read_role(const char *s, enum osci_select_role *out, struct err *err)
{
	*out = s == NULL			? OSCI_SELECT_BOTH
	    : strcmp(s, "Addressee") == 0	? OSCI_SELECT_ADDRESSEE
						: OSCI_SELECT_ORIGINATOR;
	return s == NULL || *out == OSCI_SELECT_ADDRESSEE ||
		strcmp(s, "Originator") == 0
	    ? 0
	    : bad(err, "a role that we do not know");
}

static int
read_date_rule(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, bool has_cards, struct osci_selection *out,
    struct err *err)
{
	if (has_cards &&
	    (read_flag(xml_attribute(n, "NoReception"), &out->no_reception,
		 err) == -1 ||
		read_role(xml_attribute(n, "Role"), &out->role, err) == -1))
		return -1;
	return osci_read_time(a, t, n, &out->from, &out->from_ms, err);
}

int
osci_selection_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, bool has_cards, struct osci_selection *out,
    struct err *err)
{
	const struct xml_node *next, *n;
	int rc;

	if (osci_enter(node, &next, err) == -1)
		return -1;
	if ((n = osci_take(&next, OSCI_NS, "ReceptionOfDelivery")) != NULL) {
		out->by = OSCI_SELECT_RECEPTION;
		rc = read_date_rule(a, t, n, has_cards, out, err);
	} else if (has_cards &&
	    (n = osci_take(&next, OSCI_NS, "RecentModification")) != NULL) {
		out->by = OSCI_SELECT_MODIFICATION;
		rc = read_date_rule(a, t, n, has_cards, out, err);
	} else
		rc = read_ids(a, t, &next, has_cards ? OSCI_SELECTED_MAX : 1,
		    out, err);
	return rc == -1 ? -1 : osci_leave(next, err);
}

static int
take_selection(
    struct reader *r, const struct xml_node **next, bool has_cards)
{
	const struct xml_node *n = osci_take(next, OSCI_NS, "SelectionRule");

	return n == NULL
	    ? 0
	    : osci_selection_read(r->arena, r->tree, n, has_cards,
		  &r->out->selection, r->err);
}

/* ---- chunks ---- */

static size_t
count_numbers(const char *s)
{
	size_t n = 0;

	for (s += strspn(s, " \t\r\n"); *s != '\0'; n++) {
		s += strcspn(s, " \t\r\n");
		s += strspn(s, " \t\r\n");
	}
	return n;
}

/* "1 2 5"; "-1" for none. */
static int
read_received(
    struct arena *a, const char *s, struct osci_chunk *out, struct err *err)
{
	size_t n = s == NULL ? 0 : count_numbers(s);
	struct err none = { 0 };
	int64_t *number;

	if (n == 0)
		return 0;
	if (n > OSCI_CHUNKS_MAX)
		return bad(err, "too many chunks");
	out->received = number = arena_new(a, int64_t, n);
	for (size_t i = 0; i < n; i++) {
		size_t len;

		s += strspn(s, " \t\r\n");
		len = strcspn(s, " \t\r\n");
		if (n == 1 && len == 2 && strncmp(s, "-1", 2) == 0)
			return 0;
		if (len > 10 ||
		    num_parse(arena_dup(a, s, len), 1, INT32_MAX, &number[i],
			&none) == -1)
			return bad(err, "ReceivedChunks are no numbers");
		s += len;
	}
	out->nreceived = n;
	return 0;
}

int
osci_chunk_read(struct arena *a, const struct xml_node *node,
    struct osci_chunk *out, struct err *err)
{
	*out = (struct osci_chunk){ 0 };
	if (osci_read_number(node, "ChunkNumber", 0, INT32_MAX, 0,
		&out->number, err) == -1 ||
	    osci_read_number(node, "ChunkSize", 0, INT32_MAX, 0,
		&out->size_kib, err) == -1 ||
	    osci_read_number(node, "TotalChunkNumbers", 0, INT32_MAX, 0,
		&out->total_number, err) == -1 ||
	    osci_read_number(node, "TotalMessageSize", 0, INT64_MAX / 1024, -1,
		&out->total_size_kib, err) == -1 ||
	    read_received(a, xml_attribute(node, "ReceivedChunks"), out,
		err) == -1)
		return -1;
	return osci_read_empty(node, err);
}

/* ---- content ---- */

int
osci_package_check(const struct xml_node *package, struct err *err)
{
	const struct xml_node *next;

	if (osci_enter(package, &next, err) == -1)
		return -1;
	for (; next != NULL; next = xml_next(next))
		if (!xml_is(next, OSCI_NS_XENC, "EncryptedData") &&
		    !xml_is(next, OSCI_NS, "ContentContainer"))
			return bad(err, "a ContentPackage of another shape");
	return 0;
}

static const struct xml_node *
only_child(const struct xml_node *n, const char *name)
{
	n = n == NULL ? NULL : xml_first(n);
	return n != NULL && xml_is(n, OSCI_NS, name) && xml_next(n) == NULL
	    ? n
	    : NULL;
}

int
osci_chunk_part(const struct osci_message *m,
    const struct xml_node *package, const struct osci_packet_part **out,
    struct err *err)
{
	const struct xml_node *n =
	    only_child(only_child(package, "ContentContainer"), "Content");
	const char *href = n == NULL ? NULL : xml_attribute(n, "href");

	*out = href == NULL || strncmp(href, "cid:", 4) != 0
	    ? NULL
	    : osci_packet_part(m->packet, href + 4);
	return *out != NULL ? 0 : bad(err, "no chunk in the content");
}

/* ---- the small blocks ---- */

static int
read_languages(struct reader *r)
{
	const struct xml_node *n = r->m->by_kind[OSCI_DESIRED_LANGUAGES];

	r->out->languages = xml_attribute(n, "LanguagesList");
	if (r->out->languages == NULL ||
	    strlen(r->out->languages) > LANGUAGES_MAX)
		return bad(r->err, "no list of languages");
	return osci_read_empty(n, r->err);
}

static int
read_quality(struct reader *r, enum osci_block_kind kind, bool *out)
{
	const struct xml_node *n = r->m->by_kind[kind];
	const char *quality;

	if (n == NULL)
		return 0;
	quality = xml_attribute(n, "Quality");
	*out = quality != NULL && strcmp(quality, "cryptographic") == 0;
	if (!*out && (quality == NULL || strcmp(quality, "plain") != 0))
		return bad(r->err, "a quality of time stamps that we lack");
	return osci_read_empty(n, r->err);
}

static int
read_blocks(struct reader *r)
{
	const struct xml_node *features = r->m->by_kind[OSCI_FEATURES];
	struct osci_order *out = r->out;

	if (read_languages(r) == -1 ||
	    read_quality(r, OSCI_QUALITY_CREATION,
		&out->wants_crypto_creation) == -1 ||
	    read_quality(r, OSCI_QUALITY_RECEPTION,
		&out->wants_crypto_reception) == -1 ||
	    osci_certs_read(r->arena, r->m, &out->certs, r->err) == -1)
		return -1;
	out->has_features = features != NULL;
	return features == NULL
	    ? 0
	    : osci_features_read(features, &out->features, r->err);
}

/* ---- the order itself ---- */

static int
take_id(struct reader *r, const struct xml_node **next, const char *name,
    const char **out)
{
	const struct xml_node *n = osci_take(next, OSCI_NS, name);

	return n == NULL
	    ? 0
	    : osci_read_message_id(r->arena, r->tree, n, out, r->err);
}

static int
take_subject(struct reader *r, const struct xml_node **next)
{
	const struct xml_node *n = osci_take(next, OSCI_NS, "Subject");

	return n == NULL
	    ? 0
	    : osci_read_text(r->arena, r->tree, n, OSCI_SUBJECT_MAX,
		  &r->out->subject, r->err);
}

static int
read_delivery(struct reader *r, const struct xml_node **next)
{
	return take_id(r, next, "MessageId", &r->out->message_id) == -1
	    ? -1
	    : take_subject(r, next);
}

static int
read_passing_on(struct reader *r, const struct xml_node **next)
{
	const struct xml_node *n = osci_take(next, OSCI_NS, "ContentReceiver");
	const char *uri = n == NULL ? NULL : xml_attribute(n, "URI");

	if (uri == NULL || *uri == '\0' || strlen(uri) > OSCI_URI_MAX)
		return osci_refuse(
		    r->err, "9300", "order: no address of a receiver");
	r->out->receiver = uri;
	return osci_read_empty(n, r->err) == -1 ? -1
						: read_delivery(r, next);
}

static int
take_card(struct reader *r, const struct xml_node **next)
{
	const struct xml_node *n =
	    osci_take(next, OSCI_NS, "ProcessCardBundle");

	r->out->has_card = n != NULL;
	return n == NULL ? 0
			 : osci_card_read(r->arena, r->tree, n, &r->out->card,
			       r->err);
}

static int
read_acceptance(struct reader *r, const struct xml_node **next)
{
	if (take_card(r, next) == -1)
		return -1;
	return r->out->has_card ? 0 : bad(r->err, "no process card");
}

static int
read_processing(struct reader *r, const struct xml_node **next)
{
	return take_id(r, next, "MessageIdResponse",
		   &r->out->response_message_id) == -1
	    ? -1
	    : take_card(r, next);
}

static int
read_fetching(struct reader *r, const struct xml_node **next)
{
	return take_selection(r, next, false);
}

static int
read_fetching_cards(struct reader *r, const struct xml_node **next)
{
	const struct xml_node *n;

	if (take_selection(r, next, true) == -1)
		return -1;
	if ((n = osci_take(next, OSCI_NS, "Quantity")) == NULL)
		return 0;
	if (osci_read_number(n, "Limit", 1, INT32_MAX, 0,
		&r->out->selection.limit, r->err) == -1)
		return -1;
	return r->out->selection.limit > 0
	    ? osci_read_empty(n, r->err)
	    : bad(r->err, "a quantity without limit");
}

static int
take_chunk(struct reader *r, const struct xml_node **next)
{
	const struct xml_node *n =
	    osci_take(next, OSCI_NS_2017, "ChunkInformation");

	return n == NULL
	    ? bad(r->err, "no ChunkInformation")
	    : osci_chunk_read(r->arena, n, &r->out->chunk, r->err);
}

static int
read_partial_store(struct reader *r, const struct xml_node **next)
{
	const struct xml_node *info;

	if (read_delivery(r, next) == -1)
		return -1;
	info = osci_take(next, OSCI_NS_2017, "InfoOnly");
	r->out->chunk.is_info_only = info != NULL;
	return info != NULL ? osci_read_empty(info, r->err)
			    : take_chunk(r, next);
}

static int
read_partial_fetch(struct reader *r, const struct xml_node **next)
{
	return take_selection(r, next, false) == -1 ? -1 : take_chunk(r, next);
}

static int
read_nothing(struct reader *r, const struct xml_node **next)
{
	(void)r;
	(void)next;
	return 0;
}

/* How an order's element is read, and whether there is a ContentPackage. */
static const struct {
	int (*read)(struct reader *r, const struct xml_node **next);
	bool has_content;
} orders[] = {
	[OSCI_INIT_DIALOG] = { read_nothing, false },
	[OSCI_EXIT_DIALOG] = { read_nothing, false },
	[OSCI_GET_MESSAGE_ID] = { read_nothing, false },
	[OSCI_STORE_DELIVERY] = { read_delivery, true },
	[OSCI_FETCH_DELIVERY] = { read_fetching, false },
	[OSCI_FETCH_PROCESS_CARD] = { read_fetching_cards, false },
	[OSCI_FORWARD_DELIVERY] = { read_passing_on, true },
	[OSCI_MEDIATE_DELIVERY] = { read_passing_on, true },
	[OSCI_ACCEPT_DELIVERY] = { read_acceptance, true },
	[OSCI_PROCESS_DELIVERY] = { read_processing, true },
	[OSCI_PARTIAL_STORE_DELIVERY] = { read_partial_store, true },
	[OSCI_PARTIAL_FETCH_DELIVERY] = { read_partial_fetch, false },
};

static int
read_element(struct reader *r)
{
	const struct xml_node *next;

	return osci_enter(r->m->order, &next, r->err) == -1 ||
		orders[r->m->type].read(r, &next) == -1
	    ? -1
	    : osci_leave(next, r->err);
}

static int
read_content(struct reader *r)
{
	const struct xml_node *n = xml_first(r->m->body);
	struct osci_order *out = r->out;

	if (n == NULL || !xml_is(n, OSCI_NS, "ContentPackage"))
		return orders[r->m->type].has_content
		    ? bad(r->err, "no ContentPackage")
		    : 0;
	if (!orders[r->m->type].has_content)
		return bad(r->err, "content where none may be");
	out->content = n;
	if (osci_package_check(n, r->err) == -1)
		return -1;
	return out->type != OSCI_PARTIAL_STORE_DELIVERY ||
		out->chunk.is_info_only
	    ? 0
	    : osci_chunk_part(r->m, n, &out->chunk_part, r->err);
}

int
osci_order_read(struct arena *a, const struct osci_message *m,
    struct osci_order *out, struct err *err)
{
	struct reader r = { a, m, &m->packet->tree, out, err };

	*out = (struct osci_order){ .type = m->type };
	out->chunk.total_size_kib = -1;
	out->selection.limit = -1;
	if (!osci_type_is_request(m->type))
		return osci_refuse(err, "9300", "order: it is none");
	if (m->control.challenge == NULL)
		return osci_refuse(err, "9400", "order: without challenge");
	return read_blocks(&r) == -1 || read_element(&r) == -1 ||
		read_content(&r) == -1
	    ? -1
	    : 0;
}
