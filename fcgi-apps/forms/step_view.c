#include "forms/step_view.h"

#include "common/form/form_summary.h"
#include "common/form/form_view_step.h"
#include "common/page.h"
#include "common/utf8.h"

static const enum form_step_state states[] = {
    [STEP_OPEN] = FORM_STEP_OPEN,
    [STEP_ERRORS] = FORM_STEP_ERRORS,
    [STEP_DONE] = FORM_STEP_DONE,
};

/* The lines of the list of steps; current NULL: none. */
static void
fill_lines(const struct step_visit *v, const struct step *current,
    struct form_step_view *out)
{
	const struct form_words *w = &out->form.words;
	struct form_step_line *line =
	    arena_new(w->arena, struct form_step_line, v->plan.n);

	for (size_t i = 0; i < v->plan.n; i++) {
		const struct step *s = &v->plan.step[i];

		line[i] = (struct form_step_line){
		    .id = s->page->id,
		    .title = step_page_title(w, s->page),
		    .state = states[s->state],
		    .is_current = s == current,
		};
	}
	out->line = line;
	out->nline = v->plan.n;
	out->base = v->base;
}

int
step_show_page(struct app *app, struct request *req, struct step_visit *v,
    const struct step *s, bool from_check, int status)
{
	struct antrag *a = &v->antrag;
	struct form_error *error = a->error;
	struct html h;
	struct form_step_view view = {
	    .form = {.words = antrag_words(app, req, a),
		.context = &a->context,
		.answers = a->answers,
		.is_scolded = a->is_scolded,
		.submission_id = id_hex(req->arena, &a->submission_id),
		.notice = a->notice,
		.nnotice = a->nnotice,
		.focus = a->focus},
	    .page = s->page,
	    .number = step_plan_number(&v->plan, s),
	    .revision = step_mark_revision(&v->marks, s->page->id),
	    .has_back = step_plan_back(&v->plan, s->page->id) != NULL,
	    .from_check = from_check,
	    .is_kept = step_mark_find(&v->marks, s->page->id) != NULL,
	};

	view.form.nerror = step_plan_errors(
	    req->arena, error, a->nerror, s->index, &error);
	view.form.error = error;
	fill_lines(v, s, &view);
	page_begin(app, req, status, form_step_title(&view), &h);
	form_step_write(&view, &h);
	page_end(req, &h);
	return 0;
}

void
step_write_list(struct app *app, struct request *req,
    const struct step_visit *v, struct html *h)
{
	struct form_step_view view = {
	    .form = {.words = antrag_words(app, req, &v->antrag)}};

	fill_lines(v, NULL, &view);
	form_step_list_write(&view, h, false);
}

/* ---- answers to read ---- */

static void
write_rows(struct html *h, const struct form_summary_section *section)
{
	html_raw(h, "<dl class=\"kern-description-list\">");
	for (size_t i = 0; i < section->nrow; i++) {
		html_raw(h, "<div class=\"kern-description-list-item\">");
		html_element(h, "dt", section->row[i].label, "class",
		    "kern-description-list-item__key", (char *)NULL);
		html_open(h, "dd", "class",
		    "kern-description-list-item__value", (char *)NULL);
		html_text_lines(h, section->row[i].value);
		html_raw(h, "</dd></div>");
	}
	html_close(h, "dl");
}

static void
write_change(const struct form_words *w, const struct step_visit *v,
    struct html *h, const struct step *s, const char *title)
{
	html_open(h, "a", "class", "kern-link", "href",
	    arena_printf(w->arena, "%s/%s?von=" STEP_CHECK, v->base,
		s->page->id),
	    (char *)NULL);
	html_text(h,
	    form_word(w, s->is_seen ? "step.change" : "step.fill_in"));
	html_element(h, "span", arena_printf(w->arena, " – %s", title),
	    "class", "kern-sr-only", (char *)NULL);
	html_close(h, "a");
}

static void
write_step_answers(const struct form_words *w, const struct step_visit *v,
    struct html *h, const struct step *s, bool may_change)
{
	const char *title = step_page_title(w, s->page);
	struct form_answers part = *v->antrag.answers;
	struct form_summary_section *section;
	size_t n;

	part.top.answer = &part.top.answer[s->page->field->slot];
	part.top.n = s->page->nfield;
	n = form_summary(w, &part, &v->antrag.context, &section);
	html_raw(h, "<section class=\"kern-summary th-answers\">"
		    "<div class=\"kern-summary__header th-answers__head\">");
	html_element(
	    h, "h3", title, "class", "kern-title", (char *)NULL);
	if (may_change)
		write_change(w, v, h, s, title);
	html_raw(h, "</div><div class=\"kern-summary__body\">");
	for (size_t i = 0; i < n; i++) {
		if (section[i].heading != NULL &&
		    strcmp(section[i].heading, title) != 0)
			html_element(h, "h4", section[i].heading, "class",
			    "kern-title kern-title--small", (char *)NULL);
		write_rows(h, &section[i]);
	}
	if (n == 0 || !s->is_seen)
		html_element(h, "p",
		    form_word(w,
			s->is_seen ? "step.no_answers" : "step.not_seen"),
		    "class", "kern-body", (char *)NULL);
	html_raw(h, "</div></section>");
}

static void
write_answers(struct app *app, struct request *req,
    const struct step_visit *v, struct html *h, size_t n, bool may_change)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);

	for (size_t i = 0; i < n; i++)
		write_step_answers(&w, v, h, &v->plan.step[i], may_change);
}

void
step_write_answers(struct app *app, struct request *req,
    const struct step_visit *v, struct html *h, bool may_change)
{
	write_answers(app, req, v, h, v->plan.n, may_change);
}

void
step_write_advice_answers(struct app *app, struct request *req,
    const struct step_visit *v, struct html *h)
{
	write_answers(app, req, v, h, v->plan.advice_after, true);
}

void
step_write_pairs(
    struct request *req, struct html *h, const struct http_pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		const struct http_pair *p = &pairs->pair[i];

		if (strcmp(p->name, "action") != 0 &&
		    strcmp(p->name, "page_revision") != 0)
			html_open(h, "input", "type", "hidden", "name",
			    utf8_scrub(req->arena, p->name, strlen(p->name)),
			    "value",
			    utf8_scrub(req->arena, p->value, p->value_len),
			    "autocomplete", "off", (char *)NULL);
	}
}
