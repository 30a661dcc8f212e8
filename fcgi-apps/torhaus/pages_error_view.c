#include "common/page.h"
#include "common/text.h"
#include "torhaus/pages.h"

/* nginx's own refusals, each with the sentences that tell about it. */
static const struct {
	int status;
	const char *text;
} pages[] = {
    {400, "400"}, {403, "403"}, {404, "404"}, {405, "405"}, {408, "408"},
    {411, "400"}, {413, "413"}, {414, "400"}, {415, "400"}, {429, "429"},
    {500, "500"}, {501, "400"}, {502, "502"}, {503, "503"}, {504, "504"},
    {507, "503"},
};

int
pages_error_status(size_t i)
{
	return i < nitems(pages) ? pages[i].status : 0;
}

/* What happened, what to do, the reference and where to report it. */
void
pages_error_view(const struct pages *p, size_t i)
{
	pages_open(p, arena_printf(p->arena, "error.%s", pages[i].text));
	html_raw(p->h, "<div class=\"th-text\">");
	pages_prose(p,
	    pages_say(
		p, arena_printf(p->arena, "error.%s.text", pages[i].text)));
	html_raw(p->h, "</div>");
	pages_reference(p);
	html_raw(p->h, "<div class=\"th-actions\">"
		       "<a class=\"kern-btn kern-btn--secondary\""
		       " href=\"/hilfe/#stoerung\">"
		       "<span class=\"kern-label\">");
	html_text(p->h, pages_say(p, "error.report"));
	html_raw(p->h, "</span></a>"
		       "<a class=\"kern-btn kern-btn--tertiary\" href=\"/\">"
		       "<span class=\"kern-label\">");
	html_text(p->h, pages_say(p, "error.start"));
	html_raw(p->h, "</span></a></div>");
	pages_close(p);
}
