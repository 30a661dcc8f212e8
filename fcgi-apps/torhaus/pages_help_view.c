#include "common/page.h"
#include "common/text.h"
#include "torhaus/pages.h"

static void
write_question(const struct pages *p, const char *id)
{
	html_raw(p->h, "<details class=\"kern-accordion\">"
		       "<summary class=\"kern-accordion__header\">"
		       "<span class=\"kern-title\">");
	html_text(p->h,
	    pages_say(p, arena_printf(p->arena, "help.%s.question", id)));
	html_raw(p->h, "</span></summary>"
		       "<div class=\"kern-accordion__body th-text\">");
	pages_prose(p,
	    pages_say(p, arena_printf(p->arena, "help.%s.answer", id)));
	html_raw(p->h, "</div></details>");
}

static void
write_problem(const struct pages *p)
{
	const char *mail = p->profile->feedback_mail;

	html_element(p->h, "h2", pages_say(p, "help.problem"), "class",
	    "kern-heading-large", "id", "stoerung", (char *)NULL);
	html_raw(p->h, "<div class=\"th-text\">");
	pages_prose(p, pages_say(p, "help.problem_text"));
	html_raw(p->h, "</div>");
	if (*mail != '\0') {
		html_raw(p->h, "<p>");
		html_open(p->h, "a", "class", "kern-btn kern-btn--secondary",
		    "href",
		    arena_printf(p->arena, "mailto:%s?subject=%s", mail,
			pages_say(p, "help.problem_subject_encoded")),
		    (char *)NULL);
		html_raw(p->h, "<span class=\"kern-label\">");
		html_text(p->h, pages_say(p, "help.problem_mail"));
		html_raw(p->h, "</span></a></p>");
	}
	if (*p->profile->town.phone != '\0') {
		const struct contact phone = {.name = "", .mail = "",
		    .url = "", .phone = p->profile->town.phone};

		html_raw(p->h, "<div class=\"th-text\">");
		pages_contact(p, &phone);
		html_raw(p->h, "</div>");
	}
}

static void
write_offices(const struct pages *p)
{
	html_element(p->h, "h2", pages_say(p, "help.offices"), "class",
	    "kern-heading-large", "id", "aemter", (char *)NULL);
	html_element(p->h, "p", pages_say(p, "help.offices_text"), "class",
	    "kern-body", (char *)NULL);
	html_raw(p->h, "<ul class=\"th-cards\">");
	for (size_t i = 0; i < p->town->ndepartment; i++) {
		html_raw(p->h, "<li><div class=\"kern-card\">"
			       "<div class=\"kern-card__container\">"
			       "<div class=\"th-text\">");
		pages_department(p, &p->town->department[i]);
		html_raw(p->h, "</div></div></div></li>");
	}
	html_raw(p->h, "</ul>");
}

void
pages_help_view(const struct pages *p)
{
	static const char *const questions[] = {"account", "code", "mistake",
	    "interrupt", "twice", "files", "withdraw", "mail", "script"};

	pages_open(p, "help");
	html_element(p->h, "p", pages_say(p, "help.lead"), "class", "th-lead",
	    (char *)NULL);
	html_element(p->h, "h2", pages_say(p, "help.questions"), "class",
	    "kern-heading-large", (char *)NULL);
	html_raw(p->h, "<div>");
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++)
		write_question(p, questions[i]);
	html_raw(p->h, "</div>");
	write_problem(p);
	if (p->town->ndepartment > 0)
		write_offices(p);
	pages_close(p);
}

/* Plain words about the whole site; the German page is written in Leichte
 * Sprache (DIN SPEC 33429), the English one in easy English. */
void
pages_easy_view(const struct pages *p)
{
	pages_open(p, "easy");
	html_raw(p->h, "<div class=\"th-text th-easy\">");
	pages_prose(p, pages_say(p, "easy.text"));
	if (*p->profile->town.phone != '\0' || p->profile->town.naddress > 0) {
		struct contact town = p->profile->town;

		town.name = p->town->name;
		html_element(
		    p->h, "h2", pages_say(p, "easy.contact"), (char *)NULL);
		pages_contact(p, &town);
	}
	html_raw(p->h, "</div>");
	pages_close(p);
}
