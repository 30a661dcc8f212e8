/* The record of processing activities (Art. 30 (1) GDPR). */
#include "common/text.h"
#include "torhaus/privacy.h"
#include "torhaus/record.h"

struct record {
	const struct pages *p;
	const struct town_service *offer;
	const char *others; /* groups that ask about other people, joined */
	const char *page;   /* title of the page whose fields are written */
	bool is_clerk;	    /* that page is the office's own */
};

static void
heading(const struct pages *p, const char *key)
{
	html_element(p->h, "h3", record_say(p, key), (char *)NULL);
}

static void
item(void *arg, const char *text)
{
	html_element(arg, "li", text, (char *)NULL);
}

static const char *
fill(const struct pages *p, const char *key, const char *name,
    const char *value)
{
	return text_fill(p->arena, p->texts, p->lang,
	    arena_printf(p->arena, "record.%s", key), name, value,
	    (char *)NULL);
}

/* ---- frame ---- */

void
record_begin(const struct pages *p)
{
	html_raw(p->h, "<!DOCTYPE html>\n");
	html_open(p->h, "html", "lang", lang_tag(p->lang), "dir",
	    lang_dir(p->lang), (char *)NULL);
	html_raw(p->h, "<head><meta charset=\"utf-8\"><title>");
	html_text(p->h, record_say(p, "title.all"));
	html_textf(p->h, " – %s", p->town->name);
	html_raw(p->h,
	    "</title><style>\n"
	    "body{font:11pt/1.45 sans-serif;max-width:62rem;margin:2rem auto;"
	    "padding:0 1rem;color:#111;background:#fff}\n"
	    "h1{font-size:1.6rem}h2{font-size:1.4rem;margin-top:2.5rem}"
	    "h3{font-size:1.1rem;margin:1.6rem 0 .3rem}\n"
	    "table{border-collapse:collapse;width:100%;margin:.5rem 0;"
	    "font-size:.9em}\n"
	    "th,td{border:1px solid #999;padding:.25rem .4rem;"
	    "vertical-align:top;text-align:start;overflow-wrap:anywhere}\n"
	    "th{background:#eee}code{font-size:.85em}"
	    "td.fill{min-width:4rem}td.wide{min-width:9rem}\n"
	    ".open li{list-style:\"\\2610  \";min-height:2.6rem}"
	    "address{font-style:normal}\n"
	    "@media print{body{margin:0;max-width:none;font-size:9.5pt}"
	    "section+section,h2.dpia{break-before:page}"
	    "tr,address{break-inside:avoid}thead{display:table-header-group}"
	    "@page{size:A4;margin:1.8cm}}\n"
	    "</style></head>\n<body>\n");
	html_element(p->h, "h1",
	    arena_printf(p->arena, "%s – %s", record_say(p, "title.all"),
		p->town->name),
	    (char *)NULL);
	if (p->noffer < 2)
		return;
	html_element(p->h, "h2", record_say(p, "contents"), (char *)NULL);
	html_raw(p->h, "<ol>");
	for (size_t i = 0; i < p->noffer; i++) {
		html_raw(p->h, "<li>");
		html_element(p->h, "a",
		    pages_offer_text(p, p->offer[i], "service.name"), "href",
		    arena_printf(p->arena, "#%s", p->offer[i]->service->slug),
		    (char *)NULL);
		html_raw(p->h, "</li>");
	}
	html_raw(p->h, "</ol>\n");
}

void
record_end(const struct pages *p)
{
	html_raw(p->h, "</body></html>\n");
}

/* ---- a) and b) ---- */

static void
write_controller(const struct record *r)
{
	const struct pages *p = r->p;
	const struct town_profile *t = p->profile;
	const struct department *d = pages_offer_department(p, r->offer);
	struct contact town = t->town;

	town.name = p->town->name;
	heading(p, "a");
	pages_contact(p, &town);
	if (*t->represented_by[p->lang] != '\0')
		html_element(p->h, "p",
		    arena_printf(p->arena, "%s: %s",
			record_say(p, "a.represented"),
			t->represented_by[p->lang]),
		    (char *)NULL);
	html_element(p->h, "p", record_say(p, "a.joint"), (char *)NULL);
	if (d != NULL)
		html_element(p->h, "p",
		    arena_printf(p->arena, "%s: %s",
			record_say(p, "a.department"), d->name),
		    (char *)NULL);
	html_element(p->h, "h4", record_say(p, "a.officer"), (char *)NULL);
	if (*t->data_protection_officer.name != '\0' ||
	    *t->data_protection_officer.mail != '\0')
		pages_contact(p, &t->data_protection_officer);
	else
		html_element(p->h, "p", record_say(p, "a.officer.missing"),
		    (char *)NULL);
}

