#include "common/code_list/code_list_text.h"
#include "common/buf.h"

static int
put_line(struct buf *b, const char *const *value, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const char *s = value[i] == NULL ? "" : value[i];

		if (strpbrk(s, "\t\n") != NULL)
			return err_set(err, ERR_FIELD_INVALID,
			    "a value holds a tab or a line's end");
		buf_puts(b, s);
		buf_put(b, i + 1 < n ? "\t" : "\n", 1);
	}
	return 0;
}

int
code_list_text_write(struct arena *a, const struct code_list_source *s,
    const char **out, struct err *err)
{
	struct buf *b = buf_new(a, CODE_LIST_TEXT);

	if (put_line(b, s->column, s->ncolumn, err) == -1)
		return -1;
	for (size_t i = 0; i < s->nrow; i++)
		if (put_line(b, s->cell + i * s->ncolumn, s->ncolumn, err) ==
		    -1)
			return -1;
	if (buf_check(b, err) == -1)
		return err_set(err, ERR_TOO_LARGE,
		    "the list holds more than %d bytes", CODE_LIST_TEXT);
	*out = buf_text(b);
	return 0;
}

/* Cuts a line of n values in place; false when it has another number. */
static bool
cut_line(char *line, const char **value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		value[i] = line;
		line = strchr(line, '\t');
		if ((line == NULL) != (i + 1 == n))
			return false;
		if (line != NULL)
			*line++ = '\0';
	}
	return true;
}

static size_t
count(const char *s, char c)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == c;
	return n;
}

static size_t
index_of(const char *const *column, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(column[i], name) != 0)
		i++;
	return i;
}

int
code_list_text_read(struct arena *a, const char *text, size_t len,
    const char *code_column, const char *label_column,
    struct code_list_source *s, struct err *err)
{
	char *copy = arena_dup(a, text, len), *line = copy, *end;
	const char **column, **cell;
	size_t nrow;

	if (len == 0 || copy[len - 1] != '\n' || memchr(copy, 0, len) != NULL)
		return err_set(err, ERR_FIELD_INVALID, "not a list's text");
	nrow = count(copy, '\n') - 1;
	end = strchr(line, '\n');
	*end = '\0';
	s->ncolumn = count(line, '\t') + 1;
	if (s->ncolumn > CODE_LIST_COLUMNS || nrow > CODE_LIST_ROWS)
		return err_set(err, ERR_TOO_LARGE, "%zu columns, %zu rows",
		    s->ncolumn, nrow);
	s->column = column = arena_new(a, const char *, s->ncolumn);
	(void)cut_line(line, column, s->ncolumn);
	s->cell = cell = arena_new(a, const char *, nrow * s->ncolumn);
	s->nrow = nrow;
	for (size_t i = 0; i < nrow; i++) {
		line = end + 1;
		end = strchr(line, '\n');
		*end = '\0';
		if (!cut_line(line, cell + i * s->ncolumn, s->ncolumn))
			return err_set(err, ERR_FIELD_INVALID,
			    "row %zu has not %zu values", i + 1, s->ncolumn);
	}
	s->code_column = index_of(column, s->ncolumn, code_column);
	s->label_column = index_of(column, s->ncolumn, label_column);
	if (s->code_column == s->ncolumn || s->label_column == s->ncolumn)
		return err_set(err, ERR_FIELD_INVALID,
		    "no column '%s' or '%s'", code_column, label_column);
	return 0;
}
