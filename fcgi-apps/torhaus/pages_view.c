#include "common/form/form_view_prose.h"
#include "common/page.h"
#include "common/service/service_fill.h"
#include "common/text.h"
#include "torhaus/pages.h"

const char *
pages_say(const struct pages *p, const char *key)
{
	const char *sentence = text_get(
	    p->texts, p->lang, arena_printf(p->arena, "pages.%s", key));

	return service_fill(
	    p->arena, sentence, p->town->name, NULL, p->lang);
}

const char *
pages_offer_text(const struct pages *p, const struct town_service *offer,
    const char *key)
{
	const char *text = text_find(offer->service->texts, p->lang, key);

	if (text == NULL || *text == '\0')
		return NULL;
	return service_fill(
	    p->arena, text, p->town->name, offer->settings, p->lang);
}

const struct department *
pages_offer_department(
    const struct pages *p, const struct town_service *offer)
{
	return offer->department != NULL
	    ? town_department(p->town, offer->department)
	    : NULL;
}

void
pages_open(const struct pages *p, const char *area)
{
	const char *title =
	    pages_say(p, arena_printf(p->arena, "%s.title", area));

	page_begin_static(p->h, p->lang, title);
	html_element(p->h, "h1", title, "class", "kern-heading-x-large",
	    (char *)NULL);
}

void
pages_close(const struct pages *p)
{
	page_end_static(p->h, p->lang);
}

/* ---- whom to turn to ---- */

static void
write_phone(const struct pages *p, const char *phone)
{
	char *number = arena_strdup(p->arena, phone), *to = number;

	for (const char *s = phone; *s != '\0'; s++)
		if ((*s >= '0' && *s <= '9') || (*s == '+' && s == phone))
			*to++ = *s;
	*to = '\0';
	html_text(p->h, pages_say(p, "contact.phone"));
	html_raw(p->h, " ");
	html_element(p->h, "a", phone, "href",
	    arena_printf(p->arena, "tel:%s", number), (char *)NULL);
}

static void
write_mail(const struct pages *p, const char *mail)
{
	size_t local = strcspn(mail, "@");

	html_text(p->h, pages_say(p, "contact.mail"));
	html_raw(p->h, " ");
	html_open(p->h, "a", "href",
	    arena_printf(p->arena, "mailto:%s", mail), (char *)NULL);
	html_text(p->h, arena_dup(p->arena, mail, local));
	html_raw(p->h, "<wbr>");
	html_text(p->h, mail + local);
	html_close(p->h, "a");
}

void
pages_prose(const struct pages *p, const char *text)
{
	form_prose_write(p->arena, p->h, text);
}

void
pages_contact(const struct pages *p, const struct contact *c)
{
	html_raw(p->h, "<address>");
	if (*c->name != '\0') {
		html_element(p->h, "strong", c->name, (char *)NULL);
		html_raw(p->h, "<br>");
	}
	for (size_t i = 0; i < c->naddress; i++) {
		html_text(p->h, c->address[i]);
		html_raw(p->h, "<br>");
	}
	if (*c->phone != '\0') {
		write_phone(p, c->phone);
		html_raw(p->h, "<br>");
	}
	if (*c->mail != '\0') {
		write_mail(p, c->mail);
		html_raw(p->h, "<br>");
	}
	if (*c->url != '\0')
		html_element(
		    p->h, "a", c->url, "href", c->url, (char *)NULL);
	html_raw(p->h, "</address>");
}

void
pages_department(const struct pages *p, const struct department *d)
{
	html_raw(p->h, "<address>");
	html_element(p->h, "strong", d->name, (char *)NULL);
	if (*d->address != '\0') {
		html_raw(p->h, "<br>");
		html_text_lines(p->h, d->address);
	}
	html_raw(p->h, "</address>");
	if (*d->hours != '\0') {
		html_raw(p->h, "<p>");
		html_text(p->h, pages_say(p, "contact.hours"));
		html_raw(p->h, "<br>");
		html_text_lines(p->h, d->hours);
		html_raw(p->h, "</p>");
	}
	if (*d->phone != '\0') {
		html_raw(p->h, "<p>");
		write_phone(p, d->phone);
		html_raw(p->h, "</p>");
	}
	if (*d->email != '\0') {
		html_raw(p->h, "<p>");
		write_mail(p, d->email);
		html_raw(p->h, "</p>");
	}
}

void
pages_reference(const struct pages *p)
{
	html_raw(p->h, "<p class=\"th-reference\">"
		       "<span class=\"th-reference__label\">");
	html_text(p->h, pages_say(p, "error.reference"));
	html_raw(p->h, "</span> <strong class=\"th-reference__value\">"
		       "<!--#echo var=\"request_id\" --></strong></p>");
}
