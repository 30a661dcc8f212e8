/* The form is newer than the draft. */
#include "common/page.h"
#include "forms/step_move.h"
#include "forms/step_view.h"

static void
write_changes(struct html *h, const char *title,
    const struct step_change *change, size_t n)
{
	if (n == 0)
		return;
	html_element(
	    h, "h2", title, "class", "kern-heading-medium", (char *)NULL);
	html_raw(h, "<ul class=\"kern-list kern-list--bullet\">");
	for (size_t i = 0; i < n; i++) {
		html_open(h, "li", (char *)NULL);
		html_text(h, change[i].label);
		if (change[i].value != NULL) {
			html_raw(h, ": ");
			html_text_lines(h, change[i].value);
		}
		html_close(h, "li");
	}
	html_close(h, "ul");
}

int
step_show_move(struct app *app, struct request *req, struct step_visit *v,
    const struct step_change *fresh, size_t nfresh,
    const struct step_change *dropped, size_t ndropped)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);
	const char *title = form_word(&w, "step.move.title");
	struct html h;

	page_begin(app, req, 200, title, &h);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", (char *)NULL);
	html_element(&h, "p", form_word(&w, "step.move.text"), "class",
	    "th-lead", (char *)NULL);
	write_changes(
	    &h, form_word(&w, "step.move.fresh"), fresh, nfresh);
	write_changes(
	    &h, form_word(&w, "step.move.dropped"), dropped, ndropped);
	html_open(&h, "form", "class", "th-form", "method", "post", "action",
	    arena_printf(req->arena, "%s/%s", v->base,
		step_plan_resume(&v->plan)),
	    (char *)NULL);
	html_raw(&h, "<div class=\"th-actions\">");
	html_open(&h, "button", "class", "kern-btn kern-btn--primary", "type",
	    "submit", "name", "action", "value", STEP_MOVE, (char *)NULL);
	html_element(&h, "span", form_word(&w, "step.move.go_on"), "class",
	    "kern-label", (char *)NULL);
	html_raw(&h, "</button></div></form>");
	page_end(req, &h);
	return 0;
}
