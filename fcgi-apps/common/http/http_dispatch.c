#include "common/http/http_io.h"

#include <assert.h>

#include "common/db/db.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/page.h"
#include "common/service/service.h"

/* What every program answers. */
static const struct route built_in[] = {
    {HTTP_GET, "/bereit/{program}", http_health,
	ROUTE_API | ROUTE_NO_TOWN | ROUTE_LOCAL},
    {HTTP_GET, "/metriken/{program}", http_metrics,
	ROUTE_API | ROUTE_NO_TOWN | ROUTE_LOCAL},
};

static int
find_route(const struct program *program, struct request *req,
    const char **allow, struct err *err)
{
	struct err unused;

	if (http_route_find(program->route, program->nroute, req, &req->route,
		allow, err) == 0)
		return 0;
	if (err->code == ERR_NOT_FOUND &&
	    http_route_find(built_in, nitems(built_in), req, &req->route,
		allow, &unused) == 0) {
		err_clear(err);
		if (strcmp(req->arg[0], program->name) == 0)
			return 0;
		return err_set(err, ERR_NOT_FOUND, "another program");
	}
	return -1;
}

static bool
is_local(const char *addr)
{
	return strcmp(addr, "127.0.0.1") == 0 || strcmp(addr, "::1") == 0 ||
	    strncmp(addr, "unix:", 5) == 0;
}

static int
check_flags(const struct request *req, struct err *err)
{
	if (req->route->flags & ROUTE_INTERNAL &&
	    strcmp(http_param(req, "INTERNAL"), "1") != 0)
		return err_set(err, ERR_NOT_FOUND, "internal");
	if (req->route->flags & ROUTE_LOCAL && !is_local(req->remote_addr))
		return err_set(err, ERR_NOT_FOUND, "from loopback only");
	return 0;
}

/* The town that the host name stands for, for pages and rows. */
static int
enter_town(struct app *app, struct request *req, struct err *err)
{
	if (req->route->flags & ROUTE_NO_TOWN)
		return 0;
	if (req->services == NULL)
		return err_set(
		    err, ERR_DB_UNAVAILABLE, "services are not loaded");
	req->town = service_set_town(req->services, req->host);
	if (req->town == NULL)
		return err_set(
		    err, ERR_MISDIRECTED, "no town has host %s", req->host);
	if (app->db != NULL)
		db_enter_town(app->db, req->town->id);
	return 0;
}

/* Everything that must hold before the handler runs. */
static int
prepare(struct app *app, const struct program *program, struct request *req,
    const char **allow, struct err *err)
{
	int found = find_route(program, req, allow, err);

	if ((req->route != NULL && req->route->flags & ROUTE_API) ||
	    strncmp(req->path, "/api/", strlen("/api/")) == 0)
		req->wants_json = true;
	if (found == -1 || check_flags(req, err) == -1 ||
	    enter_town(app, req, err) == -1)
		return -1;
	if (req->method != HTTP_POST && req->method != HTTP_DELETE)
		return 0;
	if (!(req->route->flags & ROUTE_API) &&
	    http_request_same_site(req, err) == -1)
		return -1;
	if (!(req->route->flags & ROUTE_STREAM) &&
	    req->content_length > app->config->request_max)
		return err_set(err, ERR_TOO_LARGE, "body of %lld bytes",
		    (long long)req->content_length);
	return 0;
}

static int
handle(struct app *app, const struct program *program, struct request *req,
    const char **allow, struct err *err)
{
	int rc = http_request_read(req, err);

	log_set_request(req->request_id);
	http_request_language(req);
	if (rc == -1 || prepare(app, program, req, allow, err) == -1 ||
	    req->route->handler(app, req, err) == -1)
		return -1;
	assert(req->status != 0); /* a handler that answered nothing */
	return req->is_streaming ? 0 : buf_check(req->out, err);
}

/* One line a request. Paths hold secrets, so the route's pattern stands in. */
static void
log_request_end(
    const struct request *req, const struct err *err, int64_t took_us)
{
	const char *route = req->route == NULL ? "-" : req->route->pattern;
	enum log_level level = LOG_DEBUG;

	if (err->code != ERR_NONE && req->is_streaming)
		level = LOG_INFO; /* broken off, mostly by the client */
	if (err->code != ERR_NONE && err_status(err->code) >= 500)
		level = LOG_ERROR;
	if (err->code == ERR_NONE)
		log_msg(level, "%s %d in %lld us", route, req->status,
		    (long long)took_us);
	else
		log_msg(level, "%s %d in %lld us: %s: %s", route, req->status,
		    (long long)took_us, err_wire(err->code), err->msg);
}

static void
count(struct app *app, const struct request *req, int64_t took_us)
{
	metrics_add(app->metrics, METRIC_REQUESTS, 1);
	if (req->status >= 500)
		metrics_add(app->metrics, METRIC_ERRORS_SERVER, 1);
	else if (req->status >= 400)
		metrics_add(app->metrics, METRIC_ERRORS_CLIENT, 1);
	metrics_time(app->metrics, (uint64_t)took_us);
}

void
http_dispatch(
    struct app *app, const struct program *program, struct request *req)
{
	struct err err = {0};
	const char *allow = NULL;
	int64_t took_us;

	req->begun_us = http_now_us();
	req->body_deadline_us =
	    req->begun_us + app->config->upload_time_max_s * 1000000;
	req->is_https = strcmp(app->config->public_scheme, "https") == 0;
	req->services = service_set_hold();
	if (handle(app, program, req, &allow, &err) == -1 &&
	    !req->is_streaming) {
		http_fail(app, req, &err, NULL);
		if (err.code == ERR_METHOD)
			http_reply_header(req, "Allow", allow);
	}
	http_reply_send(req);
	took_us = http_now_us() - req->begun_us;
	count(app, req, took_us);
	log_request_end(req, &err, took_us);
	if (app->db != NULL)
		db_enter_town(app->db, 0);
	service_set_drop(req->services);
	req->services = NULL;
	log_set_request("");
}
