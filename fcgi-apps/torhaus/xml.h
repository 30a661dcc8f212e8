/*
 * XML from files that nobody vouches for (libxml2): read piece by piece, or
 * as a small tree. UTF-8 only; no document type, hence no entities of its own;
 * nothing else is ever opened. Limits are checked on the bytes before libxml2
 * sees them. Messages name the line and what is wrong, never the parser's own
 * words, which would repeat contents.
 */
#ifndef XML_H
#define XML_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

struct xml_limits {
	size_t bytes;	   /* of the file */
	size_t elements;   /* in all */
	size_t depth;	   /* of nesting, at most 200 */
	size_t attributes; /* of one element */
	size_t text;	   /* bytes between two tags */
};

/*
 * Checks the bytes: UTF-8, declared as such or not at all, no <!DOCTYPE, and
 * the limits. Whether it is well-formed is for the parser to say.
 * ERR_TOO_LARGE, ERR_BAD_REQUEST.
 */
int xml_scan(const char *text, size_t len, const struct xml_limits *limits,
    struct err *err);

/* ---- piece by piece ---- */

struct xml; /* a reader, closed with its arena */

enum xml_event { XML_OPEN, XML_CLOSE, XML_END };

int xml_open(struct arena *a, const char *text, size_t len,
    const struct xml_limits *limits, struct xml **out, struct err *err);

/*
 * The next tag; text between tags, comments and instructions are passed over.
 * An empty element opens and closes. ERR_BAD_REQUEST when it is not
 * well-formed.
 */
int xml_next(struct xml *x, enum xml_event *event, struct err *err);

/*
 * The next child element of the element at depth (the root's is 1): *found,
 * and the reader stands at its opening; false at the parent's closing. What
 * the caller left unread of the child before is passed over.
 */
int xml_child(struct xml *x, size_t depth, bool *found, struct err *err);

/* Of the element where the reader stands. Names live as long as the reader;
 * ns is "" for none. */
const char *xml_name(const struct xml *x);
const char *xml_ns(const struct xml *x);
bool xml_is(const struct xml *x, const char *name);
size_t xml_depth(const struct xml *x);
size_t xml_line(const struct xml *x);
/* An attribute without namespace, in the arena; NULL when it is not there. */
const char *xml_attribute(const struct xml *x, const char *name);
/* xml:lang, NULL when it is not there. */
const char *xml_language(const struct xml *x);
/* The text in the element, that of elements in it included, to its closing. */
int xml_text(struct xml *x, const char **out, struct err *err);

/* ---- as a tree ---- */

struct xml_attribute {
	const char *ns, *name, *value;
};

struct xml_node {
	const char *ns, *name;
	const char *text; /* its own, pieces joined, as it stands */
	size_t line;
	const struct xml_attribute *attribute;
	size_t nattribute;
	struct xml_node *child, *next;
};

int xml_tree(struct arena *a, const char *text, size_t len,
    const struct xml_limits *limits, const struct xml_node **out,
    struct err *err);

/* The first child of that name, whatever its namespace; NULL for none, and of
 * NULL. */
const struct xml_node *xml_find(const struct xml_node *of, const char *name);
/* The next sibling of the same name. */
const struct xml_node *xml_again(const struct xml_node *node);

/* A value without namespace; NULL when it is not there. */
const char *xml_value(const struct xml_node *node, const char *name);

#endif
