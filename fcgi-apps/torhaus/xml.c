#include "torhaus/xml.h"

#include <libxml/xmlreader.h>

#include "common/buf.h"
#include "common/log.h"

struct xml {
	struct arena *arena;
	xmlTextReaderPtr reader;
	const struct xml_limits *limits;
	enum xml_event event;
	bool is_empty;	/* the element has no closing of its own: made up */
	bool is_failed; /* libxml2 found a mistake */
	int code, line; /* the first one */
	size_t depth;
};

/* ---- mistakes ---- */

static const struct {
	int code;
	const char *text;
} sentences[] = {
	{ XML_ERR_DOCUMENT_EMPTY, "the file is empty" },
	{ XML_ERR_DOCUMENT_END, "the file goes on behind its root element, or "
				"ends too early" },
	{ XML_ERR_TAG_NAME_MISMATCH, "a closing tag does not match its "
				     "opening one" },
	{ XML_ERR_TAG_NOT_FINISHED, "a tag is not closed; is the file whole?" },
	{ XML_ERR_GT_REQUIRED, "a tag lacks its '>'" },
	{ XML_ERR_LT_REQUIRED, "a tag was expected" },
	{ XML_ERR_LT_IN_ATTRIBUTE, "'<' in an attribute" },
	{ XML_ERR_ATTRIBUTE_REDEFINED, "an attribute stands twice" },
	{ XML_ERR_ATTRIBUTE_NOT_STARTED, "an attribute without quotes" },
	{ XML_ERR_ATTRIBUTE_NOT_FINISHED, "an attribute's quotes are not "
					  "closed" },
	{ XML_ERR_UNDECLARED_ENTITY, "an entity that XML does not know; write "
				     "the character itself" },
	{ XML_WAR_UNDECLARED_ENTITY, "an entity that XML does not know; write "
				     "the character itself" },
	{ XML_ERR_NAME_REQUIRED, "a '&' or '<' that stands for itself has to "
				 "be written &amp; or &lt;" },
	{ XML_ERR_ENTITYREF_SEMICOL_MISSING, "a '&' that stands for itself "
					     "has to be written &amp;" },
	{ XML_ERR_INVALID_CHAR, "a character that XML does not allow" },
	{ XML_ERR_INVALID_CHARREF, "a character number that XML does not "
				   "allow" },
	{ XML_ERR_CDATA_NOT_FINISHED, "a CDATA section is not closed" },
	{ XML_ERR_COMMENT_NOT_FINISHED, "a comment is not closed" },
	{ XML_NS_ERR_UNDEFINED_NAMESPACE, "a prefix that is not declared" },
};

static const char *
sentence(int code)
{
	for (size_t i = 0; i < nitems(sentences); i++)
		if (sentences[i].code == code)
			return sentences[i].text;
	return "not well-formed XML";
}

static void
on_error(void *arg, xmlErrorPtr error)
{
	struct xml *x = arg;

	if (x->is_failed || error == NULL || error->level == XML_ERR_WARNING)
		return;
	x->is_failed = true;
	x->code = error->code;
	x->line = error->line;
}

static int
fail(const struct xml *x, struct err *err)
{
	if (!x->is_failed)
		return err_set(err, ERR_BAD_REQUEST, "not well-formed XML");
	return err_set(err, ERR_BAD_REQUEST, "line %d: %s", x->line,
	    sentence(x->code));
}

/* ---- opening ---- */

