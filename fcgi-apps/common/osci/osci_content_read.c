#include "common/osci/osci_content.h"

#include "common/base64.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_content_item.h"

#define ITEMS_MAX 256

static int
bad(struct err *err, const char *what)
{
	return osci_refuse(err, "9100", "content: %s", what);
}

/* ---- a container ---- */

/* Where one stands: what encloses it. */
struct place {
	const struct xml_tree *tree;
	size_t depth;
	bool is_encrypted;
	const struct osci_part_key *key; /* of the containers around it too */
};

static int read_container(struct osci_content_reader *r,
    const struct xml_node *node, const struct place *outer,
    struct osci_container **out, struct err *err);

static struct osci_content *
add_content(struct osci_content_reader *r, const struct place *at,
    const struct osci_item *item)
{
	struct osci_content *c = &r->content[r->ncontent++];

	*c = (struct osci_content){ .id = item->id,
		.was_encrypted = at->is_encrypted };
	return c;
}

static int
read_bytes(struct osci_content_reader *r, const struct place *at,
    struct osci_item *item, struct err *err)
{
	struct base64_sink d = { .next = crypto_spool_sink,
		.arg = r->bytes };
	struct osci_content *c;

	if (r->ncontent == OSCI_CONTENTS_MAX)
		return bad(err, "too many");
	item->content = c = add_content(r, at, item);
	c->spool = r->bytes;
	c->offset = crypto_spool_len(r->bytes);
	if (xml_text_each(at->tree, item->node, base64_sink_put, &d, err) ==
		-1 ||
	    base64_end(&d.reader, err) == -1)
		return err->code == ERR_BAD_REQUEST
		    ? osci_code_default(err, "9100")
		    : -1;
	c->len = crypto_spool_len(r->bytes) - c->offset;
	return 0;
}

static int
read_part(struct osci_content_reader *r, const struct place *at,
    struct osci_item *item, const char *href, struct err *err)
{
	const struct osci_packet_part *part;

	if (strncmp(href, "cid:", 4) != 0 ||
	    (part = osci_packet_part(r->m->packet, href + 4)) == NULL)
		return bad(err, "an attachment that is not there");
	if (r->ncontent == OSCI_CONTENTS_MAX)
		return bad(err, "too many");
	item->content = add_content(r, at, item);
	return osci_content_open_part(r, part, at->key, item->content, err);
}

/* <osci:Content> is one of three things. */
static int
read_content(struct osci_content_reader *r, const struct place *at,
    const struct xml_node *node, struct osci_item *item, struct err *err)
{
	const struct xml_node *child = xml_first(node);
	const char *href = xml_attribute(node, "href");

	if (xml_has_stray_text(node) ||
	    (child != NULL && xml_next(child) != NULL) ||
	    (child == NULL) != (href != NULL))
		return bad(err, "of another shape");
	item->node = node;
	if (xml_is(child, OSCI_NS, "Base64Content")) {
		item->kind = OSCI_ITEM_BYTES;
		item->node = child;
	} else if (href != NULL) {
		item->kind = OSCI_ITEM_PART;
	} else if (xml_is(child, OSCI_NS, "ContentContainer")) {
		item->kind = OSCI_ITEM_CONTAINER;
	} else
		return bad(err, "of another shape");
	item->id = xml_attribute(item->node, "Id");
	if (item->id == NULL || *item->id == '\0')
		return bad(err, "without Id");
	switch (item->kind) {
	case OSCI_ITEM_BYTES:
		return read_bytes(r, at, item, err);
	case OSCI_ITEM_PART:
		return read_part(r, at, item, href, err);
	default:
		return read_container(r, child, at, &item->inner, err);
	}
}

static int
open_container(struct osci_content_reader *r, const struct place *at,
    const struct osci_encrypted *e, struct osci_container **out,
    struct err *err)
{
	struct place inner = *at;

	if (osci_content_open(r, at->tree, e, &inner.tree, err) == -1)
		return -1;
	*out = NULL;
	if (inner.tree == NULL) {
		r->nclosed++;
		return 0;
	}
	inner.is_encrypted = true;
	return read_container(r, inner.tree->root, &inner, out, err);
}

/* Of a container the Id is needed, by which a signature covers it. */
static int
read_encrypted(struct osci_content_reader *r, const struct place *at,
    const struct osci_encrypted *e, struct osci_item *item, struct err *err)
{
	item->kind = OSCI_ITEM_ENCRYPTED;
	item->id = xml_attribute(item->node, "Id");
	if (item->id == NULL || *item->id == '\0')
		return bad(err, "encrypted, without Id");
	return open_container(r, at, e, &item->inner, err);
}

/* ---- what stands in a container, in its order ---- */

static int
read_signatures(struct osci_container *c, const struct xml_node **next,
    struct err *err)
{
	const struct xml_node *n = xml_first(c->node);

	for (; xml_is(n, OSCI_NS_DS, "Signature"); n = xml_next(n)) {
		if (c->nsignature == OSCI_CONTENT_SIGNERS_MAX)
			return bad(err, "too many signatures");
		c->signature[c->nsignature++] = n;
	}
	*next = n;
	return 0;
}

/* An attachment's key is no item: it is put in after signing. */
static int
read_data(struct osci_content_reader *r, struct place *at,
    const struct xml_node *n, struct osci_encrypted *e, bool *is_key,
    struct err *err)
{
	struct osci_part_key *key;

