/* Writing to the office. */
#include "status/act.h"
#include "status/case_view.h"
#include "status/pages.h"

/* The page again with the message as typed and what is wrong with it. */
static int
show_again(struct app *app, struct request *req, const struct status_case *c,
    const char *typed, const struct err *why)
{
	const struct case_notice notice = {
	    .message = typed,
	    .message_error = why->code == ERR_CONFLICT
		? "status.closed"
		: arena_strdup(req->arena, why->msg),
	};

	case_view(app, req, err_status(why->code), c, &notice);
	return 0;
}

int
message_post(struct app *app, struct request *req, struct err *err)
{
	struct http_pairs pairs;
	struct status_case c;
	const char *typed, *page;
	struct err no_id = {0};
	struct id submission;

	if (http_body_form(app, req, &pairs, err) == -1 ||
	    status_case_read(app, req, req->arg[0], &c, err) == -1)
		return -1;
	typed = http_pair_get(&pairs, "text");
	page = http_pair_get(&pairs, "submission_id");
	if (typed == NULL)
		typed = "";
	/* A page without id can only have been made by hand: it is new. */
	if (page == NULL || id_parse(page, &submission, &no_id) == -1)
		submission = id_random();
	if (act_message(app, req, &c, &submission, typed, strlen(typed),
		err) == 0)
		return http_redirect(req,
		    "/vorgang/l/%s?gesendet=nachricht#nachrichten",
		    c.vorgang.link_token);
	if (err->code != ERR_FIELD_INVALID && err->code != ERR_CONFLICT)
		return -1;
	return show_again(app, req, &c, typed, err);
}
