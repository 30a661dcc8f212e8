#include "forms/api.h"

#include <strings.h>

#include "common/metrics.h"
#include "common/public_link.h"
#include "forms/api_view.h"
#include "forms/opening.h"
#include "forms/submit.h"

static void
begin_json(struct request *req, int status, struct json_out *j)
{
	http_reply(req, status, "application/json");
	http_reply_header(req, "Content-Language", lang_tag(req->lang));
	http_reply_header(req, "Vary", "Accept-Language, Cookie");
	json_begin(j, req->out);
}

int
api_services(struct app *app, struct request *req, struct err *err)
{
	const struct town_service *const *offer;
	size_t n = service_set_offers(req->services, req->town, &offer);
	struct json_out j;

	begin_json(req, 200, &j);
	json_open_object(&j);
	json_pair(&j, "town", req->town->name);
	json_pair(&j, "ags", req->town->ags);
	json_key(&j, "services");
	json_open_array(&j);
	for (size_t i = 0; i < n; i++) {
		const struct antrag a = {
		    .offer = offer[i], .service = offer[i]->service};
		struct form_words w = antrag_words(app, req, &a);

		w.lang = http_request_lang(req, a.service->languages);
		api_write_summary(&w, offer[i], &j);
	}
	json_close_array(&j);
	json_close_object(&j);
	return buf_check(req->out, err);
}

int
api_service(struct app *app, struct request *req, struct err *err)
{
	struct antrag a = {0};
	struct form_words w;
	struct json_out j;

	if (antrag_find(req, &a, err) == -1)
		return -1;
	w = antrag_words(app, req, &a);
	begin_json(req, 200, &j);
	api_write_definition(&w, a.offer, &a.context, &j);
	return buf_check(req->out, err);
}

int
api_openapi(struct app *app, struct request *req, struct err *err)
{
	struct antrag a = {0};
	struct form_words w;
	struct json_out j;

	if (antrag_find(req, &a, err) == -1)
		return -1;
	w = antrag_words(app, req, &a);
	begin_json(req, 200, &j);
	api_write_openapi(&w, a.offer, &a.context,
	    public_address(req->arena, app->config, req->town), &j);
	return buf_check(req->out, err);
}

int
api_schema(struct app *app, struct request *req, struct err *err)
{
	struct antrag a = {0};
	struct form_words w;
	struct json_out j;

	if (antrag_find(req, &a, err) == -1)
		return -1;
	w = antrag_words(app, req, &a);
	http_reply(req, 200, "application/schema+json");
	http_reply_header(req, "Content-Language", lang_tag(req->lang));
	http_reply_header(req, "Vary", "Accept-Language, Cookie");
	json_begin(&j, req->out);
	api_write_schema_document(&w, a.offer, &a.context,
	    public_address(req->arena, app->config, req->town), &j);
	return buf_check(req->out, err);
}

/* The body as a JSON object. */
static int
read_body(struct app *app, struct request *req, cJSON **out, struct err *err)
{
	const char *text;
	size_t len;

	if (!http_body_is(req, "application/json"))
		return err_set(
		    err, ERR_MEDIA_TYPE, "body is not application/json");
	if (http_body(req, (size_t)app->config->request_max, &text, &len,
		err) == -1 ||
	    json_parse(req->arena, text, len, &json_limits_request, out,
		err) == -1)
		return -1;
	if (!cJSON_IsObject(*out))
		return err_set(
		    err, ERR_BAD_REQUEST, "body is not a JSON object");
	return 0;
}

static const char *
say(const struct app *app, const struct request *req, const char *key)
{
	return text_get(app->texts, req->lang, key);
}

/* A problem (RFC 9457) of ours: its detail is a sentence of this program. */
static int
reply_problem(struct app *app, struct request *req, enum err_code code,
    const char *detail, const char *member, const char *value)
{
	struct json_out j;

	http_reply(req, err_status(code), "application/problem+json");
	http_reply_header(req, "Content-Language", lang_tag(req->lang));
	json_begin(&j, req->out);
	json_open_object(&j);
	json_pair(&j, "type",
	    arena_printf(req->arena, "urn:torhaus:problem:%s", err_wire(code)));
	json_pair(&j, "title",
	    text_get(app->texts, req->lang,
		arena_printf(req->arena, "error.%s.title", err_wire(code))));
	json_key(&j, "status");
	json_put_int(&j, err_status(code));
	json_pair(&j, "detail", detail);
	json_pair(&j, "instance",
	    arena_printf(
		req->arena, "urn:torhaus:request:%s", req->request_id));
	if (member != NULL)
		json_pair(&j, member, value);
	json_close_object(&j);
	return 0;
}

