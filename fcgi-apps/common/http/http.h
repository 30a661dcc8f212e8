/*
 * HTTP over FastCGI: requests, routes as tables, replies. A handler is the
 * story of one page; the dispatcher does method, host, language, limits and
 * the error page for all of them.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/id.h"
#include "common/lang.h"

struct app;
struct town;
struct service_set;
struct http_io; /* the connection: libfcgi's streams, or a test's */

enum http_method { HTTP_GET = 1, HTTP_POST = 2, HTTP_HEAD = 4,
	HTTP_DELETE = 8 };

/* Decoded names and values, in order, repeated names kept. UTF-8 is checked
 * by whoever uses a value (utf8_clean). */
struct http_pair {
	const char *name, *value;
	size_t value_len;
};
struct http_pairs {
	struct http_pair *pair;
	size_t n;
};

struct request {
	struct arena *arena;
	enum http_method method;
	const char *path;	  /* decoded, no query, begins with / */
	const char *host;	  /* without port, lower case */
	const char *request_id;	  /* nginx's, for logs and error pages */
	const char *remote_addr;
	const char *content_type; /* "" when none */
	int64_t content_length;	  /* -1 when none was given */
	bool wants_json;	  /* ROUTE_API, or Accept: application/json */
	enum lang lang;		  /* of the answer: one of languages */
	unsigned languages;	  /* what there is: LANG_BIT of each */
	const struct town *town;  /* NULL only on ROUTE_NO_TOWN */
	const struct service_set *services; /* held for this request */
	struct http_pairs query;
	const char *arg[4];	  /* values of {name} in the route, in order */
	struct http_io *io;
	/* the reply */
	struct buf *out;	  /* body, until it is sent */
	int status;
	/* private to http_*.c */
	const struct route *route;
	int64_t begun_us;	  /* monotonic, 0: not yet */
	int64_t body_read;	  /* bytes so far */
	int64_t body_deadline_us; /* monotonic, 0: none yet */
	struct buf *reply_headers;
	bool is_https;		  /* to the citizen */
	bool has_cache_control;	  /* the handler gave its own */
	bool is_streaming;	  /* the header is sent */
	enum lang chosen; /* by ?sprache= or cookie; LANG_COUNT: none */
	bool sets_language;	  /* ?sprache= was given: answer the cookie */
};

enum route_flag {
	ROUTE_API = 1,	   /* errors as RFC 9457 problem JSON */
	ROUTE_STREAM = 2,  /* the handler reads the body itself, in pieces */
	ROUTE_NO_TOWN = 4, /* answers on any host: health, metrics */
	ROUTE_INTERNAL = 8, /* only with INTERNAL=1 from nginx (X-Accel) */
	ROUTE_LOCAL = 16,  /* only from loopback */
};

/* -1: err is set and the dispatcher answers with its error page. */
typedef int (*http_handler)(
    struct app *app, struct request *req, struct err *err);

/*
 * The best of the offered languages (LANG_BIT of each, German and English
 * among them) for this request: ?sprache=, cookie, Accept-Language.
 */
enum lang http_request_lang(const struct request *req, unsigned offered);
/* Answers in it. Until a handler knows its service, German and English are on
 * offer. */
void http_request_offer(struct request *req, unsigned offered);
/* The person chose another language on the page: answers in it if it is on
 * offer, and sets the cookie. */
void http_request_choose(struct request *req, enum lang lang);

struct route {
	enum http_method method; /* HTTP_GET answers HEAD as well */
	const char *pattern;	 /* "/antrag/{service}/": {x} is one segment */
	http_handler handler;
	unsigned flags;
};

/* ---- reading ---- */

/* A request header, "" when absent: http_header(req, "Idempotency-Key"). */
const char *http_header(const struct request *req, const char *name);
/* A FastCGI parameter such as "REQUEST_URI", "" when absent. */
const char *http_param(const struct request *req, const char *name);
/* A cookie's value, "" when absent. */
const char *http_cookie(const struct request *req, const char *name);
/* The first value of a name, NULL when absent. */
const char *http_pair_get(const struct http_pairs *pairs, const char *name);

