#include "common/xml/xml_document_def.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlschemas.h>

#include "common/log.h"

#define PATH_DEPTH 64

struct xml_schema {
	xmlSchemaPtr schema;
};

/* ---- who hands out files ---- */

/* The compilation that this thread is at; libxml2's loader is one for the
 * whole process. */
static _Thread_local struct {
	xml_schema_open open;
	void *arg;
	struct err *err;
} compiling;

/* Everything that libxml2 wants to open comes through here: only what a
 * compilation's caller hands out is there, nothing else anywhere. */
static xmlParserInputPtr
load(const char *url, const char *id, xmlParserCtxtPtr parser)
{
	xmlParserInputBufferPtr buffer;
	xmlParserInputPtr input;
	const char *data;
	size_t len;

	(void)id;
	if (compiling.open == NULL || url == NULL)
		return NULL;
	if (compiling.open(compiling.arg, &url, &data, &len) == -1 ||
	    len > INT32_MAX) {
		if (compiling.err->code == ERR_NONE)
			(void)err_set(compiling.err, ERR_CONFIG,
			    "no installed set has %s; install the one that "
			    "has it first", url);
		return NULL;
	}
	buffer = xmlParserInputBufferCreateMem(
	    data, (int)len, XML_CHAR_ENCODING_NONE);
	if (buffer == NULL)
		log_fatal("out of memory for a schema");
	input = xmlNewIOInputStream(parser, buffer, XML_CHAR_ENCODING_NONE);
	if (input == NULL)
		log_fatal("out of memory for a schema");
	input->filename = (char *)xmlStrdup((const xmlChar *)url);
	return input;
}

/* The first mistake of a schema, on one line. */
static void
on_schema_error(void *arg, xmlErrorPtr e)
{
	struct err *err = arg;
	const char *what = e->message == NULL ? "" : e->message;

	if (err->code != ERR_NONE || e->level < XML_ERR_ERROR)
		return;
	(void)err_set(err, ERR_CONFIG, "%s:%d: %.*s",
	    e->file == NULL ? "schema" : e->file, e->line,
	    (int)strcspn(what, "\n"), what);
}

int
xml_schema_compile(const char *url, xml_schema_open open, void *arg,
    struct xml_schema **out, struct err *err)
{
	xmlSchemaParserCtxtPtr parser;
	xmlSchemaPtr schema;
	struct err first = { 0 };

	xmlInitParser();
	xmlSetExternalEntityLoader(load);
	parser = xmlSchemaNewParserCtxt(url);
	if (parser == NULL)
		log_fatal("out of memory for a schema");
	xmlSchemaSetParserStructuredErrors(parser, on_schema_error, &first);
	compiling.open = open;
	compiling.arg = arg;
	compiling.err = &first;
	schema = xmlSchemaParse(parser);
	compiling.open = NULL;
	xmlSchemaFreeParserCtxt(parser);
	/* What could not be opened is only a warning to libxml2. */
	if (schema == NULL || first.code != ERR_NONE) {
		xmlSchemaFree(schema);
		return err_set(err, ERR_CONFIG, "%s",
		    first.code == ERR_NONE ? "no schema" : first.msg);
	}
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		log_fatal("out of memory for a schema");
	(*out)->schema = schema;
	return 0;
}

void
xml_schema_free(struct xml_schema *s)
{
	if (s == NULL)
		return;
	xmlSchemaFree(s->schema);
	free(s);
}

/* ---- mistakes of a document ---- */

struct validation {
	struct arena *arena;
	struct xml_schema_fault *fault;
	size_t n, max;
};

/* "[2]" of several of the same name, else "". */
static const char *
position(struct arena *a, const xmlNode *n)
{
	size_t before = 0, all = 0;

	if (n->parent == NULL || n->parent->type != XML_ELEMENT_NODE)
		return "";
	for (const xmlNode *x = n->parent->children; x != NULL; x = x->next) {
		if (x->type != XML_ELEMENT_NODE || !xmlStrEqual(x->name, n->name))
			continue;
		all++;
		if (x == n)
			before = all;
	}
	return all > 1 ? arena_printf(a, "[%zu]", before) : "";
}

static const char *
path_of(struct arena *a, const xmlNode *n)
{
	const char *path = "";

	for (int depth = 0; n != NULL && depth < PATH_DEPTH; depth++) {
		if (n->type == XML_ATTRIBUTE_NODE)
			path = arena_printf(a, "/@%.80s", n->name);
		else if (n->type == XML_ELEMENT_NODE)
			path = arena_printf(
			    a, "/%.80s%s%s", n->name, position(a, n), path);
		else
			break;
		n = n->parent;
	}
	return path;
}

static enum xml_fault_kind
content_kind(const char *message)
{
	return message != NULL && strstr(message, "Missing child") != NULL
	    ? XML_FAULT_MISSING
	    : XML_FAULT_UNEXPECTED;
}

