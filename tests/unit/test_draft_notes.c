#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/draft/draft_notes.h"

static void
round_trip(const char *draft, const struct draft_notes *notes)
{
	struct arena arena = {0};
	struct draft_notes out;
	struct buf b;
	struct err err = {0};

	buf_init(&b, 10000);
	buf_puts(&b, draft);
	draft_notes_write(notes, &b);
	if (draft_notes_read(&arena, buf_text(&b), b.len, &out, &err) == -1)
		fail_msg("%s: %s", buf_text(&b), err.msg);
	assert_string_equal(out.action, notes->action);
	assert_int_equal(out.is_fresh_id, notes->is_fresh_id);
	assert_int_equal(out.nrefusal, notes->nrefusal);
	for (size_t i = 0; i < out.nrefusal; i++) {
		assert_string_equal(
		    out.refusal[i].path, notes->refusal[i].path);
		assert_string_equal(
		    out.refusal[i].code, notes->refusal[i].code);
		assert_string_equal(
		    out.refusal[i].name, notes->refusal[i].name);
	}
	buf_free(&b);
	arena_free(&arena);
}

static void
test_round_trip(void **state)
{
	static const struct draft_refusal refused[] = {
	    {"dogs.0.photo", "too_large", "Größe \"1\".jpg"},
	    {"photos", "empty_file", "leer.pdf"},
	};

	(void)state;
	round_trip("{}", &(struct draft_notes){.action = ""});
	round_trip("{\"a\":\"}\"}", &(struct draft_notes){.action = "add:dogs",
	    .is_fresh_id = true, .refusal = refused, .nrefusal = 2});
}

static void
test_without(void **state)
{
	struct arena arena = {0};
	struct draft_notes out;
	struct err err;

	(void)state;
	assert_int_equal(
	    draft_notes_read(&arena, "{\"a\":1}", 7, &out, &err), 0);
	assert_string_equal(out.action, "");
	assert_int_equal(out.nrefusal, 0);
	assert_int_equal(draft_notes_read(&arena, "{", 1, &out, &err), -1);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