/* Nothing beside the text itself is ever read. */
static xmlParserInputPtr
open_nothing(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

static void
close_reader(void *arg)
{
	struct xml *x = arg;

	xmlFreeTextReader(x->reader);
}

int
xml_open(struct arena *a, const char *text, size_t len,
    const struct xml_limits *limits, struct xml **out, struct err *err)
{
	struct xml *x;

	if (xml_scan(text, len, limits, err) == -1)
		return -1;
	x = arena_new(a, struct xml, 1);
	x->arena = a;
	x->limits = limits;
	xmlSetExternalEntityLoader(open_nothing);
	x->reader = xmlReaderForMemory(text, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	if (x->reader == NULL)
		log_fatal("xml: no memory");
	arena_defer(a, close_reader, x);
	xmlTextReaderSetStructuredErrorHandler(x->reader, on_error, x);
	*out = x;
	return 0;
}

/* ---- piece by piece ---- */

static int
read_on(struct xml *x, int *type, struct err *err)
{
	int rc = xmlTextReaderRead(x->reader);

	if (rc == -1 || x->is_failed)
		return fail(x, err);
	*type = rc == 0 ? XML_READER_TYPE_NONE
			: xmlTextReaderNodeType(x->reader);
	return 0;
}

/* A text, a tag, or the end (XML_READER_TYPE_NONE). */
static int
read_piece(struct xml *x, int *type, struct err *err)
{
	if (x->is_empty) {
		x->is_empty = false;
		x->event = XML_CLOSE;
		*type = XML_READER_TYPE_END_ELEMENT;
		return 0;
	}
	if (read_on(x, type, err) == -1)
		return -1;
	switch (*type) {
	case XML_READER_TYPE_ELEMENT:
		x->event = XML_OPEN;
		x->is_empty = xmlTextReaderIsEmptyElement(x->reader) == 1;
		break;
	case XML_READER_TYPE_END_ELEMENT:
		x->event = XML_CLOSE;
		break;
	case XML_READER_TYPE_NONE:
		x->event = XML_END;
		return 0;
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
		return err_set(err, ERR_BAD_REQUEST,
		    "line %zu: entities are not taken", xml_line(x));
	default:
		return 0;
	}
	x->depth = (size_t)xmlTextReaderDepth(x->reader) + 1;
	if (x->depth > x->limits->depth)
		return err_set(err, ERR_TOO_LARGE,
		    "line %zu: more than %zu elements within each other",
		    xml_line(x), x->limits->depth);
	return 0;
}

static bool
is_tag(int type)
{
	return type == XML_READER_TYPE_ELEMENT ||
	    type == XML_READER_TYPE_END_ELEMENT || type == XML_READER_TYPE_NONE;
}

static bool
is_text(int type)
{
	return type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
	    type == XML_READER_TYPE_WHITESPACE ||
	    type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE;
}

int
xml_next(struct xml *x, enum xml_event *event, struct err *err)
{
	int type;

	do {
		if (read_piece(x, &type, err) == -1)
			return -1;
	} while (!is_tag(type));
	*event = x->event;
	return 0;
}

int
xml_child(struct xml *x, size_t depth, bool *found, struct err *err)
{
	enum xml_event event;

	/* Done already: whoever read the last child stands at our closing. */
	*found = false;
	for (;;) {
		if (xml_next(x, &event, err) == -1)
			return -1;
		if (event == XML_END ||
		    (event == XML_CLOSE && x->depth <= depth))
			return 0;
		if (event == XML_OPEN && x->depth == depth + 1) {
			*found = true;
			return 0;
		}
	}
}

const char *
xml_name(const struct xml *x)
{
	const xmlChar *s = xmlTextReaderConstLocalName(x->reader);

	return s == NULL ? "" : (const char *)s;
}

const char *
xml_ns(const struct xml *x)
{
	const xmlChar *s = xmlTextReaderConstNamespaceUri(x->reader);

	return s == NULL ? "" : (const char *)s;
}

bool
xml_is(const struct xml *x, const char *name)
{
	return strcmp(xml_name(x), name) == 0;
}

size_t
xml_depth(const struct xml *x)
{
	return x->depth;
}

size_t
xml_line(const struct xml *x)
{
	int line = xmlTextReaderGetParserLineNumber(x->reader);

	return line < 0 ? 0 : (size_t)line;
}

static const char *
take(const struct xml *x, xmlChar *value)
{
	const char *out;

	if (value == NULL)
		return NULL;
	out = arena_strdup(x->arena, (const char *)value);
	xmlFree(value);
	return out;
}

const char *
xml_attribute(const struct xml *x, const char *name)
{
	return take(x,
	    xmlTextReaderGetAttribute(x->reader, (const xmlChar *)name));
}

const char *
xml_language(const struct xml *x)
{
	return take(x,
	    xmlTextReaderGetAttribute(x->reader, (const xmlChar *)"xml:lang"));
}

static const char *
piece(const struct xml *x)
{
	const xmlChar *s = xmlTextReaderConstValue(x->reader);

	return s == NULL ? "" : (const char *)s;
}

int
xml_text(struct xml *x, const char **out, struct err *err)
{
	const size_t depth = x->depth, line = xml_line(x);
	struct buf b;
	int type, rc = -1;

	buf_init(&b, x->limits->text);
	do {
		if (read_piece(x, &type, err) == -1)
			goto out;
		if (is_text(type))
			buf_puts(&b, piece(x));
	} while (!(type == XML_READER_TYPE_END_ELEMENT && x->depth == depth) &&
	    type != XML_READER_TYPE_NONE);
	if (buf_check(&b, err) == -1) {
		(void)err_set(err, ERR_TOO_LARGE,
		    "line %zu: a text of more than %zu bytes", line,
		    x->limits->text);
		goto out;
	}
	*out = arena_dup(x->arena, buf_text(&b), b.len);
	rc = 0;
out:
	buf_free(&b);
	return rc;
}

/* ---- as a tree ---- */

/* An element that is not closed yet. */
struct level {
	struct xml_node *node, *last; /* its last child */
	struct buf text;
};

static void
take_attributes(struct xml *x, struct xml_node *node)
{
	int n = xmlTextReaderAttributeCount(x->reader);
	struct xml_attribute *at;

	if (n < 1)
		return;
	node->attribute = at =
	    arena_new(x->arena, struct xml_attribute, (size_t)n);
	while (node->nattribute < (size_t)n &&
	    xmlTextReaderMoveToNextAttribute(x->reader) == 1) {
		if (xmlTextReaderIsNamespaceDecl(x->reader) == 1)
			continue;
		at[node->nattribute++] = (struct xml_attribute){
			.ns = arena_strdup(x->arena, xml_ns(x)),
			.name = arena_strdup(x->arena, xml_name(x)),
			.value = arena_strdup(x->arena, piece(x))
		};
	}
	(void)xmlTextReaderMoveToElement(x->reader);
}

static struct xml_node *
take_element(struct xml *x)
{
	struct xml_node *node = arena_new(x->arena, struct xml_node, 1);

	node->ns = arena_strdup(x->arena, xml_ns(x));
	node->name = arena_strdup(x->arena, xml_name(x));
	node->line = xml_line(x);
	node->text = "";
	take_attributes(x, node);
	return node;
}

/* Hangs a new element below its parent, and makes it the one that is open. */
static void
open_level(struct xml *x, struct level *level, const struct xml_node **root)
{
	struct level *here = &level[x->depth - 1];

	here->node = take_element(x);
	here->last = NULL;
	buf_reset(&here->text);
	if (x->depth == 1) {
		*root = here->node;
		return;
	}
	if (here[-1].last == NULL)
		here[-1].node->child = here->node;
	else
		here[-1].last->next = here->node;
	here[-1].last = here->node;
}

/* The last text before a closing tag belongs to the level that closes; between
 * tags to the level that is open. */
static int
grow(struct xml *x, struct level *level, const struct xml_node **root,
    struct err *err)
{
	size_t open = 0; /* levels */
	int type;

	for (;;) {
		if (read_piece(x, &type, err) == -1)
			return -1;
		if (type == XML_READER_TYPE_NONE)
			return 0;
		if (type == XML_READER_TYPE_ELEMENT) {
			open_level(x, level, root);
			open = x->depth;
		} else if (type == XML_READER_TYPE_END_ELEMENT) {
			struct level *here = &level[x->depth - 1];

			here->node->text = arena_dup(
			    x->arena, buf_text(&here->text), here->text.len);
			open = x->depth - 1;
		} else if (is_text(type) && open > 0 &&
		    buf_append(&level[open - 1].text, piece(x),
			strlen(piece(x)), err) == -1)
			return err_set(err, ERR_TOO_LARGE,
			    "line %zu: a text of more than %zu bytes",
			    xml_line(x), x->limits->text);
	}
}

int
xml_tree(struct arena *a, const char *text, size_t len,
    const struct xml_limits *limits, const struct xml_node **out,
    struct err *err)
{
	struct arena scratch = { 0 };
	struct level *level;
	struct xml *x;
	int rc = -1;

	*out = NULL;
	if (xml_open(a, text, len, limits, &x, err) == -1)
		return -1;
	level = arena_new(&scratch, struct level, limits->depth);
	for (size_t i = 0; i < limits->depth; i++)
		buf_init(&level[i].text, limits->text);
	rc = grow(x, level, out, err);
	if (rc == 0 && *out == NULL)
		rc = err_set(err, ERR_BAD_REQUEST, "the file is empty");
	for (size_t i = 0; i < limits->depth; i++)
		buf_free(&level[i].text);
	arena_free(&scratch);
	return rc;
}

const struct xml_node *
xml_find(const struct xml_node *of, const char *name)
{
	const struct xml_node *n = of == NULL ? NULL : of->child;

	while (n != NULL && strcmp(n->name, name) != 0)
		n = n->next;
	return n;
}

const struct xml_node *
xml_again(const struct xml_node *node)
{
	const struct xml_node *n = node->next;

	while (n != NULL && strcmp(n->name, node->name) != 0)
		n = n->next;
	return n;
}

const char *
xml_value(const struct xml_node *node, const char *name)
{
	for (size_t i = 0; i < node->nattribute; i++)
		if (*node->attribute[i].ns == '\0' &&
		    strcmp(node->attribute[i].name, name) == 0)
			return node->attribute[i].value;
	return NULL;
}
