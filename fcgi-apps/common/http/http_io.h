/*
 * What one request is read from and answered to: libfcgi's streams
 * (http_server.c), or a test's arrays. Between http_*.c and tests only.
 */
#ifndef HTTP_IO_H
#define HTTP_IO_H

#include "common/app.h"
#include "common/http/http.h"

struct http_io {
	/* A CGI parameter (RFC 3875), NULL when absent. */
	const char *(*param)(struct http_io *io, const char *name);
	/*
	 * The next piece of the body without a copy; 0 at the end. -1:
	 * ERR_TIMEOUT (nothing came for a while), ERR_BAD_REQUEST (broken off).
	 */
	ssize_t (*read)(struct http_io *io, const void **data, struct err *err);
	/* -1 when the client is gone. */
	int (*write)(struct http_io *io, const void *data, size_t n);
};

/* Fills req from its io: method, path, host, query, ids. ERR_BAD_REQUEST. */
int http_request_read(struct request *req, struct err *err);
/* The language: ?sprache=, cookie, Accept-Language. */
void http_request_language(struct request *req);
/*
 * 403 for a POST that a browser sends from somebody else's page. Absent
 * headers pass: programs and old browsers send none.
 */
int http_request_same_site(const struct request *req, struct err *err);

/* The route of a path and method with req->arg filled. ERR_NOT_FOUND, or
 * ERR_METHOD with *allow, "GET, HEAD, POST". */
int http_route_find(const struct route *routes, size_t n, struct request *req,
    const struct route **out, const char **allow, struct err *err);

/* Sends what http_reply began, unless it was streamed. */
void http_reply_send(struct request *req);

/* Answers /bereit/PROGRAM and /metriken/PROGRAM, which every program has. */
int http_health(struct app *app, struct request *req, struct err *err);
int http_metrics(struct app *app, struct request *req, struct err *err);

/* Microseconds of the monotonic clock. */
int64_t http_now_us(void);

#endif
