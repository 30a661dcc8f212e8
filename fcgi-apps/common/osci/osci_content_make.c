#include "common/osci/osci_content.h"

#include <assert.h>

#include "common/base64.h"
#include "common/osci/osci_encryption_make.h"
#include "common/xml/xml_c14n.h"

#define CONTAINER_ID "container-1"
#define TEXT_MAX ((size_t)8 << 20)
#define LINE 57 /* bytes that make a line of 76 characters */
#define PIECE ((size_t)LINE * 512)
#define BASE64_URI OSCI_NS_DS "base64"

struct made_part {
	const char *id, *type;
	struct crypto_spool *spool;
	int64_t offset, len;
	uint8_t key[OSCI_KEY_MAX]; /* when encrypted */
};

struct osci_content_out {
	struct crypto_spool *package;
	struct made_part part[OSCI_CONTENTS_MAX];
	size_t npart;
};

struct making {
	struct arena *arena;
	const struct osci_content_plan *plan;
	const struct osci_packet_limits *limits;
	struct osci_content_out *out;
};

static int
put_text(struct crypto_spool *s, const char *text, struct err *err)
{
	return crypto_spool_put(s, text, strlen(text), err);
}

static int
put_buf(struct crypto_spool *s, const struct buf *b, struct err *err)
{
	return buf_check(b, err) == -1
	    ? -1
	    : crypto_spool_put(s, buf_text(b), b->len, err);
}

/* ---- Base64 as a stream ---- */

/* Whole lines go on, what is left waits. */
struct encoder {
	struct crypto_spool *out;
	struct buf *text;
	uint8_t piece[PIECE];
	size_t len;
};

static int
encode_piece(struct encoder *e, struct err *err)
{
	buf_reset(e->text);
	base64_put_lines(e->text, e->piece, e->len);
	e->len = 0;
	return put_buf(e->out, e->text, err);
}

