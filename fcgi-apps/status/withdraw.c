/* Withdrawing an application: first the question, then the act. */
#include "status/act.h"
#include "status/case_view.h"
#include "status/pages.h"

int
withdraw_ask(struct app *app, struct request *req, struct err *err)
{
	const struct case_notice late = {
	    .withdraw_error = "status.withdraw.late"};
	struct status_case c;

	if (status_case_read(app, req, req->arg[0], &c, err) == -1)
		return -1;
	if (status_is_withdrawable(&c))
		case_withdraw_view(app, req, &c);
	else
		case_view(app, req, 409, &c, &late);
	return 0;
}

int
withdraw_post(struct app *app, struct request *req, struct err *err)
{
	const struct case_notice late = {
	    .withdraw_error = "status.withdraw.late"};
	struct status_case c;

	if (status_case_read(app, req, req->arg[0], &c, err) == -1)
		return -1;
	if (act_withdraw(app, req, &c, err) == 0)
		return http_redirect(req,
		    "/vorgang/l/%s?gesendet=rueckzug", c.vorgang.link_token);
	if (err->code != ERR_CONFLICT)
		return -1;
	/* Somebody moved it on meanwhile: show how it stands now. */
	err_clear(err);
	if (status_case_read(app, req, req->arg[0], &c, err) == -1)
		return -1;
	case_view(app, req, 409, &c, &late);
	return 0;
}
