/*
 * XML Schema 1.0 with libxml2, shut in: a schema is compiled from bytes that
 * the caller hands out by URL, nothing is fetched from anywhere; documents have
 * no DOCTYPE and no entities. libxml2's messages quote the document: they end
 * here, and what comes out is the path of the element and the kind of mistake.
 */
#ifndef XML_SCHEMA_H
#define XML_SCHEMA_H

#include "common/xml/xml_tree.h"

/* ---- documents ---- */

struct xml_document_limits {
	size_t bytes, depth, nodes; /* nodes: elements and texts */
};

struct xml_document;
struct xml_out; /* common/xml/xml_write.h */

enum xml_document_fault {
	XML_DOCUMENT_FINE,
	XML_DOCUMENT_ENCODING, /* not UTF-8 */
	XML_DOCUMENT_MALFORMED, /* not well-formed, or with a DOCTYPE */
	XML_DOCUMENT_LIMIT,
};

/*
 * Parses n bytes of UTF-8; *out is freed with arena a. -1 with *fault, and
 * ERR_BAD_REQUEST or ERR_TOO_LARGE whose message quotes nothing.
 */
int xml_document_parse(struct arena *a, const void *data, size_t n,
    const struct xml_document_limits *limits, struct xml_document **out,
    enum xml_document_fault *fault, struct err *err);
/*
 * The same of the n bytes that xml_out_write made of root; quicker, since they
 * are parsed only where a reader could see something else in them (odd
 * namespaces, an attribute twice, long texts, beyond limits).
 */
int xml_document_of(struct arena *a, const struct xml_out *root,
    const void *data, size_t n, const struct xml_document_limits *limits,
    struct xml_document **out, enum xml_document_fault *fault,
    struct err *err);
/* The root's namespace ("" none) and name. */
const char *xml_document_uri(const struct xml_document *d);
const char *xml_document_name(const struct xml_document *d);
/* As a tree in arena a; after xml_schema_validate it has the attributes that
 * the schema fixes or gives as default, too. */
const struct xml_tree *xml_document_tree(
    struct arena *a, const struct xml_document *d);

/* ---- schemas ---- */

struct xml_schema; /* immutable: for all threads */

/* Hands out the bytes at *url (absolute); they must live until the schema is
 * compiled. It may say under which other URL they are to be known, which
 * relative ones in them start from. -1: there is no such file here. */
typedef int (*xml_schema_open)(
    void *arg, const char **url, const char **data, size_t *len);

/* Compiles the schema at url. ERR_CONFIG with file and line of the first
 * mistake, or with the URL that could not be opened. */
int xml_schema_compile(const char *url, xml_schema_open open, void *arg,
    struct xml_schema **out, struct err *err);
void xml_schema_free(struct xml_schema *s);

enum xml_fault_kind {
	XML_FAULT_ROOT,	      /* no such message in the schema */
	XML_FAULT_UNEXPECTED, /* an element that may not stand here */
	XML_FAULT_MISSING,    /* an element is missing */
	XML_FAULT_TEXT,	      /* text where none may be */
	XML_FAULT_ATTRIBUTE_MISSING,
	XML_FAULT_ATTRIBUTE,  /* one that may not be here */
	XML_FAULT_TYPE,	      /* no date, no number, ... */
	XML_FAULT_LENGTH,
	XML_FAULT_RANGE,
	XML_FAULT_PATTERN,    /* characters or form */
	XML_FAULT_ENUMERATION, /* none of the values that may be */
	XML_FAULT_FIXED,      /* not the value that is prescribed */
	XML_FAULT_OTHER,
};

struct xml_schema_fault {
	const char *path; /* "/meldeschein/person[2]/@id": names only */
	enum xml_fault_kind kind;
};

/* Validates; *fault lists at most max mistakes in arena a, *n of them (0:
 * valid). Adds fixed and default attributes to the document. */
void xml_schema_validate(struct arena *a, const struct xml_schema *s,
    struct xml_document *d, size_t max, struct xml_schema_fault **fault,
    size_t *n);

/* The kind's name for text keys: "missing". */
const char *xml_fault_name(enum xml_fault_kind kind);

/* ---- looking at a schema file ---- */

struct xml_schema_use {
	bool is_include;  /* else an import */
	const char *uri;  /* of an import */
	const char *location; /* as written, "" when absent */
};

/* What one file of a schema says about itself. */
struct xml_schema_file {
	const char *uri;     /* targetNamespace, "" none */
	const char *version; /* attribute version, "" when absent */
	struct xml_schema_use *use;
	size_t nuse;
	const char **element; /* global elements */
	size_t nelement;
};

/* Reads what stands at the top of a schema file. ERR_BAD_REQUEST when it is no
 * XML, ERR_NOT_FOUND when it is no schema. */
int xml_schema_look(struct arena *a, const void *data, size_t n,
    struct xml_schema_file *out, struct err *err);

#endif
