#include "common/osci/osci_certs.h"

#include "common/base64.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_names.h"
#include "common/osci/osci_read.h"

/* Element, whether there may be several, and the block: intermediary's own. */
static const struct {
	const char *element;
	bool is_many, is_intermediary;
} roles[OSCI_ROLES] = {
	[OSCI_CIPHER_ORIGINATOR] = { "CipherCertificateOriginator", false,
	    false },
	[OSCI_CIPHER_AUTHOR] = { "CipherCertificateOtherAuthor", true, false },
	[OSCI_CIPHER_ADDRESSEE] = { "CipherCertificateAddressee", false,
	    false },
	[OSCI_CIPHER_READER] = { "CipherCertificateOtherReader", true, false },
	[OSCI_SIGN_ORIGINATOR] = { "SignatureCertificateOriginator", false,
	    false },
	[OSCI_SIGN_AUTHOR] = { "SignatureCertificateOtherAuthor", true, false },
	[OSCI_SIGN_ADDRESSEE] = { "SignatureCertificateAddressee", false,
	    false },
	[OSCI_CIPHER_INTERMEDIARY] = { "CipherCertificateIntermediary", false,
	    true },
	[OSCI_SIGN_INTERMEDIARY] = { "SignatureCertificateIntermediary", false,
	    true },
};

const char *
osci_role_element(enum osci_role role)
{
	return roles[role].element;
}

static int
bad(struct err *err, const char *what)
{
	return osci_refuse(err, "9100", "certificates: %s", what);
}

/* ---- which may be where ---- */

#define BIT(role) (1U << (role))
#define ORIGINATOR (BIT(OSCI_CIPHER_ORIGINATOR) | BIT(OSCI_SIGN_ORIGINATOR))
#define DELIVERY                                                               \
	(ORIGINATOR | BIT(OSCI_CIPHER_AUTHOR) | BIT(OSCI_CIPHER_ADDRESSEE) |   \
	    BIT(OSCI_CIPHER_READER) | BIT(OSCI_SIGN_AUTHOR))
#define ALL (DELIVERY | BIT(OSCI_SIGN_ADDRESSEE))
#define INTERMEDIARY                                                           \
	(BIT(OSCI_CIPHER_INTERMEDIARY) | BIT(OSCI_SIGN_INTERMEDIARY))

unsigned
osci_roles_of(enum osci_type type)
{
	switch (type) {
	case OSCI_INIT_DIALOG:
	case OSCI_EXIT_DIALOG:
	case OSCI_GET_MESSAGE_ID:
	case OSCI_FETCH_DELIVERY:
	case OSCI_FETCH_PROCESS_CARD:
	case OSCI_PARTIAL_FETCH_DELIVERY:
		return ORIGINATOR;
	case OSCI_STORE_DELIVERY:
	case OSCI_PARTIAL_STORE_DELIVERY:
		return DELIVERY;
	case OSCI_FORWARD_DELIVERY:
	case OSCI_MEDIATE_DELIVERY:
		return ALL;
	case OSCI_ACCEPT_DELIVERY:
	case OSCI_PROCESS_DELIVERY:
		return DELIVERY | INTERMEDIARY;
	case OSCI_RESPONSE_TO_FETCH_DELIVERY:
	case OSCI_RESPONSE_TO_MEDIATE_DELIVERY:
	case OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY:
		return DELIVERY | BIT(OSCI_SIGN_INTERMEDIARY);
	case OSCI_RESPONSE_TO_ACCEPT_DELIVERY:
		return BIT(OSCI_SIGN_ADDRESSEE);
	case OSCI_RESPONSE_TO_PROCESS_DELIVERY:
		return ALL;
	case OSCI_MESSAGE_ENCRYPTED:
	case OSCI_FAULT:
		return 0;
	default:
		return BIT(OSCI_SIGN_INTERMEDIARY);
	}
}

/* ---- reading ---- */

static enum osci_role
role_of(const struct xml_node *n, bool is_intermediary)
{
	size_t i = 0;

	while (i < OSCI_ROLES &&
	    (roles[i].is_intermediary != is_intermediary ||
		!xml_is(n, OSCI_NS, roles[i].element)))
		i++;
	return (enum osci_role)i;
}

