#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/json.h"

#define OK ERR_NONE
#define BAD ERR_BAD_REQUEST

static const struct {
	const char *name, *in;
	enum err_code want;
} cases[] = {
    {"object", "{\"a\": [1, -2.5e+3, true, false, null, \"x\"]}", OK},
    {"empty object", " {} ", OK},
    {"empty array", "[ ]", OK},
    {"a lone string", "\"x\"", OK},
    {"a lone zero", "0", OK},
    {"escapes", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\"]", OK},
    {"surrogate pair", "[\"\\ud83d\\ude00\"]", OK},
    {"UTF-8 of four bytes", "[\"\xf0\x9f\x98\x80\"]", OK},
    {"same name in two objects", "[{\"a\":1},{\"a\":2}]", OK},
    {"same name one deeper", "{\"a\":{\"a\":1}}", OK},
    {"nothing", "", BAD},
    {"blanks only", "  \n", BAD},
    {"byte order mark", "\xef\xbb\xbf{}", BAD},
    {"trailing text", "{} x", BAD},
    {"two values", "{}{}", BAD},
    {"open object", "{\"a\":1", BAD},
    {"open array", "[1,", BAD},
    {"open string", "\"abc", BAD},
    {"backslash at the end", "\"abc\\", BAD},
    {"comma behind the last", "[1,]", BAD},
    {"comma in an object", "{\"a\":1,}", BAD},
    {"no comma", "[1 2]", BAD},
    {"no colon", "{\"a\" 1}", BAD},
    {"name without quotes", "{a:1}", BAD},
    {"single quotes", "{'a':1}", BAD},
    {"comment", "[1/*x*/]", BAD},
    {"leading zero", "01", BAD},
    {"plus", "+1", BAD},
    {"no digit before the point", ".5", BAD},
    {"no digit behind the point", "1.", BAD},
    {"no digit in the exponent", "1e", BAD},
    {"number beyond a double", "1e999", BAD},
    {"NaN", "NaN", BAD},
    {"very long number",
	"1111111111111111111111111111111111111111111111111111111111111111",
	BAD},
    {"word cut short", "tru", BAD},
    {"word in capitals", "True", BAD},
    {"same name twice", "{\"a\":1,\"b\":2,\"a\":3}", BAD},
    {"same name, once escaped", "{\"a\":1,\"\\u0061\":2}", BAD},
    {"same name, umlaut escaped", "{\"\xc3\xa4\":1,\"\\u00e4\":2}", BAD},
    {"same name, pair escaped",
	"{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}", BAD},
    {"same name, three bytes", "{\"\xe2\x82\xac\":1,\"\\u20ac\":2}", BAD},
    {"NUL escaped", "[\"a\\u0000b\"]", BAD},
    {"control character", "[\"a\nb\"]", BAD},
    {"unknown escape", "[\"\\x41\"]", BAD},
    {"short \\u", "[\"\\u12\"]", BAD},
    {"lone high surrogate", "[\"\\ud83d\"]", BAD},
    {"lone low surrogate", "[\"\\ude00\"]", BAD},
    {"surrogates in the wrong order", "[\"\\ude00\\ud83d\"]", BAD},
    {"lone continuation byte", "[\"\x80\"]", BAD},
    {"overlong slash", "[\"\xc0\xaf\"]", BAD},
    {"overlong in three", "[\"\xe0\x80\xaf\"]", BAD},
    {"surrogate as UTF-8", "[\"\xed\xa0\x80\"]", BAD},
    {"above U+10FFFF", "[\"\xf4\x90\x80\x80\"]", BAD},
    {"character cut off", "[\"\xe2\x82\"]", BAD},
    {"Latin-1", "[\"M\xfcller\"]", BAD},
    {"depth 16", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", OK},
    {"depth 17", "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", ERR_TOO_LARGE},
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena a = {0};
		struct err err = {0};
		cJSON *tree = NULL;
		size_t len = strlen(cases[i].in);
		/* In a block of its own size, so that ASan sees an overrun. */
		char *copy = malloc(len + 1);

		memcpy(copy, cases[i].in, len);
		copy[len] = 'x';
		(void)json_parse(
		    &a, copy, len, &json_limits_request, &tree, &err);
		if (err.code != cases[i].want)
			fail_msg("%s: %s %s", cases[i].name,
			    err_wire(err.code), err.msg);
		if (err.code == ERR_NONE)
			assert_non_null(tree);
		free(copy);
		arena_free(&a);
	}
}

