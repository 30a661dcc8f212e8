#include "common/osci/osci_write.h"

#include "common/date.h"

#define CHUNK_PART "ChunkBlobStoreDelivery"

/* ---- selection ---- */

static void
put_date_rule(
    struct buf *b, const char *element, const struct osci_selection *s)
{
	struct arena a = { 0 };

	buf_printf(b, "<osci:%s", element);
	if (s->no_reception)
		buf_puts(b, " NoReception=\"true\"");
	if (s->role != OSCI_SELECT_BOTH)
		buf_printf(b, " Role=\"%s\"",
		    s->role == OSCI_SELECT_ADDRESSEE ? "Addressee"
						     : "Originator");
	buf_puts(b, ">");
	osci_put_text(b,
	    s->from != NULL ? s->from : date_instant_to_xsd(&a, s->from_ms));
	buf_printf(b, "</osci:%s>", element);
	arena_free(&a);
}

void
osci_put_selection(struct buf *b, const struct osci_selection *s)
{
	if (s->by == OSCI_SELECT_ANY)
		return;
	buf_puts(b, "<osci:SelectionRule>");
	if (s->by == OSCI_SELECT_RECEPTION)
		put_date_rule(b, "ReceptionOfDelivery", s);
	else if (s->by == OSCI_SELECT_MODIFICATION)
		put_date_rule(b, "RecentModification", s);
	else
		for (size_t i = 0; i < s->nid; i++)
			osci_put_message_id(b, s->id[i]);
	buf_puts(b, "</osci:SelectionRule>");
}

void
osci_put_quantity(struct buf *b, const struct osci_selection *s)
{
	if (s->limit > 0)
		buf_printf(b, "<osci:Quantity Limit=\"%lld\"></osci:Quantity>",
		    (long long)s->limit);
}

/* ---- chunks ---- */

static void
put_number(struct buf *b, const char *name, int64_t number)
{
	buf_printf(b, " %s=\"%lld\"", name, (long long)number);
}

/* "1 2 5"; "-1" for none. */
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

/* Which attributes a type has: the schemas demand these and forbid others. */
static const struct {
	enum osci_type type;
	bool has_size, has_received, has_total, has_total_size;
} chunks[] = {
	{ OSCI_PARTIAL_STORE_DELIVERY, true, false, true, true },
	{ OSCI_PARTIAL_FETCH_DELIVERY, true, true, false, false },
	{ OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY, false, true, true, false },
	{ OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY, false, false, true, true },
};

void
osci_put_chunk(
    struct buf *b, enum osci_type type, const struct osci_chunk *c)
{
	size_t i = 0;

	if (c->is_info_only && type == OSCI_PARTIAL_STORE_DELIVERY) {
		buf_puts(b, "<osci2017:InfoOnly></osci2017:InfoOnly>");
		return;
	}
	while (chunks[i].type != type)
		i++;
	buf_puts(b, "<osci2017:ChunkInformation");
	put_number(b, "ChunkNumber", c->number);
	if (chunks[i].has_size)
		put_number(b, "ChunkSize", c->size_kib);
	if (chunks[i].has_received)
		put_received(b, c);
	if (chunks[i].has_total)
		put_number(b, "TotalChunkNumbers", c->total_number);
	if (chunks[i].has_total_size)
		put_number(b, "TotalMessageSize", c->total_size_kib);
	buf_puts(b, "></osci2017:ChunkInformation>");
}

static int
put_body(struct osci_out *o, const char *text, struct err *err)
{
	return osci_out_body(o, text, strlen(text), err);
}

int
osci_out_chunk(struct osci_out *o, struct crypto_spool *spool, int64_t offset,
    int64_t len, struct err *err)
{
	osci_out_part(o, CHUNK_PART, "application/octet-stream", spool, offset,
	    len);
	return put_body(o,
	    "<osci:ContentPackage><osci:ContentContainer "
	    "Id=\"ChunkContentContainer\"><osci:Content "
	    "Id=\"ChunkContent\" href=\"cid:" CHUNK_PART "\">"
	    "</osci:Content></osci:ContentContainer></osci:ContentPackage>",
	    err);
}

/* ---- blocks ---- */

