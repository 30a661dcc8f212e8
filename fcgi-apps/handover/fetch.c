/* Fetching: nobody gets contents without a trace in the Vorgang's history. */
#include "handover/trace.h"

#define VORGANG_MAX ((size_t)16 << 20)

int
fetch_get(struct app *app, struct request *req, struct err *err)
{
	struct buf *body;
	struct opened o;
	const char *tag;
	bool is_answered;

	if (door_vorgang(app, req, CLIENT_READ, &o, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	tag = tag_of_vorgang(req->arena, &o);
	if (o.is_handed && tag_matches(req, tag))
		return tag_not_modified(req, tag);
	if (trace_view(app, req, &o, "answers", err) == -1)
		return -1;
	body = buf_new(req->arena, VORGANG_MAX);
	vorgang_json(req, &o, body);
	if (buf_check(body, err) == -1)
		return -1;
	http_reply(req, 200, "application/json");
	http_reply_header(req, "ETag", tag);
	http_reply_header(req, "Cache-Control", "private, no-cache");
	buf_put(req->out, buf_text(body), body->len);
	return 0;
}
