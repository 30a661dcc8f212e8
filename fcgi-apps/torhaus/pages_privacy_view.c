#include "common/page.h"
#include "common/text.h"
#include "torhaus/pages.h"

/* Days as people say them: years where it comes out even. */
static const char *
period(const struct pages *p, int64_t days)
{
	const char *unit = "pages.privacy.days";
	int64_t n = days;

	if (days >= 365 && days % 365 == 0) {
		unit = days == 365 ? "pages.privacy.year" : "pages.privacy.years";
		n = days / 365;
	}
	return text_fill(p->arena, p->texts, p->lang, unit, "n",
	    arena_printf(p->arena, "%lld", (long long)n), (char *)NULL);
}

static void
write_pair(const struct pages *p, const char *key, const char *value)
{
	html_element(p->h, "dt", pages_say(p, key), (char *)NULL);
	html_element(p->h, "dd", value, (char *)NULL);
}

static void
write_fields(const struct pages *p, const struct town_service *offer)
{
	const struct form *form = offer->service->form;

	html_element(
	    p->h, "dt", pages_say(p, "privacy.data"), (char *)NULL);
	html_raw(p->h, "<dd><details><summary>");
	html_text(p->h, pages_say(p, "privacy.data_all"));
	html_raw(p->h, "</summary><ul>");
	for (size_t i = 0; i < form->npage; i++)
		for (size_t j = 0; j < form->page[i].nfield; j++) {
			const struct form_field *f = &form->page[i].field[j];
			const char *label;

			if (!form_is_asked(f) ||
			    f->type == FORM_CONSENT)
				continue;
			label = pages_offer_text(p, offer,
			    arena_printf(p->arena, "%s.label", f->path));
			if (label != NULL)
				html_element(
				    p->h, "li", label, (char *)NULL);
		}
	html_raw(p->h, "</ul></details></dd>");
}

/* Everybody that the routing may give the application to. */
static void
write_recipients(const struct pages *p, const struct town_service *offer)
{
	const struct department *d = pages_offer_department(p, offer);
	const char *names = d != NULL ? d->name : p->town->name;

	for (size_t i = 0; i < offer->service->nroute; i++) {
		const struct department *other = town_department(p->town,
		    service_department_name(
			offer->service->route[i].department,
			offer->settings));

		if (other != NULL && strstr(names, other->name) == NULL)
			names = arena_printf(
			    p->arena, "%s; %s", names, other->name);
	}
	write_pair(p, "privacy.recipients", names);
}

static void
write_service(const struct pages *p, const struct town_service *offer)
{
	const struct service *s = offer->service;
	const char *purpose = pages_offer_text(p, offer, "service.purpose");
	const char *retention =
	    pages_offer_text(p, offer, "service.retention");
	const char *basis = s->nlegal_basis > 0 ? s->legal_basis[0] : NULL;

	html_element(p->h, "h3", pages_offer_text(p, offer, "service.name"),
	    "id", s->slug, (char *)NULL);
	html_raw(p->h, "<dl>");
	if (purpose != NULL)
		write_pair(p, "privacy.purpose", purpose);
	for (size_t i = 1; i < s->nlegal_basis; i++)
		basis = arena_printf(
		    p->arena, "%s; %s", basis, s->legal_basis[i]);
	if (basis != NULL)
		write_pair(p, "privacy.basis", basis);
	write_fields(p, offer);
	write_recipients(p, offer);
	if (retention != NULL) {
		write_pair(p, "privacy.retention", retention);
	} else {
		write_pair(
		    p, "privacy.kept_draft", period(p, s->draft_days));
		write_pair(
		    p, "privacy.kept_closed", period(p, s->closed_days));
	}
	html_raw(p->h, "</dl>");
}

/* Generated from the packages, so that it says what the forms do. */
void
pages_privacy_view(const struct pages *p)
{
	struct contact town = p->profile->town;

	town.name = p->town->name;
	pages_open(p, "privacy");
	html_raw(p->h, "<div class=\"th-text\">");
	pages_prose(p, pages_say(p, "privacy.short"));
	html_element(
	    p->h, "h2", pages_say(p, "privacy.controller"), (char *)NULL);
	pages_contact(p, &town);
	if (*p->profile->data_protection_officer.mail != '\0') {
		html_element(
		    p->h, "h2", pages_say(p, "privacy.officer"), (char *)NULL);
		pages_contact(p, &p->profile->data_protection_officer);
	}
	html_element(
	    p->h, "h2", pages_say(p, "privacy.services"), (char *)NULL);
	for (size_t i = 0; i < p->noffer; i++)
		write_service(p, p->offer[i]);
	pages_prose(p, pages_say(p, "privacy.technical"));
	pages_prose(p, pages_say(p, "privacy.rights"));
	pages_contact(p, &p->profile->supervisory_authority);
	html_raw(p->h, "</div>");
	pages_close(p);
}