void
osci_out_quality(struct osci_out *o, bool of_creation, bool of_reception)
{
	if (of_creation) {
		(void)osci_out_open(o, OSCI_QUALITY_CREATION,
		    "QualityOfTimestamp", "qualityoftimestamp_creation", "",
		    " Quality=\"plain\" Service=\"creation\"");
		osci_out_close(o);
	}
	if (of_reception) {
		(void)osci_out_open(o, OSCI_QUALITY_RECEPTION,
		    "QualityOfTimestamp", "qualityoftimestamp_reception", "",
		    " Quality=\"plain\" Service=\"reception\"");
		osci_out_close(o);
	}
}

static bool
is_intermediary(enum osci_role role)
{
	return role == OSCI_CIPHER_INTERMEDIARY ||
	    role == OSCI_SIGN_INTERMEDIARY;
}

static void
put_block(struct osci_out *o, bool of_intermediary,
    const struct osci_role_cert *cert, size_t n)
{
	struct buf *b = NULL;

	for (size_t i = 0; i < n; i++) {
		if (is_intermediary(cert[i].role) != of_intermediary)
			continue;
		if (b == NULL)
			b = of_intermediary
			    ? osci_out_open(o, OSCI_INTERMEDIARY_CERTIFICATES,
				  "IntermediaryCertificates",
				  "intermediarycertificates", "", "")
			    : osci_out_open(o, OSCI_OTHER_CERTIFICATES,
				  "NonIntermediaryCertificates",
				  "nonintermediarycertificates", "", "");
	}
	if (b == NULL)
		return;
	for (size_t role = 0; role < OSCI_ROLES; role++)
		if (is_intermediary((enum osci_role)role) == of_intermediary)
			for (size_t i = 0; i < n; i++)
				if (cert[i].role == (enum osci_role)role)
					osci_certs_put(b, &cert[i], 1);
	osci_out_close(o);
}

void
osci_out_certs(
    struct osci_out *o, const struct osci_role_cert *cert, size_t n)
{
	put_block(o, true, cert, n);
	put_block(o, false, cert, n);
}

struct osci_role_cert *
osci_own_certs(struct arena *a, struct osci_out *o,
    const struct osci_role_cert *cert, size_t n, struct osci_signer *signer)
{
	struct osci_role_cert *own = arena_new(a, struct osci_role_cert, n + 1);
	const char *signs = signer->cert_id;

	for (size_t i = 0; i < n; i++) {
		own[i] = cert[i];
		own[i].id = osci_out_id(o, cert[i].id);
		if (signs != NULL && strcmp(signs, cert[i].id) == 0)
			signer->cert_id = own[i].id;
	}
	return own;
}

/* ---- content on its way through ---- */

void
osci_relay_avoid(struct osci_out *o, const struct osci_message *m)
{
	const struct xml_node *certs = m->by_kind[OSCI_OTHER_CERTIFICATES];

	osci_out_avoid(o, m->body);
	if (certs != NULL)
		osci_out_avoid(o, certs);
}

int
osci_relay_certs(struct arena *a, enum osci_type type,
    const struct osci_message *m, struct osci_role_cert **out, size_t *n,
    struct err *err)
{
	unsigned may = osci_roles_of(type);
	struct osci_certs certs;

	if (osci_certs_read(a, m, &certs, err) == -1)
		return -1;
	*out = arena_new(a, struct osci_role_cert, certs.n + 1);
	*n = 0;
	for (size_t i = 0; i < certs.n; i++)
		if (!is_intermediary(certs.cert[i].role) &&
		    (may >> certs.cert[i].role & 1) != 0)
			(*out)[(*n)++] = certs.cert[i];
	return 0;
}

int
osci_relay_content(
    struct osci_out *o, const struct osci_message *m, struct err *err)
{
	const struct xml_node *n = xml_first(m->body);

	for (size_t i = 0; i < m->packet->npart; i++) {
		const struct osci_packet_part *p = &m->packet->part[i];

		osci_out_part(o, p->id, p->type, m->packet->spool, p->offset,
		    p->len);
	}
	return n == NULL || !xml_is(n, OSCI_NS, "ContentPackage")
	    ? put_body(o, "<osci:ContentPackage></osci:ContentPackage>", err)
	    : osci_out_body_copy(o, &m->packet->tree, n, err);
}
