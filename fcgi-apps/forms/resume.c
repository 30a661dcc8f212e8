#include "forms/resume.h"

#include "common/app.h"
#include "common/date.h"
#include "common/draft/draft_cookie.h"
#include "common/draft/draft_expired.h"
#include "common/draft/draft_post_store.h"
#include "common/draft/draft_reminder.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/rate_store.h"
#include "common/service/service_fill.h"
#include "forms/resume_view.h"

#define RATE "draft-code" /* wrong codes and links */
#define MS_PER_DAY INT64_C(86400000)
#define POST_PATH_MAX 300 /* of "ziel" */

/* ---- the page that a post came from ---- */

/* What the page for an expired session kept. */
struct kept {
	struct draft_expired page;
	struct http_pairs pairs;
	struct id submission;
};

static const char *
value(const struct http_pairs *pairs, const char *name)
{
	const char *s = http_pair_get(pairs, name);

	return s == NULL ? "" : s;
}

/* "<service>/<draft>/<page>": parts that may stand in an address. */
static bool
read_target(struct request *req, const char *s, struct kept *k)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	const char *part[3];
	struct err none = {0};

	if (strlen(s) > POST_PATH_MAX)
		return false;
	for (size_t i = 0; i < nitems(part); i++) {
		size_t n = strspn(s, plain);

		if (n == 0 || s[n] != (i < 2 ? '/' : '\0'))
			return false;
		part[i] = arena_dup(req->arena, s, n);
		s += n + (i < 2);
	}
	if (id_parse(part[1], &k->submission, &none) == -1)
		return false;
	k->page.service = part[0];
	k->page.submission = part[1];
	k->page.page = part[2];
	return true;
}

static void
read_kept(struct request *req, const struct http_pairs *pairs, struct kept *k)
{
	const size_t prefix = strlen(DRAFT_KEEP_PREFIX);

	*k = (struct kept){.page.code = value(pairs, DRAFT_CODE_FIELD),
	    .page.is_shared = *value(pairs, DRAFT_SHARED_FIELD) != '\0'};
	if (!read_target(req, value(pairs, DRAFT_TARGET_FIELD), k))
		return;
	k->page.has_lost_files = *value(pairs, DRAFT_LOST_FIELD) != '\0';
	k->pairs.pair = arena_new(req->arena, struct http_pair, pairs->n);
	for (size_t i = 0; i < pairs->n; i++) {
		struct http_pair p = pairs->pair[i];

		if (strncmp(p.name, DRAFT_KEEP_PREFIX, prefix) != 0)
			continue;
		p.name += prefix;
		k->pairs.pair[k->pairs.n++] = p;
	}
	if (k->pairs.n > 0)
		k->page.pairs = &k->pairs;
}

/* ---- letting in ---- */

/* The browser's secret; a new one when it has none. */
static void
browser_secret(const struct request *req, struct draft_secret *out)
{
	if (!draft_cookie_read(req, out))
		draft_secret_new(DRAFT_BROWSER, out);
}

/*
 * 303 into the opened draft: with what was kept to its page, which takes it as
 * if it had been posted there just now, else to where one was.
 */
static int
enter(struct app *app, struct request *req, const struct draft *d,
    const char *slug, const struct draft_secret *browser,
    const struct kept *k, struct err *err)
{
	const char *hex = id_hex(req->arena, &d->submission_id);
	struct draft_post post = {.notes = {.action = "", .version = "",
				      .not_shown = ""}};
	struct id id;

	if (k->page.pairs == NULL) {
		(void)http_redirect(req, "/antrag/%s/%s/", slug, hex);
	} else {
		post.pairs = k->pairs;
		post.has_lost_files = k->page.has_lost_files;
		if (draft_post_add(app->db, req->arena, d, &post,
			date_now_ms(), &id, err) == -1)
			return -1;
		(void)http_redirect(req, "/antrag/%s/%s/%s?post=%s", slug,
		    hex, k->page.page, id_hex(req->arena, &id));
	}
	draft_cookie_set(req, browser, k->page.is_shared);
	return 0;
}

