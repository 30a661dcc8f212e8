#include "common/form/form_script.h"
#include "common/form/form_view.h"
#include "common/form/form_view_field.h"
#include "common/form/form_view_opening.h"
#include "common/form/form_view_part.h"
#include "common/page.h"

static const char *
service_name(const struct form_view *v)
{
	const char *name = form_say(&v->words, "service.name");

	return name != NULL ? name : v->words.service->slug;
}

size_t
form_part_errors(const struct form_view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->nerror; i++)
		n += !v->error[i].is_warning;
	return n;
}

const char *
form_view_title(const struct form_view *v)
{
	const struct form_words *w = &v->words;

	if (!v->is_scolded || form_part_errors(v) == 0)
		return service_name(v);
	return text_fill(w->arena, w->texts, w->lang, "form.title.errors",
	    "title", service_name(v), (char *)NULL);
}

void
form_notice_write(struct html *h, const struct form_notice *n)
{
	static const struct {
		const char *alert, *icon;
	} looks[] = {
	    [FORM_NOTICE_INFO] = {"kern-alert kern-alert--info",
		"kern-icon kern-icon--info"},
	    [FORM_NOTICE_SUCCESS] = {"kern-alert kern-alert--success",
		"kern-icon kern-icon--success"},
	    [FORM_NOTICE_WARNING] = {"kern-alert kern-alert--warning",
		"kern-icon kern-icon--warning"},
	    [FORM_NOTICE_DANGER] = {"kern-alert kern-alert--danger",
		"kern-icon kern-icon--danger"},
	};

	html_open(h, "div", "class", looks[n->level].alert, "role",
	    n->level >= FORM_NOTICE_WARNING ? "alert" : "status", (char *)NULL);
	html_raw(h, "<div class=\"kern-alert__header\">");
	html_open(h, "span", "class", looks[n->level].icon, "aria-hidden",
	    "true", (char *)NULL);
	html_close(h, "span");
	html_element(h, "h2", n->title, "class", "kern-title", (char *)NULL);
	html_close(h, "div");
	if (n->text != NULL || n->nitem > 0) {
		html_raw(h, "<div class=\"kern-alert__body\">");
		if (n->text != NULL)
			html_element(h, "p", n->text, "class", "kern-body",
			    (char *)NULL);
		if (n->nitem > 0) {
			html_raw(h,
			    "<ul class=\"kern-list kern-list--bullet\">");
			for (size_t i = 0; i < n->nitem; i++)
				html_element(
				    h, "li", n->item[i], (char *)NULL);
			html_close(h, "ul");
		}
		html_close(h, "div");
	}
	html_close(h, "div");
}

static bool
ends_sentence(const char *s)
{
	return *s != '\0' && strchr("?!.:", s[strlen(s) - 1]) != NULL;
}

/* Where a link to a finding lands: the field, or the form when it has none. */
static void
write_finding(const struct form_view *v, struct html *h,
    const struct form_error *e)
{
	const struct form_words *w = &v->words;
	const char *message = form_finding_message(w, e);
	const char *place = *e->path != '\0'
	    ? form_place(w, v->answers, e->path)
	    : "";

	html_open(h, "li", (char *)NULL);
	html_open(h, "a", "class", "kern-link", "href",
	    *e->path != '\0' ? arena_printf(w->arena, "#f-%s", e->path)
			     : "#formular",
	    (char *)NULL);
	if (*place != '\0')
		html_textf(h, ends_sentence(place) ? "%s " : "%s: ", place);
	html_text(h, message);
	html_close(h, "a");
	html_close(h, "li");
}

static void
write_findings(const struct form_view *v, struct html *h, bool is_warning)
{
	html_raw(h, "<div class=\"kern-alert__body\"><ul class=\"kern-list\">");
	for (size_t i = 0; i < v->nerror; i++)
		if (v->error[i].is_warning == is_warning)
			write_finding(v, h, &v->error[i]);
	html_raw(h, "</ul></div>");
}

void
form_part_summary(const struct form_view *v, struct html *h)
{
	const struct form_words *w = &v->words;
	size_t n = form_part_errors(v);

	if (n > 0) {
		html_raw(h,
		    "<div class=\"kern-alert kern-alert--danger th-summary\""
		    " role=\"alert\" tabindex=\"-1\" autofocus"
		    " data-error-summary>"
		    "<div class=\"kern-alert__header\">"
		    "<span class=\"kern-icon kern-icon--danger\""
		    " aria-hidden=\"true\"></span>");
		html_element(h, "h2",
		    text_fill(w->arena, w->texts, w->lang,
			n == 1 ? "form.summary.one" : "form.summary", "n",
			arena_printf(w->arena, "%zu", n), (char *)NULL),
		    "class", "kern-title", (char *)NULL);
		html_close(h, "div");
		write_findings(v, h, false);
		html_close(h, "div");
	}
	if (n < v->nerror) {
		html_raw(h, "<div class=\"kern-alert kern-alert--warning\">"
			    "<div class=\"kern-alert__header\">"
			    "<span class=\"kern-icon kern-icon--warning\""
			    " aria-hidden=\"true\"></span>");
		html_element(h, "h2", form_word(w, "form.warnings"), "class",
		    "kern-title", (char *)NULL);
		html_close(h, "div");
		write_findings(v, h, true);
		html_close(h, "div");
	}
}

