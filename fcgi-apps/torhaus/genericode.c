#include "torhaus/genericode.h"

#include "common/date.h"
#include "common/utf8.h"
#include "torhaus/genericode_columns.h"
#include "torhaus/xml_pull.h"

#define NAMESPACE "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"
#define URI_MAX 255
#define VERSION_MAX 80
#define NAME_MAX_BYTES 480

static const struct pull_limits limits = { .bytes = GENERICODE_MAX,
	.elements = 4000000,
	.depth = 24,
	.attributes = 20,
	.text = 200000 };

struct reader {
	struct arena *arena;
	struct pull *x;
	struct code_list_source *out;
	struct genericode_columns columns;
	const char **cell; /* grows */
	size_t room; /* rows */
	bool has_rows;
};

static int
wrong(const struct reader *r, struct err *err, const char *what)
{
	return err_set(err, ERR_FIELD_INVALID, "line %zu: %s", pull_line(r->x),
	    what);
}

/* The element's text, in NFC, runs of blanks as one. */
static int
read_text(struct reader *r, size_t max, const char **out, struct err *err)
{
	const size_t line = pull_line(r->x);
	const char *raw, *clean;

	if (pull_text(r->x, &raw, err) == -1)
		return -1;
	if (utf8_clean(r->arena, raw, strlen(raw), &clean, err) == -1)
		return err_set(err, ERR_FIELD_INVALID,
		    "line %zu: control characters or the like in a value",
		    line);
	if (strlen(clean) > max)
		return err_set(err, ERR_TOO_LARGE,
		    "line %zu: a value of more than %zu bytes", line, max);
	*out = utf8_squeeze(r->arena, clean);
	return 0;
}

/* ---- what the list says of itself ---- */

/* The handbook's three spellings of "valid from". */
static bool
is_valid_from(const struct pull *x)
{
	return pull_is(x, "validFrom") || pull_is(x, "datumGueltigkeitAb") ||
	    pull_is(x, "datumgueltigkeitab");
}

static int
read_valid_from(struct reader *r, struct err *err)
{
	struct err none = { 0 };
	const char *text;
	int32_t day;

	if (read_text(r, CODE_LIST_CELL, &text, err) == -1)
		return -1;
	/* A date with a time or a zone behind it means its day. */
	if (strlen(text) > 10)
		text = arena_dup(r->arena, text, 10);
	if (date_parse(text, &day, &none) == 0)
		r->out->valid_from = day;
	return 0;
}

static int
read_annotation(struct reader *r, struct err *err)
{
	const size_t depth = pull_depth(r->x);
	enum pull_event event;

	for (;;) {
		if (pull_next(r->x, &event, err) == -1)
			return -1;
		if (event == PULL_END ||
		    (event == PULL_CLOSE && pull_depth(r->x) <= depth))
			return 0;
		if (event == PULL_OPEN && is_valid_from(r->x) &&
		    read_valid_from(r, err) == -1)
			return -1;
	}
}

/* A name in German, or in no language, goes before one in another. */
static int
read_name(struct reader *r, const char **out, struct err *err)
{
	const char *lang = pull_language(r->x), *text;
	bool is_ours = lang == NULL || strncmp(lang, "de", 2) == 0;

	if (read_text(r, CODE_LIST_CELL, &text, err) == -1)
		return -1;
	if (**out == '\0' || (is_ours && lang != NULL))
		*out = utf8_cut(r->arena, text, NAME_MAX_BYTES);
	return 0;
}

static int
read_agency(struct reader *r, struct err *err)
{
	const size_t depth = pull_depth(r->x);
	const char *shorter = "";
	bool found;

	for (;;) {
		if (pull_child(r->x, depth, &found, err) == -1)
			return -1;
		if (!found)
			break;
		if (pull_is(r->x, "LongName") &&
		    read_name(r, &r->out->agency, err) == -1)
			return -1;
		if (pull_is(r->x, "ShortName") &&
		    read_name(r, &shorter, err) == -1)
			return -1;
	}
	if (*r->out->agency == '\0')
		r->out->agency = shorter;
	r->out->agency = utf8_cut(r->arena, r->out->agency, 240);
	return 0;
}

static int
read_identification_part(struct reader *r, struct err *err)
{
	if (pull_is(r->x, "ShortName"))
		return read_name(r, &r->out->short_name, err);
	if (pull_is(r->x, "LongName"))
		return read_name(r, &r->out->name, err);
	if (pull_is(r->x, "Version"))
		return read_text(r, CODE_LIST_CELL, &r->out->version, err);
	if (pull_is(r->x, "CanonicalUri"))
		return read_text(r, CODE_LIST_CELL, &r->out->uri, err);
	return pull_is(r->x, "Agency") ? read_agency(r, err) : 0;
}

/* Printable ASCII without blanks. */
static bool
is_plain(const char *s, size_t max)
{
	size_t n = 0;

	for (; s[n] > ' ' && s[n] < 0x7f; n++)
		;
	return n > 0 && s[n] == '\0' && n <= max;
}

static int
read_identification(struct reader *r, struct err *err)
{
	const size_t depth = pull_depth(r->x);
	bool found;

	do {
		if (pull_child(r->x, depth, &found, err) == -1 ||
		    (found && read_identification_part(r, err) == -1))
			return -1;
	} while (found);
	if (*r->out->uri == '\0')
		return wrong(r, err,
		    "the list has no CanonicalUri: nobody could name it");
	if (!is_plain(r->out->uri, URI_MAX))
		return wrong(r, err,
		    "the CanonicalUri is no URI of at most 255 characters");
	if (*r->out->version == '\0')
		return wrong(r, err,
		    "the list has no Version: it could not be told from the "
		    "next one");
	if (!is_plain(r->out->version, VERSION_MAX))
		return wrong(r, err,
		    "the Version is longer than 80 characters, or not plain "
		    "ASCII without blanks");
	r->out->short_name = utf8_cut(r->arena, r->out->short_name, 110);
	if (*r->out->name == '\0')
		r->out->name = r->out->short_name;
	return 0;
}

