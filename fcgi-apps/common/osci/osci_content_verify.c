#include "common/osci/osci_content_item.h"

#include "common/date.h"
#include "common/osci/osci_code.h"
#include "common/xml/xml_c14n.h"

#define EXPECTED_MAX 1024

/* What a signature over a container has to cover, and with what. */
enum transform { TRANSFORM_NONE, TRANSFORM_BASE64, TRANSFORM_CANONICAL };

struct expected {
	bool is_cid;
	const char *id;
	enum transform transform;
	const struct xml_node *node;	    /* canonical: this element */
	const struct osci_content *content; /* else these bytes */
	bool is_encrypted_data;
	bool is_covered;
};

struct list {
	struct expected *e;
	size_t n;
};

static int
incomplete(struct err *err)
{
	return osci_refuse(
	    err, "9602", "content: not all of a container is signed");
}

static int
wrong(struct err *err, const char *what)
{
	return osci_refuse(err, "9601", "content: %s", what);
}

/* What does not hold is 9601; a disk that fails is not. */
static int
unheld(struct err *err)
{
	return err->code == ERR_CRYPTO || err->code == ERR_BAD_REQUEST
	    ? osci_code_default(err, "9601")
	    : -1;
}

/* ---- what is to be covered ---- */

static struct expected *
find(const struct list *l, bool is_cid, const char *id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->e[i].is_cid == is_cid && strcmp(l->e[i].id, id) == 0)
			return &l->e[i];
	return NULL;
}

static int
expect(struct list *l, struct expected e, struct err *err)
{
	const struct expected *same = find(l, e.is_cid, e.id);

	/* the same attachment may be a content twice, of the same bytes */
	if (same != NULL)
		return e.is_cid ? 0 : wrong(err, "an Id twice");
	if (l->n == EXPECTED_MAX)
		return wrong(err, "too much in a container");
	l->e[l->n++] = e;
	return 0;
}

/* Attachments, also those of containers in it that lie open in it. */
static int
expect_parts(
    struct list *l, const struct osci_container *c, struct err *err)
{
	for (size_t i = 0; i < c->nitem; i++) {
		const struct osci_item *item = &c->item[i];

		if (item->kind == OSCI_ITEM_PART &&
		    expect(l,
			(struct expected){ .is_cid = true,
			    .id = item->content->part,
			    .content = item->content },
			err) == -1)
			return -1;
		if (item->kind == OSCI_ITEM_CONTAINER &&
		    expect_parts(l, item->inner, err) == -1)
			return -1;
	}
	return 0;
}

static int
expect_items(
    struct list *l, const struct osci_container *c, struct err *err)
{
	for (size_t i = 0; i < c->nitem; i++) {
		const struct osci_item *item = &c->item[i];
		struct expected e = { .id = item->id,
			.node = item->node,
			.content = item->content,
			.transform = TRANSFORM_CANONICAL };

		if (item->kind == OSCI_ITEM_BYTES)
			e.transform = TRANSFORM_BASE64;
		e.is_encrypted_data = item->kind == OSCI_ITEM_ENCRYPTED;
		if (expect(l, e, err) == -1)
			return -1;
	}
	return expect_parts(l, c, err);
}

/* ---- digests ---- */

static int
check_bytes(struct osci_content_reader *r, const struct osci_reference *ref,
    const struct osci_content *c, struct err *err)
{
	struct osci_hash *h = osci_hash_new(r->arena, ref->digest);
	uint8_t value[OSCI_DIGEST_MAX];

	if (crypto_spool_each(
		c->spool, c->offset, c->len, osci_hash_put, h, err) == -1)
		return -1;
	osci_hash_end(h, value);
	return osci_reference_compare(ref, value, err);
}

/*
 * The official library digests an EncryptedData as text, without namespaces on
 * its start tag: canonical as it would be inside an element that has them.
 */
static int
check_bare(struct osci_content_reader *r, const struct xml_tree *t,
    const struct osci_reference *ref, const struct xml_node *node,
    struct err *err)
{
	static const struct xml_ns five[] = { { "ds", OSCI_NS_DS },
		{ "osci", OSCI_NS }, { "soap", OSCI_NS_SOAP },
		{ "xenc", OSCI_NS_XENC }, { "xsi", OSCI_NS_XSI } };
	struct osci_hash *h = osci_hash_new(r->arena, ref->digest);
	uint8_t value[OSCI_DIGEST_MAX];

	err_clear(err);
	if (xml_c14n_within(t, node, five, nitems(five), osci_hash_put, h,
		err) == -1)
		return -1;
	osci_hash_end(h, value);
	return osci_reference_compare(ref, value, err);
}

static int
check_reference(struct osci_content_reader *r, const struct xml_tree *t,
    const struct osci_reference *ref, const struct expected *e,
    struct err *err)
{
	enum transform has = ref->is_canonical ? TRANSFORM_CANONICAL
	    : ref->is_base64		       ? TRANSFORM_BASE64
					       : TRANSFORM_NONE;

	if (has != e->transform)
		return wrong(err, "a transform of another kind");
	if (e->transform != TRANSFORM_CANONICAL)
		return check_bytes(r, ref, e->content, err);
	if (osci_reference_check(r->arena, t, ref, e->node, err) == 0)
		return 0;
	return e->is_encrypted_data && err->code == ERR_CRYPTO
	    ? check_bare(r, t, ref, e->node, err)
	    : -1;
}