static enum xml_fault_kind
kind_of(const xmlError *e)
{
	switch (e->code) {
	case XML_SCHEMAV_CVC_ELT_1:
		return XML_FAULT_ROOT;
	case XML_SCHEMAV_ELEMENT_CONTENT:
		return content_kind(e->message);
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1:
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2:
	case XML_SCHEMAV_CVC_TYPE_3_1_2:
	case XML_SCHEMAV_CVC_ELT_2:
	case XML_SCHEMAV_CVC_ELT_3_1:
		return XML_FAULT_UNEXPECTED;
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
		return XML_FAULT_TEXT;
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
		return XML_FAULT_ATTRIBUTE_MISSING;
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
	case XML_SCHEMAV_CVC_TYPE_3_1_1:
		return XML_FAULT_ATTRIBUTE;
	case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1:
	case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_2:
	case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3:
		return XML_FAULT_TYPE;
	case XML_SCHEMAV_CVC_LENGTH_VALID:
	case XML_SCHEMAV_CVC_MINLENGTH_VALID:
	case XML_SCHEMAV_CVC_MAXLENGTH_VALID:
		return XML_FAULT_LENGTH;
	case XML_SCHEMAV_CVC_MININCLUSIVE_VALID:
	case XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID:
	case XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID:
	case XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID:
	case XML_SCHEMAV_CVC_TOTALDIGITS_VALID:
	case XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID:
		return XML_FAULT_RANGE;
	case XML_SCHEMAV_CVC_PATTERN_VALID:
		return XML_FAULT_PATTERN;
	case XML_SCHEMAV_CVC_ENUMERATION_VALID:
		return XML_FAULT_ENUMERATION;
	case XML_SCHEMAV_CVC_AU:
	case XML_SCHEMAV_CVC_ELT_5_2_2_2_1:
	case XML_SCHEMAV_CVC_ELT_5_2_2_2_2:
		return XML_FAULT_FIXED;
	default:
		return XML_FAULT_OTHER;
	}
}

/*
 * A mistake in an attribute is reported on its element, and named at the
 * beginning: "Element 'a', attribute 'b': ...". An element's name holds no
 * quotes, so this is no text of the document's.
 */
static const char *
attribute_of(struct arena *a, const char *message)
{
	static const char element[] = "Element '", attribute[] = "', attribute '";
	const char *s = message;
	size_t n;

	if (s == NULL || strncmp(s, element, sizeof(element) - 1) != 0)
		return "";
	s += sizeof(element) - 1;
	s += strcspn(s, "'");
	if (strncmp(s, attribute, sizeof(attribute) - 1) != 0)
		return "";
	s += sizeof(attribute) - 1;
	n = strcspn(s, "'");
	if (memrchr(s, '}', n) != NULL) {
		const char *name = (const char *)memrchr(s, '}', n) + 1;

		n -= (size_t)(name - s);
		s = name;
	}
	return arena_printf(a, "/@%.*s", (int)(n > 80 ? 80 : n), s);
}

/* "Element 'a': The attribute 'b' is required but missing.": b is a name of the
 * schema's. */
static const char *
missing_of(struct arena *a, const char *message)
{
	static const char element[] = "Element '", rest[] = "': The attribute '";
	const char *s = message;

	if (s == NULL || strncmp(s, element, sizeof(element) - 1) != 0)
		return "";
	s += sizeof(element) - 1;
	s += strcspn(s, "'");
	if (strncmp(s, rest, sizeof(rest) - 1) != 0)
		return "";
	s += sizeof(rest) - 1;
	return arena_printf(a, "/@%.*s", (int)strcspn(s, "'"), s);
}

/* libxml2 adds "not a valid value of the type" to what a facet said. */
static bool
is_echo(const struct validation *v, const char *path, enum xml_fault_kind kind)
{
	return v->n > 0 && kind == XML_FAULT_TYPE &&
	    strcmp(v->fault[v->n - 1].path, path) == 0;
}

static void
on_fault(void *arg, xmlErrorPtr e)
{
	struct validation *v = arg;
	enum xml_fault_kind kind = kind_of(e);
	const char *path;

	if (e->level < XML_ERR_ERROR || v->n == v->max)
		return;
	path = arena_printf(v->arena, "%s%s", path_of(v->arena, e->node),
	    kind == XML_FAULT_ATTRIBUTE_MISSING
		? missing_of(v->arena, e->message)
		: attribute_of(v->arena, e->message));
	if (!is_echo(v, path, kind))
		v->fault[v->n++] = (struct xml_schema_fault){
			.path = path, .kind = kind };
}

void
xml_schema_validate(struct arena *a, const struct xml_schema *s,
    struct xml_document *d, size_t max, struct xml_schema_fault **fault,
    size_t *n)
{
	struct validation v = { .arena = a, .max = max };
	xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(s->schema);
	int rc;

	if (valid == NULL)
		log_fatal("out of memory to validate");
	v.fault = arena_new(a, struct xml_schema_fault, max + 1);
	xmlSchemaSetValidStructuredErrors(valid, on_fault, &v);
	(void)xmlSchemaSetValidOptions(valid, XML_SCHEMA_VAL_VC_I_CREATE);
	rc = xmlSchemaValidateDoc(valid, d->doc);
	xmlSchemaFreeValidCtxt(valid);
	if (rc != 0 && v.n == 0) /* what it does not explain is invalid too */
		v.fault[v.n++] = (struct xml_schema_fault){
			.path = "", .kind = XML_FAULT_OTHER };
	*fault = v.fault;
	*n = v.n;
}

const char *
xml_fault_name(enum xml_fault_kind kind)
{
	static const char *const name[] = {
		[XML_FAULT_ROOT] = "root",
		[XML_FAULT_UNEXPECTED] = "unexpected",
		[XML_FAULT_MISSING] = "missing",
		[XML_FAULT_TEXT] = "text",
		[XML_FAULT_ATTRIBUTE_MISSING] = "attribute_missing",
		[XML_FAULT_ATTRIBUTE] = "attribute",
		[XML_FAULT_TYPE] = "type",
		[XML_FAULT_LENGTH] = "length",
		[XML_FAULT_RANGE] = "range",
		[XML_FAULT_PATTERN] = "pattern",
		[XML_FAULT_ENUMERATION] = "enumeration",
		[XML_FAULT_FIXED] = "fixed",
		[XML_FAULT_OTHER] = "other",
	};

	return name[kind];
}
