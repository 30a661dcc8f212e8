#include "forms/step_advice.h"

#include "common/date.h"
#include "common/draft/draft_items.h"
#include "forms/antrag_view.h"
#include "forms/step_fail.h"
#include "forms/step_move.h"
#include "forms/step_view.h"

#define MS_PER_DAY INT64_C(86400000)

int
step_advice(struct app *app, struct request *req, struct err *err)
{
	struct step_visit v;

	if (step_open(app, req, &v, err) == -1)
		return step_fail(app, req, &v, NULL, err);
	if (!step_is_open(&v))
		return step_show_closed(app, req, &v);
	if (step_is_moving(&v))
		return step_move_show(app, req, &v);
	if (v.plan.standing == ADVISER_NONE)
		return step_show_no_page(app, req, &v);
	if (v.plan.standing == ADVISER_ASKING)
		return step_redirect(
		    req, &v, step_plan_resume(&v.plan), "");
	return step_show_advice(app, req, &v);
}

/* A form on one page has no draft yet: the page, with what goes along. */
static int
show_prefilled(struct app *app, struct request *req,
    const struct step_visit *v, const struct town_service *offer)
{
	struct antrag a = {.offer = offer,
	    .service = offer->service,
	    .action = "show",
	    .version = "",
	    .not_shown = ""};

	a.context = (struct form_context){
	    .now_ms = v->antrag.context.now_ms, .settings = offer->settings};
	a.answers = service_adviser_prefill(req->arena, v->plan.result,
	    v->antrag.answers, offer->service->form);
	http_request_offer(req, offer->service->languages);
	antrag_judge(req, &a);
	return antrag_show(app, req, &a, 200);
}

/*
 * Begins the other service with what was answered here, in the same browser.
 * The hidden id makes a second click lead to the same draft.
 */
static int
begin_other(struct app *app, struct request *req, struct step_visit *v,
    const struct http_pairs *pairs, struct err *err)
{
	const struct adviser_result *result = v->plan.result;
	const struct town_service *offer = result == NULL ||
		result->service == NULL
	    ? NULL
	    : service_set_offer(req->services, req->town, result->service);
	const char *hex = http_pair_get(pairs, "neu");
	struct err none = {0};
	struct draft_begin b = {.lang = req->lang,
	    .now_ms = v->antrag.context.now_ms};
	struct step_visit other = {.browser = v->browser};

	if (offer == NULL)
		return err_set(err, ERR_NOT_FOUND, "no other service");
	if (!offer->is_open)
		return http_redirect(
		    req, "/antrag/%s/", offer->service->slug);
	if (!offer->service->form->is_stepped)
		return show_prefilled(app, req, v, offer);
	if (hex == NULL || id_parse(hex, &b.submission_id, &none) == -1)
		b.submission_id = id_random();
	b.service_version_id = offer->service->version_id;
	b.expires_ms = b.now_ms + offer->service->draft_days * MS_PER_DAY;
	if (draft_begin(app->db, req->arena, req->town, &b, &v->browser,
		&other.antrag.draft, err) == -1)
		return -1;
	other.base = arena_printf(req->arena, "/antrag/%s/%s",
	    offer->service->slug, id_hex(req->arena, &b.submission_id));
	other.antrag.offer = offer;
	other.antrag.service = offer->service;
	other.antrag.context = (struct form_context){
	    .now_ms = b.now_ms, .settings = offer->settings};
	other.antrag.submission_id = b.submission_id;
	other.antrag.answers = service_adviser_prefill(
	    req->arena, result, v->antrag.answers, offer->service->form);
	step_judge(req, &other);
	if (other.antrag.draft.answers == NULL) {
		if (draft_access_lock(app->db, req->arena, req->town,
			&b.submission_id, &v->browser, b.now_ms,
			&other.antrag.draft, err) == -1 ||
		    step_save(app, req, &other, err) == -1)
			return -1;
	}
	return step_redirect(req, &other, step_plan_resume(&other.plan), "");
}

int
step_advice_post(struct app *app, struct request *req, struct err *err)
{
	struct http_pairs pairs;
	struct step_visit v;
	const char *action, *arg;

	if (http_body_form(app, req, &pairs, err) == -1)
		return -1;
	if (step_open(app, req, &v, err) == -1)
		return step_fail(app, req, &v, &pairs, err);
	action = http_pair_get(&pairs, "action");
	if (action == NULL)
		action = "show";
	if (!step_is_open(&v))
		return step_show_closed(app, req, &v);
	if (strcmp(action, "next") == 0)
		return step_redirect(
		    req, &v, step_plan_next(&v.plan, STEP_ADVICE), "");
	if (strcmp(action, "other") == 0)
		return begin_other(app, req, &v, &pairs, err);
	if (strcmp(action, "save") == 0)
		return step_redirect(req, &v, STEP_SAVE, "");
	if (strcmp(action, "back") == 0 &&
	    (arg = step_plan_back(&v.plan, STEP_ADVICE)) != NULL)
		return step_redirect(req, &v, arg, "");
	if ((arg = draft_items_argument(action, "language")) != NULL)
		return step_redirect(req, &v, STEP_ADVICE,
		    arena_printf(req->arena, "?sprache=%s",
			lang_code(lang_parse(arg, req->lang))));
	return step_redirect(req, &v, STEP_ADVICE, "");
}
