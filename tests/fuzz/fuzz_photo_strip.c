/*
 * The stripper on anything: the same result in one piece and in many, and
 * nothing left to take out of a result. First byte: kind and piece size.
 */
#include <assert.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/photo/photo_strip.h"

static int
collect(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

static int
strip(enum photo_kind kind, const void *in, size_t len, size_t piece,
    struct buf *out)
{
	struct arena arena = {0};
	struct err err = {0};
	struct photo_strip *p = photo_strip_new(&arena, kind, collect, out);
	const uint8_t *at = in;
	int rc = 0;

	for (; len > 0 && rc == 0; at += piece, len -= piece) {
		if (piece > len)
			piece = len;
		rc = photo_strip_put(p, at, piece, &err);
	}
	if (rc == 0)
		rc = photo_strip_end(p, &err);
	arena_free(&arena);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, pieces, again;
	enum photo_kind kind;
	int rc;

	if (size < 1)
		return 0;
	kind = data[0] % 3;
	buf_init(&whole, 16 << 20);
	buf_init(&pieces, 16 << 20);
	buf_init(&again, 16 << 20);
	rc = strip(kind, data + 1, size - 1, size, &whole);
	assert(strip(kind, data + 1, size - 1, data[0] / 3 + 1U, &pieces) ==
	    rc);
	assert(pieces.len == whole.len &&
	    memcmp(buf_text(&pieces), buf_text(&whole), whole.len) == 0);
	if (rc == 0) {
		assert(strip(kind, buf_text(&whole), whole.len, whole.len,
		    &again) == 0);
		assert(again.len == whole.len && memcmp(buf_text(&again),
		    buf_text(&whole), whole.len) == 0);
	}
	buf_free(&whole);
	buf_free(&pieces);
	buf_free(&again);
	return 0;
}
