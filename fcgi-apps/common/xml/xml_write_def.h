/* A document being built, as it is. Inside common/xml_*.c only. */
#ifndef XML_WRITE_DEF_H
#define XML_WRITE_DEF_H

#include "common/xml/xml_write.h"

#define XML_OUT_NAMES 32

struct out_attribute {
	struct xml_name name;
	const char *value;
	struct out_attribute *next;
};

struct xml_out {
	struct arena *arena;
	struct xml_name name;
	struct out_attribute *attribute, *last_attribute;
	struct xml_out *child, *last, *next, *before;
	const char *text;
	const void *data; /* written as base64 */
	size_t len;
};

/* The namespaces of a document, each with the prefix that it gets. */
struct xml_out_names {
	const char *uri[XML_OUT_NAMES], *prefix[XML_OUT_NAMES];
	size_t n;
	struct arena *arena;
};

/* Those that root's document uses, in the order in which they are declared.
 * ERR_TOO_LARGE: too many, or nested too deeply. */
int xml_out_names(
    const struct xml_out *root, struct xml_out_names *out, struct err *err);

#endif
