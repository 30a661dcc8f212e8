#include "common/code_list/code_list.h"
#include "common/utf8.h"

const char *
code_list_cell(const struct code_list *l, size_t row, size_t column)
{
	return l->text + l->cell[row * l->ncolumn + column];
}

const char *
code_list_code(const struct code_list *l, size_t row)
{
	return code_list_cell(l, row, l->code_column);
}

const char *
code_list_label(const struct code_list *l, size_t row)
{
	return code_list_cell(l, row, l->label_column);
}

size_t
code_list_column(const struct code_list *l, const char *name)
{
	size_t i = 0;

	while (i < l->ncolumn && strcmp(l->column[i], name) != 0)
		i++;
	return i;
}

bool
code_list_fits(const struct code_list *l, size_t row,
    const struct code_list_filter *filter)
{
	const char *value;

	if (filter == NULL || filter->value == NULL || *filter->value == '\0')
		return true;
	if (filter->column >= l->ncolumn)
		return false;
	value = code_list_cell(l, row, filter->column);
	if (filter->column == l->code_column)
		return strncmp(value, filter->value,
		    strlen(filter->value)) == 0;
	return strcmp(value, filter->value) == 0;
}

bool
code_list_by_code(const struct code_list *l, const char *code, size_t *row)
{
	size_t low = 0, high = l->nrow;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(code_list_code(l, l->by_code[middle]), code);

		if (order == 0) {
			*row = l->by_code[middle];
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static const char *
folded_label(const struct code_list *l, size_t row)
{
	return l->text + l->folded[row];
}

/* The first place in by_label whose label is not before folded. */
static size_t
label_from(const struct code_list *l, const char *folded)
{
	size_t low = 0, high = l->nrow;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(folded_label(l, l->by_label[middle]), folded) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Rows of equal labels stand in the list's own order. */
static size_t
by_folded(const struct code_list *l, const char *folded,
    const struct code_list_filter *filter, size_t *row)
{
	size_t n = 0;

	if (*folded == '\0')
		return 0;
	for (size_t i = label_from(l, folded); i < l->nrow &&
	     strcmp(folded_label(l, l->by_label[i]), folded) == 0; i++)
		if (code_list_fits(l, l->by_label[i], filter) && n++ == 0)
			*row = l->by_label[i];
	return n;
}

size_t
code_list_by_label(struct arena *a, const struct code_list *l,
    const char *label, const struct code_list_filter *filter, size_t *row)
{
	if (strlen(label) > CODE_LIST_TYPED)
		return 0;
	return by_folded(l, utf8_fold_name(a, label), filter, row);
}

/* "Neustadt (07316000)": the code in brackets, its own label before. */
static bool
match_display(struct arena *a, const struct code_list *l, const char *typed,
    size_t *row)
{
	size_t len = strlen(typed);
	const char *open = strrchr(typed, '(');
	const char *label;

	if (len < 3 || typed[len - 1] != ')' || open == NULL)
		return false;
	if (!code_list_by_code(l,
		arena_dup(a, open + 1, len - (size_t)(open - typed) - 2), row))
		return false;
	label = arena_dup(a, typed, (size_t)(open - typed));
	return strcmp(utf8_fold_name(a, label), folded_label(l, *row)) == 0;
}

bool
code_list_match(struct arena *a, const struct code_list *l, const char *typed,
    const struct code_list_filter *filter, size_t *row)
{
	if (strlen(typed) > CODE_LIST_TYPED)
		return false;
	if (code_list_by_code(l, typed, row) && code_list_fits(l, *row, filter))
		return true;
	if (code_list_by_label(a, l, typed, filter, row) == 1)
		return true;
	return match_display(a, l, typed, row) &&
	    code_list_fits(l, *row, filter);
}

const char *
code_list_display(struct arena *a, const struct code_list *l, size_t row)
{
	const char *label = code_list_label(l, row);
	size_t other;

	if (*label == '\0')
		return code_list_code(l, row);
	if (by_folded(l, folded_label(l, row), NULL, &other) == 1)
		return label;
	return arena_printf(a, "%s (%s)", label, code_list_code(l, row));
}
