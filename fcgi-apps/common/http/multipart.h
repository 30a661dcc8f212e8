/*
 * multipart/form-data (RFC 7578, RFC 2046 5.1.1) as a push parser: bytes go in
 * in any pieces, parts come out as they arrive, nothing is kept but one line
 * of headers and the length of a boundary. No I/O.
 */
#ifndef MULTIPART_H
#define MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

struct multipart_limits {
	size_t parts;	     /* in all */
	size_t header_bytes; /* of one part */
	size_t name_bytes;   /* of a field's or file's name */
};

/* What the receiver gets; -1 from any of them stops with that error. */
struct multipart_sink {
	/*
	 * A part begins. filename is NULL for a plain field, "" for a file field
	 * in which none was chosen; type "" when none. They live in the arena;
	 * nobody has checked that they are UTF-8.
	 */
	int (*begin)(void *arg, const char *name, const char *filename,
	    const char *type, struct err *err);
	int (*data)(void *arg, const void *data, size_t n, struct err *err);
	int (*end)(void *arg, struct err *err); /* the part was whole */
	void *arg;
};

struct multipart;

/* ERR_MEDIA_TYPE when content_type is no multipart/form-data with a boundary
 * of 1 to 70 characters. Lives in arena a. */
int multipart_new(struct arena *a, const char *content_type,
    const struct multipart_limits *limits, const struct multipart_sink *sink,
    struct multipart **out, struct err *err);
int multipart_put(
    struct multipart *m, const void *data, size_t n, struct err *err);
/* ERR_BAD_REQUEST unless the closing boundary was seen. */
int multipart_end(struct multipart *m, struct err *err);

#endif
