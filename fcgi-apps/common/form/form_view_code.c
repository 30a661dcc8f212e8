/* Code lists: a select for a short list, typing with suggestions for others. */
#include "common/code_list/code_list.h"
#include "common/form/form_cond.h"
#include "common/form/form_view_field.h"
#include "common/json.h"

#define SELECT_MAX 300	/* rows of a list that is shown whole */
#define SUGGEST_MAX 300 /* rows that belong to a parent's code */
#define SHOW_MAX 4000	/* bytes of a row's condition */

bool
field_code_is_select(const struct field_view *f)
{
	return f->field->codes != NULL &&
	    f->field->codes->nrow <= SELECT_MAX;
}

/* Rows that the parent's answer leaves; NULL: all. */
static const struct code_list_filter *
filter_of(const struct field_view *f, struct code_list_filter *out)
{
	const struct form_field *field = f->field;

	if (field->list_parent == NULL)
		return NULL;
	out->column = field->list_column;
	out->value = form_value_at(f->page->words.arena, field->list_parent,
	    f->page->answers, f->path, f->page->context);
	return out;
}

/* Whether a script can read the parent's code off the page. */
static bool
parent_is_chosen(const struct form_field *f)
{
	const struct form_field *parent;

	if (f->list_parent == NULL)
		return false;
	parent = f->list_parent->ref.field;
	return parent->type == FORM_CHOICE ||
	    (parent->type == FORM_CODELIST && parent->codes != NULL &&
		parent->codes->nrow <= SELECT_MAX);
}

/* {"or": [{"empty": P}, {"in": [P, [codes]]}]}: the parent codes that a row
 * belongs to. */
static const char *
row_show(const struct field_view *f, size_t row)
{
	const struct form_field *field = f->field;
	const struct code_list *list = field->codes;
	struct arena *a = f->page->words.arena;
	struct buf *out = buf_new(a, SHOW_MAX);
	const char *code = code_list_code(list, row);
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_key(&j, "or");
	json_open_array(&j);
	json_open_object(&j);
	json_pair(&j, "empty", field->list_parent_name);
	json_close_object(&j);
	json_open_object(&j);
	json_key(&j, "in");
	json_open_array(&j);
	json_put_string(&j, field->list_parent_name);
	json_open_array(&j);
	if (field->list_column != list->code_column)
		json_put_string(
		    &j, code_list_cell(list, row, field->list_column));
	/* A code belongs to every code that it begins with. */
	for (size_t n = 1; field->list_column == list->code_column &&
	     n <= strlen(code) && n <= 12; n++)
		json_put_string(&j, arena_dup(a, code, n));
	json_close_array(&j);
	json_close_array(&j);
	json_close_object(&j);
	json_close_array(&j);
	json_close_object(&j);
	return buf_text(out);
}

static void
write_option(const struct field_view *f, size_t row, bool is_on_offer,
    const char *chosen)
{
	const struct code_list *list = f->field->codes;
	const char *code = code_list_code(list, row);
	const char *show =
	    parent_is_chosen(f->field) ? row_show(f, row) : NULL;

	if (!is_on_offer && show == NULL)
		return;
	html_element(f->h, "option",
	    code_list_display(f->page->words.arena, list, row), "value", code,
	    "lang", f->page->words.lang == LANG_DE ? HTML_OMIT : "de",
	    "selected",
	    html_if(is_on_offer && chosen != NULL &&
		strcmp(chosen, code) == 0),
	    "data-show", show != NULL ? show : HTML_OMIT, "data-scope",
	    show != NULL && f->scope != NULL ? f->scope : HTML_OMIT, "hidden",
	    html_if(!is_on_offer), (char *)NULL);
}

void
field_code_select(const struct field_view *f)
{
	const struct code_list *list = f->field->codes;
	struct code_list_filter filter;
	const struct code_list_filter *used = filter_of(f, &filter);
	const char *chosen =
	    f->answer->text != NULL ? f->answer->text : f->answer->raw;

	field_select_open(f);
	for (size_t row = 0; row < list->nrow; row++)
		write_option(
		    f, row, code_list_fits(list, row, used), chosen);
	field_select_close(f);
}

/* Rows for a list of suggestions, at most SUGGEST_MAX; 0: too many to tell. */
static size_t
suggested(const struct field_view *f, size_t *row)
{
	const struct code_list *list = f->field->codes;
	struct code_list_filter filter;
	const struct code_list_filter *used = filter_of(f, &filter);
	size_t n = 0;

	if (used == NULL || used->value == NULL)
		return 0;
	for (size_t i = 0; i < list->nrow; i++) {
		if (!code_list_fits(list, i, used))
			continue;
		if (n == SUGGEST_MAX)
			return 0;
		row[n++] = i;
	}
	return n;
}

static void
write_suggestion(const struct field_view *f, const char *text)
{
	html_open(f->h, "option", "value", text, (char *)NULL);
	html_close(f->h, "option");
}

bool
field_code_suggests(const struct field_view *f)
{
	size_t row[SUGGEST_MAX];

	return f->field->type == FORM_CODELIST && f->field->codes != NULL &&
	    (f->answer->nnear > 0 || suggested(f, row) > 0);
}

void
field_code_suggestions(const struct field_view *f, const char *id)
{
	size_t row[SUGGEST_MAX], n = suggested(f, row);

	html_open(f->h, "datalist", "id", id, (char *)NULL);
	for (size_t i = 0; i < f->answer->nnear; i++)
		write_suggestion(f, f->answer->near[i]);
	for (size_t i = 0; i < n && f->answer->nnear == 0; i++)
		write_suggestion(f,
		    code_list_display(
			f->page->words.arena, f->field->codes, row[i]));
	html_close(f->h, "datalist");
}
