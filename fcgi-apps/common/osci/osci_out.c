#include "common/osci/osci_out.h"

#include <assert.h>

#include "common/base64.h"
#include "common/id.h"
#include "common/osci/osci_encryption_make.h"
#include "common/osci/osci_mime.h"
#include "common/osci/osci_names.h"
#include "common/xml/xml_c14n.h"

#define BLOCK_MAX ((size_t)8 << 20)
#define PARTS_MAX OSCI_PARTS_MAX
#define ACTOR_NEXT "http://schemas.xmlsoap.org/soap/actor/next"
#define ACTOR_NONE "http://www.w3.org/2001/12/soap-envelope/actor/none"

struct out_block {
	enum osci_block_kind kind;
	const char *name, *id; /* with its prefix: "osci:storeDelivery" */
	struct buf *text;
};

struct out_part {
	const char *id, *type;
	struct crypto_spool *spool;
	int64_t offset, len;
};

struct taken {
	struct taken *next;
	const struct xml_node *node;
};

struct osci_out {
	struct arena *arena;
	enum osci_type type;
	struct osci_packet_limits limits;
	struct out_block block[OSCI_BLOCKS_MAX];
	size_t nblock;
	struct out_block *open;
	struct crypto_spool *body;
	struct out_part part[PARTS_MAX];
	size_t npart;
	struct buf *signature; /* NULL: none */
	struct taken *taken;   /* Ids that are not ours to use */
	const char *body_id;
	const char *wrap_digest; /* as OpenSSL names it */
};

/* ---- pieces of text ---- */

static void
put_escaped(struct buf *b, const char *s, const char *special)
{
	for (;;) {
		size_t n = strcspn(s, special);

		buf_put(b, s, n);
		s += n;
		switch (*s++) {
		case '\0':
			return;
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		case '"':
			buf_puts(b, "&quot;");
			break;
		default:
			buf_printf(b, "&#x%X;", (unsigned)s[-1]);
			break;
		}
	}
}

void
osci_put_text(struct buf *b, const char *s)
{
	put_escaped(b, s, "&<>\r");
}

void
osci_put_attribute(struct buf *b, const char *s)
{
	put_escaped(b, s, "&<\"\t\n\r");
}

void
osci_put_message_id(struct buf *b, const char *id)
{
	buf_puts(b, "<osci:MessageId>");
	base64_put_lines(b, id, strlen(id));
	buf_puts(b, "</osci:MessageId>");
}

/* ---- blocks ---- */

struct osci_out *
osci_out_new(struct arena *a, enum osci_type type,
    const struct osci_packet_limits *limits)
{
	struct osci_out *o = arena_new(a, struct osci_out, 1);

	o->arena = a;
	o->type = type;
	o->limits = *limits;
	o->body = crypto_spool_new(a, limits->dir, limits->max);
	o->body_id = "body";
	o->wrap_digest = "SHA256";
	return o;
}

/* ---- Ids ---- */

/* The next in document order below root; NULL behind the last. */
static const struct xml_node *
walk(const struct xml_node *root, const struct xml_node *n)
{
	if (n->child != NULL)
		return n->child;
	while (n != root && n->next == NULL)
		n = n->parent;
	return n == root ? NULL : n->next;
}

static bool
is_taken(const struct osci_out *o, const char *id)
{
	for (const struct taken *t = o->taken; t != NULL; t = t->next)
		for (const struct xml_node *n = walk(t->node, t->node);
		     n != NULL; n = walk(t->node, n)) {
			const char *other =
			    n->name == NULL ? NULL : xml_attribute(n, "Id");

			if (other != NULL && strcmp(other, id) == 0)
				return true;
		}
	return false;
}

void
osci_out_avoid(struct osci_out *o, const struct xml_node *node)
{
	struct taken *t = arena_new(o->arena, struct taken, 1);

	assert(o->nblock == 0);
	*t = (struct taken){ o->taken, node };
	o->taken = t;
	o->body_id = osci_out_id(o, "body");
}

/* A name that somebody took on purpose gets a number that cannot be guessed. */
const char *
osci_out_id(struct osci_out *o, const char *id)
{
	const char *other = id;

	while (is_taken(o, other)) {
		uint8_t random[8];

		crypto_random(random, sizeof(random));
		other = arena_printf(o->arena, "%s-%s", id,
		    id_hex_bytes(o->arena, random, sizeof(random)));
	}
	return other;
}