static int
refuse_answers(struct app *app, struct request *req, const struct antrag *a)
{
	const struct form_words w = antrag_words(app, req, a);
	struct err err = {0};

	metrics_add(app->metrics, METRIC_INVALID, 1);
	(void)err_set(&err, ERR_FIELD_INVALID, "%zu answers are wrong",
	    a->answers->nerror);
	http_fail(app, req, &err, api_errors(&w, a));
	return 0;
}

/* The service is open, but not for this applicant or not now. */
static int
refuse_visit(struct app *app, struct request *req, const struct antrag *a,
    const struct opening_result *result)
{
	const struct form_words w = antrag_words(app, req, a);
	struct opening_words words;

	service_opening_words(&w, req->town, a->offer, result, &words);
	return reply_problem(app, req, ERR_NOT_OPEN,
	    arena_printf(req->arena, "%s%s%s %s", words.text,
		*words.when != '\0' ? " " : "", words.when, words.usual),
	    "reason", service_opening_wire(result->why));
}

static int
submit(struct app *app, struct request *req, struct antrag *a, struct err *err)
{
	enum submit_outcome outcome;
	struct vorgang v;
	struct json_out j;

	if (submit_run(app, req, a, &v, &outcome, err) == -1)
		return -1;
	if (outcome == SUBMIT_OTHER)
		return reply_problem(app, req, ERR_DUPLICATE,
		    say(app, req, "form.api.duplicate"), "reference",
		    id_reference_show(req->arena, v.reference));
	http_reply(req, outcome == SUBMIT_DONE ? 201 : 200, "application/json");
	if (outcome == SUBMIT_DONE)
		http_reply_header(req, "Location",
		    arena_printf(req->arena, "/vorgang/l/%s", v.link_token));
	json_begin(&j, req->out);
	api_write_receipt(app, req, a, &v, &j);
	return buf_check(req->out, err);
}

static int
check_rate(struct app *app, struct request *req, const struct antrag *a,
    struct err *err)
{
	int64_t wait_s;

	if (submit_wait(app, req, a, &wait_s, err) == -1)
		return -1;
	if (wait_s > 0)
		return err_set(err, ERR_TOO_MANY, "too many submissions");
	return 0;
}

/* For what is wrong with the body as such; NULL: the general sentence does. */
static const char *
body_fault(enum err_code code)
{
	switch (code) {
	case ERR_BAD_REQUEST:
		return "form.api.json";
	case ERR_MEDIA_TYPE:
		return "form.api.media_type";
	case ERR_TOO_LARGE:
		return "form.api.too_large";
	default:
		return NULL;
	}
}

int
api_submit(struct app *app, struct request *req, struct err *err)
{
	struct opening_result opening;
	struct antrag a = {0};
	cJSON *json;

	if (antrag_find(req, &a, err) == -1)
		return -1;
	if (!a.offer->is_open)
		return reply_problem(app, req, ERR_CONFLICT,
		    say(app, req, "form.api.closed"), NULL, NULL);
	if (id_parse(http_header(req, "Idempotency-Key"), &a.submission_id,
		err) == -1) {
		err_clear(err);
		return reply_problem(app, req, ERR_BAD_REQUEST,
		    say(app, req, "form.api.key"), NULL, NULL);
	}
	a.has_id = true;
	if (read_body(app, req, &json, err) == -1) {
		const enum err_code code = err->code;

		if (body_fault(code) == NULL)
			return -1;
		err_clear(err);
		return reply_problem(app, req, code,
		    say(app, req, body_fault(code)), NULL, NULL);
	}
	if (check_rate(app, req, &a, err) == -1 ||
	    form_read_json(req->arena, a.service->form, json, &a.answers,
		err) == -1 ||
	    antrag_judge_whole(app, req, &a, err) == -1)
		return -1;
	a.invitation = http_header(req, "Invitation-Code");
	if (antrag_offers_simulation(app, &a) &&
	    strcmp(http_header(req, "Simulated-Identity"), "yes") == 0)
		antrag_simulate(&a);
	if (opening_ask(app, req, &a,
		a.answers->nerror > 0 ? OPENING_AT_ANSWERS : OPENING_AT_SUBMIT,
		&opening, err) == -1)
		return -1;
	if (opening.why != OPENING_OPEN)
		return refuse_visit(app, req, &a, &opening);
	if (a.answers->nerror > 0)
		return refuse_answers(app, req, &a);
	return submit(app, req, &a, err);
}
