#include "torhaus/pages.h"

void
pages_name_view(const struct pages *p)
{
	html_text(p->h, p->town->name);
}

/* A link to the page in another language: those that not every page has where
 * the page says so (page_languages_static). */
static void
write_language(const struct pages *p, enum lang lang)
{
	const char *code = lang_code(lang);
	bool is_everywhere = (LANGS_NEEDED & LANG_BIT(lang)) != 0;

	if (!is_everywhere) {
		html_raw(p->h, "<!--#if expr=\"$sprachen = /");
		html_text(p->h, code);
		html_raw(p->h, "/\" -->");
	}
	html_raw(p->h, "<li class=\"th-header__language\">");
	html_element(p->h, "a",
	    text_get(p->texts, p->lang,
		arena_printf(p->arena, "language.%s", code)),
	    "href", arena_printf(p->arena, "?sprache=%s", code), "lang",
	    lang_tag(lang), "hreflang", lang_tag(lang), (char *)NULL);
	html_raw(p->h, "</li>");
	if (!is_everywhere)
		html_raw(p->h, "<!--#endif -->");
}

static void
write_links(const struct pages *p)
{
	html_raw(p->h, "<ul class=\"th-kopfzeile__links\">"
		       "<li><a href=\"/leichte-sprache/\">");
	html_text(p->h, pages_say(p, "nav.easy"));
	html_raw(p->h, "</a></li>");
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if (l != p->lang)
			write_language(p, l);
	html_raw(p->h, "</ul>");
}

static void
write_brand(const struct pages *p)
{
	html_raw(p->h, "<a class=\"th-brand\" href=\"/\">");
	if (p->profile->crest != NULL)
		html_raw(p->h, "<img src=\"/stadt/wappen.svg\" alt=\"\""
			       " width=\"44\" height=\"52\">");
	html_raw(p->h, "<span><span class=\"th-brand__name\">");
	html_text(p->h, p->town->name);
	html_raw(p->h, "</span> <span class=\"th-brand__sub\">");
	html_text(p->h,
	    *p->profile->subtitle[p->lang] != '\0'
		? p->profile->subtitle[p->lang]
		: pages_say(p, "brand.subtitle"));
	html_raw(p->h, "</span></span></a>");
}

void
pages_header_view(const struct pages *p)
{
	static const struct {
		const char *key, *href;
	} nav[] = {
	    {"nav.services", "/#leistungen"},
	    {"nav.status", "/vorgang/"},
	    {"nav.help", "/hilfe/"},
	};

	html_raw(p->h, "<header class=\"th-header\">"
		       "<div class=\"th-kopfzeile\">"
		       "<div class=\"th-container th-kopfzeile__row\">"
		       "<p class=\"th-kopfzeile__hint\">");
	if (*p->profile->kopfzeile[p->lang] != '\0') {
		html_raw(p->h, "<span class=\"kern-icon kern-icon--info\""
			       " aria-hidden=\"true\"></span><span>");
		html_text(p->h, p->profile->kopfzeile[p->lang]);
		html_raw(p->h, "</span>");
	}
	html_raw(p->h, "</p>");
	write_links(p);
	html_raw(p->h, "</div></div><div class=\"th-header__bar\">"
		       "<div class=\"th-container th-header__row\">");
	write_brand(p);
	html_open(p->h, "nav", "class", "th-nav", "aria-label",
	    pages_say(p, "nav.label"), (char *)NULL);
	html_raw(p->h, "<ul>");
	for (size_t i = 0; i < sizeof(nav) / sizeof(*nav); i++) {
		html_raw(p->h, "<li>");
		html_element(p->h, "a", pages_say(p, nav[i].key), "href",
		    nav[i].href, (char *)NULL);
		html_raw(p->h, "</li>");
	}
	html_raw(p->h, "</ul></nav></div></div></header>\n");
}

static void
write_footer_links(const struct pages *p)
{
	static const struct {
		const char *key, *href;
	} links[] = {
	    {"imprint.title", "/impressum/"},
	    {"privacy.title", "/datenschutz/"},
	    {"accessibility.title", "/barrierefreiheit/"},
	    {"easy.title", "/leichte-sprache/"},
	    {"help.title", "/hilfe/"},
	};

	html_raw(p->h, "<nav aria-labelledby=\"fuss-seiten\">"
		       "<h2 id=\"fuss-seiten\">");
	html_text(p->h, pages_say(p, "footer.pages"));
	html_raw(p->h, "</h2><ul>");
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		html_raw(p->h, "<li>");
		html_element(p->h, "a", pages_say(p, links[i].key), "href",
		    links[i].href, (char *)NULL);
		html_raw(p->h, "</li>");
	}
	html_raw(p->h, "</ul></nav>");
}

/* Goes to the town's editors by mail. nginx puts in the page's title, never its
 * address: that of a Vorgang is a key to it. */
static void
write_feedback(const struct pages *p)
{
	html_raw(p->h, "<section aria-labelledby=\"fuss-rueckmeldung\">"
		       "<h2 id=\"fuss-rueckmeldung\">");
	html_text(p->h, pages_say(p, "feedback.question"));
	html_raw(p->h, "</h2>");
	if (*p->profile->feedback_mail != '\0') {
		html_raw(p->h, "<p><a href=\"mailto:");
		html_text(p->h, p->profile->feedback_mail);
		html_raw(p->h, "?subject=");
		html_text(p->h, pages_say(p, "feedback.subject_encoded"));
		html_raw(p->h, "%20<!--#echo var=\"titel\""
			       " encoding=\"url\" default=\"\" -->\">");
		html_text(p->h, pages_say(p, "feedback.write"));
		html_raw(p->h, "</a></p>");
	}
	html_raw(p->h, "<p><a href=\"/hilfe/#stoerung\">");
	html_text(p->h, pages_say(p, "feedback.problem"));
	html_raw(p->h, "</a></p>");
	/* On a form's first page it is the key to the draft. */
	html_raw(p->h, "<!--#if expr=\"$request_uri != /^\\/antrag\\//\" -->"
		       "<p class=\"th-footer__reference\">");
	html_text(p->h, pages_say(p, "footer.reference"));
	html_raw(p->h, " <!--#echo var=\"request_id\" --></p>"
		       "<!--#endif --></section>");
}

void
pages_footer_view(const struct pages *p)
{
	struct contact contact = p->profile->town;

	contact.name = p->town->name;
	html_raw(p->h, "<footer class=\"th-footer\">"
		       "<div class=\"th-container th-footer__grid\">"
		       "<section aria-labelledby=\"fuss-kontakt\">"
		       "<h2 id=\"fuss-kontakt\">");
	html_text(p->h, pages_say(p, "footer.contact"));
	html_raw(p->h, "</h2>");
	pages_contact(p, &contact);
	if (*p->profile->hours[p->lang] != '\0') {
		html_raw(p->h, "<p>");
		html_text_lines(p->h, p->profile->hours[p->lang]);
		html_raw(p->h, "</p>");
	}
	html_raw(p->h, "</section>");
	write_footer_links(p);
	write_feedback(p);
	html_raw(p->h, "</div></footer>\n");
}

/* A style sheet; colours are checked when the profile is read. */
void
pages_colours_view(const struct pages *p)
{
	if (*p->profile->accent != '\0')
		buf_printf(p->h->out, ":root { --th-accent: %s; }\n",
		    p->profile->accent);
	if (*p->profile->accent_dark != '\0')
		buf_printf(p->h->out,
		    "@media (prefers-color-scheme: dark) {\n"
		    "  :root { --th-accent: %s; }\n}\n",
		    p->profile->accent_dark);
}
