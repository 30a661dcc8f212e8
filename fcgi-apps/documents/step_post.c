/*
 * A page of a stepped draft that was posted with its files: they go into the
 * store under the draft's key, the rest on to forms. And the draft's end,
 * which takes its files along.
 */
#include "common/app.h"
#include "common/date.h"
#include "common/document_files.h"
#include "common/document_store.h"
#include "common/draft/draft_expired.h"
#include "common/draft/draft_post_store.h"
#include "common/form/form_keep.h"
#include "common/log.h"
#include "common/utf8.h"
#include "documents/draft.h"
#include "documents/parts.h"
#include "documents/routes.h"

struct step_post {
	struct app *app;
	struct request *req;
	struct draft_state draft;
	const struct service *service;
	struct parts parts;
	struct err away; /* why nothing can be taken; then files are skipped */
	bool has_lost_files;
};

static int
begin_file(void *arg, const char *part, const char *name, struct intake **in,
    struct err *err)
{
	struct step_post *p = arg;
	const struct form_field *field;

	(void)err; /* what is wrong with a file is a refusal */
	if (p->away.code != ERR_NONE) {
		p->has_lost_files = true;
		return 0;
	}
	if ((field = draft_file_field(p->service->form, part)) == NULL)
		return 0; /* not of this form */
	*in = p->draft.intake;
	intake_begin(*in, part, field, name);
	return 0;
}

/* Opens the draft, or notes why not and reads on: what was typed is kept. */
static int
open_draft(struct step_post *p, struct err *err)
{
	struct err none = {0};

	if (id_parse(p->req->arg[1], &p->draft.submission, &none) == -1)
		return err_set(err, ERR_NOT_FOUND, "no id of a draft");
	if (draft_open_stepped(
		p->app, p->req, &p->draft, &p->service, err) == 0) {
		if (strcmp(p->service->slug, p->req->arg[0]) != 0)
			return err_set(err, ERR_NOT_FOUND,
			    "the draft is another service's");
		return 0;
	}
	if (err->code != ERR_UNAUTHORIZED && !form_error_passes(err))
		return -1;
	p->away = *err;
	err_clear(err);
	return 0;
}

static const char *
action_of(const struct step_post *p)
{
	const char *action = "", *clean = "";
	struct err none = {0};

	for (size_t i = 0; i < p->parts.pairs.n; i++)
		if (strcmp(p->parts.pairs.pair[i].name, "action") == 0)
			action = p->parts.pairs.pair[i].value;
	return utf8_clean(p->req->arena, action, strlen(action), &clean,
		   &none) == 0 ? clean : "";
}

/* "remove-file:<id>": row, file, and the page's hidden field. */
static int
remove_named(struct step_post *p, const char *action, struct err *err)
{
	static const char verb[] = "remove-file:";
	struct http_pairs *pairs = &p->parts.pairs;
	const char *hex = action + strlen(verb);
	size_t kept = 0;
	struct id id;

	if (strncmp(action, verb, strlen(verb)) != 0 ||
	    id_parse(hex, &id, &(struct err){0}) == -1)
		return 0;
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->pair[i].value, hex) != 0)
			pairs->pair[kept++] = pairs->pair[i];
	pairs->n = kept;
	if (draft_remove_document(p->app, p->req, &p->draft.submission, &id,
		err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err); /* pressed twice: it is gone */
	return 0;
}

/* Files and fields are kept; forms does the rest. */
static int
hand_on(struct step_post *p, struct err *err)
{
	const struct intake *in = p->draft.intake;
	struct arena *a = p->req->arena;
	struct draft_refusal *refusal =
	    arena_new(a, struct draft_refusal, in->nrefusal + 1);
	struct draft_post post = {.notes = {.action = action_of(p),
				      .version = "",
				      .not_shown = "",
				      .refusal = refusal,
				      .nrefusal = in->nrefusal}};
	struct id id;

	for (size_t i = 0; i < in->nrefusal; i++)
		refusal[i] = (struct draft_refusal){
		    .path = in->refusal[i].path,
		    .code = upload_code(in->refusal[i].why),
		    .name = in->refusal[i].name,
		};
	if (intake_keep(p->draft.intake, err) == -1 ||
	    remove_named(p, post.notes.action, err) == -1)
		return -1;
	post.pairs = p->parts.pairs;
	if (draft_post_add(p->app->db, a, &p->draft.draft, &post,
		date_now_ms(), &id, err) == -1)
		return -1;
	return http_internal_redirect(p->req,
	    "/intern/antrag/%s/%s/%s?post=%s", p->req->arg[0],
	    id_hex(a, &p->draft.submission), p->req->arg[2], id_hex(a, &id));
}

static int
answer_expired(struct step_post *p)
{
	const struct draft_expired page = {.service = p->req->arg[0],
	    .submission = p->req->arg[1],
	    .page = p->req->arg[2],
	    .pairs = &p->parts.pairs,
	    .has_lost_files = p->has_lost_files};

	return draft_expired_page(p->app, p->req, &page);
}

int
step_post(struct app *app, struct request *req, struct err *err)
{
	struct step_post p = {.app = app, .req = req};

	p.parts = (struct parts){.file = begin_file, .arg = &p};
	if (open_draft(&p, err) == -1 ||
	    parts_read(app, req, &p.parts, err) == -1)
		return -1;
	if (p.away.code == ERR_NONE && hand_on(&p, err) == 0)
		return 0;
	if (p.away.code == ERR_UNAUTHORIZED)
		return answer_expired(&p);
	if (p.away.code == ERR_NONE) {
		/* Submitted or discarded meanwhile, in another tab. */
		if (err->code == ERR_CONFLICT || err->code == ERR_NOT_FOUND) {
			err_clear(err);
			p.has_lost_files = p.draft.intake->nadded > 0;
			return answer_expired(&p);
		}
		if (!form_error_passes(err))
			return -1;
		p.away = *err;
		p.has_lost_files =
		    p.draft.intake->nadded > p.draft.intake->nkept;
		err_clear(err);
	}
	log_warn("page was not kept: %s: %s", err_wire(p.away.code),
	    p.away.msg);
	return draft_retry_page(app, req, &p.parts.pairs, p.has_lost_files);
}

/* ---- discarding ---- */

/* The rows first: who comes in between finds nothing, and no row is without
 * its file. */
static int
discard(struct step_post *p, struct err *err)
{
	const struct intake *in = p->draft.intake;
	struct err later = {0};

	if (draft_delete(p->app->db, &p->draft.submission, err) == -1)
		return -1;
	for (size_t i = 0; i < in->nhave; i++)
		if (document_file_remove(p->app->config->documents_dir,
			p->req->town->id, &in->have[i].id, &later) == -1)
			log_warn("%s", later.msg); /* the sweep gets it */
	return http_redirect(p->req, "/antrag/weiter/?geloescht=1");
}

int
step_discard(struct app *app, struct request *req, struct err *err)
{
	struct step_post p = {.app = app, .req = req};

	p.parts = (struct parts){.file = begin_file, .arg = &p};
	req->arg[2] = "loeschen";
	if (open_draft(&p, err) == -1 ||
	    parts_read(app, req, &p.parts, err) == -1)
		return -1;
	if (p.away.code == ERR_UNAUTHORIZED)
		return answer_expired(&p);
	if (p.away.code != ERR_NONE) {
		*err = p.away;
		return -1;
	}
	return discard(&p, err);
}