static void
test_limits(void **state)
{
	static const struct json_limits few = {100, 3, 4};
	struct err err = {0};
	char text[200];

	(void)state;
	assert_int_equal(json_check("[1,2,3]", 7, &few, &err), 0);
	assert_int_equal(json_check("[1,2,3,4]", 9, &few, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	memset(text, ' ', sizeof(text));
	text[0] = '1';
	assert_int_equal(json_check(text, 100, &few, &err), 0);
	assert_int_equal(json_check(text, 101, &few, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
}

/* Many names: the set grows, and finds the double in it. */
static void
test_many_names(void **state)
{
	struct err err = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "{");
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "\"name%d\":%d,", i, i);
	buf_puts(&b, "\"last\":0}");
	assert_int_equal(json_check(
	    buf_text(&b), b.len, &json_limits_request, &err), 0);
	b.len--;
	buf_puts(&b, ",\"name17\":0}");
	assert_int_equal(json_check(
	    buf_text(&b), b.len, &json_limits_request, &err), -1);
	assert_non_null(strstr(err.msg, "twice"));
	buf_free(&b);
}

static void
test_place_of_mistake(void **state)
{
	struct err err = {0};
	static const char text[] = "{\n  \"a\": 1,\n  \"b\" 2\n}";

	(void)state;
	assert_int_equal(json_check(
	    text, strlen(text), &json_limits_request, &err), -1);
	assert_string_equal(
	    err.msg, "JSON line 3, column 7: a colon was expected");
}

static void
test_line_of(void **state)
{
	static const char text[] = "{\n"
				   "  \"fields\": [\n"
				   "    {\"key\": \"a\"},\n"
				   "    {\n"
				   "      \"key\": \"b\",\n"
				   "      \"x.y\": {\"z\": 1}\n"
				   "    }\n"
				   "  ],\n"
				   "  \"person.name.label\": \"x\"\n"
				   "}\n";
	static const struct {
		const char *path;
		size_t line;
	} paths[] = {
	    {"", 1},
	    {"fields", 2},
	    {"fields[0]", 3},
	    {"fields[0].key", 3},
	    {"fields[1]", 4},
	    {"fields[1].key", 5},
	    {"fields[1].x.y.z", 6},
	    {"person.name.label", 9},
	    {"fields[2]", 0},
	    {"fields[1].nothing", 0},
	    {"field", 0},
	};

	(void)state;
	for (size_t i = 0; i < nitems(paths); i++)
		if (json_line_of(text, strlen(text), paths[i].path) !=
		    paths[i].line)
			fail_msg("%s: line %zu", paths[i].path,
			    json_line_of(text, strlen(text), paths[i].path));
}

static void
test_members(void **state)
{
	static const char text[] =
	    "{\"s\":\"x\",\"n\":5,\"f\":1.5,\"b\":true,\"o\":{},\"a\":[],"
	    "\"z\":null,\"big\":9007199254740993,\"huge\":1e30}";
	struct arena a = {0};
	struct err err = {0};
	cJSON *o;

	(void)state;
	assert_int_equal(json_parse(&a, text, strlen(text),
	    &json_limits_request, &o, &err), 0);
	assert_string_equal(json_string(o, "s"), "x");
	assert_null(json_string(o, "n"));
	assert_null(json_string(o, "S"));
	assert_non_null(json_object(o, "o"));
	assert_null(json_object(o, "a"));
	assert_non_null(json_array(o, "a"));
	assert_null(json_array(o, "z"));
	assert_true(json_bool(o, "b", false));
	assert_true(json_bool(o, "missing", true));
	assert_false(json_bool(o, "n", false));
	assert_int_equal(json_int(o, "n", 0, 10, -1), 5);
	assert_int_equal(json_int(o, "n", 6, 10, -1), -1);
	assert_int_equal(json_int(o, "f", 0, 10, -1), -1);
	assert_int_equal(json_int(o, "s", 0, 10, -1), -1);
	assert_int_equal(json_int(o, "big", 0, INT64_MAX, -1), -1);
	assert_int_equal(json_int(o, "huge", 0, INT64_MAX, -1), -1);
	arena_free(&a);
}

static void
test_writer(void **state)
{
	struct json_out j;
	struct err err = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	json_begin(&j, &b);
	json_open_object(&j);
	json_pair(&j, "a\"b", "x\\y\n\t\r\001ä");
	json_key(&j, "list");
	json_open_array(&j);
	json_put_int(&j, INT64_MIN);
	json_put_bool(&j, true);
	json_put_bool(&j, false);
	json_put_null(&j);
	json_put_string(&j, NULL);
	json_open_object(&j);
	json_close_object(&j);
	json_put_raw(&j, "[1]");
	json_close_array(&j);
	json_pair(&j, "empty", "");
	json_close_object(&j);
	assert_string_equal(buf_text(&b),
	    "{\"a\\\"b\":\"x\\\\y\\n\\t\\r\\u0001ä\",\"list\":["
	    "-9223372036854775808,true,false,null,null,{},[1]],"
	    "\"empty\":\"\"}");
	assert_int_equal(json_check(
	    buf_text(&b), b.len, &json_limits_request, &err), 0);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_many_names),
	    cmocka_unit_test(test_place_of_mistake),
	    cmocka_unit_test(test_line_of),
	    cmocka_unit_test(test_members),
	    cmocka_unit_test(test_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
