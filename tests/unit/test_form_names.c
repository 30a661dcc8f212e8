/* Names and addresses as people bear them: taken whole, kept in NFC, whatever
 * way the keyboard composes them; other scripts are refused with a reason. */
#include "form_fixture.h"

#include "common/utf8.h"

/* nfd NULL: the same. */
static const struct {
	const char *nfc, *nfd;
} names[] = {
	{"Đorđević", "Đorđevic\u0301"},
	{"Łukasiewicz", NULL},
	{"Þorgilsdóttir", "Þorgilsdo\u0301ttir"},
	{"Nguyễn", "Nguye\u0302\u0303n"},
	{"Çağlar-Wójcik", "C\u0327ag\u0306lar-Wo\u0301jcik"},
	{"Žluťoučký", "Z\u030clut\u030couc\u030cky\u0301"},
	{"Ștefănescu", "S\u0326tefa\u0306nescu"},
	{"O’Súilleabháin", "O’Su\u0301illeabha\u0301in"},
	{"O'Neill", NULL},
	{"Kőszegi", "Ko\u030bszegi"},
	{"İpek", "I\u0307pek"},
	{"Işıl", "Is\u0327ıl"},
	{"Ñandú", "N\u0303andu\u0301"},
	{"Hồ", "Ho\u0302\u0300"},
	{"Kāwika", "Ka\u0304wika"},
	{"Weiß", NULL},
	{"Straße des 17. Juni 1 a", NULL},
	{"A\u030bron", NULL}, /* a letter that is two code points in NFC too */
	{"Freifrau von und zu Wolkenstein-Hohenschlüsselfeld-"
	 "Großkönigswusterhausen",
	    NULL},
};

static const char *const refused[] = {
	"Παπαδόπουλος",	 /* Greek */
	"Ђаково",	 /* Cyrillic */
	"Аlexander",	 /* begins with a Cyrillic letter */
	"王小明",
	"محمد",
	"Ab\u0332c",	 /* a mark that no register knows there */
	"\xf0\x9f\x90\x95",
};

#define FIELDS                                                                 \
	"{'key':'n','type':'name','index':'name'},"                            \
	"{'key':'s','type':'text','max_length':120,'latin':true},"             \
	"{'key':'t','type':'textarea','max_length':300,'latin':true},"         \
	"{'key':'free','type':'text','max_length':120}"

static const char *
stored(struct fixture *f)
{
	struct buf *out = buf_new(&f->arena, 10000);

	form_write_json(f->answers, out);
	return buf_text(out);
}

static void
answer_all(struct fixture *f, const char *value)
{
	const char *pairs[] = {"n", value, "s", value, "t", value, NULL};
	struct http_pairs list = fixture_pairs(f, pairs);
	struct err err = {0};

	if (form_read_pairs(&f->arena, f->form, &list, &f->answers, &err) ==
	    -1)
		fail_msg("%s", err.msg);
	form_evaluate(
	    &f->arena, f->answers, &f->context, &f->error, &f->nerror);
}

static void
test_names(void **state)
{
	struct fixture f = {0};
	const char *json;

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	for (size_t i = 0; i < nitems(names); i++) {
		answer_all(&f, names[i].nfc);
		if (f.nerror > 0)
			fail_msg("%s: %s", names[i].nfc, fixture_errors(&f));
		assert_string_equal(fixture_text(&f, "n"), names[i].nfc);
		assert_string_equal(fixture_text(&f, "s"), names[i].nfc);
		assert_string_equal(fixture_text(&f, "t"), names[i].nfc);
		json = stored(&f);
		if (names[i].nfd == NULL)
			continue;
		answer_all(&f, names[i].nfd);
		assert_string_equal(stored(&f), json);
		fixture_answer(&f,
		    arena_printf(&f.arena, "{'n':'%s','s':'%s','t':'%s'}",
			names[i].nfd, names[i].nfd, names[i].nfd));
		assert_string_equal(stored(&f), json);
		/* The search finds one by the other. */
		assert_string_equal(utf8_fold(&f.arena, names[i].nfd),
		    utf8_fold(&f.arena, names[i].nfc));
	}
	arena_free(&f.arena);
}

static void
test_refused(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	for (size_t i = 0; i < nitems(refused); i++) {
		answer_all(&f, refused[i]);
		if (strcmp(fixture_errors(&f),
			"n: latin_only, s: latin_only, t: latin_only") != 0)
			fail_msg("%s: %s", refused[i], fixture_errors(&f));
		/* What was typed stays on the page. */
		assert_non_null(form_find(f.answers, "n")->raw);
	}
	fixture_answer(&f, "{'free':'Παπαδόπουλος'}");
	assert_string_equal(fixture_errors(&f), "");
	arena_free(&f.arena);
}

/* Comma below is Romanian, the cedilla Turkish: neither becomes the other. */
static void
test_comma_and_cedilla(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	answer_all(&f, "s\u0326");
	assert_string_equal(fixture_text(&f, "n"), "\u0219");
	answer_all(&f, "s\u0327");
	assert_string_equal(fixture_text(&f, "n"), "\u015f");
	answer_all(&f, "O\u2019Hara");
	assert_string_equal(fixture_text(&f, "n"), "O\u2019Hara");
	answer_all(&f, "O'Hara");
	assert_string_equal(fixture_text(&f, "n"), "O'Hara");
	arena_free(&f.arena);
}

/* Lengths count letters as people see them stored: NFC, not bytes. */
static void
test_length(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f, "{'key':'n','type':'name','max_length':6}", "{}");
	fixture_answer(&f, "{'n':'Nguye\u0302\u0303n'}");
	assert_string_equal(fixture_errors(&f), "");
	fixture_answer(&f, "{'n':'Nguye\u0302\u0303nx'}");
	assert_string_equal(fixture_errors(&f), "n: too_long");
	arena_free(&f.arena);
}

/* Upper case leaves alone what it has no partner for. */
static void
test_upper(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f,
	    "{'key':'x','type':'text','max_length':20,'normalise':'upper'}",
	    "{}");
	fixture_answer(&f, "{'x':'weißıİé'}");
	assert_string_equal(fixture_text(&f, "x"), "WEIßıİÉ");
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_comma_and_cedilla),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_upper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
