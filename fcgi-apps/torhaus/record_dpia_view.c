/* The draft of a data protection impact assessment (Art. 35 GDPR). */
#include "common/form/form_cond.h"
#include "common/text.h"
#include "torhaus/privacy.h"
#include "torhaus/record.h"

static const char *const risks[] = {"storage", "inside", "guess", "mail",
    "device", "change", "loss", "surplus", "photo", "long", "person"};

/* How many fields of which kind. */
struct count {
	size_t fields, required, optional, conditional;
};

static void
count_field(void *arg, const struct form_field *f)
{
	struct count *c = arg;

	if (!form_is_asked(f) || f->nchild > 0)
		return;
	c->fields++;
	if (f->show != NULL)
		c->conditional++;
	else if (f->required == FORM_REQUIRED)
		c->required++;
	else if (f->require == NULL)
		c->optional++;
}

static const char *
number(const struct pages *p, size_t n)
{
	return arena_printf(p->arena, "%zu", n);
}

/* A sentence of the catalogue with all numbers that it may name. */
static const char *
say_counts(const struct pages *p, const struct town_service *offer,
    const char *key)
{
	const struct service *s = offer->service;
	struct count c = {0};

	record_each_field(s->form, count_field, &c);
	return text_fill(p->arena, p->texts, p->lang, key, "service",
	    pages_offer_text(p, offer, "service.name"), "pages",
	    number(p, s->form->npage), "fields", number(p, c.fields),
	    "required", number(p, c.required), "optional",
	    number(p, c.optional), "conditional", number(p, c.conditional),
	    "rules", number(p, s->form->rules->n), "states",
	    number(p, s->nstate), (char *)NULL);
}

static void
head(const struct pages *p, const char *const *key, size_t n)
{
	html_raw(p->h, "<table><thead><tr>");
	for (size_t i = 0; i < n; i++)
		html_element(p->h, "th", record_say(p, key[i]), "scope",
		    "col", (char *)NULL);
	html_raw(p->h, "</tr></thead><tbody>\n");
}

static void
write_threshold(const struct pages *p, const struct town_service *offer,
    const struct record_facts *facts)
{
	static const char *const columns[] = {
	    "col.criterion", "col.result", "col.ground"};
	static const char *const results[] = {
	    [RECORD_NO] = "no", [RECORD_YES] = "yes", [RECORD_OPEN] = "open"};
	struct record_indicator ind[RECORD_INDICATORS];
	size_t n = record_indicators(p, offer, facts, ind);

	html_element(
	    p->h, "h3", record_say(p, "dpia.threshold"), (char *)NULL);
	html_element(
	    p->h, "p", record_say(p, "dpia.threshold.intro"), (char *)NULL);
	head(p, columns, nitems(columns));
	for (size_t i = 0; i < RECORD_INDICATORS; i++) {
		html_raw(p->h, "<tr>");
		html_element(p->h, "td",
		    record_say(
			p, arena_printf(p->arena, "ind.%s", ind[i].id)),
		    (char *)NULL);
		html_element(p->h, "td", record_say(p, results[ind[i].result]),
		    (char *)NULL);
		html_element(p->h, "td", ind[i].ground, (char *)NULL);
		html_raw(p->h, "</tr>\n");
	}
	html_raw(p->h, "</tbody></table>\n<p><strong>");
	html_text(p->h,
	    n == 1	  ? record_say(p, "threshold.one")
		: n == 0 ? record_say(p, "threshold.none")
			 : text_fill(p->arena, p->texts, p->lang,
			       "record.threshold.many", "n", number(p, n),
			       (char *)NULL));
	html_raw(p->h, "</strong> ");
	html_text(p->h, record_say(p, "threshold.list"));
	html_raw(p->h, "</p>\n");
}

static void
write_risks(const struct pages *p, const struct town_service *offer)
{
	static const char *const columns[] = {"col.risk", "col.measure",
	    "col.severity", "col.likelihood", "col.residual"};

	html_element(p->h, "h3", record_say(p, "dpia.risks"), (char *)NULL);
	head(p, columns, nitems(columns));
	for (size_t i = 0; i < nitems(risks); i++) {
		const char *key =
		    arena_printf(p->arena, "record.risk.%s", risks[i]);

		html_raw(p->h, "<tr>");
		html_element(p->h, "td",
		    text_get(p->texts, p->lang, key), (char *)NULL);
		html_element(p->h, "td",
		    text_fill(p->arena, p->texts, p->lang,
			arena_printf(p->arena, "%s.measure", key), "trust",
			record_say(p,
			    arena_printf(p->arena, "trust.%s",
				offer->service->trust_level)),
			(char *)NULL),
		    (char *)NULL);
		html_raw(p->h, "<td class=\"fill\"></td><td class=\"fill\">"
			       "</td><td class=\"fill wide\"></td></tr>\n");
	}
	html_raw(p->h, "</tbody></table>\n");
}

void
record_dpia_view(const struct pages *p, const struct town_service *offer,
    const struct record_facts *facts)
{
	html_element(p->h, "h2", record_say(p, "dpia"), "class", "dpia",
	    (char *)NULL);
	html_element(p->h, "p", record_say(p, "dpia.intro"), (char *)NULL);
	html_element(
	    p->h, "h3", record_say(p, "dpia.description"), (char *)NULL);
	pages_prose(p, say_counts(p, offer, "record.dpia.flow"));
	html_element(
	    p->h, "h3", record_say(p, "dpia.necessity"), (char *)NULL);
	html_element(p->h, "p",
	    say_counts(p, offer, "record.dpia.necessity.text"), (char *)NULL);
	write_threshold(p, offer, facts);
	write_risks(p, offer);
	html_element(p->h, "h3", record_say(p, "dpia.open"), (char *)NULL);
	html_raw(p->h, "<div class=\"open\">");
	pages_prose(p, record_say(p, "open.text"));
	html_raw(p->h, "</div>\n");
}