/* ---- rows ---- */

static int
grow(struct reader *r, struct err *err)
{
	size_t n = r->columns.n, room = r->room == 0 ? 64 : 2 * r->room;
	const char **more;

	if (r->out->nrow == CODE_LIST_ROWS) {
		(void)err_set(err, ERR_TOO_LARGE,
		    "line %zu: more than %d rows", pull_line(r->x),
		    CODE_LIST_ROWS);
		return -1;
	}
	if (r->out->nrow < r->room)
		return 0;
	more = arena_new(r->arena, const char *, room * n);
	if (r->out->nrow > 0)
		memcpy(more, r->cell, r->out->nrow * n * sizeof(*more));
	r->cell = more;
	r->room = room;
	return 0;
}

/* One Value; *column is where a Value without ColumnRef belongs. */
static int
read_value(struct reader *r, const char **row, size_t *column, struct err *err)
{
	const size_t depth = pull_depth(r->x);
	const char *ref = pull_attribute(r->x, "ColumnRef");
	bool found;

	if (ref != NULL)
		*column = genericode_column(&r->columns, ref);
	if (*column >= r->columns.n)
		return wrong(r, err,
		    "a value for a column that the list does not have");
	if (row[*column] != NULL)
		return wrong(r, err, "two values for one column in a row");
	row[*column] = "";
	for (bool is_read = false;; is_read = true) {
		if (pull_child(r->x, depth, &found, err) == -1)
			return -1;
		if (!found)
			break;
		if (!pull_is(r->x, "SimpleValue") || is_read)
			return wrong(r, err,
			    "a Value holds one SimpleValue, nothing else is "
			    "taken");
		if (read_text(r, CODE_LIST_CELL, &row[*column], err) == -1)
			return -1;
	}
	(*column)++;
	return 0;
}

static int
read_row(struct reader *r, struct err *err)
{
	const size_t depth = pull_depth(r->x);
	size_t column = 0;
	const char **row;
	bool found;

	if (grow(r, err) == -1)
		return -1;
	row = r->cell + r->out->nrow * r->columns.n;
	for (;;) {
		if (pull_child(r->x, depth, &found, err) == -1)
			return -1;
		if (!found)
			break;
		if (pull_is(r->x, "Value") &&
		    read_value(r, row, &column, err) == -1)
			return -1;
	}
	if (row[r->columns.code] == NULL || *row[r->columns.code] == '\0')
		return wrong(r, err,
		    "the row that ends here has no value in the key column");
	r->out->nrow++;
	return 0;
}

static int
read_rows(struct reader *r, struct err *err)
{
	const size_t depth = pull_depth(r->x);
	bool found;

	if (r->columns.n == 0)
		return wrong(r, err, "the list has no ColumnSet before its rows");
	if (r->has_rows)
		return wrong(r, err, "a second SimpleCodeList");
	r->has_rows = true;
	for (;;) {
		if (pull_child(r->x, depth, &found, err) == -1)
			return -1;
		if (!found)
			return 0;
		if (pull_is(r->x, "Row") && read_row(r, err) == -1)
			return -1;
	}
}

/* ---- the whole ---- */

static int
read_part(struct reader *r, struct err *err)
{
	if (pull_is(r->x, "Annotation"))
		return read_annotation(r, err);
	if (pull_is(r->x, "Identification"))
		return read_identification(r, err);
	if (pull_is(r->x, "ColumnSet"))
		return genericode_columns_read(
		    r->arena, r->x, &r->columns, err);
	if (pull_is(r->x, "ColumnSetRef"))
		return wrong(r, err,
		    "the columns stand in another file (ColumnSetRef); take "
		    "the complete list");
	return pull_is(r->x, "SimpleCodeList") ? read_rows(r, err) : 0;
}

static int
read_root(struct reader *r, struct err *err)
{
	enum pull_event event;

	if (pull_next(r->x, &event, err) == -1)
		return -1;
	if (event != PULL_OPEN || !pull_is(r->x, "CodeList") ||
	    strcmp(pull_ns(r->x), NAMESPACE) != 0)
		return wrong(r, err,
		    "no code list in Genericode 1.0 (root element CodeList)");
	return 0;
}

int
genericode_read(struct arena *a, const char *text, size_t len,
    const char *label, struct code_list_source *out, struct err *err)
{
	struct reader r = { .arena = a, .out = out };
	enum pull_event event;
	bool found;

	*out = (struct code_list_source){ .uri = "",
		.version = "",
		.name = "",
		.agency = "",
		.short_name = "",
		.valid_from = CODE_LIST_ALWAYS };
	if (pull_open(a, text, len, &limits, &r.x, err) == -1 ||
	    read_root(&r, err) == -1)
		return -1;
	do {
		if (pull_child(r.x, 1, &found, err) == -1 ||
		    (found && read_part(&r, err) == -1))
			return -1;
	} while (found);
	/* What stands behind the root must be well-formed as well. */
	if (pull_next(r.x, &event, err) == -1)
		return -1;
	if (*out->uri == '\0')
		return wrong(&r, err, "the list has no Identification");
	if (!r.has_rows)
		return wrong(&r, err,
		    "the list has no rows (SimpleCodeList); take the complete "
		    "list");
	out->cell = r.cell;
	return genericode_columns_choose(a, &r.columns, label, out, err);
}
