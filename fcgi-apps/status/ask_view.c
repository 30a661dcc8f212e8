#include "common/date.h"
#include "common/page.h"
#include "status/ask.h"

struct view {
	struct app *app;
	struct request *req;
	const struct status_case *c;
	const struct ask *ask;
	struct html *h;
};

static const char *
text(const struct view *v, const char *key)
{
	return text_get(v->app->texts, v->req->lang, key);
}

/* A text of the package about the step. */
static const char *
words(const struct view *v, const char *what)
{
	return status_words(v->req, v->c,
	    arena_printf(v->req->arena, "exchange.%s.%s", v->ask->step->id,
		what));
}

static void
put_paragraph(const struct view *v, const char *s)
{
	html_open(v->h, "p", "class", "kern-body", NULL);
	html_text_lines(v->h, s);
	html_close(v->h, "p");
}

static void
put_error(const struct view *v, const char *id)
{
	html_open(v->h, "p", "class", "kern-error", "id", id, NULL);
	html_open(v->h, "span", "class", "kern-icon kern-icon--danger",
	    "aria-hidden", "true", NULL);
	html_close(v->h, "span");
	html_element(v->h, "span", text(v, v->ask->error), "class",
	    "kern-body", NULL);
	html_close(v->h, "p");
}

/* That something is missing, before the long way down to it. */
static void
put_alert(const struct view *v)
{
	html_open(v->h, "div", "class", "kern-alert kern-alert--danger",
	    "role", "alert", NULL);
	html_open(v->h, "div", "class", "kern-alert__header", NULL);
	html_open(v->h, "span", "class", "kern-icon kern-icon--danger",
	    "aria-hidden", "true", NULL);
	html_close(v->h, "span");
	html_element(v->h, "span", text(v, v->ask->error), "class",
	    "kern-title", NULL);
	html_close(v->h, "div");
	html_close(v->h, "div");
}

/* ---- messages as tables ---- */

static void
put_rows(const struct view *v, const struct xoev_table_section *s)
{
	html_open(v->h, "dl", "class", "kern-description-list", NULL);
	for (size_t i = 0; i < s->nrow; i++) {
		html_open(v->h, "div", "class", "kern-description-list-item",
		    NULL);
		html_element(v->h, "dt", s->row[i].label, "class",
		    "kern-description-list-item__key", NULL);
		html_element(v->h, "dd", s->row[i].value, "class",
		    "kern-description-list-item__value", NULL);
		html_close(v->h, "div");
	}
	html_close(v->h, "dl");
}

/* A person: the name, then what is told, each section with its heading. */
static void
put_shown(const struct view *v, const struct ask_shown *s, size_t nth)
{
	const char *id = arena_printf(v->req->arena, "daten-%zu", nth);

	html_open(v->h, "section", "class", "kern-summary", "aria-labelledby",
	    id, NULL);
	html_open(v->h, "div", "class", "kern-summary__header", NULL);
	html_element(
	    v->h, "h3", s->name, "class", "kern-title", "id", id, NULL);
	html_close(v->h, "div");
	html_open(v->h, "div", "class", "kern-summary__body", NULL);
	for (size_t i = 0; i < s->table.n; i++) {
		const struct xoev_table_section *part = &s->table.section[i];

		if (*part->heading != '\0')
			html_element(v->h, part->depth == 0 ? "h4" : "h5",
			    part->heading, "class", "kern-heading-small", NULL);
		if (part->nrow > 0)
			put_rows(v, part);
	}
	html_close(v->h, "div");
	html_close(v->h, "section");
}

/* ---- the form ---- */

static void
put_choice(const struct view *v, const char *name, const char *value,
    const char *key, bool is_chosen)
{
	const char *id =
	    arena_printf(v->req->arena, "f-%s-%s", name, value);

	html_open(v->h, "div", "class", "kern-form-check", NULL);
	html_open(v->h, "input", "class", "kern-form-check__radio", "type",
	    "radio", "id", id, "name", name, "value", value, "checked",
	    is_chosen ? HTML_FLAG : HTML_OMIT, "required", HTML_FLAG, NULL);
	html_element(v->h, "label", text(v, key), "class", "kern-label", "for",
	    id, NULL);
	html_close(v->h, "div");
}

