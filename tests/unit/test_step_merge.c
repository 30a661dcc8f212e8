/* links: forms/step_merge */
#include "form_fixture.h"

#include "forms/step_merge.h"

#define FORM                                                                   \
	"{'steps': true, 'pages': ["                                           \
	"{'id': 'eins', 'fields': [{'key': 'a', 'type': 'text',"               \
	" 'max_length': 20}, {'key': 'm', 'type': 'multi_choice',"             \
	" 'options': ['x', 'y']}]},"                                           \
	"{'id': 'zwei', 'fields': [{'key': 'dogs', 'type': 'repeat',"          \
	" 'max_items': 150, 'fields': [{'key': 'name', 'type': 'text',"        \
	" 'max_length': 20}, {'key': 'photo', 'type': 'file',"                 \
	" 'accept': ['image/png']}]}]},"                                       \
	"{'id': 'drei', 'fields': [{'key': 'g', 'type': 'group', 'fields': ["  \
	"{'key': 'b', 'type': 'text', 'max_length': 20}]}]}]}"

static struct form_answers *
pairs(struct fixture *f, const char *const *list)
{
	const struct http_pairs p = fixture_pairs(f, list);
	struct form_answers *out;
	struct err err = {0};

	if (form_read_pairs(&f->arena, f->form, &p, &out, &err) == -1)
		fail_msg("%s", err.msg);
	return out;
}

#define ID_1 "00000000000000000000000000000001"
#define ID_2 "00000000000000000000000000000002"

static const struct {
	const char *name;
	size_t page;
	const char *mine[12], *theirs[12];
	const char *want;
} cases[] = {
    {"the same", 0, {"a", "1", "m", "x", "m", "y", NULL},
	{"a", "1", "m", "y", "m", "x", NULL}, ""},
    {"empty and absent are the same", 0, {"a", "", NULL}, {NULL}, ""},
    {"another text", 0, {"a", "1", NULL}, {"a", "2", NULL}, "a"},
    {"a text that went", 0, {NULL}, {"a", "2", NULL}, "a"},
    {"another choice", 0, {"m", "x", NULL}, {"m", "y", NULL}, "m"},
    {"only of another page", 0, {"g.b", "1", NULL}, {"g.b", "2", NULL}, ""},
    {"inside a group", 2, {"g.b", "1", NULL}, {"g.b", "2", NULL}, "g.b"},
    {"inside an item", 1,
	{"dogs.0.name", "a", "dogs.1.name", "b", NULL},
	{"dogs.0.name", "a", "dogs.1.name", "c", NULL}, "dogs.1.name"},
    {"one item more", 1, {"dogs.0.name", "a", "dogs.1.name", "b", NULL},
	{"dogs.0.name", "a", NULL}, "dogs.1"},
    {"one item less", 1, {"dogs.0.name", "a", NULL},
	{"dogs.0.name", "a", "dogs.1", "1", NULL}, "dogs.1"},
    {"the same files", 1, {"dogs.0.photo", ID_1, "dogs.0.photo", ID_2, NULL},
	{"dogs.0.photo", ID_2, "dogs.0.photo", ID_1, NULL}, ""},
    {"another file", 1, {"dogs.0.photo", ID_1, NULL},
	{"dogs.0.photo", ID_2, NULL}, "dogs.0.photo"},
    {"two fields", 0, {"a", "1", "m", "x", NULL}, {NULL}, "a m"},
};

static void
test_compare(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture f = {0};
		struct step_difference *d;
		const char *got = "";
		size_t n;

		fixture_form(&f, FORM, "{}");
		n = step_compare(&f.arena, pairs(&f, cases[i].mine),
		    pairs(&f, cases[i].theirs), &f.form->page[cases[i].page],
		    &d);
		for (size_t k = 0; k < n; k++)
			got = arena_printf(&f.arena, "%s%s%s", got,
			    k > 0 ? " " : "", d[k].path);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s: \"%s\"", cases[i].name, got);
		arena_free(&f.arena);
	}
}

static const char *
draft(struct fixture *f, const struct form_answers *a)
{
	struct buf *out = buf_new(&f->arena, 1 << 20);

	form_write_draft(a, out);
	return buf_text(out);
}

static void
test_merge(void **state)
{
	const char *const before[] = {"a", "alt", "dogs.0.name", "Rex",
	    "dogs.1.name", "Bello", "g.b", "bleibt", NULL};
	const char *const posted[] = {"dogs.0.name", "Waldi", "a",
	    "gehoert nicht hierher", NULL};
	struct fixture f = {0};
	struct form_answers *stored;
	struct err err = {0};

	(void)state;
	fixture_form(&f, FORM, "{}");
	stored = pairs(&f, before);
	assert_int_equal(stored->nitem, 2);
	assert_int_equal(
	    step_merge(stored, pairs(&f, posted), &f.form->page[1], &err), 0);
	assert_int_equal(stored->nitem, 1);
	assert_string_equal(draft(&f, stored),
	    "{\"a\":\"alt\",\"dogs\":[{\"name\":\"Waldi\"}],"
	    "\"g\":{\"b\":\"bleibt\"}}");
	arena_free(&f.arena);
}

/* The limit holds for the whole form, not for one page of it. */
static void
test_merge_limit(void **state)
{
	struct fixture f = {0};
	struct form_answers *stored, *posted;
	struct answer *repeat;
	struct err err = {0};

	(void)state;
	fixture_form(&f, FORM, "{}");
	stored = form_answers_new(&f.arena, f.form);
	posted = form_answers_new(&f.arena, f.form);
	repeat = form_find(posted, "dogs");
	for (int i = 0; i < 150; i++)
		assert_int_equal(
		    form_item_add(&f.arena, posted, repeat, &err), 0);
	stored->nitem = FORM_ITEMS_TOTAL - 100; /* of other pages */
	assert_int_equal(
	    step_merge(stored, posted, &f.form->page[1], &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_int_equal(form_find(stored, "dogs")->nitem, 0);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_compare),
	    cmocka_unit_test(test_merge),
	    cmocka_unit_test(test_merge_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
