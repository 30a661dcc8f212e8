/* Single answers: what is typed, what becomes of it. */
#include "form_fixture.h"

#include "common/text.h"

/* want: the canonical text; with "!" before it the error. */
static const struct {
	const char *name, *field, *raw, *want;
} cases[] = {
	{"text", "'type':'text','max_length':5", "Straß", "Straß"},
	{"text in NFD", "'type':'text','max_length':3", "Zoe\xcc\x88", "Zoë"},
	{"blanks at both ends", "'type':'text','max_length':3", "  abc ",
	    "abc"},
	{"text too long", "'type':'text','max_length':5", "Straße",
	    "!too_long"},
	{"text too short", "'type':'text','max_length':5,'min_length':3", "äö",
	    "!too_short"},
	{"line break in one line", "'type':'text','max_length':5", "a\nb",
	    "!line_break"},
	{"line break in lines", "'type':'textarea','max_length':5", "a\r\nb",
	    "a\nb"},
	{"pattern", "'type':'text','max_length':9,'pattern':'[0-9]{2}'", "12",
	    "12"},
	{"pattern is anchored",
	    "'type':'text','max_length':9,'pattern':'[0-9]{2}'", "123",
	    "!pattern"},
	{"own code of a pattern",
	    "'type':'text','max_length':20,'pattern':'[0-9]{15}',"
	    "'pattern_error':'pattern_15_digits'",
	    "27609810612345", "!pattern_15_digits"},
	{"pattern that would never end",
	    "'type':'text','max_length':99,'pattern':'(a+)+b'",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "!pattern"},
	{"digits out of a chip number",
	    "'type':'text','max_length':15,'normalise':'digits'",
	    "276 0981-0612.3456", "276098106123456"},
	{"nothing but separators",
	    "'type':'text','max_length':15,'normalise':'digits'", "- -",
	    "!pattern"},
	{"upper case keeps ß", "'type':'text','max_length':15,"
	    "'normalise':'upper'", "äöüß-qs", "ÄÖÜß-QS"},
	{"plate in order", "'type':'text','max_length':15,'normalise':'plate'",
	    "QS-AB 1", "QS-AB 1"},
	{"plate in lower case", "'type':'text','max_length':15,"
	    "'normalise':'plate'", "qs ab1e", "QS-AB 1E"},
	{"plate with two hyphens", "'type':'text','max_length':15,"
	    "'normalise':'plate'", "lö-x-99", "LÖ-X 99"},
	{"plate without a separator stays", "'type':'text','max_length':15,"
	    "'normalise':'plate'", "qsab1", "QSAB1"},
	{"name", "'type':'name'", "Ștefănescu-Żółć", "Ștefănescu-Żółć"},
	{"name with U+2019", "'type':'name'", "O’Súilleabháin",
	    "O’Súilleabháin"},
	{"one-name person", "'type':'name'", "Hồ", "Hồ"},
	{"name in Greek", "'type':'name'", "Παπαδόπουλος", "!latin_only"},
	{"name with a digit is DIN 91379's matter", "'type':'name'",
	    "\xf0\x9f\x98\x80", "!latin_only"},
	{"integer", "'type':'integer'", "12", "12"},
	{"integer grouped", "'type':'integer'", "1.234", "1234"},
	{"integer with blanks", "'type':'integer'", "1 234", "1234"},
	{"negative integer", "'type':'integer'", "-3", "-3"},
	{"no integer", "'type':'integer'", "1,5", "!type"},
	{"words for integer", "'type':'integer'", "zwei", "!type"},
	{"integer too small", "'type':'integer','min':0", "-1", "!too_small"},
	{"integer too big", "'type':'integer','max':50", "51", "!too_big"},
	{"integer beyond all", "'type':'integer'", "9999999999999",
	    "!too_big"},
	{"integer beyond 64 bits", "'type':'integer'",
	    "99999999999999999999999", "!type"},
	{"decimal", "'type':'decimal'", "12,50", "12.5"},
	{"decimal with a point", "'type':'decimal'", "0.05", "0.05"},
	{"decimal with too many places", "'type':'decimal'", "1,234",
	    "!type"},
	{"decimal of three places", "'type':'decimal','scale':3", "-1,234",
	    "-1.234"},
	{"decimal over its limit", "'type':'decimal','max':1.5", "1,51",
	    "!too_big"},
	{"money", "'type':'money'", "1.234,50 €", "123450"},
	{"money in English", "'type':'money'", "EUR 12.5", "1250"},
	{"money too big", "'type':'money','max':1000", "10,01", "!too_big"},
	{"no money", "'type':'money'", "viel", "!type"},
	{"date as typed", "'type':'date'", "2.11.2026", "2026-11-02"},
	{"date as sent", "'type':'date'", "2026-11-02", "2026-11-02"},
	{"29 February in a common year", "'type':'date'", "29.2.2026",
	    "!date_invalid"},
	{"today is not in the future", "'type':'date','max':'today'",
	    "2026-11-02", "2026-11-02"},
	{"tomorrow is", "'type':'date','max':'today'", "2026-11-03",
	    "!too_late"},
	{"60 days ahead", "'type':'date','max':'today+60'", "2027-01-01",
	    "2027-01-01"},
	{"61 days ahead", "'type':'date','max':'today+60'", "2027-01-02",
	    "!too_late"},
	{"30 years ago", "'type':'date','min':'today-30y'", "1996-11-02",
	    "1996-11-02"},
	{"longer ago", "'type':'date','min':'today-30y'", "1996-11-01",
	    "!too_early"},
	{"fixed limit", "'type':'date','min':'2026-12-01'", "2026-11-30",
	    "!too_early"},
	{"partial date: all", "'type':'partial_date'", "17.5.2020",
	    "2020-05-17"},
	{"partial date: month", "'type':'partial_date'", "2020-05-00",
	    "2020-05-00"},
	{"partial date: year", "'type':'partial_date'", "1950",
	    "1950-00-00"},
	{"partial date of this month may be past",
	    "'type':'partial_date','max':'today'", "2026-11-00",
	    "2026-11-00"},
	{"partial date of the next month is not",
	    "'type':'partial_date','max':'today'", "2026-12-00",
	    "!too_late"},
	{"partial date of the limit's year",
	    "'type':'partial_date','min':'1996-06-01'", "1996-00-00",
	    "1996-00-00"},
	{"no partial date", "'type':'partial_date'", "2020-13-00",
	    "!date_invalid"},
	{"date-time as the browser sends it", "'type':'datetime'",
	    "2026-11-02T10:30", "2026-11-02T09:30:00.000Z"},
	{"date-time with zone", "'type':'datetime'",
	    "2026-07-02T10:30:00+02:00", "2026-07-02T08:30:00.000Z"},
	{"date-time as typed", "'type':'datetime'", "2.7.2026, 10:30 Uhr",
	    "2026-07-02T08:30:00.000Z"},
	{"date-time in an hour", "'type':'datetime','max':'now'",
	    "2026-11-02T13:30", "!too_late"},
	{"date-time 30 days ago", "'type':'datetime','min':'today-30'",
	    "2026-10-03T11:00", "!too_early"},
	{"no date-time", "'type':'datetime'", "gestern abend",
	    "!date_invalid"},
	{"yes", "'type':'yesno'", "true", "true"},
	{"nein", "'type':'yesno'", "nein", "false"},
	{"maybe", "'type':'yesno'", "vielleicht", "!not_in_list"},
	{"choice", "'type':'choice','options':['m','w']", "w", "w"},
	{"no such choice", "'type':'choice','options':['m','w']", "W",
	    "!not_in_list"},
	{"choice of the town", "'type':'choice','options_from':'setting.terms'",
	    "12", "12"},
	{"choice of the town with labels",
	    "'type':'choice','options_from':'setting.zones'", "A", "A"},
	{"no choice of the town",
	    "'type':'choice','options_from':'setting.zones'", "Zone A",
	    "!not_in_list"},
	{"consent", "'type':'consent'", "on", "true"},
	{"email", "'type':'email'", "Max.O'Hara+x@Example.ORG",
	    "Max.O'Hara+x@example.org"},
	{"email beyond ASCII", "'type':'email'", "zoë.o'brien@example.org",
	    "!email_ascii"},
	{"email in a domain beyond ASCII", "'type':'email'",
	    "info@münchen.example", "!email_ascii"},
	{"email without domain", "'type':'email'", "max@localhost", "!email"},
	{"email with two dots", "'type':'email'", "a..b@example.org",
	    "!email"},
	{"email with a blank", "'type':'email'", "a b@example.org", "!email"},
	{"email with a header", "'type':'email'",
	    "a@example.org\nBcc: b@example.org", "!email"},
	{"email at an address literal", "'type':'email'", "a@[127.0.0.1]",
	    "!email"},
	{"email at a number", "'type':'email'", "a@127.0.0.1", "!email"},
	{"phone", "'type':'phone'", "030 / 12 34-56", "+4930123456"},
	{"phone with (0)", "'type':'phone'", "+49 (0)30 123456",
	    "+4930123456"},
	{"phone abroad", "'type':'phone'", "0043 1 5880012", "+4315880012"},
	{"phone without area code", "'type':'phone'", "123456", "!phone"},
	{"phone too short", "'type':'phone'", "030 1", "!phone"},
	{"phone too long", "'type':'phone'", "030 12345678901234567",
	    "!phone"},
	{"phone in words", "'type':'phone'", "siehe Mail", "!phone"},
	{"iban", "'type':'iban'", "de02 1203 0000 0000 2020 51",
	    "DE02120300000000202051"},
	{"iban of Norway", "'type':'iban'", "NO93 8601 1117 947",
	    "NO9386011117947"},
	{"iban of Malta", "'type':'iban'", "MT84MALT011000012345MTLCAST001S",
	    "MT84MALT011000012345MTLCAST001S"},
	{"iban with two swapped digits", "'type':'iban'",
	    "DE02 1203 0000 0000 2020 15", "!iban"},
	{"iban too short", "'type':'iban'", "DE02 1203 0000 0000 2020 5",
	    "!iban_length"},
	{"iban of no country", "'type':'iban'", "QQ02120300000000202051",
	    "!iban_length"},
	{"iban with an umlaut", "'type':'iban'", "DÖ02120300000000202051",
	    "!iban"},
	{"position", "'type':'position'", "50.98,11.32", "50.98,11.32"},
	{"position with a blank", "'type':'position'", "50.98, 11.32",
	    "50.98,11.32"},
	{"position in German", "'type':'position'", "50,98 11,32",
	    "50.98,11.32"},
	{"position in German with semicolon", "'type':'position'",
	    "50,98; -11,32", "50.98,-11.32"},
	{"position near zero", "'type':'position'", "-0.5,-0.000001",
	    "-0.5,-0.000001"},
	{"position of a satellite", "'type':'position'",
	    "50.98000049,11.3200001", "50.98,11.32"},
	{"position beyond the pole", "'type':'position'", "91,11", "!type"},
	{"position of one number", "'type':'position'", "50.98", "!type"},
	{"position in words", "'type':'position'", "am Markt", "!type"},
	{"position with something behind", "'type':'position'",
	    "50.98xyzabcde,11", "!type"},
};