/* "ds:X509Data" with one "ds:X509Certificate", nothing else. */
static int
read_cert(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, struct osci_cert *out, struct err *err)
{
	const struct xml_node *next, *data, *cert;
	const char *text;

	if (osci_enter(node, &next, err) == -1)
		return -1;
	data = osci_take(&next, OSCI_NS_DS, "X509Data");
	if (osci_leave(next, err) == -1)
		return -1;
	if (data == NULL)
		return bad(err, "one without its data");
	if (osci_enter(data, &next, err) == -1)
		return -1;
	cert = osci_take(&next, OSCI_NS_DS, "X509Certificate");
	if (osci_leave(next, err) == -1)
		return -1;
	if (cert == NULL)
		return bad(err, "one without its data");
	if (osci_read_text(a, t, cert, OSCI_CERT_MAX * 2, &text, err) == -1)
		return -1;
	return osci_cert_parse_text(a, text, strlen(text), out, err) == -1
	    ? osci_code_default(err, "9100")
	    : 0;
}

static int
read_one(struct arena *a, const struct osci_message *m,
    const struct xml_node *node, bool is_intermediary, struct osci_certs *c,
    struct err *err)
{
	struct osci_role_cert *out = &c->cert[c->n];
	enum osci_role role = role_of(node, is_intermediary);

	if (role == OSCI_ROLES || (osci_roles_of(m->type) & BIT(role)) == 0)
		return bad(err, "a role that has no place here");
	if (!roles[role].is_many && c->by_role[role] != NULL)
		return bad(err, "a role twice");
	if (c->n == OSCI_CERTS_MAX)
		return bad(err, "too many");
	out->role = role;
	out->id = xml_attribute(node, "Id");
	if (out->id == NULL || *out->id == '\0')
		return bad(err, "one without Id");
	if (read_cert(a, &m->packet->tree, node, &out->cert, err) == -1)
		return -1;
	if (!roles[role].is_many)
		c->by_role[role] = out;
	c->n++;
	return 0;
}

static int
read_block(struct arena *a, const struct osci_message *m,
    enum osci_block_kind kind, struct osci_certs *c, struct err *err)
{
	const struct xml_node *n = m->by_kind[kind];

	if (n == NULL)
		return 0;
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		if (read_one(a, m, n, kind == OSCI_INTERMEDIARY_CERTIFICATES,
			c, err) == -1)
			return -1;
	return 0;
}

int
osci_certs_read(struct arena *a, const struct osci_message *m,
    struct osci_certs *out, struct err *err)
{
	*out = (struct osci_certs){ .cert = arena_new(
					a, struct osci_role_cert,
					OSCI_CERTS_MAX) };
	return read_block(a, m, OSCI_INTERMEDIARY_CERTIFICATES, out, err) ==
		    -1
	    ? -1
	    : read_block(a, m, OSCI_OTHER_CERTIFICATES, out, err);
}

const struct osci_role_cert *
osci_certs_by_id(const struct osci_certs *c, const char *id)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->cert[i].id, id) == 0)
			return &c->cert[i];
	return NULL;
}

/* ---- writing ---- */

static void
put_one(struct buf *b, const struct osci_role_cert *c)
{
	const char *element = roles[c->role].element;

	buf_printf(b, "<osci:%s Id=\"", element);
	osci_put_attribute(b, c->id);
	buf_puts(b, "\"><ds:X509Data><ds:X509Certificate>");
	base64_put_lines(b, c->cert.der, c->cert.len);
	buf_printf(b, "</ds:X509Certificate></ds:X509Data></osci:%s>",
	    element);
}

/* By role, as the schema orders them; several of one role as they come. */
void
osci_certs_put(struct buf *b, const struct osci_role_cert *cert, size_t n)
{
	for (size_t role = 0; role < OSCI_ROLES; role++)
		for (size_t i = 0; i < n; i++)
			if (cert[i].role == (enum osci_role)role)
				put_one(b, &cert[i]);
}
