#include "common/form/form_view_step.h"

#include "common/form/form_script.h"
#include "common/form/form_view_part.h"

static const char *
page_title(const struct form_step_view *v)
{
	const struct form_words *w = &v->form.words;
	const char *title = form_say(
	    w, arena_printf(w->arena, "page.%s.title", v->page->id));

	return title != NULL ? title : v->page->id;
}

/* "Schritt 3 von 8" */
static const char *
progress(const struct form_step_view *v)
{
	const struct form_words *w = &v->form.words;

	return text_fill(w->arena, w->texts, w->lang, "step.progress", "n",
	    arena_printf(w->arena, "%zu", v->number), "count",
	    arena_printf(w->arena, "%zu", v->nline), (char *)NULL);
}

static const char *
service_name(const struct form_step_view *v)
{
	const char *name = form_say(&v->form.words, "service.name");

	return name != NULL ? name : v->form.words.service->slug;
}

const char *
form_step_title(const struct form_step_view *v)
{
	const struct form_words *w = &v->form.words;
	const char *title = arena_printf(w->arena, "%s (%s) – %s",
	    page_title(v), progress(v), service_name(v));

	if (!v->form.is_scolded || form_part_errors(&v->form) == 0)
		return title;
	return text_fill(w->arena, w->texts, w->lang, "form.title.errors",
	    "title", title, (char *)NULL);
}

/* ---- the list of steps ---- */

static const char *const state_keys[] = {
    [FORM_STEP_OPEN] = "step.state.open",
    [FORM_STEP_ERRORS] = "step.state.errors",
    [FORM_STEP_DONE] = "step.state.done",
};

static void
write_line_icon(const struct form_step_line *line, struct html *h)
{
	if (line->state == FORM_STEP_DONE)
		html_raw(h, "<span class=\"kern-icon kern-icon--success\""
			    " aria-hidden=\"true\"></span>");
	else if (line->state == FORM_STEP_ERRORS)
		html_raw(h, "<span class=\"kern-icon kern-icon--danger\""
			    " aria-hidden=\"true\"></span>");
	else
		html_raw(h, "<span class=\"th-progress__open\""
			    " aria-hidden=\"true\"></span>");
}

static void
write_line(const struct form_step_view *v, struct html *h,
    const struct form_step_line *line, bool is_form)
{
	static const char *const classes[] = {
	    [FORM_STEP_OPEN] = "th-progress__item th-progress__item--open",
	    [FORM_STEP_ERRORS] = "th-progress__item th-progress__item--errors",
	    [FORM_STEP_DONE] = "th-progress__item th-progress__item--done",
	};
	const struct form_words *w = &v->form.words;
	const char *tag = is_form ? "button" : "a";

	html_open(h, "li", "class", classes[line->state], (char *)NULL);
	if (is_form)
		html_open(h, tag, "class", "th-progress__link", "type", "submit",
		    "form", "formular", "name", "action", "value",
		    arena_printf(w->arena, "goto:%s", line->id), "aria-current",
		    line->is_current ? "step" : HTML_OMIT, "formnovalidate",
		    HTML_FLAG, (char *)NULL);
	else
		html_open(h, tag, "class", "th-progress__link", "href",
		    arena_printf(w->arena, "%s/%s", v->base, line->id),
		    (char *)NULL);
	write_line_icon(line, h);
	html_open(h, "span", "class", "th-progress__title", (char *)NULL);
	html_text(h, line->title);
	html_element(h, "span",
	    arena_printf(
		w->arena, " – %s", form_word(w, state_keys[line->state])),
	    "class",
	    line->state == FORM_STEP_ERRORS ? "th-progress__state"
					    : "kern-sr-only",
	    (char *)NULL);
	html_close(h, "span");
	html_close(h, tag);
	html_close(h, "li");
}

void
form_step_list_write(
    const struct form_step_view *v, struct html *h, bool is_form)
{
	const struct form_words *w = &v->form.words;

	html_open(h, "nav", "class", "th-progress", "id", "schritte",
	    "aria-labelledby", "schritte-titel", (char *)NULL);
	html_element(h, "h2", form_word(w, "step.list"), "class",
	    "kern-heading-small", "id", "schritte-titel", (char *)NULL);
	html_raw(h, "<ol class=\"th-progress__list\">");
	for (size_t i = 0; i < v->nline; i++)
		write_line(v, h, &v->line[i], is_form);
	html_raw(h, "</ol></nav>");
}

/* ---- the form ---- */

static void
write_hidden(struct html *h, const char *name, const char *value)
{
	/* Browsers must not put an earlier page's value back. */
	html_open(h, "input", "type", "hidden", "name", name, "value", value,
	    "autocomplete", "off", (char *)NULL);
}

static void
write_hidden_inputs(const struct form_step_view *v, struct html *h)
{
	struct arena *a = v->form.words.arena;

	write_hidden(h, "submission_id", v->form.submission_id);
	write_hidden(h, "version", v->form.words.service->version);
	write_hidden(h, "page_revision",
	    arena_printf(a, "%lld", (long long)v->revision));
	if (v->from_check)
		write_hidden(h, "from", "pruefen");
	form_part_not_shown(&v->form, h, v->page->field->page);
}

