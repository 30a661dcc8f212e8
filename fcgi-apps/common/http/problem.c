/* Problem details for HTTP APIs, RFC 9457. */
#include "common/page.h"

#include "common/app.h"
#include "common/json.h"
#include "common/text.h"

static const char *
sentence(struct app *app, struct request *req, enum err_code code,
    const char *part)
{
	return text_get(app->texts, req->lang,
	    arena_printf(req->arena, "error.%s.%s", err_wire(code), part));
}

static void
reply_problem(struct app *app, struct request *req, const struct err *err,
    const char *errors)
{
	struct json_out j;

	http_reply(req, err_status(err->code), "application/problem+json");
	http_reply_header(req, "Content-Language", lang_tag(req->lang));
	json_begin(&j, req->out);
	json_open_object(&j);
	json_pair(&j, "type",
	    arena_printf(
		req->arena, "urn:torhaus:problem:%s", err_wire(err->code)));
	json_pair(&j, "title", sentence(app, req, err->code, "title"));
	json_key(&j, "status");
	json_put_int(&j, err_status(err->code));
	json_pair(&j, "detail",
	    arena_printf(req->arena, "%s %s",
		sentence(app, req, err->code, "text"),
		sentence(app, req, err->code, "remedy")));
	json_pair(&j, "instance",
	    arena_printf(
		req->arena, "urn:torhaus:request:%s", req->request_id));
	if (err->field[0] != '\0')
		json_pair(&j, "field", err->field);
	if (errors != NULL) {
		json_key(&j, "errors");
		json_put_raw(&j, errors);
	}
	json_close_object(&j);
}

void
http_fail(struct app *app, struct request *req, const struct err *err,
    const char *errors)
{
	if (req->wants_json)
		reply_problem(app, req, err, errors);
	else
		page_error(app, req, err);
	if (err->code == ERR_UNAUTHORIZED)
		http_reply_header(req, "WWW-Authenticate", "Bearer");
	else if (err_status(err->code) == 503)
		http_reply_header(req, "Retry-After", "5");
	else if (err->code == ERR_TOO_MANY)
		http_reply_header(req, "Retry-After", "3600");
}