static struct out_block *
add_block(
    struct osci_out *o, enum osci_block_kind kind, const char *name,
    const char *id)
{
	struct out_block *b = &o->block[o->nblock];

	assert(o->open == NULL && o->nblock < OSCI_BLOCKS_MAX);
	o->nblock++;
	*b = (struct out_block){ .kind = kind,
		.name = name,
		.id = arena_strdup(o->arena, osci_out_id(o, id)),
		.text = buf_new(o->arena, BLOCK_MAX) };
	return b;
}

static const char *
actor(enum osci_block_kind kind)
{
	return kind == OSCI_INTERMEDIARY_CERTIFICATES ||
		kind == OSCI_OTHER_CERTIFICATES
	    ? ACTOR_NONE
	    : ACTOR_NEXT;
}

static struct buf *
open_block(struct osci_out *o, enum osci_block_kind kind, const char *name,
    const char *id, const char *xmlns, const char *before, const char *after)
{
	struct out_block *b = add_block(o, kind, name, id);

	buf_printf(b->text, "<%s%s%s Id=\"", name, xmlns, before);
	osci_put_attribute(b->text, b->id);
	buf_printf(b->text, "\"%s", after);
	if (kind != OSCI_FEATURES)
		buf_printf(b->text,
		    " soap:actor=\"%s\" soap:mustUnderstand=\"1\"",
		    actor(kind));
	buf_puts(b->text, ">");
	o->open = b;
	return b->text;
}

struct buf *
osci_out_open(struct osci_out *o, enum osci_block_kind kind, const char *name,
    const char *id, const char *before, const char *after)
{
	return open_block(o, kind, arena_printf(o->arena, "osci:%s", name), id,
	    OSCI_XMLNS, before, after);
}

struct buf *
osci_out_open_2017(struct osci_out *o, enum osci_block_kind kind,
    const char *name, const char *id, const char *before, const char *after)
{
	return open_block(o, kind, arena_printf(o->arena, "osci2017:%s", name),
	    id,
	    OSCI_XMLNS_DS OSCI_XMLNS_OSCI " xmlns:osci2017=\"" OSCI_NS_2017
					  "\"" OSCI_XMLNS_REST,
	    before, after);
}

void
osci_out_close(struct osci_out *o)
{
	assert(o->open != NULL);
	buf_printf(o->open->text, "</%s>", o->open->name);
	o->open = NULL;
}

void
osci_out_control(struct osci_out *o, const struct osci_control *c)
{
	struct buf *b;

	assert(o->nblock == 0);
	b = osci_out_open(o, OSCI_CONTROL_BLOCK, "ControlBlock",
	    "controlblock",
	    c->conversation_id == NULL
		? ""
		: arena_printf(o->arena, " ConversationId=\"%s\"",
		      c->conversation_id),
	    c->sequence < 0 ? ""
			    : arena_printf(o->arena, " SequenceNumber=\"%lld\"",
				  (long long)c->sequence));
	if (c->response != NULL) {
		buf_puts(b, "<osci:Response>");
		osci_put_text(b, c->response);
		buf_puts(b, "</osci:Response>");
	}
	if (c->challenge != NULL) {
		buf_puts(b, "<osci:Challenge>");
		osci_put_text(b, c->challenge);
		buf_puts(b, "</osci:Challenge>");
	}
	osci_out_close(o);
}

int
osci_out_body(void *arg, const void *data, size_t n, struct err *err)
{
	struct osci_out *o = arg;

	return crypto_spool_put(o->body, data, n, err);
}

int
osci_out_body_copy(struct osci_out *o, const struct xml_tree *t,
    const struct xml_node *node, struct err *err)
{
	static const struct xml_ns five[] = { { "ds", OSCI_NS_DS },
		{ "osci", OSCI_NS }, { "soap", OSCI_NS_SOAP },
		{ "xenc", OSCI_NS_XENC }, { "xsi", OSCI_NS_XSI } };

	return xml_c14n_within(
	    t, node, five, nitems(five), osci_out_body, o, err);
}

void
osci_out_part(struct osci_out *o, const char *id, const char *type,
    struct crypto_spool *spool, int64_t offset, int64_t len)
{
	assert(o->npart < PARTS_MAX);
	o->part[o->npart++] = (struct out_part){ id, type, spool, offset, len };
}

/* ---- the body and the envelope ---- */

#define BODY_OPEN "<soap:Body" OSCI_XMLNS " Id=\""
#define BODY_CLOSE "</soap:Body>"

static int
put(osci_sink sink, void *arg, const char *s, struct err *err)
{
	return sink(arg, s, strlen(s), err);
}

