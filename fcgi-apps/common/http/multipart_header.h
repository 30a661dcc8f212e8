/* The header lines of one part of multipart/form-data (RFC 7578, 4.2). */
#ifndef MULTIPART_HEADER_H
#define MULTIPART_HEADER_H

#include "common/http/multipart.h"

struct multipart_header {
	const char *name;
	const char *filename; /* NULL for a plain field */
	const char *type;     /* Content-Type as given, "" when none */
};

/*
 * Reads text, lines that end with CRLF; changes it. What out points to lives in
 * arena a. ERR_BAD_REQUEST: no form-data, no name, folded lines, an encoding
 * (RFC 7578, 4.7). ERR_TOO_LARGE: a name over name_bytes.
 */
int multipart_header_read(struct arena *a, char *text, size_t name_bytes,
    struct multipart_header *out, struct err *err);

/*
 * The value of a parameter such as boundary in "type; boundary=x", decoded;
 * NULL when absent or malformed. In arena a.
 */
const char *multipart_param(struct arena *a, const char *text,
    const char *name);

#endif
