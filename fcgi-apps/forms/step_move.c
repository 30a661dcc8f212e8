#include "forms/step_move.h"

#include "forms/step_fail.h"
#include "forms/step_view.h"

#define CHANGES_MAX 200

/* ---- what is new ---- */

/* Whether the form has a field of that path that takes the same answers. */
static bool
has_field(const struct form *form, const struct form_field *f)
{
	const struct form_field *same = form_field_find(form, f->path);

	return same != NULL && same->type == f->type;
}

static void
find_fresh(const struct form_words *w, const struct form *before,
    const struct form_field *field, size_t n, struct step_change *out,
    size_t *count)
{
	for (size_t i = 0; i < n && *count < CHANGES_MAX; i++) {
		const struct form_field *f = &field[i];

		if (!form_is_asked(f))
			continue;
		if (!has_field(before, f))
			out[(*count)++] =
			    (struct step_change){form_label(w, f), NULL};
		else
			find_fresh(w, before, f->child, f->nchild, out, count);
	}
}

/* ---- what has no place any more ---- */

struct dropping {
	const struct form_words *words; /* of the version before */
	const struct form_answers *answers;
	const struct form *after;
	struct step_change *change;
	size_t n;
};

static void
find_dropped(void *arg, const char *path, const struct answer *answer)
{
	struct dropping *d = arg;
	const struct form_field *f = answer->field;
	const char *value = answer->raw;

	if (!form_is_asked(f) || f->nchild > 0 || has_field(d->after, f) ||
	    d->n == CHANGES_MAX)
		return;
	if (value == NULL && answer->nfile > 0)
		value = answer->file[0].name;
	if (value == NULL && answer->nlist > 0)
		value = answer->list[0];
	if (value != NULL)
		d->change[d->n++] = (struct step_change){
		    form_place(d->words, d->answers, path), value};
}

int
step_move_show(struct app *app, struct request *req, struct step_visit *v)
{
	const struct form *after = v->antrag.offer->service->form;
	const struct form_words before = antrag_words(app, req, &v->antrag);
	struct form_words words = before;
	struct step_change *fresh =
	    arena_new(req->arena, struct step_change, CHANGES_MAX);
	struct dropping d = {.words = &before,
	    .answers = v->antrag.answers,
	    .after = after,
	    .change = arena_new(req->arena, struct step_change, CHANGES_MAX)};
	size_t n = 0;

	words.service = v->antrag.offer->service;
	words.settings = v->antrag.offer->settings;
	find_fresh(&words, v->antrag.service->form, after->field,
	    after->nfield, fresh, &n);
	form_each(v->antrag.answers, find_dropped, &d);
	return step_show_move(app, req, v, fresh, n, d.change, d.n);
}

/* ---- doing it ---- */

static bool
has_fresh(const struct form *before, const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (form_is_asked(&field[i]) &&
		    (!has_field(before, &field[i]) ||
			has_fresh(before, field[i].child, field[i].nchild)))
			return true;
	return false;
}

/* Pages with new questions are to be looked at again. */
static void
forget_marks(struct step_visit *v, const struct form *before,
    const struct form *after)
{
	for (size_t i = 0; i < after->npage; i++) {
		const struct form_page *page = &after->page[i];

		if (!has_fresh(before, page->field, page->nfield))
			continue;
		for (size_t k = 0; k < v->marks.n; k++)
			if (strcmp(v->marks.mark[k].page, page->id) == 0)
				v->marks.mark[k].is_seen =
				    v->marks.mark[k].is_tried = false;
	}
}

int
step_move(struct app *app, struct request *req, struct step_visit *v,
    struct err *err)
{
	struct antrag *a = &v->antrag;
	const struct form *before = a->service->form;

	if (!step_is_moving(v)) { /* done already */
		db_rollback(app->db);
		return step_redirect(req, v, step_plan_resume(&v->plan), "");
	}
	a->service = a->offer->service;
	a->context.settings = a->offer->settings;
	v->is_current = true;
	if (a->draft.answers == NULL)
		a->answers = form_answers_new(req->arena, a->service->form);
	else if (form_read_draft(req->arena, a->service->form,
		     a->draft.answers, a->draft.answers_len, &a->answers,
		     err) == -1) {
		db_rollback(app->db);
		return -1;
	}
	antrag_attach_documents(req, a);
	forget_marks(v, before, a->service->form);
	if (step_save(app, req, v, err) == -1)
		return step_fail(app, req, v, NULL, err);
	step_judge(req, v);
	return step_redirect(req, v, step_plan_resume(&v->plan), "");
}
