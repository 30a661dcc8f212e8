/* The privacy notice of one service (Art. 13 GDPR), made from its definition,
 * so that it says what the form does. */
#include "common/page.h"
#include "common/text.h"
#include "torhaus/privacy.h"

struct notice {
	const struct pages *p;
	const struct town_service *offer;
	bool is_clerk; /* what the office adds: nobody is asked */
};

static void
heading(const struct notice *n, const char *key)
{
	html_element(
	    n->p->h, "h2", privacy_say(n->p, key), (char *)NULL);
}

static void
paragraph(const struct notice *n, const char *text)
{
	html_element(n->p->h, "p", text, (char *)NULL);
}

/* "Name: Value" as a small line below a field. */
static void
write_note(const struct notice *n, const char *key, const char *name,
    const char *value)
{
	html_raw(n->p->h, "<br><small>");
	html_text(n->p->h,
	    text_fill(n->p->arena, n->p->texts, n->p->lang, key, name, value,
		(char *)NULL));
	html_raw(n->p->h, "</small>");
}

/* Whether it has to be answered, where that is not plain. */
static void
write_need(const struct notice *n, const struct form_field *f)
{
	if (f->show != NULL)
		html_textf(n->p->h, " – %s",
		    privacy_say(n->p, "privacy.field.condition"));
	else if (f->required != FORM_REQUIRED && f->require == NULL &&
	    f->type != FORM_GROUP && f->type != FORM_REPEAT)
		html_textf(n->p->h, " – %s",
		    privacy_say(n->p, "privacy.field.optional"));
}

/* What is special about a field, behind its name. */
static void
write_marks(const struct notice *n, const struct form_field *f)
{
	const struct pages *p = n->p;
	const char *purpose = privacy_purpose(p, n->offer, f);
	const char *recipients = privacy_field_recipients(p, n->offer, f);

	if (f->is_sensitive) {
		html_raw(p->h, " <strong>(");
		html_text(p->h, privacy_say(p, "privacy.field.sensitive"));
		html_raw(p->h, ")</strong>");
	}
	if (!n->is_clerk)
		write_need(n, f);
	if (purpose != NULL)
		write_note(n, "privacy.field.why", "purpose", purpose);
	if (f->retention != NULL) {
		for (size_t i = 0; i < n->offer->service->nkind; i++)
			if (strcmp(n->offer->service->kind[i].name,
				f->retention) == 0)
				write_note(n, "privacy.field.kept", "period",
				    privacy_period(p,
					n->offer->service->kind[i].days));
	}
	if (recipients != NULL &&
	    (f->parent == NULL || f->parent->recipient != f->recipient))
		write_note(
		    n, "privacy.field.goes_to", "recipients", recipients);
}

static bool
has_asked(const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (form_is_asked(&field[i]))
			return true;
	return false;
}

static void
write_fields(
    const struct notice *n, const struct form_field *field, size_t count)
{
	if (!has_asked(field, count))
		return;
	html_raw(n->p->h, "<ul>");
	for (size_t i = 0; i < count; i++) {
		const struct form_field *f = &field[i];
		const char *label = privacy_label(n->p, n->offer, f);

		if (!form_is_asked(f) || label == NULL)
			continue;
		html_raw(n->p->h, "<li>");
		html_text(n->p->h, label);
		write_marks(n, f);
		write_fields(n, f->child, f->nchild);
		html_raw(n->p->h, "</li>");
	}
	html_raw(n->p->h, "</ul>");
}

static void
write_page(const struct notice *n, const struct form_page *page)
{
	if (!has_asked(page->field, page->nfield))
		return;
	html_element(n->p->h, "h3",
	    pages_offer_text(n->p, n->offer,
		arena_printf(n->p->arena, "page.%s.title", page->id)),
	    (char *)NULL);
	if (page->show != NULL)
		paragraph(n, privacy_say(n->p, "privacy.data.condition"));
	write_fields(n, page->field, page->nfield);
}

static bool
has_sensitive(const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (field[i].is_sensitive ||
		    has_sensitive(field[i].child, field[i].nchild))
			return true;
	return false;
}

static void
write_data(const struct notice *n)
{
	const struct form *form = n->offer->service->form;
	const struct form *clerk = n->offer->service->clerk_form;
	struct notice office = *n;

	heading(n, "privacy.data");
	paragraph(n, privacy_say(n->p, "privacy.data.intro"));
	if (has_sensitive(form->field, form->nfield))
		paragraph(n, privacy_say(n->p, "privacy.sensitive"));
	for (size_t i = 0; i < form->npage; i++)
		write_page(n, &form->page[i]);
	paragraph(n, privacy_say(n->p, "privacy.computed"));
	if (clerk == NULL)
		return;
	paragraph(n, privacy_say(n->p, "privacy.clerk"));
	office.is_clerk = true;
	for (size_t i = 0; i < clerk->npage; i++)
		write_fields(&office, clerk->page[i].field, clerk->page[i].nfield);
}

static void
write_item(void *arg, const char *name)
{
	html_element(arg, "li", name, (char *)NULL);
}

