/* links: forms/step_marks */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/json.h"
#include "forms/step_marks.h"

static const struct {
	const char *name, *before;
} round_trips[] = {
    {"no answers", "{}"},
    {"answers", "{\"name\":\"a\",\"list\":[1]}"},
};

static void
test_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(round_trips); i++) {
		struct arena arena = {0};
		struct step_marks marks = {0}, back;
		struct buf *draft = buf_new(&arena, 4096);
		struct step_mark *m;
		struct err err = {0};
		cJSON *json;

		m = step_mark_of(&arena, &marks, "person");
		m->revision = 3;
		m->is_seen = m->is_tried = true;
		step_mark_of(&arena, &marks, "hund")->revision = 12;
		buf_puts(draft, round_trips[i].before);
		step_marks_write(&marks, draft);
		if (json_parse(&arena, buf_text(draft), draft->len,
			&json_limits_request, &json, &err) == -1)
			fail_msg("%s: %s", round_trips[i].name, err.msg);
		assert_int_equal(step_marks_read(&arena, buf_text(draft),
				     draft->len, &back, &err),
		    0);
		assert_int_equal(back.n, 2);
		assert_int_equal(step_mark_revision(&back, "person"), 3);
		assert_true(step_mark_find(&back, "person")->is_tried);
		assert_true(step_mark_find(&back, "person")->is_seen);
		assert_int_equal(step_mark_revision(&back, "hund"), 12);
		assert_false(step_mark_find(&back, "hund")->is_seen);
		assert_int_equal(step_mark_revision(&back, "katze"), 0);
		assert_null(step_mark_find(&back, "katze"));
		arena_free(&arena);
	}
}

static const struct {
	const char *name, *json;
	size_t n;
	bool is_json;
} odd[] = {
    {"no draft", NULL, 0, true},
    {"no marks", "{\"a\":\"b\"}", 0, true},
    {"marks of another kind", "{\"_steps\":[1,2]}", 0, true},
    {"a mark that is none", "{\"_steps\":{\"a\":7}}", 1, true},
    {"a revision out of bounds",
	"{\"_steps\":{\"a\":{\"revision\":-5}}}", 1, true},
    {"no JSON", "{\"_steps\":", 0, false},
};

static void
test_odd(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(odd); i++) {
		struct arena arena = {0};
		struct step_marks marks;
		struct err err = {0};
		int rc = step_marks_read(&arena, odd[i].json,
		    odd[i].json != NULL ? strlen(odd[i].json) : 0, &marks,
		    &err);

		if ((rc == 0) != odd[i].is_json || marks.n != odd[i].n ||
		    step_mark_revision(&marks, "a") != 0)
			fail_msg("%s: %d, %zu marks", odd[i].name, rc, marks.n);
		arena_free(&arena);
	}
}

static void
test_many(void **state)
{
	struct arena arena = {0};
	struct step_marks marks = {0};

	(void)state;
	for (int i = 0; i < 60; i++)
		step_mark_of(&arena, &marks, arena_printf(&arena, "s%d", i))
		    ->revision = i + 1;
	step_mark_of(&arena, &marks, "s7")->revision = 99;
	assert_int_equal(marks.n, 60);
	assert_int_equal(step_mark_revision(&marks, "s7"), 99);
	assert_int_equal(step_mark_revision(&marks, "s59"), 60);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_odd),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
