#include "common/http/http_io.h"

#include <assert.h>
#include <stdarg.h>
#include <strings.h>

#define REPLY_MAX ((size_t)32 << 20)
#define HEADERS_MAX ((size_t)16 << 10)
#define PAGE_ROOM ((size_t)16 << 10) /* most pages fit */

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
	    {200, "OK"},
	    {201, "Created"},
	    {202, "Accepted"},
	    {204, "No Content"},
	    {303, "See Other"},
	    {304, "Not Modified"},
	    {400, "Bad Request"},
	    {401, "Unauthorized"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {406, "Not Acceptable"},
	    {408, "Request Timeout"},
	    {409, "Conflict"},
	    {410, "Gone"},
	    {411, "Length Required"},
	    {413, "Content Too Large"},
	    {415, "Unsupported Media Type"},
	    {421, "Misdirected Request"},
	    {422, "Unprocessable Content"},
	    {429, "Too Many Requests"},
	    {500, "Internal Server Error"},
	    {503, "Service Unavailable"},
	    {507, "Insufficient Storage"},
	};

	for (size_t i = 0; i < nitems(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

void
http_reply(struct request *req, int status, const char *content_type)
{
	assert(!req->is_streaming);
	if (req->out == NULL) {
		req->out = buf_new(req->arena, REPLY_MAX);
		buf_reserve(req->out, PAGE_ROOM);
		req->reply_headers = buf_new(req->arena, HEADERS_MAX);
		buf_reserve(req->reply_headers, 1024);
	}
	buf_reset(req->out);
	buf_reset(req->reply_headers);
	req->has_cache_control = false;
	req->status = status;
	buf_printf(
	    req->reply_headers, "Status: %d %s\r\n", status, reason(status));
	if (content_type != NULL)
		http_reply_header(req, "Content-Type", content_type);
}

void
http_reply_header(struct request *req, const char *name, const char *value)
{
	assert(req->reply_headers != NULL);
	for (const char *p = value; *p != '\0'; p++)
		assert((unsigned char)*p >= 0x20 && *p != 0x7f);
	if (strcasecmp(name, "Cache-Control") == 0)
		req->has_cache_control = true;
	buf_puts(req->reply_headers, name);
	buf_put(req->reply_headers, ": ", 2);
	buf_puts(req->reply_headers, value);
	buf_put(req->reply_headers, "\r\n", 2);
}

int
http_redirect(struct request *req, const char *fmt, ...)
{
	va_list ap;

	http_reply(req, 303, NULL);
	va_start(ap, fmt);
	http_reply_header(
	    req, "Location", arena_vprintf(req->arena, fmt, ap));
	va_end(ap);
	return 0;
}

int
http_internal_redirect(struct request *req, const char *fmt, ...)
{
	va_list ap;

	http_reply(req, 200, NULL);
	va_start(ap, fmt);
	http_reply_header(
	    req, "X-Accel-Redirect", arena_vprintf(req->arena, fmt, ap));
	va_end(ap);
	return 0;
}

/* The headers that every answer ends with, and the empty line. */
static void
end_headers(struct request *req, int64_t length)
{
	if (req->sets_language) {
		buf_printf(req->reply_headers,
		    "Set-Cookie: sprache=%s; Max-Age=31536000; Path=/; "
		    "SameSite=Lax%s\r\n",
		    lang_code(req->chosen), req->is_https ? "; Secure" : "");
	}
	if (!req->has_cache_control)
		buf_puts(req->reply_headers, "Cache-Control: no-store\r\n");
	if (length >= 0)
		buf_printf(req->reply_headers, "Content-Length: %lld\r\n",
		    (long long)length);
	buf_put(req->reply_headers, "\r\n", 2);
	assert(req->reply_headers->failed == ERR_NONE);
}

static int
send(struct request *req, const struct buf *b)
{
	return req->io->write(req->io, buf_text(b), b->len);
}

void
http_reply_send(struct request *req)
{
	if (req->is_streaming)
		return;
	end_headers(req, (int64_t)req->out->len);
	/* A client that has gone needs no answer. */
	if (send(req, req->reply_headers) == 0 && req->method != HTTP_HEAD &&
	    req->out->len > 0)
		(void)send(req, req->out);
}

int
http_stream_begin(struct request *req, int status, const char *content_type,
    int64_t content_length, struct err *err)
{
	if (req->reply_headers == NULL || req->status != status)
		http_reply(req, status, content_type);
	end_headers(req, content_length);
	req->is_streaming = true;
	if (send(req, req->reply_headers) == -1)
		return err_set(err, ERR_BAD_REQUEST, "client is gone");
	return 0;
}

int
http_stream_write(struct request *req, const void *data, size_t n,
    struct err *err)
{
	assert(req->is_streaming);
	if (req->method != HTTP_HEAD && req->io->write(req->io, data, n) == -1)
		return err_set(err, ERR_BAD_REQUEST, "client is gone");
	return 0;
}
