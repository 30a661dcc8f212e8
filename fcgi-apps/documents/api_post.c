/*
 * Documents of an application over the API: the Idempotency-Key is the
 * submission id under which the application is sent later.
 */
#include "common/app.h"
#include "common/document_store.h"
#include "documents/answer.h"
#include "documents/draft.h"
#include "documents/raw_body.h"
#include "documents/routes.h"

static int
read_key(const struct request *req, struct id *out, struct err *err)
{
	struct err none = {0};

	if (id_parse(http_header(req, "Idempotency-Key"), out, &none) == 0)
		return 0;
	return err_set(err, ERR_BAD_REQUEST,
	    "Idempotency-Key is no id: %s", none.msg);
}

static int
receive(struct app *app, struct request *req, struct err *err)
{
	const char *path = http_pair_get(&req->query, "feld");
	const struct form_field *field;
	const struct document *document;
	struct draft_state draft = {0};
	struct intake *in;
	bool is_new;

	if (read_key(req, &draft.submission, err) == -1 ||
	    draft_find_offer(req, http_pair_get(&req->query, "leistung"),
		&draft.offer, err) == -1)
		return -1;
	draft.is_named = true;
	if (path == NULL || (field = draft_file_field(
		draft.offer->service->form, path)) == NULL)
		return err_set(err, ERR_NOT_FOUND, "no such file field");
	if (draft_start(app, req, &draft, false, err) == -1)
		return -1;
	in = draft.intake;
	if (raw_body_read(req, in, path, field, &document, err) == -1)
		return -1;
	if (document == NULL)
		return answer_refusal(app, req, &in->refusal[0], field);
	is_new = in->nadded > 0;
	if (intake_keep(in, err) == -1)
		return -1;
	return answer_document(req, document, is_new, "/api/v1/dokumente/");
}

int
api_post(struct app *app, struct request *req, struct err *err)
{
	if (receive(app, req, err) == 0)
		return 0;
	if (err->code != ERR_CONFLICT)
		return -1;
	err_clear(err);
	return answer_problem(
	    app, req, 409, "conflict", "documents.refused.submitted");
}

int
api_list(struct app *app, struct request *req, struct err *err)
{
	struct document *d = NULL;
	struct draft draft;
	struct json_out j;
	struct id key;
	size_t n = 0;

	if (read_key(req, &key, err) == -1 ||
	    draft_read(app->db, req->arena, req->town, &key, &draft, err) ==
		-1 ||
	    document_list_draft(app->db, req->arena, &draft.key.key, &key, &d,
		&n, err) == -1)
		return -1;
	http_reply(req, 200, "application/json");
	json_begin(&j, req->out);
	json_open_object(&j);
	json_key(&j, "documents");
	json_open_array(&j);
	for (size_t i = 0; i < n; i++)
		answer_put_document(&j, req->arena, &d[i]);
	json_close_array(&j);
	json_close_object(&j);
	return 0;
}

int
api_remove(struct app *app, struct request *req, struct err *err)
{
	struct id key, id;

	if (read_key(req, &key, err) == -1)
		return -1;
	if (id_parse(req->arg[0], &id, err) == -1)
		return err_set(err, ERR_NOT_FOUND, "no such document");
	if (draft_remove_document(app, req, &key, &id, err) == -1)
		return -1;
	http_reply(req, 204, NULL);
	return 0;
}
