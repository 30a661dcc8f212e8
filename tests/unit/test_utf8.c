#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/utf8.h"

/* Names as people bear them: NFC, NFD, and the form for searching. */
static const struct {
	const char *nfc, *nfd, *folded;
} names[] = {
	{"Đorđević", "Đorđevic\u0301", "dordevic"},
	{"Łukasiewicz", "Łukasiewicz", "lukasiewicz"},
	{"Þorgilsdóttir", "Þorgilsdo\u0301ttir", "thorgilsdottir"},
	{"Nguyễn", "Nguye\u0302\u0303n", "nguyen"},
	{"Çağlar-Wójcik", "C\u0327ag\u0306lar-Wo\u0301jcik", "caglarwojcik"},
	{"Žluťoučký", "Z\u030clut\u030couc\u030cky\u0301", "zlutoucky"},
	{"Ștefănescu", "S\u0326tefa\u0306nescu", "stefanescu"},
	{"O’Súilleabháin", "O’Su\u0301illeabha\u0301in", "osuilleabhain"},
	{"Kőszegi", "Ko\u030bszegi", "koszegi"},
	{"İpek", "I\u0307pek", "ipek"},
	{"Işıl", "Is\u0327ıl", "isil"},
	{"Ñandú", "N\u0303andu\u0301", "nandu"},
	{"Hồ", "Ho\u0302\u0300", "ho"},
	{"Kāwika", "Ka\u0304wika", "kawika"},
	{"Weiß", "Weiß", "weiss"},
	{"Müller-Lüdenscheidt", "Mu\u0308ller-Lu\u0308denscheidt",
	    "mullerludenscheidt"},
	{"Ștefănescu-Żółć", "S\u0326tefa\u0306nescu-Z\u0307o\u0301łc\u0301",
	    "stefanescuzolc"},
};

static void
test_names(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		struct err err;
		const char *out;

		assert_int_equal(utf8_clean(&arena, names[i].nfc,
		    strlen(names[i].nfc), &out, &err), 0);
		assert_string_equal(out, names[i].nfc);
		assert_int_equal(utf8_clean(&arena, names[i].nfd,
		    strlen(names[i].nfd), &out, &err), 0);
		assert_string_equal(out, names[i].nfc);
		assert_string_equal(
		    utf8_fold(&arena, names[i].nfd), names[i].folded);
		assert_string_equal(
		    utf8_fold(&arena, names[i].nfc), names[i].folded);
		if (!utf8_is_din91379_c(names[i].nfc))
			fail_msg("%s is in DIN 91379", names[i].nfc);
	}
	arena_free(&arena);
}

/* Comma below and cedilla are two letters and stay so. */
static void
test_no_confusion(void **state)
{
	struct arena arena = {0};
	struct err err;
	const char *comma, *cedilla;

	(void)state;
	assert_int_equal(utf8_clean(&arena, "s\u0326", 3, &comma, &err), 0);
	assert_int_equal(utf8_clean(&arena, "s\u0327", 3, &cedilla, &err), 0);
	assert_string_equal(comma, "ș");
	assert_string_equal(cedilla, "ş");
	arena_free(&arena);
}

#define IN(s) s, sizeof(s) - 1

