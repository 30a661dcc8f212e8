#include "torhaus/xml_pull.h"

#include <libxml/xmlreader.h>

#include "common/buf.h"
#include "common/log.h"

struct pull {
	struct arena *arena;
	xmlTextReaderPtr reader;
	const struct pull_limits *limits;
	enum pull_event event;
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
	struct pull *x = arg;

	if (x->is_failed || error == NULL || error->level == XML_ERR_WARNING)
		return;
	x->is_failed = true;
	x->code = error->code;
	x->line = error->line;
}

static int
fail(const struct pull *x, struct err *err)
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
	struct pull *x = arg;

	xmlFreeTextReader(x->reader);
}

int
pull_open(struct arena *a, const char *text, size_t len,
    const struct pull_limits *limits, struct pull **out, struct err *err)
{
	struct pull *x;

	if (xml_scan(text, len, limits, err) == -1)
		return -1;
	x = arena_new(a, struct pull, 1);
	x->arena = a;
	x->limits = limits;
	xmlSetExternalEntityLoader(open_nothing);
	x->reader = xmlReaderForMemory(text, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	if (x->reader == NULL)
		log_fatal("xml_pull: no memory");
	arena_defer(a, close_reader, x);
	xmlTextReaderSetStructuredErrorHandler(x->reader, on_error, x);
	*out = x;
	return 0;
}

/* ---- piece by piece ---- */

static int
read_on(struct pull *x, int *type, struct err *err)
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
read_piece(struct pull *x, int *type, struct err *err)
{
	if (x->is_empty) {
		x->is_empty = false;
		x->event = PULL_CLOSE;
		*type = XML_READER_TYPE_END_ELEMENT;
		return 0;
	}
	if (read_on(x, type, err) == -1)
		return -1;
	switch (*type) {
	case XML_READER_TYPE_ELEMENT:
		x->event = PULL_OPEN;
		x->is_empty = xmlTextReaderIsEmptyElement(x->reader) == 1;
		break;
	case XML_READER_TYPE_END_ELEMENT:
		x->event = PULL_CLOSE;
		break;
	case XML_READER_TYPE_NONE:
		x->event = PULL_END;
		return 0;
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
		return err_set(err, ERR_BAD_REQUEST,
		    "line %zu: entities are not taken", pull_line(x));
	default:
		return 0;
	}
	x->depth = (size_t)xmlTextReaderDepth(x->reader) + 1;
	if (x->depth > x->limits->depth)
		return err_set(err, ERR_TOO_LARGE,
		    "line %zu: more than %zu elements within each other",
		    pull_line(x), x->limits->depth);
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
pull_next(struct pull *x, enum pull_event *event, struct err *err)
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
pull_child(struct pull *x, size_t depth, bool *found, struct err *err)
{
	enum pull_event event;

	/* Done already: whoever read the last child stands at our closing. */
	*found = false;
	for (;;) {
		if (pull_next(x, &event, err) == -1)
			return -1;
		if (event == PULL_END ||
		    (event == PULL_CLOSE && x->depth <= depth))
			return 0;
		if (event == PULL_OPEN && x->depth == depth + 1) {
			*found = true;
			return 0;
		}
	}
}

const char *
pull_name(const struct pull *x)
{
	const xmlChar *s = xmlTextReaderConstLocalName(x->reader);

	return s == NULL ? "" : (const char *)s;
}

const char *
pull_ns(const struct pull *x)
{
	const xmlChar *s = xmlTextReaderConstNamespaceUri(x->reader);

	return s == NULL ? "" : (const char *)s;
}

bool
pull_is(const struct pull *x, const char *name)
{
	return strcmp(pull_name(x), name) == 0;
}

size_t
pull_depth(const struct pull *x)
{
	return x->depth;
}

size_t
pull_line(const struct pull *x)
{
	int line = xmlTextReaderGetParserLineNumber(x->reader);

	return line < 0 ? 0 : (size_t)line;
}

static const char *
take(const struct pull *x, xmlChar *value)
{
	const char *out;

	if (value == NULL)
		return NULL;
	out = arena_strdup(x->arena, (const char *)value);
	xmlFree(value);
	return out;
}

const char *
pull_attribute(const struct pull *x, const char *name)
{
	return take(x,
	    xmlTextReaderGetAttribute(x->reader, (const xmlChar *)name));
}

const char *
pull_language(const struct pull *x)
{
	return take(x,
	    xmlTextReaderGetAttribute(x->reader, (const xmlChar *)"xml:lang"));
}

static const char *
piece(const struct pull *x)
{
	const xmlChar *s = xmlTextReaderConstValue(x->reader);

	return s == NULL ? "" : (const char *)s;
}

int
pull_text(struct pull *x, const char **out, struct err *err)
{
	const size_t depth = x->depth, line = pull_line(x);
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
