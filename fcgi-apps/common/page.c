#include "common/page.h"

#include "common/app.h"
#include "common/text.h"

#define TITLE_MAX 240 /* nginx's ssi_value_length is 256 */

/*
 * The title as an SSI value: HTML-escaped, and without what nginx takes for a
 * variable, an escape or the value's end. Cut at a whole character.
 */
static void
put_title(struct html *h, const char *title)
{
	size_t room = TITLE_MAX;

	while (*title != '\0') {
		char one[5] = "";
		size_t before = h->out->len, n = 1;

		while ((title[n] & 0xc0) == 0x80 && n < 4)
			n++;
		if (room < 6 || room < n)
			return;
		memcpy(one, title, n);
		if (*one == '$')
			html_raw(h, "&#36;");
		else if (*one == '\\')
			html_raw(h, "&#92;");
		else if ((unsigned char)*one < 0x20)
			html_raw(h, " ");
		else
			html_text(h, one);
		room -= h->out->len - before;
		title += n;
	}
}

void
page_languages_static(struct html *h, unsigned languages)
{
	if (languages == LANGS_NEEDED)
		return;
	html_raw(h, "<!--#set var=\"sprachen\" value=\"");
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if ((languages & LANG_BIT(l)) != 0) {
			html_raw(h, " ");
			html_text(h, lang_code(l));
		}
	html_raw(h, "\" -->");
}

void
page_begin_static(struct html *h, enum lang lang, const char *title)
{
	html_raw(h, "<!--#set var=\"titel\" value=\"");
	put_title(h, title);
	html_raw(h, "\" --><!--#set var=\"sprache\" value=\"");
	html_text(h, lang_code(lang));
	html_raw(h, "\" --><!--#include virtual=\"/intern/layout/anfang.");
	html_text(h, lang_code(lang));
	html_raw(h, ".html\" -->\n");
}

void
page_end_static(struct html *h, enum lang lang)
{
	html_raw(h, "\n<!--#include virtual=\"/intern/layout/ende.");
	html_text(h, lang_code(lang));
	html_raw(h, ".html\" -->\n");
}

void
page_begin(struct app *app, struct request *req, int status,
    const char *title, struct html *h)
{
	(void)app; /* the frame is nginx's; towns may need more one day */
	http_reply(req, status, "text/html; charset=utf-8");
	http_reply_header(req, "Content-Language", lang_tag(req->lang));
	h->out = req->out;
	page_languages_static(h, req->languages);
	page_begin_static(h, req->lang, title);
}

void
page_end(struct request *req, struct html *h)
{
	page_end_static(h, req->lang);
}

/* How to report it, with the number that finds the log's lines. */
static void
put_report(struct app *app, struct request *req, struct html *h)
{
	html_raw(h, "<div class=\"th-text\">\n<h2>");
	html_text(h, text_get(app->texts, req->lang, "error.report.title"));
	html_raw(h, "</h2>\n<p>");
	html_text(h, text_get(app->texts, req->lang, "error.report.text"));
	html_raw(h, "</p>\n</div>\n<p class=\"th-reference\">"
		    "<span class=\"th-reference__label\">");
	html_text(h, text_get(app->texts, req->lang, "error.report.number"));
	html_raw(h, "</span> <strong class=\"th-reference__value\">");
	html_text(h, req->request_id);
	html_raw(h, "</strong></p>\n<div class=\"th-actions\">");
	html_open(h, "a", "class", "kern-btn kern-btn--secondary", "href",
	    arena_printf(req->arena, "/hilfe/?nummer=%s#stoerung",
		req->request_id),
	    NULL);
	html_element(h, "span",
	    text_get(app->texts, req->lang, "error.report.link"), "class",
	    "kern-label", NULL);
	html_raw(h, "</a>\n<a class=\"kern-btn kern-btn--tertiary\" "
		    "href=\"/\"><span class=\"kern-label\">");
	html_text(h, text_get(app->texts, req->lang, "error.start.link"));
	html_raw(h, "</span></a></div>\n");
}

void
page_error(struct app *app, struct request *req, const struct err *err)
{
	const char *wire = err_wire(err->code);
	const char *title = text_get(app->texts, req->lang,
	    arena_printf(req->arena, "error.%s.title", wire));
	struct html h;

	page_begin(app, req, err_status(err->code), title, &h);
	html_raw(&h, "<h1 class=\"kern-heading-x-large\">");
	html_text(&h, title);
	html_raw(&h, "</h1>\n<p class=\"th-lead\">");
	html_text(&h,
	    text_get(app->texts, req->lang,
		arena_printf(req->arena, "error.%s.text", wire)));
	html_raw(&h, "</p>\n<p class=\"kern-body\">");
	html_text(&h,
	    text_get(app->texts, req->lang,
		arena_printf(req->arena, "error.%s.remedy", wire)));
	html_raw(&h, "</p>\n");
	put_report(app, req, &h);
	page_end(req, &h);
}