static int
encode(void *arg, const void *data, size_t n, struct err *err)
{
	struct encoder *e = arg;
	const uint8_t *p = data;

	while (n > 0) {
		size_t take = n < PIECE - e->len ? n : PIECE - e->len;

		memcpy(e->piece + e->len, p, take);
		e->len += take;
		p += take;
		n -= take;
		if (e->len == PIECE && encode_piece(e, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_base64(struct making *k, struct crypto_spool *out,
    struct crypto_spool *from, int64_t offset, int64_t len, struct err *err)
{
	struct encoder *e = arena_new(k->arena, struct encoder, 1);

	e->out = out;
	e->text = buf_new(k->arena, 2 * PIECE);
	return crypto_spool_each(from, offset, len, encode, e, err) == -1
	    ? -1
	    : encode_piece(e, err);
}

/* ---- contents ---- */

static const char *
content_id(struct making *k, size_t i)
{
	const char *id = k->plan->content[i].id;

	return id != NULL ? id : arena_printf(k->arena, "content-%zu", i + 1);
}

/* <osci:Content> that names an attachment; xmlns: what is declared on it where
 * it is digested. */
static void
put_attachment(
    struct making *k, struct buf *b, size_t i, const char *xmlns)
{
	buf_printf(b, "<osci:Content%s Id=\"", xmlns);
	osci_put_attribute(b, content_id(k, i));
	buf_puts(b, "\" href=\"cid:");
	osci_put_attribute(b, k->plan->content[i].part);
	buf_puts(b, "\"></osci:Content>");
}

static int
put_content(
    struct making *k, struct crypto_spool *out, size_t i, struct err *err)
{
	const struct osci_content *c = &k->plan->content[i];
	struct buf *b = buf_new(k->arena, 8192);

	if (c->part != NULL) {
		put_attachment(k, b, i, "");
		return put_buf(out, b, err);
	}
	buf_puts(b, "<osci:Content><osci:Base64Content Id=\"");
	osci_put_attribute(b, content_id(k, i));
	buf_puts(b, "\">");
	return put_buf(out, b, err) == -1 ||
		put_base64(k, out, c->spool, c->offset, c->len, err) == -1 ||
		put_text(out, "</osci:Base64Content></osci:Content>", err) ==
		    -1
	    ? -1
	    : 0;
}

/* ---- the author's signature ---- */

static int
hash_bytes(struct making *k, const struct osci_digest *digest,
    const struct osci_content *c, uint8_t value[OSCI_DIGEST_MAX],
    struct err *err)
{
	struct osci_hash *h = osci_hash_new(k->arena, digest);

	if (crypto_spool_each(
		c->spool, c->offset, c->len, osci_hash_put, h, err) == -1)
		return -1;
	osci_hash_end(h, value);
	return 0;
}

/* Of an attachment the element that names it, and its plain bytes. */
static int
put_references(struct making *k, struct buf *b,
    const struct osci_digest *digest, size_t i, struct err *err)
{
	const struct osci_content *c = &k->plan->content[i];
	uint8_t value[OSCI_DIGEST_MAX], element[OSCI_DIGEST_MAX];
	struct osci_hash *h;
	struct buf *text;

	if (hash_bytes(k, digest, c, value, err) == -1)
		return -1;
	if (c->part == NULL) {
		osci_reference_put(b, "#", content_id(k, i), BASE64_URI,
		    digest, value);
		return 0;
	}
	text = buf_new(k->arena, 8192);
	put_attachment(k, text, i, OSCI_XMLNS);
	h = osci_hash_new(k->arena, digest);
	if (buf_check(text, err) == -1 ||
	    osci_hash_put(h, buf_text(text), text->len, err) == -1)
		return -1;
	osci_hash_end(h, element);
	osci_reference_put(
	    b, "#", content_id(k, i), XML_C14N_URI, digest, element);
	osci_reference_put(b, "cid:", c->part, NULL, digest, value);
	return 0;
}

static int
put_signature(struct making *k, struct crypto_spool *out, struct err *err)
{
	const struct osci_signer *author = k->plan->author;
	struct buf *references = buf_new(k->arena, TEXT_MAX);
	struct buf *b = buf_new(k->arena, TEXT_MAX);

	for (size_t i = 0; i < k->plan->ncontent; i++)
		if (put_references(k, references, osci_signer_digest(author),
			i, err) == -1)
			return -1;
	return osci_signature_put(k->arena, b, author, references, err) == -1
	    ? -1
	    : put_buf(out, b, err);
}

/* ---- attachments ---- */

static int
encrypt_part(struct making *k, struct made_part *p, struct err *err)
{
	struct crypto_spool *s =
	    crypto_spool_new(k->arena, k->limits->dir, INT64_MAX);
	struct osci_cipher *c;

	crypto_random(p->key, sizeof(p->key));
	c = osci_encrypt_new(k->arena, osci_cipher_find(OSCI_DEFAULT_CIPHER),
	    p->key, crypto_spool_sink, s);
	if (crypto_spool_each(p->spool, p->offset, p->len, osci_cipher_sink, c,
		err) == -1 ||
	    osci_cipher_end(c, err) == -1)
		return -1;
	p->spool = s;
	p->offset = 0;
	p->len = crypto_spool_len(s);
	return 0;
}

/* Its key, in the container that is encrypted itself. */
static int
put_attachment_key(struct making *k, struct crypto_spool *out,
    const struct made_part *p, struct err *err)
{
	struct buf *b = buf_new(k->arena, 16384);

	buf_puts(b, "<xenc:EncryptedData Id=\"Attachment");
	osci_put_attribute(b, p->id);
	buf_puts(b, "\" MimeType=\"");
	osci_put_attribute(b, p->type);
	buf_puts(b, "\">");
	osci_encryption_put_method(b);
	buf_puts(b, "<ds:KeyInfo><ds:MgmtData>");
	base64_put_lines(b, p->key, sizeof(p->key));
	buf_puts(b, "</ds:MgmtData></ds:KeyInfo>");
	osci_encryption_put_part(b, p->id);
	buf_puts(b, "</xenc:EncryptedData>");
	return put_buf(out, b, err);
}

static int
take_parts(struct making *k, struct err *err)
{
	struct osci_content_out *out = k->out;

	for (size_t i = 0; i < k->plan->ncontent; i++) {
		const struct osci_content *c = &k->plan->content[i];
		struct made_part *p = &out->part[out->npart];

		if (c->part == NULL)
			continue;
		out->npart++;
		*p = (struct made_part){ .id = c->part,
			.type = c->type != NULL ? c->type
						: "application/octet-stream",
			.spool = c->spool,
			.offset = c->offset,
			.len = c->len };
		if (k->plan->nreader > 0 && encrypt_part(k, p, err) == -1)
			return -1;
	}
	return 0;
}

/* ---- the container ---- */

/* Alone, as it is encrypted, it declares its namespaces itself. */
static int
put_container(
    struct making *k, struct crypto_spool *out, struct err *err)
{
	bool is_alone = k->plan->nreader > 0;

	if (put_text(out,
		is_alone ? "<osci:ContentContainer" OSCI_XMLNS
			   " Id=\"" CONTAINER_ID "\">"
			 : "<osci:ContentContainer Id=\"" CONTAINER_ID "\">",
		err) == -1 ||
	    (k->plan->author != NULL && put_signature(k, out, err) == -1))
		return -1;
	for (size_t i = 0; i < k->plan->ncontent; i++)
		if (put_content(k, out, i, err) == -1)
			return -1;
	for (size_t i = 0; is_alone && i < k->out->npart; i++)
		if (put_attachment_key(k, out, &k->out->part[i], err) == -1)
			return -1;
	return put_text(out, "</osci:ContentContainer>", err);
}

static int
put_keys(struct making *k, struct buf *b, const uint8_t *key, struct err *err)
{
	for (size_t i = 0; i < k->plan->nreader; i++)
		if (osci_encryption_put_key(k->arena, b,
			&k->plan->reader[i].cert, k->plan->reader[i].id,
			"SHA256", key, err) == -1)
			return -1;
	return 0;
}

static int
encrypt_container(struct making *k, const uint8_t *key,
    struct crypto_spool *cipher, struct err *err)
{
	struct crypto_spool *plain =
	    crypto_spool_new(k->arena, k->limits->dir, INT64_MAX);
	struct osci_cipher *c = osci_encrypt_new(k->arena,
	    osci_cipher_find(OSCI_DEFAULT_CIPHER), key, crypto_spool_sink, cipher);

	return put_container(k, plain, err) == -1 ||
		crypto_spool_each(plain, 0, crypto_spool_len(plain),
		    osci_cipher_sink, c, err) == -1 ||
		osci_cipher_end(c, err) == -1
	    ? -1
	    : 0;
}

static int
put_encrypted(struct making *k, struct crypto_spool *out, struct err *err)
{
	struct crypto_spool *cipher =
	    crypto_spool_new(k->arena, k->limits->dir, INT64_MAX);
	struct buf *b = buf_new(k->arena, TEXT_MAX);
	uint8_t key[OSCI_KEY_MAX];
	int rc;

	crypto_random(key, sizeof(key));
	buf_puts(b, "<xenc:EncryptedData Id=\"encdata-1\" "
		    "MimeType=\"text/xml\">");
	osci_encryption_put_method(b);
	buf_puts(b, "<ds:KeyInfo>");
	rc = put_keys(k, b, key, err);
	if (rc == 0)
		rc = encrypt_container(k, key, cipher, err);
	explicit_bzero(key, sizeof(key));
	if (rc == -1)
		return -1;
	buf_puts(b, "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>");
	return put_buf(out, b, err) == -1 ||
		put_base64(k, out, cipher, 0, crypto_spool_len(cipher),
		    err) == -1 ||
		put_text(out,
		    "</xenc:CipherValue></xenc:CipherData>"
		    "</xenc:EncryptedData>",
		    err) == -1
	    ? -1
	    : 0;
}

static void
wipe_keys(void *arg)
{
	struct osci_content_out *out = arg;

	for (size_t i = 0; i < out->npart; i++)
		explicit_bzero(
		    out->part[i].key, sizeof(out->part[i].key));
}

int
osci_content_make(struct arena *a, const struct osci_content_plan *plan,
    const struct osci_packet_limits *limits, struct osci_content_out **out,
    struct err *err)
{
	struct making k = { .arena = a, .plan = plan, .limits = limits };
	struct crypto_spool *package =
	    crypto_spool_new(a, limits->dir, limits->max);

	assert(plan->ncontent <= OSCI_CONTENTS_MAX &&
	    plan->nreader <= OSCI_READERS_MAX);
	k.out = arena_new(a, struct osci_content_out, 1);
	k.out->package = package;
	arena_defer(a, wipe_keys, k.out);
	if (take_parts(&k, err) == -1 ||
	    put_text(package, "<osci:ContentPackage>", err) == -1 ||
	    (plan->nreader > 0 ? put_encrypted : put_container)(
		&k, package, err) == -1 ||
	    put_text(package, "</osci:ContentPackage>", err) == -1)
		return -1;
	wipe_keys(k.out);
	*out = k.out;
	return 0;
}

int
osci_content_put(const struct osci_content_out *c, struct osci_out *o,
    struct err *err)
{
	for (size_t i = 0; i < c->npart; i++)
		osci_out_part(o, c->part[i].id, c->part[i].type,
		    c->part[i].spool, c->part[i].offset, c->part[i].len);
	return crypto_spool_each(c->package, 0, crypto_spool_len(c->package),
	    osci_out_body, o, err);
}
