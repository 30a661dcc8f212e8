/* The JSON API of the status: the same rules as the pages. */
#include "status/api.h"

#include <strings.h>

#include "common/date.h"
#include "common/http/http_json.h"
#include "status/act.h"
#include "status/lookup.h"
#include "status/pages.h"

#define JSON_TYPE "application/json"

int
api_case_read(struct app *app, struct request *req, struct status_case *out,
    struct err *err)
{
	const char *value = http_header(req, "Authorization");

	if (strncasecmp(value, "Bearer ", 7) != 0)
		return err_set(err, ERR_UNAUTHORIZED, "no bearer token");
	if (status_case_read(app, req, value + 7, out, err) == 0)
		return 0;
	if (err->code == ERR_NOT_FOUND)
		return err_set(err, ERR_UNAUTHORIZED, "unknown token");
	return -1;
}

/* What the applicant is told of an event; the rest is the office's. */
static void
put_event_data(
    struct json_out *j, struct request *req, const struct event *e)
{
	static const char *const shown[] = {"state", "note"};
	struct err err = {0};
	cJSON *data;

	if (json_parse(req->arena, e->data, strlen(e->data),
		&json_limits_request, &data, &err) == -1)
		return;
	for (size_t i = 0; i < nitems(shown); i++)
		if (json_string(data, shown[i]) != NULL)
			json_pair(j, shown[i], json_string(data, shown[i]));
}

