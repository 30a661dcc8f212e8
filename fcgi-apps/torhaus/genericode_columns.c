#include "torhaus/genericode_columns.h"

#include "common/utf8.h"

#define ID_MAX 120

static int
wrong(const struct pull *x, struct err *err, const char *what)
{
	return err_set(err, ERR_FIELD_INVALID, "line %zu: %s", pull_line(x),
	    what);
}

size_t
genericode_column(const struct genericode_columns *c, const char *id)
{
	size_t i = 0;

	while (i < c->n && strcmp(c->id[i], id) != 0)
		i++;
	return i;
}

static int
read_column(struct arena *a, struct pull *x, struct genericode_columns *c,
    struct err *err)
{
	const size_t depth = pull_depth(x);
	const char *id = pull_attribute(x, "Id");
	const char *use = pull_attribute(x, "Use"), *clean, *name = "";
	bool found;

	if (c->n == CODE_LIST_COLUMNS)
		return err_set(err, ERR_TOO_LARGE,
		    "line %zu: more than %d columns", pull_line(x),
		    CODE_LIST_COLUMNS);
	if (id == NULL || *id == '\0' || strlen(id) > ID_MAX ||
	    utf8_clean(a, id, strlen(id), &clean, err) == -1 ||
	    strpbrk(clean, "\t\n") != NULL)
		return wrong(x, err, "a column without a proper Id");
	if (genericode_column(c, clean) < c->n)
		return wrong(x, err, "two columns have the same Id");
	for (;;) {
		if (pull_child(x, depth, &found, err) == -1)
			return -1;
		if (!found)
			break;
		if (pull_is(x, "ShortName") && pull_text(x, &name, err) == -1)
			return -1;
	}
	c->id[c->n] = clean;
	c->name[c->n] =
	    strlen(name) <= ID_MAX ? utf8_scrub(a, name, strlen(name)) : "";
	c->is_required[c->n] = use == NULL || strcmp(use, "required") == 0;
	c->n++;
	return 0;
}

/* A key of one column, and what the handbook's marks in it say of it. */
struct key {
	size_t ncolumn, column;
	bool is_code, is_label;
};

static int
read_key(struct pull *x, const struct genericode_columns *c, struct key *key,
    struct err *err)
{
	const size_t depth = pull_depth(x);
	enum pull_event event;

	*key = (struct key){ .column = c->n };
	for (;;) {
		if (pull_next(x, &event, err) == -1)
			return -1;
		if (event == PULL_END ||
		    (event == PULL_CLOSE && pull_depth(x) <= depth))
			return 0;
		if (event != PULL_OPEN)
			continue;
		if (pull_is(x, "ColumnRef")) {
			const char *ref = pull_attribute(x, "Ref");

			key->column = ref == NULL ? c->n
						  : genericode_column(c, ref);
			key->ncolumn++;
			if (key->column == c->n)
				return wrong(x, err,
				    "a key names a column that the list does "
				    "not have");
		}
		key->is_code |= pull_is(x, "recommendedKeyColumn") ||
		    pull_is(x, "empfohleneCodeSpalte") ||
		    pull_is(x, "xoev-code");
		key->is_label |= pull_is(x, "xoev-codename");
	}
}

int
genericode_columns_read(struct arena *a, struct pull *x,
    struct genericode_columns *c, struct err *err)
{
	const size_t depth = pull_depth(x);
	bool found, has_code = false, is_marked = false, has_label = false;
	struct key key;

	if (c->n > 0)
		return wrong(x, err, "a second ColumnSet");
	for (;;) {
		if (pull_child(x, depth, &found, err) == -1)
			return -1;
		if (!found)
			break;
		if (pull_is(x, "ColumnRef"))
			return wrong(x, err,
			    "a column stands in another file (ColumnRef); "
			    "take the complete list");
		if (pull_is(x, "Column") && read_column(a, x, c, err) == -1)
			return -1;
		if (!pull_is(x, "Key"))
			continue;
		if (read_key(x, c, &key, err) == -1)
			return -1;
		if (key.ncolumn != 1)
			continue;
		if (key.is_label && !has_label) {
			has_label = true;
			c->label = key.column;
		} else if (!has_code || (key.is_code && !is_marked)) {
			has_code = true;
			is_marked = key.is_code;
			c->code = key.column;
		}
	}
	if (c->n == 0)
		return wrong(x, err, "the list has no columns");
	if (!has_code)
		return wrong(x, err,
		    "the list has no key of one column: what its codes are "
		    "is not said");
	if (!has_label)
		c->label = c->n;
	return 0;
}

/* ---- which column people read ---- */

/* As they are called in published lists, folded, best first. */
static const char *const usual[] = { "bezeichnung", "bezeichnunglang", "name",
	"beschreibung", "staatennamekurz", "staatsnamekurz", "descriptiondede",
	"label", "langname", "klartext", "wert", "text", "kurzname" };

static bool
is_called(const struct genericode_columns *c, size_t i, const char *folded)
{
	struct arena one = { 0 };
	bool is = strcmp(utf8_fold(&one, c->id[i]), folded) == 0 ||
	    strcmp(utf8_fold(&one, c->name[i]), folded) == 0;

	arena_free(&one);
	return is && i != c->code;
}

static size_t
find_called(const struct genericode_columns *c, const char *folded)
{
	size_t i = 0;

	while (i < c->n && !is_called(c, i, folded))
		i++;
	return i;
}

static size_t
choose_label(struct arena *a, const struct genericode_columns *c,
    const char *uri)
{
	const char *colon = strrchr(uri, ':');
	size_t i;

	if (c->label < c->n)
		return c->label;
	i = find_called(c, utf8_fold(a, colon == NULL ? uri : colon + 1));
	for (size_t k = 0; i == c->n && k < nitems(usual); k++)
		i = find_called(c, usual[k]);
	for (size_t k = 0; i == c->n && k < c->n; k++)
		if (k != c->code && c->is_required[k])
			i = k;
	if (i == c->n) /* only codes, or the first column beside them */
		i = c->n == 1 ? 0 : c->code == 0 ? 1 : 0;
	return i;
}

int
genericode_columns_choose(struct arena *a, const struct genericode_columns *c,
    const char *label, struct code_list_source *out, struct err *err)
{
	const char **column = arena_new(a, const char *, c->n);

	for (size_t i = 0; i < c->n; i++)
		column[i] = c->id[i];
	out->column = column;
	out->ncolumn = c->n;
	out->code_column = c->code;
	if (label == NULL) {
		out->label_column = choose_label(a, c, out->uri);
		return 0;
	}
	out->label_column = genericode_column(c, label);
	for (size_t i = 0; out->label_column == c->n && i < c->n; i++)
		if (strcmp(c->name[i], label) == 0)
			out->label_column = i;
	if (out->label_column == c->n)
		return err_set(err, ERR_FIELD_INVALID,
		    "the list has no column '%s'", label);
	return 0;
}