/* ---- the signing time ---- */

/* xades:SignedProperties in the signature's own object; NULL. */
static const struct xml_node *
signed_properties(const struct osci_signature *s)
{
	const struct xml_node *n = s->object == NULL
	    ? NULL
	    : xml_child(s->object, OSCI_NS_XADES, "QualifyingProperties");

	return n == NULL ? NULL
			 : xml_child(n, OSCI_NS_XADES, "SignedProperties");
}

static int
read_time(struct osci_content_reader *r, const struct xml_tree *t,
    const struct xml_node *n, int64_t *out, struct err *err)
{
	const char *text;

	n = xml_child(n, OSCI_NS_XADES, "SignedSignatureProperties");
	n = n == NULL ? NULL : xml_child(n, OSCI_NS_XADES, "SigningTime");
	if (n == NULL)
		return 0;
	if (xml_text(r->arena, t, n, 64, &text, err) == -1 ||
	    date_instant_parse(text, out, err) == -1)
		return wrong(err, "a signing time of another shape");
	return 0;
}

/* True when the reference is that to the signed properties. */
static bool
is_properties(const struct osci_signature *s, const struct osci_reference *r)
{
	const struct xml_node *n = signed_properties(s);
	const char *id = n == NULL ? NULL : xml_attribute(n, "Id");

	return id != NULL && !r->is_cid && strcmp(r->target, id) == 0;
}

/* ---- a signature ---- */

static int
check_references(struct osci_content_reader *r,
    const struct osci_container *c, const struct osci_signature *s,
    struct list *l, int64_t *at_ms, struct err *err)
{
	for (size_t i = 0; i < s->nreference; i++) {
		const struct osci_reference *ref = &s->reference[i];
		struct expected *e = find(l, ref->is_cid, ref->target);

		if (e == NULL && is_properties(s, ref)) {
			const struct xml_node *n = signed_properties(s);

			if (ref->is_base64)
				return wrong(
				    err, "a transform of another kind");
			if (osci_reference_check(
				r->arena, c->tree, ref, n, err) == -1)
				return unheld(err);
			if (read_time(r, c->tree, n, at_ms, err) == -1)
				return -1;
			continue;
		}
		if (e == NULL)
			return wrong(
			    err, "a signature over what is not there");
		if (check_reference(r, c->tree, ref, e, err) == -1)
			return unheld(err);
		e->is_covered = true;
	}
	for (size_t i = 0; i < l->n; i++)
		if (!l->e[i].is_covered)
			return incomplete(err);
	return 0;
}

static const struct osci_role_cert *
find_signer(
    const struct osci_content_reader *r, const struct osci_signature *s)
{
	const struct osci_role_cert *c =
	    osci_certs_by_id(r->certs, s->cert_id);

	return c != NULL &&
		(c->role == OSCI_SIGN_ORIGINATOR ||
		    c->role == OSCI_SIGN_AUTHOR ||
		    c->role == OSCI_SIGN_ADDRESSEE) &&
		osci_cert_may_sign(&c->cert)
	    ? c
	    : NULL;
}

static void
note(struct osci_content *c, const struct osci_content_signer *signer)
{
	if (c->nsigner < OSCI_CONTENT_SIGNERS_MAX)
		c->signer[c->nsigner++] = *signer;
}

/* An encrypted container is covered with what is in it, but not with the
 * attachments that it names. */
static void
note_all(const struct osci_container *c, bool with_parts,
    const struct osci_content_signer *signer)
{
	for (size_t i = 0; i < c->nitem; i++) {
		const struct osci_item *item = &c->item[i];

		switch (item->kind) {
		case OSCI_ITEM_BYTES:
			note(item->content, signer);
			break;
		case OSCI_ITEM_PART:
			if (with_parts)
				note(item->content, signer);
			break;
		case OSCI_ITEM_CONTAINER:
			note_all(item->inner, with_parts, signer);
			break;
		case OSCI_ITEM_ENCRYPTED:
			if (item->inner != NULL)
				note_all(item->inner, false, signer);
			break;
		}
	}
}

static int
verify_one(struct osci_content_reader *r, const struct osci_container *c,
    const struct xml_node *node, struct list *l, struct err *err)
{
	struct osci_content_signer signer = { 0 };
	struct osci_signature s;

	for (size_t i = 0; i < l->n; i++)
		l->e[i].is_covered = false;
	if (osci_signature_read(r->arena, c->tree, node, &s, err) == -1)
		return osci_code_default(err, "9601");
	if ((signer.cert = find_signer(r, &s)) == NULL)
		return wrong(err, "the signer's certificate is not there");
	if (osci_signature_check(
		c->tree, &s, &signer.cert->cert, err) == -1)
		return unheld(err);
	if (check_references(r, c, &s, l, &signer.at_ms, err) == -1)
		return -1;
	note_all(c, true, &signer);
	return 0;
}

int
osci_content_verify(struct osci_content_reader *r,
    const struct osci_container *c, struct err *err)
{
	struct list l = { .e = arena_new(
			      r->arena, struct expected, EXPECTED_MAX) };

	if (c->nsignature == 0)
		return 0;
	if (expect_items(&l, c, err) == -1)
		return -1;
	for (size_t i = 0; i < c->nsignature; i++)
		if (verify_one(r, c, c->signature[i], &l, err) == -1)
			return -1;
	return 0;
}
