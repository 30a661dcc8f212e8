#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/code_list/code_list.h"
#include "common/code_list/code_list_text.h"

static const char *const columns[] = { "Key", "Name", "Land", "Note" };

/* Invented places; two of one name, one without a label. */
static const char *const places[] = {
	"09002", "Neustadt", "09", "am Bach",
	"09001", "Quellstadt", "09", NULL,
	"01001", "Neu-Stadt", "01", "im Wald",
	"01002", "M\xc3\xbchlstra\xc3\x9f" "e", "01", NULL,
	"09003", "Bad \xc3\x96hringen (Kurort)", "09", NULL,
	"09004", "", "09", NULL,
	"0", "Insel", NULL, "am Bach",
};
#define NPLACES (nitems(places) / nitems(columns))

static struct code_list_source
source(void)
{
	return (struct code_list_source){ .uri = "urn:x-test:orte",
		.version = "1",
		.name = "Orte",
		.agency = "",
		.short_name = "orte",
		.valid_from = CODE_LIST_ALWAYS,
		.column = columns,
		.ncolumn = nitems(columns),
		.code_column = 0,
		.label_column = 1,
		.cell = places,
		.nrow = NPLACES };
}

static const struct code_list *
build(struct arena *a)
{
	const struct code_list_source s = source();
	const struct code_list *l;
	struct err err = { 0 };

	if (code_list_build(a, &s, &l, &err) == -1)
		fail_msg("%s", err.msg);
	return l;
}

static void
test_rows(void **state)
{
	struct arena a = { 0 };
	const struct code_list *l = build(&a);
	size_t row = 99;

	(void)state;
	assert_string_equal(l->uri, "urn:x-test:orte");
	assert_int_equal(l->nrow, NPLACES);
	for (size_t i = 0; i < NPLACES; i++) {
		assert_string_equal(code_list_code(l, i), places[i * 4]);
		assert_string_equal(code_list_label(l, i), places[i * 4 + 1]);
		assert_string_equal(code_list_cell(l, i, 3),
		    places[i * 4 + 3] == NULL ? "" : places[i * 4 + 3]);
		assert_true(code_list_by_code(l, places[i * 4], &row));
		assert_int_equal(row, i);
	}
	assert_false(code_list_by_code(l, "09", &row));
	assert_false(code_list_by_code(l, "", &row));
	assert_false(code_list_by_code(l, "zzz", &row));
	assert_int_equal(code_list_column(l, "Land"), 2);
	assert_int_equal(code_list_column(l, "land"), l->ncolumn);
	arena_free(&a);
}

static const struct {
	const char *name, *typed;
	size_t column;
	const char *value; /* of the filter, NULL: none */
	int row;	   /* -1: no match */
} matches[] = {
	{ "a code", "09001", 0, NULL, 1 },
	{ "a label", "Quellstadt", 0, NULL, 1 },
	{ "another case", "QUELL stadt", 0, NULL, 1 },
	{ "without marks", "Muhlstrasse", 0, NULL, 3 },
	{ "a short street", "M\xc3\xbchlstr.", 0, NULL, 3 },
	{ "two of one name", "Neustadt", 0, NULL, -1 },
	{ "one of them by its parent", "Neustadt", 2, "01", 2 },
	{ "one of them by the code's beginning", "neustadt", 0, "09", 0 },
	{ "with the code", "Neustadt (09002)", 0, NULL, 0 },
	{ "with another's code", "Neustadt (09001)", 0, NULL, -1 },
	{ "with the code, wrong parent", "Neustadt (09002)", 2, "01", -1 },
	{ "brackets of its own", "Bad \xc3\x96hringen (Kurort)", 0, NULL, 4 },
	{ "a code of another parent", "09001", 2, "01", -1 },
	{ "a parent without rows", "Insel", 2, "77", -1 },
	{ "an empty filter", "Insel", 2, "", 6 },
	{ "nothing", "", 0, NULL, -1 },
	{ "only signs", "---", 0, NULL, -1 },
	{ "brackets only", "()", 0, NULL, -1 },
	{ "unknown", "Nirgendwo", 0, NULL, -1 },
};

