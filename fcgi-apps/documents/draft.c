#include "documents/draft.h"

#include "common/date.h"
#include "common/document_files.h"
#include "common/document_store.h"
#include "common/draft/draft_access.h"
#include "common/draft/draft_cookie.h"
#include "common/log.h"

#define MS_PER_DAY INT64_C(86400000)
#define PATH_MAX_BYTES 120 /* of document.field */

int
draft_find_offer(struct request *req, const char *slug,
    const struct town_service **out, struct err *err)
{
	const struct town_service *offer = slug == NULL
	    ? NULL : service_set_offer(req->services, req->town, slug);

	if (offer == NULL)
		return err_set(err, ERR_NOT_FOUND, "no such service");
	http_request_offer(req, offer->service->languages);
	if (!offer->is_open)
		return err_set(err, ERR_GONE, "%s is closed", slug);
	*out = offer;
	return 0;
}

void
draft_name(struct draft_state *d, const char *id)
{
	struct err none = {0};

	if (id == NULL || d->is_named || d->is_open)
		return;
	d->is_named = id_parse(id, &d->submission, &none) == 0;
}

static int
open_row(struct app *app, struct request *req, struct draft_state *d,
    struct err *err)
{
	const struct service *s = d->offer->service;
	int64_t now = date_now_ms();

	return draft_open(app->db, req->arena, req->town, &d->submission,
	    s->version_id, now, now + s->draft_days * MS_PER_DAY, &d->draft,
	    err);
}

int
draft_start(struct app *app, struct request *req, struct draft_state *d,
    bool is_replacing, struct err *err)
{
	struct document *have = NULL;
	size_t n = 0;

	if (d->is_open)
		return 0;
	if (!d->is_named)
		d->submission = id_random();
	if (open_row(app, req, d, err) == -1) {
		if (err->code != ERR_CONFLICT || !is_replacing)
			return -1;
		err_clear(err);
		d->was_submitted = true;
		d->submitted = d->submission;
		d->submission = id_random();
		if (open_row(app, req, d, err) == -1)
			return -1;
	}
	if (document_list_draft(app->db, req->arena, &d->draft.key.key,
		&d->submission, &have, &n, err) == -1)
		return -1;
	d->intake = intake_new(
	    app, req, &d->submission, &d->draft.key.key, have, n);
	d->is_open = true;
	return 0;
}

int
draft_open_stepped(struct app *app, struct request *req,
    struct draft_state *d, const struct service **service, struct err *err)
{
	struct draft_secret browser;
	struct document *have;
	size_t n;

	if (!draft_cookie_read(req, &browser))
		return err_set(err, ERR_UNAUTHORIZED, "no cookie");
	if (draft_access_open(app->db, req->arena, req->town, &d->submission,
		&browser, date_now_ms(), &d->draft, err) == -1)
		return err->code != ERR_NOT_FOUND ? -1
		    : err_set(err, ERR_UNAUTHORIZED, "no draft that opens");
	*service =
	    service_set_version(req->services, d->draft.service_version_id);
	if (*service == NULL)
		return err_set(err, ERR_DB_BUSY,
		    "the version of a draft is not loaded yet");
	if (document_list_draft(app->db, req->arena, &d->draft.key.key,
		&d->submission, &have, &n, err) == -1)
		return -1;
	d->intake = intake_new(
	    app, req, &d->submission, &d->draft.key.key, have, n);
	d->is_open = true;
	return 0;
}

/* Whether path has an index behind each repeat above the field, no more. */
static bool
has_indices(const struct form_field *field, const char *path)
{
	size_t repeats = 0, indices = 0;

	for (const struct form_field *f = field->parent; f != NULL;
	     f = f->parent)
		repeats += f->type == FORM_REPEAT;
	for (; *path != '\0'; path += strcspn(path, "."), path += *path == '.')
		indices += *path >= '0' && *path <= '9';
	return indices == repeats;
}

const struct form_field *
draft_file_field(const struct form *form, const char *path)
{
	const struct form_field *field;

	if (strlen(path) > PATH_MAX_BYTES)
		return NULL;
	field = form_field_find(form, path);
	return field != NULL && field->type == FORM_FILE &&
	    has_indices(field, path) ? field : NULL;
}

/* A stepped draft's documents are its browsers'. */
static int
check_owner(struct app *app, struct request *req, const struct id *submission,
    struct err *err)
{
	struct draft_secret browser;
	struct draft draft;
	bool is_stepped;

	if (draft_is_stepped(app->db, req->arena, submission, &is_stepped,
		err) == -1)
		return -1;
	if (!is_stepped)
		return 0;
	if (!draft_cookie_read(req, &browser))
		return err_set(err, ERR_NOT_FOUND, "no cookie");
	return draft_access_open(app->db, req->arena, req->town, submission,
	    &browser, date_now_ms(), &draft, err);
}

int
draft_remove_document(struct app *app, struct request *req,
    const struct id *submission, const struct id *document, struct err *err)
{
	struct err later = {0};

	if (check_owner(app, req, submission, err) == -1 ||
	    document_delete(app->db, submission, document, err) == -1)
		return -1;
	/* Without its row the file is gone for everybody, and for the sweep. */
	if (document_file_remove(app->config->documents_dir, req->town->id,
		document, &later) == -1)
		log_warn("%s", later.msg);
	return 0;
}