/*
 * The next piece of the body, straight from the connection: returns its length
 * (0 at the end), or -1 with ERR_BAD_REQUEST when the client broke off
 * (content-length not reached), ERR_TIMEOUT when it was too slow. *data is
 * valid until the next call. No copy is made.
 */
ssize_t http_body_next(struct request *req, const void **data,
    struct err *err);

/* The whole body, at most max bytes (ERR_TOO_LARGE, ERR_LENGTH_REQUIRED). */
int http_body(struct request *req, size_t max, const char **data,
    size_t *len, struct err *err);

/* Decodes application/x-www-form-urlencoded (WHATWG URL, 5.1): at most max
 * pairs. ERR_TOO_LARGE, ERR_BAD_REQUEST (a bad %xx). */
int http_decode_form(struct arena *a, const char *body, size_t len,
    size_t max, struct http_pairs *out, struct err *err);

/* Whether the body is of that media type, whatever its parameters. */
bool http_body_is(const struct request *req, const char *type);
/* The body as form pairs; another content type: ERR_MEDIA_TYPE. */
int http_body_form(struct app *app, struct request *req,
    struct http_pairs *out, struct err *err);

/* ---- answering ---- */

/*
 * Starts a reply, forgetting what was begun before; the body goes to req->out
 * (or html/json writers on it). Answers are "Cache-Control: no-store" unless
 * the handler gives that header itself.
 */
void http_reply(struct request *req, int status, const char *content_type);
/* Adds a header; values with control characters are refused by assert. */
void http_reply_header(
    struct request *req, const char *name, const char *value);
/* 303, so that a reload cannot send a form twice. */
int http_redirect(struct request *req, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Hands the request on inside nginx (X-Accel-Redirect). */
int http_internal_redirect(struct request *req, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * For long answers: header now, then pieces; -1 when the client is gone. What
 * http_reply with the same status and http_reply_header prepared goes along.
 * content_length is -1 when unknown.
 */
int http_stream_begin(struct request *req, int status,
    const char *content_type, int64_t content_length, struct err *err);
int http_stream_write(
    struct request *req, const void *data, size_t n, struct err *err);

/* Problem JSON (RFC 9457) or the error page, by req->wants_json. errors, if
 * not NULL, is a JSON array of {path, code, message} put in as "errors". */
void http_fail(struct app *app, struct request *req, const struct err *err,
    const char *errors);

/* ---- the server ---- */

struct program {
	const char *name;	    /* "forms" */
	const struct route *route;
	size_t nroute;
	/*
	 * For what a program needs once in each thread (libmagic): puts it into
	 * app->own before the thread serves, and takes it away at the end. May
	 * be NULL. An error ends the program.
	 */
	int (*thread_start)(struct app *app, struct err *err);
	void (*thread_stop)(struct app *app);
	/*
	 * For what all threads share: puts it into app->shared before the first
	 * thread starts, takes it away behind the last. May be NULL. An error
	 * ends the program.
	 */
	int (*process_start)(struct app *app, struct err *err);
	void (*process_stop)(struct app *app);
	/* Adds figures of its own to /metriken/PROGRAM. May be NULL. */
	void (*metrics)(struct app *app, struct buf *out);
};

/*
 * The main function of a FastCGI program: reads the arguments (--config,
 * --listen, --check-config, --help, --version) and the configuration, refuses
 * to run as root unless TORHAUS_ALLOW_ROOT=1 (demo and CI), loads texts and
 * services (waiting up to a minute for the database), serves with config's
 * threads until SIGTERM or SIGINT, loads services anew on SIGHUP and when the
 * database's generation changes. Returns the exit code: 0 served and stopped,
 * 1 failed at run time, 2 wrong usage or configuration.
 */
int http_main(const struct program *program, int argc, char **argv);

/*
 * Runs one request through the table and answers it, as the server does. Of
 * req only arena and io need to be set (http_io.h); for tests.
 *
 * Before the handler runs: the route (404, 405 with Allow), its flags, the
 * town by the host (421), the language, and for POST on pages that the form
 * was sent from our own pages (403): browsers say so in Sec-Fetch-Site and
 * Origin.
 */
void http_dispatch(struct app *app, const struct program *program,
    struct request *req);

#endif
