#include "forms/step_page.h"

#include "common/date.h"
#include "common/document_store.h"
#include "common/draft/draft_items.h"
#include "common/json.h"
#include "common/log.h"
#include "common/num.h"
#include "forms/antrag_action.h"
#include "forms/antrag_notice.h"
#include "forms/step_advice.h"
#include "forms/step_check.h"
#include "forms/opening.h"
#include "forms/step_fail.h"
#include "forms/step_move.h"
#include "forms/step_view.h"

/* A page that was posted, on its way into the draft. */
struct posting {
	struct app *app;
	struct request *req;
	struct step_visit visit;
	const struct http_pairs *pairs;
	const struct draft_post *post; /* with files; NULL without */
	const struct id *post_id;
	const char *action;
	const struct form_page *page;
	struct form_answers *posted;
	int64_t revision; /* of the page, as the tab saw it */
	bool from_check;
	bool is_done; /* the button had something to do */
};

static bool
is_action(const struct posting *p, const char *name)
{
	return strcmp(p->action, name) == 0;
}

static const char *
argument(const struct posting *p, const char *verb)
{
	return draft_items_argument(p->action, verb);
}

static const struct form_page *
find_page(const struct form *form, const char *id)
{
	for (size_t i = 0; i < form->npage; i++)
		if (strcmp(form->page[i].id, id) == 0)
			return &form->page[i];
	return NULL;
}

/* ---- saving ---- */

/* What the tab sent, with the uploads where they belong. */
static int
read_posted(struct posting *p, struct err *err)
{
	struct antrag *a = &p->visit.antrag;
	struct antrag posted;
	const char *from = http_pair_get(p->pairs, "from");
	const char *revision = http_pair_get(p->pairs, "page_revision");
	struct form_answers *stored = a->answers;
	struct err none = {0};

	/* antrag_read_pairs replaces what it reads; the stored stay. */
	posted = *a;
	if (antrag_read_pairs(p->req, &posted, p->pairs, err) == -1)
		return -1;
	antrag_attach_documents(p->req, &posted);
	p->posted = posted.answers;
	a->pairs = p->pairs;
	a->version = posted.version;
	a->not_shown = posted.not_shown;
	a->answers = stored;
	p->action = a->action = posted.action;
	p->from_check = from != NULL && strcmp(from, STEP_CHECK) == 0;
	if (revision == NULL ||
	    num_parse(revision, 0, INT64_C(1) << 50, &p->revision, &none) == -1)
		p->revision = 0;
	return 0;
}

/* How the button leaves the page behind. */
static void
mark(struct posting *p, bool is_changed)
{
	struct step_visit *v = &p->visit;
	struct step_mark *m =
	    step_mark_of(p->req->arena, &v->marks, p->page->id);

	if (is_changed || m->revision == 0)
		m->revision = (int64_t)v->antrag.draft.revision + 1;
	if (is_action(p, "next") || is_action(p, "check"))
		m->is_seen = m->is_tried = true;
	else if (is_action(p, "back") || is_action(p, "save") ||
	    argument(p, "goto") != NULL)
		m->is_seen = true;
	else if (p->is_done)
		m->is_tried = false; /* new fields are not scolded for */
}

static int
act(struct posting *p, struct err *err)
{
	const struct draft_items items = {
	    .db = p->app->db,
	    .arena = p->req->arena,
	    .submission_id = p->visit.antrag.submission_id,
	    .answers = p->visit.antrag.answers,
	};

	return draft_items_act(&items, p->action, &p->is_done, err);
}

/* Within the lock. *n: fields that were changed elsewhere meanwhile; then
 * nothing is written. */
static int
merge_and_save(struct posting *p, struct step_difference **difference,
    size_t *n, struct err *err)
{
	struct step_visit *v = &p->visit;
	struct form_answers *stored = v->antrag.answers;
	bool is_changed;

	*n = step_compare(
	    p->req->arena, p->posted, stored, p->page, difference);
	is_changed = *n > 0;
	if (is_changed &&
	    p->revision != step_mark_revision(&v->marks, p->page->id)) {
		db_rollback(p->app->db);
		return 0;
	}
	*n = 0;
	if (step_merge(stored, p->posted, p->page, err) == -1 ||
	    act(p, err) == -1 ||
	    (p->post_id != NULL &&
		draft_post_delete(
		    p->app->db, &v->antrag.draft, p->post_id, err) == -1)) {
		db_rollback(p->app->db);
		return -1;
	}
	mark(p, is_changed || p->is_done);
	return step_save(p->app, p->req, v, err);
}

/* ---- answering ---- */