static void
test_match(void **state)
{
	struct arena a = { 0 };
	const struct code_list *l = build(&a);

	(void)state;
	for (size_t i = 0; i < nitems(matches); i++) {
		const struct code_list_filter filter = { matches[i].column,
			matches[i].value };
		size_t row = 0;
		bool is = code_list_match(
		    &a, l, matches[i].typed, &filter, &row);

		if (is != (matches[i].row >= 0) ||
		    (is && row != (size_t)matches[i].row))
			fail_msg("%s: %d, row %zu", matches[i].name, is, row);
	}
	arena_free(&a);
}

/* What is offered leads back to its row. */
static void
test_display(void **state)
{
	struct arena a = { 0 };
	const struct code_list *l = build(&a);

	(void)state;
	assert_string_equal(code_list_display(&a, l, 0), "Neustadt (09002)");
	assert_string_equal(code_list_display(&a, l, 1), "Quellstadt");
	assert_string_equal(code_list_display(&a, l, 5), "09004");
	for (size_t i = 0; i < l->nrow; i++) {
		size_t row;

		assert_true(code_list_match(
		    &a, l, code_list_display(&a, l, i), NULL, &row));
		assert_int_equal(row, i);
	}
	arena_free(&a);
}

static const struct {
	const char *name, *typed, *parent, *want;
} nears[] = {
	{ "same label first", "neustadt", NULL, "Neustadt,Neu-Stadt" },
	{ "beginning", "quel", NULL, "Quellstadt" },
	{ "contained", "stadt", NULL, "Neustadt,Neu-Stadt,Quellstadt" },
	{ "a letter missing", "Quelstadt", NULL, "Quellstadt" },
	{ "letters swapped", "Quellstdat", NULL, "Quellstadt" },
	{ "beginning with a mistake", "Bad Oehring", NULL,
	    "Bad \xc3\x96hringen (Kurort)" },
	{ "a code's beginning", "0100", NULL,
	    "M\xc3\xbchlstra\xc3\x9f" "e,Neu-Stadt" },
	{ "only the parent's", "neustadt", "01", "Neu-Stadt" },
	{ "too far off", "Xyzzyville", NULL, "" },
	{ "nothing typed", "", NULL, "" },
};

static void
test_near(void **state)
{
	struct arena a = { 0 };
	const struct code_list *l = build(&a);

	(void)state;
	for (size_t i = 0; i < nitems(nears); i++) {
		const struct code_list_filter filter = { 2, nears[i].parent };
		size_t row[CODE_LIST_NEAR], n;
		const char *got = "";

		n = code_list_near(
		    &a, l, nears[i].typed, &filter, CODE_LIST_NEAR, row);
		for (size_t k = 0; k < n; k++)
			got = arena_printf(&a, "%s%s%s", got, k > 0 ? "," : "",
			    code_list_label(l, row[k]));
		if (strcmp(got, nears[i].want) != 0)
			fail_msg("%s: %s", nears[i].name, got);
	}
	arena_free(&a);
}

/* No more than was asked for, the best of them. */
static void
test_near_limit(void **state)
{
	struct arena a = { 0 };
	const struct code_list *l = build(&a);
	size_t row[CODE_LIST_NEAR];
	char *longest = arena_new(&a, char, 5001);

	(void)state;
	assert_int_equal(code_list_near(&a, l, "stadt", NULL, 1, row), 1);
	assert_string_equal(code_list_label(l, row[0]), "Neustadt");
	assert_int_equal(code_list_near(&a, l, "stadt", NULL, 0, row), 0);
	memset(longest, 'n', 5000);
	assert_int_equal(
	    code_list_near(&a, l, longest, NULL, CODE_LIST_NEAR, row), 0);
	longest[130] = '\0';
	assert_int_equal(
	    code_list_near(&a, l, longest, NULL, CODE_LIST_NEAR, row), 0);
	arena_free(&a);
}

