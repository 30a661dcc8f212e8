#include "common/xml/xml_tree.h"

#include <assert.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include "common/log.h"

#define PIECE 16384 /* handed to libxml2 at once */
/*
 * Bytes without any event: a tag, a comment, blanks before the root. libxml2
 * gathers such a thing whole (up to 10 MB), looks through it at every piece and
 * compares each attribute with every other one, before it tells of it.
 */
#define SILENT_MAX (128 << 10)
#define SCOPE_MAX 256 /* namespaces declared around an element */

struct xml_reader {
	struct arena *arena;
	struct xml_limits limits;
	struct crypto_spool *spool;
	xmlParserCtxtPtr parser;
	struct xml_node *root, *open;
	size_t depth, nodes, memory;
	size_t silent; /* bytes since the last event */
	size_t scope;  /* declarations of the open elements */
	/* the text that is being read: it may come in many pieces */
	char *text;
	size_t text_len;
	bool is_spooled, has_text;
	int64_t spool_offset;
	struct err err; /* the first; then nothing more is taken in */
};

static void
fail(struct xml_reader *r, enum err_code code, const char *what)
{
	if (r->err.code == ERR_NONE)
		(void)err_set(&r->err, code, "XML: %s", what);
	xmlStopParser(r->parser);
}

/* A copy that counts; NULL after the limit. */
static char *
keep(struct xml_reader *r, const void *s, size_t len)
{
	if (len >= r->limits.memory - r->memory) {
		fail(r, ERR_TOO_LARGE, "too much in names and attributes");
		return NULL;
	}
	r->memory += len + 1;
	return arena_dup(r->arena, s, len);
}

static const char *
keep_name(struct xml_reader *r, const xmlChar *s)
{
	return s == NULL ? "" : keep(r, s, strlen((const char *)s));
}

static struct xml_node *
new_node(struct xml_reader *r)
{
	struct xml_node *n;

	if (r->nodes == r->limits.nodes) {
		fail(r, ERR_TOO_LARGE, "too many elements");
		return NULL;
	}
	n = arena_new(r->arena, struct xml_node, 1);
	n->order = r->nodes++;
	n->parent = r->open;
	if (r->open == NULL) {
		r->root = n;
	} else if (r->open->child == NULL) {
		r->open->child = r->open->last = n;
	} else {
		r->open->last->next = n;
		r->open->last = n;
	}
	return n;
}

/* ---- text ---- */

/* What was read since the last tag becomes a node. */
static void
close_text(struct xml_reader *r)
{
	struct xml_node *n;

	if (!r->has_text || r->err.code != ERR_NONE)
		return;
	r->has_text = false;
	if ((n = new_node(r)) == NULL)
		return;
	if (r->is_spooled) {
		n->offset = r->spool_offset;
		n->len = crypto_spool_len(r->spool) - r->spool_offset;
		return;
	}
	n->len = (int64_t)r->text_len;
	n->text = keep(r, r->text, r->text_len);
}

static void
put_text(struct xml_reader *r, const void *s, size_t n)
{
	if (!r->has_text) {
		r->has_text = true;
		r->is_spooled = false;
		r->text_len = 0;
	}
	if (!r->is_spooled && n > r->limits.text - r->text_len) {
		r->is_spooled = true;
		r->spool_offset = crypto_spool_len(r->spool);
		if (crypto_spool_put(
			r->spool, r->text, r->text_len, &r->err) == -1) {
			xmlStopParser(r->parser);
			return;
		}
	}
	if (r->is_spooled) {
		if (crypto_spool_put(r->spool, s, n, &r->err) == -1)
			xmlStopParser(r->parser);
		return;
	}
	memcpy(r->text + r->text_len, s, n);
	r->text_len += n;
}

static void
on_text(void *arg, const xmlChar *s, int n)
{
	struct xml_reader *r = arg;

	r->silent = 0;
	if (r->err.code == ERR_NONE && r->open != NULL && n > 0)
		put_text(r, s, (size_t)n);
}

/* ---- elements ---- */

static bool
put_namespaces(
    struct xml_reader *r, struct xml_node *n, int count, const xmlChar **from)
{
	struct xml_ns *ns = arena_new(r->arena, struct xml_ns, (size_t)count);

	for (int i = 0; i < count; i++) {
		ns[i].prefix = keep_name(r, from[2 * i]);
		ns[i].uri = keep_name(r, from[2 * i + 1]);
		if (ns[i].prefix == NULL || ns[i].uri == NULL)
			return false;
	}
	n->ns = ns;
	n->nns = (size_t)count;
	return true;
}

