#include "documents/parts.h"

#include "common/http/multipart.h"

#define HEADER_MAX 8192
#define NAME_MAX_BYTES 1000 /* of a field or file */

struct reader {
	struct parts *parts;
	struct request *req;
	size_t room;	  /* of pairs */
	size_t text_left; /* bytes of all fields together */
	const char *name; /* of the field at hand; NULL: no field */
	struct buf *value;
	struct intake *in; /* of the file at hand; NULL: no file */
};

static int
begin(void *arg, const char *name, const char *filename, const char *type,
    struct err *err)
{
	struct reader *r = arg;

	(void)type; /* contents tell */
	r->name = NULL;
	r->in = NULL;
	if (filename == NULL) {
		r->name = name;
		r->value = buf_new(r->req->arena, r->text_left);
		return 0;
	}
	if (*filename == '\0')
		return 0;
	return r->parts->file(r->parts->arg, name, filename, &r->in, err);
}

static int
data(void *arg, const void *p, size_t n, struct err *err)
{
	struct reader *r = arg;

	if (r->in != NULL)
		intake_put(r->in, p, n);
	else if (r->name != NULL)
		return buf_append(r->value, p, n, err);
	return 0;
}

static void
add_pair(struct reader *r)
{
	struct http_pairs *pairs = &r->parts->pairs;

	if (pairs->n == r->room) {
		struct http_pair *more;

		r->room = r->room == 0 ? 64 : r->room * 2;
		more = arena_new(r->req->arena, struct http_pair, r->room);
		if (pairs->n > 0)
			memcpy(more, pairs->pair, pairs->n * sizeof(*more));
		pairs->pair = more;
	}
	pairs->pair[pairs->n++] = (struct http_pair){
	    .name = r->name,
	    .value = buf_text(r->value),
	    .value_len = r->value->len,
	};
	r->text_left -= r->value->len;
}

static int
end(void *arg, struct err *err)
{
	struct reader *r = arg;

	(void)err; /* what is wrong with a file is a refusal */
	if (r->in != NULL)
		r->parts->document = intake_end(r->in);
	else if (r->name != NULL)
		add_pair(r);
	return 0;
}

int
parts_read(struct app *app, struct request *req, struct parts *parts,
    struct err *err)
{
	static const struct multipart_limits limits = {
	    FORM_PAIRS_MAX, HEADER_MAX, NAME_MAX_BYTES};
	struct reader r = {.parts = parts, .req = req,
	    .text_left = (size_t)app->config->request_max};
	const struct multipart_sink sink = {begin, data, end, &r};
	struct multipart *m;
	const void *piece;
	ssize_t n;

	if (multipart_new(req->arena, req->content_type, &limits, &sink, &m,
		err) == -1)
		return -1;
	while ((n = http_body_next(req, &piece, err)) > 0)
		if (multipart_put(m, piece, (size_t)n, err) == -1)
			return -1;
	return n == -1 ? -1 : multipart_end(m, err);
}
