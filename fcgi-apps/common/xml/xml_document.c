#include "common/xml/xml_document_def.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <strings.h>

#include "common/log.h"
#include "common/utf8.h"

#define ATTRIBUTES_MAX 256 /* of one element, namespaces among them */
#define NAMESPACES_MAX 256 /* declared around one element */
#define DEPTH_MAX 256

/* What one parse counts; libxml2 hands it to our handlers as _private. */
struct parse {
	const struct xml_document_limits *limits;
	size_t nodes, depth;
	size_t spaces, spaces_of[DEPTH_MAX + 1]; /* in scope; by depth */
	enum xml_document_fault fault;
	startElementNsSAX2Func start; /* libxml2's own, that build the tree */
	endElementNsSAX2Func end;
};

static void
stop(xmlParserCtxtPtr parser, enum xml_document_fault fault)
{
	struct parse *p = parser->_private;

	if (p->fault == XML_DOCUMENT_FINE)
		p->fault = fault;
	xmlStopParser(parser);
}

static void
on_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nns, const xmlChar **ns, int nattribute,
    int ndefault, const xmlChar **attribute)
{
	xmlParserCtxtPtr parser = arg;
	struct parse *p = parser->_private;

	p->spaces += (size_t)nns;
	if (++p->depth > p->limits->depth || p->depth > DEPTH_MAX ||
	    ++p->nodes > p->limits->nodes || p->spaces > NAMESPACES_MAX) {
		stop(parser, XML_DOCUMENT_LIMIT);
		return;
	}
	p->spaces_of[p->depth] = (size_t)nns;
	p->start(arg, name, prefix, uri, nns, ns, nattribute, ndefault,
	    attribute);
}

static void
on_end(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	xmlParserCtxtPtr parser = arg;
	struct parse *p = parser->_private;

	p->spaces -= p->spaces_of[p->depth--];
	p->end(arg, name, prefix, uri);
}

static void
on_doctype(
    void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
	(void)name;
	(void)id;
	(void)system;
	stop(arg, XML_DOCUMENT_MALFORMED);
}

/* The encoding that the XML declaration names; false: another than UTF-8. */
static bool
declares_utf8(const char *s, size_t n)
{
	static const char key[] = "encoding";
	const char *end, *at;

	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	if (n < 5 || memcmp(s, "<?xml", 5) != 0 ||
	    (end = memmem(s, n, "?>", 2)) == NULL ||
	    (at = memmem(s, (size_t)(end - s), key, sizeof(key) - 1)) == NULL)
		return true;
	at += sizeof(key) - 1;
	while (at < end && strchr(" \t\r\n=\"'", *at) != NULL)
		at++;
	return end - at >= 5 && strncasecmp(at, "UTF-8", 5) == 0;
}

/* Behind the end of what begins at s, with its end mark; NULL: no end. */
static const char *
behind(const char *s, const char *end, const char *mark)
{
	size_t n = strlen(mark);
	const char *at = memmem(s, (size_t)(end - s), mark, n);

	return at == NULL ? NULL : at + n;
}

/* Behind a tag's ">", with the number of its "=" outside of values. */
static const char *
skip_tag(const char *s, const char *end, size_t *nequal)
{
	char quote = '\0';

	*nequal = 0;
	for (; s < end; s++) {
		if (quote != '\0')
			quote = *s == quote ? '\0' : quote;
		else if (*s == '"' || *s == '\'')
			quote = *s;
		else if (*s == '=')
			++*nequal;
		else if (*s == '>')
			return s + 1;
	}
	return NULL;
}

/*
 * Whether an element has more attributes than it may: libxml2 compares each
 * with all others before it tells of any, which takes hours for the millions
 * that fit into a message. What is not well-formed may end this early; the
 * parser ends there as well.
 */
static bool
has_many_attributes(const char *s, size_t n)
{
	const char *end = s + n;
	size_t nequal;

	while (s != NULL &&
	    (s = memchr(s, '<', (size_t)(end - s))) != NULL) {
		size_t left = (size_t)(end - s);

		if (left >= 4 && memcmp(s, "<!--", 4) == 0)
			s = behind(s + 4, end, "-->");
		else if (left >= 9 && memcmp(s, "<![CDATA[", 9) == 0)
			s = behind(s + 9, end, "]]>");
		else if (left >= 2 && s[1] == '?')
			s = behind(s + 2, end, "?>");
		else {
			s = skip_tag(s + 1, end, &nequal);
			if (nequal > ATTRIBUTES_MAX)
				return true;
		}
	}
	return false;
}

static void
free_doc(void *arg)
{
	xmlFreeDoc(arg);
}

static xmlParserCtxtPtr
parser_new(struct parse *p)
{
	xmlParserCtxtPtr parser;

	xmlInitParser();
	parser = xmlNewParserCtxt();
	if (parser == NULL)
		log_fatal("out of memory for an XML parser");
	p->start = parser->sax->startElementNs;
	p->end = parser->sax->endElementNs;
	parser->sax->startElementNs = on_start;
	parser->sax->endElementNs = on_end;
	parser->sax->internalSubset = on_doctype;
	parser->sax->comment = NULL;
	parser->sax->processingInstruction = NULL;
	parser->_private = p;
	return parser;
}

