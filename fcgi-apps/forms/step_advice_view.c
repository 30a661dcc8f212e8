/* The adviser's result: what it is, why, what comes next. */
#include "common/date.h"
#include "common/form/form_view_part.h"
#include "common/form/form_view_prose.h"
#include "common/kern_view.h"
#include "common/page.h"
#include "forms/step_view.h"

static const char *
say(const struct form_words *w, const struct adviser_result *r,
    const char *what)
{
	return form_say(
	    w, arena_printf(w->arena, "adviser.%s.%s", r->value, what));
}

static void
write_prose(const struct form_words *w, struct html *h, const char *heading,
    const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	html_element(h, "h2", form_word(w, heading), (char *)NULL);
	form_prose_write(w->arena, h, text);
}

static void
write_link(
    struct html *h, const char *class, const char *href, const char *label)
{
	html_open(h, "a", "class", class, "href", href, (char *)NULL);
	html_element(h, "span", label, "class", "kern-label", (char *)NULL);
	html_close(h, "a");
}

/* The name of the other service, when the town offers it. */
static const char *
other_name(struct request *req, const struct adviser_result *r)
{
	const struct town_service *offer = r->service == NULL
	    ? NULL
	    : service_set_offer(req->services, req->town, r->service);

	return offer == NULL
	    ? NULL
	    : service_text(offer->service, req->lang, "service.name");
}

static void
write_form(struct request *req, const struct form_words *w,
    const struct step_visit *v, struct html *h)
{
	const struct adviser_result *r = v->plan.result;
	const struct id fresh = id_random();
	const char *other = other_name(req, r);
	struct form_view languages = {.words = *w};

	html_open(h, "form", "class", "th-form", "method", "post", "action",
	    arena_printf(w->arena, "%s/" STEP_ADVICE, v->base), "data-form",
	    HTML_FLAG, (char *)NULL);
	html_open(h, "input", "type", "hidden", "name", "neu", "value",
	    id_hex(w->arena, &fresh), (char *)NULL);
	form_part_language(&languages, h);
	html_raw(h, "<div class=\"th-actions\">");
	if (r->proceeds)
		kern_button(h, KERN_PRIMARY, "next",
		    form_word(w, "step.advice.go_on"));
	else if (other != NULL)
		kern_button(h, KERN_PRIMARY, "other",
		    text_fill(w->arena, w->texts, w->lang,
			"step.advice.other", "service", other, (char *)NULL));
	if (r->link != NULL)
		write_link(h,
		    r->proceeds || other != NULL
			? "kern-btn kern-btn--secondary"
			: "kern-btn kern-btn--primary",
		    r->link, form_word(w, "step.advice.link"));
	kern_button(h, KERN_SECONDARY, "back",
	    form_word(w, "step.back"));
	html_raw(h, "<button class=\"kern-btn kern-btn--secondary th-js\""
		    " type=\"button\" data-print>");
	html_element(h, "span", form_word(w, "step.print"), "class",
	    "kern-label", (char *)NULL);
	html_close(h, "button");
	if (!r->proceeds)
		write_link(h, "kern-btn kern-btn--tertiary",
		    arena_printf(w->arena, "%s/" STEP_DISCARD, v->base),
		    form_word(w, "step.advice.end"));
	else
		kern_button(h, KERN_TERTIARY, "save",
		    form_word(w, "step.save"));
	html_raw(h, "</div></form>");
}

int
step_show_advice(struct app *app, struct request *req, struct step_visit *v)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);
	const struct adviser_result *r = v->plan.result;
	const char *name = form_say(&w, "service.name");
	const char *title = say(&w, r, "title");
	struct html h;

	if (title == NULL)
		title = form_word(&w, "step.advice.title");
	page_begin(app, req, 200,
	    arena_printf(req->arena, "%s – %s", title,
		name != NULL ? name : v->antrag.service->slug),
	    &h);
	html_raw(&h, "<div class=\"th-columns th-step\">"
		     "<div class=\"th-step__page\">");
	html_element(&h, "p", form_word(&w, "step.advice.title"), "class",
	    "th-step__progress", (char *)NULL);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", (char *)NULL);
	html_raw(&h, "<div class=\"th-text\">");
	write_prose(&w, &h, "step.advice.reason", say(&w, r, "reason"));
	write_prose(&w, &h, "step.advice.next", say(&w, r, "next"));
	html_close(&h, "div");
	write_form(req, &w, v, &h);
	html_element(&h, "h2", form_word(&w, "step.advice.answers"), "class",
	    "kern-heading-large", (char *)NULL);
	step_write_advice_answers(app, req, v, &h);
	html_element(&h, "p",
	    text_fill(req->arena, app->texts, req->lang, "step.advice.made",
		"time",
		date_instant_to_human(req->arena, v->antrag.context.now_ms,
		    lang_base(req->lang) == LANG_EN),
		"version", v->antrag.service->version, "town",
		req->town->name, (char *)NULL),
	    "class", "kern-body kern-body--small", (char *)NULL);
	html_close(&h, "div");
	step_write_list(app, req, v, &h);
	html_close(&h, "div");
	page_end(req, &h);
	return 0;
}
