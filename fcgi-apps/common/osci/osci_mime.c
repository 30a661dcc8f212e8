#include "common/osci/osci_mime.h"

#include <strings.h>

#include "common/base64.h"
#include "common/crypto/crypto.h"
#include "common/mime_split.h"
#include "common/http/multipart_header.h"

enum state {
	STATE_START,  /* empty lines before anything */
	STATE_HEADER, /* the message's own header block */
	STATE_PARTS,
	STATE_BARE, /* an envelope without MIME around it */
};

struct osci_mime {
	struct arena *arena;
	const struct osci_mime_sink *sink;
	enum state state;
	char header[OSCI_PART_HEADER_MAX + 1];
	size_t header_len;
	struct mime_split_sink parts;
	struct mime_split *split;
	const char *id[OSCI_PARTS_MAX]; /* seen so far */
	size_t nid;
	struct osci_part part; /* the open one */
	struct base64_reader base64;
};

struct osci_mime *
osci_mime_new(struct arena *a, const struct osci_mime_sink *sink)
{
	struct osci_mime *m = arena_new(a, struct osci_mime, 1);

	m->arena = a;
	m->sink = sink;
	return m;
}

/* ---- headers ---- */

struct header {
	const char *type, *id, *encoding, *version;
};

/* The first of a name counts for nothing when there is a second. */
static int
take(const char **slot, const char *value, const char *name, struct err *err)
{
	if (*slot != NULL)
		return err_set(err, ERR_BAD_REQUEST, "MIME: two %s", name);
	*slot = value;
	return 0;
}

static int
read_line(char *line, struct header *h, struct err *err)
{
	char *value = strchr(line, ':');
	size_t len;

	if (line[strcspn(line, "\r\n")] != '\0')
		return err_set(err, ERR_BAD_REQUEST,
		    "MIME: a bare line end in a header");
	if (value == NULL || value == line || *line == ' ' || *line == '\t')
		return err_set(err, ERR_BAD_REQUEST,
		    "MIME: a header line without a name");
	*value++ = '\0';
	value += strspn(value, " \t");
	for (len = strlen(value); len > 0 && strchr(" \t", value[len - 1]);)
		value[--len] = '\0';
	if (strcasecmp(line, "Content-Type") == 0)
		return take(&h->type, value, "Content-Type", err);
	if (strcasecmp(line, "Content-ID") == 0)
		return take(&h->id, value, "Content-ID", err);
	if (strcasecmp(line, "Content-Transfer-Encoding") == 0)
		return take(&h->encoding, value, line, err);
	if (strcasecmp(line, "MIME-Version") == 0)
		return take(&h->version, value, "MIME-Version", err);
	return 0; /* foreign ones are not ours to judge */
}

static int
read_header(char *text, struct header *h, struct err *err)
{
	char *end;

	*h = (struct header){ 0 };
	for (; (end = strstr(text, "\r\n")) != NULL; text = end + 2) {
		*end = '\0';
		if (read_line(text, h, err) == -1)
			return -1;
	}
	if (h->type == NULL)
		return err_set(err, ERR_BAD_REQUEST, "MIME: no Content-Type");
	return 0;
}

/* "<osci@message>" without its brackets; NULL when it is none. */
static const char *
bare_id(struct arena *a, const char *text)
{
	size_t len = strlen(text);

	if (len < 3 || text[0] != '<' || text[len - 1] != '>')
		return NULL;
	return arena_dup(a, text + 1, len - 2);
}

static int
check_charset(struct osci_mime *m, const char *type, struct err *err)
{
	const char *charset = multipart_param(m->arena, type, "charset");

	if (charset != NULL && strcasecmp(charset, "utf-8") != 0)
		return err_set(err, ERR_BAD_REQUEST, "MIME: a charset that "
						     "is not UTF-8");
	return 0;
}

/* ---- parts ---- */

static int
note_id(struct osci_mime *m, const char *id, struct err *err)
{
	for (size_t i = 0; i < m->nid; i++)
		if (strcmp(m->id[i], id) == 0)
			return err_set(err, ERR_BAD_REQUEST,
			    "MIME: two parts of one Content-ID");
	m->id[m->nid++] = id; /* mime_split counts the parts */
	return 0;
}

static int
begin_part(void *arg, char *text, struct err *err)
{
	struct osci_mime *m = arg;
	struct header h;
	const char *id;

	if (read_header(text, &h, err) == -1)
		return -1;
	if (h.id == NULL || (id = bare_id(m->arena, h.id)) == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "MIME: a part without Content-ID");
	m->part = (struct osci_part){
		.id = id,
		.type = arena_strdup(m->arena, h.type),
		.is_root = m->nid == 0,
		.is_base64 = (h.encoding != NULL &&
				 strcasecmp(h.encoding, "base64") == 0) ||
		    strncasecmp(h.type, "text/base64", 11) == 0,
	};
	if (note_id(m, id, err) == -1)
		return -1;
	if (m->part.is_root &&
	    (strncasecmp(h.type, "text/xml", 8) != 0 ||
		check_charset(m, h.type, err) == -1))
		return err->code != ERR_NONE ? -1
					     : err_set(err, ERR_BAD_REQUEST,
						   "MIME: the first part is "
						   "no XML");
	m->base64 = (struct base64_reader){ 0 };
	return m->sink->begin(m->sink->arg, &m->part, err);
}