/* Its canonical form, which is what is sent. */
static int
write_body(struct osci_out *o, osci_sink sink, void *arg, struct err *err)
{
	return put(sink, arg, BODY_OPEN, err) == -1 ||
		put(sink, arg, o->body_id, err) == -1 ||
		put(sink, arg, "\">", err) == -1 ||
		crypto_spool_each(o->body, 0, crypto_spool_len(o->body), sink,
		    arg, err) == -1 ||
		put(sink, arg, BODY_CLOSE, err) == -1
	    ? -1
	    : 0;
}

static const char *
envelope_open(struct arena *a, const char *type, const char *xmlns)
{
	return arena_printf(a,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\r\n"
	    "<soap:Envelope%s xsi:schemaLocation=\"" OSCI_NS_SOAP
	    " soap%s.xsd " OSCI_NS_DS " oscisig.xsd " OSCI_NS_XENC
	    " oscienc.xsd\">",
	    xmlns, type);
}

/* The envelope: control block, signature, the rest, body. */
static int
write_envelope(struct osci_out *o, osci_sink sink, void *arg, struct err *err)
{
	if (put(sink, arg,
		envelope_open(o->arena, osci_type_name(o->type), OSCI_XMLNS),
		err) == -1 ||
	    put(sink, arg, "<soap:Header>", err) == -1)
		return -1;
	for (size_t i = 0; i < o->nblock; i++) {
		const struct buf *text = o->block[i].text;

		if (sink(arg, buf_text(text), text->len, err) == -1)
			return -1;
		if (i == 0 && o->signature != NULL &&
		    sink(arg, buf_text(o->signature), o->signature->len,
			err) == -1)
			return -1;
	}
	return put(sink, arg, "</soap:Header>", err) == -1 ||
		write_body(o, sink, arg, err) == -1 ||
		put(sink, arg, "</soap:Envelope>", err) == -1
	    ? -1
	    : 0;
}

static int
write_parts(struct osci_out *o, const char *boundary, osci_sink sink,
    void *arg, struct err *err)
{
	for (size_t i = 0; i < o->npart; i++) {
		const struct out_part *p = &o->part[i];
		struct buf *header = buf_new(o->arena, 65536);

		osci_mime_write_part(
		    header, boundary, p->id, p->type, (size_t)p->len);
		if (buf_check(header, err) == -1 ||
		    sink(arg, buf_text(header), header->len, err) == -1 ||
		    crypto_spool_each(p->spool, p->offset, p->len, sink, arg,
			err) == -1)
			return -1;
	}
	return 0;
}

static int
write_message(struct osci_out *o, osci_sink sink, void *arg, struct err *err)
{
	const char *boundary = osci_mime_boundary(o->arena);
	struct buf *text = buf_new(o->arena, 65536);

	osci_mime_write_root(text, boundary);
	if (sink(arg, buf_text(text), text->len, err) == -1 ||
	    write_envelope(o, sink, arg, err) == -1 ||
	    write_parts(o, boundary, sink, arg, err) == -1)
		return -1;
	buf_reset(text);
	osci_mime_write_end(text, boundary);
	return sink(arg, buf_text(text), text->len, err);
}

/* ---- signing ---- */

static int
put_references(struct osci_out *o, struct buf *b,
    const struct osci_digest *digest, struct err *err)
{
	uint8_t value[OSCI_DIGEST_MAX];
	struct osci_hash *h;

	for (size_t i = 0; i < o->nblock; i++) {
		const struct out_block *block = &o->block[i];

		if (buf_check(block->text, err) == -1)
			return -1;
		h = osci_hash_new(o->arena, digest);
		(void)osci_hash_put(
		    h, buf_text(block->text), block->text->len, err);
		osci_hash_end(h, value);
		osci_reference_put(
		    b, "#", block->id, XML_C14N_URI, digest, value);
	}
	h = osci_hash_new(o->arena, digest);
	if (write_body(o, osci_hash_put, h, err) == -1)
		return -1;
	osci_hash_end(h, value);
	osci_reference_put(
	    b, "#", o->body_id, XML_C14N_URI, digest, value);
	for (size_t i = 0; i < o->npart; i++) {
		const struct out_part *p = &o->part[i];

		h = osci_hash_new(o->arena, digest);
		if (crypto_spool_each(p->spool, p->offset, p->len,
			osci_hash_put, h, err) == -1)
			return -1;
		osci_hash_end(h, value);
		osci_reference_put(b, "cid:", p->id, NULL, digest, value);
	}
	return 0;
}

