#include "forms/resume_view.h"

#include "common/app.h"
#include "common/date.h"
#include "common/draft/draft_expired.h"
#include "common/form/form_view.h"
#include "common/kern_view.h"
#include "common/page.h"
#include "common/public_link.h"
#include "common/text.h"

struct view {
	struct app *app;
	struct request *req;
	struct html h;
};

static const char *
text(const struct view *v, const char *key)
{
	return text_get(v->app->texts, v->req->lang, key);
}

static void
put_paragraph(struct view *v, const char *class, const char *words)
{
	html_element(&v->h, "p", words, "class", class, NULL);
}

static void
put_heading(struct view *v, const char *key)
{
	html_element(&v->h, "h2", text(v, key), "class",
	    "kern-heading-large", NULL);
}

static void
begin(struct view *v, int status, const char *title)
{
	page_begin(v->app, v->req, status, title, &v->h);
}

static void
put_summary(struct view *v, const char *error)
{
	html_open(&v->h, "div", "class",
	    "kern-alert kern-alert--danger th-summary", "role", "alert",
	    "tabindex", "-1", "data-error-summary", HTML_FLAG, NULL);
	html_raw(&v->h,
	    "<div class=\"kern-alert__header\"><span class=\"kern-icon "
	    "kern-icon--danger\" aria-hidden=\"true\"></span>");
	html_element(&v->h, "h2", text(v, "draft.save.failed"), "class",
	    "kern-title", NULL);
	html_raw(&v->h,
	    "</div><div class=\"kern-alert__body\">"
	    "<ul class=\"kern-list\"><li>");
	html_element(&v->h, "a", text(v, error), "class", "kern-link", "href",
	    "#f-mail", NULL);
	html_raw(&v->h, "</li></ul></div></div>\n");
}

static void
open_form(struct view *v, const char *action, bool is_multipart)
{
	html_open(&v->h, "form", "class", "th-form", "method", "post",
	    "action", action, "enctype",
	    is_multipart ? "multipart/form-data" : HTML_OMIT, "novalidate",
	    HTML_FLAG, "data-form", HTML_FLAG, NULL);
}

static void
put_link_button(struct view *v, const char *style, const char *href,
    const char *label)
{
	html_open(&v->h, "a", "class",
	    arena_printf(v->req->arena, "kern-btn kern-btn--%s", style),
	    "href", href, NULL);
	html_element(
	    &v->h, "span", text(v, label), "class", "kern-label", NULL);
	html_raw(&v->h, "</a>\n");
}

static void
put_checkbox(struct view *v, const char *name, const char *label,
    bool is_checked)
{
	const char *id = arena_printf(v->req->arena, "f-%s", name);

	html_raw(&v->h, "<div class=\"th-field\">"
			"<div class=\"kern-form-check\">");
	html_open(&v->h, "input", "class", "kern-form-check__checkbox",
	    "type", "checkbox", "id", id, "name", name, "value", "true",
	    "checked", html_if(is_checked), NULL);
	html_element(&v->h, "label", text(v, label), "class", "kern-label",
	    "for", id, NULL);
	html_raw(&v->h, "</div></div>\n");
}

/* ---- a link, and the end ---- */

int
resume_view_link(struct app *app, struct request *req, bool is_gone)
{
	struct view v = {.app = app, .req = req};

	begin(&v, is_gone ? 404 : 200, text(&v, "draft.link.title"));
	html_element(&v.h, "h1", text(&v, "draft.link.title"), "class",
	    "kern-heading-x-large", NULL);
	if (is_gone) {
		put_paragraph(&v, "th-lead", text(&v, "draft.link.gone"));
		html_raw(&v.h, "<div class=\"th-actions\">");
		put_link_button(&v, "primary", "/antrag/weiter/",
		    "draft.resume.title");
		put_link_button(&v, "tertiary", "/", "draft.discard.start");
		html_raw(&v.h, "</div>\n");
		page_end(req, &v.h);
		return 0;
	}
	put_paragraph(&v, "th-lead", text(&v, "draft.link.lead"));
	open_form(&v, req->path, false);
	put_checkbox(&v, DRAFT_SHARED_FIELD, "draft.shared", false);
	html_raw(&v.h, "<div class=\"th-actions\">");
	kern_button(&v.h, KERN_PRIMARY, "link",
	    text(&v, "draft.link.go"));
	html_raw(&v.h, "</div></form>\n");
	page_end(req, &v.h);
	return 0;
}

