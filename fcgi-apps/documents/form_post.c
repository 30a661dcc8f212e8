/*
 * A form that was posted with its files: everything goes into the draft, then
 * forms takes over.
 */
#include "common/app.h"
#include "common/date.h"
#include "common/document_files.h"
#include "common/draft/draft_items.h"
#include "common/draft/draft_notes.h"
#include "common/form/form_keep.h"
#include "common/log.h"
#include "common/utf8.h"
#include "documents/draft.h"
#include "documents/parts.h"
#include "documents/routes.h"

#define DRAFT_MAX ((size_t)4 << 20)
struct form_post {
	struct app *app;
	struct request *req;
	struct draft_state draft;
	struct parts parts;
	const char *action;
	struct form_answers *answers;
	struct err away; /* why nothing can be kept now; then files are skipped */
	bool has_lost_files;
};

/* The draft of the id that came before the file; else of a fresh one. */
static int
open_draft(struct form_post *p, struct err *err)
{
	if (p->draft.is_open)
		return 0;
	draft_name(&p->draft,
	    http_pair_get(&p->parts.pairs, "submission_id"));
	return draft_start(p->app, p->req, &p->draft, true, err);
}

static int
begin_file(void *arg, const char *part, const char *name, struct intake **in,
    struct err *err)
{
	struct form_post *p = arg;
	const struct form_field *field =
	    draft_file_field(p->draft.offer->service->form, part);

	if (field == NULL)
		return 0; /* not of this form */
	if (p->away.code == ERR_NONE && open_draft(p, err) == -1) {
		if (!form_error_passes(err))
			return -1;
		/* Reads on, so that at least what was typed is kept. */
		p->away = *err;
		err_clear(err);
	}
	if (p->away.code != ERR_NONE) {
		p->has_lost_files = true;
		return 0;
	}
	*in = p->draft.intake;
	intake_begin(*in, part, field, name);
	return 0;
}

/* ---- buttons ---- */

/* Without its row the file is gone for everybody, and for the sweep. */
static void
remove_document_file(void *arg, const struct id *document)
{
	const struct form_post *p = arg;
	struct err later = {0};

	if (document_file_remove(p->app->config->documents_dir,
		p->req->town->id, document, &later) == -1)
		log_warn("%s", later.msg);
}

/* Does what the button asks for. */
static int
act(struct form_post *p, struct err *err)
{
	const struct draft_items items = {
	    .db = p->app->db,
	    .arena = p->req->arena,
	    .submission_id = p->draft.submission,
	    .answers = p->answers,
	    .gone = remove_document_file,
	    .arg = p,
	};

	return draft_items_act(&items, p->action, NULL, err);
}

/* ---- keeping ---- */

/* A field of the page itself, "" when it came without. */
static const char *
page_field(const struct form_post *p, const char *name)
{
	const char *value = http_pair_get(&p->parts.pairs, name);
	const char *clean = "";
	struct err none = {0};

	if (value != NULL && utf8_clean(p->req->arena, value, strlen(value),
		&clean, &none) == -1)
		clean = "";
	return clean;
}

static void
write_notes(const struct form_post *p, struct buf *json)
{
	const struct intake *in = p->draft.intake;
	struct draft_refusal *refusal =
	    arena_new(p->req->arena, struct draft_refusal, in->nrefusal + 1);
	const struct draft_notes notes = {
	    .action = p->action,
	    .version = page_field(p, "version"),
	    .not_shown = page_field(p, "not_shown"),
	    .invitation = page_field(p, "invitation"),
	    .is_fresh_id = !p->draft.is_named,
	    .refusal = refusal,
	    .nrefusal = in->nrefusal,
	};

	for (size_t i = 0; i < in->nrefusal; i++)
		refusal[i] = (struct draft_refusal){
		    .path = in->refusal[i].path,
		    .code = upload_code(in->refusal[i].why),
		    .name = in->refusal[i].name,
		};
	draft_notes_write(&notes, json);
}

static int
save_answers(struct form_post *p, struct err *err)
{
	const struct service *s = p->draft.offer->service;
	struct draft *draft = &p->draft.draft;
	struct buf *json = buf_new(p->req->arena, DRAFT_MAX);

	form_write_draft(p->answers, json);
	write_notes(p, json);
	if (buf_check(json, err) == -1)
		return -1;
	draft->answers = buf_text(json);
	draft->answers_len = json->len;
	draft->touched_ms = date_now_ms();
	draft->expires_ms =
	    draft->touched_ms + s->draft_days * INT64_C(86400000);
	return draft_save(p->app->db, p->req->arena, draft, err);
}

