#include "common/draft/draft_expired.h"

#include "common/form/form_view.h"
#include "common/json.h"
#include "common/kern_view.h"
#include "common/page.h"
#include "common/text.h"
#include "common/utf8.h"

struct view {
	struct app *app;
	struct request *req;
	struct html *h;
	const struct draft_expired *e;
};

static const char *
text(const struct view *v, const char *key)
{
	return text_get(v->app->texts, v->req->lang, key);
}

static bool
has_kept(const struct draft_expired *e)
{
	return e->service != NULL && e->pairs != NULL && e->pairs->n > 0;
}

static const char *
kind(const struct draft_expired *e)
{
	return e->service == NULL ? "draft.resume"
	    : has_kept(e)	  ? "draft.expired.post"
				  : "draft.expired";
}

/* "draft.expired.title" */
static const char *
part(const struct view *v, const char *name)
{
	return text(
	    v, arena_printf(v->req->arena, "%s.%s", kind(v->e), name));
}

static void
put_alert(const struct view *v, enum form_notice_level level,
    const char *title, const char *body)
{
	const struct form_notice notice = { .level = level,
		.title = text(v, title), .text = text(v, body) };

	form_notice_write(v->h, &notice);
}

static void
put_summary(const struct view *v)
{
	html_open(v->h, "div", "class",
	    "kern-alert kern-alert--danger th-summary", "role", "alert",
	    "tabindex", "-1", "data-error-summary", HTML_FLAG, NULL);
	html_raw(v->h,
	    "<div class=\"kern-alert__header\"><span class=\"kern-icon "
	    "kern-icon--danger\" aria-hidden=\"true\"></span>");
	html_element(v->h, "h2", text(v, "draft.code.failed"), "class",
	    "kern-title", NULL);
	html_raw(v->h,
	    "</div><div class=\"kern-alert__body\">"
	    "<ul class=\"kern-list\"><li>");
	html_element(v->h, "a", text(v, v->e->error), "class", "kern-link",
	    "href", "#f-code", NULL);
	html_raw(v->h, "</li></ul></div></div>\n");
}

/* Everything that was posted, under names that are none of the page's own. */
static void
put_kept(const struct view *v)
{
	const struct draft_expired *e = v->e;
	struct arena *a = v->req->arena;

	if (e->service == NULL)
		return;
	kern_hidden(v->h, DRAFT_TARGET_FIELD,
	    arena_printf(a, "%s/%s/%s", e->service, e->submission, e->page));
	if (e->has_lost_files)
		kern_hidden(v->h, DRAFT_LOST_FIELD, "1");
	for (size_t i = 0; e->pairs != NULL && i < e->pairs->n; i++) {
		const struct http_pair *p = &e->pairs->pair[i];

		kern_hidden(v->h,
		    arena_printf(a, DRAFT_KEEP_PREFIX "%s",
			utf8_scrub(a, p->name, strlen(p->name))),
		    utf8_scrub(a, p->value, p->value_len));
	}
}

static void
put_code(const struct view *v)
{
	const struct draft_expired *e = v->e;
	bool has_error = e->error != NULL;

	html_open(v->h, "div", "class",
	    has_error ? "kern-form-input kern-form-input--error"
		      : "kern-form-input",
	    NULL);
	html_element(v->h, "label", text(v, "draft.code"), "class",
	    "kern-label", "for", "f-code", NULL);
	html_element(v->h, "div", text(v, "draft.code.hint"), "class",
	    "kern-hint", "id", "f-code-hint", NULL);
	html_open(v->h, "input", "class",
	    has_error ? "kern-form-input__input th-w-24 "
			"kern-form-input__input--error"
		      : "kern-form-input__input th-w-24",
	    "type", "text", "id", "f-code", "name", DRAFT_CODE_FIELD,
	    "value", e->code == NULL ? "" : e->code, "maxlength", "60",
	    "autocomplete", "off", "autocapitalize", "characters",
	    "spellcheck", "false", "dir", "ltr", "required", HTML_FLAG,
	    "aria-describedby",
	    has_error ? "f-code-hint f-code-error" : "f-code-hint",
	    "aria-invalid", has_error ? "true" : HTML_OMIT, NULL);
	if (has_error) {
		html_raw(v->h,
		    "<p class=\"kern-error\" id=\"f-code-error\">"
		    "<span class=\"kern-icon kern-icon--danger\" "
		    "aria-hidden=\"true\"></span>");
		html_element(v->h, "span", text(v, e->error), "class",
		    "kern-body", NULL);
		html_raw(v->h, "</p>");
	}
	html_raw(v->h, "</div>\n");
}

static void
put_shared(const struct view *v)
{
	html_raw(v->h, "<div class=\"th-field\">"
		       "<div class=\"kern-form-check\">");
	html_open(v->h, "input", "class", "kern-form-check__checkbox", "type",
	    "checkbox", "id", "f-gemeinsam", "name", DRAFT_SHARED_FIELD,
	    "value", "true", "checked", html_if(v->e->is_shared), NULL);
	html_element(v->h, "label", text(v, "draft.shared"), "class",
	    "kern-label", "for", "f-gemeinsam", NULL);
	html_raw(v->h, "</div></div>\n");
}

