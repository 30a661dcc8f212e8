#include "common/http/multipart.h"

#include <strings.h>

#include "common/mime_split.h"
#include "common/http/multipart_header.h"

struct multipart {
	struct arena *arena;
	size_t name_bytes;
	const struct multipart_sink *sink;
	struct mime_split_sink parts;
	struct mime_split *split;
};

static int
begin(void *arg, char *text, struct err *err)
{
	struct multipart *m = arg;
	struct multipart_header header;

	if (multipart_header_read(
		m->arena, text, m->name_bytes, &header, err) == -1)
		return -1;
	return m->sink->begin(m->sink->arg, header.name, header.filename,
	    header.type, err);
}

static int
data(void *arg, const void *bytes, size_t n, struct err *err)
{
	struct multipart *m = arg;

	return m->sink->data(m->sink->arg, bytes, n, err);
}

static int
end(void *arg, struct err *err)
{
	struct multipart *m = arg;

	return m->sink->end(m->sink->arg, err);
}

int
multipart_new(struct arena *a, const char *content_type,
    const struct multipart_limits *limits, const struct multipart_sink *sink,
    struct multipart **out, struct err *err)
{
	static const char type[] = "multipart/form-data";
	const struct mime_split_limits bounds = { .parts = limits->parts,
		.header_bytes = limits->header_bytes };
	const char *boundary = NULL;
	struct multipart *m;
	size_t len;

	if (strncasecmp(content_type, type, sizeof(type) - 1) == 0 &&
	    strchr("; \t", content_type[sizeof(type) - 1]) != NULL)
		boundary = multipart_param(a, content_type, "boundary");
	len = boundary == NULL ? 0 : strlen(boundary);
	if (len < 1 || len > MIME_BOUNDARY_MAX ||
	    strpbrk(boundary, "\r\n") != NULL)
		return err_set(err, ERR_MEDIA_TYPE,
		    "no multipart/form-data with a boundary");
	m = arena_new(a, struct multipart, 1);
	m->arena = a;
	m->name_bytes = limits->name_bytes;
	m->sink = sink;
	m->parts = (struct mime_split_sink){ begin, data, end, m };
	m->split = mime_split_new(a, boundary, &bounds, &m->parts);
	*out = m;
	return 0;
}

int
multipart_put(
    struct multipart *m, const void *bytes, size_t n, struct err *err)
{
	return mime_split_put(m->split, bytes, n, err);
}

int
multipart_end(struct multipart *m, struct err *err)
{
	return mime_split_end(m->split, err);
}