int
osci_out_sign(
    struct osci_out *o, const struct osci_signer *signer, struct err *err)
{
	bool is_request = osci_type_is_request(o->type);
	struct buf *references = buf_new(o->arena, BLOCK_MAX);
	struct buf *b = buf_new(o->arena, BLOCK_MAX);

	assert(o->open == NULL);
	if (put_references(
		o, references, osci_signer_digest(signer), err) == -1)
		return -1;
	buf_printf(b,
	    "<osci:%sSignature Id=\"%s\" soap:actor=\"" ACTOR_NEXT
	    "\" soap:mustUnderstand=\"1\">",
	    is_request ? "Client" : "Supplier",
	    osci_out_id(o,
		is_request ? "clientsignature" : "suppliersignature"));
	if (osci_signature_put(o->arena, b, signer, references, err) == -1)
		return -1;
	buf_printf(b, "</osci:%sSignature>",
	    is_request ? "Client" : "Supplier");
	o->signature = b;
	return buf_check(b, err);
}

/* ---- encrypting ---- */

void
osci_out_wrap_digest(struct osci_out *o, const char *digest)
{
	o->wrap_digest =
	    strcmp(digest, "SHA512") == 0 ? "SHA512" : "SHA256";
}

static int
put_encrypted_root(struct osci_out *o, struct buf *b,
    const struct osci_cert *cipher, const uint8_t *key, struct err *err)
{
	buf_puts(b,
	    envelope_open(o->arena, "MessageEncrypted",
		OSCI_XMLNS_DS OSCI_XMLNS_REST));
	buf_puts(b, "<soap:Body><xenc:EncryptedData "
		    "MimeType=\"Multipart/Related\">");
	osci_encryption_put_method(b);
	buf_puts(b, "<ds:KeyInfo>");
	if (osci_encryption_put_key(o->arena, b, cipher, NULL,
		o->wrap_digest, key, err) == -1)
		return -1;
	buf_puts(b, "</ds:KeyInfo>");
	osci_encryption_put_part(b, "osci_enc");
	buf_puts(b, "</xenc:EncryptedData></soap:Body></soap:Envelope>");
	return 0;
}

/* The ciphertext first: the header of its part tells its length. */
static int
encrypt(struct osci_out *o, const uint8_t *key, struct crypto_spool **out,
    struct err *err)
{
	struct crypto_spool *s =
	    crypto_spool_new(o->arena, o->limits.dir, INT64_MAX);
	struct osci_cipher *c = osci_encrypt_new(o->arena,
	    osci_cipher_find(OSCI_DEFAULT_CIPHER), key, crypto_spool_sink, s);

	*out = s;
	return write_message(o, osci_cipher_sink, c, err) == -1 ||
		osci_cipher_end(c, err) == -1
	    ? -1
	    : 0;
}

static int
send_encrypted(struct osci_out *o, const struct osci_cert *cipher,
    osci_sink sink, void *arg, struct err *err)
{
	const char *boundary = osci_mime_boundary(o->arena);
	struct buf *text = buf_new(o->arena, BLOCK_MAX);
	struct crypto_spool *s;
	uint8_t key[OSCI_KEY_MAX];
	int rc = -1;

	crypto_random(key, sizeof(key));
	osci_mime_write_root(text, boundary);
	if (put_encrypted_root(o, text, cipher, key, err) == 0)
		rc = encrypt(o, key, &s, err);
	explicit_bzero(key, sizeof(key));
	if (rc == -1)
		return -1;
	osci_mime_write_part(text, boundary, "osci_enc",
	    "application/octet-stream", (size_t)crypto_spool_len(s));
	if (buf_check(text, err) == -1 ||
	    sink(arg, buf_text(text), text->len, err) == -1 ||
	    crypto_spool_each(
		s, 0, crypto_spool_len(s), sink, arg, err) == -1)
		return -1;
	buf_reset(text);
	osci_mime_write_end(text, boundary);
	return sink(arg, buf_text(text), text->len, err);
}

int
osci_out_send(struct osci_out *o, const struct osci_cert *cipher,
    osci_sink sink, void *arg, struct err *err)
{
	assert(o->open == NULL);
	for (size_t i = 0; i < o->nblock; i++)
		if (buf_check(o->block[i].text, err) == -1)
			return -1;
	return cipher == NULL ? write_message(o, sink, arg, err)
			      : send_encrypted(o, cipher, sink, arg, err);
}
