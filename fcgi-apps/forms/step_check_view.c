/* "Check your answers": the last page before the submission. */
#include "common/form/form_view_part.h"
#include "common/kern_view.h"
#include "common/page.h"
#include "forms/step_check.h"
#include "forms/step_view.h"

static void
write_link(const struct form_words *w, const struct step_visit *v,
    struct html *h, const char *page, const char *anchor, const char *text)
{
	html_open(h, "li", (char *)NULL);
	html_element(h, "a", text, "class", "kern-link", "href",
	    arena_printf(w->arena, "%s/%s?von=" STEP_CHECK "%s%s", v->base,
		page, *anchor != '\0' ? "#f-" : "", anchor),
	    (char *)NULL);
	html_close(h, "li");
}

/* One finding: where it is, what is wrong, a link into the field. */
static void
write_finding(const struct form_words *w, const struct step_visit *v,
    struct html *h, const struct form_error *e)
{
	const struct form_field *f = e->answer != NULL ? e->answer->field : NULL;
	const char *message = form_message(w, f, e->code);

	if (f == NULL) {
		html_element(h, "li", message, (char *)NULL);
		return;
	}
	write_link(w, v, h, v->antrag.service->form->page[f->page].id, e->path,
	    arena_printf(w->arena, "%s: %s",
		form_place(w, v->antrag.answers, e->path), message));
}

static void
open_alert(struct html *h, bool is_warning, const char *title)
{
	if (is_warning)
		html_raw(h, "<div class=\"kern-alert kern-alert--warning\">"
			    "<div class=\"kern-alert__header\">"
			    "<span class=\"kern-icon kern-icon--warning\""
			    " aria-hidden=\"true\"></span>");
	else
		html_raw(h, "<div class=\"kern-alert kern-alert--danger"
			    " th-summary\" role=\"alert\" tabindex=\"-1\""
			    " data-error-summary>"
			    "<div class=\"kern-alert__header\">"
			    "<span class=\"kern-icon kern-icon--danger\""
			    " aria-hidden=\"true\"></span>");
	html_element(h, "h2", title, "class", "kern-title", (char *)NULL);
	html_raw(h, "</div><div class=\"kern-alert__body\">"
		    "<ul class=\"kern-list\">");
}

static void
close_alert(struct html *h)
{
	html_raw(h, "</ul></div></div>");
}

/* Whether the finding's page was seen: unseen ones are named as a whole. */
static bool
is_seen(const struct step_visit *v, const struct form_error *e)
{
	const struct step *s;

	if (e->answer == NULL)
		return true;
	s = step_plan_find(&v->plan,
	    v->antrag.service->form->page[e->answer->field->page].id);
	return s != NULL && s->is_seen;
}

static bool
is_of_plan(const struct step_visit *v, const struct form_error *e)
{
	return e->answer == NULL ||
	    step_plan_find(&v->plan,
		v->antrag.service->form->page[e->answer->field->page].id) !=
	    NULL;
}

static void
write_missing(const struct form_words *w, const struct step_visit *v,
    struct html *h)
{
	if (step_plan_is_complete(&v->plan))
		return;
	open_alert(h, false, form_word(w, "step.missing"));
	for (size_t i = 0; i < v->plan.n; i++)
		if (!v->plan.step[i].is_seen)
			write_link(w, v, h, v->plan.step[i].page->id, "",
			    text_fill(w->arena, w->texts, w->lang,
				"step.missing.page", "page",
				step_page_title(w, v->plan.step[i].page),
				(char *)NULL));
	for (size_t i = 0; i < v->antrag.nerror; i++) {
		const struct form_error *e = &v->antrag.error[i];

		if (!e->is_warning && is_of_plan(v, e) && is_seen(v, e))
			write_finding(w, v, h, e);
	}
	close_alert(h);
}

static void
write_warnings(const struct form_words *w, const struct step_visit *v,
    struct html *h)
{
	bool is_open = false;

