#include "common/form/form_view_start.h"

#include "common/date.h"
#include "common/form/form_view_part.h"
#include "common/form/form_view_prose.h"
#include "common/page.h"

static const char *
service_name(const struct form_words *w)
{
	const char *name = form_say(w, "service.name");

	return name != NULL ? name : w->service->slug;
}

const char *
form_start_title(const struct form_words *w)
{
	return service_name(w);
}

/* ---- drafts that are there ---- */

static void
write_time(const struct form_words *w, struct html *h, const char *key,
    int64_t ms)
{
	html_element(h, "p",
	    text_fill(w->arena, w->texts, w->lang, key, "time",
		date_instant_to_human(
		    w->arena, ms, lang_base(w->lang) == LANG_EN),
		(char *)NULL),
	    "class", "kern-body kern-body--small", (char *)NULL);
}

static void
write_link_button(const struct form_words *w, struct html *h,
    const char *class, const char *href, const char *key, const char *what)
{
	html_open(h, "a", "class", class, "href", href, (char *)NULL);
	html_open(h, "span", "class", "kern-label", (char *)NULL);
	html_text(h, form_word(w, key));
	html_element(h, "span", arena_printf(w->arena, " – %s", what),
	    "class", "kern-sr-only", (char *)NULL);
	html_close(h, "span");
	html_close(h, "a");
}

static void
write_draft(const struct form_words *w, struct html *h,
    const struct form_start_draft *d)
{
	const char *what = arena_printf(w->arena, "%s, %s", d->service,
	    date_instant_to_human(
		w->arena, d->touched_ms, lang_base(w->lang) == LANG_EN));

	html_raw(h, "<li class=\"kern-card th-draft\">"
		    "<div class=\"kern-card__container\">");
	html_element(
	    h, "h3", d->service, "class", "kern-title", (char *)NULL);
	write_time(w, h, "step.draft.touched", d->touched_ms);
	write_time(w, h, "step.draft.expires", d->expires_ms);
	html_raw(h, "<div class=\"th-actions\">");
	write_link_button(w, h,
	    d->is_same ? "kern-btn kern-btn--primary"
		       : "kern-btn kern-btn--secondary",
	    arena_printf(w->arena, "%s/", d->base), "step.draft.continue",
	    what);
	write_link_button(w, h, "kern-btn kern-btn--tertiary",
	    arena_printf(w->arena, "%s/loeschen", d->base),
	    "step.draft.discard", what);
	html_raw(h, "</div></div></li>");
}

static size_t
count_drafts(const struct form_start_view *v, bool is_same)
{
	size_t n = 0;

	for (size_t i = 0; i < v->ndraft; i++)
		n += v->draft[i].is_same == is_same;
	return n;
}

static void
write_drafts(const struct form_start_view *v, struct html *h, bool is_same)
{
	const struct form_words *w = &v->words;

	if (count_drafts(v, is_same) == 0)
		return;
	html_element(h, "h2",
	    form_word(w, is_same ? "step.drafts" : "step.drafts.others"),
	    "class", "kern-heading-large", (char *)NULL);
	html_raw(h, "<ul class=\"th-cards\">");
	for (size_t i = 0; i < v->ndraft; i++)
		if (v->draft[i].is_same == is_same)
			write_draft(w, h, &v->draft[i]);
	html_close(h, "ul");
}

/* ---- what is needed ---- */

static void
write_section(const struct form_words *w, struct html *h, const char *heading,
    const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	html_element(h, "h2", form_word(w, heading), (char *)NULL);
	form_prose_write(w->arena, h, text);
}

static void
write_needs(const struct form_words *w, struct html *h)
{
	const char *intro = form_say(w, "service.form_intro");

	html_raw(h, "<div class=\"th-text\">");
	if (intro != NULL)
		form_prose_write(w->arena, h, intro);
	write_section(
	    w, h, "step.start.documents", form_say(w, "service.documents"));
	write_section(
	    w, h, "step.start.duration", form_say(w, "service.duration"));
	write_section(w, h, "step.start.fee", form_say(w, "service.fee"));
	html_element(
	    h, "h2", form_word(w, "step.start.pause"), (char *)NULL);
	html_element(h, "p",
	    text_fill(w->arena, w->texts, w->lang, "step.start.pause.text",
		"days",
		arena_printf(w->arena, "%lld",
		    (long long)w->service->draft_days),
		(char *)NULL),
	    (char *)NULL);
	html_element(
	    h, "h2", form_word(w, "step.start.privacy"), (char *)NULL);
	if (form_say(w, "service.purpose") != NULL)
		form_prose_write(
		    w->arena, h, form_say(w, "service.purpose"));
	html_raw(h, "<p>");
	html_element(h, "a", form_word(w, "step.start.privacy.link"), "href",
	    arena_printf(
		w->arena, "/leistungen/%s/datenschutz/", w->service->slug),
	    (char *)NULL);
	html_raw(h, "</p></div>");
}

/* ---- beginning ---- */

