#include "common/osci/osci_message.h"

#include <assert.h>

#include "common/num.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_names.h"

#define CHALLENGE_MAX 1000
#define DIGITS_MAX 30

/* The blocks that a type may have, for OSCI_TYPE_TABLE. */
enum {
	B_CS = 1 << OSCI_SIGNATURE_BLOCK,
	B_SS = 1 << OSCI_SIGNATURE_BLOCK,
	B_DL = 1 << OSCI_DESIRED_LANGUAGES,
	B_QC = 1 << OSCI_QUALITY_CREATION,
	B_QR = 1 << OSCI_QUALITY_RECEPTION,
	B_IC = 1 << OSCI_INTERMEDIARY_CERTIFICATES,
	B_NIC = 1 << OSCI_OTHER_CERTIFICATES,
	B_FD = 1 << OSCI_FEATURES,
};

static const struct {
	const char *name, *element;
	bool is_in_body;
	unsigned needs, may;
} types[] = {
#define OSCI_ROW(type, name, element, in_body, needs, may)                     \
	[type] = { name, element, in_body, needs, may },
	OSCI_TYPE_TABLE(OSCI_ROW)
#undef OSCI_ROW
};

const char *
osci_type_name(enum osci_type type)
{
	return types[type].name != NULL ? types[type].name : "Fault";
}

bool
osci_type_is_request(enum osci_type type)
{
	return type < OSCI_RESPONSE_TO_INIT_DIALOG;
}

static int
bad(struct err *err, const char *what)
{
	return osci_refuse(err, "9100", "message: %s", what);
}

/* ---- the envelope ---- */

/* "soap:Envelope" has exactly one Header and one Body, in this order; a fault
 * and an encrypted message have no header. */
static int
find_parts(struct osci_message *m, struct err *err)
{
	const struct xml_node *n;

	m->envelope = m->packet->tree.root;
	if (!xml_is(m->envelope, OSCI_NS_SOAP, "Envelope") ||
	    xml_has_stray_text(m->envelope))
		return bad(err, "the root is no SOAP envelope");
	n = xml_first(m->envelope);
	if (xml_is(n, OSCI_NS_SOAP, "Header")) {
		m->header = n;
		n = xml_next(n);
	}
	if (!xml_is(n, OSCI_NS_SOAP, "Body") || xml_next(n) != NULL)
		return bad(err, "not one header and one body");
	m->body = n;
	m->body_id = xml_attribute(n, "Id");
	return 0;
}

/*
 * The type stands in xsi:schemaLocation: "... soapStoreDelivery.xsd ...".
 * Without one it is a fault.
 */
static int
find_type(struct osci_message *m, struct err *err)
{
	static const char before[] = OSCI_NS_SOAP;
	const char *text =
	    xml_attribute_ns(m->envelope, OSCI_NS_XSI, "schemaLocation");
	size_t len;

	m->type = OSCI_FAULT;
	if (text == NULL)
		return 0;
	text += strspn(text, " \t\r\n");
	if (strncmp(text, before, sizeof(before) - 1) != 0)
		return bad(err, "schemaLocation is not OSCI's");
	text += sizeof(before) - 1;
	text += strspn(text, " \t\r\n");
	len = strcspn(text, " \t\r\n");
	if (len < 9 || strncmp(text, "soap", 4) != 0 ||
	    strncmp(text + len - 4, ".xsd", 4) != 0)
		return bad(err, "schemaLocation is not OSCI's");
	for (size_t i = 0; i < OSCI_FAULT; i++)
		if (strlen(types[i].name) == len - 8 &&
		    strncmp(types[i].name, text + 4, len - 8) == 0) {
			m->type = (enum osci_type)i;
			return 0;
		}
	return bad(err, "no such type");
}

/* ---- Ids ---- */

struct ids {
	const char **id;
	size_t n;
};

/* Walks the whole document; counts first, gathers then. */
static size_t
gather_ids(const struct xml_node *root, const char **id)
{
	const struct xml_node *n = root;
	size_t count = 0;

	while (n != NULL) {
		const char *own =
		    n->name == NULL ? NULL : xml_attribute(n, "Id");

		if (own != NULL) {
			if (id != NULL)
				id[count] = own;
			count++;
		}
		if (n->child != NULL) {
			n = n->child;
			continue;
		}
		while (n != root && n->next == NULL)
			n = n->parent;
		n = n == root ? NULL : n->next;
	}
	return count;
}