static void
write_button(const struct form_words *w, struct html *h, const char *class,
    const char *action, const char *key, bool checks)
{
	html_open(h, "button", "class", class, "type", "submit", "name",
	    "action", "value", action, "formnovalidate", html_if(!checks),
	    (char *)NULL);
	html_element(h, "span", form_word(w, key), "class", "kern-label",
	    (char *)NULL);
	html_close(h, "button");
}

static void
write_end(const struct form_step_view *v, struct html *h)
{
	const struct form_words *w = &v->form.words;

	html_raw(h, "<div class=\"th-actions\">");
	if (v->from_check)
		write_button(w, h, "kern-btn kern-btn--primary", "check",
		    "step.check", true);
	else
		write_button(w, h, "kern-btn kern-btn--primary", "next",
		    "step.next", true);
	if (v->has_back && !v->from_check)
		write_button(w, h, "kern-btn kern-btn--secondary", "back",
		    "step.back", false);
	write_button(w, h, "kern-btn kern-btn--tertiary", "save", "step.save",
	    false);
	html_raw(h, "</div>");
}

/* Where the script says that everything is saved, or that it is not. */
static void
write_saved(const struct form_step_view *v, struct html *h)
{
	const struct form_words *w = &v->form.words;

	/* The sentences of autosave.js. */
	html_open(h, "p", "class", "th-saved", "role", "status",
	    "data-save-state", HTML_FLAG, "data-saved",
	    form_word(w, "draft.autosave.saved"), "data-offline",
	    form_word(w, "draft.autosave.offline"), "data-failed",
	    form_word(w, "draft.autosave.failed"), "data-conflict",
	    form_word(w, "draft.autosave.conflict"), "data-reload",
	    form_word(w, "draft.autosave.reload"), "data-expired",
	    form_word(w, "draft.autosave.expired"), "data-refused",
	    form_word(w, "draft.autosave.refused"), (char *)NULL);
	html_text(h, form_word(w, v->is_kept ? "step.kept" : "step.keeps"));
	html_close(h, "p");
}

static bool
has_files(const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (field[i].type == FORM_FILE ||
		    has_files(field[i].child, field[i].nchild))
			return true;
	return false;
}

static void
write_form(const struct form_step_view *v, struct html *h)
{
	const struct form_words *w = &v->form.words;
	const struct form *form = v->form.answers->form;
	const char *settings = form_script_settings(
	    w->arena, form, v->form.context->settings);
	const char *known =
	    form_script_answers(w->arena, v->page, v->form.answers);

	html_open(h, "form", "class", "th-form", "id", "formular", "method",
	    "post", "action",
	    arena_printf(w->arena, "%s/%s", v->base, v->page->id), "enctype",
	    has_files(v->page->field, v->page->nfield)
		? "multipart/form-data" : HTML_OMIT,
	    "novalidate", HTML_FLAG, "data-form", HTML_FLAG, "data-autosave",
	    HTML_FLAG, "data-service", w->service->slug, "data-settings",
	    settings != NULL ? settings : HTML_OMIT, "data-known",
	    known != NULL ? known : HTML_OMIT, (char *)NULL);
	/* Enter goes on, whatever button stands first. */
	html_open(h, "button", "class", "th-default", "type", "submit",
	    "name", "action", "value", v->from_check ? "check" : "next",
	    "tabindex", "-1", "aria-hidden", "true", (char *)NULL);
	html_close(h, "button");
	write_hidden_inputs(v, h);
	form_part_language(&v->form, h);
	form_part_fields(&v->form, h, v->page);
	if (form_page_has_conditions(v->page))
		write_button(w, h, "kern-btn kern-btn--secondary th-nojs",
		    "show", "form.show", false);
	write_end(v, h);
	write_saved(v, h);
	html_close(h, "form");
}

void
form_step_write(const struct form_step_view *v, struct html *h)
{
	const struct form_words *w = &v->form.words;

	html_raw(h, "<div class=\"th-columns th-step\">"
		    "<div class=\"th-step__page\">");
	html_open(h, "p", "class", "th-step__progress", (char *)NULL);
	html_text(h, service_name(v));
	html_raw(h, "<br>");
	html_element(h, "strong", progress(v), (char *)NULL);
	html_raw(h, " ");
	html_element(h, "a", form_word(w, "step.list.link"), "class",
	    "kern-link th-step__jump", "href", "#schritte", (char *)NULL);
	html_close(h, "p");
	html_element(h, "h1", page_title(v), "class", "kern-heading-x-large",
	    (char *)NULL);
	if (v->form.is_scolded)
		form_part_summary(&v->form, h);
	for (size_t i = 0; i < v->form.nnotice; i++)
		form_notice_write(h, &v->form.notice[i]);
	form_part_intro(&v->form, h, v->page->id);
	write_form(v, h);
	html_close(h, "div");
	form_step_list_write(v, h, true);
	html_close(h, "div");
}