static void
test_refused(void **state)
{
	struct code_list_source s = source();
	const char *cell[nitems(places)];
	const struct code_list *l;
	struct arena a = { 0 };
	struct err err = { 0 };
	char code[CODE_LIST_CODE + 2] = { 0 };

	(void)state;
	memcpy(cell, places, sizeof(cell));
	s.cell = cell;
	cell[8] = "09002";
	assert_int_equal(code_list_build(&a, &s, &l, &err), -1);
	assert_int_equal(err.code, ERR_DUPLICATE);
	assert_string_equal(
	    err.msg, "rows 1 and 3 have the same code '09002'");
	cell[8] = NULL;
	assert_int_equal(code_list_build(&a, &s, &l, &err), -1);
	assert_string_equal(err.msg, "row 3 has no code");
	memset(code, '1', sizeof(code) - 1);
	cell[8] = code;
	assert_int_equal(code_list_build(&a, &s, &l, &err), -1);
	assert_int_equal(err.code, ERR_FIELD_INVALID);
	s.nrow = 0;
	assert_int_equal(code_list_build(&a, &s, &l, &err), 0);
	assert_false(code_list_by_code(l, "1", &(size_t){ 0 }));
	s.nrow = CODE_LIST_ROWS + 1;
	assert_int_equal(code_list_build(&a, &s, &l, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	s = source();
	s.label_column = 4;
	assert_int_equal(code_list_build(&a, &s, &l, &err), -1);
	arena_free(&a);
}

static void
test_text(void **state)
{
	struct code_list_source s = source(), back = { 0 };
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *text, *cell[nitems(places)];

	(void)state;
	assert_int_equal(code_list_text_write(&a, &s, &text, &err), 0);
	assert_memory_equal(text, "Key\tName\tLand\tNote\n09002\t", 25);
	assert_int_equal(code_list_text_read(&a, text, strlen(text), "Key",
	    "Land", &back, &err), 0);
	assert_int_equal(back.nrow, NPLACES);
	assert_int_equal(back.label_column, 2);
	for (size_t i = 0; i < nitems(places); i++)
		assert_string_equal(
		    back.cell[i], places[i] == NULL ? "" : places[i]);
	assert_int_equal(code_list_text_read(&a, text, strlen(text), "Key",
	    "Nix", &back, &err), -1);
	assert_int_equal(code_list_text_read(&a, text, strlen(text) - 1, "Key",
	    "Land", &back, &err), -1);
	assert_int_equal(code_list_text_read(
	    &a, "a\tb\n1\n", 6, "a", "b", &back, &err), -1);
	assert_int_equal(
	    code_list_text_read(&a, "", 0, "a", "b", &back, &err), -1);
	memcpy(cell, places, sizeof(cell));
	cell[3] = "a\tb";
	s.cell = cell;
	assert_int_equal(code_list_text_write(&a, &s, &text, &err), -1);
	arena_free(&a);
}

/* Of several versions the newest that is valid on the day. */
static void
test_find(void **state)
{
	static const struct {
		const char *uri, *version;
		int32_t from;
	} have[] = {
		{ "urn:b", "9", 100 }, { "urn:b", "10", 100 },
		{ "urn:a", "1", CODE_LIST_ALWAYS }, { "urn:b", "11", 200 },
		{ "urn:c", "x", 300 },
	};
	static const struct {
		const char *uri, *version;
		int32_t today;
		const char *want; /* NULL: none */
	} cases[] = {
		{ "urn:a", NULL, 0, "1" }, { "urn:b", NULL, 150, "10" },
		{ "urn:b", NULL, 200, "11" }, { "urn:b", NULL, 99, NULL },
		{ "urn:b", "9", 99, "9" }, { "urn:b", "12", 300, NULL },
		{ "urn:c", NULL, 299, NULL }, { "urn:d", NULL, 300, NULL },
		{ "urn", NULL, 300, NULL }, { "urn:c", "x", 0, "x" },
	};
	const struct code_list *list[nitems(have)];
	const struct code_lists *lists;
	struct arena a = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(have); i++) {
		struct code_list_source s = source();

		s.uri = have[i].uri;
		s.version = have[i].version;
		s.valid_from = have[i].from;
		assert_int_equal(code_list_build(&a, &s, &list[i], &err), 0);
	}
	lists = code_lists_new(&a, list, nitems(list));
	assert_int_equal(code_lists_count(lists), nitems(have));
	assert_string_equal(code_lists_get(lists, 0)->uri, "urn:a");
	for (size_t i = 0; i < nitems(cases); i++) {
		const struct code_list *l = code_lists_find(
		    lists, cases[i].uri, cases[i].version, cases[i].today);

		if ((l == NULL) != (cases[i].want == NULL) ||
		    (l != NULL && strcmp(l->version, cases[i].want) != 0))
			fail_msg("%s %d: %s", cases[i].uri, cases[i].today,
			    l == NULL ? "none" : l->version);
	}
	assert_null(code_lists_find(NULL, "urn:a", NULL, 0));
	assert_int_equal(code_lists_count(NULL), 0);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_display),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_near_limit),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
