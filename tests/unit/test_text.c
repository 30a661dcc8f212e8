#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/text.h"

static const struct {
	const char *name, *de, *en, *want; /* of err.msg, NULL: loads */
} cases[] = {
    {"both alike", "{\"a\":\"x {n}\"}", "{\"a\":\"y {n}\"}", NULL},
    {"order of placeholders", "{\"a\":\"{x} {y}\"}", "{\"a\":\"{y} {x}\"}",
	NULL},
    {"braces that are no placeholder", "{\"a\":\"{ }\"}", "{\"a\":\"{}\"}",
	NULL},
    {"no English", "{\"a\":\"x\",\"b\":\"y\"}", "{\"a\":\"x\"}",
	"text b is missing in English"},
    {"no German", "{}", "{\"a\":\"x\"}", "text a is missing in German"},
    {"other placeholder", "{\"a\":\"{name}\"}", "{\"a\":\"{nam}\"}",
	"text a: the languages have different {...}"},
    {"placeholder too many", "{\"a\":\"x\"}", "{\"a\":\"{n}\"}",
	"text a: the languages have different {...}"},
    {"not a string", "{\"a\":1}", "{\"a\":\"x\"}",
	"texts.de.json: a is not a string"},
    {"not an object", "[]", "{}", "texts.de.json: not an object"},
    {"same key twice", "{\"a\":\"x\",\"a\":\"y\"}", "{\"a\":\"x\"}",
	"texts.de.json: JSON line 1, column 13: the same name twice in an "
	"object"},
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct err err = {0};
		struct texts *t = NULL;
		int rc = texts_parse(cases[i].de, cases[i].en, &t, &err);

		if ((rc == 0) != (cases[i].want == NULL))
			fail_msg("%s: %s", cases[i].name, err.msg);
		if (rc == -1) {
			assert_int_equal(err.code, ERR_CONFIG);
			assert_string_equal(err.msg, cases[i].want);
		}
		texts_free(t);
	}
}

/* What a language lacks, another one says in its place. */
static void
test_stand_in(void **state)
{
	const char *json[LANG_COUNT] = {
	    [LANG_DE] = "{\"a\":\"Antrag {n}\",\"b\":\"Bescheid\"}",
	    [LANG_EN] = "{\"a\":\"claim {n}\",\"b\":\"notice\"}",
	    [LANG_LEICHT] = "{\"a\":\"Ihr Antrag {n}\"}",
	};
	struct err err = {0};
	struct texts *t;

	(void)state;
	assert_int_equal(texts_parse_all(json, &t, &err), 0);
	assert_string_equal(text_get(t, LANG_LEICHT, "a"), "Ihr Antrag {n}");
	assert_string_equal(text_get(t, LANG_LEICHT, "b"), "Bescheid");
	assert_string_equal(text_get(t, LANG_AR, "b"), "notice");
	assert_int_equal(texts_own(t, LANG_DE), 2);
	assert_int_equal(texts_own(t, LANG_LEICHT), 1);
	assert_int_equal(texts_own(t, LANG_AR), 0);
	texts_free(t);
	json[LANG_LEICHT] = "{\"a\":\"Ihr Antrag\"}";
	assert_int_equal(texts_parse_all(json, &t, &err), -1);
	assert_string_equal(
	    err.msg, "text a: the languages have different {...}");
	json[LANG_LEICHT] = "{\"c\":\"was\"}";
	assert_int_equal(texts_parse_all(json, &t, &err), -1);
	assert_string_equal(err.msg, "text c is missing in German");
}

static void
test_fill(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct texts *t;

	(void)state;
	assert_int_equal(texts_parse(
	    "{\"k\":\"{name} hat {n} Hunde, {n} {}\"}",
	    "{\"k\":\"{n} dogs of {name}\"}", &t, &err), 0);
	assert_string_equal(text_fill(&a, t, LANG_DE, "k", "n", "3", "name",
	    "{n}", NULL), "{n} hat 3 Hunde, 3 {}");
	assert_string_equal(text_fill(&a, t, LANG_EN, "k", "name", "x", NULL),
	    "{n} dogs of x");
	assert_string_equal(text_get(t, LANG_EN, "k"), "{n} dogs of {name}");
	assert_null(text_find(t, LANG_EN, "unknown"));
	assert_string_equal(text_get(t, LANG_EN, "unknown"), "unknown");
	texts_free(t);
	arena_free(&a);
}

static void
count(void *arg, const char *key)
{
	const char **last = arg;

	assert_true(strcmp(*last, key) < 0);
	*last = key;
}

/* Enough keys for the table to grow; all are found, in order. */
static void
test_many(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct buf b;
	struct texts *t;
	const char *last = "";

	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 3000; i++)
		buf_printf(&b, "%s\"key.%d\":\"value %d\"", i == 0 ? "{" : ",",
		    i * 7919 % 3000, i * 7919 % 3000);
	buf_puts(&b, "}");
	assert_int_equal(
	    texts_parse(buf_text(&b), buf_text(&b), &t, &err), 0);
	for (int i = 0; i < 3000; i++)
		assert_string_equal(
		    text_get(t, LANG_DE, arena_printf(&a, "key.%d", i)),
		    arena_printf(&a, "value %d", i));
	texts_each(t, count, &last);
	assert_string_equal(last, "key.999");
	texts_free(t);
	buf_free(&b);
	arena_free(&a);
}

/* The catalogues we ship, each code of the error table included. */
static void
test_shipped(void **state)
{
	static const char *const wires[] = {
#define WIRE(code, wire, status) wire,
	    ERR_TABLE(WIRE)
#undef WIRE
	};
	static const char *const parts[] = {"title", "text", "remedy"};
	struct arena a = {0};
	struct err err = {0};
	struct texts *t;

	(void)state;
	if (texts_load("fcgi-apps/texts", &t, &err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < nitems(wires); i++)
		for (size_t j = 0; j < nitems(parts); j++) {
			const char *key = arena_printf(
			    &a, "error.%s.%s", wires[i], parts[j]);

			if (text_find(t, LANG_DE, key) == NULL)
				fail_msg("%s", key);
		}
	texts_free(t);
	arena_free(&a);
}

static void
test_load_failures(void **state)
{
	char dir[] = "/tmp/torhaus-texts-XXXXXX";
	struct err err = {0};
	struct texts *t;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(texts_load(dir, &t, &err), -1);
	assert_non_null(strstr(err.msg, "holds no catalogue"));
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(texts_load(dir, &t, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.msg, "No such file"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_stand_in),
	    cmocka_unit_test(test_fill),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_shipped),
	    cmocka_unit_test(test_load_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
