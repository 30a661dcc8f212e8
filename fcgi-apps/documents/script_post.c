/*
 * Uploads by the page's script, one file a request, and removals. The fields
 * submission_id, service and field come before the file.
 */
#include "common/app.h"
#include "common/draft/draft_expired.h"
#include "documents/answer.h"
#include "documents/draft.h"
#include "documents/parts.h"
#include "documents/routes.h"

struct script_post {
	struct app *app;
	struct request *req;
	struct draft_state draft;
	struct parts parts;
	const struct form_field *field;
};

static const char *
named(const struct script_post *p, const char *name, const char *other)
{
	const char *value = http_pair_get(&p->parts.pairs, name);

	return value != NULL ? value : http_pair_get(&p->parts.pairs, other);
}

/* The draft that the file goes into, and its field there. */
static int
open_draft(struct script_post *p, const char *path, struct err *err)
{
	const struct service *service = p->draft.offer->service;
	bool is_stepped = service->form->is_stepped;

	if (is_stepped && draft_open_stepped(
		p->app, p->req, &p->draft, &service, err) == -1)
		return -1;
	p->field = draft_file_field(service->form, path);
	if (p->field == NULL)
		return err_set(err, ERR_NOT_FOUND, "no such file field");
	return is_stepped
	    ? 0 : draft_start(p->app, p->req, &p->draft, false, err);
}

static int
begin_file(void *arg, const char *part, const char *name, struct intake **in,
    struct err *err)
{
	struct script_post *p = arg;
	const char *path = named(p, "field", "feld");

	if (strcmp(part, "file") != 0 || p->draft.is_open)
		return 0; /* one file a request */
	draft_name(&p->draft,
	    http_pair_get(&p->parts.pairs, "submission_id"));
	if (!p->draft.is_named || path == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "submission_id or field is missing before the file");
	if (draft_find_offer(p->req, named(p, "service", "leistung"),
		&p->draft.offer, err) == -1)
		return -1;
	if (open_draft(p, path, err) == -1)
		return -1;
	*in = p->draft.intake;
	intake_begin(*in, path, p->field, name);
	return 0;
}

static int
remove_named(struct script_post *p, const char *action, struct err *err)
{
	struct id id;

	draft_name(&p->draft,
	    http_pair_get(&p->parts.pairs, "submission_id"));
	if (!p->draft.is_named ||
	    strncmp(action, "remove-file:", strlen("remove-file:")) != 0 ||
	    id_parse(action + strlen("remove-file:"), &id, err) == -1)
		return err_set(err, ERR_BAD_REQUEST, "nothing to remove");
	if (draft_remove_document(p->app, p->req, &p->draft.submission, &id,
		err) == -1)
		return -1;
	http_reply(p->req, 204, NULL);
	return 0;
}

static int
answer(struct script_post *p, struct err *err)
{
	struct intake *in = p->draft.intake;
	const char *action = http_pair_get(&p->parts.pairs, "action");
	bool is_new;

	if (!p->draft.is_open)
		return action != NULL ? remove_named(p, action, err)
		    : err_set(err, ERR_BAD_REQUEST, "no file came");
	if (in->nrefusal > 0)
		return answer_refusal(
		    p->app, p->req, &in->refusal[0], p->field);
	is_new = in->nadded > 0;
	if (intake_keep(in, err) == -1)
		return -1;
	return answer_document(p->req, p->parts.document, is_new,
	    arena_printf(p->req->arena, "/dokument/%s/",
		id_hex(p->req->arena, &p->draft.submission)));
}

int
script_post(struct app *app, struct request *req, struct err *err)
{
	struct script_post p = {.app = app, .req = req};

	req->wants_json = true;
	p.parts = (struct parts){.file = begin_file, .arg = &p};
	if (parts_read(app, req, &p.parts, err) == 0 && answer(&p, err) == 0)
		return 0;
	if (err->code == ERR_UNAUTHORIZED) {
		const struct draft_expired page = {.service = ""};

		err_clear(err);
		return draft_expired_page(app, req, &page);
	}
	if (err->code != ERR_CONFLICT)
		return -1;
	err_clear(err);
	return answer_problem(
	    app, req, 409, "conflict", "documents.refused.submitted");
}

int
script_remove(struct app *app, struct request *req, struct err *err)
{
	struct id submission, id;

	if (id_parse(req->arg[0], &submission, err) == -1 ||
	    id_parse(req->arg[1], &id, err) == -1)
		return err_set(err, ERR_NOT_FOUND, "no such document");
	if (draft_remove_document(app, req, &submission, &id, err) == -1)
		return -1;
	http_reply(req, 204, NULL);
	return 0;
}