	if (osci_encrypted_read(
		r->arena, at->tree, n, r->policy, e, err) == -1)
		return osci_code_default(err, "9202");
	*is_key = e->raw_key != NULL;
	if (!*is_key)
		return 0;
	if (e->part == NULL)
		return bad(err, "a key for no attachment");
	key = arena_new(r->arena, struct osci_part_key, 1);
	*key = (struct osci_part_key){
		.part = e->part, .encrypted = *e, .next = at->key };
	at->key = key;
	return 0;
}

struct data {
	struct osci_encrypted encrypted;
	bool is_key;
};

/* Keys first: the contents before them need them. */
static int
read_keys(struct osci_content_reader *r, struct place *at,
    const struct xml_node *n, struct data **out, struct err *err)
{
	struct data *data = NULL;
	size_t count = 0;

	while (xml_is(n, OSCI_NS, "Content"))
		n = xml_next(n);
	for (const struct xml_node *p = n; p != NULL; p = xml_next(p))
		if (!xml_is(p, OSCI_NS_XENC, "EncryptedData") ||
		    ++count > ITEMS_MAX)
			return bad(err, "a container of another shape");
	*out = data = arena_new(r->arena, struct data, count);
	for (; n != NULL; n = xml_next(n), data++)
		if (read_data(r, at, n, &data->encrypted, &data->is_key,
			err) == -1)
			return -1;
	return 0;
}

static int
read_items(struct osci_content_reader *r, const struct place *at,
    const struct xml_node *n, const struct data *data,
    struct osci_container *c, struct err *err)
{
	size_t count = 0;

	for (const struct xml_node *p = n; p != NULL; p = xml_next(p))
		if (++count > ITEMS_MAX)
			return bad(err, "too many");
	c->item = arena_new(r->arena, struct osci_item, count);
	for (; n != NULL; n = xml_next(n)) {
		struct osci_item *item = &c->item[c->nitem];

		item->node = n;
		if (xml_is(n, OSCI_NS, "Content")) {
			if (read_content(r, at, n, item, err) == -1)
				return -1;
			c->nitem++;
			continue;
		}
		if (!data->is_key) {
			if (read_encrypted(
				r, at, &data->encrypted, item, err) == -1)
				return -1;
			c->nitem++;
		}
		data++;
	}
	return 0;
}

static int
read_container(struct osci_content_reader *r, const struct xml_node *node,
    const struct place *outer, struct osci_container **out, struct err *err)
{
	struct osci_container *c =
	    arena_new(r->arena, struct osci_container, 1);
	struct place at = *outer;
	const struct xml_node *first = NULL;
	struct data *data = NULL;

	if (!xml_is(node, OSCI_NS, "ContentContainer") ||
	    xml_has_stray_text(node))
		return bad(err, "no container");
	if (at.depth++ == OSCI_CONTENT_DEPTH)
		return bad(err, "containers too deep in each other");
	*out = c;
	c->tree = at.tree;
	c->node = node;
	return read_signatures(c, &first, err) == -1 ||
		read_keys(r, &at, first, &data, err) == -1 ||
		read_items(r, &at, first, data, c, err) == -1
	    ? -1
	    : osci_content_verify(r, c, err);
}

/* ---- the package ---- */

static int
read_top(struct osci_content_reader *r, const struct xml_node *n,
    struct err *err)
{
	const struct place top = { .tree = &r->m->packet->tree };
	struct osci_encrypted e;
	struct osci_container *c;

	if (!xml_is(n, OSCI_NS_XENC, "EncryptedData"))
		return read_container(r, n, &top, &c, err);
	if (osci_encrypted_read(
		r->arena, top.tree, n, r->policy, &e, err) == -1)
		return osci_code_default(err, "9202");
	return open_container(r, &top, &e, &c, err);
}

int
osci_content_read(struct arena *a, const struct osci_message *m,
    const struct xml_node *package, const struct osci_certs *certs,
    const struct osci_identity *own, size_t nown,
    const struct osci_crypto_policy *policy,
    const struct osci_packet_limits *limits, struct osci_content_in *out,
    struct err *err)
{
	struct osci_content_reader *r =
	    arena_new(a, struct osci_content_reader, 1);

	*r = (struct osci_content_reader){ .arena = a,
		.m = m,
		.certs = certs,
		.own = own,
		.nown = nown,
		.policy = policy,
		.limits = limits,
		.bytes = crypto_spool_new(a, limits->dir, limits->max) };
	if (!xml_is(package, OSCI_NS, "ContentPackage") ||
	    xml_has_stray_text(package))
		return bad(err, "no ContentPackage");
	for (const struct xml_node *n = xml_first(package); n != NULL;
	     n = xml_next(n))
		if (read_top(r, n, err) == -1)
			return -1;
	*out = (struct osci_content_in){ .content = r->content,
		.ncontent = r->ncontent,
		.nclosed = r->nclosed };
	if (r->ncontent == 0 && r->nclosed > 0)
		return osci_refuse(
		    err, "9202", "content: nothing of it is for us");
	for (size_t i = 0; i < r->ncontent; i++)
		out->was_encrypted |= r->content[i].was_encrypted;
	return 0;
}
