/* The dispatcher with everything around it, driven without libfcgi. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/db/db.h"
#include "common/http/http_io.h"
#include "common/json.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/page.h"
#include "common/service/service.h"
#include "common/text.h"

/* ---- one town in place of the database's ---- */

static struct town quellstadt = {.id = 7, .slug = "quellstadt"};
static bool has_services = true, has_database = true;
static int held;

const struct service_set *
service_set_hold(void)
{
	held++;
	return has_services ? (const struct service_set *)&quellstadt : NULL;
}

void
service_set_drop(const struct service_set *s)
{
	(void)s;
	held--;
}

const struct town *
service_set_town(const struct service_set *s, const char *host)
{
	(void)s;
	return strcmp(host, "quellstadt.localhost") == 0 ? &quellstadt : NULL;
}

size_t
service_set_towns(const struct service_set *s, const struct town *const **out)
{
	(void)s;
	(void)out;
	return 1;
}

int
service_set_generation(struct db *db, int64_t *out, struct err *err)
{
	(void)db;
	*out = 1;
	return has_database ? 0 : err_set(err, ERR_DB_UNAVAILABLE, "gone");
}

/* ---- a connection made of strings ---- */

#define PIECES 8

struct exchange {
	struct http_io io;
	const char *param[32]; /* name, value, ... NULL */
	const char *piece[PIECES]; /* of the body, NULL: the end */
	size_t next;
	bool breaks_off;
	struct buf sent;
	bool is_gone; /* the client */
};

static const char *
io_param(struct http_io *io, const char *name)
{
	struct exchange *x = (struct exchange *)io;

	for (size_t i = 0; x->param[i] != NULL; i += 2)
		if (strcmp(x->param[i], name) == 0)
			return x->param[i + 1];
	return NULL;
}

static ssize_t
io_read(struct http_io *io, const void **data, struct err *err)
{
	struct exchange *x = (struct exchange *)io;
	const char *piece = x->piece[x->next];

	if (piece == NULL)
		return x->breaks_off
		    ? err_set(err, ERR_BAD_REQUEST, "broken off")
		    : 0;
	x->next++;
	*data = piece;
	return (ssize_t)strlen(piece);
}

static int
io_write(struct http_io *io, const void *data, size_t n)
{
	struct exchange *x = (struct exchange *)io;

	if (x->is_gone)
		return -1;
	buf_put(&x->sent, data, n);
	return 0;
}

/* ---- handlers ---- */

static int
show(struct app *app, struct request *req, struct err *err)
{
	struct html h;

	(void)err;
	page_begin(app, req, 200, "Titel \"$x\" <b> --> \\", &h);
	html_text(&h, arena_printf(req->arena, "%s %s %s", req->arg[0],
	    lang_code(req->lang), req->town->slug));
	page_end(req, &h);
	return 0;
}

static int
submit(struct app *app, struct request *req, struct err *err)
{
	struct http_pairs pairs;
	const char *a;

	if (http_body_form(app, req, &pairs, err) == -1)
		return -1;
	a = http_pair_get(&pairs, "a");
	return http_redirect(req, "/next/%s", a == NULL ? "none" : a);
}

static int
break_down(struct app *app, struct request *req, struct err *err)
{
	(void)app;
	(void)req;
	return err_set(err, ERR_INTERNAL, "secret detail");
}

static int
download(struct app *app, struct request *req, struct err *err)
{
	(void)app;
	http_reply(req, 200, "application/pdf");
	http_reply_header(req, "Content-Disposition", "inline");
	if (http_stream_begin(req, 200, "application/pdf", 6, err) == -1 ||
	    http_stream_write(req, "abc", 3, err) == -1 ||
	    http_stream_write(req, "def", 3, err) == -1)
		return -1;
	return 0;
}

