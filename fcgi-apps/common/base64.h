/* Base64 (RFC 4648, section 4) with padding; XML's readers ignore blanks. */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"

/* Appends the encoding of n bytes to out, as one line. */
void base64_put(struct buf *out, const void *data, size_t n);
/* The same with a line feed behind every 76 characters. */
void base64_put_lines(struct buf *out, const void *data, size_t n);

/* Bytes that n characters decode to at most. */
#define BASE64_ROOM(n) ((n) / 4 * 3 + 3)

/* A decoder that takes its input in any pieces; starts as { 0 }. */
struct base64_reader {
	uint32_t bits;
	unsigned n, padding; /* characters of the open group; of them "=" */
	int is_over;	     /* a padded group was seen */
};

/*
 * Decodes n characters into out, which holds BASE64_ROOM(n) bytes; *len of them
 * are filled. Blanks, tabs and line ends are skipped. ERR_BAD_REQUEST: another
 * character, padding in the middle.
 */
int base64_read(struct base64_reader *r, const char *in, size_t n,
    uint8_t *out, size_t *len, struct err *err);
/* ERR_BAD_REQUEST when the last group is not whole. */
int base64_end(const struct base64_reader *r, struct err *err);

/* Decodes on the way into another sink: for base64_sink_put. base64_end of its
 * reader says whether the text was whole. */
struct base64_sink {
	struct base64_reader reader;
	int (*next)(void *arg, const void *data, size_t n, struct err *err);
	void *arg;
};
/* A sink: arg is a struct base64_sink. */
int base64_sink_put(void *arg, const void *data, size_t n, struct err *err);

/* A whole text at once; *out lives in arena a. */
int base64_decode(struct arena *a, const char *in, size_t n, uint8_t **out,
    size_t *len, struct err *err);

#endif