static int
put_part(void *arg, const void *data, size_t n, struct err *err)
{
	struct osci_mime *m = arg;
	const char *from = data;
	uint8_t bytes[BASE64_ROOM(4096)];

	if (!m->part.is_base64)
		return m->sink->data(m->sink->arg, data, n, err);
	while (n > 0) {
		size_t take_n = n < 4096 ? n : 4096, len;

		if (base64_read(&m->base64, from, take_n, bytes, &len, err) ==
		    -1)
			return -1;
		if (len > 0 &&
		    m->sink->data(m->sink->arg, bytes, len, err) == -1)
			return -1;
		from += take_n;
		n -= take_n;
	}
	return 0;
}

static int
end_part(void *arg, struct err *err)
{
	struct osci_mime *m = arg;

	if (m->part.is_base64 && base64_end(&m->base64, err) == -1)
		return -1;
	return m->sink->end(m->sink->arg, err);
}

/* ---- the message ---- */

/* Its own header block is whole. */
static int
begin_parts(struct osci_mime *m, struct err *err)
{
	const struct mime_split_limits limits = { .parts = OSCI_PARTS_MAX,
		.header_bytes = OSCI_PART_HEADER_MAX };
	static const char type[] = "multipart/related";
	const char *boundary;
	struct header h;

	m->header[m->header_len - 2] = '\0';
	if (strlen(m->header) != m->header_len - 2)
		return err_set(err, ERR_BAD_REQUEST, "MIME: NUL in a header");
	if (read_header(m->header, &h, err) == -1)
		return -1;
	if (strncasecmp(h.type, type, sizeof(type) - 1) != 0 ||
	    (h.version != NULL && strcmp(h.version, "1.0") != 0))
		return err_set(err, ERR_BAD_REQUEST,
		    "MIME: not Multipart/Related of version 1.0");
	boundary = multipart_param(m->arena, h.type, "boundary");
	if (boundary == NULL || *boundary == '\0' ||
	    strlen(boundary) > MIME_BOUNDARY_MAX)
		return err_set(err, ERR_BAD_REQUEST, "MIME: no boundary");
	m->parts =
	    (struct mime_split_sink){ begin_part, put_part, end_part, m };
	m->split = mime_split_new(m->arena, boundary, &limits, &m->parts);
	m->state = STATE_PARTS;
	return 0;
}

/* One byte of the header block. */
static int
put_header_byte(struct osci_mime *m, char c, struct err *err)
{
	if (m->header_len == OSCI_PART_HEADER_MAX)
		return err_set(err, ERR_TOO_LARGE, "MIME: header over %d bytes",
		    OSCI_PART_HEADER_MAX);
	m->header[m->header_len++] = c;
	if (c == '\n' && m->header_len >= 4 &&
	    memcmp(m->header + m->header_len - 4, "\r\n\r\n", 4) == 0)
		return begin_parts(m, err);
	return 0;
}

static int
begin_bare(struct osci_mime *m, struct err *err)
{
	m->state = STATE_BARE;
	m->part = (struct osci_part){
		.id = OSCI_ROOT_ID, .type = "text/xml", .is_root = true };
	return m->sink->begin(m->sink->arg, &m->part, err);
}

int
osci_mime_put(struct osci_mime *m, const void *data, size_t n, struct err *err)
{
	const char *p = data;

	while (n > 0) {
		switch (m->state) {
		case STATE_START:
			if (*p == '<') {
				if (begin_bare(m, err) == -1)
					return -1;
				continue;
			}
			if (*p != '\r' && *p != '\n') {
				m->state = STATE_HEADER;
				continue;
			}
			break;
		case STATE_HEADER:
			if (put_header_byte(m, *p, err) == -1)
				return -1;
			break;
		case STATE_PARTS:
			return mime_split_put(m->split, p, n, err);
		case STATE_BARE:
			return m->sink->data(m->sink->arg, p, n, err);
		}
		p++;
		n--;
	}
	return 0;
}

int
osci_mime_end(struct osci_mime *m, struct err *err)
{
	switch (m->state) {
	case STATE_PARTS:
		if (mime_split_end(m->split, err) == -1)
			return -1;
		return m->nid > 0 ? 0
				  : err_set(err, ERR_BAD_REQUEST,
					"MIME: no part at all");
	case STATE_BARE:
		return m->sink->end(m->sink->arg, err);
	default:
		return err_set(err, ERR_BAD_REQUEST, "MIME: cut off");
	}
}

/* ---- writing ---- */

const char *
osci_mime_boundary(struct arena *a)
{
	uint64_t random[3];

	crypto_random(random, sizeof(random));
	return arena_printf(a, "MIME_boundary_%016llx%016llx%016llx",
	    (unsigned long long)random[0], (unsigned long long)random[1],
	    (unsigned long long)random[2]);
}

void
osci_mime_write_root(struct buf *out, const char *boundary)
{
	buf_printf(out,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: Multipart/Related; boundary=%s; type=text/xml\r\n"
	    "\r\n--%s\r\n"
	    "Content-Type: text/xml; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n"
	    "Content-ID: <" OSCI_ROOT_ID ">\r\n\r\n",
	    boundary, boundary);
}

void
osci_mime_write_part(struct buf *out, const char *boundary, const char *id,
    const char *type, size_t len)
{
	buf_printf(out,
	    "\r\n--%s\r\n"
	    "Content-Type: %s\r\n"
	    "Content-Transfer-Encoding: binary\r\n"
	    "Content-ID: <%s>\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    boundary, type, id, len);
}

void
osci_mime_write_end(struct buf *out, const char *boundary)
{
	buf_printf(out, "\r\n--%s--\r\n", boundary);
}
