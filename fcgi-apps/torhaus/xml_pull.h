/*
 * XML from files that nobody vouches for (libxml2's reader), piece by piece,
 * for what is too long for a tree (common/xml/xml_tree.h). UTF-8 only; no document
 * type, hence no entities of its own; nothing else is ever opened. Limits are
 * checked on the bytes before libxml2 sees them. Messages name the line and
 * what is wrong, never the parser's own words, which would repeat contents.
 */
#ifndef XML_PULL_H
#define XML_PULL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

struct pull_limits {
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
int xml_scan(const char *text, size_t len, const struct pull_limits *limits,
    struct err *err);

/* ---- piece by piece ---- */

struct pull; /* a reader, closed with its arena */

enum pull_event { PULL_OPEN, PULL_CLOSE, PULL_END };

int pull_open(struct arena *a, const char *text, size_t len,
    const struct pull_limits *limits, struct pull **out, struct err *err);

/*
 * The next tag; text between tags, comments and instructions are passed over.
 * An empty element opens and closes. ERR_BAD_REQUEST when it is not
 * well-formed.
 */
int pull_next(struct pull *x, enum pull_event *event, struct err *err);

/*
 * The next child element of the element at depth (the root's is 1): *found,
 * and the reader stands at its opening; false at the parent's closing. What
 * the caller left unread of the child before is passed over.
 */
int pull_child(struct pull *x, size_t depth, bool *found, struct err *err);

/* Of the element where the reader stands. Names live as long as the reader;
 * ns is "" for none. */
const char *pull_name(const struct pull *x);
const char *pull_ns(const struct pull *x);
bool pull_is(const struct pull *x, const char *name);
size_t pull_depth(const struct pull *x);
size_t pull_line(const struct pull *x);
/* An attribute without namespace, in the arena; NULL when it is not there. */
const char *pull_attribute(const struct pull *x, const char *name);
/* xml:lang, NULL when it is not there. */
const char *pull_language(const struct pull *x);
/* The text in the element, that of elements in it included, to its closing. */
int pull_text(struct pull *x, const char **out, struct err *err);

#endif