int
resume_view_discarded(struct app *app, struct request *req)
{
	struct view v = {.app = app, .req = req};

	begin(&v, 200, text(&v, "draft.discard.done"));
	html_element(&v.h, "h1", text(&v, "draft.discard.done"), "class",
	    "kern-heading-x-large", NULL);
	put_paragraph(&v, "th-lead", text(&v, "draft.discard.done.text"));
	html_raw(&v.h, "<div class=\"th-actions\">");
	put_link_button(&v, "primary", "/", "draft.discard.start");
	html_raw(&v.h, "</div>\n");
	page_end(req, &v.h);
	return 0;
}

int
resume_view_discard(
    struct app *app, struct request *req, const struct resume_visit *visit)
{
	struct view v = {.app = app, .req = req};

	begin(&v, 200, text(&v, "draft.discard.title"));
	html_element(&v.h, "h1", text(&v, "draft.discard.title"), "class",
	    "kern-heading-x-large", NULL);
	put_paragraph(&v, "th-lead",
	    text_fill(req->arena, app->texts, req->lang, "draft.discard.lead",
		"service", visit->name, NULL));
	/* Multipart, so that documents gets it, which has the files. */
	open_form(&v, req->path, true);
	html_raw(&v.h, "<div class=\"th-actions\">");
	kern_button(&v.h, KERN_PRIMARY, "loeschen",
	    text(&v, "draft.discard.go"));
	put_link_button(&v, "tertiary",
	    arena_printf(req->arena, "%s/", visit->base),
	    "draft.discard.stay");
	html_raw(&v.h, "</div></form>\n");
	page_end(req, &v.h);
	return 0;
}

/* ---- save for later ---- */

static const char *
instant(const struct view *v, int64_t ms)
{
	return date_instant_to_human(
	    v->req->arena, ms, lang_base(v->req->lang) == LANG_EN);
}

static void
put_code(struct view *v, const struct resume_save *s)
{
	struct arena *a = v->req->arena;

	put_heading(v, "draft.save.code");
	if (s->code != NULL) {
		html_raw(&v->h, "<p class=\"th-reference\">"
				"<span class=\"th-reference__label\">");
		html_text(&v->h, text(v, "draft.save.code.value"));
		html_raw(&v->h, "</span> ");
		html_element(&v->h, "strong", s->code, "class",
		    "th-reference__value", "dir", "ltr", "id", "f-code",
		    NULL);
		html_raw(&v->h, "</p>\n");
		put_paragraph(v, "kern-body",
		    text(v, "draft.save.code.once"));
		put_paragraph(v, "kern-body",
		    text_fill(a, v->app->texts, v->req->lang,
			"draft.save.code.where", "address",
			arena_printf(a, "%s/antrag/weiter/",
			    public_address(
				a, v->app->config, v->req->town)),
			NULL));
		html_raw(&v->h,
		    "<button class=\"kern-btn kern-btn--secondary th-js\" "
		    "type=\"button\" data-print>");
		html_element(&v->h, "span", text(v, "draft.save.print"),
		    "class", "kern-label", NULL);
		html_raw(&v->h, "</button>\n");
		return;
	}
	put_paragraph(v, "kern-body", text(v, "draft.save.code.lead"));
	if (s->has_code)
		put_paragraph(v, "kern-body",
		    text(v, "draft.save.code.have"));
	open_form(v, v->req->path, false);
	html_raw(&v->h, "<div class=\"th-actions\">");
	kern_button(&v->h, KERN_PRIMARY, "code",
	    text(v, "draft.save.code.go"));
	html_raw(&v->h, "</div></form>\n");
}

/* Whom a link was sent to, and what became of it. */
static void
put_addresses(struct view *v, const struct draft_reminder *r)
{
	if (r->n == 0)
		return;
	html_raw(&v->h, "<ul class=\"kern-list kern-list--bullet\">");
	for (size_t i = 0; i < r->n; i++) {
		const struct draft_address *d = &r->address[i];
		const char *key = !d->is_confirmed ? "draft.save.mail.open"
		    : d->wants_reminder
		    ? "draft.save.mail.confirmed.reminder"
		    : "draft.save.mail.confirmed";

		html_element(&v->h, "li",
		    text_fill(v->req->arena, v->app->texts, v->req->lang,
			key, "mail", d->to, "date", instant(v, d->sent_ms),
			NULL), NULL);
	}
	html_raw(&v->h, "</ul>\n");
}

