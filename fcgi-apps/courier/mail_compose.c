#include "courier/mail_compose.h"


#include "common/html.h"
#include "common/service/service_fill.h"

#define MAIL_MAX (256 * 1024)

/* What the mail is about, and where its sentences come from. */
struct source {
	struct arena *arena;
	const struct texts *texts; /* the catalogue */
	const struct texts *own;   /* the package's, NULL: not asked */
	const void *settings;	   /* the town's, for the package's texts */
	const struct town *town;
	const struct outbox_mail *in;
	const char *service_name;
};

static const char *
fill(const struct source *s, const char *sentence)
{
	return text_fill_in(s->arena, sentence, "service", s->service_name,
	    "reference", s->in->reference, "code", s->in->code, "link",
	    s->in->link, "note", s->in->note, "until", s->in->until, "town",
	    s->town->name, NULL);
}

/* The catalogue's sentence; NULL when there is none. */
static const char *
say(const struct source *s, const char *key)
{
	const char *sentence = text_find(s->texts, s->in->lang, key);

	return sentence == NULL ? NULL : fill(s, sentence);
}

/* Subject or body: the package's for the state, else the catalogue's. */
static const char *
say_part(const struct source *s, const char *part)
{
	const char *sentence = NULL;

	if (s->own != NULL)
		sentence = text_find(s->own, s->in->lang,
		    arena_printf(
			s->arena, "state.%s.mail.%s", s->in->state, part));
	if (sentence != NULL)
		return fill(s,
		    service_fill(s->arena, sentence, s->town->name,
			s->settings, s->in->lang));
	return say(s,
	    arena_printf(s->arena, "mail.%s.%s", s->in->template, part));
}

static bool
is_url(const char *line, size_t len)
{
	return len > 8 &&
	    (strncmp(line, "https://", 8) == 0 ||
		strncmp(line, "http://", 7) == 0) &&
	    memchr(line, ' ', len) == NULL;
}

/* One line of the text; a line that is a link becomes one. */
static void
put_line(struct arena *a, struct html *h, const char *line, size_t len)
{
	const char *s = arena_dup(a, line, len);

	if (is_url(line, len))
		html_element(h, "a", s, "href", s, NULL);
	else
		html_text(h, s);
}

/* The text as paragraphs: blank lines part them. */
static const char *
to_html(struct arena *a, enum lang lang, const char *subject,
    const char *text)
{
	struct html h = {buf_new(a, MAIL_MAX)};
	bool is_open = false;

	html_raw(&h, "<!DOCTYPE html>\n");
	html_open(&h, "html", "lang", lang_tag(lang), "dir", lang_dir(lang),
	    NULL);
	html_raw(&h, "<head><meta charset=\"utf-8\"><title>");
	html_text(&h, subject);
	html_raw(&h, "</title></head>\n<body>\n");
	for (const char *p = text; *p != '\0';) {
		size_t len = strcspn(p, "\n");

		if (len == 0 && is_open) {
			html_raw(&h, "</p>\n");
			is_open = false;
		} else if (len > 0) {
			if (is_open)
				html_raw(&h, "<br>\n");
			else
				html_raw(&h, "<p>");
			is_open = true;
			put_line(a, &h, p, len);
		}
		p += len + (p[len] == '\n');
	}
	if (is_open)
		html_raw(&h, "</p>\n");
	html_raw(&h, "</body></html>\n");
	return buf_text(h.out);
}

/* The part behind the @ of the town's sender address. */
static const char *
mail_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? "localhost" : at + 1;
}

/* The package speaks about states; the confirmation is its first one's. */
static bool
is_package_mail(const struct outbox_mail *in)
{
	return strcmp(in->template, "state") == 0 ||
	    strcmp(in->template, "received") == 0;
}

static const char *
footer_key(const struct outbox_mail *in)
{
	if (strncmp(in->template, "draft-", strlen("draft-")) == 0)
		return "mail.draft.footer";
	return in->link[0] != '\0' ? "mail.footer" : "mail.office.footer";
}

int
mail_compose(struct arena *a, const struct texts *texts,
    const struct town *town, const struct town_service *offer,
    const struct outbox_mail *in, const struct id *id, struct mail *out,
    struct err *err)
{
	struct source s = {.arena = a, .texts = texts, .town = town,
	    .in = in, .service_name = ""};
	const char *subject, *body, *footer;

	if (offer != NULL) {
		s.settings = offer->settings;
		s.service_name = service_fill(a,
		    service_text(offer->service, in->lang, "service.name"),
		    town->name, offer->settings, in->lang);
		if (is_package_mail(in))
			s.own = offer->service->texts;
	}
	subject = say_part(&s, "subject");
	body = say_part(&s, "body");
	footer = say(&s, footer_key(in));
	if (subject == NULL || body == NULL || footer == NULL)
		return err_set(err, ERR_NOT_FOUND, "no text for mail %s %s",
		    in->template, in->state);
	if (in->note[0] != '\0' && strstr(body, in->note) == NULL)
		body = arena_printf(
		    a, "%s\n\n%s", body, say(&s, "mail.note"));
	*out = (struct mail){
	    .from = town->mail_from,
	    .from_name = town->name,
	    .to = in->to,
	    .subject = subject,
	    .message_id = arena_printf(a, "%s@%s", id_hex(a, id),
		mail_domain(town->mail_from)),
	    .language = lang_tag(in->lang),
	    .text = arena_printf(a, "%s\n\n%s\n", body, footer),
	};
	out->html = to_html(a, in->lang, subject, out->text);
	return 0;
}
