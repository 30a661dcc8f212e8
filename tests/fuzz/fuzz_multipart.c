/*
 * The first byte chooses where the body is cut. What arrives must not
 * depend on it.
 */
#include <assert.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
begin(void *arg, const char *name, const char *filename, const char *type,
    struct err *err)
{
	(void)err;
	buf_printf(arg, "<%s|%s|%s>", name, filename == NULL ? "" : filename,
	    type);
	return 0;
}

static int
put(void *arg, const void *bytes, size_t n, struct err *err)
{
	(void)err;
	assert(n > 0);
	buf_put(arg, bytes, n);
	return 0;
}

static int
end(void *arg, struct err *err)
{
	(void)err;
	buf_puts(arg, "</>");
	return 0;
}

static int
parse(const uint8_t *data, size_t size, size_t step, struct buf *out)
{
	static const struct multipart_limits limits = {20, 1000, 200};
	struct multipart_sink sink = {begin, put, end, out};
	struct arena arena = {0};
	struct err err = {0};
	struct multipart *m;
	int rc = multipart_new(&arena, "multipart/form-data; boundary=-b",
	    &limits, &sink, &m, &err);

	assert(rc == 0);
	for (size_t at = 0; at < size && rc == 0; at += step)
		rc = multipart_put(
		    m, data + at, size - at < step ? size - at : step, &err);
	if (rc == 0)
		rc = multipart_end(m, &err);
	assert((rc == 0) == (err.code == ERR_NONE));
	arena_free(&arena);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, pieces;
	size_t step;
	int rc;

	if (size < 2)
		return 0;
	step = 1 + data[0] % 97;
	data++;
	size--;
	buf_init(&whole, 1 << 20);
	buf_init(&pieces, 1 << 20);
	rc = parse(data, size, size, &whole);
	assert(parse(data, size, step, &pieces) == rc);
	if (rc == 0) {
		assert(whole.len == pieces.len);
		assert(memcmp(buf_text(&whole), buf_text(&pieces),
			   whole.len) == 0);
	}
	buf_free(&whole);
	buf_free(&pieces);
	return 0;
}