void
form_part_language(const struct form_view *v, struct html *h)
{
	const struct form_words *w = &v->words;

	html_raw(h, "<div class=\"th-language\" data-language-buttons>");
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++) {
		if (l == w->lang ||
		    (w->service->languages & LANG_BIT(l)) == 0)
			continue;
		html_open(h, "button", "class",
		    "kern-btn kern-btn--tertiary kern-btn--x-small", "type",
		    "submit", "name", "action", "value",
		    arena_printf(w->arena, "language:%s", lang_code(l)),
		    "lang", lang_tag(l), "formnovalidate", HTML_FLAG,
		    (char *)NULL);
		html_raw(h, "<span class=\"kern-icon kern-icon--language\""
			    " aria-hidden=\"true\"></span>");
		html_element(h, "span",
		    form_word(w,
			arena_printf(
			    w->arena, "language.%s", lang_code(l))),
		    "class", "kern-label", (char *)NULL);
		html_raw(h, "</button>");
	}
	html_raw(h, "</div>");
}

/*
 * Questions that this page hides because of the answers so far. Without
 * scripts somebody may answer so that one of them applies, and would never
 * see it: the program compares the list with what applies then. The script,
 * which shows them at once, takes the list away.
 */
struct hidden_list {
	const struct form *form;
	size_t page; /* SIZE_MAX: all */
	struct buf *out;
};

static void
put_hidden(void *arg, const char *path, const struct answer *answer)
{
	const struct hidden_list *list = arg;
	const struct form_field *f = answer->field;
	bool is_conditional = f->show != NULL ||
	    (f->parent == NULL && list->form->page[f->page].show != NULL);

	if (answer->is_shown || !is_conditional ||
	    (list->page != SIZE_MAX && f->page != list->page))
		return;
	if (list->out->len > 0)
		buf_puts(list->out, " ");
	buf_puts(list->out, path);
}

void
form_part_not_shown(const struct form_view *v, struct html *h, size_t page)
{
	struct hidden_list list = {
	    v->answers->form, page, buf_new(v->words.arena, 65536)};

	form_each(v->answers, put_hidden, &list);
	if (list.out->len > 0)
		html_open(h, "input", "type", "hidden", "name", "not_shown",
		    "value", buf_text(list.out), "data-not-shown", HTML_FLAG,
		    (char *)NULL);
}

static void
write_hidden_inputs(const struct form_view *v, struct html *h)
{
	html_raw(h, "<input type=\"hidden\" name=\"submission_id\" value=\"");
	if (v->submission_id != NULL)
		html_text(h, v->submission_id);
	else
		html_raw(h, "<!--#echo var=\"request_id\" -->");
	html_raw(h, "\">");
	html_open(h, "input", "type", "hidden", "name", "version", "value",
	    v->words.service->version, (char *)NULL);
	form_part_not_shown(v, h, SIZE_MAX);
}

void
form_part_intro(const struct form_view *v, struct html *h, const char *id)
{
	const struct form_words *w = &v->words;
	const char *intro;

	intro = form_say(w, arena_printf(w->arena, "page.%s.intro", id));
	if (intro == NULL || *intro == '\0')
		return;
	html_open(h, "p", "class", "kern-body", (char *)NULL);
	html_text_lines(h, intro);
	html_close(h, "p");
}

void
form_part_fields(
    const struct form_view *v, struct html *h, const struct form_page *page)
{
	const struct answers part = {
	    .answer = &v->answers->top.answer[page->field->slot],
	    .n = page->nfield,
	};

	html_raw(h, "<div class=\"th-form-fields\">");
	field_views(v, h, &part, "", NULL);
	html_raw(h, "</div>");
}

/* One page of the package; they follow each other on one HTML page. */
static void
write_page(const struct form_view *v, struct html *h, size_t i)
{
	const struct form_words *w = &v->words;
	const struct form_page *page = &v->answers->form->page[i];
	const char *title;
	bool is_shown = page->show == NULL ||
	    form_holds(page->show, v->answers, v->context);

	title = form_say(w, arena_printf(w->arena, "page.%s.title", page->id));
	html_open(h, "section", "class", "th-page", "data-page", page->id,
	    "data-show",
	    page->show_source != NULL ? page->show_source : HTML_OMIT,
	    "hidden", html_if(!is_shown), "aria-labelledby",
	    arena_printf(w->arena, "seite-%s", page->id), (char *)NULL);
	html_element(h, "h2", title != NULL ? title : page->id, "class",
	    "kern-heading-large", "id",
	    arena_printf(w->arena, "seite-%s", page->id), (char *)NULL);
	form_part_intro(v, h, page->id);
	form_part_fields(v, h, page);
	html_close(h, "section");
}

