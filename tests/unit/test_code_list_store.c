#include "db_fixture.h"

#include "common/code_list/code_list_store.h"

static const char *const columns[] = { "code", "name", "long" };
static const char *const cells[] = { "01", "Ost", "Osten", "02", "West",
	NULL };

static struct code_list_source
source(const char *uri, const char *version, int32_t from)
{
	return (struct code_list_source){ .uri = uri,
		.version = version,
		.name = "Himmelsrichtungen",
		.agency = "Amt",
		.short_name = "richtungen",
		.valid_from = from,
		.column = columns,
		.ncolumn = 3,
		.code_column = 0,
		.label_column = 1,
		.cell = cells,
		.nrow = 2 };
}

static int64_t
generation(struct db *db)
{
	return fixture_number(
	    db, "SELECT value FROM generation WHERE name = 'services'");
}

static const struct code_list_row *
row_of(struct fixture *f, const char *uri, const char *version)
{
	struct code_list_row *row;
	struct err err = { 0 };
	size_t n;

	OK(code_list_rows(f->db, &f->arena, &row, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (strcmp(row[i].uri, uri) == 0 &&
		    strcmp(row[i].version, version) == 0)
			return &row[i];
	fail_msg("no %s %s", uri, version);
	return NULL;
}

static void
test_publish(void **state)
{
	struct fixture *f = *state;
	struct code_list_source s = source("urn:x-test:a", "1", 100);
	const char *other[6];
	const struct code_list *l;
	enum code_list_put put;
	struct err err = { 0 };
	int64_t before;
	size_t row;

	NEED_DB();
	before = generation(f->db);
	OK(code_list_publish(f->db, &f->arena, &s, false, 5000, &put, &err));
	assert_int_equal(put, CODE_LIST_NEW);
	assert_int_equal(generation(f->db), before + 1);
	OK(code_list_publish(f->db, &f->arena, &s, false, 6000, &put, &err));
	assert_int_equal(put, CODE_LIST_SAME);
	assert_int_equal(generation(f->db), before + 1);

	memcpy(other, cells, sizeof(other));
	other[1] = "Osten";
	s.cell = other;
	FAILS(code_list_publish(
		  f->db, &f->arena, &s, false, 6000, &put, &err),
	    ERR_CONFLICT);
	s.cell = cells;
	s.code_column = 1; /* other codes are another list */
	FAILS(code_list_publish(
		  f->db, &f->arena, &s, false, 6000, &put, &err),
	    ERR_CONFLICT);

	OK(code_list_read(f->db, &f->arena,
	    row_of(f, "urn:x-test:a", "1"), &l, &err));
	assert_int_equal(l->nrow, 2);
	assert_int_equal(l->valid_from, 100);
	assert_true(code_list_by_code(l, "02", &row));
	assert_string_equal(code_list_label(l, row), "West");
	assert_string_equal(code_list_cell(l, row, 2), "");
	assert_string_equal(l->name, "Himmelsrichtungen");
}

/* Another label column: only when a person says so. */
static void
test_relabel(void **state)
{
	struct fixture *f = *state;
	struct code_list_source s =
	    source("urn:x-test:b", "1", CODE_LIST_ALWAYS);
	const struct code_list_row *row;
	const struct code_list *l;
	enum code_list_put put;
	struct err err = { 0 };

	NEED_DB();
	OK(code_list_publish(f->db, &f->arena, &s, false, 5000, &put, &err));
	s.label_column = 2;
	OK(code_list_publish(f->db, &f->arena, &s, false, 5000, &put, &err));
	assert_int_equal(put, CODE_LIST_SAME);
	OK(code_list_publish(f->db, &f->arena, &s, true, 5000, &put, &err));
	assert_int_equal(put, CODE_LIST_RELABELLED);
	row = row_of(f, "urn:x-test:b", "1");
	assert_string_equal(row->label_column, "long");
	assert_int_equal(row->valid_from, CODE_LIST_ALWAYS);
	assert_int_equal(row->imported_ms, 5000);
	OK(code_list_read(f->db, &f->arena, row, &l, &err));
	assert_string_equal(code_list_label(l, 0), "Osten");
}

static void
test_load(void **state)
{
	static const struct {
		const char *version;
		int32_t from;
	} have[] = { { "1", CODE_LIST_ALWAYS }, { "2", 200 }, { "3", 200 },
		{ "4", 300 } };
	const struct code_list_want newest[] = {
		{ "urn:x-test:c", NULL }, { "urn:x-test:none", NULL }
	};
	const struct code_list_want one[] = { { "urn:x-test:c", "2" } };
	struct fixture *f = *state;
	const struct code_lists *lists;
	enum code_list_put put;
	struct err err = { 0 };

	NEED_DB();
	for (size_t i = 0; i < nitems(have); i++) {
		struct code_list_source s =
		    source("urn:x-test:c", have[i].version, have[i].from);

		OK(code_list_publish(
		    f->db, &f->arena, &s, false, 5000, &put, &err));
	}
	OK(code_lists_load(f->db, &f->arena, newest, 2, 250, &lists, &err));
	assert_int_equal(code_lists_count(lists), 2);
	assert_string_equal(
	    code_lists_find(lists, "urn:x-test:c", NULL, 250)->version, "3");
	assert_string_equal(
	    code_lists_find(lists, "urn:x-test:c", NULL, 300)->version, "4");
	OK(code_lists_load(f->db, &f->arena, newest, 2, 100, &lists, &err));
	assert_int_equal(code_lists_count(lists), 4);
	OK(code_lists_load(f->db, &f->arena, one, 1, 250, &lists, &err));
	assert_int_equal(code_lists_count(lists), 1);
	assert_non_null(code_lists_find(lists, "urn:x-test:c", "2", 0));
	OK(code_lists_load(f->db, &f->arena, NULL, 0, 250, &lists, &err));
	assert_int_equal(code_lists_count(lists), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_publish),
		cmocka_unit_test(test_relabel),
		cmocka_unit_test(test_load),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