static void
write_purpose(const struct record *r)
{
	const struct service *s = r->offer->service;
	const char *purpose = pages_offer_text(r->p, r->offer,
	    "service.purpose");

	heading(r->p, "b");
	if (purpose != NULL)
		pages_prose(r->p, purpose);
	html_element(r->p->h, "h4", record_say(r->p, "b.basis"), (char *)NULL);
	html_raw(r->p->h, "<ul>");
	for (size_t i = 0; i < s->nlegal_basis; i++)
		item(r->p->h, s->legal_basis[i]);
	html_raw(r->p->h, "</ul>\n");
}

/* ---- c) ---- */

/* A list whose items have names asks about other people than the applicant. */
static void
note_others(void *arg, const struct form_field *f)
{
	struct record *r = arg;
	const char *label;
	bool has_name = false;

	if (f->type != FORM_REPEAT)
		return;
	for (size_t i = 0; i < f->nchild; i++)
		has_name |= f->child[i].type == FORM_NAME ||
		    (f->child[i].nchild > 0 &&
			f->child[i].child[0].type == FORM_NAME);
	label = privacy_label(r->p, r->offer, f);
	if (!has_name || label == NULL)
		return;
	r->others = r->others == NULL
	    ? label
	    : arena_printf(r->p->arena, "%s; %s", r->others, label);
}

static void
write_people(struct record *r)
{
	html_element(
	    r->p->h, "h4", record_say(r->p, "c.people"), (char *)NULL);
	html_raw(r->p->h, "<ul>");
	item(r->p->h, record_say(r->p, "c.applicant"));
	record_each_field(r->offer->service->form, note_others, r);
	if (r->others != NULL)
		item(r->p->h, fill(r->p, "c.others", "groups", r->others));
	item(r->p->h, record_say(r->p, "c.clerks"));
	html_raw(r->p->h, "</ul>\n");
}

static void
write_asked(const struct record *r, const struct form_field *f)
{
	const char *key = form_is_computed(f)	   ? "asked.computed"
	    : f->required == FORM_REQUIRED	   ? "asked.required"
	    : f->require != NULL		   ? "asked.sometimes"
	    : f->required == FORM_SOFT		   ? "asked.soft"
						   : "asked.optional";

	html_raw(r->p->h, "<td>");
	if (f->nchild == 0)
		html_text(r->p->h, record_say(r->p, key));
	if (f->show_source != NULL) {
		if (f->nchild == 0)
			html_raw(r->p->h, "<br>");
		html_text(r->p->h, record_say(r->p, "asked.condition"));
		html_raw(r->p->h, " <code>");
		html_text(r->p->h, f->show_source);
		html_raw(r->p->h, "</code>");
	}
	html_raw(r->p->h, "</td>");
}

static void
mark(const struct record *r, bool *is_first, const char *text)
{
	if (!*is_first)
		html_raw(r->p->h, "<br>");
	html_text(r->p->h, text);
	*is_first = false;
}

static void
write_marks(const struct record *r, const struct form_field *f)
{
	const struct service *s = r->offer->service;
	const char *recipients = privacy_field_recipients(r->p, r->offer, f);
	bool is_first = true;

	html_raw(r->p->h, "<td>");
	if (f->is_sensitive)
		mark(r, &is_first, record_say(r->p, "mark.sensitive"));
	if (f->index != NULL)
		mark(r, &is_first, record_say(r->p, "mark.index"));
	for (size_t i = 0; f->retention != NULL && i < s->nkind; i++)
		if (strcmp(s->kind[i].name, f->retention) == 0)
			mark(r, &is_first,
			    fill(r->p, "mark.kept", "period",
				privacy_period(r->p, s->kind[i].days)));
	if (recipients != NULL)
		mark(r, &is_first,
		    fill(r->p, "mark.goes", "recipients", recipients));
	if (f->takes_mail)
		mark(r, &is_first, record_say(r->p, "mark.mail"));
	if (r->is_clerk)
		mark(r, &is_first, record_say(r->p, "mark.clerk"));
	html_raw(r->p->h, "</td>");
}

/* One row: what people read, and the path that the data have. */
static void
write_field(void *arg, const struct form_field *f)
{
	const struct record *r = arg;
	const struct pages *p = r->p;
	const char *label = privacy_label(p, r->offer, f);
	const char *purpose = privacy_purpose(p, r->offer, f);

	if (f->type == FORM_STATIC)
		return;
	html_raw(p->h, "<tr>");
	html_element(p->h, "td", r->page, (char *)NULL);
	html_raw(p->h, "<td>");
	html_text(p->h, label != NULL ? label : f->key);
	html_raw(p->h, "<br><code>");
	html_text(p->h, f->path);
	html_raw(p->h, "</code></td>");
	html_element(p->h, "td",
	    record_say(p,
		arena_printf(
		    p->arena, "type.%s", form_type_name(f->type))),
	    (char *)NULL);
	write_asked(r, f);
	html_element(
	    p->h, "td", purpose != NULL ? purpose : "", (char *)NULL);
	write_marks(r, f);
	html_raw(p->h, "</tr>\n");
	for (size_t i = 0; i < f->nchild; i++)
		write_field(arg, &f->child[i]);
}

