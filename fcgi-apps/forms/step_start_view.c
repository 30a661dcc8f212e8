#include "forms/step_start_view.h"

#include "common/page.h"
#include "forms/step_view.h"

int
step_show_start(struct app *app, struct request *req,
    const struct form_start_view *v, int status)
{
	struct html h;

	page_begin(app, req, status, form_start_title(&v->words), &h);
	form_start_write(v, &h);
	page_end(req, &h);
	return 0;
}

int
step_show_start_not_open(struct app *app, struct request *req,
    const struct antrag *a, const struct opening_result *result)
{
	const struct form_words w = antrag_words(app, req, a);
	struct opening_words words;
	struct html h;

	service_opening_words(&w, req->town, a->offer, result, &words);
	page_begin(app, req, 409, words.title, &h);
	step_write_opening(&w, &h, &words);
	html_raw(&h, "<div class=\"th-actions\">");
	html_open(&h, "a", "class", "kern-btn kern-btn--tertiary", "href",
	    arena_printf(req->arena, "/antrag/%s/", a->service->slug),
	    (char *)NULL);
	html_element(&h, "span", form_word(&w, "step.not_open.back"),
	    "class", "kern-label", (char *)NULL);
	html_raw(&h, "</a></div>");
	page_end(req, &h);
	return 0;
}
