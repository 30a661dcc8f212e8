#include "forms/feedback.h"

#include "common/app.h"
#include "common/date.h"
#include "common/feedback_store.h"
#include "common/log.h"
#include "common/rate_store.h"
#include "forms/feedback_view.h"

#define FORM_PATH "/antrag/"

static const char *
field(const struct http_pairs *pairs, const char *name)
{
	const char *value = http_pair_get(pairs, name);

	return value == NULL ? "" : value;
}

/*
 * Where the person came from: the address of a Vorgang's page holds a key, so
 * it is not among what the page sends. Only a path of this host.
 */
static const char *
way_back(const struct request *req)
{
	const char *referer = http_header(req, "Referer");
	const char *host = strstr(referer, "://"), *path;

	if (host == NULL)
		return "/";
	host += 3;
	path = host + strcspn(host, "/?#");
	if (strncasecmp(host, http_param(req, "HTTP_HOST"),
		(size_t)(path - host)) != 0 ||
	    strlen(http_param(req, "HTTP_HOST")) != (size_t)(path - host) ||
	    path[0] != '/' || path[1] == '/' || path[1] == '\\' ||
	    strncmp(path, "/rueckmeldung", 13) == 0)
		return "/";
	return path;
}

/* Languages that the page was read in need not be offered by ours. */
static enum lang
page_language(const struct request *req, const struct http_pairs *pairs)
{
	return lang_parse(field(pairs, "sprache"), req->lang);
}

int
feedback_show(struct app *app, struct request *req, struct err *err)
{
	const struct feedback_ask ask = {
	    .page = feedback_page(req->arena, field(&req->query, "seite")),
	    .remark = ""};

	(void)err; /* nothing can go wrong */
	feedback_ask_view(app, req, 200, &ask);
	return 0;
}

/* Too many from this address? The page again, and when to come back. */
static int
check_rate(struct app *app, struct request *req, struct feedback_ask *ask,
    int64_t now_ms, bool *is_answered, struct err *err)
{
	int64_t wait_s;

	*is_answered = false;
	if (rate_check(app->db, req->arena, req->town, "feedback",
		req->remote_addr, app->config->feedback_rate, now_ms, &wait_s,
		err) == -1)
		return -1;
	if (wait_s == 0)
		return 0;
	ask->error = "feedback.too_many";
	ask->minutes = arena_printf(
	    req->arena, "%lld", (long long)(wait_s + 59) / 60);
	*is_answered = true;
	feedback_ask_view(app, req, 429, ask);
	http_reply_header(req, "Retry-After",
	    arena_printf(req->arena, "%lld", (long long)wait_s));
	return 0;
}

static int
keep(struct app *app, struct request *req, const struct feedback *f,
    struct err *err)
{
	struct err ignored = {0};

	if (feedback_insert(app->db, f, err) == -1)
		return -1;
	/* It was received, whether it is counted or not. */
	if (app->config->feedback_rate > 0 &&
	    rate_hit(app->db, req->town, "feedback", req->remote_addr,
		f->at_ms, &ignored) == -1)
		log_warn("feedback was not counted: %s", ignored.msg);
	return 0;
}

int
feedback_post(struct app *app, struct request *req, struct err *err)
{
	struct feedback_ask ask = {0};
	struct feedback f = {.at_ms = date_now_ms()};
	struct http_pairs pairs;
	const char *answer;
	bool is_answered;

	if (http_body_form(app, req, &pairs, err) == -1)
		return -1;
	answer = field(&pairs, "hilfreich");
	f.page = ask.page =
	    feedback_page(req->arena, field(&pairs, "seite"));
	f.remark = ask.remark = feedback_remark(req->arena,
	    field(&pairs, "anmerkung"), strlen(field(&pairs, "anmerkung")));
	f.lang = page_language(req, &pairs);
	f.is_helpful = strcmp(answer, "ja") == 0;
	if (!f.is_helpful && strcmp(answer, "nein") != 0) {
		ask.error = "feedback.choose";
		feedback_ask_view(app, req, 422, &ask);
		return 0;
	}
	if (check_rate(app, req, &ask, f.at_ms, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	if (keep(app, req, &f, err) == -1)
		return -1;
	feedback_thanks_view(app, req, way_back(req),
	    strncmp(f.page, FORM_PATH, strlen(FORM_PATH)) == 0);
	return 0;
}
