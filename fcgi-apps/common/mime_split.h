/*
 * The parts of a multipart body (RFC 2046, 5.1.1) as a push parser: bytes go in
 * in any pieces, parts come out as they arrive, nothing is kept but one part's
 * header and the length of a boundary. Lines end with CR LF. No I/O.
 */
#ifndef MIME_SPLIT_H
#define MIME_SPLIT_H

#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

#define MIME_BOUNDARY_MAX 70 /* RFC 2046, 5.1.1 */

struct mime_split_limits {
	size_t parts;	     /* in all */
	size_t header_bytes; /* of one part */
};

/* What the receiver gets; -1 from any of them stops with that error. */
struct mime_split_sink {
	/* header: lines, each with its CR LF; the receiver may change it, and
	 * it lives until begin returns. */
	int (*begin)(void *arg, char *header, struct err *err);
	int (*data)(void *arg, const void *data, size_t n, struct err *err);
	int (*end)(void *arg, struct err *err); /* the part was whole */
	void *arg;
};

struct mime_split;

/* boundary: 1 to MIME_BOUNDARY_MAX characters without line ends. Lives in arena
 * a; limits are copied, sink is not. */
struct mime_split *mime_split_new(struct arena *a, const char *boundary,
    const struct mime_split_limits *limits,
    const struct mime_split_sink *sink);
int mime_split_put(
    struct mime_split *m, const void *data, size_t n, struct err *err);
/* ERR_BAD_REQUEST unless the closing boundary was seen. */
int mime_split_end(struct mime_split *m, struct err *err);

#endif
