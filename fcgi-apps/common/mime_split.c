#include "common/mime_split.h"

#include <assert.h>

enum state {
	STATE_PREAMBLE, /* before the first boundary, ignored */
	STATE_BOUNDARY, /* just behind one: "--" or the line's end */
	STATE_DASH,	/* one "-" behind it */
	STATE_PADDING,	/* blanks up to the line's end */
	STATE_LF,	/* CR of the boundary's line seen */
	STATE_HEADER,
	STATE_DATA,
	STATE_END, /* behind the closing boundary, ignored */
};

struct mime_split {
	struct mime_split_limits limits;
	const struct mime_split_sink *sink;
	enum state state;
	/*
	 * CR LF "--" boundary. No CR stands inside it, so a part of it that
	 * turns out not to be it holds no other beginning of it.
	 */
	char delimiter[MIME_BOUNDARY_MAX + 4];
	size_t delimiter_len;
	size_t held; /* bytes of it that ended the last piece */
	char *header;
	size_t header_len;
	size_t parts;
};

struct mime_split *
mime_split_new(struct arena *a, const char *boundary,
    const struct mime_split_limits *limits, const struct mime_split_sink *sink)
{
	struct mime_split *m = arena_new(a, struct mime_split, 1);
	size_t len = strlen(boundary);

	assert(len >= 1 && len <= MIME_BOUNDARY_MAX);
	m->limits = *limits;
	m->sink = sink;
	m->header = arena_alloc(a, limits->header_bytes + 1, 1);
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary, len);
	m->delimiter_len = len + 4;
	m->held = 2; /* the first boundary needs no line end before it */
	return m;
}

static int
emit(struct mime_split *m, const char *data, size_t n, struct err *err)
{
	if (m->state == STATE_PREAMBLE || n == 0)
		return 0;
	return m->sink->data(m->sink->arg, data, n, err);
}

static int
at_boundary(struct mime_split *m, struct err *err)
{
	enum state before = m->state;

	m->held = 0;
	m->state = STATE_BOUNDARY;
	return before == STATE_PREAMBLE ? 0 : m->sink->end(m->sink->arg, err);
}

/* How many bytes at the end of a piece may begin the delimiter. */
static size_t
tail(const struct mime_split *m, const char *p, size_t n)
{
	size_t most = n < m->delimiter_len ? n : m->delimiter_len - 1;
	const char *cr = memrchr(p + n - most, '\r', most);
	size_t len = cr == NULL ? 0 : (size_t)(p + n - cr);

	return len > 0 && memcmp(cr, m->delimiter, len) == 0 ? len : 0;
}

/*
 * Goes on with a delimiter that began in the piece before. Returns the bytes
 * used, -1 on error; held is 0 when it was none after all.
 */
static ssize_t
resume(struct mime_split *m, const char *p, size_t n, struct err *err)
{
	size_t left = m->delimiter_len - m->held;
	size_t some = n < left ? n : left, held = m->held;

	if (memcmp(p, m->delimiter + held, some) != 0) {
		m->held = 0;
		/* In the preamble, what is held may never have been there. */
		return emit(m, m->delimiter, held, err) == -1 ? -1 : 0;
	}
	m->held += some;
	if (m->held == m->delimiter_len && at_boundary(m, err) == -1)
		return -1;
	return (ssize_t)some;
}

/* Contents of a part, or the preamble, up to a boundary or the piece's end. */
static ssize_t
put_data(struct mime_split *m, const char *p, size_t n, struct err *err)
{
	const char *found;
	size_t data;

	if (m->held > 0)
		return resume(m, p, n, err);
	found = memmem(p, n, m->delimiter, m->delimiter_len);
	if (found == NULL) {
		m->held = tail(m, p, n);
		return emit(m, p, n - m->held, err) == -1 ? -1 : (ssize_t)n;
	}
	data = (size_t)(found - p);
	if (emit(m, p, data, err) == -1 || at_boundary(m, err) == -1)
		return -1;
	return (ssize_t)(data + m->delimiter_len);
}

/* The header is whole: the part begins. */
static int
begin_part(struct mime_split *m, struct err *err)
{
	m->header[m->header_len] = '\0';
	if (strlen(m->header) != m->header_len)
		return err_set(err, ERR_BAD_REQUEST, "MIME: NUL in a header");
	m->header[m->header_len - 2] = '\0'; /* the empty line */
	if (++m->parts > m->limits.parts)
		return err_set(err, ERR_TOO_LARGE, "MIME: over %zu parts",
		    m->limits.parts);
	m->header_len = 0;
	m->state = STATE_DATA;
	return m->sink->begin(m->sink->arg, m->header, err);
}

static ssize_t
put_header(struct mime_split *m, const char *p, size_t n, struct err *err)
{
	size_t used = 0;

	while (used < n) {
		size_t len = m->header_len;

		if (len == m->limits.header_bytes)
			return err_set(err, ERR_TOO_LARGE,
			    "MIME: a header over %zu bytes",
			    m->limits.header_bytes);
		m->header[m->header_len++] = p[used++];
		if (p[used - 1] == '\n' &&
		    ((len == 1 && m->header[0] == '\r') ||
			(len >= 3 &&
			    memcmp(m->header + len - 3, "\r\n\r\n", 4) == 0)))
			return begin_part(m, err) == -1 ? -1 : (ssize_t)used;
	}
	return (ssize_t)used;
}

/* One byte behind a boundary. */
static int
put_boundary_byte(struct mime_split *m, char c, struct err *err)
{
	if (m->state == STATE_LF && c == '\n') {
		m->state = STATE_HEADER;
	} else if (m->state == STATE_DASH && c == '-') {
		m->state = STATE_END;
	} else if (m->state == STATE_BOUNDARY && c == '-') {
		m->state = STATE_DASH;
	} else if (m->state == STATE_BOUNDARY || m->state == STATE_PADDING) {
		if (c == '\r')
			m->state = STATE_LF;
		else if (c == ' ' || c == '\t')
			m->state = STATE_PADDING;
		else
			return err_set(err, ERR_BAD_REQUEST,
			    "MIME: garbage behind a boundary");
	} else {
		return err_set(err, ERR_BAD_REQUEST,
		    "MIME: garbage behind a boundary");
	}
	return 0;
}

int
mime_split_put(
    struct mime_split *m, const void *data, size_t n, struct err *err)
{
	const char *p = data;

	while (n > 0) {
		ssize_t used = 1;

		switch (m->state) {
		case STATE_PREAMBLE:
		case STATE_DATA:
			used = put_data(m, p, n, err);
			break;
		case STATE_HEADER:
			used = put_header(m, p, n, err);
			break;
		case STATE_END:
			return 0;
		default:
			if (put_boundary_byte(m, *p, err) == -1)
				used = -1;
			break;
		}
		if (used == -1)
			return -1;
		p += used;
		n -= (size_t)used;
	}
	return 0;
}

int
mime_split_end(struct mime_split *m, struct err *err)
{
	if (m->state != STATE_END)
		return err_set(err, ERR_BAD_REQUEST,
		    "MIME: no closing boundary");
	return 0;
}