/* {"page_revision": 7, "saved_at": "2026-11-22T10:05:00Z"} */
static int
answer_autosave(struct posting *p)
{
	struct json_out j;

	http_reply(p->req, 200, "application/json");
	json_begin(&j, p->req->out);
	json_open_object(&j);
	json_key(&j, "page_revision");
	json_put_int(&j,
	    step_mark_revision(&p->visit.marks, p->page->id));
	json_pair(&j, "saved_at",
	    date_instant_to_xsd(
		p->req->arena, p->visit.antrag.draft.touched_ms));
	json_close_object(&j);
	return 0;
}

/* The same page, with what there is to say; where it does not apply any more,
 * the one behind it. */
static int
show_again(struct posting *p, int status)
{
	struct step_visit *v = &p->visit;
	const struct step *s = step_plan_find(&v->plan, p->page->id);

	if (s == NULL)
		return step_redirect(p->req, v,
		    step_plan_next(&v->plan, p->page->id), "");
	return step_show_page(
	    p->app, p->req, v, s, p->from_check, status);
}

/* Back to the page by its address, so that a reload does nothing again. */
static int
return_to(struct posting *p, const char *query)
{
	const char *from = p->from_check ? "von=" STEP_CHECK : "";
	bool has_both = *query != '\0' && *from != '\0';

	return step_redirect(p->req, &p->visit, p->page->id,
	    *query == '\0' && *from == '\0'
		? ""
		: arena_printf(p->req->arena, "?%s%s%s", from,
		      has_both ? "&" : "", query));
}

/* "next", "check": stays where something is wrong. */
static int
go_on(struct posting *p, struct err *err)
{
	struct step_visit *v = &p->visit;
	const struct step *s = step_plan_find(&v->plan, p->page->id);
	struct opening_result opening;

	if (s != NULL && s->nerror > 0) {
		v->antrag.is_scolded = true;
		return show_again(p, 422);
	}
	if (s != NULL && antrag_find_unseen(p->app, p->req, &v->antrag) > 0)
		return show_again(p, 422);
	if (opening_ask(p->app, p->req, &v->antrag, OPENING_AT_ANSWERS,
		&opening, err) == -1)
		return -1;
	if (opening.why != OPENING_OPEN)
		return step_show_not_open(p->app, p->req, v, &opening);
	return step_redirect(p->req, v,
	    is_action(p, "check") ? STEP_CHECK
				  : step_plan_next(&v->plan, p->page->id),
	    "");
}

/* add, remove, remove-file, upload, show, language: the page, changed. */
static int
change(struct posting *p)
{
	struct step_visit *v = &p->visit;
	struct arena *arena = p->req->arena;
	const char *arg = argument(p, "language");

	if (arg != NULL)
		return return_to(p,
		    arena_printf(arena, "sprache=%s",
			lang_code(lang_parse(arg, p->req->lang))));
	if (is_action(p, "upload") && p->post == NULL)
		return return_to(p, "hinweis=datei");
	if ((arg = argument(p, "add")) != NULL && !p->is_done)
		return return_to(p, "hinweis=voll");
	antrag_set_focus(p->req, &v->antrag, p->action);
	if (v->antrag.focus != NULL)
		/* No #: browsers then leave autofocus alone. */
		return return_to(
		    p, arena_printf(arena, "neu=%s", v->antrag.focus));
	return return_to(p, "");
}

/* What the button asks for, now that everything is saved. */
static int
answer(struct posting *p, struct err *err)
{
	struct step_visit *v = &p->visit;
	const char *page;

	if (is_action(p, "autosave"))
		return answer_autosave(p);
	step_judge(p->req, v);
	if (!step_is_open(v))
		return step_show_closed(p->app, p->req, v);
	if (p->post != NULL &&
	    (antrag_mark_refusals(
		 p->app, p->req, &v->antrag, &p->post->notes) > 0 ||
		p->post->has_lost_files)) {
		if (p->post->has_lost_files)
			antrag_notice(&v->antrag, FORM_NOTICE_WARNING,
			    text_get(p->app->texts, p->req->lang,
				"form.notice.files_again"),
			    text_get(p->app->texts, p->req->lang,
				"form.notice.files_again.text"));
		return show_again(p, 422);
	}
	if (antrag_is_outdated(&v->antrag)) {
		struct antrag posted = v->antrag;

		posted.answers = p->posted;
		if (antrag_notice_dropped(p->app, p->req, &posted) > 0) {
			v->antrag.notice[v->antrag.nnotice++] =
			    posted.notice[posted.nnotice - 1];
			return show_again(p, 409);
		}
	}
	if (is_action(p, "next") || is_action(p, "check"))
		return go_on(p, err);
	if (is_action(p, "save"))
		return step_redirect(p->req, v, STEP_SAVE, "");
	if (is_action(p, "back")) {
		page = step_plan_back(&v->plan, p->page->id);
		return page != NULL ? step_redirect(p->req, v, page, "")
				    : return_to(p, "");
	}
	if ((page = argument(p, "goto")) != NULL)
		return step_redirect(p->req, v,
		    step_plan_find(&v->plan, page) != NULL ? page
							   : p->page->id,
		    "");
	return change(p);
}