static int
upload(struct app *app, struct request *req, struct err *err)
{
	const void *data;
	ssize_t n;

	(void)app;
	http_reply(req, 201, "text/plain");
	while ((n = http_body_next(req, &data, err)) > 0) {
		buf_put(req->out, data, (size_t)n);
		buf_puts(req->out, "|");
	}
	return n == -1 ? -1 : 0;
}

static int
api(struct app *app, struct request *req, struct err *err)
{
	(void)app;
	http_reply(req, 200, "application/json");
	http_reply_header(req, "Cache-Control", "max-age=60");
	buf_puts(req->out, http_cookie(req, "b"));
	(void)err;
	return 0;
}

static int
hand_on(struct app *app, struct request *req, struct err *err)
{
	(void)app;
	(void)err;
	return http_internal_redirect(req, "/intern/%d", 5);
}

static const struct route routes[] = {
    {HTTP_GET, "/antrag/{service}/", show, 0},
    {HTTP_POST, "/antrag/{service}/", submit, 0},
    {HTTP_GET, "/fail", break_down, 0},
    {HTTP_GET, "/pdf", download, 0},
    {HTTP_POST, "/upload", upload, ROUTE_STREAM},
    {HTTP_GET, "/api/v1/x", api, ROUTE_API},
    {HTTP_POST, "/api/v1/x", submit, ROUTE_API},
    {HTTP_DELETE, "/api/v1/x", break_down, ROUTE_API},
    {HTTP_GET, "/intern/x", show, ROUTE_INTERNAL},
    {HTTP_GET, "/hand/on", hand_on, 0},
};

static const struct program program = {
    .name = "forms", .route = routes, .nroute = nitems(routes)};

static struct config config = {.request_max = 100,
    .upload_time_max_s = 60,
    .public_scheme = "https"};
static struct app app = {.program = "forms", .config = &config};

static int
setup(void **state)
{
	struct texts *texts;
	struct err err = {0};

	(void)state;
	log_open("test", LOG_ERROR);
	if (texts_load("fcgi-apps/texts", &texts, &err) == -1)
		return -1;
	app.texts = texts;
	app.metrics = metrics_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	texts_free((struct texts *)(uintptr_t)app.texts);
	metrics_free(app.metrics);
	return 0;
}

/* Runs x and leaves the answer in x->sent; the caller frees it. */
static const char *
run(struct exchange *x)
{
	struct arena a = {0};
	struct request req = {.arena = &a, .io = &x->io};

	x->io = (struct http_io){io_param, io_read, io_write};
	x->next = 0;
	buf_init(&x->sent, 1 << 20);
	http_dispatch(&app, &program, &req);
	arena_free(&a);
	assert_int_equal(held, 0);
	return buf_text(&x->sent);
}

#define REQUEST(method, path)                                                  \
	"REQUEST_METHOD", method, "DOCUMENT_URI", path, "HTTP_HOST",           \
	    "quellstadt.localhost:8080", "REQUEST_ID", "0123abcd",             \
	    "REMOTE_ADDR", "127.0.0.1"