	for (size_t i = 0; i < v->antrag.nerror; i++) {
		const struct form_error *e = &v->antrag.error[i];

		if (!e->is_warning || !is_of_plan(v, e) || !is_seen(v, e))
			continue;
		if (!is_open)
			open_alert(h, true, form_word(w, "form.warnings"));
		is_open = true;
		write_finding(w, v, h, e);
	}
	if (is_open)
		close_alert(h);
}

/* Stands in for a log-in, and says so. */
static void
write_simulation(const struct form_words *w, struct html *h)
{
	const struct form_notice notice = {
		.level = FORM_NOTICE_WARNING,
		.title = form_word(w, "step.identity.title"),
		.text = form_word(w, "step.identity.text"),
	};

	form_notice_write(h, &notice);
	html_raw(h, "<div class=\"th-field\"><div class=\"kern-form-check\">");
	html_open(h, "input", "class", "kern-form-check__checkbox", "type",
	    "checkbox", "id", "f-" STEP_IDENTITY, "name", STEP_IDENTITY,
	    "value", "true", (char *)NULL);
	html_element(h, "label", form_word(w, "step.identity.label"), "class",
	    "kern-label", "for", "f-" STEP_IDENTITY, (char *)NULL);
	html_raw(h, "</div></div>");
}

static void
write_form(const struct form_words *w, const struct step_visit *v,
    bool offers_simulation, struct html *h)
{
	const char *submit = form_say(w, "service.submit");
	const char *before = form_say(w, "service.before_submit");
	bool is_complete = step_plan_is_complete(&v->plan);
	struct form_view languages = {.words = *w};

	html_open(h, "form", "class", "th-form", "method", "post", "action",
	    arena_printf(w->arena, "%s/" STEP_CHECK, v->base), "data-form",
	    HTML_FLAG, (char *)NULL);
	html_open(h, "input", "type", "hidden", "name", "revision", "value",
	    arena_printf(w->arena, "%u", v->antrag.draft.revision),
	    "autocomplete", "off", (char *)NULL);
	form_part_language(&languages, h);
	html_element(h, "h2", form_word(w, "step.submit.title"), "class",
	    "kern-heading-large", (char *)NULL);
	html_element(h, "p",
	    is_complete ? before != NULL ? before : form_word(w, "step.submit")
			: form_word(w, "step.submit.not_yet"),
	    "class", "kern-body", (char *)NULL);
	if (is_complete && offers_simulation)
		write_simulation(w, h);
	html_raw(h, "<div class=\"th-actions\">");
	if (is_complete)
		kern_button(h, KERN_PRIMARY, "submit",
		    submit != NULL ? submit : form_word(w, "form.submit"));
	kern_button(h, KERN_SECONDARY, "back",
	    form_word(w, "step.back"));
	kern_button(h, KERN_TERTIARY, "save",
	    form_word(w, "step.save"));
	html_raw(h, "</div></form>");
}

int
step_show_check(
    struct app *app, struct request *req, struct step_visit *v, int status)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);
	const char *name = form_say(&w, "service.name");
	const char *title = form_word(&w, "step.check.title");
	struct html h;

	page_begin(app, req, status,
	    arena_printf(req->arena, "%s – %s", title,
		name != NULL ? name : v->antrag.service->slug),
	    &h);
	html_raw(&h, "<div class=\"th-columns th-step\">"
		     "<div class=\"th-step__page\">");
	html_element(&h, "p", name != NULL ? name : v->antrag.service->slug,
	    "class", "th-step__progress", (char *)NULL);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", (char *)NULL);
	for (size_t i = 0; i < v->antrag.nnotice; i++)
		form_notice_write(&h, &v->antrag.notice[i]);
	write_missing(&w, v, &h);
	write_warnings(&w, v, &h);
	html_element(&h, "p", form_word(&w, "step.check.text"), "class",
	    "th-lead", (char *)NULL);
	html_element(&h, "h2", form_word(&w, "step.answers"), "class",
	    "kern-heading-large", (char *)NULL);
	step_write_answers(app, req, v, &h, true);
	write_form(&w, v, antrag_offers_simulation(app, &v->antrag), &h);
	html_raw(&h, "</div>");
	step_write_list(app, req, v, &h);
	html_raw(&h, "</div>");
	page_end(req, &h);
	return 0;
}
