#include "common/page.h"
#include "common/text.h"
#include "torhaus/pages.h"

/* Life situations in the order in which they stand on the start page. A
 * package may name others; their services come last. */
static const char *const situations[] = {
    "familie", "wohnen", "umzug", "ausweise", "auto", "tiere",
    "stadtbild", "umwelt", "bauen", "arbeit", "soziales", "bildung",
    "freizeit", "steuern",
};
#define NSITUATION (sizeof(situations) / sizeof(*situations))

/* Index into situations, NSITUATION for any other. */
static size_t
situation_of(const struct service *s)
{
	for (size_t i = 0; i < s->nlife_situation; i++)
		for (size_t j = 0; j < NSITUATION; j++)
			if (strcmp(s->life_situation[i], situations[j]) == 0)
				return j;
	return NSITUATION;
}

static void
write_card(const struct pages *p, const struct town_service *offer)
{
	const char *summary = pages_offer_text(p, offer, "service.summary");

	html_raw(p->h, "<li><article class=\"kern-card"
		       " kern-card--interactive\">"
		       "<div class=\"kern-card__container\">"
		       "<header class=\"kern-card__header\">"
		       "<h4 class=\"kern-title\">");
	html_element(p->h, "a", pages_offer_text(p, offer, "service.name"),
	    "class", "kern-link kern-link--stretched", "href",
	    arena_printf(p->arena, "/leistungen/%s/", offer->service->slug),
	    (char *)NULL);
	html_raw(p->h, "</h4></header>");
	if (summary != NULL) {
		html_raw(p->h, "<div class=\"kern-card__body\">");
		html_element(p->h, "p", summary, "class", "kern-body",
		    (char *)NULL);
		html_raw(p->h, "</div>");
	}
	html_raw(p->h, "</div></article></li>");
}

static void
write_situation(const struct pages *p, size_t situation)
{
	const char *id =
	    situation < NSITUATION ? situations[situation] : "sonstiges";
	bool is_begun = false;

	for (size_t i = 0; i < p->noffer; i++) {
		if (situation_of(p->offer[i]->service) != situation)
			continue;
		if (!is_begun) {
			html_raw(p->h, "<section>");
			html_element(p->h, "h3",
			    pages_say(p,
				arena_printf(p->arena, "situation.%s", id)),
			    "class", "kern-heading-medium", "id", id,
			    (char *)NULL);
			html_raw(p->h, "<ul class=\"th-cards\">");
		}
		is_begun = true;
		write_card(p, p->offer[i]);
	}
	if (is_begun)
		html_raw(p->h, "</ul></section>");
}

static void
write_hero(const struct pages *p)
{
	html_raw(p->h, "<div class=\"th-hero\"><div class=\"th-stack\">");
	html_element(p->h, "h1", pages_say(p, "start.heading"), "class",
	    "kern-heading-x-large", (char *)NULL);
	html_element(p->h, "p", pages_say(p, "start.lead"), "class", "th-lead",
	    (char *)NULL);
	html_raw(p->h, "<p><a class=\"kern-btn kern-btn--primary\""
		       " href=\"#leistungen\"><span class=\"kern-label\">");
	html_text(p->h, pages_say(p, "start.choose"));
	html_raw(p->h, "</span></a></p></div><div class=\"th-hero__box\">");
	html_element(p->h, "h2", pages_say(p, "start.status"), "class",
	    "kern-heading-small", (char *)NULL);
	html_element(p->h, "p", pages_say(p, "start.status_text"), "class",
	    "kern-body", (char *)NULL);
	html_raw(p->h, "<p><a class=\"kern-btn kern-btn--secondary\""
		       " href=\"/vorgang/\"><span class=\"kern-label\">");
	html_text(p->h, pages_say(p, "start.status_button"));
	html_raw(p->h, "</span></a></p></div></div>");
}

static void
write_steps(const struct pages *p)
{
	static const char *const steps[] = {
	    "start.step_choose", "start.step_fill", "start.step_follow"};

	html_element(p->h, "h2", pages_say(p, "start.how"), "class",
	    "kern-heading-large", (char *)NULL);
	html_raw(p->h, "<ol class=\"th-steps th-wide\">");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		html_element(
		    p->h, "li", pages_say(p, steps[i]), (char *)NULL);
	html_raw(p->h, "</ol>");
}

void
pages_start_view(const struct pages *p)
{
	page_begin_static(p->h, p->lang, pages_say(p, "start.title"));
	write_hero(p);
	html_element(p->h, "h2", pages_say(p, "start.services"), "class",
	    "kern-heading-large", "id", "leistungen", (char *)NULL);
	if (p->noffer == 0)
		html_element(p->h, "p", pages_say(p, "start.none"), "class",
		    "kern-body", (char *)NULL);
	html_raw(p->h, "<div class=\"th-groups th-wide\">");
	for (size_t i = 0; i <= NSITUATION; i++)
		write_situation(p, i);
	html_raw(p->h, "</div>");
	write_steps(p);
	html_element(p->h, "h2", pages_say(p, "start.person"), "class",
	    "kern-heading-large", (char *)NULL);
	html_element(p->h, "p", pages_say(p, "start.person_text"), "class",
	    "kern-body", (char *)NULL);
	html_raw(p->h, "<p class=\"kern-body\">");
	html_element(p->h, "a", pages_say(p, "start.person_link"), "class",
	    "kern-link", "href", "/hilfe/#aemter", (char *)NULL);
	html_raw(p->h, "</p>");
	pages_close(p);
}