static void
write_recipients(const struct notice *n)
{
	const struct pages *p = n->p;
	const struct service *s = n->offer->service;

	heading(n, "privacy.recipients");
	paragraph(n, privacy_say(p, "privacy.recipients.office"));
	html_raw(p->h, "<ul>");
	privacy_departments(p, n->offer, write_item, p->h);
	html_raw(p->h, "</ul>");
	if (s->nrecipient > 0) {
		paragraph(n, privacy_say(p, "privacy.recipients.others"));
		html_raw(p->h, "<ul>");
		for (size_t i = 0; i < s->nrecipient; i++) {
			const char *name = pages_offer_text(p, n->offer,
			    arena_printf(
				p->arena, "recipient.%s", s->recipient[i]));

			write_item(p->h, name != NULL ? name : s->recipient[i]);
		}
		html_raw(p->h, "</ul>");
	}
	if (p->profile->nprocessor > 0) {
		paragraph(n, privacy_say(p, "privacy.recipients.processors"));
		html_raw(p->h, "<ul>");
		for (size_t i = 0; i < p->profile->nprocessor; i++)
			write_item(p->h, p->profile->processor[i].name);
		html_raw(p->h, "</ul>");
	}
	paragraph(n, privacy_say(p, "privacy.recipients.none"));
	paragraph(n,
	    *p->profile->third_countries[p->lang] != '\0'
		? p->profile->third_countries[p->lang]
		: privacy_say(p, "privacy.recipients.third_countries"));
}

static void
write_periods(const struct notice *n)
{
	const struct privacy_period_line *line;
	size_t count = privacy_periods(n->p, n->offer, &line);
	const char *text =
	    pages_offer_text(n->p, n->offer, "service.retention");
	struct html *h = n->p->h;

	heading(n, "privacy.periods");
	if (text != NULL)
		pages_prose(n->p, text);
	html_raw(h, "<table class=\"kern-table\">"
		    "<thead class=\"kern-table__head\">"
		    "<tr class=\"kern-table__row\">");
	html_element(h, "th", privacy_say(n->p, "privacy.periods.what"),
	    "scope", "col", "class", "kern-table__header", (char *)NULL);
	html_element(h, "th", privacy_say(n->p, "privacy.periods.how_long"),
	    "scope", "col", "class", "kern-table__header", (char *)NULL);
	html_raw(h, "</tr></thead><tbody class=\"kern-table__body\">");
	for (size_t i = 0; i < count; i++) {
		html_raw(h, "<tr class=\"kern-table__row\">");
		html_element(h, "td", line[i].what, "class",
		    "kern-table__cell", (char *)NULL);
		html_element(h, "td", privacy_period(n->p, line[i].days),
		    "class", "kern-table__cell", (char *)NULL);
		html_raw(h, "</tr>");
	}
	html_raw(h, "</tbody></table>");
}

static void
write_basis(const struct notice *n)
{
	const struct service *s = n->offer->service;
	const char *text = pages_offer_text(n->p, n->offer, "service.legal");

	heading(n, "privacy.basis");
	if (text != NULL)
		pages_prose(n->p, text);
	html_raw(n->p->h, "<ul>");
	for (size_t i = 0; i < s->nlegal_basis; i++)
		html_element(n->p->h, "li", s->legal_basis[i], (char *)NULL);
	html_raw(n->p->h, "</ul>");
}

static void
write_contacts(const struct pages *p)
{
	struct contact town = p->profile->town;
	const struct contact *officer = &p->profile->data_protection_officer;

	town.name = p->town->name;
	html_element(p->h, "h2", privacy_say(p, "privacy.controller"),
	    (char *)NULL);
	pages_contact(p, &town);
	if (*officer->name == '\0' && *officer->mail == '\0')
		return;
	html_element(
	    p->h, "h2", privacy_say(p, "privacy.officer"), (char *)NULL);
	pages_contact(p, officer);
}

static void
write_end(const struct notice *n)
{
	const struct pages *p = n->p;

	heading(n, "privacy.decision");
	paragraph(n, privacy_say(p, "privacy.decision.human"));
	if (n->offer->service->adviser != NULL)
		paragraph(n, privacy_say(p, "privacy.decision.adviser"));
	write_contacts(p);
	pages_prose(p, pages_say(p, "privacy.rights"));
	pages_contact(p, &p->profile->supervisory_authority);
	html_raw(p->h, "<p>");
	html_element(p->h, "a", privacy_say(p, "privacy.general"), "href",
	    "/datenschutz/", (char *)NULL);
	html_raw(p->h, "</p>");
	paragraph(n,
	    text_fill(p->arena, p->texts, p->lang, "privacy.as_of", "version",
		n->offer->service->version, (char *)NULL));
}

void
pages_notice_view(const struct pages *p, const struct town_service *offer)
{
	const struct notice n = {.p = p, .offer = offer};
	const char *name = pages_offer_text(p, offer, "service.name");
	const char *title = text_fill(p->arena, p->texts, p->lang,
	    "privacy.title", "service", name, (char *)NULL);
	const char *purpose = pages_offer_text(p, offer, "service.purpose");

	page_languages_static(p->h, offer->service->languages);
	page_begin_static(p->h, p->lang, title);
	html_raw(p->h, "<p class=\"th-back\">");
	html_open(p->h, "a", "class", "kern-link", "href",
	    arena_printf(p->arena, "/leistungen/%s/", offer->service->slug),
	    (char *)NULL);
	html_raw(p->h, "<span class=\"kern-icon kern-icon--arrow-back\""
		       " aria-hidden=\"true\"></span>");
	html_text(p->h, name);
	html_raw(p->h, "</a></p>");
	html_element(p->h, "h1", title, "class", "kern-heading-x-large",
	    (char *)NULL);
	html_element(p->h, "p", privacy_say(p, "privacy.lead"), "class",
	    "th-lead", (char *)NULL);
	html_raw(p->h, "<div class=\"th-text\">");
	heading(&n, "privacy.purpose");
	if (purpose != NULL)
		pages_prose(p, purpose);
	write_basis(&n);
	write_data(&n);
	write_recipients(&n);
	write_periods(&n);
	write_end(&n);
	html_raw(p->h, "</div>");
	pages_close(p);
}
