/* The page was changed elsewhere since this tab showed it. */
#include "common/page.h"
#include "forms/step_view.h"

/* What was typed, as it was typed; choices by their words. */
static const char *
show(const struct form_words *w, const struct form_context *context,
    const struct form_field *f, const struct answer *a)
{
	const struct form_choice *choice;
	const char *out = "";
	size_t n;

	if (a == NULL)
		return form_word(w, "step.conflict.no_item");
	if (f->nchild > 0)
		return form_word(w, "step.conflict.has_item");
	for (size_t i = 0; i < a->nfile; i++)
		out = arena_printf(w->arena, "%s%s%s", out, i > 0 ? "\n" : "",
		    a->file[i].name != NULL
			? a->file[i].name
			: form_word(w, "step.conflict.file"));
	n = form_choices(w->arena, f, context, w->lang, &choice);
	for (size_t i = 0; i < n; i++) {
		bool is_chosen =
		    a->raw != NULL && strcmp(a->raw, choice[i].value) == 0;

		for (size_t k = 0; k < a->nlist; k++)
			is_chosen = is_chosen ||
			    strcmp(a->list[k], choice[i].value) == 0;
		if (is_chosen)
			out = arena_printf(w->arena, "%s%s%s", out,
			    *out != '\0' ? ", " : "",
			    form_choice_label(w, f, &choice[i]));
	}
	if (*out != '\0')
		return out;
	if (a->raw == NULL)
		return form_word(w, "step.conflict.empty");
	if (f->type == FORM_YESNO || f->type == FORM_CONSENT ||
	    f->type == FORM_CHECKBOX)
		return form_word(w,
		    strcmp(a->raw, "true") == 0 ? "form.yes" : "form.no");
	return a->raw;
}

static void
write_cell(struct html *h, const char *text)
{
	html_open(h, "td", "class", "kern-table__cell", (char *)NULL);
	html_text_lines(h, text);
	html_close(h, "td");
}

static void
write_table(const struct form_words *w, const struct step_visit *v,
    struct html *h, const struct step_difference *d, size_t n)
{
	html_raw(h, "<div class=\"kern-table-responsive\" tabindex=\"0\""
		    " role=\"region\" aria-labelledby=\"unterschiede\">"
		    "<table class=\"kern-table\">");
	html_element(h, "caption", form_word(w, "step.conflict.table"),
	    "class", "kern-title", "id", "unterschiede", (char *)NULL);
	html_raw(h, "<thead class=\"kern-table__head\">"
		    "<tr class=\"kern-table__row\">");
	for (size_t i = 0; i < 3; i++) {
		static const char *const heads[] = {"step.conflict.field",
		    "step.conflict.mine", "step.conflict.theirs"};

		html_element(h, "th", form_word(w, heads[i]), "scope", "col",
		    "class", "kern-table__header", (char *)NULL);
	}
	html_raw(h, "</tr></thead><tbody class=\"kern-table__body\">");
	for (size_t i = 0; i < n; i++) {
		html_raw(h, "<tr class=\"kern-table__row\">");
		html_element(h, "th",
		    form_place(w, v->antrag.answers, d[i].path), "scope",
		    "row", "class", "kern-table__cell", (char *)NULL);
		write_cell(
		    h, show(w, &v->antrag.context, d[i].field, d[i].mine));
		write_cell(
		    h, show(w, &v->antrag.context, d[i].field, d[i].theirs));
		html_raw(h, "</tr>");
	}
	html_raw(h, "</tbody></table></div>");
}

/* Everything the tab sent, once more, as seen by the revision there is. */
static void
write_form(struct request *req, const struct form_words *w,
    const struct step_visit *v, struct html *h, const struct form_page *page,
    const struct http_pairs *pairs)
{
	const char *address =
	    arena_printf(w->arena, "%s/%s", v->base, page->id);

	html_open(h, "form", "class", "th-form", "method", "post", "action",
	    address, (char *)NULL);
	step_write_pairs(req, h, pairs);
	html_open(h, "input", "type", "hidden", "name", "page_revision",
	    "value",
	    arena_printf(w->arena, "%lld",
		(long long)step_mark_revision(&v->marks, page->id)),
	    "autocomplete", "off", (char *)NULL);
	html_raw(h, "<div class=\"th-actions\">");
	html_open(h, "button", "class", "kern-btn kern-btn--primary", "type",
	    "submit", "name", "action", "value", v->antrag.action,
	    (char *)NULL);
	html_element(h, "span", form_word(w, "step.conflict.keep"), "class",
	    "kern-label", (char *)NULL);
	html_close(h, "button");
	html_open(h, "a", "class", "kern-btn kern-btn--secondary", "href",
	    address, (char *)NULL);
	html_element(h, "span", form_word(w, "step.conflict.take"), "class",
	    "kern-label", (char *)NULL);
	html_raw(h, "</a></div></form>");
}

int
step_show_conflict(struct app *app, struct request *req,
    struct step_visit *v, const struct form_page *page,
    const struct http_pairs *pairs, const struct step_difference *d, size_t n)
{
	const struct form_words w = antrag_words(app, req, &v->antrag);
	const char *title = form_word(&w, "step.conflict.title");
	struct html h;

	page_begin(app, req, 409, title, &h);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", (char *)NULL);
	html_element(&h, "p",
	    text_fill(req->arena, app->texts, req->lang, "step.conflict.text",
		"page", step_page_title(&w, page), (char *)NULL),
	    "class", "th-lead", (char *)NULL);
	write_table(&w, v, &h, d, n);
	write_form(req, &w, v, &h, page, pairs);
	page_end(req, &h);
	return 0;
}