/* All pages of a form: what applicants answer, or what the office adds. */
static void
write_pages(struct record *r, const struct form *form)
{
	for (size_t i = 0; i < form->npage; i++) {
		r->page = pages_offer_text(r->p, r->offer,
		    arena_printf(
			r->p->arena, "page.%s.title", form->page[i].id));
		for (size_t k = 0; k < form->page[i].nfield; k++)
			write_field(r, &form->page[i].field[k]);
	}
}

static void
write_data(struct record *r)
{
	static const char *const columns[] = {"col.page", "col.field",
	    "col.type", "col.asked", "col.purpose", "col.marks"};
	const struct form *form = r->offer->service->form;
	struct html *h = r->p->h;

	html_element(h, "h4", record_say(r->p, "c.data"), (char *)NULL);
	html_raw(h, "<table><thead><tr>");
	for (size_t i = 0; i < nitems(columns); i++)
		html_element(h, "th", record_say(r->p, columns[i]), "scope",
		    "col", (char *)NULL);
	html_raw(h, "</tr></thead><tbody>\n");
	write_pages(r, form);
	if (r->offer->service->clerk_form != NULL) {
		r->is_clerk = true;
		write_pages(r, r->offer->service->clerk_form);
	}
	html_raw(h, "</tbody></table>\n");
	html_element(h, "p", record_say(r->p, "c.more"), (char *)NULL);
}

/* ---- d) to g) ---- */

static void
write_recipients(const struct record *r)
{
	const struct pages *p = r->p;
	const struct service *s = r->offer->service;

	heading(p, "d");
	html_element(p->h, "h4", record_say(p, "d.offices"), (char *)NULL);
	html_raw(p->h, "<ul>");
	privacy_departments(p, r->offer, item, p->h);
	html_raw(p->h, "</ul>\n");
	html_element(p->h, "h4", record_say(p, "d.others"), (char *)NULL);
	html_raw(p->h, "<ul>");
	for (size_t i = 0; i < s->nrecipient; i++) {
		const char *name = pages_offer_text(p, r->offer,
		    arena_printf(p->arena, "recipient.%s", s->recipient[i]));

		item(p->h, name != NULL ? name : s->recipient[i]);
	}
	if (s->nrecipient == 0)
		item(p->h, record_say(p, "d.none"));
	html_raw(p->h, "</ul>\n");
	html_element(p->h, "h4", record_say(p, "d.processors"), (char *)NULL);
	html_raw(p->h, "<ul>");
	for (size_t i = 0; i < p->profile->nprocessor; i++) {
		const struct town_processor *one = &p->profile->processor[i];

		item(p->h,
		    *one->contract == '\0'
			? one->name
			: arena_printf(p->arena, "%s, %s", one->name,
			      one->contract));
	}
	if (p->profile->nprocessor == 0)
		item(p->h, record_say(p, "d.processors.none"));
	html_raw(p->h, "</ul>\n");
}

static void
write_periods(const struct record *r)
{
	const struct privacy_period_line *line;
	size_t n = privacy_periods(r->p, r->offer, &line);

	heading(r->p, "f");
	html_raw(r->p->h, "<table><tbody>");
	for (size_t i = 0; i < n; i++) {
		html_raw(r->p->h, "<tr>");
		html_element(r->p->h, "td", line[i].what, (char *)NULL);
		html_element(r->p->h, "td",
		    privacy_period(r->p, line[i].days), (char *)NULL);
		html_raw(r->p->h, "</tr>");
	}
	html_raw(r->p->h, "</tbody></table>\n");
	html_element(
	    r->p->h, "p", record_say(r->p, "f.start"), (char *)NULL);
}

void
record_view(const struct pages *p, const struct town_service *offer,
    const struct record_facts *facts)
{
	const struct service *s = offer->service;
	const char *name = pages_offer_text(p, offer, "service.name");
	const char *third = p->profile->third_countries[p->lang];
	struct record r = {.p = p, .offer = offer};

	html_open(p->h, "section", "id", s->slug, (char *)NULL);
	html_element(
	    p->h, "h2", fill(p, "title", "service", name), (char *)NULL);
	html_element(p->h, "p",
	    text_fill(p->arena, p->texts, p->lang, "record.intro", "service",
		name, "version", s->version, "date", facts->today,
		(char *)NULL),
	    (char *)NULL);
	write_controller(&r);
	write_purpose(&r);
	heading(p, "c");
	write_people(&r);
	write_data(&r);
	write_recipients(&r);
	heading(p, "e");
	html_element(p->h, "p", *third != '\0' ? third : record_say(p, "e.none"),
	    (char *)NULL);
	write_periods(&r);
	heading(p, "g");
	pages_prose(p, record_say(p, "g.text"));
	record_dpia_view(p, offer, facts);
	html_raw(p->h, "</section>\n");
}