static int
compare_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static int
check_ids(struct arena *a, const struct xml_node *root, struct err *err)
{
	size_t n = gather_ids(root, NULL);
	const char **id = arena_new(a, const char *, n);

	(void)gather_ids(root, id);
	if (n > 1)
		qsort(id, n, sizeof(*id), compare_text);
	for (size_t i = 1; i < n; i++)
		if (strcmp(id[i - 1], id[i]) == 0)
			return bad(err, "an Id twice");
	return 0;
}

/* ---- header blocks ---- */

static bool
is_order(const struct osci_message *m, const struct xml_node *n)
{
	const char *uri = m->type == OSCI_PARTIAL_STORE_DELIVERY ||
		m->type == OSCI_PARTIAL_FETCH_DELIVERY ||
		m->type == OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY ||
		m->type == OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY
	    ? OSCI_NS_2017
	    : OSCI_NS;

	return xml_is(n, uri, types[m->type].element);
}

/* OSCI_BLOCK_KINDS: one of OSCI's that has no place here. */
static enum osci_block_kind
kind_of(const struct osci_message *m, const struct xml_node *n)
{
	const char *service;

	if (strcmp(n->uri, OSCI_NS) != 0 && strcmp(n->uri, OSCI_NS_2017) != 0)
		return OSCI_FOREIGN;
	if (is_order(m, n))
		return types[m->type].is_in_body ? OSCI_BLOCK_KINDS
						 : OSCI_ORDER;
	if (xml_is(n, OSCI_NS_2017, "FeatureDescription"))
		return OSCI_FEATURES;
	if (strcmp(n->uri, OSCI_NS) != 0)
		return OSCI_BLOCK_KINDS;
	if (strcmp(n->name, "ControlBlock") == 0)
		return OSCI_CONTROL_BLOCK;
	if (strcmp(n->name,
		osci_type_is_request(m->type) ? "ClientSignature"
					      : "SupplierSignature") == 0)
		return OSCI_SIGNATURE_BLOCK;
	if (strcmp(n->name, "DesiredLanguages") == 0)
		return OSCI_DESIRED_LANGUAGES;
	if (strcmp(n->name, "IntermediaryCertificates") == 0)
		return OSCI_INTERMEDIARY_CERTIFICATES;
	if (strcmp(n->name, "NonIntermediaryCertificates") == 0)
		return OSCI_OTHER_CERTIFICATES;
	if (strcmp(n->name, "QualityOfTimestamp") != 0 ||
	    (service = xml_attribute(n, "Service")) == NULL)
		return OSCI_BLOCK_KINDS;
	if (strcmp(service, "creation") == 0)
		return OSCI_QUALITY_CREATION;
	return strcmp(service, "reception") == 0 ? OSCI_QUALITY_RECEPTION
						 : OSCI_BLOCK_KINDS;
}

static int
read_block(
    struct osci_message *m, const struct xml_node *n, struct err *err)
{
	enum osci_block_kind kind = kind_of(m, n);
	struct osci_block *b = &m->block[m->nblock];

	if (m->nblock == OSCI_BLOCKS_MAX)
		return bad(err, "too many header blocks");
	if (kind == OSCI_BLOCK_KINDS)
		return bad(err, "a header block that has no place here");
	*b = (struct osci_block){
		.kind = kind, .node = n, .id = xml_attribute(n, "Id") };
	if (b->id == NULL || *b->id == '\0')
		return bad(err, "a header block without Id");
	if (kind != OSCI_FOREIGN && m->by_kind[kind] != NULL)
		return bad(err, "a header block twice");
	if (kind != OSCI_FOREIGN && xml_has_stray_text(n))
		return bad(err, "text between elements");
	m->by_kind[kind] = n;
	m->nblock++;
	return 0;
}