static const struct {
	const char *name;
	struct exchange x;
	const char *want[6]; /* what the answer contains */
	const char *absent;
} cases[] = {
    {"a page", {.param = {REQUEST("GET", "/antrag/hund/")}},
	{"Status: 200 OK\r\n", "Content-Type: text/html; charset=utf-8\r\n",
	    "Cache-Control: no-store\r\n", "\r\n\r\n<!--#set var=\"titel\"",
	    "hund de quellstadt", "/intern/layout/ende.de.html"},
	"Set-Cookie"},
    {"a title as nginx must not read it",
	{.param = {REQUEST("GET", "/antrag/hund/")}},
	{"value=\"Titel &quot;&#36;x&quot; &lt;b&gt; --&gt; &#92;\" -->"},
	NULL},
    {"HEAD", {.param = {REQUEST("HEAD", "/antrag/hund/")}},
	{"Status: 200 OK\r\n", "Content-Length: "}, "quellstadt"},
    {"English by header",
	{.param = {REQUEST("GET", "/antrag/hund/"), "HTTP_ACCEPT_LANGUAGE",
	     "en-GB,en;q=0.5"}},
	{"hund en", "Content-Language: en"}, "Set-Cookie"},
    {"English by cookie",
	{.param = {REQUEST("GET", "/antrag/hund/"), "HTTP_COOKIE",
	     "x=1; sprache=en", "HTTP_ACCEPT_LANGUAGE", "de"}},
	{"hund en"}, "Set-Cookie"},
    {"English by choice",
	{.param = {REQUEST("GET", "/antrag/hund/"), "QUERY_STRING",
	     "a=1&sprache=en", "HTTP_COOKIE", "sprache=de"}},
	{"hund en",
	    "Set-Cookie: sprache=en; Max-Age=31536000; Path=/; "
	    "SameSite=Lax; Secure\r\n"},
	NULL},
    {"a choice that is none",
	{.param = {REQUEST("GET", "/antrag/hund/"), "QUERY_STRING",
	     "sprache=fr"}},
	{"hund de"}, "Set-Cookie"},
    {"not found", {.param = {REQUEST("GET", "/nowhere")}},
	{"Status: 404 Not Found\r\n", "text/html", "0123abcd",
	    "/hilfe/?nummer=0123abcd#stoerung",
	    "<h1 class=\"kern-heading-x-large\">"},
	NULL},
    {"an empty segment", {.param = {REQUEST("GET", "/antrag//")}},
	{"Status: 404 "}, NULL},
    {"a segment too many", {.param = {REQUEST("GET", "/antrag/a/b/")}},
	{"Status: 404 "}, NULL},
    {"method not allowed", {.param = {REQUEST("DELETE", "/antrag/hund/")}},
	{"Status: 405 ", "Allow: GET, HEAD, POST\r\n"}, NULL},
    {"unknown method", {.param = {REQUEST("BREW", "/api/v1/x")}},
	{"Status: 405 ", "Allow: GET, HEAD, POST, DELETE\r\n",
	    "application/problem+json"},
	NULL},
    {"unknown host",
	{.param = {"REQUEST_METHOD", "GET", "DOCUMENT_URI", "/antrag/x/",
	     "HTTP_HOST", "evil.example"}},
	{"Status: 421 "}, NULL},
    {"no host",
	{.param = {"REQUEST_METHOD", "GET", "DOCUMENT_URI", "/antrag/x/"}},
	{"Status: 421 "}, NULL},
    {"an odd host",
	{.param = {"REQUEST_METHOD", "GET", "DOCUMENT_URI", "/antrag/x/",
	     "HTTP_HOST", "quellstadt.localhost<script>"}},
	{"Status: 421 "}, "<script>"},
    {"host in capitals",
	{.param = {"REQUEST_METHOD", "GET", "DOCUMENT_URI", "/antrag/x/",
	     "HTTP_HOST", "Quellstadt.LOCALHOST"}},
	{"Status: 200 "}, NULL},
    {"no path", {.param = {REQUEST("GET", "")}}, {"Status: 400 "}, NULL},
    {"bad query",
	{.param = {REQUEST("GET", "/antrag/x/"), "QUERY_STRING", "a=%G"}},
	{"Status: 400 "}, NULL},
    {"bad length",
	{.param = {REQUEST("POST", "/antrag/x/"), "CONTENT_LENGTH", "-5"}},
	{"Status: 400 "}, NULL},
    {"internal details stay inside", {.param = {REQUEST("GET", "/fail")}},
	{"Status: 500 ", "0123abcd"}, "secret"},
    {"a program asks for JSON",
	{.param = {REQUEST("GET", "/fail"), "HTTP_ACCEPT",
	     "application/json"}},
	{"Status: 500 ", "application/problem+json",
	    "\"type\":\"urn:torhaus:problem:internal\"", "\"status\":500",
	    "\"instance\":\"urn:torhaus:request:0123abcd\""},
	"secret"},
    {"a browser asks for anything",
	{.param = {REQUEST("GET", "/fail"), "HTTP_ACCEPT",
	     "text/html,application/json;q=0.1"}},
	{"text/html"}, "problem+json"},
    {"API answers as it says", {.param = {REQUEST("GET", "/api/v1/x"),
				    "HTTP_COOKIE", "ab=2; b=1; c=3"}},
	{"Cache-Control: max-age=60\r\n", "\r\n\r\n1"}, "no-store"},
    {"hands on inside", {.param = {REQUEST("GET", "/hand/on")}},
	{"X-Accel-Redirect: /intern/5\r\n"}, NULL},
    {"internal from outside", {.param = {REQUEST("GET", "/intern/x")}},
	{"Status: 404 "}, NULL},
    {"a form",
	{.param = {REQUEST("POST", "/antrag/x/"), "CONTENT_TYPE",
	     "application/x-www-form-urlencoded; charset=utf-8",
	     "CONTENT_LENGTH", "7"},
	    .piece = {"a=", "b%2", "0c"}},
	{"Status: 303 See Other\r\n", "Location: /next/b c\r\n"}, NULL},
    {"a form of another type",
	{.param = {REQUEST("POST", "/antrag/x/"), "CONTENT_TYPE",
	     "text/plain", "CONTENT_LENGTH", "3"},
	    .piece = {"a=b"}},
	{"Status: 415 "}, NULL},
    {"a form without length",
	{.param = {REQUEST("POST", "/antrag/x/"), "CONTENT_TYPE",
	     "application/x-www-form-urlencoded"},
	    .piece = {"a=b"}},
	{"Status: 411 "}, NULL},
    {"a form too large",
	{.param = {REQUEST("POST", "/antrag/x/"), "CONTENT_TYPE",
	     "application/x-www-form-urlencoded", "CONTENT_LENGTH", "101"}},
	{"Status: 413 "}, NULL},
    {"a form cut short",
	{.param = {REQUEST("POST", "/antrag/x/"), "CONTENT_TYPE",
	     "application/x-www-form-urlencoded", "CONTENT_LENGTH", "7"},
	    .piece = {"a=b"}},
	{"Status: 400 "}, NULL},
    {"a form broken off",
	{.param = {REQUEST("POST", "/antrag/x/"), "CONTENT_TYPE",
	     "application/x-www-form-urlencoded", "CONTENT_LENGTH", "7"},
	    .piece = {"a=b"},
	    .breaks_off = true},
	{"Status: 400 "}, NULL},
    {"from our own page",
	{.param = {REQUEST("POST", "/antrag/x/"), "HTTP_ORIGIN",
	     "http://quellstadt.localhost:8080", "HTTP_SEC_FETCH_SITE",
	     "same-origin", "CONTENT_TYPE",
	     "application/x-www-form-urlencoded", "CONTENT_LENGTH", "3"},
	    .piece = {"a=b"}},
	{"Status: 303 "}, NULL},
    {"from another site",
	{.param = {REQUEST("POST", "/antrag/x/"), "HTTP_SEC_FETCH_SITE",
	     "cross-site"}},
	{"Status: 403 "}, NULL},
    {"from another origin",
	{.param = {REQUEST("POST", "/antrag/x/"), "HTTP_ORIGIN",
	     "http://quellstadt.localhost:8081"}},
	{"Status: 403 "}, NULL},
    {"from a hidden origin",
	{.param = {REQUEST("POST", "/antrag/x/"), "HTTP_ORIGIN", "null"}},
	{"Status: 403 "}, NULL},
    {"referrer kept back on our own page",
	{.param = {REQUEST("POST", "/antrag/x/"), "HTTP_ORIGIN", "null",
	     "HTTP_SEC_FETCH_SITE", "same-origin", "CONTENT_TYPE",
	     "application/x-www-form-urlencoded", "CONTENT_LENGTH", "0"}},
	{"Location: /next/none\r\n"}, NULL},
    {"the API has no cookies to abuse",
	{.param = {REQUEST("POST", "/api/v1/x"), "HTTP_ORIGIN",
	     "https://app.example", "CONTENT_TYPE",
	     "application/x-www-form-urlencoded", "CONTENT_LENGTH", "0"}},
	{"Status: 303 "}, NULL},
    {"a stream of known length",
	{.param = {REQUEST("POST", "/upload"), "CONTENT_LENGTH", "6"},
	    .piece = {"ab", "cdef", "more"}},
	{"Status: 201 ", "\r\n\r\nab|cdef|"}, "more"},
    {"a stream of unknown length",
	{.param = {REQUEST("POST", "/upload")}, .piece = {"ab", "c"}},
	{"Status: 201 ", "\r\n\r\nab|c|"}, NULL},
    {"a stream broken off",
	{.param = {REQUEST("POST", "/upload"), "CONTENT_LENGTH", "600"},
	    .piece = {"ab", "cdef"}},
	{"Status: 400 "}, NULL},
    {"a long answer", {.param = {REQUEST("GET", "/pdf")}},
	{"Content-Type: application/pdf\r\n",
	    "Content-Disposition: inline\r\n", "Content-Length: 6\r\n",
	    "\r\n\r\nabcdef"},
	NULL},
    {"HEAD of a long answer", {.param = {REQUEST("HEAD", "/pdf")}},
	{"Content-Length: 6\r\n"}, "abc"},
    {"metrics", {.param = {REQUEST("GET", "/metriken/forms")}},
	{"text/plain; version=0.0.4", "torhaus_requests_total"}, NULL},
    {"metrics of another program",
	{.param = {REQUEST("GET", "/metriken/status")}},
	{"Status: 404 "}, NULL},
    {"health", {.param = {"REQUEST_METHOD", "GET", "DOCUMENT_URI",
		    "/bereit/forms", "REMOTE_ADDR", "::1"}},
	{"Status: 200 ", "\"database\":true", "\"services\":true"}, NULL},
    {"health from afar",
	{.param = {"REQUEST_METHOD", "GET", "DOCUMENT_URI", "/bereit/forms",
	     "REMOTE_ADDR", "192.0.2.1"}},
	{"Status: 404 "}, NULL},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct exchange x = cases[i].x;
		const char *got = run(&x);

		for (size_t j = 0;
		     j < nitems(cases[i].want) && cases[i].want[j]; j++)
			if (strstr(got, cases[i].want[j]) == NULL)
				fail_msg("%s: no %s in:\n%s", cases[i].name,
				    cases[i].want[j], got);
		if (cases[i].absent != NULL &&
		    strstr(got, cases[i].absent) != NULL)
			fail_msg("%s: %s in:\n%s", cases[i].name,
			    cases[i].absent, got);
		buf_free(&x.sent);
	}
}

