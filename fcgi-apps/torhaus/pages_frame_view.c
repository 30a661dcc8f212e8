#include "common/text.h"
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

static const char *
feedback_say(const struct pages *p, const char *key)
{
	return text_get(
	    p->texts, p->lang, arena_printf(p->arena, "feedback.%s", key));
}

static void
write_feedback_button(
    const struct pages *p, const char *value, const char *key)
{
	html_open(p->h, "button", "class",
	    "kern-btn kern-btn--secondary kern-btn--small", "type", "submit",
	    "name", "hilfreich", "value", value, (char *)NULL);
	html_element(p->h, "span", feedback_say(p, key), "class",
	    "kern-label", (char *)NULL);
	html_close(p->h, "button");
}

/* An answer to a question that people need not give, one click without a
 * remark; the remark waits behind a summary. */
static void
write_remark(const struct pages *p)
{
	html_raw(p->h, "<details><summary>");
	html_text(p->h, feedback_say(p, "add_remark"));
	html_raw(p->h, "</summary><div class=\"kern-form-input\">");
	html_open(p->h, "label", "class", "kern-label", "for", "fuss-anmerkung",
	    (char *)NULL);
	html_text(p->h, feedback_say(p, "remark"));
	html_raw(p->h, " <span class=\"kern-label__optional\">");
	html_text(p->h, feedback_say(p, "optional"));
	html_raw(p->h, "</span></label>");
	html_element(p->h, "div", feedback_say(p, "no_personal_data"), "class",
	    "kern-hint", "id", "fuss-anmerkung-hint", (char *)NULL);
	html_raw(p->h, "<textarea class=\"kern-form-input__input\" rows=\"3\""
		       " id=\"fuss-anmerkung\" name=\"anmerkung\""
		       " maxlength=\"1000\""
		       " aria-describedby=\"fuss-anmerkung-hint\">"
		       "</textarea></div></details>");
}

/*
 * "Was this page helpful?" as a plain form. nginx puts in the page's path
 * without tokens ($rueckmeldung_seite). On a form's page the answer opens
 * beside it, so that nothing typed is lost. (SSI knows no condition within a
 * condition: the style sheet hides the sentence about that elsewhere.)
 */
static void
write_feedback_form(const struct pages *p)
{
	html_raw(p->h,
	    "<form class=\"th-feedback\" method=\"post\""
	    " action=\"/rueckmeldung\" target=\""
	    "<!--#echo var=\"rueckmeldung_fenster\" default=\"_self\" -->\">"
	    "<input type=\"hidden\" name=\"seite\" value=\""
	    "<!--#echo var=\"rueckmeldung_seite\" default=\"/\" -->\">");
	html_open(p->h, "input", "type", "hidden", "name", "sprache", "value",
	    lang_code(p->lang), (char *)NULL);
	html_raw(p->h, "<p class=\"th-feedback__answers\">");
	write_feedback_button(p, "ja", "yes");
	write_feedback_button(p, "nein", "no");
	html_raw(p->h, "</p>");
	write_remark(p);
	html_element(p->h, "p", feedback_say(p, "new_tab"), "class",
	    "th-feedback__aside", (char *)NULL);
	html_raw(p->h, "</form>");
}

static void
write_feedback(const struct pages *p)
{
	html_raw(p->h, "<section aria-labelledby=\"fuss-rueckmeldung\">"
		       "<!--#if expr=\"$request_uri !="
		       " /^\\/rueckmeldung/\" -->"
		       "<h2 id=\"fuss-rueckmeldung\">");
	html_text(p->h, feedback_say(p, "question"));
	html_raw(p->h, "</h2>");
	write_feedback_form(p);
	html_raw(p->h, "<!--#else --><h2 id=\"fuss-rueckmeldung\">");
	html_text(p->h, feedback_say(p, "title"));
	html_raw(p->h, "</h2><!--#endif -->");
	html_raw(p->h, "<p><a href=\"/hilfe/#stoerung\">");
	html_text(p->h, feedback_say(p, "problem"));
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