static void
put_mail_input(struct view *v, const struct resume_save *s)
{
	bool has_error = s->error != NULL;

	html_open(&v->h, "div", "class",
	    has_error ? "kern-form-input kern-form-input--error"
		      : "kern-form-input", NULL);
	html_element(&v->h, "label", text(v, "draft.address"), "class",
	    "kern-label", "for", "f-mail", NULL);
	html_element(&v->h, "div", text(v, "draft.address.hint"), "class",
	    "kern-hint", "id", "f-mail-hint", NULL);
	html_open(&v->h, "input", "class",
	    has_error ? "kern-form-input__input "
			"kern-form-input__input--error"
		      : "kern-form-input__input",
	    "type", "email", "id", "f-mail", "name", "mail", "value",
	    s->mail == NULL ? "" : s->mail, "maxlength", "254",
	    "autocomplete", "email", "dir", "ltr", "aria-describedby",
	    has_error ? "f-mail-hint f-mail-error" : "f-mail-hint",
	    "aria-invalid", has_error ? "true" : HTML_OMIT, NULL);
	if (has_error) {
		html_raw(&v->h,
		    "<p class=\"kern-error\" id=\"f-mail-error\">"
		    "<span class=\"kern-icon kern-icon--danger\" "
		    "aria-hidden=\"true\"></span>");
		html_element(&v->h, "span", text(v, s->error), "class",
		    "kern-body", NULL);
		html_raw(&v->h, "</p>");
	}
	html_raw(&v->h, "</div>\n");
}

static void
put_mail(struct view *v, const struct resume_save *s)
{
	put_heading(v, "draft.save.mail");
	put_paragraph(v, "kern-body", text(v, "draft.save.mail.lead"));
	put_addresses(v, s->reminder);
	open_form(v, v->req->path, false);
	put_mail_input(v, s);
	put_checkbox(
	    v, "erinnern", "draft.save.reminder", s->wants_reminder);
	html_raw(&v->h, "<div class=\"th-actions\">");
	kern_button(&v->h, KERN_SECONDARY, "link",
	    text(v, "draft.save.mail.go"));
	html_raw(&v->h, "</div></form>\n");
}

int
resume_view_save(
    struct app *app, struct request *req, const struct resume_save *s)
{
	struct view v = {.app = app, .req = req};
	struct arena *a = req->arena;
	const char *title = text(&v, "draft.save.title");

	if (s->error != NULL)
		title = text_fill(a, app->texts, req->lang,
		    "draft.title.error", "title", title, NULL);
	begin(&v, s->wait_s > 0 ? 429 : s->error != NULL ? 422 : 200, title);
	if (s->wait_s > 0)
		http_reply_header(req, "Retry-After",
		    arena_printf(a, "%lld", (long long)s->wait_s));
	html_element(&v.h, "h1", text(&v, "draft.save.title"), "class",
	    "kern-heading-x-large", NULL);
	if (s->error != NULL)
		put_summary(&v, s->error);
	if (s->sent_to != NULL) {
		const struct form_notice sent = {
		    .level = FORM_NOTICE_SUCCESS,
		    .title = text(&v, "draft.save.sent"),
		    .text = text_fill(a, app->texts, req->lang,
			"draft.save.sent.text", "mail", s->sent_to, NULL)};

		form_notice_write(&v.h, &sent);
	}
	put_paragraph(&v, "th-lead",
	    text_fill(a, app->texts, req->lang, "draft.save.lead", "service",
		s->visit->name, "date",
		instant(&v, s->visit->draft.expires_ms), NULL));
	html_raw(&v.h, "<div class=\"th-actions\">");
	put_link_button(&v, "secondary",
	    arena_printf(a, "%s/", s->visit->base), "draft.back");
	put_link_button(&v, "tertiary",
	    arena_printf(a, "%s/loeschen", s->visit->base),
	    "draft.save.delete");
	html_raw(&v.h, "</div>\n");
	put_code(&v, s);
	put_mail(&v, s);
	page_end(req, &v.h);
	return 0;
}
