#include "common/http/http_io.h"

#include <assert.h>
#include <strings.h>

#define FORM_PAIRS_MAX 10000

ssize_t
http_body_next(struct request *req, const void **data, struct err *err)
{
	int64_t left = INT64_MAX;
	ssize_t n;

	if (req->content_length != -1)
		left = req->content_length - req->body_read;
	if (left == 0)
		return 0;
	if ((n = req->io->read(req->io, data, err)) == -1)
		return -1;
	if (n == 0) {
		if (req->content_length == -1)
			return 0;
		return err_set(err, ERR_BAD_REQUEST,
		    "client broke off after %lld of %lld bytes",
		    (long long)req->body_read, (long long)req->content_length);
	}
	if (n > left)
		n = (ssize_t)left;
	req->body_read += n;
	if (req->body_deadline_us != 0 &&
	    http_now_us() > req->body_deadline_us)
		return err_set(err, ERR_TIMEOUT,
		    "upload took too long: %lld bytes so far",
		    (long long)req->body_read);
	return n;
}

int
http_body(struct request *req, size_t max, const char **data, size_t *len,
    struct err *err)
{
	const void *piece;
	size_t size, filled = 0;
	char *body;
	ssize_t n;

	if (req->content_length == -1)
		return err_set(err, ERR_LENGTH_REQUIRED, "no Content-Length");
	if ((uint64_t)req->content_length > max)
		return err_set(err, ERR_TOO_LARGE, "body of %lld bytes",
		    (long long)req->content_length);
	size = (size_t)req->content_length;
	body = arena_alloc(req->arena, size + 1, 1);
	while (filled < size) {
		if ((n = http_body_next(req, &piece, err)) == -1)
			return -1;
		assert(n > 0); /* the end comes at the length only */
		memcpy(body + filled, piece, (size_t)n);
		filled += (size_t)n;
	}
	*data = body;
	*len = size;
	return 0;
}

bool
http_body_is(const struct request *req, const char *type)
{
	const char *is = req->content_type;
	size_t n = strlen(type);

	return strncasecmp(is, type, n) == 0 &&
	    (is[n] == '\0' || strchr("; \t", is[n]) != NULL);
}

int
http_body_form(struct app *app, struct request *req, struct http_pairs *out,
    struct err *err)
{
	const char *body;
	size_t len;

	if (!http_body_is(req, "application/x-www-form-urlencoded"))
		return err_set(err, ERR_MEDIA_TYPE, "form as %.100s",
		    req->content_type);
	if (http_body(req, (size_t)app->config->request_max, &body, &len,
		err) == -1)
		return -1;
	return http_decode_form(
	    req->arena, body, len, FORM_PAIRS_MAX, out, err);
}
