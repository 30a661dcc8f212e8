/*
 * XML out: a small tree of elements, written in the order in which it was
 * built. Everything is escaped; the namespaces that are used are declared on
 * the root. Names come from us and from checked mappings, values from
 * anywhere: what XML 1.0 cannot hold (control characters) is refused.
 */
#ifndef XML_WRITE_H
#define XML_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/xml/xml_tree.h"

/* A name with its namespace; uri "" is none, prefix "" then. */
struct xml_name {
	const char *uri, *prefix, *name;
};

struct xml_out; /* an element being built */

/* The root of a new document; lives in arena a, as all that is put into it.
 * Names and what they point to must live as long. */
struct xml_out *xml_out_new(struct arena *a, const struct xml_name *name);
/* A new last child. */
struct xml_out *xml_out_add(struct xml_out *parent, const struct xml_name *name);
/* The last child if it has that name, else a new one. */
struct xml_out *xml_out_reach(
    struct xml_out *parent, const struct xml_name *name);
/* Text of an element that has no children; not copied. */
void xml_out_text(struct xml_out *e, const char *text, size_t len);
/* Bytes as base64; not copied. */
void xml_out_base64(struct xml_out *e, const void *data, size_t len);
/* An attribute, after those it has; value is not copied. */
void xml_out_attribute(
    struct xml_out *e, const struct xml_name *name, const char *value);
/* A copy of what is in an element that was read (attributes and content). */
int xml_out_copy(struct xml_out *e, const struct xml_tree *tree,
    const struct xml_node *from, struct err *err);
/* Takes the last child out again (nothing was put into it). */
void xml_out_drop_last(struct xml_out *parent);
/* From 1: which of the children of that name e is. */
size_t xml_out_position(const struct xml_out *e);
/* Whether it has text, attributes or children. */
bool xml_out_is_empty(const struct xml_out *e);

/* "<?xml version="1.0" encoding="UTF-8"?>" and the document. ERR_FIELD_INVALID
 * for a value that XML cannot hold (its element in msg), ERR_TOO_LARGE. */
int xml_out_write(const struct xml_out *root, struct buf *out, struct err *err);

#endif
