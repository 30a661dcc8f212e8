#include "forms/feedback_view.h"

#include "common/app.h"
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
put_error(const struct view *v, const struct feedback_ask *ask)
{
	html_raw(v->h, "<div class=\"kern-alert kern-alert--danger "
		       "th-summary\" role=\"alert\" tabindex=\"-1\" "
		       "data-error-summary>"
		       "<div class=\"kern-alert__header\"><span class=\""
		       "kern-icon kern-icon--danger\" aria-hidden=\"true\">"
		       "</span>");
	html_element(v->h, "h2",
	    text_fill(v->req->arena, v->app->texts, v->req->lang, ask->error,
		"minutes", ask->minutes != NULL ? ask->minutes : "", NULL),
	    "class", "kern-title", NULL);
	html_raw(v->h, "</div></div>");
}

static void
put_remark(const struct view *v, const char *remark)
{
	html_raw(v->h, "<div class=\"kern-form-input\">");
	html_open(v->h, "label", "class", "kern-label", "for", "f-anmerkung",
	    NULL);
	html_text(v->h, text(v, "feedback.remark"));
	html_raw(v->h, " <span class=\"kern-label__optional\">");
	html_text(v->h, text(v, "feedback.optional"));
	html_raw(v->h, "</span></label>");
	html_element(v->h, "div", text(v, "feedback.no_personal_data"),
	    "class", "kern-hint", "id", "f-anmerkung-hint", NULL);
	html_open(v->h, "textarea", "class", "kern-form-input__input", "rows",
	    "4", "id", "f-anmerkung", "name", "anmerkung", "maxlength",
	    "1000", "aria-describedby", "f-anmerkung-hint", NULL);
	html_text(v->h, remark);
	html_raw(v->h, "</textarea></div>");
}

static void
put_button(const struct view *v, const char *value, const char *key)
{
	html_open(v->h, "button", "class", "kern-btn kern-btn--secondary",
	    "type", "submit", "name", "hilfreich", "value", value, NULL);
	html_element(v->h, "span", text(v, key), "class", "kern-label", NULL);
	html_close(v->h, "button");
}

void
feedback_ask_view(struct app *app, struct request *req, int status,
    const struct feedback_ask *ask)
{
	struct html h;
	struct view v = {app, req, &h};
	const char *title = text(&v, "feedback.title");

	page_begin(app, req, status, title, &h);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", NULL);
	if (ask->error != NULL)
		put_error(&v, ask);
	html_element(&h, "p",
	    text_fill(req->arena, app->texts, req->lang, "feedback.about",
		"page", ask->page, NULL),
	    "class", "th-lead", NULL);
	html_raw(&h, "<form class=\"th-form\" method=\"post\""
		     " action=\"/rueckmeldung\">");
	html_open(&h, "input", "type", "hidden", "name", "seite", "value",
	    ask->page, NULL);
	put_remark(&v, ask->remark);
	html_open(&h, "fieldset", "class", "kern-fieldset", NULL);
	html_element(&h, "legend", text(&v, "feedback.question"), "class",
	    "kern-label", NULL);
	html_raw(&h, "<div class=\"th-actions\">");
	put_button(&v, "ja", "feedback.yes");
	put_button(&v, "nein", "feedback.no");
	html_raw(&h, "</div></fieldset></form>");
	page_end(req, &h);
}

void
feedback_thanks_view(struct app *app, struct request *req, const char *back,
    bool is_aside)
{
	struct html h;
	struct view v = {app, req, &h};
	const char *title = text(&v, "feedback.thanks");

	page_begin(app, req, 200, title, &h);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", NULL);
	html_element(&h, "p", text(&v, "feedback.thanks.text"), "class",
	    "th-lead", NULL);
	if (is_aside)
		html_element(&h, "p", text(&v, "feedback.aside"), "class",
		    "kern-body", NULL);
	else {
		html_raw(&h, "<div class=\"th-actions\">");
		html_open(&h, "a", "class", "kern-btn kern-btn--secondary",
		    "href", back, NULL);
		html_element(&h, "span", text(&v, "feedback.back"), "class",
		    "kern-label", NULL);
		html_raw(&h, "</a></div>");
	}
	page_end(req, &h);
}