/* Gives this browser access of its own to a draft that was opened. */
static int
let_in(struct app *app, struct request *req, const struct draft *d,
    const struct kept *k, struct err *err)
{
	const struct service *service =
	    service_set_version(req->services, d->service_version_id);
	int64_t now_ms = date_now_ms();
	struct draft_secret browser;

	if (service == NULL)
		return err_set(err, ERR_DB_BUSY,
		    "the version of a draft is not loaded yet");
	browser_secret(req, &browser);
	if (draft_access_add(app->db, req->town, d, &browser, now_ms,
		draft_browser_expires(now_ms, k->page.is_shared),
		k->page.is_shared, err) == -1)
		return -1;
	return enter(app, req, d, service->slug, &browser, k, err);
}

/* ERR_NOT_FOUND: it opens nothing; then it is counted against the address. */
static int
open_by(struct app *app, struct request *req, const struct draft_secret *s,
    struct draft *d, struct err *err)
{
	int64_t now_ms = date_now_ms();
	struct err later = {0};
	struct id submission;

	if (draft_access_find(app->db, req->arena, req->town, s, now_ms,
		&submission, err) == 0 &&
	    draft_access_open(app->db, req->arena, req->town, &submission, s,
		now_ms, d, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	metrics_add(app->metrics, METRIC_LOOKUP_REFUSED, 1);
	if (rate_hit(app->db, req->town, RATE, req->remote_addr, now_ms,
		&later) == -1)
		*err = later;
	return -1;
}

static int
check_rate(struct app *app, struct request *req, int64_t *wait_s,
    struct err *err)
{
	return rate_check(app->db, req->arena, req->town, RATE,
	    req->remote_addr, app->config->lookup_tries, date_now_ms(),
	    wait_s, err);
}

/* The page again, with everything it kept. */
static int
refuse(struct app *app, struct request *req, struct kept *k,
    const char *error, int64_t wait_s)
{
	k->page.error = error;
	(void)draft_expired_page(app, req, &k->page);
	if (wait_s > 0)
		http_reply_header(req, "Retry-After",
		    arena_printf(req->arena, "%lld", (long long)wait_s));
	return 0;
}

/* ---- by code ---- */

static int
post_code(struct app *app, struct request *req, struct kept *k,
    struct err *err)
{
	struct draft_secret code;
	struct draft d;
	int64_t wait_s;

	if (check_rate(app, req, &wait_s, err) == -1)
		return -1;
	if (wait_s > 0)
		return refuse(app, req, k, "draft.code.too_many", wait_s);
	if (draft_secret_parse(DRAFT_CODE, k->page.code, &code, err) == -1) {
		err_clear(err); /* guesses nothing, so it is not counted */
		return refuse(app, req, k, "draft.code.typo", 0);
	}
	if (open_by(app, req, &code, &d, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return refuse(app, req, k, "draft.code.wrong", 0);
	}
	/* What was typed into one draft does not go into another. */
	if (k->page.pairs != NULL &&
	    !id_equal(&k->submission, &d.submission_id))
		return refuse(app, req, k, "draft.code.other", 0);
	return let_in(app, req, &d, k, err);
}

/* ---- anew ---- */

static int
post_anew(struct app *app, struct request *req, struct kept *k,
    struct err *err)
{
	const struct town_service *offer = k->page.service == NULL
	    ? NULL
	    : service_set_offer(req->services, req->town, k->page.service);
	struct draft_begin b = {.submission_id = id_random(),
	    .lang = req->lang,
	    .now_ms = date_now_ms(),
	    .is_shared = k->page.is_shared};
	struct draft_secret browser;
	struct draft d;

	if (offer == NULL || !offer->service->form->is_stepped)
		return err_set(err, ERR_NOT_FOUND, "no such service");
	if (!offer->is_open)
		return refuse(app, req, k, "draft.anew.closed", 0);
	if (k->page.pairs == NULL)
		return http_redirect(req, "/antrag/%s/", k->page.service);
	b.service_version_id = offer->service->version_id;
	b.expires_ms = b.now_ms + offer->service->draft_days * MS_PER_DAY;
	browser_secret(req, &browser);
	if (draft_begin(app->db, req->arena, req->town, &b, &browser, &d,
		err) == -1)
		return -1;
	return enter(app, req, &d, k->page.service, &browser, k, err);
}

int
resume_show(struct app *app, struct request *req, struct err *err)
{
	const struct draft_expired page = {.service = NULL};

	(void)err; /* nothing can go wrong */
	if (http_pair_get(&req->query, "geloescht") != NULL)
		return resume_view_discarded(app, req);
	return draft_expired_page(app, req, &page);
}

int
resume_post(struct app *app, struct request *req, struct err *err)
{
	struct http_pairs pairs;
	struct kept k;

	if (http_body_form(app, req, &pairs, err) == -1)
		return -1;
	read_kept(req, &pairs, &k);
	return strcmp(value(&pairs, "action"), "neu") == 0
	    ? post_anew(app, req, &k, err)
	    : post_code(app, req, &k, err);
}

/* ---- by link ---- */

int
resume_link_show(struct app *app, struct request *req, struct err *err)
{
	(void)err; /* tells nothing: whoever checks mails follows links */
	return resume_view_link(app, req, false);
}

/* Who has the link reads the mail. */
static int
confirm(struct app *app, struct request *req, const struct draft *d,
    const struct draft_secret *link, struct err *err)
{
	struct draft_reminder r;
	struct draft locked;
	bool changed, unknown;

	if (draft_access_lock(app->db, req->arena, req->town,
		&d->submission_id, link, date_now_ms(), &locked, err) == -1)
		return -1;
	if (draft_reminder_read(app->db, req->arena, req->town,
		&d->submission_id, &r, err) == -1)
		goto fail;
	draft_reminder_confirm(&r, req->town, link, &changed);
	if (changed && draft_reminder_write(app->db, req->arena, req->town,
		&d->submission_id, &r, err) == -1)
		goto fail;
	return db_commit(app->db, &unknown, err);
fail:
	db_rollback(app->db);
	return -1;
}

int
resume_link_post(struct app *app, struct request *req, struct err *err)
{
	struct draft_secret link;
	struct http_pairs pairs;
	struct draft d;
	struct kept k;
	int64_t wait_s;

	if (http_body_form(app, req, &pairs, err) == -1 ||
	    check_rate(app, req, &wait_s, err) == -1)
		return -1;
	read_kept(req, &pairs, &k);
	k.page = (struct draft_expired){.is_shared = k.page.is_shared};
	if (wait_s > 0)
		return refuse(app, req, &k, "draft.code.too_many", wait_s);
	if (draft_secret_parse(DRAFT_LINK, req->arg[0], &link, err) == -1 ||
	    open_by(app, req, &link, &d, err) == -1) {
		if (err->code != ERR_NOT_FOUND &&
		    err->code != ERR_FIELD_INVALID)
			return -1;
		err_clear(err);
		return resume_view_link(app, req, true);
	}
	if (confirm(app, req, &d, &link, err) == -1)
		return -1;
	return let_in(app, req, &d, &k, err);
}

/* ---- for the draft's own pages ---- */

static int
answer_expired(struct app *app, struct request *req, bool *is_answered)
{
	const struct draft_expired page = {.service = req->arg[0],
	    .submission = req->arg[1],
	    .page = strrchr(req->path, '/') + 1};

	*is_answered = true;
	return draft_expired_page(app, req, &page);
}

int
resume_open(struct app *app, struct request *req, struct resume_visit *v,
    bool *is_answered, struct err *err)
{
	const struct town_service *offer;
	struct err none = {0};

	*is_answered = false;
	if (id_parse(req->arg[1], &v->submission, &none) == -1)
		return err_set(err, ERR_NOT_FOUND, "no id of a draft");
	if (!draft_cookie_read(req, &v->browser))
		return answer_expired(app, req, is_answered);
	if (draft_access_open(app->db, req->arena, req->town, &v->submission,
		&v->browser, date_now_ms(), &v->draft, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return answer_expired(app, req, is_answered);
	}
	v->service = service_set_version(
	    req->services, v->draft.service_version_id);
	if (v->service == NULL)
		return err_set(err, ERR_DB_BUSY,
		    "the version of a draft is not loaded yet");
	if (strcmp(v->service->slug, req->arg[0]) != 0)
		return err_set(
		    err, ERR_NOT_FOUND, "the draft is another service's");
	http_request_offer(req, v->service->languages);
	offer = service_set_offer(req->services, req->town, req->arg[0]);
	v->name = service_fill(req->arena,
	    service_text(v->service, req->lang, "service.name"),
	    req->town->name,
	    offer != NULL ? offer->settings : v->service->settings_json,
	    req->lang);
	v->base = arena_printf(req->arena, "/antrag/%s/%s", req->arg[0],
	    id_hex(req->arena, &v->submission));
	return 0;
}