/* The question below what it is about. */
static void
put_question(const struct view *v, size_t nth)
{
	const struct ask_shown *s = &v->ask->shown[nth];
	bool is_missing = v->ask->error != NULL && !v->ask->is_error_of_text &&
	    !s->is_yes && !s->is_no;
	const char *name = arena_printf(v->req->arena, "person-%zu", nth);
	const char *error = arena_printf(v->req->arena, "f-%s-error", name);

	html_open(v->h, "fieldset", "class",
	    is_missing ? "kern-fieldset kern-fieldset--error"
		       : "kern-fieldset",
	    "aria-describedby", is_missing ? error : HTML_OMIT, NULL);
	html_element(v->h, "legend",
	    text_fill(v->req->arena, v->app->texts, v->req->lang,
		"status.ask.person", "name", s->name, NULL),
	    "class", "kern-label", NULL);
	html_open(v->h, "div", "class", "kern-fieldset__body", NULL);
	put_choice(v, name, "ja", "status.ask.yes", s->is_yes);
	put_choice(v, name, "nein", "status.ask.no", s->is_no);
	html_close(v->h, "div");
	if (is_missing)
		put_error(v, error);
	html_close(v->h, "fieldset");
}

/* Label, hint and field; a line or several. */
static void
put_text(const struct view *v, const char *label, const char *hint,
    bool is_line)
{
	bool has_error = v->ask->error != NULL && v->ask->is_error_of_text;
	const char *class = has_error
	    ? "kern-form-input__input kern-form-input__input--error"
	    : "kern-form-input__input";
	const char *described =
	    has_error ? "f-antwort-hint f-antwort-error" : "f-antwort-hint";

	html_open(v->h, "div", "class",
	    has_error ? "kern-form-input kern-form-input--error"
		      : "kern-form-input",
	    NULL);
	html_element(v->h, "label", label, "class", "kern-label", "for",
	    "f-antwort", NULL);
	html_element(v->h, "div", hint, "class", "kern-hint", "id",
	    "f-antwort-hint", NULL);
	if (is_line)
		html_open(v->h, "input", "class", class, "type", "text", "id",
		    "f-antwort", "name", "text", "value", v->ask->typed,
		    "maxlength", "60", "autocomplete", "off", "autocapitalize",
		    "characters", "spellcheck", "false", "required", HTML_FLAG,
		    "aria-describedby", described, "aria-invalid",
		    has_error ? "true" : HTML_OMIT, NULL);
	else
		html_element(v->h, "textarea", v->ask->typed, "class", class,
		    "rows", "5", "id", "f-antwort", "name", "text",
		    "maxlength", "3000", "aria-describedby", described,
		    "aria-invalid", has_error ? "true" : HTML_OMIT, NULL);
	if (has_error)
		put_error(v, "f-antwort-error");
	html_close(v->h, "div");
}

static void
put_form(const struct view *v)
{
	const struct exchange_step *step = v->ask->step;
	bool is_text = step->ask == EXCHANGE_ASK_TEXT;

	html_open(v->h, "form", "class", "th-form", "method", "post",
	    "action",
	    arena_printf(v->req->arena, "/vorgang/l/%s/antwort",
		v->c->vorgang.link_token),
	    "data-form", HTML_FLAG, "novalidate", HTML_FLAG, NULL);
	/* nginx puts the request's id here: a double click is one answer. */
	html_raw(v->h,
	    "<input type=\"hidden\" name=\"submission_id\" value=\""
	    "<!--#echo var=\"request_id\" -->\">");
	html_open(v->h, "input", "type", "hidden", "name", "schritt", "value",
	    step->id, NULL);
	if (is_text)
		put_text(v, words(v, "label"),
		    text(v, "status.ask.text.hint"), true);
	else {
		for (size_t i = 0; i < v->ask->nshown; i++) {
			put_shown(v, &v->ask->shown[i], i);
			put_question(v, i);
		}
		put_text(v, text(v, "status.ask.wrong"),
		    text(v, "status.ask.wrong.hint"), false);
	}
	html_open(v->h, "div", "class", "th-actions", NULL);
	html_open(v->h, "button", "class", "kern-btn kern-btn--primary",
	    "type", "submit", NULL);
	html_element(v->h, "span", text(v, "status.ask.send"), "class",
	    "kern-label", NULL);
	html_close(v->h, "button");
	html_close(v->h, "div");
	html_close(v->h, "form");
}

void
ask_view(struct app *app, struct request *req, struct html *h,
    const struct status_case *c, const struct ask *ask)
{
	const struct view v = { app, req, c, ask, h };

	if (ask->step == NULL)
		return;
	html_open(h, "section", "class", "th-stack", "aria-labelledby",
	    "antwort", NULL);
	html_element(h, "h2", words(&v, "title"), "class",
	    "kern-heading-large", "id", "antwort", NULL);
	put_paragraph(&v, words(&v, "explain"));
	if (c->vorgang.due != 0 && ask->step->late != NULL)
		put_paragraph(&v,
		    text_fill(req->arena, app->texts, req->lang,
			"status.ask.due", "date",
			date_to_german(req->arena, c->vorgang.due), NULL));
	if (ask->error != NULL)
		put_alert(&v);
	put_form(&v);
	html_close(h, "section");
}
