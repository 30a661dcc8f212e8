#include "documents/answer.h"

#include "common/app.h"
#include "common/date.h"
#include "documents/words.h"

void
answer_put_document(struct json_out *j, struct arena *a,
    const struct document *d)
{
	json_open_object(j);
	json_pair(j, "id", id_hex(a, &d->id));
	json_pair(j, "field", d->field);
	json_pair(j, "name", d->name);
	json_key(j, "size");
	json_put_int(j, d->size);
	json_pair(j, "media_type", d->media_type);
	json_pair(j, "created", date_instant_to_xsd(a, d->created_ms));
	json_close_object(j);
}

int
answer_document(struct request *req, const struct document *d, bool is_new,
    const char *prefix)
{
	struct json_out j;

	http_reply(req, is_new ? 201 : 200, "application/json");
	http_reply_header(req, "Location", arena_printf(req->arena, "%s%s",
	    prefix, id_hex(req->arena, &d->id)));
	json_begin(&j, req->out);
	answer_put_document(&j, req->arena, d);
	return 0;
}

/* Opens the problem and leaves it open. */
static void
open_problem(struct app *app, struct request *req, struct json_out *j,
    int status, const char *code, const char *detail)
{
	http_reply(req, status, "application/problem+json");
	http_reply_header(req, "Content-Language", lang_tag(req->lang));
	json_begin(j, req->out);
	json_open_object(j);
	json_pair(j, "type",
	    arena_printf(req->arena, "urn:torhaus:problem:%s", code));
	json_pair(j, "title", words(app, req, "documents.refused.title"));
	json_key(j, "status");
	json_put_int(j, status);
	json_pair(j, "detail", detail);
	json_pair(j, "instance", arena_printf(req->arena,
	    "urn:torhaus:request:%s", req->request_id));
	json_pair(j, "code", code);
}

int
answer_refusal(struct app *app, struct request *req,
    const struct intake_refusal *refusal, const struct form_field *field)
{
	const char *why = words_refusal(app, req, refusal->why, field);
	const char *code = upload_code(refusal->why);
	struct json_out j;

	open_problem(app, req, &j, upload_status(refusal->why), code, why);
	json_key(&j, "errors");
	json_open_array(&j);
	json_open_object(&j);
	json_pair(&j, "path", refusal->path);
	json_pair(&j, "code", code);
	json_pair(&j, "message", why);
	json_pair(&j, "name", refusal->name);
	json_close_object(&j);
	json_close_array(&j);
	json_close_object(&j);
	return 0;
}

int
answer_problem(struct app *app, struct request *req, int status,
    const char *code, const char *key)
{
	struct json_out j;

	open_problem(app, req, &j, status, code, words(app, req, key));
	json_close_object(&j);
	return 0;
}