/* Without XML_PARSE_NOENT libxml2 leaves "&#38;" where an "&" stands. */
static void
restore_ampersands(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		*to++ = *s;
		if (strncmp(s, "&#38;", 5) == 0)
			s += 4;
	}
	*to = '\0';
}

/* from: name, prefix, uri, value, end of the value; count times. */
static bool
put_attributes(
    struct xml_reader *r, struct xml_node *n, int count, const xmlChar **from)
{
	struct xml_attribute *at =
	    arena_new(r->arena, struct xml_attribute, (size_t)count);

	for (int i = 0; i < count; i++, from += 5) {
		char *value = keep(r, from[3], (size_t)(from[4] - from[3]));

		at[i].name = keep_name(r, from[0]);
		at[i].prefix = keep_name(r, from[1]);
		at[i].uri = keep_name(r, from[2]);
		if (value == NULL || at[i].name == NULL ||
		    at[i].prefix == NULL || at[i].uri == NULL)
			return false;
		restore_ampersands(value);
		at[i].value = value;
	}
	n->attribute = at;
	n->nattribute = (size_t)count;
	return true;
}

static void
on_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nns, const xmlChar **ns, int nattribute,
    int ndefaulted, const xmlChar **attribute)
{
	struct xml_reader *r = arg;
	struct xml_node *n;

	(void)ndefaulted; /* there is no DTD that could default any */
	r->silent = 0;
	if (r->err.code != ERR_NONE)
		return;
	close_text(r);
	if (r->depth == r->limits.depth)
		fail(r, ERR_BAD_REQUEST, "nested too deep");
	if ((size_t)nns + (size_t)nattribute > r->limits.attributes)
		fail(r, ERR_TOO_LARGE, "too many attributes");
	if ((size_t)nns > SCOPE_MAX - r->scope)
		fail(r, ERR_TOO_LARGE, "too many namespaces in scope");
	if (r->err.code != ERR_NONE || (n = new_node(r)) == NULL)
		return;
	n->name = keep_name(r, name);
	n->prefix = keep_name(r, prefix);
	n->uri = keep_name(r, uri);
	if (n->name == NULL || n->prefix == NULL || n->uri == NULL ||
	    !put_namespaces(r, n, nns, ns) ||
	    !put_attributes(r, n, nattribute, attribute))
		return;
	r->open = n;
	r->scope += n->nns;
	r->depth++;
}

static void
on_end(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct xml_reader *r = arg;

	(void)name;
	(void)prefix;
	(void)uri;
	r->silent = 0;
	if (r->err.code != ERR_NONE)
		return;
	close_text(r);
	r->scope -= r->open->nns;
	r->open = r->open->parent;
	r->depth--;
}

/* ---- what is not allowed ---- */

static void
on_doctype(void *arg, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	fail(arg, ERR_BAD_REQUEST, "a DOCTYPE");
}

static void
on_instruction(void *arg, const xmlChar *target, const xmlChar *data)
{
	(void)target;
	(void)data;
	fail(arg, ERR_BAD_REQUEST, "a processing instruction");
}

static void
on_reference(void *arg, const xmlChar *name)
{
	(void)name;
	fail(arg, ERR_BAD_REQUEST, "an entity");
}

/* The parser's own words may quote the document: its number must do. */
static void
on_error(void *arg, xmlErrorPtr error)
{
	struct xml_reader *r = arg;

	if (r->err.code != ERR_NONE || error->level < XML_ERR_ERROR)
		return;
	(void)err_set(&r->err, ERR_BAD_REQUEST,
	    "XML: not well-formed (libxml2 %d, line %d)", error->code,
	    error->line);
	xmlStopParser(r->parser);
}

/* ---- reading ---- */

static void
free_parser(void *arg)
{
	struct xml_reader *r = arg;

	if (r->parser == NULL)
		return;
	xmlFreeParserCtxt(r->parser);
	r->parser = NULL;
}

