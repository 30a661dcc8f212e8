#include "common/page.h"
#include "common/text.h"
#include "torhaus/pages.h"

const int pages_error_status[] = {
    400, 403, 404, 408, 413, 421, 429, 500, 502, 503, 504, 0};

/* What happened, what to do, the reference and where to report it. */
void
pages_error_view(const struct pages *p, int status)
{
	pages_open(p, arena_printf(p->arena, "error.%d", status));
	html_raw(p->h, "<div class=\"th-text\">");
	pages_prose(
	    p, pages_say(p, arena_printf(p->arena, "error.%d.text", status)));
	html_raw(p->h, "</div>");
	pages_reference(p);
	html_raw(p->h, "<p class=\"kern-body\">");
	html_element(p->h, "a", pages_say(p, "error.report"), "class",
	    "kern-link", "href", "/hilfe/#stoerung", (char *)NULL);
	html_raw(p->h, "</p><p class=\"kern-body\">");
	html_element(p->h, "a", pages_say(p, "error.start"), "class",
	    "kern-link", "href", "/", (char *)NULL);
	html_raw(p->h, "</p>");
	pages_close(p);
}
