#include "common/xml/xml_document_def.h"
#include "common/xml/xml_write_def.h"

#include <libxml/parser.h>

#include "common/base64.h"
#include "common/log.h"

/* What is beyond is left to the parser and its bounds. */
#define TEXT_MAX 1000000
#define ATTRIBUTES_MAX 50

/* One document being made. */
struct making {
	const struct xml_document_limits *limits;
	struct xml_out_names names;
	xmlNsPtr ns[XML_OUT_NAMES];
	size_t last; /* namespace found last */
	size_t nodes;
	xmlDocPtr doc;
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A name of ASCII; there are others, which the parser judges. */
static bool
is_plain_name(const char *s)
{
	if (!is_letter(*s))
		return false;
	while (is_letter(*s) || (*s >= '0' && *s <= '9') || *s == '.' ||
	    *s == '-')
		s++;
	return *s == '\0';
}

/* "urn:..." or "http://host/...", of characters that every reader takes. */
static bool
is_plain_uri(const char *uri)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "-_./";

	if (strncmp(uri, "urn:", 4) == 0) {
		uri += 4;
		while (*uri != '\0' && (*uri == ':' || strchr(plain, *uri)))
			uri++;
		return *uri == '\0';
	}
	if (strncmp(uri, "http://", 7) != 0 ||
	    strncmp(uri, "http://www.w3.org/", 18) == 0)
		return false;
	uri += 7;
	return *uri != '/' && uri[strspn(uri, plain)] == '\0';
}

/* Whether no reader can mind how the namespaces are declared. */
static bool
names_are_plain(const struct xml_out_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (!is_plain_uri(names->uri[i]) ||
		    !is_plain_name(names->prefix[i]) ||
		    strncasecmp(names->prefix[i], "xml", 3) == 0)
			return false;
	return true;
}

static bool
is_same_name(const struct xml_name *a, const struct xml_name *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->uri, b->uri) == 0;
}

/* Whether an element says an attribute twice, or has many. */
static bool
is_odd(const struct out_attribute *first)
{
	size_t n = 0;

	for (const struct out_attribute *x = first; x != NULL; x = x->next)
		if (++n > ATTRIBUTES_MAX)
			return true;
	for (const struct out_attribute *x = first; x != NULL; x = x->next)
		for (const struct out_attribute *y = x->next; y != NULL;
		     y = y->next)
			if (is_same_name(&x->name, &y->name))
				return true;
	return false;
}

static xmlNsPtr
namespace_of(struct making *m, const struct xml_name *name)
{
	if (*name->uri == '\0')
		return NULL;
	while (m->names.uri[m->last] != name->uri &&
	    strcmp(m->names.uri[m->last], name->uri) != 0)
		m->last = (m->last + 1) % m->names.n;
	return m->ns[m->last];
}

static void
must(const void *made)
{
	if (made == NULL)
		log_fatal("out of memory for an XML document");
}

/* The root with all declarations; other elements below. */
static xmlNodePtr
element_new(struct making *m, const struct xml_out *e, bool is_root)
{
	const xmlChar *name =
	    xmlDictLookup(m->doc->dict, (const xmlChar *)e->name.name, -1);
	xmlNodePtr n =
	    xmlNewDocNodeEatName(m->doc, NULL, (xmlChar *)(uintptr_t)name, NULL);

	must(n);
	for (size_t i = 0; is_root && i < m->names.n; i++)
		must(m->ns[i] = xmlNewNs(n,
			 (const xmlChar *)m->names.uri[i],
			 (const xmlChar *)m->names.prefix[i]));
	xmlSetNs(n, namespace_of(m, &e->name));
	return n;
}

static bool
put_attributes(struct making *m, xmlNodePtr n, const struct xml_out *e)
{
	if (is_odd(e->attribute))
		return false;
	for (const struct out_attribute *at = e->attribute; at != NULL;
	     at = at->next) {
		if (!is_plain_name(at->name.name) ||
		    strlen(at->value) > TEXT_MAX)
			return false;
		must(xmlNewNsProp(n, namespace_of(m, &at->name),
		    (const xmlChar *)at->name.name,
		    (const xmlChar *)at->value));
	}
	return true;
}

static bool
put_text(struct making *m, xmlNodePtr n, const struct xml_out *e)
{
	struct buf *b = NULL;
	const char *text = e->text;
	size_t len = e->len;
	xmlNodePtr t;

	if (len > TEXT_MAX)
		return false;
	if (e->data != NULL) {
		b = buf_new(e->arena, 2 * TEXT_MAX);
		base64_put(b, e->data, len);
		text = b->data;
		len = b->len;
	}
	if (text == NULL || len == 0)
		return true;
	m->nodes++;
	t = xmlNewDocTextLen(m->doc, (const xmlChar *)text, (int)len);
	must(t);
	must(xmlAddChild(n, t));
	return true;
}

/* What is in an element; false: something that the parser is to judge. */
static bool
fill(struct making *m, xmlNodePtr n, const struct xml_out *e, size_t depth)
{
	if (depth > m->limits->depth || ++m->nodes > m->limits->nodes ||
	    !is_plain_name(e->name.name) || !put_attributes(m, n, e) ||
	    !put_text(m, n, e))
		return false;
	for (const struct xml_out *c = e->child; c != NULL; c = c->next) {
		xmlNodePtr child = element_new(m, c, false);

		must(xmlAddChild(n, child));
		if (!fill(m, child, c, depth + 1))
			return false;
	}
	return true;
}

static void
free_doc(void *arg)
{
	xmlFreeDoc(arg);
}

int
xml_document_of(struct arena *a, const struct xml_out *root, const void *data,
    size_t n, const struct xml_document_limits *limits,
    struct xml_document **out, enum xml_document_fault *fault, struct err *err)
{
	struct making m = { .limits = limits };
	xmlNodePtr top;

	if (n > limits->bytes || xml_out_names(root, &m.names, err) == -1 ||
	    !names_are_plain(&m.names)) {
		err_clear(err);
		return xml_document_parse(a, data, n, limits, out, fault, err);
	}
	xmlInitParser();
	must(m.doc = xmlNewDoc((const xmlChar *)"1.0"));
	must(m.doc->dict = xmlDictCreate());
	top = element_new(&m, root, true);
	(void)xmlDocSetRootElement(m.doc, top);
	if (!fill(&m, top, root, 1)) {
		xmlFreeDoc(m.doc);
		return xml_document_parse(a, data, n, limits, out, fault, err);
	}
	arena_defer(a, free_doc, m.doc);
	*out = arena_new(a, struct xml_document, 1);
	(*out)->doc = m.doc;
	(*out)->nodes = m.nodes;
	*fault = XML_DOCUMENT_FINE;
	return 0;
}