static void
test_internal_from_inside(void **state)
{
	struct exchange x = {
	    .param = {REQUEST("GET", "/intern/x"), "INTERNAL", "1"}};

	(void)state;
	assert_non_null(strstr(run(&x), "Status: 200 "));
	buf_free(&x.sent);
}

static void
test_without_neighbours(void **state)
{
	struct exchange health = {.param = {REQUEST("GET", "/bereit/forms")}};
	struct exchange page = {.param = {REQUEST("GET", "/antrag/x/")}};

	(void)state;
	has_database = false;
	assert_non_null(strstr(run(&health), "Status: 503 "));
	buf_free(&health.sent);
	has_database = true;
	has_services = false;
	assert_non_null(strstr(run(&health), "\"services\":false"));
	buf_free(&health.sent);
	assert_non_null(strstr(run(&page), "Status: 503 "));
	assert_non_null(strstr(buf_text(&page.sent), "Retry-After: 5\r\n"));
	buf_free(&page.sent);
	has_services = true;
}

/* The whole problem document, as a program reads it. */
static void
test_problem(void **state)
{
	struct exchange x = {
	    .param = {REQUEST("POST", "/api/v1/x"), "HTTP_ACCEPT_LANGUAGE",
		"en", "CONTENT_TYPE", "text/plain", "CONTENT_LENGTH", "0"}};
	struct arena a = {0};
	struct err err = {0};
	const char *got = run(&x), *body = strstr(got, "\r\n\r\n") + 4;
	cJSON *problem;

	(void)state;
	assert_non_null(strstr(got, "Content-Language: en\r\n"));
	assert_int_equal(json_parse(&a, body, strlen(body),
	    &json_limits_request, &problem, &err), 0);
	assert_string_equal(json_string(problem, "type"),
	    "urn:torhaus:problem:media-type");
	assert_int_equal(json_int(problem, "status", 0, 999, 0), 415);
	assert_non_null(json_string(problem, "title"));
	assert_non_null(json_string(problem, "detail"));
	arena_free(&a);
	buf_free(&x.sent);
}

