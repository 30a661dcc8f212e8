/* torhaus codelist import, list, show */
#include "torhaus/commands.h"

#include "common/code_list/code_list_store.h"
#include "common/date.h"
#include "common/file.h"
#include "torhaus/genericode.h"

static const char *const no_flags[] = { NULL };

/* ---- import ---- */

/* Reads and proves a list: its codes are unique, its text fits. */
static int
read_list(struct arena *a, const char *path, const char *label,
    struct code_list_source *source, struct err *err)
{
	const struct code_list *built;
	char *text;
	size_t len;

	if (file_read(a, path, GENERICODE_MAX, &text, &len, err) == -1 ||
	    genericode_read(a, text, len, label, source, err) == -1)
		return -1;
	return code_list_build(a, source, &built, err);
}

static void
print_source(const char *path, const struct code_list_source *s)
{
	(void)printf("%s:\n  %s\n  version %s, %zu rows, codes in '%s', "
		     "labels in '%s'\n  columns:",
	    path, s->uri, s->version, s->nrow, s->column[s->code_column],
	    s->column[s->label_column]);
	for (size_t i = 0; i < s->ncolumn; i++)
		(void)printf("%s %s", i > 0 ? "," : "", s->column[i]);
	(void)putchar('\n');
}

static const char *
put_sentence(enum code_list_put put)
{
	switch (put) {
	case CODE_LIST_NEW:
		return "imported";
	case CODE_LIST_SAME:
		return "is here already";
	case CODE_LIST_RELABELLED:
		return "is here already; its labels come from this column now";
	}
	return "";
}

static int
import_one(
    struct tool *t, const char *path, const char *label, struct err *err)
{
	struct arena a = { 0 };
	struct code_list_source source;
	enum code_list_put put;
	int rc = -1;

	if (read_list(&a, path, label, &source, err) == 0) {
		print_source(path, &source);
		rc = code_list_publish(t->db, &a, &source, label != NULL,
		    date_now_ms(), &put, err);
		if (rc == 0)
			(void)printf("  %s\n", put_sentence(put));
	}
	(void)fflush(stdout);
	arena_free(&a);
	return rc;
}

/* What the message does not name itself: file_read does, a reader does not. */
static void
print_failure(const char *path, const struct err *err)
{
	if (strstr(err->msg, path) != NULL)
		(void)fprintf(stderr, "torhaus: %s\n", err->msg);
	else
		(void)fprintf(stderr, "torhaus: %s: %s\n", path,
		    err->msg[0] != '\0' ? err->msg : err_wire(err->code));
}

int
cmd_codelist_import(struct tool *t, int argc, char **argv)
{
	const char *label = tool_option(argc, argv, "--label");
	const char *path = tool_word(argc, argv, 0, no_flags);
	int rc = EXIT_OK;

	if (path == NULL)
		return tool_usage("which file?");
	if (label != NULL && tool_word(argc, argv, 1, no_flags) != NULL)
		return tool_usage("--label goes with one file at a time");
	for (int i = 0; path != NULL;
	     path = tool_word(argc, argv, ++i, no_flags)) {
		struct err err = { 0 };

		if (import_one(t, path, label, &err) == 0)
			continue;
		print_failure(path, &err);
		rc = EXIT_FAILED;
	}
	return rc;
}

/* ---- list ---- */

static const char *
day_text(struct arena *a, int32_t day)
{
	return day == CODE_LIST_ALWAYS ? "-" : date_to_iso(a, day);
}

int
cmd_codelist_list(struct tool *t, int argc, char **argv)
{
	struct code_list_row *row;
	struct err err = { 0 };
	size_t n;

	(void)argc;
	(void)argv;
	if (code_list_rows(t->db, t->arena, &row, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		(void)printf("%-12s %-10s %7lld  %s\n", row[i].version,
		    day_text(t->arena, row[i].valid_from),
		    (long long)row[i].row_count, row[i].uri);
	return EXIT_OK;
}

/* ---- show ---- */

/* The version that is asked for, else the one that is valid today, else the
 * last. */
static const struct code_list_row *
choose_row(const struct code_list_row *row, size_t n, const char *uri,
    const char *version, int32_t today)
{
	const struct code_list_row *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(row[i].uri, uri) != 0)
			continue;
		if (version != NULL) {
			if (strcmp(row[i].version, version) == 0)
				return &row[i];
		} else if (found == NULL || row[i].valid_from <= today)
			found = &row[i];
	}
	return found;
}

static void
print_row(const struct code_list *l, size_t row)
{
	(void)printf("%s\t%s", code_list_code(l, row), code_list_label(l, row));
	for (size_t i = 0; i < l->ncolumn; i++)
		if (i != l->code_column && i != l->label_column &&
		    *code_list_cell(l, row, i) != '\0')
			(void)printf("\t%s=%s", l->column[i],
			    code_list_cell(l, row, i));
	(void)putchar('\n');
}

static int
print_found(struct tool *t, const struct code_list *l, const char *find)
{
	size_t row[CODE_LIST_NEAR], n;

	if (code_list_match(t->arena, l, find, NULL, &row[0])) {
		print_row(l, row[0]);
		return EXIT_OK;
	}
	n = code_list_near(t->arena, l, find, NULL, CODE_LIST_NEAR, row);
	if (n == 0) {
		(void)fprintf(stderr, "torhaus: nothing like '%s'\n", find);
		return EXIT_FINDINGS;
	}
	for (size_t i = 0; i < n; i++)
		print_row(l, row[i]);
	return EXIT_OK;
}

static void
print_head(struct tool *t, const struct code_list_row *row)
{
	(void)printf("# %s\n# version %s, valid from %s, %lld rows\n# %s (%s)\n"
		     "# %s: code, %s: label\n",
	    row->uri, row->version, day_text(t->arena, row->valid_from),
	    (long long)row->row_count, row->name,
	    *row->agency == '\0' ? "no agency named" : row->agency,
	    row->code_column, row->label_column);
}

int
cmd_codelist_show(struct tool *t, int argc, char **argv)
{
	const char *uri = tool_word(argc, argv, 0, no_flags);
	const char *version = tool_option(argc, argv, "--version");
	const char *find = tool_option(argc, argv, "--find");
	const struct code_list_row *chosen;
	const struct code_list *l;
	struct code_list_row *row;
	struct err err = { 0 };
	size_t n;

	if (uri == NULL)
		return tool_usage("which list?");
	if (code_list_rows(t->db, t->arena, &row, &n, &err) == -1)
		return tool_fail(&err);
	chosen = choose_row(row, n, uri, version,
	    date_of_instant(date_now_ms()));
	if (chosen == NULL) {
		(void)err_set(&err, ERR_NOT_FOUND,
		    "no code list %s%s%s; torhaus codelist list shows them",
		    uri, version == NULL ? "" : " version ",
		    version == NULL ? "" : version);
		return tool_fail(&err);
	}
	if (code_list_read(t->db, t->arena, chosen, &l, &err) == -1)
		return tool_fail(&err);
	if (find != NULL)
		return print_found(t, l, find);
	print_head(t, chosen);
	for (size_t i = 0; i < l->nrow; i++)
		print_row(l, i);
	return EXIT_OK;
}
