#include "common/page.h"
#include "common/service_fill.h"
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

/* ---- prose ---- */

/* One line with its links. */
static void
write_line(const struct pages *p, const char *line, size_t len)
{
	const char *end = line + len;

	while (line < end) {
		size_t left = (size_t)(end - line);
		const char *open = memchr(line, '[', left);
		const char *mid = open != NULL
		    ? memmem(open, (size_t)(end - open), "](", 2)
		    : NULL;
		const char *close = mid != NULL
		    ? memchr(mid, ')', (size_t)(end - mid))
		    : NULL;

		if (close == NULL) {
			html_text(p->h, arena_dup(p->arena, line, left));
			return;
		}
		html_text(p->h,
		    arena_dup(p->arena, line, (size_t)(open - line)));
		html_element(p->h, "a",
		    arena_dup(p->arena, open + 1, (size_t)(mid - open - 1)),
		    "href",
		    arena_dup(p->arena, mid + 2, (size_t)(close - mid - 2)),
		    (char *)NULL);
		line = close + 1;
	}
}

static size_t
line_length(const char *s)
{
	return strcspn(s, "\n");
}

/* "Titel {#anker}" */
static void
write_heading(const struct pages *p, const char *tag, const char *line,
    size_t len)
{
	const char *id = memmem(line, len, " {#", 3);
	size_t text = id != NULL ? (size_t)(id - line) : len;

	html_open(p->h, tag, "id",
	    id != NULL ? arena_dup(p->arena, id + 3, len - text - 4)
		       : HTML_OMIT,
	    (char *)NULL);
	write_line(p, line, text);
	html_close(p->h, tag);
}

/* Items are lines with the same marker; returns what follows them. */
static const char *
write_list(const struct pages *p, const char *tag, const char *marker,
    const char *s)
{
	size_t skip = strlen(marker);

	html_open(p->h, tag, (char *)NULL);
	while (strncmp(s, marker, skip) == 0) {
		size_t len = line_length(s);

		html_raw(p->h, "<li>");
		write_line(p, s + skip, len - skip);
		html_raw(p->h, "</li>");
		s += len + (s[len] == '\n');
	}
	html_close(p->h, tag);
	return s;
}

static bool
begins_block(const char *s)
{
	return *s == '\n' || strncmp(s, "- ", 2) == 0 ||
	    strncmp(s, "1. ", 3) == 0 || strncmp(s, "## ", 3) == 0 ||
	    strncmp(s, "### ", 4) == 0;
}

static const char *
write_paragraph(const struct pages *p, const char *s)
{
	bool is_first = true;

	html_raw(p->h, "<p>");
	do {
		size_t len = line_length(s);

		if (!is_first)
			html_raw(p->h, "<br>");
		write_line(p, s, len);
		is_first = false;
		s += len + (s[len] == '\n');
	} while (*s != '\0' && !begins_block(s));
	html_raw(p->h, "</p>");
	return s;
}

void
pages_prose(const struct pages *p, const char *text)
{
	const char *s = text;

	while (*s != '\0') {
		size_t len = line_length(s);

		if (*s == '\n') {
			s++;
		} else if (strncmp(s, "- ", 2) == 0) {
			s = write_list(p, "ul", "- ", s);
		} else if (strncmp(s, "1. ", 3) == 0) {
			s = write_list(p, "ol", "1. ", s);
		} else if (strncmp(s, "## ", 3) == 0) {
			write_heading(p, "h2", s + 3, len - 3);
			s += len;
		} else if (strncmp(s, "### ", 4) == 0) {
			write_heading(p, "h3", s + 4, len - 4);
			s += len;
		} else {
			s = write_paragraph(p, s);
		}
	}
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
	html_text(p->h, pages_say(p, "contact.mail"));
	html_raw(p->h, " ");
	html_element(p->h, "a", mail, "href",
	    arena_printf(p->arena, "mailto:%s", mail), (char *)NULL);
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
