#include "common/base64.h"

#include <stdbool.h>

#define LINE 76

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* The four characters of up to three bytes. */
static void
encode_group(const uint8_t *in, size_t n, char out[4])
{
	uint32_t bits = (uint32_t)in[0] << 16 |
	    (n > 1 ? (uint32_t)in[1] << 8 : 0) | (n > 2 ? in[2] : 0);

	out[0] = alphabet[bits >> 18];
	out[1] = alphabet[bits >> 12 & 63];
	out[2] = n > 1 ? alphabet[bits >> 6 & 63] : '=';
	out[3] = n > 2 ? alphabet[bits & 63] : '=';
}

static void
put(struct buf *out, const uint8_t *in, size_t n, bool has_lines)
{
	char line[LINE + 1];
	size_t used = 0;

	for (size_t i = 0; i < n; i += 3) {
		encode_group(in + i, n - i < 3 ? n - i : 3, line + used);
		used += 4;
		if (used < LINE)
			continue;
		if (has_lines)
			line[used++] = '\n';
		buf_put(out, line, used);
		used = 0;
	}
	buf_put(out, line, used);
}

void
base64_put(struct buf *out, const void *data, size_t n)
{
	put(out, data, n, false);
}

void
base64_put_lines(struct buf *out, const void *data, size_t n)
{
	put(out, data, n, true);
}

/* 0 to 63; 64 a padding, 65 a blank, 66 none. */
static unsigned
value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	switch (c) {
	case '+':
		return 62;
	case '/':
		return 63;
	case '=':
		return 64;
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return 65;
	default:
		return 66;
	}
}

/* A whole group: up to three bytes; false when its padding is none. */
static bool
close_group(struct base64_reader *r, uint8_t *out, size_t *len)
{
	size_t n = 3 - r->padding;

	if (r->padding > 2)
		return false;
	/* The bits that padding leaves over are zero (RFC 4648, 3.5). */
	if ((r->padding == 1 && (r->bits & 0xff) != 0) ||
	    (r->padding == 2 && (r->bits & 0xffff) != 0))
		return false;
	for (size_t i = 0; i < n; i++)
		out[(*len)++] = (uint8_t)(r->bits >> (16 - 8 * i));
	r->is_over = r->padding > 0;
	r->bits = 0;
	r->n = r->padding = 0;
	return true;
}

int
base64_read(struct base64_reader *r, const char *in, size_t n, uint8_t *out,
    size_t *len, struct err *err)
{
	*len = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned v = value_of(in[i]);

		if (v == 65)
			continue;
		if (v == 66 || r->is_over || (r->padding > 0 && v != 64))
			return err_set(
			    err, ERR_BAD_REQUEST, "base64: no such text");
		r->padding += v == 64;
		r->bits = r->bits << 6 | (v & 63);
		if (++r->n == 4 && !close_group(r, out, len))
			return err_set(
			    err, ERR_BAD_REQUEST, "base64: wrong padding");
	}
	return 0;
}

int
base64_end(const struct base64_reader *r, struct err *err)
{
	return r->n == 0 ? 0
			 : err_set(err, ERR_BAD_REQUEST, "base64: cut off");
}

int
base64_decode(struct arena *a, const char *in, size_t n, uint8_t **out,
    size_t *len, struct err *err)
{
	struct base64_reader r = { 0 };

	*out = arena_alloc(a, BASE64_ROOM(n), 1);
	return base64_read(&r, in, n, *out, len, err) == -1 ||
		base64_end(&r, err) == -1
	    ? -1
	    : 0;
}

#define PIECE ((size_t)3000) /* characters decoded at once */

int
base64_sink_put(void *arg, const void *data, size_t n, struct err *err)
{
	struct base64_sink *s = arg;
	uint8_t out[BASE64_ROOM(PIECE)];
	const char *p = data;

	while (n > 0) {
		size_t take = n < PIECE ? n : PIECE, len;

		if (base64_read(&s->reader, p, take, out, &len, err) == -1 ||
		    s->next(s->arg, out, len, err) == -1)
			return -1;
		p += take;
		n -= take;
	}
	return 0;
}
