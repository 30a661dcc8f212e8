/* Problems (RFC 9457) in words for whoever writes a client. */
#include "handover/handover.h"

int
refuse(struct app *app, struct request *req, enum err_code code,
    const char *key)
{
	struct arena *a = req->arena;
	const char *title = arena_printf(a, "handover.problem.%s", key);
	struct json_out j;

	http_reply(req, err_status(code), "application/problem+json");
	http_reply_header(req, "Content-Language", lang_tag(req->lang));
	if (code == ERR_UNAUTHORIZED)
		http_reply_header(
		    req, "WWW-Authenticate", "Bearer realm=\"fachverfahren\"");
	if (code == ERR_TOO_MANY)
		http_reply_header(req, "Retry-After", "600");
	json_begin(&j, req->out);
	json_open_object(&j);
	json_pair(&j, "type",
	    arena_printf(a, "urn:torhaus:problem:%s", err_wire(code)));
	json_pair(&j, "title", text_get(app->texts, req->lang, title));
	json_key(&j, "status");
	json_put_int(&j, err_status(code));
	json_pair(&j, "detail",
	    text_get(app->texts, req->lang,
		arena_printf(a, "%s.text", title)));
	json_pair(&j, "code", key);
	json_pair(&j, "instance",
	    arena_printf(a, "urn:torhaus:request:%s", req->request_id));
	json_close_object(&j);
	return 0;
}