static void
put_events(struct json_out *j, struct request *req,
    const struct status_case *c)
{
	json_key(j, "events");
	json_open_array(j);
	for (size_t i = 0; i < c->nevent; i++) {
		const struct event *e = &c->event[i];

		if (!e->is_public)
			continue;
		json_open_object(j);
		json_pair(j, "kind", e->kind);
		json_pair(j, "at", date_instant_to_xsd(req->arena, e->at_ms));
		put_event_data(j, req, e);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_documents(struct json_out *j, struct request *req,
    const struct status_case *c)
{
	struct arena *a = req->arena;

	json_key(j, "documents");
	json_open_array(j);
	for (size_t i = 0; i < c->ndocument; i++) {
		const struct document *d = &c->document[i];

		json_open_object(j);
		json_pair(j, "id", id_hex(a, &d->id));
		json_pair(j, "field", d->field);
		json_pair(j, "name", d->name);
		json_pair(j, "media_type", d->media_type);
		json_key(j, "size");
		json_put_int(j, d->size);
		json_pair(j, "sha256",
		    id_hex_bytes(a, d->sha256, sizeof(d->sha256)));
		json_pair(j, "from",
		    d->origin == ACTOR_APPLICANT ? "applicant" : "office");
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_time(struct json_out *j, struct arena *a, const char *name, int64_t ms)
{
	json_pair(j, name, ms == 0 ? NULL : date_instant_to_xsd(a, ms));
}

static void
put_handovers(struct json_out *j, struct request *req,
    const struct status_case *c)
{
	json_key(j, "handovers");
	json_open_array(j);
	for (size_t i = 0; i < c->nhandover; i++) {
		const struct handover *h = &c->handover[i];

		json_open_object(j);
		json_pair(j, "to", h->name);
		json_pair(j, "way", h->way);
		json_pair(j, "what", h->what);
		put_time(j, req->arena, "handed_at", h->handed_ms);
		put_time(j, req->arena, "collected_at", h->collected_ms);
		put_time(j, req->arena, "answered_at", h->answered_ms);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_messages(struct json_out *j, struct request *req,
    const struct status_case *c)
{
	json_key(j, "messages");
	json_open_array(j);
	for (size_t i = 0; i < c->nmessage; i++) {
		const struct message *m = &c->message[i];

		json_open_object(j);
		json_pair(j, "from",
		    m->from == ACTOR_APPLICANT ? "applicant" : "office");
		json_pair(j, "at", date_instant_to_xsd(req->arena, m->at_ms));
		json_pair(j, "text", m->body);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_state(struct json_out *j, struct request *req,
    const struct status_case *c)
{
	struct arena *a = req->arena;
	const char *id = c->vorgang.state;

	json_key(j, "state");
	json_open_object(j);
	json_pair(j, "id", id);
	json_pair(j, "label",
	    status_words(req, c, arena_printf(a, "state.%s.label", id)));
	json_pair(j, "explanation",
	    status_words(req, c, arena_printf(a, "state.%s.explain", id)));
	json_pair(j, "next",
	    status_words(req, c, arena_printf(a, "state.%s.next", id)));
	json_key(j, "is_final");
	json_put_bool(j, c->vorgang.is_closed);
	json_key(j, "is_withdrawable");
	json_put_bool(j, status_is_withdrawable(c));
	json_close_object(j);
}

static void
put_department(struct json_out *j, const struct status_case *c)
{
	json_key(j, "department");
	if (c->department == NULL) {
		json_put_null(j);
		return;
	}
	json_open_object(j);
	json_pair(j, "name", c->department->name);
	json_pair(j, "phone", c->department->phone);
	json_pair(j, "address", c->department->address);
	json_pair(j, "hours", c->department->hours);
	json_close_object(j);
}

static void
write_case(struct app *app, struct request *req, int status,
    const struct status_case *c)
{
	const struct vorgang *v = &c->vorgang;
	struct arena *a = req->arena;
	struct json_out j;

	http_reply(req, status, JSON_TYPE);
	json_begin(&j, req->out);
	json_open_object(&j);
	json_pair(&j, "reference", id_reference_show(a, v->reference));
	json_pair(&j, "token", v->link_token);
	json_pair(&j, "link", status_link(app, req, c));
	json_pair(&j, "service", c->service->slug);
	json_pair(&j, "service_version", c->service->version);
	json_pair(&j, "received_at", date_instant_to_xsd(a, v->created_ms));
	json_pair(&j, "changed_at", date_instant_to_xsd(a, v->changed_ms));
	json_pair(&j, "due", v->due == 0 ? NULL : date_to_iso(a, v->due));
	put_state(&j, req, c);
	put_department(&j, c);
	json_key(&j, "answers");
	json_put_raw(&j, v->answers);
	put_events(&j, req, c);
	put_documents(&j, req, c);
	put_messages(&j, req, c);
	put_handovers(&j, req, c);
	json_close_object(&j);
}

int
api_case(struct app *app, struct request *req, struct err *err)
{
	struct status_case c;

	if (api_case_read(app, req, &c, err) == -1)
		return -1;
	write_case(app, req, 200, &c);
	return 0;
}

int
api_lookup(struct app *app, struct request *req, struct err *err)
{
	const char *reference, *code;
	struct vorgang_whole whole;
	struct status_case c;
	int64_t wait_s = 0;
	cJSON *body;

	if (http_body_object(app, req, &body, err) == -1)
		return -1;
	reference = json_string(body, "reference");
	code = json_string(body, "code");
	if (reference == NULL || code == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "members reference and code are expected");
	if (lookup_find(app, req, reference, code, &whole, &wait_s, err) ==
		-1 ||
	    status_case_open(app, req, &whole, &c, err) == -1)
		return -1;
	write_case(app, req, 200, &c);
	return 0;
}

/* The sentence to a text key that an act left in err, as problem detail. */
static int
fail_field(struct app *app, struct request *req, struct err *err)
{
	struct buf *errors = buf_new(req->arena, 4096);
	struct json_out j;

	json_begin(&j, errors);
	json_open_array(&j);
	json_open_object(&j);
	json_pair(&j, "path", err->field);
	json_pair(&j, "code", strrchr(err->msg, '.') + 1);
	json_pair(&j, "message", text_get(app->texts, req->lang, err->msg));
	json_close_object(&j);
	json_close_array(&j);
	http_fail(app, req, err, buf_text(errors));
	return 0;
}

int
api_message(struct app *app, struct request *req, struct err *err)
{
	const char *text, *key = http_header(req, "Idempotency-Key");
	struct status_case c;
	struct id submission;
	cJSON *body;

	if (api_case_read(app, req, &c, err) == -1 ||
	    http_body_object(app, req, &body, err) == -1)
		return -1;
	if (id_parse(key, &submission, err) == -1)
		return err_set(err, ERR_BAD_REQUEST,
		    "header Idempotency-Key: a UUID is expected");
	text = json_string(body, "text");
	if (text == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "member text is expected");
	if (act_message(app, req, &c, &submission, text, strlen(text), err) ==
	    -1)
		return err->code == ERR_FIELD_INVALID
		    ? fail_field(app, req, err)
		    : -1;
	if (api_case_read(app, req, &c, err) == -1)
		return -1;
	write_case(app, req, 201, &c);
	return 0;
}

int
api_withdraw(struct app *app, struct request *req, struct err *err)
{
	struct status_case c;

	if (api_case_read(app, req, &c, err) == -1 ||
	    act_withdraw(app, req, &c, err) == -1 ||
	    api_case_read(app, req, &c, err) == -1)
		return -1;
	write_case(app, req, 200, &c);
	return 0;
}
