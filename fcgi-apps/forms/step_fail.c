#include "forms/step_fail.h"

#include "common/draft/draft_expired.h"
#include "common/form/form_keep.h"
#include "common/log.h"
#include "common/vorgang/vorgang_store.h"
#include "forms/step_view.h"

/*
 * This browser has sent it: the receipt, at once for who pressed the button
 * again.
 */
static int
show_sent(struct app *app, struct request *req, struct step_visit *v,
    const struct http_pairs *pairs, struct err *err)
{
	const char *action =
	    pairs != NULL ? http_pair_get(pairs, "action") : NULL;
	struct vorgang vorgang;
	bool found;

	err_clear(err);
	if (vorgang_by_submission(app->db, req->arena, req->town,
		&v->antrag.submission_id, &vorgang, &found, err) == -1)
		return -1;
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "what was sent is erased");
	if (action != NULL && strcmp(action, "submit") == 0)
		return http_redirect(
		    req, "/vorgang/l/%s", vorgang.link_token);
	return step_show_sent(app, req, &vorgang);
}

int
step_fail(struct app *app, struct request *req, struct step_visit *v,
    const struct http_pairs *pairs, struct err *err)
{
	if (err->code == ERR_UNAUTHORIZED) {
		const struct draft_expired expired = {.service = req->arg[0],
		    .submission = req->arg[1],
		    .page = strrchr(req->path, '/') + 1,
		    .pairs = pairs};

		err_clear(err);
		return draft_expired_page(app, req, &expired);
	}
	if (err->code == ERR_GONE && !req->wants_json)
		return show_sent(app, req, v, pairs, err);
	if (!form_error_passes(err) || pairs == NULL)
		return -1;
	log_warn(
	    "page was not saved: %s: %s", err_wire(err->code), err->msg);
	err_clear(err);
	return draft_retry_page(app, req, pairs, false);
}