static void
test_invents_request_id(void **state)
{
	static const char *const ids[] = {NULL, "", "a\"><b", "a b",
	    "0123456789012345678901234567890123456789012345678901234567890123"};

	(void)state;
	for (size_t i = 0; i < nitems(ids); i++) {
		struct exchange x = {.param = {"REQUEST_METHOD", "GET",
					 "DOCUMENT_URI", "/nowhere",
					 "HTTP_ACCEPT", "application/json",
					 ids[i] == NULL ? NULL : "REQUEST_ID",
					 ids[i]}};
		const char *id = strstr(run(&x), "urn:torhaus:request:");

		assert_int_equal(strspn(id + 20, "0123456789abcdef"), 32);
		assert_int_equal(id[20 + 32], '"');
		buf_free(&x.sent);
	}
}

/* Nobody is there to be told, and nothing breaks. */
static void
test_client_gone(void **state)
{
	struct exchange page = {
	    .param = {REQUEST("GET", "/antrag/x/")}, .is_gone = true};
	struct exchange stream = {
	    .param = {REQUEST("GET", "/pdf")}, .is_gone = true};

	(void)state;
	assert_string_equal(run(&page), "");
	assert_string_equal(run(&stream), "");
}

static void
test_deadline(void **state)
{
	struct exchange x = {
	    .param = {REQUEST("POST", "/upload"), "CONTENT_LENGTH", "6"},
	    .piece = {"abc", "def"}};

	(void)state;
	config.upload_time_max_s = -1;
	assert_non_null(strstr(run(&x), "Status: 408 "));
	config.upload_time_max_s = 60;
	buf_free(&x.sent);
}