static int
save(struct posting *p, struct err *err)
{
	struct step_visit *v = &p->visit;
	struct step_difference *difference;
	size_t n;

	p->page = find_page(v->antrag.service->form, v->page);
	if (p->page == NULL) {
		db_rollback(p->app->db);
		return step_show_no_page(p->app, p->req, v);
	}
	if (read_posted(p, err) == -1) {
		db_rollback(p->app->db);
		return -1;
	}
	if (merge_and_save(p, &difference, &n, err) == -1)
		return step_fail(p->app, p->req, v, p->pairs, err);
	if (n == 0)
		return answer(p, err);
	if (is_action(p, "autosave"))
		return err_set(err, ERR_CONFLICT,
		    "the page was changed in another tab");
	return step_show_conflict(p->app, p->req, v, p->page, p->pairs,
	    difference, n);
}

/* ---- handlers ---- */

int
step_page_post(struct app *app, struct request *req, struct err *err)
{
	struct posting p = {.app = app, .req = req};
	struct http_pairs pairs;
	const char *action;

	if (http_body_form(app, req, &pairs, err) == -1)
		return -1;
	p.pairs = &pairs;
	if (step_lock(app, req, &p.visit, err) == -1)
		return step_fail(app, req, &p.visit, &pairs, err);
	action = http_pair_get(&pairs, "action");
	if (action != NULL && strcmp(action, STEP_MOVE) == 0)
		return step_move(app, req, &p.visit, err);
	return save(&p, err);
}

/* Takes a post that was kept; one that is gone was taken already. */
static int
take_post(struct app *app, struct request *req, struct err *err)
{
	const char *hex = http_pair_get(&req->query, "post");
	struct posting p = {.app = app, .req = req};
	struct draft_post post;
	struct err none = {0};
	struct id id;

	if (step_lock(app, req, &p.visit, err) == -1)
		return step_fail(app, req, &p.visit, NULL, err);
	if (hex == NULL || id_parse(hex, &id, &none) == -1 ||
	    draft_post_read(app->db, req->arena, &p.visit.antrag.draft, &id,
		&post, err) == -1) {
		db_rollback(app->db);
		if (err->code != ERR_NONE && err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return step_redirect(req, &p.visit, p.visit.page, "");
	}
	p.pairs = &post.pairs;
	p.post = &post;
	p.post_id = &id;
	return save(&p, err);
}

int
step_page_take(struct app *app, struct request *req, struct err *err)
{
	return take_post(app, req, err);
}

/* What the address asks to be said or pointed at. */
static void
read_query(struct app *app, struct request *req, struct step_visit *v,
    bool *from_check)
{
	const char *fresh = http_pair_get(&req->query, "neu");
	const char *notice = http_pair_get(&req->query, "hinweis");
	const char *from = http_pair_get(&req->query, "von");
	const char *key = NULL;

	*from_check = from != NULL && strcmp(from, STEP_CHECK) == 0;
	if (fresh != NULL && form_find(v->antrag.answers, fresh) != NULL)
		v->antrag.focus = fresh;
	if (notice != NULL && strcmp(notice, "datei") == 0)
		key = "form.notice.no_file";
	else if (notice != NULL && strcmp(notice, "voll") == 0)
		key = "form.notice.item_limit";
	if (key != NULL)
		antrag_notice(&v->antrag, FORM_NOTICE_WARNING,
		    text_get(app->texts, req->lang, key),
		    text_find(app->texts, req->lang,
			arena_printf(req->arena, "%s.text", key)));
}

int
step_page(struct app *app, struct request *req, struct err *err)
{
	const struct step_mark *m;
	const struct step *s;
	struct step_visit v;
	bool from_check;

	if (http_pair_get(&req->query, "post") != NULL)
		return take_post(app, req, err);
	if (step_open(app, req, &v, err) == -1)
		return step_fail(app, req, &v, NULL, err);
	if (!step_is_open(&v))
		return step_show_closed(app, req, &v);
	if (step_is_moving(&v))
		return step_move_show(app, req, &v);
	s = step_plan_find(&v.plan, v.page);
	if (s == NULL)
		return step_show_no_page(app, req, &v);
	/* What the page begins with; nothing that was emptied comes back. */
	form_fill_defaults(
	    req->arena, v.antrag.answers, s->index, &v.antrag.context);
	step_judge(req, &v);
	if ((s = step_plan_find(&v.plan, v.page)) == NULL)
		return step_show_no_page(app, req, &v);
	read_query(app, req, &v, &from_check);
	m = step_mark_find(&v.marks, v.page);
	v.antrag.is_scolded =
	    s->nerror > 0 && ((m != NULL && m->is_tried) || from_check);
	(void)step_show_page(app, req, &v, s, from_check, 200);
	if (v.antrag.draft.is_access_old)
		step_renew(app, req, &v);
	return 0;
}
