/* What is said when a stepped draft cannot be gone on with as expected. */
#include "common/date.h"
#include "common/form/form_keep.h"
#include "common/page.h"
#include "forms/step_view.h"

static void
write_heading(struct html *h, const char *title)
{
	html_element(
	    h, "h1", title, "class", "kern-heading-x-large", (char *)NULL);
}

static void
write_text(struct html *h, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	html_open(h, "p", "class", "kern-body", (char *)NULL);
	html_text_lines(h, text);
	html_close(h, "p");
}

static void
write_link_button(
    struct html *h, const char *class, const char *href, const char *text)
{
	html_open(h, "a", "class", class, "href", href, (char *)NULL);
	html_element(h, "span", text, "class", "kern-label", (char *)NULL);
	html_close(h, "a");
}

static void
write_print(struct html *h, const char *text)
{
	html_raw(h, "<button class=\"kern-btn kern-btn--secondary th-js\""
		    " type=\"button\" data-print>");
	html_element(h, "span", text, "class", "kern-label", (char *)NULL);
	html_close(h, "button");
}

/* Where else, and when: the department's address. */
static void
write_department(const struct form_words *w, struct html *h,
    const struct department *d)
{
	if (d == NULL)
		return;
	html_element(h, "h2", form_word(w, "step.office"), "class",
	    "kern-heading-medium", (char *)NULL);
	html_raw(h, "<address class=\"kern-body\">");
	html_element(h, "strong", d->name, (char *)NULL);
	if (*d->address != '\0') {
		html_raw(h, "<br>");
		html_text_lines(h, d->address);
	}
	if (*d->hours != '\0') {
		html_raw(h, "<br>");
		html_text_lines(h, d->hours);
	}
	if (*d->phone != '\0') {
		html_raw(h, "<br>");
		html_text(h, d->phone);
	}
	if (*d->email != '\0') {
		html_raw(h, "<br>");
		html_text(h, d->email);
	}
	html_close(h, "address");
}

/* Until when the draft is kept. */
static const char *
kept_until(const struct form_words *w, const struct step_visit *v)
{
	return text_fill(w->arena, w->texts, w->lang, "step.kept_until",
	    "time",
	    date_instant_to_human(w->arena, v->antrag.draft.expires_ms,
		lang_base(w->lang) == LANG_EN),
	    (char *)NULL);
}

static void
write_kept_answers(struct app *app, struct request *req,
    const struct form_words *w, const struct step_visit *v, struct html *h,
    bool may_change)
{
	html_element(h, "h2", form_word(w, "step.answers"), "class",
	    "kern-heading-large", (char *)NULL);
	write_text(h, kept_until(w, v));
	step_write_answers(app, req, v, h, may_change);
	html_raw(h, "<div class=\"th-actions\">");
	write_print(h, form_word(w, "step.print"));
	write_link_button(h, "kern-btn kern-btn--tertiary",
	    arena_printf(w->arena, "%s/" STEP_SAVE, v->base),
	    form_word(w, "step.save"));
	write_link_button(h, "kern-btn kern-btn--tertiary",
	    arena_printf(w->arena, "%s/" STEP_DISCARD, v->base),
	    form_word(w, "step.discard"));
	html_close(h, "div");
}

int
step_show_closed(struct app *app, struct request *req, struct step_visit *v)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);
	const char *title = form_word(&w, "form.notice.closed");
	struct html h;

	page_begin(app, req, 409, title, &h);
	write_heading(&h, title);
	write_text(&h, form_word(&w, "step.closed.text"));
	write_department(&w, &h,
	    v->antrag.offer->department != NULL
		? town_department(req->town, v->antrag.offer->department)
		: NULL);
	write_kept_answers(app, req, &w, v, &h, false);
	page_end(req, &h);
	return 0;
}

void
step_write_opening(const struct form_words *w, struct html *h,
    const struct opening_words *words)
{
	write_heading(h, words->title);
	write_text(h, words->text);
	write_text(h, words->when);
	write_text(h, words->usual);
	write_department(w, h, words->department);
}

int
step_show_not_open(struct app *app, struct request *req,
    struct step_visit *v, const struct opening_result *result)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);
	struct opening_words words;
	struct html h;

	service_opening_words(
	    &w, req->town, v->antrag.offer, result, &words);
	page_begin(app, req, 409, words.title, &h);
	step_write_opening(&w, &h, &words);
	if (result->path != NULL)
		write_text(&h, form_word(&w, "step.not_open.change"));
	write_kept_answers(app, req, &w, v, &h, true);
	page_end(req, &h);
	return 0;
}

int
step_show_no_page(struct app *app, struct request *req, struct step_visit *v)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);
	bool is_known = step_plan_knows(&v->plan, v->page);
	const char *title = form_word(
	    &w, is_known ? "step.hidden.title" : "step.unknown.title");
	struct html h;

	page_begin(app, req, is_known ? 409 : 404, title, &h);
	write_heading(&h, title);
	write_text(&h,
	    form_word(
		&w, is_known ? "step.hidden.text" : "step.unknown.text"));
	html_raw(&h, "<div class=\"th-actions\">");
	write_link_button(&h, "kern-btn kern-btn--primary",
	    arena_printf(req->arena, "%s/%s", v->base,
		step_plan_resume(&v->plan)),
	    form_word(&w, "step.go_on"));
	html_close(&h, "div");
	step_write_list(app, req, v, &h);
	page_end(req, &h);
	return 0;
}

int
step_show_sent(
    struct app *app, struct request *req, const struct vorgang *v)
{
	const char *title = text_get(app->texts, req->lang, "step.sent.title");
	struct html h;

	page_begin(app, req, 409, title, &h);
	write_heading(&h, title);
	write_text(&h,
	    text_fill(req->arena, app->texts, req->lang, "step.sent.text",
		"time",
		date_instant_to_human(req->arena, v->created_ms,
		    lang_base(req->lang) == LANG_EN),
		(char *)NULL));
	html_raw(&h, "<p class=\"th-reference\">"
		     "<span class=\"th-reference__label\">");
	html_text(&h, text_get(app->texts, req->lang, "step.sent.reference"));
	html_raw(&h, "</span> <strong class=\"th-reference__value\">");
	html_text(&h, id_reference_show(req->arena, v->reference));
	html_raw(&h, "</strong></p><div class=\"th-actions\">");
	write_link_button(&h, "kern-btn kern-btn--primary",
	    arena_printf(req->arena, "/vorgang/l/%s", v->link_token),
	    text_get(app->texts, req->lang, "step.sent.open"));
	html_close(&h, "div");
	page_end(req, &h);
	return 0;
}
