#include "common/date.h"
#include "common/page.h"
#include "common/text.h"
#include "torhaus/pages.h"

/* A heading and whom to turn to; left out when nothing is known. */
static void
write_body(
    const struct pages *p, const char *heading, const struct contact *c)
{
	if (*c->name == '\0' && c->naddress == 0 && *c->mail == '\0')
		return;
	html_element(p->h, "h2", pages_say(p, heading), (char *)NULL);
	pages_contact(p, c);
}

void
pages_imprint_view(const struct pages *p)
{
	const struct town_profile *profile = p->profile;
	struct contact town = profile->town;

	town.name = p->town->name;
	pages_open(p, "imprint");
	html_raw(p->h, "<div class=\"th-text\">");
	write_body(p, "imprint.responsible", &town);
	html_element(p->h, "p", pages_say(p, "imprint.status"), (char *)NULL);
	if (*profile->represented_by[p->lang] != '\0') {
		html_element(p->h, "h2", pages_say(p, "imprint.represented"),
		    (char *)NULL);
		html_element(p->h, "p", profile->represented_by[p->lang],
		    (char *)NULL);
	}
	if (*profile->vat_id != '\0') {
		html_element(
		    p->h, "h2", pages_say(p, "imprint.vat"), (char *)NULL);
		html_element(p->h, "p", profile->vat_id, (char *)NULL);
	}
	pages_prose(p, pages_say(p, "imprint.text"));
	html_raw(p->h, "</div>");
	pages_close(p);
}

/* "22.11.2026" in German; other languages keep the ISO form. */
static const char *
written_out(const struct pages *p, const char *iso)
{
	struct err err = {0};
	int32_t day;

	if (p->lang != LANG_DE || date_parse(iso, &day, &err) == -1)
		return iso;
	return date_to_german(p->arena, day);
}

/* The statement that BITV 2.0 section 7 asks for. */
void
pages_accessibility_view(const struct pages *p)
{
	struct contact feedback = p->profile->town;

	feedback.name = p->town->name;
	feedback.mail = p->profile->feedback_mail;
	pages_open(p, "accessibility");
	html_raw(p->h, "<div class=\"th-text\">");
	pages_prose(p, pages_say(p, "accessibility.text"));
	if (*p->profile->accessibility_checked != '\0') {
		html_raw(p->h, "<p>");
		html_text(p->h, pages_say(p, "accessibility.checked"));
		html_raw(p->h, " ");
		html_element(p->h, "time",
		    written_out(p, p->profile->accessibility_checked),
		    "datetime", p->profile->accessibility_checked,
		    (char *)NULL);
		html_raw(p->h, "</p>");
	}
	pages_prose(p, pages_say(p, "accessibility.feedback"));
	pages_contact(p, &feedback);
	pages_prose(p, pages_say(p, "accessibility.enforcement"));
	pages_contact(p, &p->profile->enforcement_body);
	html_raw(p->h, "</div>");
	pages_close(p);
}