/* A file that goes is in the page's hidden fields, too. */
static void
forget_file(struct form_post *p)
{
	const char *hex = draft_items_argument(p->action, "remove-file");
	struct http_pairs *pairs = &p->parts.pairs;
	size_t kept = 0;

	if (hex == NULL)
		return;
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->pair[i].value, hex) != 0)
			pairs->pair[kept++] = pairs->pair[i];
	pairs->n = kept;
}

static int
keep(struct form_post *p, struct err *err)
{
	forget_file(p);
	if (form_read_pairs(p->req->arena, p->draft.offer->service->form,
		&p->parts.pairs, &p->answers, err) == -1 ||
	    intake_keep(p->draft.intake, err) == -1 || act(p, err) == -1)
		return -1;
	return save_answers(p, err);
}

/* ---- handing on ---- */

static const char *
hex(const struct form_post *p, const struct id *id)
{
	return id_hex(p->req->arena, id);
}

static int
hand_on(struct form_post *p)
{
	const char *slug = p->req->arg[0];
	bool is_submit = strcmp(p->action, "submit") == 0;
	const char *language;

	if (p->draft.was_submitted)
		return http_internal_redirect(p->req,
		    "/intern/antrag/%s/absenden?id=%s&zu=%s", slug,
		    hex(p, &p->draft.submission),
		    hex(p, &p->draft.submitted));
	if (is_submit && p->draft.is_named && p->draft.intake->nrefusal == 0)
		return http_internal_redirect(p->req,
		    "/intern/antrag/%s/absenden?id=%s", slug,
		    hex(p, &p->draft.submission));
	/* Without an id of its own the page could not be sent twice safely. */
	language = draft_items_argument(p->action, "language");
	return http_redirect(p->req, "/antrag/%s/entwurf?id=%s%s%s", slug,
	    hex(p, &p->draft.submission), language == NULL ? "" : "&sprache=",
	    language == NULL
		? ""
		: lang_code(lang_parse(language, p->req->lang)));
}

/* Submitted while this request was under way: the receipt tells. */
static int
hand_on_late(struct form_post *p)
{
	return http_internal_redirect(p->req,
	    "/intern/antrag/%s/absenden?id=%s", p->req->arg[0],
	    hex(p, &p->draft.submission));
}

/* The form again, with everything typed: nothing could be kept here. */
static int
give_back(struct form_post *p, struct err *err)
{
	bool is_closed = p->away.code == ERR_GONE;

	if (!is_closed)
		log_warn("form was not kept: %s: %s", err_wire(p->away.code),
		    p->away.msg);
	return form_keep_page(p->app, p->req, p->draft.offer, &p->parts.pairs,
	    is_closed ? FORM_KEEP_CLOSED : FORM_KEEP_UNAVAILABLE,
	    p->has_lost_files, err);
}

static int
keep_and_hand_on(struct form_post *p, struct err *err)
{
	if (open_draft(p, err) == -1)
		return -1;
	p->action = page_field(p, "action");
	if (*p->action == '\0') /* sent with the enter key */
		p->action = "submit";
	if (keep(p, err) == 0)
		return hand_on(p);
	if (err->code != ERR_CONFLICT && err->code != ERR_NOT_FOUND)
		return -1;
	log_info("submitted meanwhile: %s", err->msg);
	return hand_on_late(p);
}

int
form_post(struct app *app, struct request *req, struct err *err)
{
	struct form_post p = {.app = app, .req = req};

	p.parts = (struct parts){.file = begin_file, .arg = &p};
	p.draft.offer =
	    service_set_offer(req->services, req->town, req->arg[0]);
	if (p.draft.offer == NULL)
		return err_set(err, ERR_NOT_FOUND, "no such service");
	http_request_offer(req, p.draft.offer->service->languages);
	if (!p.draft.offer->is_open)
		(void)err_set(&p.away, ERR_GONE, "the service is closed");
	if (parts_read(app, req, &p.parts, err) == -1)
		return -1;
	if (p.away.code != ERR_NONE)
		return give_back(&p, err);
	if (keep_and_hand_on(&p, err) == 0)
		return 0;
	if (!form_error_passes(err))
		return -1;
	p.away = *err;
	p.has_lost_files = p.draft.is_open &&
	    p.draft.intake->nadded > p.draft.intake->nkept;
	err_clear(err);
	return give_back(&p, err);
}
