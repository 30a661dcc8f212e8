#include "forms/antrag_page.h"

#include "common/draft/draft_notes.h"
#include "common/form/form_keep.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/vorgang/vorgang_store.h"
#include "forms/antrag_action.h"
#include "forms/antrag_notice.h"
#include "forms/antrag_view.h"
#include "forms/opening.h"
#include "forms/step_start.h"
#include "forms/submit.h"

#define RETRY_AFTER_S "10"

static const char *
say(const struct app *app, const struct request *req, const char *key)
{
	return text_get(app->texts, req->lang, key);
}

/* The page again, with one notice; nothing was submitted. */
static int
show_notice(struct app *app, struct request *req, struct antrag *a, int status,
    enum form_notice_level level, const char *key)
{
	const char *text = arena_printf(req->arena, "%s.text", key);

	antrag_notice(a, level, say(app, req, key), say(app, req, text));
	if (a->error == NULL)
		antrag_judge(req, a);
	return antrag_show(app, req, a, status);
}

static int
show_outdated(struct app *app, struct request *req, struct antrag *a)
{
	antrag_notice(a, FORM_NOTICE_WARNING,
	    say(app, req, "form.notice.version"),
	    say(app, req, "form.notice.version.text"));
	antrag_notice_dropped(app, req, a);
	antrag_judge(req, a);
	return antrag_show(app, req, a, 409);
}

static int
show_closed(struct app *app, struct request *req, struct antrag *a)
{
	const struct form_words w = antrag_words(app, req, a);

	antrag_notice(a, FORM_NOTICE_DANGER,
	    form_word(&w, "form.notice.closed"),
	    form_closed_text(&w, req->town, a->offer));
	antrag_judge(req, a);
	return antrag_show(app, req, a, 409);
}

/* Too many from this address? The page again, and when to come back. */
static int
check_rate(struct app *app, struct request *req, struct antrag *a,
    bool *is_answered, struct err *err)
{
	int64_t wait_s;

	*is_answered = false;
	if (submit_wait(app, req, a, &wait_s, err) == -1)
		return -1;
	if (wait_s == 0)
		return 0;
	antrag_notice(a, FORM_NOTICE_WARNING,
	    say(app, req, "form.notice.too_many"),
	    text_fill(req->arena, app->texts, req->lang,
		"form.notice.too_many.text", "minutes",
		submit_wait_minutes(req->arena, wait_s),
		(char *)NULL));
	antrag_judge(req, a);
	*is_answered = true;
	(void)antrag_show(app, req, a, 429);
	http_reply_header(req, "Retry-After",
	    arena_printf(req->arena, "%lld", (long long)wait_s));
	return 0;
}

/* Nothing is lost: the page again with all that was typed. */
static int
show_unavailable(struct app *app, struct request *req, struct antrag *a,
    const struct err *err)
{
	log_warn("submission was not saved: %s: %s", err_wire(err->code),
	    err->msg);
	(void)show_notice(app, req, a, 503, FORM_NOTICE_DANGER,
	    "form.notice.unavailable");
	http_reply_header(req, "Retry-After", RETRY_AFTER_S);
	return 0;
}

/* Answers 303, so that a reload cannot send the application twice. */
static int
answer_outcome(struct app *app, struct request *req, struct antrag *a,
    const struct vorgang *v, enum submit_outcome outcome)
{
	if (outcome == SUBMIT_OTHER)
		return antrag_show_duplicate(app, req, a, v);
	return http_redirect(
	    req, "/vorgang/l/%s?gesendet=neu", v->link_token);
}

/* What is judged and found right becomes a Vorgang. */
static int
submit(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	enum submit_outcome outcome;
	struct vorgang v;

	if (submit_run(app, req, a, &v, &outcome, err) == -1)
		return -1;
	return answer_outcome(app, req, a, &v, outcome);
}

/*
 * The submit button. What stands against it is said on the page, which keeps
 * everything typed.
 */