static int
refuse(enum xml_document_fault kind, enum xml_document_fault *fault,
    struct err *err)
{
	*fault = kind;
	if (kind == XML_DOCUMENT_LIMIT)
		return err_set(err, ERR_TOO_LARGE, "XML: beyond its limits");
	return err_set(err, ERR_BAD_REQUEST, "XML: %s",
	    kind == XML_DOCUMENT_ENCODING ? "not UTF-8" : "not well-formed");
}

int
xml_document_parse(struct arena *a, const void *data, size_t n,
    const struct xml_document_limits *limits, struct xml_document **out,
    enum xml_document_fault *fault, struct err *err)
{
	struct parse p = { .limits = limits };
	xmlParserCtxtPtr parser;
	xmlDocPtr doc;

	*fault = XML_DOCUMENT_FINE;
	if (n > limits->bytes || n > INT32_MAX)
		return refuse(XML_DOCUMENT_LIMIT, fault, err);
	if (utf8_valid(data, n) != n || !declares_utf8(data, n))
		return refuse(XML_DOCUMENT_ENCODING, fault, err);
	if (has_many_attributes(data, n))
		return refuse(XML_DOCUMENT_LIMIT, fault, err);
	parser = parser_new(&p);
	doc = xmlCtxtReadMemory(parser, data, (int)n, NULL, "UTF-8",
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	if (p.fault == XML_DOCUMENT_FINE &&
	    (doc == NULL || !parser->wellFormed || !parser->nsWellFormed ||
		xmlDocGetRootElement(doc) == NULL))
		p.fault = XML_DOCUMENT_MALFORMED;
	xmlFreeParserCtxt(parser);
	if (p.fault != XML_DOCUMENT_FINE) {
		xmlFreeDoc(doc);
		return refuse(p.fault, fault, err);
	}
	arena_defer(a, free_doc, doc);
	*out = arena_new(a, struct xml_document, 1);
	(*out)->doc = doc;
	(*out)->nodes = p.nodes;
	return 0;
}

/* ---- as a tree of ours ---- */

static const char *
uri_of(const xmlNs *ns)
{
	return ns == NULL || ns->href == NULL ? "" : (const char *)ns->href;
}

static const char *
prefix_of(const xmlNs *ns)
{
	return ns == NULL || ns->prefix == NULL ? "" : (const char *)ns->prefix;
}

const char *
xml_document_uri(const struct xml_document *d)
{
	return uri_of(xmlDocGetRootElement(d->doc)->ns);
}

const char *
xml_document_name(const struct xml_document *d)
{
	return (const char *)xmlDocGetRootElement(d->doc)->name;
}

static const char *
value_of(struct arena *a, const xmlAttr *at, xmlDocPtr doc)
{
	xmlChar *joined;
	const char *copy;

	if (at->children == NULL)
		return "";
	if (at->children->next == NULL && at->children->content != NULL)
		return (const char *)at->children->content;
	joined = xmlNodeListGetString(doc, at->children, 1);
	copy = arena_strdup(a, joined == NULL ? "" : (const char *)joined);
	xmlFree(joined);
	return copy;
}

static void
put_attributes(struct arena *a, struct xml_node *n, const xmlNode *from)
{
	struct xml_attribute *at;
	size_t count = 0;

	for (const xmlAttr *x = from->properties; x != NULL; x = x->next)
		count++;
	if (count == 0)
		return;
	at = arena_new(a, struct xml_attribute, count);
	n->attribute = at;
	for (const xmlAttr *x = from->properties; x != NULL; x = x->next)
		at[n->nattribute++] = (struct xml_attribute){
			.prefix = prefix_of(x->ns),
			.name = (const char *)x->name,
			.value = value_of(a, x, from->doc),
			.uri = uri_of(x->ns),
		};
}

static void
link_last(struct xml_node *parent, struct xml_node *n)
{
	n->parent = parent;
	if (parent->child == NULL)
		parent->child = n;
	else
		parent->last->next = n;
	parent->last = n;
}

/* Depth is bounded by the parse. */
static void
convert(struct arena *a, struct xml_node *n, const xmlNode *from, size_t *order)
{
	n->order = (*order)++;
	n->prefix = prefix_of(from->ns);
	n->name = (const char *)from->name;
	n->uri = uri_of(from->ns);
	put_attributes(a, n, from);
	for (const xmlNode *x = from->children; x != NULL; x = x->next) {
		struct xml_node *child;

		if (x->type != XML_ELEMENT_NODE && x->type != XML_TEXT_NODE)
			continue;
		child = arena_new(a, struct xml_node, 1);
		link_last(n, child);
		if (x->type == XML_ELEMENT_NODE) {
			convert(a, child, x, order);
			continue;
		}
		child->order = (*order)++;
		child->text = (const char *)x->content;
		child->len = (int64_t)strlen(child->text);
	}
}

const struct xml_tree *
xml_document_tree(struct arena *a, const struct xml_document *d)
{
	struct xml_tree *t = arena_new(a, struct xml_tree, 1);
	struct xml_node *root = arena_new(a, struct xml_node, 1);

	convert(a, root, xmlDocGetRootElement(d->doc), &t->nodes);
	t->root = root;
	return t;
}