void
form_part_privacy(const struct form_words *w, struct html *h)
{
	html_raw(h, "<p class=\"kern-body\">");
	html_element(h, "a", form_word(w, "privacy.link"), "class",
	    "kern-link", "target", "_blank", "href",
	    arena_printf(
		w->arena, "/leistungen/%s/datenschutz/", w->service->slug),
	    (char *)NULL);
	html_text(h, " ");
	html_text(h, form_word(w, "privacy.new_window"));
	html_raw(h, "</p>");
}

static void
write_end(const struct form_view *v, struct html *h)
{
	const struct form_words *w = &v->words;

	if (form_has_conditions(v->answers->form)) {
		html_open(h, "button", "class",
		    "kern-btn kern-btn--secondary th-nojs", "type", "submit",
		    "name", "action", "value", "show", "formnovalidate",
		    HTML_FLAG, (char *)NULL);
		html_element(h, "span", form_word(w, "form.show"), "class",
		    "kern-label", (char *)NULL);
		html_close(h, "button");
	}
	html_element(h, "p", form_word(w, "form.before_submit"), "class",
	    "kern-body", (char *)NULL);
	form_part_privacy(w, h);
	html_raw(h, "<div class=\"th-actions\">"
		    "<button class=\"kern-btn kern-btn--primary\""
		    " type=\"submit\" name=\"action\" value=\"submit\">");
	html_element(h, "span", form_word(w, "form.submit"), "class",
	    "kern-label", (char *)NULL);
	html_close(h, "button");
	html_open(h, "a", "class", "kern-btn kern-btn--tertiary", "href",
	    arena_printf(w->arena, "/leistungen/%s/", w->service->slug),
	    (char *)NULL);
	html_element(h, "span", form_word(w, "form.cancel"), "class",
	    "kern-label", (char *)NULL);
	html_raw(h, "</a></div>");
}

static void
write_form(const struct form_view *v, struct html *h)
{
	const struct form_words *w = &v->words;
	const char *settings;

	settings = form_script_settings(
	    w->arena, v->answers->form, v->context->settings);
	html_open(h, "form", "class", "th-form", "id", "formular", "method",
	    "post", "action",
	    arena_printf(w->arena, "/antrag/%s/", w->service->slug), "enctype",
	    v->answers->form->has_files ? "multipart/form-data" : HTML_OMIT,
	    "novalidate", HTML_FLAG, "data-form", HTML_FLAG, "data-service",
	    w->service->slug, "data-settings",
	    settings != NULL ? settings : HTML_OMIT, (char *)NULL);
	/* Enter must never send an unfinished application. */
	html_raw(h, "<button class=\"th-default\" type=\"submit\""
		    " name=\"action\" value=\"show\" tabindex=\"-1\""
		    " aria-hidden=\"true\"></button>");
	write_hidden_inputs(v, h);
	form_part_language(v, h);
	if (v->takes_code)
		form_view_opening_code(&v->words, h,
		    v->code != NULL ? v->code : "", v->code_error);
	for (size_t i = 0; i < v->answers->form->npage; i++)
		write_page(v, h, i);
	write_end(v, h);
	html_close(h, "form");
}

void
form_view_write(const struct form_view *v, struct html *h)
{
	const struct form_words *w = &v->words;
	const char *intro = form_say(w, "service.form_intro");

	html_element(h, "h1", service_name(v), "class", "kern-heading-x-large",
	    (char *)NULL);
	if (v->is_scolded)
		form_part_summary(v, h);
	for (size_t i = 0; i < v->nnotice; i++)
		form_notice_write(h, &v->notice[i]);
	html_element(h, "p", intro != NULL ? intro : form_word(w, "form.intro"),
	    "class", "th-lead", (char *)NULL);
	write_form(v, h);
}

void
form_page_write_static(const struct form_words *w,
    const struct form_context *context, bool takes_code, struct html *h)
{
	struct form_answers *answers =
	    form_answers_new(w->arena, w->service->form);
	struct form_view v = {
	    .words = *w,
	    .context = context,
	    .answers = answers,
	    .takes_code = takes_code};
	struct form_error *error;
	size_t nerror;

	form_fill_defaults(w->arena, answers, SIZE_MAX, context);
	form_evaluate(w->arena, answers, context, &error, &nerror);
	page_languages_static(h, w->service->languages);
	page_begin_static(h, w->lang, form_view_title(&v));
	form_view_write(&v, h);
	page_end_static(h, w->lang);
}