static const struct {
	const char *name, *in;
	size_t len;
	const char *want; /* NULL: refused */
} cleans[] = {
	{"empty", IN(""), ""},
	{"blanks only", IN(" \t\r\n\xc2\xa0 "), ""},
	{"blanks around", IN("  a b \n"), "a b"},
	{"no-break spaces around", IN("\xc2\xa0 a\xc2\xa0"), "a"},
	{"line ends", IN("a\r\nb\rc\nd"), "a\nb\nc\nd"},
	{"carriage returns", IN("a\r\r\nb"), "a\n\nb"},
	{"line separator", IN("a\xe2\x80\xa8z"), "a\nz"},
	{"tab inside", IN("a\tb"), "a\tb"},
	{"byte order mark in front", IN("\xef\xbb\xbf" "a"), "a"},
	{"byte order mark inside", IN("a\xef\xbb\xbf" "b"), NULL},
	{"four bytes", IN("\xf0\x9f\x90\x95"), "\xf0\x9f\x90\x95"},
	{"joined emoji", IN("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac"),
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac"},
	{"NUL", IN("a\0b"), NULL},
	{"escape", IN("a\x1b[0m"), NULL},
	{"delete", IN("a\x7f"), NULL},
	{"C1 control", IN("a\xc2\x85"), NULL},
	{"Latin-1", IN("M\xfcller"), NULL},
	{"cut off", IN("a\xc3"), NULL},
	{"stray continuation", IN("\x80"), NULL},
	{"overlong slash", IN("\xc0\xaf"), NULL},
	{"overlong three", IN("\xe0\x80\xaf"), NULL},
	{"surrogate", IN("\xed\xa0\x80"), NULL},
	{"beyond the end", IN("\xf4\x90\x80\x80"), NULL},
	{"right-to-left override", IN("gpj.\xe2\x80\xae" "exe"), NULL},
	{"isolate", IN("\xe2\x81\xa6" "a"), NULL},
	{"right-to-left mark", IN("a\xe2\x80\x8f"), NULL},
	{"Arabic letter mark", IN("a\xd8\x9c"), NULL},
	{"private use", IN("\xee\x80\x80"), NULL},
	{"private plane", IN("\xf3\xb0\x80\x80"), NULL},
	{"non-character", IN("\xef\xb7\x90"), NULL},
	{"non-character at the plane's end", IN("\xf0\x9f\xbf\xbe"), NULL},
};

static void
test_clean(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(cleans); i++) {
		struct err err = {0};
		const char *out = NULL;
		int rc = utf8_clean(
		    &arena, cleans[i].in, cleans[i].len, &out, &err);

		if (cleans[i].want == NULL && rc == -1)
			assert_int_equal(err.code, ERR_FIELD_INVALID);
		else if (rc == -1 || cleans[i].want == NULL ||
		    strcmp(out, cleans[i].want) != 0)
			fail_msg("%s: \"%s\"", cleans[i].name, out);
	}
	arena_free(&arena);
}

static const struct {
	const char *name, *in;
	bool want;
} din[] = {
	{"empty", "", true},
	{"ASCII", "Anna-Lena O'Neil", true},
	{"line end", "a\nb", true},
	{"capital sharp s", "WEIẞ", true},
	{"sequence of two", "L\u0325", true},
	{"sequence of three", "L\u0325\u0304", true},
	{"only the longer is listed", "S\u031b\u0304", true},
	{"the shorter is not", "S\u031b", false},
	{"K joined with h", "K\u035fh", true},
	{"K joined with k", "K\u035fk", false},
	{"capital T with diaeresis", "T\u0308", true},
	{"mark that no letter takes here", "b\u0301", false},
	{"mark after a sequence", "L\u0325\u0304\u0301", false},
	{"mark alone", "\u0301", false},
	{"Cyrillic", "Иван", false},
	{"Greek", "Νίκος", false},
	{"Arabic", "علي", false},
	{"emoji", "\xf0\x9f\x90\x95", false},
	{"soft hyphen", "a\xc2\xad" "b", false},
	{"Latin letter beyond the norm", "ƕ", false},
	{"euro", "5 €", true},
};

static void
test_din(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(din); i++)
		if (utf8_is_din91379_c(din[i].in) != din[i].want)
			fail_msg("%s", din[i].name);
}

static void
test_length_and_fold(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(
	    utf8_scrub(&arena, IN(" a\xff\xc3\x01\xe2\x80\xae" "u\u0308 ")),
	    "a____ü");
	assert_int_equal(utf8_length(""), 0);
	assert_int_equal(utf8_length("Nguyễn"), 6);
	assert_int_equal(utf8_length("\xf0\x9f\x90\x95!"), 2);
	assert_string_equal(utf8_fold(&arena, ""), "");
	assert_string_equal(utf8_fold(&arena, " -.’ "), "");
	assert_string_equal(utf8_fold(&arena, "Haus 12 b"), "haus12b");
	assert_string_equal(utf8_fold(&arena, "GROẞ Æther ﬁn"),
	    "grossaetherfin");
	assert_string_equal(utf8_fold(&arena, "ИВАН"), "иван");
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_confusion),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_din),
		cmocka_unit_test(test_length_and_fold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
