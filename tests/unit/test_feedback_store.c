#include "common/feedback_store.h"
#include "common/utf8.h"
#include "db_fixture.h"

static const struct {
	const char *in, *want;
} pages[] = {
    {"/", "/"},
    {"/hilfe/", "/hilfe/"},
    {"/leistungen/hundesteuer-anmeldung/",
	"/leistungen/hundesteuer-anmeldung/"},
    {"/hilfe/?nummer=0123456789abcdef0123456789abcdef#x", "/hilfe/"},
    {"/vorgang/l/K7FQ2MZ6XT4HD9WBN3RVJ8YACP", "/vorgang/l/-"},
    {"/vorgang/l/abcdefg/nachricht", "/vorgang/l/-/nachricht"},
    {"/antrag/x/0192f0a45c3e7b1f8d2a6e904b7c1d35/person",
	"/antrag/x/-/person"},
    {"/antrag/weiter/abcdef", "/antrag/weiter/-"},
    {"/dokument/abc/def", "/dokument/-/def"},
    {"/W7K39QXD4M/", "/-/"},
    {"/a b/\xc3\xa4/<script>", "/-/-/-"},
    {"//evil.example/x", "//evil.example/x"},
    {"https://evil.example/", "/"},
    {"", "/"},
};

static void
test_page(void **state)
{
	struct arena a = {0};
	char *longest = arena_new(&a, char, 400);

	(void)state;
	for (size_t i = 0; i < nitems(pages); i++)
		assert_string_equal(
		    feedback_page(&a, pages[i].in), pages[i].want);
	for (size_t i = 0; i < 399; i++)
		longest[i] = i % 10 == 0 ? '/' : 'a';
	assert_string_equal(feedback_page(&a, longest), "/");
	arena_free(&a);
}

static const struct {
	const char *in, *want;
} remarks[] = {
    {"", ""},
    {"  Zu lang.\r\nUnd zu klein!  ", "Zu lang.\nUnd zu klein!"},
    {"Mail an ada@example.org bitte", "Mail an [...] bitte"},
    {"Tel. 03995/0000-17, danke", "Tel. [...], danke"},
    {"+49 171 1234567", "+[...]"},
    {"am 24.12. um 12 Uhr, Seite 404", "am 24.12. um 12 Uhr, Seite 404"},
    {"Feld 12345 von 99999", "Feld 12345 von 99999"},
    {"x\xff\xe2\x80\xaey", "x__y"},
};

static void
test_remark(void **state)
{
	struct arena a = {0};
	char *longest = arena_new(&a, char, 5001);

	(void)state;
	for (size_t i = 0; i < nitems(remarks); i++)
		assert_string_equal(feedback_remark(&a, remarks[i].in,
					strlen(remarks[i].in)),
		    remarks[i].want);
	for (size_t i = 0; i < 5000; i += 2)
		memcpy(longest + i, "\xc3\xa4", 2);
	assert_int_equal(
	    utf8_length(feedback_remark(&a, longest, 5000)), 1000);
	/* Each address becomes longer: the room must suffice. */
	for (size_t i = 0; i < 5000; i += 2)
		memcpy(longest + i, "@ ", 2);
	assert_int_equal(
	    utf8_length(feedback_remark(&a, longest, 5000)), 1000);
	arena_free(&a);
}

static void
test_rows(void **state)
{
	struct fixture *x;
	struct feedback f = {.page = "/hilfe/", .lang = LANG_LEICHT,
	    .is_helpful = true, .remark = "gut", .at_ms = 1000000};
	struct feedback *got;
	struct err err = {0};
	int64_t count;
	size_t n;

	NEED_DB();
	x = *state;
	assert_int_equal(feedback_insert(x->db, &f, &err), 0);
	f = (struct feedback){.page = "/", .lang = LANG_AR, .remark = "",
	    .at_ms = 2000000};
	assert_int_equal(feedback_insert(x->db, &f, &err), 0);
	assert_int_equal(feedback_list(x->db, &x->arena, NULL, 0, false, 10,
			     &got, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(got[0].page, "/");
	assert_int_equal(got[0].lang, LANG_AR);
	assert_false(got[0].is_helpful);
	assert_string_equal(got[1].remark, "gut");
	assert_int_equal(got[1].lang, LANG_LEICHT);
	assert_int_equal(got[1].at_ms, 1000000);
	assert_int_equal(
	    feedback_done(x->db, got[1].id, 3000000, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_int_equal(
	    feedback_done(x->db, got[1].id, 3000000, &count, &err), 0);
	assert_int_equal(count, 0);
	assert_int_equal(feedback_list(x->db, &x->arena, "/hilfe/", 0, false,
			     10, &got, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(feedback_list(x->db, &x->arena, "/hilfe/", 0, true,
			     10, &got, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(got[0].done_ms, 3000000);
	assert_int_equal(feedback_list(x->db, &x->arena, NULL, 1500000, true,
			     10, &got, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(feedback_sweep(x->db, 1500000, &count, &err), 0);
	assert_int_equal(count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_page),
	    cmocka_unit_test(test_remark),
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
