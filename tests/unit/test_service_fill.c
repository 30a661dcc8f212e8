#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "common/service/service_fill.h"

static const char settings[] =
    "{\"fee\": 10.5, \"hours\": {\"de\": \"Mo bis Fr\", \"en\": \"Mon to Fri\"},"
    "\"deep\": {\"phone\": \"0123\"}, \"list\": [1]}";

static const struct {
	const char *name, *in, *want;
	enum lang lang;
} cases[] = {
    {"nothing to replace", "Guten Tag", "Guten Tag", LANG_DE},
    {"town", "in {town}.", "in Stadt Quellstadt.", LANG_DE},
    {"number", "{setting.fee} Euro", "10.5 Euro", LANG_DE},
    {"isolated from right to left", "\xd9\x81\xd9\x8a {town}.",
	"\xd9\x81\xd9\x8a \xe2\x81\xa8" "Stadt Quellstadt\xe2\x81\xa9.",
	LANG_AR},
    {"what stands in for a language", "{setting.hours}",
	"\xe2\x81\xa8" "Mon to Fri\xe2\x81\xa9", LANG_AR},
    {"language of a setting", "{setting.hours}", "Mon to Fri", LANG_EN},
    {"a setting inside a setting", "Tel. {setting.deep.phone}", "Tel. 0123",
	LANG_DE},
    {"unknown setting becomes nothing", "[{setting.none}]", "[]", LANG_DE},
    {"a list becomes nothing", "[{setting.list}]", "[]", LANG_DE},
    {"foreign placeholder stays", "{n}. Hund in {town}",
	"{n}. Hund in Stadt Quellstadt", LANG_DE},
    {"brace that never closes", "a { b {town", "a { b {town", LANG_DE},
    {"empty placeholder", "{}", "{}", LANG_DE},
};

static void
test_fill(void **state)
{
	cJSON *tree = cJSON_Parse(settings);
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const char *got = service_fill(&arena, cases[i].in,
		    "Stadt Quellstadt", tree, cases[i].lang);

		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].name, got);
	}
	arena_free(&arena);
	cJSON_Delete(tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_fill)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