static void
test_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture f = {0};
		const char *pairs[] = {"x", cases[i].raw, NULL};
		struct http_pairs list;
		struct err err = {0};
		const struct answer *answer;
		const char *got;

		fixture_fields(&f,
		    arena_printf(
			&f.arena, "{'key':'x',%s}", cases[i].field),
		    "{'terms':[6,12],'zones':[{'value':'A','de':'Zone A',"
		    "'en':'Zone A'}]}");
		list = fixture_pairs(&f, pairs);
		if (form_read_pairs(&f.arena, f.form, &list, &f.answers,
			&err) == -1)
			fail_msg("%s: %s", cases[i].name, err.msg);
		form_evaluate(
		    &f.arena, f.answers, &f.context, &f.error, &f.nerror);
		answer = &f.answers->top.answer[0];
		got = answer->error != NULL
		    ? arena_printf(&f.arena, "!%s", answer->error)
		    : answer->text;
		if (got == NULL || strcmp(got, cases[i].want) != 0)
			fail_msg("%s: %s, not %s", cases[i].name,
			    got == NULL ? "nothing" : got, cases[i].want);
		arena_free(&f.arena);
	}
}

static void
test_multi_choice(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f,
	    "{'key':'x','type':'multi_choice','options':['a','b','c'],"
	    "'min_items':2,'max_items':2}",
	    "{}");
	fixture_answer(&f, "{'x':['c','a','c']}");
	assert_string_equal(fixture_errors(&f), "");
	assert_string_equal(fixture_text(&f, "x"), "a,c");
	fixture_answer(&f, "{'x':['c']}");
	assert_string_equal(fixture_errors(&f), "x: too_few");
	fixture_answer(&f, "{'x':['c','b','a']}");
	assert_string_equal(fixture_errors(&f), "x: too_many");
	fixture_answer(&f, "{'x':['d','b']}");
	assert_string_equal(fixture_errors(&f), "x: not_in_list");
	arena_free(&f.arena);
}