/* Those of the type, no others; a signature is demanded elsewhere. */
static int
check_presence(const struct osci_message *m, struct err *err)
{
	unsigned always = 1U << OSCI_CONTROL_BLOCK |
	    (types[m->type].is_in_body ? 0U : 1U << OSCI_ORDER);
	unsigned needs = types[m->type].needs | always;
	unsigned may = needs | types[m->type].may | 1U << OSCI_FOREIGN;

	for (unsigned kind = 0; kind < OSCI_BLOCK_KINDS; kind++) {
		bool is_there = m->by_kind[kind] != NULL;

		if (!is_there && (needs >> kind & 1) != 0)
			return bad(err, "a header block is missing");
		if (is_there && (may >> kind & 1) == 0)
			return bad(err, "a header block has no place here");
	}
	return 0;
}

/* ---- ControlBlock ---- */

static bool
is_digits(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n <= DIGITS_MAX && s[n] == '\0';
}

static int
read_control_text(struct arena *a, const struct osci_message *m,
    const char *name, const char **out, struct err *err)
{
	const struct xml_node *n =
	    xml_child(m->by_kind[OSCI_CONTROL_BLOCK], OSCI_NS, name);

	*out = NULL;
	if (n == NULL)
		return 0;
	return xml_text(a, &m->packet->tree, n, CHALLENGE_MAX, out, err) == -1
	    ? osci_code_default(err, "9100")
	    : 0;
}

static int
read_control(struct arena *a, struct osci_message *m, struct err *err)
{
	const struct xml_node *n = m->by_kind[OSCI_CONTROL_BLOCK];
	struct osci_control *c = &m->control;
	const char *sequence = xml_attribute(n, "SequenceNumber");
	struct err none = { 0 };

	c->conversation_id = xml_attribute(n, "ConversationId");
	if (c->conversation_id != NULL && !is_digits(c->conversation_id))
		return bad(err, "ConversationId is no number");
	c->sequence = -1;
	if (sequence != NULL &&
	    num_parse(sequence, 0, INT32_MAX, &c->sequence, &none) == -1)
		return bad(err, "SequenceNumber is no number");
	for (const struct xml_node *p = xml_first(n); p != NULL;
	     p = xml_next(p))
		if (!xml_is(p, OSCI_NS, "Response") &&
		    !xml_is(p, OSCI_NS, "Challenge"))
			return bad(err, "ControlBlock of another shape");
	return read_control_text(a, m, "Response", &c->response, err) == -1
	    ? -1
	    : read_control_text(a, m, "Challenge", &c->challenge, err);
}

/* ---- all of it ---- */

static int
read_body(struct osci_message *m, struct err *err)
{
	const struct xml_node *n = xml_first(m->body);

	if (m->body_id == NULL || *m->body_id == '\0')
		return bad(err, "the body has no Id");
	if (xml_has_stray_text(m->body))
		return bad(err, "text between elements");
	if (n != NULL && xml_next(n) != NULL)
		return bad(err, "more than one element in the body");
	if (!types[m->type].is_in_body) {
		m->order = m->by_kind[OSCI_ORDER];
		return n == NULL || xml_is(n, OSCI_NS, "ContentPackage")
		    ? 0
		    : bad(err, "no ContentPackage in the body");
	}
	if (n == NULL || !is_order(m, n))
		return bad(err, "the body is of another type");
	m->order = n;
	return 0;
}

int
osci_message_read(struct arena *a, const struct osci_packet *packet,
    struct osci_message *out, struct err *err)
{
	*out = (struct osci_message){ .packet = packet };
	out->control.sequence = -1;
	if (find_parts(out, err) == -1 || find_type(out, err) == -1)
		return -1;
	if (out->type == OSCI_FAULT || out->type == OSCI_MESSAGE_ENCRYPTED)
		return out->header == NULL
		    ? 0
		    : bad(err, "a header where none may be");
	if (out->header == NULL || xml_has_stray_text(out->header))
		return bad(err, "no header");
	if (check_ids(a, out->envelope, err) == -1)
		return -1;
	for (const struct xml_node *n = xml_first(out->header); n != NULL;
	     n = xml_next(n))
		if (read_block(out, n, err) == -1)
			return -1;
	return check_presence(out, err) == -1 ||
		read_control(a, out, err) == -1 || read_body(out, err) == -1
	    ? -1
	    : 0;
}
