#include "forms/step_check.h"

#include "common/draft/draft_items.h"
#include "common/form/form_keep.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/num.h"
#include "common/vorgang/vorgang_store.h"
#include "forms/antrag_view.h"
#include "forms/opening.h"
#include "forms/step_fail.h"
#include "forms/step_move.h"
#include "forms/step_view.h"
#include "forms/submit.h"

#define RETRY_AFTER_S "10"

static struct form_notice *
notice(struct app *app, struct request *req, struct step_visit *v,
    enum form_notice_level level, const char *key)
{
	return antrag_notice(&v->antrag, level,
	    text_get(app->texts, req->lang, key),
	    text_find(app->texts, req->lang,
		arena_printf(req->arena, "%s.text", key)));
}

/* Whether something else than the check page is to be shown. */
static int
show_other(struct app *app, struct request *req, struct step_visit *v,
    enum opening_moment moment, bool *is_answered, struct err *err)
{
	struct opening_result opening;

	*is_answered = true;
	if (!step_is_open(v))
		return step_show_closed(app, req, v);
	if (step_is_moving(v))
		return step_move_show(app, req, v);
	if (v->plan.standing == ADVISER_STOPS)
		return step_redirect(req, v, STEP_ADVICE, "");
	if (opening_ask(app, req, &v->antrag, moment, &opening, err) == -1)
		return -1;
	if (opening.why != OPENING_OPEN)
		return step_show_not_open(app, req, v, &opening);
	*is_answered = false;
	return 0;
}

int
step_check(struct app *app, struct request *req, struct err *err)
{
	struct step_visit v;
	bool is_answered;

	if (step_open(app, req, &v, err) == -1)
		return step_fail(app, req, &v, NULL, err);
	if (show_other(app, req, &v, OPENING_AT_ANSWERS, &is_answered, err) ==
	    -1)
		return -1;
	return is_answered ? 0 : step_show_check(app, req, &v, 200);
}

/* ---- submitting ---- */

/* The revision that was on the page: what was read is what is sent. */
static bool
is_as_seen(const struct step_visit *v, const struct http_pairs *pairs)
{
	const char *text = http_pair_get(pairs, "revision");
	struct err none = {0};
	int64_t seen;

	return text != NULL && num_parse(text, 0, UINT32_MAX, &seen, &none) == 0
	    && seen == (int64_t)v->antrag.draft.revision;
}

static int
show_wait(struct app *app, struct request *req, struct step_visit *v,
    int64_t wait_s)
{
	antrag_notice(&v->antrag, FORM_NOTICE_WARNING,
	    text_get(app->texts, req->lang, "form.notice.too_many"),
	    text_fill(req->arena, app->texts, req->lang,
		"form.notice.too_many.text", "minutes",
		submit_wait_minutes(req->arena, wait_s), (char *)NULL));
	(void)step_show_check(app, req, v, 429);
	http_reply_header(req, "Retry-After",
	    arena_printf(req->arena, "%lld", (long long)wait_s));
	return 0;
}

/* Everything is right: exactly once. */
static int
send(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	enum submit_outcome outcome;
	struct vorgang vorgang;

	v->antrag.browser = &v->browser;
	if (submit_run(app, req, &v->antrag, &vorgang, &outcome, err) == 0) {
		/* A draft that is there was not submitted; what else the id
		 * led to is not for this browser. */
		if (outcome == SUBMIT_OTHER)
			return antrag_show_duplicate(
			    app, req, &v->antrag, &vorgang);
		return http_redirect(req, "/vorgang/l/%s?gesendet=neu",
		    vorgang.link_token);
	}
	if (!form_error_passes(err))
		return -1;
	log_warn("submission was not saved: %s: %s", err_wire(err->code),
	    err->msg);
	notice(app, req, v, FORM_NOTICE_DANGER, "step.notice.unavailable");
	(void)step_show_check(app, req, v, 503);
	http_reply_header(req, "Retry-After", RETRY_AFTER_S);
	return 0;
}

static int
submit(struct app *app, struct request *req, struct step_visit *v,
    const struct http_pairs *pairs, struct err *err)
{
	bool is_answered;
	int64_t wait_s;

	if (show_other(app, req, v, OPENING_AT_SUBMIT, &is_answered, err) ==
	    -1)
		return -1;
	if (is_answered)
		return 0;
	if (!is_as_seen(v, pairs)) {
		notice(app, req, v, FORM_NOTICE_WARNING, "step.notice.changed");
		return step_show_check(app, req, v, 409);
	}
	if (!step_plan_is_complete(&v->plan)) {
		metrics_add(app->metrics, METRIC_INVALID, 1);
		v->antrag.is_scolded = true;
		return step_show_check(app, req, v, 422);
	}
	if (submit_wait(app, req, &v->antrag, &wait_s, err) == -1)
		return -1;
	if (wait_s > 0)
		return show_wait(app, req, v, wait_s);
	if (antrag_offers_simulation(app, &v->antrag) &&
	    http_pair_get(pairs, STEP_IDENTITY) != NULL)
		antrag_simulate(&v->antrag);
	return send(app, req, v, err);
}

int
step_check_post(struct app *app, struct request *req, struct err *err)
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
	if (strcmp(action, "submit") == 0)
		return submit(app, req, &v, &pairs, err);
	if (strcmp(action, "save") == 0)
		return step_redirect(req, &v, STEP_SAVE, "");
	if (strcmp(action, "back") == 0)
		return step_redirect(
		    req, &v, step_plan_back(&v.plan, STEP_CHECK), "");
	if ((arg = draft_items_argument(action, "language")) != NULL)
		return step_redirect(req, &v, STEP_CHECK,
		    arena_printf(req->arena, "?sprache=%s",
			lang_code(lang_parse(arg, req->lang))));
	return step_redirect(req, &v, STEP_CHECK, "");
}