struct xml_reader *
xml_reader_new(struct arena *a, const struct xml_limits *limits,
    struct crypto_spool *spool)
{
	struct xml_reader *r = arena_new(a, struct xml_reader, 1);
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.reference = on_reference,
		.internalSubset = on_doctype,
		.processingInstruction = on_instruction,
		.serror = on_error,
	};

	r->arena = a;
	r->limits = *limits;
	r->spool = spool;
	r->text = arena_alloc(a, limits->text + 1, 1);
	r->parser = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
	if (r->parser == NULL)
		log_fatal("libxml2: out of memory");
	arena_defer(a, free_parser, r);
	(void)xmlCtxtUseOptions(r->parser, XML_PARSE_NONET);
	return r;
}

static int
result(const struct xml_reader *r, struct err *err)
{
	if (r->err.code == ERR_NONE)
		return 0;
	*err = r->err;
	return -1;
}

int
xml_reader_put(
    struct xml_reader *r, const void *data, size_t n, struct err *err)
{
	const char *p = data;

	while (n > 0 && r->err.code == ERR_NONE) {
		size_t some = n < PIECE ? n : PIECE;

		r->silent += some;
		/* What it says is kept by on_error. */
		(void)xmlParseChunk(r->parser, p, (int)some, 0);
		if (r->silent > SILENT_MAX)
			fail(r, ERR_TOO_LARGE, "something without end");
		p += some;
		n -= some;
	}
	return result(r, err);
}

int
xml_reader_end(struct xml_reader *r, struct xml_tree *out, struct err *err)
{
	if (r->err.code == ERR_NONE)
		(void)xmlParseChunk(r->parser, "", 0, 1);
	if (result(r, err) == -1)
		return -1;
	if (r->root == NULL || r->open != NULL || !r->parser->wellFormed)
		return err_set(err, ERR_BAD_REQUEST, "XML: not whole");
	*out = (struct xml_tree){
		.root = r->root, .spool = r->spool, .nodes = r->nodes };
	free_parser(r);
	return 0;
}

/* ---- looking at it ---- */

bool
xml_is(const struct xml_node *n, const char *uri, const char *name)
{
	return n != NULL && n->name != NULL && strcmp(n->name, name) == 0 &&
	    strcmp(n->uri, uri) == 0;
}

static const struct xml_node *
element_from(const struct xml_node *n)
{
	while (n != NULL && n->name == NULL)
		n = n->next;
	return n;
}

const struct xml_node *
xml_first(const struct xml_node *n)
{
	return element_from(n->child);
}

const struct xml_node *
xml_next(const struct xml_node *n)
{
	return element_from(n->next);
}

const struct xml_node *
xml_child(const struct xml_node *n, const char *uri, const char *name)
{
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		if (xml_is(n, uri, name))
			return n;
	return NULL;
}

const char *
xml_attribute_ns(
    const struct xml_node *n, const char *uri, const char *name)
{
	for (size_t i = 0; i < n->nattribute; i++)
		if (strcmp(n->attribute[i].name, name) == 0 &&
		    strcmp(n->attribute[i].uri, uri) == 0)
			return n->attribute[i].value;
	return NULL;
}

const char *
xml_attribute(const struct xml_node *n, const char *name)
{
	return xml_attribute_ns(n, "", name);
}

bool
xml_has_stray_text(const struct xml_node *n)
{
	for (n = n->child; n != NULL; n = n->next)
		if (n->name == NULL &&
		    (n->text == NULL ||
			n->text[strspn(n->text, " \t\r\n")] != '\0'))
			return true;
	return false;
}

int
xml_text(struct arena *a, const struct xml_tree *t, const struct xml_node *n,
    size_t max, const char **out, struct err *err)
{
	const struct xml_node *text = n->child;
	char *copy;

	*out = "";
	if (text == NULL)
		return 0;
	if (text->name != NULL || text->next != NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "XML: %s holds more than text", n->name);
	if ((uint64_t)text->len > max)
		return err_set(
		    err, ERR_TOO_LARGE, "XML: %s is too long", n->name);
	if (text->text != NULL) {
		*out = text->text;
		return 0;
	}
	copy = arena_alloc(a, (size_t)text->len + 1, 1);
	*out = copy;
	return crypto_spool_read(
	    t->spool, text->offset, copy, (size_t)text->len, err);
}

int
xml_text_each(const struct xml_tree *t, const struct xml_node *n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	const struct xml_node *text = n->child;

	if (text == NULL)
		return 0;
	if (text->name != NULL || text->next != NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "XML: %s holds more than text", n->name);
	if (text->text != NULL)
		return sink(arg, text->text, (size_t)text->len, err);
	return crypto_spool_each(
	    t->spool, text->offset, text->len, sink, arg, err);
}