static void
write_code(const struct form_start_view *v, struct html *h)
{
	const struct form_words *w = &v->words;
	bool is_wrong = v->code_error != NULL;

	html_open(h, "div", "class",
	    is_wrong ? "kern-form-input kern-form-input--error"
		     : "kern-form-input",
	    (char *)NULL);
	html_element(h, "label", form_word(w, "step.start.code"), "class",
	    "kern-label", "for", "f-invitation", (char *)NULL);
	html_element(h, "div", form_word(w, "step.start.code.hint"), "class",
	    "kern-hint", "id", "f-invitation-hint", (char *)NULL);
	html_open(h, "input", "class",
	    is_wrong ? "kern-form-input__input kern-form-input__input--error"
		       " th-w-24"
		     : "kern-form-input__input th-w-24",
	    "type", "text", "id", "f-invitation", "name", "invitation",
	    "value", v->code != NULL ? v->code : "", "autocomplete", "off",
	    "spellcheck", "false", "aria-describedby",
	    is_wrong ? "f-invitation-hint f-invitation-error"
		     : "f-invitation-hint",
	    "aria-invalid", is_wrong ? "true" : HTML_OMIT, "autofocus",
	    html_if(is_wrong), (char *)NULL);
	if (is_wrong) {
		html_raw(h, "<p class=\"kern-error\" id=\"f-invitation-error\">"
			    "<span class=\"kern-icon kern-icon--danger\""
			    " aria-hidden=\"true\"></span>");
		html_element(h, "span", v->code_error, "class", "kern-body",
		    (char *)NULL);
		html_close(h, "p");
	}
	html_close(h, "div");
}

static void
write_form(const struct form_start_view *v, struct html *h)
{
	const struct form_words *w = &v->words;
	bool has_draft = count_drafts(v, true) > 0;

	html_open(h, "form", "class", "th-form", "id", "formular", "method",
	    "post", "action",
	    arena_printf(w->arena, "/antrag/%s/", w->service->slug),
	    "data-form", HTML_FLAG, (char *)NULL);
	html_raw(h, "<input type=\"hidden\" name=\"submission_id\" value=\"");
	if (v->submission_id != NULL)
		html_text(h, v->submission_id);
	else
		html_raw(h, "<!--#echo var=\"request_id\" -->");
	html_raw(h, "\" autocomplete=\"off\">");
	for (size_t i = 0; v->context != NULL && i < v->context->n; i++)
		html_open(h, "input", "type", "hidden", "name",
		    v->context->pair[i].name, "value",
		    v->context->pair[i].value, "autocomplete", "off",
		    (char *)NULL);
	if (v->takes_code)
		write_code(v, h);
	html_raw(h, "<div class=\"th-field\"><div class=\"kern-form-check\">");
	html_open(h, "input", "class", "kern-form-check__checkbox", "type",
	    "checkbox", "id", "f-shared", "name", "shared", "value", "true",
	    "checked", html_if(v->is_shared), "aria-describedby",
	    "f-shared-hint", (char *)NULL);
	html_element(h, "label", form_word(w, "step.start.shared"), "class",
	    "kern-label", "for", "f-shared", (char *)NULL);
	html_raw(h, "</div>");
	html_element(h, "div", form_word(w, "step.start.shared.hint"),
	    "class", "kern-hint", "id", "f-shared-hint", (char *)NULL);
	html_raw(h, "</div><div class=\"th-actions\">");
	html_open(h, "button", "class",
	    has_draft ? "kern-btn kern-btn--secondary"
		      : "kern-btn kern-btn--primary",
	    "type", "submit", "name", "action", "value", "begin",
	    (char *)NULL);
	html_element(h, "span",
	    form_word(w, has_draft ? "step.start.anew" : "step.start.begin"),
	    "class", "kern-label", (char *)NULL);
	html_close(h, "button");
	html_open(h, "a", "class", "kern-btn kern-btn--tertiary", "href",
	    "/antrag/weiter/", (char *)NULL);
	html_element(h, "span", form_word(w, "step.start.resume"), "class",
	    "kern-label", (char *)NULL);
	html_raw(h, "</a></div></form>");
}

void
form_start_write(const struct form_start_view *v, struct html *h)
{
	const struct form_words *w = &v->words;
	const char *summary = form_say(w, "service.summary");

	page_languages_static(h, w->service->languages);
	html_element(h, "h1", service_name(w), "class",
	    "kern-heading-x-large", (char *)NULL);
	for (size_t i = 0; i < v->nnotice; i++)
		form_notice_write(h, &v->notice[i]);
	if (summary != NULL)
		html_element(
		    h, "p", summary, "class", "th-lead", (char *)NULL);
	write_drafts(v, h, true);
	write_needs(w, h);
	write_form(v, h);
	write_drafts(v, h, false);
}

void
form_start_write_static(
    const struct form_words *w, bool takes_code, struct html *h)
{
	const struct form_start_view v = {
	    .words = *w, .takes_code = takes_code};

	page_begin_static(h, w->lang, form_start_title(w));
	form_start_write(&v, h);
	page_end_static(h, w->lang);
}