static void
test_file(void **state)
{
	struct fixture f = {0};
	struct answer_file file = {.name = "a.pdf",
	    .media_type = "application/pdf", .size = 5};

	(void)state;
	fixture_fields(&f,
	    "{'key':'x','type':'file','required':true,'max_files':2,"
	    "'accept':['application/pdf']}",
	    "{}");
	fixture_answer(&f, "{}");
	assert_string_equal(fixture_errors(&f), "x: required");
	fixture_answer(&f, "{'x':['00000000000000000000000000000001']}");
	assert_string_equal(fixture_errors(&f), "x: file_unknown");
	file.id.byte[15] = 1;
	form_attach_file(&f.arena, f.answers, "x", &file);
	form_evaluate(
	    &f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_errors(&f), "");
	assert_int_equal(form_find(f.answers, "x")->nfile, 1);
	file.id.byte[15] = 2;
	file.media_type = "image/png";
	form_attach_file(&f.arena, f.answers, "x", &file);
	form_evaluate(
	    &f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_errors(&f), "x: type_not_allowed");
	file.id.byte[15] = 3;
	form_attach_file(&f.arena, f.answers, "x", &file);
	form_evaluate(
	    &f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_errors(&f), "x: too_many");
	form_attach_file(&f.arena, f.answers, "y.0.z", &file);
	fixture_answer(&f, "{'x':['../../etc/passwd']}");
	assert_string_equal(fixture_errors(&f), "x: file_unknown");
	arena_free(&f.arena);
}

/* Whatever the engine says, the catalogue has a sentence for it. */
static void
test_texts(void **state)
{
	static const char *const codes[] = {"required", "recommended",
	    "pattern", "type", "text_invalid", "too_long", "too_short",
	    "line_break", "too_small", "too_big", "not_in_list", "latin_only",
	    "date_invalid", "too_early", "too_late", "email", "email_ascii",
	    "phone", "iban", "iban_length", "must_be_true", "too_many",
	    "too_few", "type_not_allowed", "file_unknown"};
	struct arena arena = {0};
	struct err err = {0};
	struct texts *texts;

	(void)state;
	if (texts_load("fcgi-apps/texts", &texts, &err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < nitems(codes); i++)
		for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
			if (text_find(texts, l,
				arena_printf(&arena, "form.error.%s",
				    codes[i])) == NULL)
				fail_msg("%s: no sentence in %s", codes[i],
				    lang_code(l));
	texts_free(texts);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_multi_choice),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
