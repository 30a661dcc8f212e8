/*
 * An XML document from a stranger, as a small tree of our own (libxml2's SAX2
 * parser in push mode builds it): no DOCTYPE, no entities beyond the five, no
 * processing instructions, everything bounded; long texts lie in a spool, so
 * that a document of 100 MB needs no memory of its size. Comments are left
 * out. Immutable once read.
 */
#ifndef XML_TREE_H
#define XML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/crypto/crypto_spool.h"
#include "common/err.h"

struct xml_limits {
	size_t depth;
	size_t nodes;	   /* elements and texts */
	size_t attributes; /* of one element, declarations included */
	size_t memory;	   /* bytes of names, attributes and short texts */
	size_t text;	   /* a text of more bytes goes to the spool */
};

/* xmlns:prefix="uri"; prefix "" is the default namespace, uri "" none. */
struct xml_ns {
	const char *prefix, *uri;
};

struct xml_attribute {
	const char *prefix, *name, *value; /* prefix "" when none */
	const char *uri;		   /* "" when none */
};

struct xml_node {
	struct xml_node *parent, *next, *child, *last;
	/* of an element; NULL in a text */
	const char *prefix, *name, *uri;
	const struct xml_ns *ns; /* declared on it */
	size_t nns;
	const struct xml_attribute *attribute;
	size_t nattribute;
	/* of a text: in memory, or (text NULL) in the spool */
	const char *text;
	int64_t offset;
	int64_t len;
	size_t order; /* of the document, from 0 */
};

struct xml_tree {
	const struct xml_node *root;
	struct crypto_spool *spool; /* long texts */
	size_t nodes;
};

struct xml_reader;

/* Lives in arena a. spool takes the long texts. */
struct xml_reader *xml_reader_new(struct arena *a,
    const struct xml_limits *limits, struct crypto_spool *spool);
/* ERR_BAD_REQUEST: not well-formed or not allowed here; ERR_TOO_LARGE. The
 * message never quotes the document. */
int xml_reader_put(
    struct xml_reader *r, const void *data, size_t n, struct err *err);
int xml_reader_end(
    struct xml_reader *r, struct xml_tree *out, struct err *err);

/* ---- looking at it ---- */

bool xml_is(const struct xml_node *n, const char *uri, const char *name);
/* The first child element, the next sibling that is one; NULL. */
const struct xml_node *xml_first(const struct xml_node *n);
const struct xml_node *xml_next(const struct xml_node *n);
/* The first child element of that name; NULL. */
const struct xml_node *xml_child(
    const struct xml_node *n, const char *uri, const char *name);
/* An attribute without namespace, or of one; NULL when absent. */
const char *xml_attribute(const struct xml_node *n, const char *name);
const char *xml_attribute_ns(
    const struct xml_node *n, const char *uri, const char *name);
/* Whether there is text between the child elements that is no blank. */
bool xml_has_stray_text(const struct xml_node *n);
/*
 * The text of an element that holds nothing else, "" when empty; at most max
 * bytes, in arena a. ERR_BAD_REQUEST when it holds elements, ERR_TOO_LARGE.
 */
int xml_text(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, size_t max, const char **out, struct err *err);
/* The same into sink, of any length. */
int xml_text_each(const struct xml_tree *t, const struct xml_node *n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);

#endif
