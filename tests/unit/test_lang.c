#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/lang.h"

static const struct {
	const char *name, *in;
	enum lang want;
} cases[] = {
    {"none", NULL, LANG_DE},
    {"empty", "", LANG_DE},
    {"German", "de", LANG_DE},
    {"English", "en", LANG_EN},
    {"British", "en-GB", LANG_EN},
    {"capitals", "EN-us", LANG_EN},
    {"Chrome in Germany", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", LANG_DE},
    {"Firefox in England", "en-GB,en;q=0.5", LANG_EN},
    {"weights against order", "de;q=0.3, en;q=0.8", LANG_EN},
    {"three decimals", "de;q=0.801,en;q=0.802", LANG_EN},
    {"neither", "fr,uk;q=0.5", LANG_DE},
    {"neither but anything", "fr,*;q=0.1", LANG_DE},
    {"anything but German", "de;q=0,*", LANG_EN},
    {"English unwanted", "en;q=0,fr", LANG_DE},
    {"a language that begins alike", "den, enx", LANG_DE},
    {"French before English", "fr, en;q=0.2", LANG_EN},
    {"nonsense weight", "en;q=high, de;q=0.1", LANG_DE},
    {"stray commas", ",, en ,,", LANG_EN},
    {"blanks around the weight", "en ; q=0.9 , de ; q=0.1", LANG_EN},
    {"equal weights: first named", "en, de", LANG_EN},
    {"equal weights, German first", "de;q=0.5,en;q=0.5", LANG_DE},
    {"Arabic where there is none", "ar, de;q=0.4, en;q=0.2", LANG_DE},
    {"plain German where there is none", "de-simple, en;q=0.9", LANG_DE},
};

static const struct {
	const char *name, *in;
	enum lang want;
} all_cases[] = {
    {"none", NULL, LANG_DE},
    {"Arabic", "ar-EG,ar;q=0.9,en;q=0.8", LANG_AR},
    {"Arabic last", "de,en;q=0.8,ar;q=0.5", LANG_DE},
    {"Arabic at equal weight", "en, ar", LANG_AR},
    {"Arabic unwanted", "ar;q=0, en", LANG_EN},
    {"plain German", "de-simple", LANG_LEICHT},
    {"plain German beside German", "de, de-simple", LANG_LEICHT},
    {"plain German as a second choice", "de, de-simple;q=0.5", LANG_DE},
    {"a region of German", "de-AT", LANG_DE},
    {"anything", "*", LANG_DE},
    {"anything but German and English", "de;q=0,en;q=0,*", LANG_DE},
};

static void
test_accept(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		if (lang_accept(cases[i].in, LANGS_NEEDED) != cases[i].want)
			fail_msg("%s", cases[i].name);
	for (size_t i = 0; i < nitems(all_cases); i++)
		if (lang_accept(all_cases[i].in, ~0u) != all_cases[i].want)
			fail_msg("%s", all_cases[i].name);
}

static void
test_among(void **state)
{
	const unsigned plain = LANGS_NEEDED | LANG_BIT(LANG_LEICHT);

	(void)state;
	assert_int_equal(lang_among(LANG_LEICHT, plain), LANG_LEICHT);
	assert_int_equal(lang_among(LANG_LEICHT, LANGS_NEEDED), LANG_DE);
	assert_int_equal(lang_among(LANG_AR, plain), LANG_EN);
	assert_int_equal(lang_among(LANG_DE, plain), LANG_DE);
	assert_string_equal(lang_dir(LANG_AR), "rtl");
	assert_string_equal(lang_dir(LANG_LEICHT), "ltr");
	assert_string_equal(lang_tag(LANG_LEICHT), "de-simple");
}

static void
test_parse(void **state)
{
	(void)state;
	assert_int_equal(lang_parse("en", LANG_DE), LANG_EN);
	assert_int_equal(lang_parse("de", LANG_EN), LANG_DE);
	assert_int_equal(lang_parse("fr", LANG_EN), LANG_EN);
	assert_int_equal(lang_parse("", LANG_DE), LANG_DE);
	assert_int_equal(lang_parse(NULL, LANG_COUNT), LANG_COUNT);
	assert_string_equal(lang_code(LANG_DE), "de");
	assert_string_equal(lang_code(LANG_EN), "en");
	assert_int_equal(lang_parse("leicht", LANG_DE), LANG_LEICHT);
	assert_int_equal(lang_parse("ar", LANG_DE), LANG_AR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accept),
	    cmocka_unit_test(test_among),
	    cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
