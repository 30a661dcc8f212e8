/*
 * MIME messages of OSCI. The first byte chooses where the message is cut: what
 * comes out must not depend on it.
 */
#include <assert.h>
#include <stdint.h>

#include "common/osci/osci_mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
begin(void *arg, const struct osci_part *part, struct err *err)
{
	(void)err;
	buf_printf(arg, "<%s|%s|%d%d>", part->id, part->type, part->is_root,
	    part->is_base64);
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
	struct osci_mime_sink sink = { begin, put, end, out };
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct osci_mime *m = osci_mime_new(&arena, &sink);
	int rc = 0;

	for (size_t at = 0; at < size && rc == 0; at += step)
		rc = osci_mime_put(
		    m, data + at, size - at < step ? size - at : step, &err);
	if (rc == 0)
		rc = osci_mime_end(m, &err);
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