static void
test_cookie_without_tls(void **state)
{
	struct exchange x = {.param = {REQUEST("GET", "/antrag/x/"),
				 "QUERY_STRING", "sprache=de"}};

	(void)state;
	config.public_scheme = "http";
	assert_non_null(strstr(run(&x), "SameSite=Lax\r\n"));
	config.public_scheme = "https";
	buf_free(&x.sent);
}

/* nginx refuses SSI values of 256 bytes: the title is cut between characters. */
static void
test_long_title(void **state)
{
	struct html h;
	struct buf b;
	char title[1000] = "";
	const char *value, *end;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(title); i += 3)
		memcpy(title + i, "\xe2\x82\xac", 4);
	buf_init(&b, 10000);
	h.out = &b;
	page_begin_static(&h, LANG_EN, title);
	value = strstr(buf_text(&b), "value=\"") + 7;
	end = strchr(value, '"');
	assert_in_range(end - value, 200, 250);
	assert_int_equal((end - value) % 3, 0);
	assert_non_null(strstr(end, "anfang.en.html"));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_internal_from_inside),
	    cmocka_unit_test(test_without_neighbours),
	    cmocka_unit_test(test_problem),
	    cmocka_unit_test(test_invents_request_id),
	    cmocka_unit_test(test_client_gone),
	    cmocka_unit_test(test_deadline),
	    cmocka_unit_test(test_cookie_without_tls),
	    cmocka_unit_test(test_long_title),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