static void
put_form(const struct view *v)
{
	html_open(v->h, "form", "class", "th-form", "method", "post",
	    "action", "/antrag/weiter/", "novalidate", HTML_FLAG, "data-form",
	    HTML_FLAG, NULL);
	put_kept(v);
	put_code(v);
	put_shared(v);
	html_raw(v->h, "<div class=\"th-actions\">");
	kern_button(v->h, KERN_PRIMARY, "code",
	    text(v, "draft.resume.go"));
	if (v->e->service != NULL)
		kern_button(v->h, KERN_SECONDARY, "neu",
		    text(v, has_kept(v->e) ? "draft.expired.anew"
					   : "draft.expired.begin"));
	html_raw(v->h, "</div></form>\n");
}

static void
put_help(const struct view *v)
{
	static const char *const keys[] = {"draft.help.link",
	    "draft.help.code", "draft.help.cookie", "draft.help.sent"};

	html_element(v->h, "h2", text(v, "draft.help"), "class",
	    "kern-heading-medium", NULL);
	html_raw(v->h, "<ul class=\"kern-list kern-list--bullet\">");
	for (size_t i = 0; i < nitems(keys); i++)
		html_element(v->h, "li", text(v, keys[i]), NULL);
	html_raw(v->h, "</ul>\n");
}

/* RFC 9457: for the script that saves while people type. */
static int
reply_json(struct app *app, struct request *req)
{
	struct json_out j;

	http_reply(req, 403, "application/problem+json");
	http_reply_header(req, "Content-Language", lang_code(req->lang));
	json_begin(&j, req->out);
	json_open_object(&j);
	json_pair(&j, "type", "urn:torhaus:problem:session-expired");
	json_pair(&j, "title",
	    text_get(app->texts, req->lang, "draft.expired.title"));
	json_key(&j, "status");
	json_put_int(&j, 403);
	json_pair(&j, "detail",
	    text_get(app->texts, req->lang, "draft.expired.script"));
	json_close_object(&j);
	return 0;
}

int
draft_expired_page(
    struct app *app, struct request *req, const struct draft_expired *e)
{
	struct html h;
	const struct view v = {app, req, &h, e};
	const char *title = part(&v, "title");
	int status = e->error != NULL ? 422 : e->service != NULL ? 403 : 200;

	if (req->wants_json)
		return reply_json(app, req);
	if (e->error != NULL)
		title = text_fill(req->arena, app->texts, req->lang,
		    "draft.title.error", "title", title, NULL);
	page_begin(app, req, status, title, &h);
	html_element(&h, "h1", part(&v, "title"), "class",
	    "kern-heading-x-large", NULL);
	if (e->error != NULL)
		put_summary(&v);
	html_element(&h, "p", part(&v, "lead"), "class", "th-lead", NULL);
	if (has_kept(e))
		put_alert(&v, FORM_NOTICE_INFO, "draft.kept.title",
		    "draft.kept.text");
	if (e->has_lost_files)
		put_alert(&v, FORM_NOTICE_WARNING, "draft.lost_files.title",
		    "draft.lost_files.text");
	put_form(&v);
	put_help(&v);
	page_end(req, &h);
	return 0;
}

int
draft_retry_page(struct app *app, struct request *req,
    const struct http_pairs *pairs, bool has_lost_files)
{
	const struct err away = {.code = ERR_DB_UNAVAILABLE};
	struct html h;
	const struct view v = {.app = app, .req = req, .h = &h};
	struct arena *a = req->arena;

	if (req->wants_json) {
		http_fail(app, req, &away, NULL);
		return 0;
	}
	page_begin(app, req, 503, text(&v, "draft.retry.title"), &h);
	http_reply_header(req, "Retry-After", "10");
	html_element(&h, "h1", text(&v, "draft.retry.title"), "class",
	    "kern-heading-x-large", NULL);
	html_element(&h, "p", text(&v, "draft.retry.lead"), "class",
	    "th-lead", NULL);
	if (has_lost_files)
		put_alert(&v, FORM_NOTICE_WARNING, "draft.lost_files.title",
		    "draft.lost_files.text");
	html_open(&h, "form", "class", "th-form", "method", "post", "action",
	    req->path, "novalidate", HTML_FLAG, "data-form", HTML_FLAG, NULL);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct http_pair *p = &pairs->pair[i];

		kern_hidden(v.h, utf8_scrub(a, p->name, strlen(p->name)),
		    utf8_scrub(a, p->value, p->value_len));
	}
	html_raw(&h, "<div class=\"th-actions\">"
		     "<button class=\"kern-btn kern-btn--primary\" "
		     "type=\"submit\">");
	html_element(&h, "span", text(&v, "draft.retry.go"), "class",
	    "kern-label", NULL);
	html_raw(&h, "</button></div></form>\n");
	page_end(req, &h);
	return 0;
}
