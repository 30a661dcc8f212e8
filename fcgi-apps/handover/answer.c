/* What a client does to a Vorgang: acknowledges, answers. */
#include "handover/action.h"

#include "common/http/http_json.h"
#include "common/utf8.h"

#define TEXT_MAX 4000 /* characters */

int
acknowledge_post(struct app *app, struct request *req, struct err *err)
{
	struct action action = {.kind = "abholung"};
	bool is_answered;

	if (action_begin(app, req, CLIENT_ACKNOWLEDGE, &action, &is_answered,
		err) == -1)
		return -1;
	if (is_answered)
		return 0;
	action_digest(&action, "", 0);
	if (action_is_again(app, req, &action, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	if (action.opened.handover.collected_ms != 0)
		return action_reply(app, req, &action, true, err);
	return action_collect(app, req, &action, err);
}

/* A text of the body: NULL when absent; the key of the problem in *wrong. */
static const char *
read_text(struct request *req, const cJSON *body, const char *name,
    const char **wrong)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(body, name);
	struct err none = {0};
	const char *clean;

	if (member == NULL || cJSON_IsNull(member))
		return NULL;
	if (!cJSON_IsString(member) ||
	    utf8_clean(req->arena, member->valuestring,
		strlen(member->valuestring), &clean, &none) == -1 ||
	    clean[0] == '\0') {
		*wrong = "bad-text";
		return NULL;
	}
	if (utf8_length(clean) > TEXT_MAX)
		*wrong = "text-too-long";
	return clean;
}

static bool
is_absent(const cJSON *body, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(body, name);

	return member == NULL || cJSON_IsNull(member);
}

/* The body into a step; NULL, or the key of the problem with it. */
static const char *
read_step(struct request *req, const struct opened *o, const cJSON *body,
    struct office_step *step)
{
	const char *to = json_string(body, "state"), *wrong = NULL;
	const struct service_state *from_state =
	    service_state(o->service, o->whole.vorgang.state);

	step->note = read_text(req, body, "note", &wrong);
	step->message = read_text(req, body, "message", &wrong);
	step->is_question = json_bool(body, "is_question", false);
	if (wrong != NULL)
		return wrong;
	if (!is_absent(body, "state") && to == NULL)
		return "no-state";
	if (!is_absent(body, "is_question") &&
	    !cJSON_IsBool(
		cJSON_GetObjectItemCaseSensitive(body, "is_question")))
		return "bad-question";
	if (to == NULL && step->message == NULL)
		return "empty-answer";
	if (step->note != NULL && to == NULL)
		return "note-without-state";
	if (step->is_question && step->message == NULL)
		return "question-without-text";
	if (to == NULL)
		return step->is_question && o->whole.vorgang.is_closed
		    ? "closed" : NULL;
	step->to = service_state(o->service, to);
	if (step->to == NULL)
		return "no-state";
	if (from_state == NULL || !office_step_leads(from_state, to))
		return "no-way";
	return NULL;
}

static enum err_code
code_of(const char *wrong)
{
	if (strcmp(wrong, "no-way") == 0 || strcmp(wrong, "closed") == 0)
		return ERR_CONFLICT;
	return ERR_FIELD_INVALID;
}

int
answer_post(struct app *app, struct request *req, struct err *err)
{
	struct action action = {.kind = "antwort"};
	struct office_step step;
	const char *wrong, *text;
	bool is_answered;
	cJSON *body;

	if (action_begin(app, req, CLIENT_ANSWER, &action, &is_answered,
		err) == -1)
		return -1;
	if (is_answered)
		return 0;
	if (http_body_object(app, req, &body, err) == -1)
		return -1;
	text = json_print(req->arena, body);
	action_digest(&action, text, strlen(text));
	if (action_is_again(app, req, &action, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	action_step(app, req, &action, &step);
	if ((wrong = read_step(req, &action.opened, body, &step)) != NULL)
		return refuse(app, req, code_of(wrong), wrong);
	return action_run(app, req, &action, &step, err);
}
