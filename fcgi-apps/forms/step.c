#include "forms/step.h"

#include "common/date.h"
#include "common/log.h"

#define DRAFT_MAX ((size_t)4 << 20)
#define MS_PER_DAY INT64_C(86400000)

/*
 * The town's settings as the draft's version knows them: of another version
 * than the offered one, its own members with the town's values.
 */
static const void *
settings_for(struct request *req, const struct town_service *offer,
    const struct service *service)
{
	struct form_mistakes ignored = {.arena = req->arena};

	if (offer == NULL)
		return service->settings_json;
	if (offer->service == service)
		return offer->settings;
	return service_settings_merge(
	    req->arena, service, offer->settings, &ignored);
}

/* A service that the town does not offer any more, closed. */
static const struct town_service *
former_offer(struct request *req, const struct service *service)
{
	struct town_service *offer =
	    arena_new(req->arena, struct town_service, 1);

	offer->service = service;
	offer->settings = service->settings_json;
	offer->department =
	    service_department_name(service->department, offer->settings);
	return offer;
}

/* Finds the version that the draft is of. */
static int
find_service(struct request *req, struct step_visit *v, struct err *err)
{
	struct antrag *a = &v->antrag;
	const struct town_service *offer =
	    service_set_offer(req->services, req->town, req->arg[0]);

	a->service = service_set_version(
	    req->services, a->draft.service_version_id);
	/* Published a moment ago: another process has it, nginx asks there. */
	if (a->service == NULL)
		return err_set(err, ERR_DB_BUSY,
		    "the version of a draft is not loaded yet");
	if (strcmp(a->service->slug, req->arg[0]) != 0)
		return err_set(
		    err, ERR_UNAUTHORIZED, "the draft is another service's");
	v->is_offered = offer != NULL;
	v->is_current = offer != NULL && offer->service == a->service;
	a->offer = offer != NULL ? offer : former_offer(req, a->service);
	a->context.settings = settings_for(req, offer, a->service);
	http_request_offer(req, a->service->languages);
	return 0;
}

static int
read_answers(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	struct antrag *a = &v->antrag;

	if (find_service(req, v, err) == -1 ||
	    step_marks_read(req->arena, a->draft.answers,
		a->draft.answers_len, &v->marks, err) == -1)
		return -1;
	if (a->draft.answers == NULL)
		a->answers = form_answers_new(req->arena, a->service->form);
	else if (form_read_draft(req->arena, a->service->form,
		     a->draft.answers, a->draft.answers_len, &a->answers,
		     err) == -1)
		return -1;
	a->has_draft = true;
	if (a->service->form->has_files &&
	    antrag_take_documents(app, req, a, err) == -1)
		return -1;
	step_judge(req, v);
	return 0;
}

void
step_judge(struct request *req, struct step_visit *v)
{
	struct antrag *a = &v->antrag;

	antrag_judge(req, a);
	step_plan_make(req->arena, a->service, a->answers, &a->context,
	    a->error, a->nerror, &v->marks, &v->plan);
}

/* What the address and the cookie say; no cookie opens nothing. */
static int
begin(struct request *req, struct step_visit *v, struct err *err)
{
	struct antrag *a = &v->antrag;
	struct err none = {0};

	/* Also of addresses whose page is part of the route's pattern. */
	*v = (struct step_visit){.page = strrchr(req->path, '/') + 1};
	a->action = a->version = a->not_shown = "";
	a->context.now_ms = date_now_ms();
	if (id_parse(req->arg[1], &a->submission_id, &none) == -1)
		return err_set(err, ERR_UNAUTHORIZED, "no id of a draft");
	a->has_id = true;
	a->has_looked_for_draft = true;
	v->base = arena_printf(req->arena, "/antrag/%s/%s", req->arg[0],
	    id_hex(req->arena, &a->submission_id));
	if (!draft_cookie_read(req, &v->browser))
		return err_set(err, ERR_UNAUTHORIZED, "no cookie");
	return 0;
}

/* The secret opens no such draft: was it this browser that sent it? */
static int
explain(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	bool was_sent;

	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	if (draft_sent_check(app->db, req->arena, req->town,
		&v->antrag.submission_id, &v->browser, v->antrag.context.now_ms,
		&was_sent, err) == -1)
		return -1;
	return was_sent ? err_set(err, ERR_GONE, "draft: was submitted")
			: err_set(err, ERR_UNAUTHORIZED,
			      "the cookie opens no such draft");
}

int
step_open(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	if (begin(req, v, err) == -1)
		return -1;
	if (draft_access_open(app->db, req->arena, req->town,
		&v->antrag.submission_id, &v->browser,
		v->antrag.context.now_ms, &v->antrag.draft, err) == -1)
		return explain(app, req, v, err);
	return read_answers(app, req, v, err);
}

int
step_lock(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	if (begin(req, v, err) == -1)
		return -1;
	if (draft_access_lock(app->db, req->arena, req->town,
		&v->antrag.submission_id, &v->browser,
		v->antrag.context.now_ms, &v->antrag.draft, err) == -1)
		return explain(app, req, v, err);
	if (read_answers(app, req, v, err) == -1) {
		db_rollback(app->db);
		return -1;
	}
	return 0;
}

bool
step_is_moving(const struct step_visit *v)
{
	return v->is_offered && !v->is_current &&
	    v->antrag.offer->service->moves_drafts &&
	    v->antrag.offer->service->form->is_stepped;
}

bool
step_is_open(const struct step_visit *v)
{
	return v->is_offered && v->antrag.offer->is_open;
}

int
step_save(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	struct antrag *a = &v->antrag;
	struct buf *json = buf_new(req->arena, DRAFT_MAX);

	form_write_draft(a->answers, json);
	step_marks_write(&v->marks, json);
	if (buf_check(json, err) == -1) {
		db_rollback(app->db);
		return -1;
	}
	a->draft.answers = buf_text(json);
	a->draft.answers_len = json->len;
	a->draft.service_version_id = a->service->version_id;
	a->draft.lang = req->lang;
	a->draft.touched_ms = a->context.now_ms;
	a->draft.expires_ms =
	    a->draft.touched_ms + a->service->draft_days * MS_PER_DAY;
	return draft_access_save(app->db, req->arena, &a->draft, err);
}

void
step_renew(struct app *app, struct request *req, const struct step_visit *v)
{
	struct err err = {0};
	bool renewed;

	if (draft_access_renew(app->db, req->town, &v->browser,
		v->antrag.context.now_ms, &renewed, &err) == -1)
		log_warn("a browser's access was not renewed: %s", err.msg);
	else if (renewed)
		draft_cookie_set(req, &v->browser, false);
}

const char *
step_page_title(const struct form_words *w, const struct form_page *page)
{
	const char *title =
	    form_say(w, arena_printf(w->arena, "page.%s.title", page->id));

	return title != NULL ? title : page->id;
}

int
step_redirect(struct request *req, const struct step_visit *v,
    const char *page, const char *rest)
{
	return http_redirect(req, "%s/%s%s", v->base, page, rest);
}