static int
send_antrag(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	struct opening_result opening;
	bool is_answered;

	if (!a->offer->is_open)
		return show_closed(app, req, a);
	if (!a->has_id)
		return show_notice(app, req, a, 422, FORM_NOTICE_WARNING,
		    "form.notice.fresh_id");
	if (antrag_is_outdated(a))
		return show_outdated(app, req, a);
	if (check_rate(app, req, a, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	if (antrag_judge_whole(app, req, a, err) == -1 ||
	    opening_ask(app, req, a,
		a->answers->nerror > 0 ? OPENING_AT_ANSWERS
				       : OPENING_AT_SUBMIT,
		&opening, err) == -1)
		return -1;
	if (opening.why != OPENING_OPEN) {
		opening_notice(app, req, a, &opening);
		return antrag_show(app, req, a, err_status(ERR_NOT_OPEN));
	}
	if (a->answers->nerror > 0) {
		metrics_add(app->metrics, METRIC_INVALID, 1);
		a->is_scolded = true;
		return antrag_show(app, req, a, 422);
	}
	if (antrag_find_unseen(app, req, a) > 0)
		return antrag_show(app, req, a, 422);
	return submit(app, req, a, err);
}

static int
send_or_keep(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	if (send_antrag(app, req, a, err) == 0)
		return 0;
	if (!form_error_passes(err))
		return -1;
	return show_unavailable(app, req, a, err);
}

/* A button that changes the page. The uploads are shown if they can be. */
static int
change(struct app *app, struct request *req, struct antrag *a)
{
	struct err err = {0};

	if (a->service->form->has_files && a->has_id &&
	    !a->has_looked_for_draft &&
	    antrag_read_draft(app, req, a, false, &err) == -1 &&
	    err.code != ERR_NOT_FOUND)
		log_warn("uploads are not shown: %s", err.msg);
	antrag_act(app, req, a);
	antrag_judge(req, a);
	return antrag_show(app, req, a, 200);
}

int
antrag_first(struct app *app, struct request *req, struct err *err)
{
	struct antrag a = {0};

	if (antrag_find(req, &a, err) == -1)
		return antrag_show_unknown(app, req, NULL);
	if (a.service->form->is_stepped)
		return step_start(app, req, &a, err);
	a.answers = form_answers_new(req->arena, a.service->form);
	form_fill_defaults(req->arena, a.answers, SIZE_MAX, &a.context);
	antrag_judge(req, &a);
	return antrag_show(app, req, &a, 200);
}

int
antrag_post(struct app *app, struct request *req, struct err *err)
{
	struct antrag a = {0};
	struct http_pairs pairs;
	struct err none = {0};

	if (http_body_form(app, req, &pairs, err) == -1)
		return -1;
	if (antrag_find(req, &a, &none) == -1)
		return antrag_show_unknown(app, req, &pairs);
	if (a.service->form->is_stepped)
		return step_begin(app, req, &a, &pairs, err);
	if (antrag_read_pairs(req, &a, &pairs, err) == -1)
		return -1;
	if (strcmp(a.action, "submit") == 0)
		return send_or_keep(app, req, &a, err);
	return change(app, req, &a);
}

/* The service and the draft of ?id=; *is_answered: something else was told. */
static int
open_draft(struct app *app, struct request *req, struct antrag *a,
    bool *is_answered, struct err *err)
{
	const char *id = http_pair_get(&req->query, "id");
	struct err none = {0};

	*is_answered = false;
	if (antrag_find(req, a, &none) == -1) {
		*is_answered = true;
		return antrag_show_unknown(app, req, NULL);
	}
	a->has_id = id != NULL && id_parse(id, &a->submission_id, &none) == 0;
	if (!a->has_id)
		return err_set(err, ERR_NOT_FOUND, "no draft is named");
	return antrag_read_draft(app, req, a, true, err);
}

/*
 * A draft that is gone was submitted, or ran out, or never was. Only who sends
 * the form again is led to its receipt: a draft's address in the history of a
 * shared computer must not open what became of it.
 */
static int
answer_no_draft(struct app *app, struct request *req, struct antrag *a,
    bool is_sending, struct err *err)
{
	struct vorgang v;
	bool found = false;

	if (is_sending && a->has_id &&
	    vorgang_by_submission(app->db, req->arena, req->town,
		&a->submission_id, &v, &found, err) == -1)
		return -1;
	if (found)
		return http_redirect(req, "/vorgang/l/%s", v.link_token);
	err_clear(err);
	a->has_id = false;
	a->answers = form_answers_new(req->arena, a->service->form);
	form_fill_defaults(req->arena, a->answers, SIZE_MAX, &a->context);
	return show_notice(app, req, a, 404, FORM_NOTICE_WARNING,
	    "form.notice.draft_gone");
}

/* What documents told about the draft. */
static int
read_notes(struct request *req, struct antrag *a, struct draft_notes *notes,
    struct err *err)
{
	const struct service *then = service_set_version(
	    req->services, a->draft.service_version_id);

	*notes = (struct draft_notes){
	    .action = "", .version = "", .not_shown = "",
	    .invitation = ""};
	if (a->draft.answers != NULL &&
	    draft_notes_read(req->arena, a->draft.answers,
		a->draft.answers_len, notes, err) == -1)
		return -1;
	a->not_shown = notes->not_shown;
	a->invitation = notes->invitation;
	if (*notes->version != '\0')
		a->version = notes->version;
	else if (then != NULL)
		a->version = then->version;
	return 0;
}

int
antrag_draft(struct app *app, struct request *req, struct err *err)
{
	struct antrag a = {0};
	struct draft_notes notes;
	bool is_answered;

	if (open_draft(app, req, &a, &is_answered, err) == -1) {
		if (err->code != ERR_NOT_FOUND || a.offer == NULL)
			return -1;
		return answer_no_draft(app, req, &a, false, err);
	}
	if (is_answered)
		return 0;
	if (read_notes(req, &a, &notes, err) == -1)
		return -1;
	if (antrag_is_outdated(&a))
		antrag_notice(&a, FORM_NOTICE_WARNING,
		    say(app, req, "form.notice.version"),
		    say(app, req, "form.notice.version.text"));
	if (notes.is_fresh_id)
		antrag_notice(&a, FORM_NOTICE_WARNING,
		    say(app, req, "form.notice.fresh_id"),
		    say(app, req, "form.notice.fresh_id.text"));
	antrag_set_focus(req, &a, notes.action);
	antrag_judge(req, &a);
	antrag_mark_refusals(app, req, &a, &notes);
	return antrag_show(app, req, &a, 200);
}

/*
 * The page's submission id was used before, so documents kept what came now as
 * a draft under a new one: the same again, or something else?
 */
static int
send_repetition(struct app *app, struct request *req, struct antrag *a,
    const struct id *earlier, struct err *err)
{
	enum submit_outcome outcome;
	struct vorgang v;

	a->is_repetition = true;
	if (submit_compare(app, req, a, earlier, &v, &outcome, err) == -1)
		return -1;
	return answer_outcome(app, req, a, &v, outcome);
}

int
antrag_send_draft(struct app *app, struct request *req, struct err *err)
{
	const char *earlier = http_pair_get(&req->query, "zu");
	struct antrag a = {0};
	struct draft_notes notes;
	struct id id;
	bool is_answered;

	if (open_draft(app, req, &a, &is_answered, err) == -1) {
		if (err->code != ERR_NOT_FOUND || a.offer == NULL)
			return -1;
		return answer_no_draft(app, req, &a, true, err);
	}
	if (is_answered)
		return 0;
	if (read_notes(req, &a, &notes, err) == -1)
		return -1;
	if (earlier == NULL)
		return send_or_keep(app, req, &a, err);
	if (id_parse(earlier, &id, err) == -1)
		return -1;
	return send_repetition(app, req, &a, &id, err);
}
