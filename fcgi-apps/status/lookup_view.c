#include "status/lookup_view.h"

#include "common/page.h"
#include "common/text.h"

struct view {
	struct app *app;
	struct request *req;
	struct html *h;
};

static const char *
text(const struct view *v, const char *key)
{
	return text_get(v->app->texts, v->req->lang, key);
}

static void
put_summary(const struct view *v, const char *error)
{
	html_open(v->h, "div", "class",
	    "kern-alert kern-alert--danger th-summary", "role", "alert",
	    "tabindex", "-1", "data-error-summary", HTML_FLAG, NULL);
	html_raw(v->h,
	    "<div class=\"kern-alert__header\"><span class=\"kern-icon "
	    "kern-icon--danger\" aria-hidden=\"true\"></span>");
	html_element(v->h, "h2", text(v, "lookup.failed"), "class",
	    "kern-title", NULL);
	html_raw(v->h,
	    "</div><div class=\"kern-alert__body\">"
	    "<ul class=\"kern-list\"><li>");
	html_element(v->h, "a", text(v, error), "class", "kern-link", "href",
	    "#f-aktenzeichen", NULL);
	html_raw(v->h, "</li></ul></div></div>");
}

static void
put_input(const struct view *v, const char *name, const char *value,
    const char *label, const char *hint, bool has_error)
{
	struct arena *a = v->req->arena;
	const char *id = arena_printf(a, "f-%s", name);
	const char *hint_id = arena_printf(a, "%s-hint", id);

	html_open(v->h, "div", "class",
	    has_error ? "kern-form-input kern-form-input--error"
		      : "kern-form-input",
	    NULL);
	html_element(v->h, "label", text(v, label), "class", "kern-label",
	    "for", id, NULL);
	html_element(v->h, "div", text(v, hint), "class", "kern-hint", "id",
	    hint_id, NULL);
	html_open(v->h, "input", "class",
	    has_error ? "kern-form-input__input th-w-24 "
			"kern-form-input__input--error"
		      : "kern-form-input__input th-w-24",
	    "type", "text", "id", id, "name", name, "value", value,
	    "maxlength", "40", "autocomplete", "off", "autocapitalize",
	    "characters", "spellcheck", "false", "required", HTML_FLAG,
	    "aria-describedby", hint_id, "aria-invalid",
	    has_error ? "true" : HTML_OMIT, NULL);
	html_close(v->h, "div");
}

void
lookup_view(struct app *app, struct request *req, int status,
    const char *reference, const char *code, const char *error)
{
	struct html h;
	struct view v = {app, req, &h};
	const char *title = text(&v, "lookup.title");

	if (error != NULL)
		title = text_fill(req->arena, app->texts, req->lang,
		    "status.title.error", "title", title, NULL);
	page_begin(app, req, status, title, &h);
	html_element(&h, "h1", text(&v, "lookup.title"), "class",
	    "kern-heading-x-large", NULL);
	if (error != NULL)
		put_summary(&v, error);
	html_element(
	    &h, "p", text(&v, "lookup.lead"), "class", "th-lead", NULL);
	html_open(&h, "form", "class", "th-form", "method", "post", "action",
	    "/vorgang/", "novalidate", HTML_FLAG, "data-form", HTML_FLAG,
	    NULL);
	put_input(&v, "aktenzeichen", reference, "lookup.reference",
	    "lookup.reference.hint", error != NULL);
	put_input(&v, "code", code, "lookup.code", "lookup.code.hint",
	    error != NULL);
	html_open(&h, "div", "class", "th-actions", NULL);
	html_open(&h, "button", "class", "kern-btn kern-btn--primary", "type",
	    "submit", NULL);
	html_element(&h, "span", text(&v, "lookup.go"), "class", "kern-label",
	    NULL);
	html_close(&h, "button");
	html_close(&h, "div");
	html_close(&h, "form");
	html_element(&h, "h2", text(&v, "lookup.lost"), "class",
	    "kern-heading-medium", NULL);
	html_element(&h, "p", text(&v, "lookup.lost.help"), "class",
	    "kern-body", NULL);
	page_end(req, &h);
}
