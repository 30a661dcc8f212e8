/* links: torhaus/town_profile */
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "torhaus/town_profile.h"

static char folder[] = "/tmp/town_profile.XXXXXX";

static const char *
path_of(struct arena *a, const char *name)
{
	return arena_printf(a, "%s/town/%s", folder, name);
}

static void
put(struct arena *a, const char *name, const char *text)
{
	FILE *f = fopen(path_of(a, name), "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static const struct {
	const char *name, *profile, *crest;
	enum err_code want;
} cases[] = {
    {"empty profile", "{}", "<svg xmlns=\"x\"></svg>", ERR_NONE},
    {"colours", "{\"colours\": {\"accent\": \"#1a3da5\"}}", NULL, ERR_NONE},
    {"processors", "{\"processors\": [{\"name\": \"IT\", \"contract\": \"7\"}]}",
	NULL, ERR_NONE},
    {"a processor without a name", "{\"processors\": [{\"contract\": \"7\"}]}",
	NULL, ERR_CONFIG},
    {"a colour by name", "{\"colours\": {\"accent\": \"red\"}}", NULL,
	ERR_CONFIG},
    {"a colour that leaves the style sheet",
	"{\"colours\": {\"accent_dark\": \"#00000}\"}}", NULL, ERR_CONFIG},
    {"no JSON", "{", NULL, ERR_CONFIG},
    {"a crest with a script", "{}", "<svg><script>1</script></svg>",
	ERR_CONFIG},
    {"a crest that is no SVG", "{}", "GIF89a", ERR_CONFIG},
};

static void
test_read(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct town_profile profile;
		struct err err = {0};

		put(&arena, "profile.json", cases[i].profile);
		if (cases[i].crest != NULL)
			put(&arena, "wappen.svg", cases[i].crest);
		(void)town_profile_read(
		    &arena, folder, "town", &profile, &err);
		if (err.code != cases[i].want)
			fail_msg("%s: %s %s", cases[i].name,
			    err_wire(err.code), err.msg);
		(void)unlink(path_of(&arena, "wappen.svg"));
	}
	arena_free(&arena);
}

static void
count(void *arg, const char *member)
{
	size_t *n = arg;

	assert_non_null(member);
	++*n;
}

static void
test_town_without_profile(void **state)
{
	struct arena arena = {0};
	struct town_profile profile;
	struct err err = {0};
	size_t gaps = 0;

	(void)state;
	assert_int_equal(
	    town_profile_read(&arena, folder, "nobody", &profile, &err), 0);
	assert_null(profile.crest);
	assert_string_equal(profile.kopfzeile[LANG_EN], "");
	town_profile_gaps(&profile, count, &gaps);
	assert_int_equal(gaps, 7);
	arena_free(&arena);
}

static void
test_members(void **state)
{
	struct arena arena = {0};
	struct town_profile profile;
	struct err err = {0};

	(void)state;
	put(&arena, "profile.json",
	    "{\"kopfzeile\": {\"de\": \"Demo\", \"en\": \"Demo (en)\"},"
	    "\"address\": [\"Am Markt 1\", \"99999 Quellstadt\"],"
	    "\"mail\": \"rathaus@quellstadt.example\","
	    "\"enforcement_body\": {\"name\": \"Stelle\"}}");
	assert_int_equal(
	    town_profile_read(&arena, folder, "town", &profile, &err), 0);
	assert_string_equal(profile.kopfzeile[LANG_EN], "Demo (en)");
	assert_int_equal(profile.town.naddress, 2);
	assert_string_equal(profile.town.address[1], "99999 Quellstadt");
	assert_string_equal(
	    profile.feedback_mail, "rathaus@quellstadt.example");
	assert_string_equal(profile.enforcement_body.name, "Stelle");
	assert_string_equal(profile.enforcement_body.phone, "");
	arena_free(&arena);
}

static int
setup(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(
	    mkdir(arena_printf(&arena, "%s/town", folder), 0700), 0);
	arena_free(&arena);
	return 0;
}

static int
teardown(void **state)
{
	struct arena arena = {0};

	(void)state;
	(void)unlink(path_of(&arena, "profile.json"));
	(void)rmdir(arena_printf(&arena, "%s/town", folder));
	(void)rmdir(folder);
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_town_without_profile),
	    cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
