#include "form_fixture.h"

#include "common/form/form_script.h"

#define FORM                                                                   \
	"{'pages': ["                                                          \
	"{'id': 'eins', 'fields': ["                                           \
	" {'key': 'kind', 'type': 'choice', 'options': ['a', 'b']},"           \
	" {'key': 'other', 'type': 'text', 'max_length': 9},"                  \
	" {'key': 'wishes', 'type': 'multi_choice', 'options': ['x', 'y']},"   \
	" {'key': 'is_set', 'type': 'checkbox'},"                              \
	" {'key': 'kindly', 'type': 'text', 'max_length': 9},"                 \
	" {'key': 'dogs', 'type': 'repeat', 'fields': ["                       \
	"  {'key': 'age', 'type': 'integer'}]}]},"                             \
	"{'id': 'zwei', 'fields': ["                                           \
	" {'key': 'here', 'type': 'yesno'},"                                   \
	" {'key': 'asked', 'type': 'text', 'max_length': 9, 'show':"           \
	"  {'and': [{'eq': ['kind', 'a']}, {'eq': ['here', true]}]}},"         \
	" {'key': 'more', 'type': 'text', 'max_length': 9, 'show':"            \
	"  {'or': [{'contains': ['wishes', 'x']}, {'eq': ['is_set', true]},"   \
	"   {'any': ['dogs', {'gt': ['age', 7]}]}]}}]}]}"

static const struct {
	const char *name;
	size_t page;
	const char *answers, *want;
} cases[] = {
	{ "what conditions name, in the form's order", 1,
	    "{'kind': 'a', 'other': 'o', 'wishes': ['x', 'y'],"
	    " 'is_set': true, 'dogs': [{'age': 3}, {'age': 8}]}",
	    "{'kind':'a','wishes':['x','y'],'is_set':'true','dogs':2,"
	    "'dogs.0.age':'3','dogs.1.age':'8'}" },
	{ "nothing was answered", 1, "{}",
	    "{'kind':'','wishes':[],'is_set':'false','dogs':0}" },
	{ "a page without conditions", 0, "{'kind': 'a'}", NULL },
};

static void
test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture f = { 0 };
		const char *got;

		fixture_form(&f, FORM, "{}");
		fixture_answer(&f, cases[i].answers);
		got = form_script_answers(
		    &f.arena, &f.form->page[cases[i].page], f.answers);
		if (cases[i].want == NULL) {
			assert_null(got);
		} else {
			char *want = arena_strdup(&f.arena, cases[i].want);

			for (char *s = want; *s != '\0'; s++)
				if (*s == '\'')
					*s = '"';
			assert_non_null(got);
			assert_string_equal(got, want);
		}
		arena_free(&f.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
