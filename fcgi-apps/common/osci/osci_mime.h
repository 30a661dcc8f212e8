/*
 * The MIME form of OSCI-Transport 1.2 messages (OSCI-Transport 1.2, part 1,
 * MIME format; RFC 2046, RFC 2387): a header block of its own at the start of
 * the HTTP body, a root part with the SOAP envelope, attachments behind it. As
 * a push parser; parts come out decoded. No I/O.
 */
#ifndef OSCI_MIME_H
#define OSCI_MIME_H

#include <stdbool.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"

#define OSCI_ROOT_ID "osci@message"
#define OSCI_PARTS_MAX 256
#define OSCI_PART_HEADER_MAX 16384

struct osci_part {
	const char *id;	  /* Content-ID without its brackets */
	const char *type; /* Content-Type as given */
	bool is_root;	  /* the first part */
	bool is_base64;	  /* decoded already when it comes out */
};

/* -1 from any of them stops with that error. */
struct osci_mime_sink {
	int (*begin)(void *arg, const struct osci_part *part, struct err *err);
	int (*data)(void *arg, const void *data, size_t n, struct err *err);
	int (*end)(void *arg, struct err *err);
	void *arg;
};

struct osci_mime;

/* Parts live in arena a. sink is not copied. */
struct osci_mime *osci_mime_new(
    struct arena *a, const struct osci_mime_sink *sink);
/*
 * ERR_BAD_REQUEST: not of this form, two parts of one Content-ID, a charset
 * other than UTF-8; ERR_TOO_LARGE: too many parts, too long a header. A bare
 * XML document is taken for a root part.
 */
int osci_mime_put(
    struct osci_mime *m, const void *data, size_t n, struct err *err);
/* ERR_BAD_REQUEST unless all was there. */
int osci_mime_end(struct osci_mime *m, struct err *err);

/* ---- writing ---- */

/* Makes a boundary; random, since messages nest in messages. In arena a. */
const char *osci_mime_boundary(struct arena *a);
/* The header block and the root part's header; then comes the envelope. */
void osci_mime_write_root(struct buf *out, const char *boundary);
/* The header of a further part, whose bytes go raw. len: of them. */
void osci_mime_write_part(struct buf *out, const char *boundary,
    const char *id, const char *type, size_t len);
void osci_mime_write_end(struct buf *out, const char *boundary);

#endif
