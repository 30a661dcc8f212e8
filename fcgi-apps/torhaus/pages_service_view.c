#include "common/page.h"
#include "common/text.h"
#include "torhaus/pages.h"

static void
write_start(const struct pages *p, const struct town_service *offer)
{
	if (!offer->is_open) {
		html_raw(p->h, "<div class=\"kern-alert kern-alert--warning\">"
			       "<div class=\"kern-alert__header\">"
			       "<span class=\"kern-icon kern-icon--warning\""
			       " aria-hidden=\"true\"></span>"
			       "<h2 class=\"kern-title\">");
		html_text(p->h, pages_say(p, "service.closed"));
		html_raw(p->h, "</h2></div><div class=\"kern-alert__body\">"
			       "<p class=\"kern-body\">");
		html_text(p->h, pages_say(p, "service.closed_text"));
		html_raw(p->h, "</p></div></div>");
		return;
	}
	html_raw(p->h, "<p class=\"th-start\">");
	html_open(p->h, "a", "class", "kern-btn kern-btn--primary", "href",
	    arena_printf(p->arena, "/antrag/%s/", offer->service->slug),
	    (char *)NULL);
	html_raw(p->h, "<span class=\"kern-label\">");
	html_text(p->h, pages_say(p, "service.start"));
	html_raw(p->h, "</span>"
		       "<span class=\"kern-icon kern-icon--arrow-forward\""
		       " aria-hidden=\"true\"></span></a></p>");
}

/* A heading with the package's text, when it has one. */
static void
write_section(const struct pages *p, const struct town_service *offer,
    const char *heading, const char *key)
{
	const char *text = pages_offer_text(p, offer, key);

	if (text == NULL)
		return;
	html_element(p->h, "h2", pages_say(p, heading), (char *)NULL);
	pages_prose(p, text);
}

/* In plain words where the package has them, and the sections. */
static void
write_legal(const struct pages *p, const struct town_service *offer)
{
	const struct service *s = offer->service;
	const char *text = pages_offer_text(p, offer, "service.legal");

	if (s->nlegal_basis == 0 && text == NULL)
		return;
	html_element(
	    p->h, "h2", pages_say(p, "service.legal"), (char *)NULL);
	if (text != NULL)
		pages_prose(p, text);
	html_raw(p->h, "<ul>");
	for (size_t i = 0; i < s->nlegal_basis; i++)
		html_element(p->h, "li", s->legal_basis[i], (char *)NULL);
	html_raw(p->h, "</ul>");
}

static void
write_privacy(const struct pages *p, const struct town_service *offer)
{
	const char *purpose = pages_offer_text(p, offer, "service.purpose");
	const char *retention =
	    pages_offer_text(p, offer, "service.retention");

	html_element(
	    p->h, "h2", pages_say(p, "service.privacy"), (char *)NULL);
	if (purpose != NULL)
		pages_prose(p, purpose);
	if (retention != NULL)
		pages_prose(p, retention);
	html_raw(p->h, "<p>");
	html_element(p->h, "a", pages_say(p, "service.privacy_link"), "href",
	    arena_printf(p->arena, "/leistungen/%s/datenschutz/",
		offer->service->slug),
	    (char *)NULL);
	html_raw(p->h, "</p>");
}

static void
write_office(const struct pages *p, const struct town_service *offer)
{
	const struct department *d = pages_offer_department(p, offer);
	struct contact town = p->profile->town;

	html_raw(p->h, "<aside class=\"th-aside th-text\""
		       " aria-labelledby=\"zustaendig\">"
		       "<h2 class=\"kern-heading-small\" id=\"zustaendig\">");
	html_text(p->h, pages_say(p, "service.office"));
	html_raw(p->h, "</h2>");
	if (d != NULL)
		pages_department(p, d);
	else {
		town.name = p->town->name;
		pages_contact(p, &town);
	}
	html_element(
	    p->h, "h3", pages_say(p, "service.other_ways"), (char *)NULL);
	html_element(
	    p->h, "p", pages_say(p, "service.other_ways_text"), (char *)NULL);
	html_raw(p->h, "</aside>");
}

void
pages_service_view(const struct pages *p, const struct town_service *offer)
{
	const char *name = pages_offer_text(p, offer, "service.name");
	const char *summary = pages_offer_text(p, offer, "service.summary");

	page_languages_static(p->h, offer->service->languages);
	page_begin_static(p->h, p->lang, name);
	html_raw(p->h, "<p class=\"th-back\"><a class=\"kern-link\""
		       " href=\"/#leistungen\">"
		       "<span class=\"kern-icon kern-icon--arrow-back\""
		       " aria-hidden=\"true\"></span>");
	html_text(p->h, pages_say(p, "service.all"));
	html_raw(p->h, "</a></p>");
	html_element(p->h, "h1", name, "class", "kern-heading-x-large",
	    (char *)NULL);
	if (summary != NULL)
		html_element(p->h, "p", summary, "class", "th-lead",
		    (char *)NULL);
	html_raw(p->h, "<div class=\"th-columns\"><div>");
	write_start(p, offer);
	html_raw(p->h, "<div class=\"th-text\">");
	write_section(p, offer, "service.who", "service.who");
	write_section(p, offer, "service.documents", "service.documents");
	write_section(p, offer, "service.fee", "service.fee");
	write_section(p, offer, "service.duration", "service.duration");
	html_element(
	    p->h, "h2", pages_say(p, "service.after"), (char *)NULL);
	pages_prose(p, pages_say(p, "service.after_text"));
	write_legal(p, offer);
	write_privacy(p, offer);
	html_raw(p->h, "</div></div>");
	write_office(p, offer);
	html_raw(p->h, "</div>");
	pages_close(p);
}
