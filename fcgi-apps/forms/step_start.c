#include "forms/step_start.h"

#include "common/form/form_keep.h"
#include "common/form/form_view_start.h"
#include "common/log.h"
#include "common/page.h"
#include "forms/context.h"
#include "forms/step_fail.h"
#include "forms/opening.h"
#include "forms/step_start_view.h"
#include "forms/step_view.h"

#define MS_PER_DAY INT64_C(86400000)

/* The browser's drafts; without a database, none: the page must not fail. */
static void
list_drafts(struct app *app, struct request *req, const struct antrag *a,
    struct form_start_view *out)
{
	struct draft_secret browser;
	struct draft_entry *entry;
	struct form_start_draft *draft;
	struct err err = {0};
	size_t n;

	if (!draft_cookie_read(req, &browser))
		return;
	if (draft_access_list(app->db, req->arena, req->town, &browser,
		a->context.now_ms, &entry, &n, &err) == -1) {
		log_warn("drafts are not listed: %s", err.msg);
		return;
	}
	draft = arena_new(req->arena, struct form_start_draft, n);
	for (size_t i = 0; i < n; i++) {
		const struct service *s = service_set_version(
		    req->services, entry[i].service_version_id);

		if (s == NULL)
			continue;
		draft[out->ndraft++] = (struct form_start_draft){
		    .service = service_text(s, req->lang, "service.name"),
		    .base = arena_printf(req->arena, "/antrag/%s/%s", s->slug,
			id_hex(req->arena, &entry[i].submission_id)),
		    .touched_ms = entry[i].touched_ms,
		    .expires_ms = entry[i].expires_ms,
		    .is_same = strcmp(s->slug, a->service->slug) == 0,
		};
	}
	out->draft = draft;
}

static int
show(struct app *app, struct request *req, struct antrag *a,
    struct form_start_view *v, int status)
{
	if (!a->has_id)
		a->submission_id = id_random();
	v->words = antrag_words(app, req, a);
	v->submission_id = id_hex(req->arena, &a->submission_id);
	v->notice = a->notice;
	v->nnotice = a->nnotice;
	v->takes_code = service_opening_takes_codes(a->offer);
	v->context = a->pairs;
	list_drafts(app, req, a, v);
	return step_show_start(app, req, v, status);
}

int
step_start(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	struct form_start_view v = {.code = NULL};

	(void)err;
	if (!a->offer->is_open) {
		const struct form_words w = antrag_words(app, req, a);

		antrag_notice(a, FORM_NOTICE_DANGER,
		    form_word(&w, "form.notice.closed"),
		    form_closed_text(&w, req->town, a->offer));
	}
	return show(app, req, a, &v, a->offer->is_open ? 200 : 409);
}

/* ---- beginning ---- */

/* A draft under a->submission_id, or under a fresh one when it is another's. */
static int
begin_draft(struct app *app, struct request *req, struct antrag *a,
    const struct draft_secret *browser, bool is_shared, struct err *err)
{
	struct draft_begin b = {.submission_id = a->submission_id,
	    .service_version_id = a->service->version_id,
	    .lang = req->lang,
	    .now_ms = a->context.now_ms,
	    .expires_ms =
		a->context.now_ms + a->service->draft_days * MS_PER_DAY,
	    .is_shared = is_shared};

	if (draft_begin(app->db, req->arena, req->town, &b, browser,
		&a->draft, err) == 0)
		return 0;
	if (err->code != ERR_DUPLICATE && err->code != ERR_CONFLICT)
		return -1;
	err_clear(err);
	b.submission_id = a->submission_id = id_random();
	return draft_begin(app->db, req->arena, req->town, &b, browser,
	    &a->draft, err);
}

/* What the applicant came with, if nothing was typed yet. */
static int
keep(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	struct antrag *a = &v->antrag;

	if (draft_access_lock(app->db, req->arena, req->town,
		&a->submission_id, &v->browser, a->context.now_ms, &a->draft,
		err) == -1)
		return -1;
	if (a->draft.answers == NULL)
		return step_save(app, req, v, err);
	db_rollback(app->db);
	return 0;
}

/* Where the draft that was begun goes on: a second click finds it as it is. What
 * the applicant came with is in it. */
static int
lead_on(struct app *app, struct request *req, struct antrag *a,
    const struct draft_secret *s, bool is_shared, struct err *err)
{
	struct step_visit v = {.antrag = *a, .browser = *s};

	v.base = arena_printf(req->arena, "/antrag/%s/%s", a->service->slug,
	    id_hex(req->arena, &a->submission_id));
	v.antrag.answers = a->pairs->n == 0
	    ? form_answers_new(req->arena, a->service->form)
	    : context_answers(
		  req->arena, a->service->form, a->pairs, &a->context);
	step_judge(req, &v);
	if (a->pairs->n > 0 && a->draft.answers == NULL &&
	    keep(app, req, &v, err) == -1)
		return -1;
	(void)step_redirect(req, &v, step_plan_resume(&v.plan), "");
	draft_cookie_set(req, s, is_shared);
	return 0;
}

static int
begin(struct app *app, struct request *req, struct antrag *a,
    const struct http_pairs *pairs, struct err *err)
{
	bool is_shared = http_pair_get(pairs, "shared") != NULL;
	struct form_start_view v = {
	    .code = http_pair_get(pairs, "invitation"),
	    .is_shared = is_shared};
	struct opening_result opening;
	struct draft_secret browser;

	a->invitation = v.code;
	if (opening_ask(app, req, a, OPENING_AT_START, &opening, err) == -1)
		return -1;
	if (a->invitation_error != NULL) {
		v.code_error =
		    text_get(app->texts, req->lang, a->invitation_error);
		return show(app, req, a, &v, 422);
	}
	if (opening.why != OPENING_OPEN)
		return step_show_start_not_open(app, req, a, &opening);
	if (!draft_cookie_read(req, &browser))
		draft_secret_new(DRAFT_BROWSER, &browser);
	if (begin_draft(app, req, a, &browser, is_shared, err) == -1)
		return -1;
	return lead_on(app, req, a, &browser, is_shared, err);
}

int
step_begin(struct app *app, struct request *req, struct antrag *a,
    const struct http_pairs *pairs, struct err *err)
{
	const char *hex = http_pair_get(pairs, "submission_id");
	const char *action = http_pair_get(pairs, "action");
	struct http_pairs context = context_pairs(
	    req->arena, a->service->form, pairs);
	struct err none = {0};

	a->pairs = &context;
	a->has_id = hex != NULL && id_parse(hex, &a->submission_id, &none) == 0;
	if (!a->has_id)
		a->submission_id = id_random();
	a->has_id = true;
	if (!a->offer->is_open || action == NULL ||
	    strcmp(action, "begin") != 0)
		return step_start(app, req, a, err);
	return begin(app, req, a, pairs, err);
}

int
step_resume(struct app *app, struct request *req, struct err *err)
{
	struct step_visit v;

	if (step_open(app, req, &v, err) == -1)
		return step_fail(app, req, &v, NULL, err);
	(void)step_redirect(req, &v, step_plan_resume(&v.plan), "");
	step_renew(app, req, &v);
	return 0;
}
