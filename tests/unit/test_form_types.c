/* Times, identifiers, appointments, signatures, payments: what is typed, what
 * becomes of it, and what a definition may say. */
#include "form_fixture.h"

#define SETTINGS                                                               \
	"{'slots':[{'id':'a','start':'2026-12-01T09:00','minutes':30},"        \
	"{'id':'b','start':'2026-11-02T11:59','minutes':30},"                  \
	"{'id':'c','start':'2026-12-01T10:00','minutes':30,'full':true}]," \
	"'twice':[{'id':'a','start':'2026-12-01T09:00','minutes':30},"         \
	"{'id':'a','start':'2026-12-02T09:00','minutes':30}],"                 \
	"'odd':[{'id':'a','start':'tomorrow','minutes':30}],"                  \
	"'short':[{'id':'a','start':'2026-12-01T09:00','minutes':0}],"         \
	"'town':'Quellstadt','fee':2500,'n':1}"

#define TAX "'type':'identifier','scheme':'tax_id'"
#define PLATE "'type':'identifier','scheme':'plate'"
#define DOCUMENT "'type':'identifier','scheme':'id_document'"
#define VAT "'type':'identifier','scheme':'vat_id'"
#define REFERENCE "'type':'identifier','scheme':'reference'"
#define SLOT "'type':'slot','options_from':'setting.slots'"

/* want: the canonical text; with "!" before it the error. */
static const struct {
	const char *name, *field, *raw, *want;
} cases[] = {
	{"time", "'type':'time'", "14:30", "14:30"},
	{"time in German", "'type':'time'", "9.05 Uhr", "09:05"},
	{"full hour", "'type':'time'", "9 Uhr", "09:00"},
	{"time in English", "'type':'time'", "2:30 pm", "14:30"},
	{"midnight in English", "'type':'time'", "12 am", "00:00"},
	{"noon in English", "'type':'time'", "12pm", "12:00"},
	{"time as a browser may send it", "'type':'time'", "14:30:00", "14:30"},
	{"a bare number is no time", "'type':'time'", "14", "!time_invalid"},
	{"hour 24", "'type':'time'", "24:00", "!time_invalid"},
	{"minute 60", "'type':'time'", "12:60", "!time_invalid"},
	{"one digit of minutes", "'type':'time'", "12:5", "!time_invalid"},
	{"13 pm", "'type':'time'", "13:00 pm", "!time_invalid"},
	{"time in words", "'type':'time'", "mittags", "!time_invalid"},
	{"time with more behind", "'type':'time'", "12:00 x", "!time_invalid"},
	{"too early", "'type':'time','min':'08:00'", "7:59", "!too_early"},
	{"just in time", "'type':'time','max':'18:00'", "18:00", "18:00"},
	{"too late", "'type':'time','max':'18:00'", "18:01", "!too_late"},
	{"in the night", "'type':'time','min':'22:00','max':'06:00'", "23:15",
	    "23:15"},
	{"in the morning", "'type':'time','min':'22:00','max':'06:00'",
	    "06:00", "06:00"},
	{"not in the night", "'type':'time','min':'22:00','max':'06:00'",
	    "12:00", "!too_early"},
	{"checkbox", "'type':'checkbox'", "on", "true"},
	{"checkbox of something", "'type':'checkbox'", "vielleicht", "!type"},
	{"tax id", TAX, "86 095 742 719", "86095742719"},
	{"tax id with a digit three times", TAX, "65929970489",
	    "65929970489"},
	{"tax id with a wrong digit", TAX, "86095742718", "!check_digit"},
	{"tax id with swapped digits", TAX, "68095742719", "!check_digit"},
	{"tax id with a 0 in front", TAX, "02476291358", "!identifier"},
	{"tax id of ten digits", TAX, "8609574271", "!identifier"},
	{"tax id with a letter", TAX, "8609574271O", "!identifier"},
	{"tax id of ten different digits", TAX, "12345678903",
	    "!check_digit"},
	{"tax id with three in a row", TAX, "11123456786", "!check_digit"},
	{"plate", PLATE, "qs ab1e", "QS-AB 1E"},
	{"plate with umlaut", PLATE, "lö-x-99", "LÖ-X 99"},
	{"longest plate", PLATE, "ABC-DE 123", "ABC-DE 123"},
	{"plate too long", PLATE, "ABC-DE 1234", "!identifier"},
	{"plate with a 0 in front", PLATE, "QS-AB 01", "!identifier"},
	{"plate without a separator", PLATE, "QSAB1", "!identifier"},
	{"plate without number", PLATE, "QS-AB", "!identifier"},
	{"plate with a letter of no place", PLATE, "ß-AB 1", "!identifier"},
	{"plate of a long script", PLATE, "你-AB 1", "!identifier"},
	{"plate that ends in a long script", PLATE, "Q你", "!identifier"},
	{"id document", DOCUMENT, "l01x00t47", "L01X00T47"},
	{"id document with its check digit", DOCUMENT, "T22000129 3",
	    "T22000129"},
	{"id document with a wrong check digit", DOCUMENT, "T220001294",
	    "!check_digit"},
	{"id document with O for 0", DOCUMENT, "LO1XO0T47", "L01X00T47"},
	{"id document with a vowel", DOCUMENT, "LA1X00T47", "!identifier"},
	{"id document too short", DOCUMENT, "L01X00T4", "!identifier"},
	{"id document too long", DOCUMENT, "L01X00T4711", "!identifier"},
	{"vat id", VAT, "de 136 695 976", "DE136695976"},
	{"vat id with a wrong digit", VAT, "DE136695975", "!check_digit"},
	{"vat id of Austria", VAT, "ATU12345678", "!identifier"},
	{"vat id without country", VAT, "136695976", "!identifier"},
	{"reference too short", REFERENCE, "W7K3", "!identifier"},
	{"reference with a wrong character", REFERENCE, "0000-0000-01",
	    "!check_digit"},
	{"reference", REFERENCE, "0000 0000 oo", "0000-0000-00"},
	{"signature", "'type':'signature'", "Þórunn Þorgilsdóttir",
	    "Þórunn Þorgilsdóttir"},
	{"signature in Greek", "'type':'signature'", "Παπαδόπουλος",
	    "!latin_only"},
	{"signature in two lines", "'type':'signature'", "A\nB",
	    "!line_break"},
	{"appointment", SLOT, "a", "a"},
	{"appointment as stored", SLOT, "a,2026-12-01T08:00:00.000Z", "a"},
	{"appointment at another time", SLOT, "a,2026-12-01T09:00:00.000Z",
	    "!not_in_list"},
	{"no appointment", SLOT, "z", "!not_in_list"},
	{"appointment of a minute ago", SLOT, "b", "!slot_past"},
	{"appointment that is taken", SLOT, "c", "!slot_full"},
	{"code without its list", "'type':'codelist','list':'urn:x'",
	    "Quellstadt", "Quellstadt"},
	{"two lines for a code", "'type':'codelist','list':'urn:x'", "a\nb",
	    "!line_break"},
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
		    SETTINGS);
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

#define YN "{'key':'y','type':'yesno'},"
#define KIND                                                                   \
	"{'key':'k','type':'choice','options':['cat','dog','fish']},"
#define BREED(more)                                                            \
	KIND "{'key':'b','type':'choice'," more                                \
	     ",'options':[{'value':'pug','of':['dog']},"                       \
	     "{'value':'siam','of':['cat']},{'value':'koi','of':['fish']}]}"

/* warning: found although the form compiles. */
static const struct {
	const char *name, *fields, *path, *text;
	bool is_warning;
} mistakes[] = {
	{"no time of day", "{'key':'a','type':'time','min':'25:00'}",
	    "pages[0].fields[0].min", "no time of day", false},
	{"a number as time", "{'key':'a','type':'time','max':18}",
	    "pages[0].fields[0].max", "no time of day", false},
	{"a day against a time",
	    "{'key':'a','type':'time'},{'key':'b','type':'date',"
	    "'show':{'lt':['a','noon']}}",
	    "pages[0].fields[1].show.lt", "no time of day", false},
	{"a checkbox that must be set",
	    "{'key':'a','type':'checkbox','required':true}",
	    "pages[0].fields[0].required", "does not go with", false},
	{"no scheme", "{'key':'a','type':'identifier'}",
	    "pages[0].fields[0]", "without \"scheme\"", false},
	{"unknown scheme",
	    "{'key':'a','type':'identifier','scheme':'ssn'}",
	    "pages[0].fields[0].scheme", "no scheme \"ssn\"", false},
	{"scheme of a text",
	    "{'key':'a','type':'text','max_length':9,'scheme':'plate'}",
	    "pages[0].fields[0].scheme", "does not go with", false},
	{"no list", "{'key':'a','type':'codelist'}", "pages[0].fields[0]",
	    "without \"list\"", false},
	{"column without parent",
	    "{'key':'a','type':'codelist','list':'urn:x',"
	    "'parent_column':'Land'}",
	    "pages[0].fields[0].parent_column", "without \"parent\"", false},
	{"parent behind",
	    "{'key':'a','type':'codelist','list':'urn:x','parent':'b'},"
	    "{'key':'b','type':'codelist','list':'urn:x'}",
	    "pages[0].fields[0].parent", "comes later", false},
	{"parent without codes",
	    YN "{'key':'a','type':'codelist','list':'urn:x','parent':'y'}",
	    "pages[0].fields[1].parent", "holds no code", false},
	{"payment of nothing", "{'key':'a','type':'payment'}",
	    "pages[0].fields[0]", "without \"value\"", false},
	{"payment that is typed",
	    "{'key':'a','type':'payment','value':100,'required':true}",
	    "pages[0].fields[0].required", "does not go with", false},
	{"appointments of nothing", "{'key':'a','type':'slot'}",
	    "pages[0].fields[0]", "without \"options_from\"", false},
	{"appointment without time",
	    "{'key':'a','type':'slot','options_from':'setting.odd'}",
	    "pages[0].fields[0].options_from", "\"start\" is no time",
	    false},
	{"appointment of no length",
	    "{'key':'a','type':'slot','options_from':'setting.short'}",
	    "pages[0].fields[0].options_from", "\"minutes\"", false},
	{"appointment twice",
	    "{'key':'a','type':'slot','options_from':'setting.twice'}",
	    "pages[0].fields[0].options_from", "twice", false},
	{"default of the wrong kind",
	    "{'key':'a','type':'integer','default':'two'}",
	    "pages[0].fields[0].default", "is a text", false},
	{"default that the field refuses",
	    "{'key':'a','type':'integer','max':5,'default':6}",
	    "pages[0].fields[0].default", "too_big", false},
	{"default that is no option",
	    "{'key':'a','type':'choice','options':['x'],'default':'y'}",
	    "pages[0].fields[0].default", "not_in_list", false},
	{"default that is no day",
	    "{'key':'a','type':'date','default':'2026-02-30'}",
	    "pages[0].fields[0].default", "date_invalid", false},
	{"consent that is set already",
	    "{'key':'a','type':'consent','default':true}",
	    "pages[0].fields[0].default", "does not go with", false},
	{"signature that is there already",
	    "{'key':'a','type':'signature','default':'A'}",
	    "pages[0].fields[0].default", "does not go with", false},
	{"default from behind",
	    "{'key':'a','type':'text','max_length':9,'default':'@b'},"
	    "{'key':'b','type':'text','max_length':9}",
	    "pages[0].fields[0].default", "comes later", false},
	{"today in a file",
	    "{'key':'a','type':'date','default':{'today':true}}",
	    "pages[0].fields[0].default", "is a file", true},
	{"of nothing",
	    KIND "{'key':'b','type':'choice','options':["
		 "{'value':'pug','of':['dog']}]}",
	    "pages[0].fields[1]", "no \"depends_on\"", false},
	{"depends, but on what",
	    KIND "{'key':'b','type':'choice','depends_on':'k',"
		 "'options':['pug']}",
	    "pages[0].fields[1].depends_on", "no option says", false},
	{"depends on what comes later",
	    "{'key':'b','type':'choice','depends_on':'k',"
	    "'options':[{'value':'pug','of':['dog']}]}"
	    ",{'key':'k','type':'yesno'}",
	    "pages[0].fields[0].depends_on", "comes later", false},
	{"depends on a day",
	    "{'key':'k','type':'date'},"
	    "{'key':'b','type':'choice','depends_on':'k',"
	    "'options':[{'value':'pug','of':['dog']}]}",
	    "pages[0].fields[1].depends_on", "is no choice", false},
	{"of no option",
	    KIND "{'key':'b','type':'choice','depends_on':'k',"
		 "'options':[{'value':'pug','of':['dog','cow']}]}",
	    "pages[0].fields[1].options[0].of[1]", "no value of \"k\"",
	    false},
	{"of an empty list",
	    KIND "{'key':'b','type':'choice','depends_on':'k',"
		 "'options':[{'value':'pug','of':[]}]}",
	    "pages[0].fields[1].options[0].of", "is empty", false},
	{"nothing for the fish",
	    KIND "{'key':'b','type':'choice','depends_on':'k',"
		 "'options':[{'value':'pug','of':['dog']},"
		 "{'value':'siam','of':['cat']}]}",
	    "pages[0].fields[1].options", "when \"k\" is \"fish\"", true},
	{"a kind of period that cannot be one",
	    "{'key':'a','type':'yesno','retention':'Two weeks'}",
	    "pages[0].fields[0].retention", "cannot be a name", false},
	{"recipient twice",
	    "{'key':'a','type':'yesno','recipients':['kba','kba']}",
	    "pages[0].fields[0].recipients[1]", "twice", false},
	{"sensitive data in mails",
	    "{'key':'a','type':'yesno','sensitive':true,'mail':true}",
	    "pages[0].fields[0].mail", "on sensitive data", false},
};

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(mistakes); i++) {
		struct fixture f = {0};
		const struct form_mistake *m;

		fixture_compile(&f,
		    arena_printf(&f.arena,
			"{'pages':[{'id':'eins','fields':[%s]}]}",
			mistakes[i].fields),
		    SETTINGS);
		if (f.mistakes.n == 0 ||
		    (f.form != NULL) != mistakes[i].is_warning)
			fail_msg("%s: not found", mistakes[i].name);
		m = &f.mistakes.mistake[0];
		if (strncmp(m->path, mistakes[i].path,
			strlen(mistakes[i].path)) != 0 ||
		    strstr(m->text, mistakes[i].text) == NULL)
			fail_msg(
			    "%s: %s: %s", mistakes[i].name, m->path, m->text);
		if (*m->remedy == '\0')
			fail_msg("%s: no remedy", mistakes[i].name);
		arena_free(&f.arena);
	}
}

/* Groups hand on what is said of their data. */
static void
test_about(void **state)
{
	struct fixture f = {0};
	const struct form_field *inner, *own, *plain;

	(void)state;
	fixture_fields(&f,
	    "{'key':'g','type':'group','sensitive':true,'retention':'needs',"
	    "'recipients':['kba','town-b'],'fields':["
	    "{'key':'a','type':'yesno'},"
	    "{'key':'b','type':'yesno','sensitive':false,"
	    "'retention':'short','recipients':[]}]},"
	    "{'key':'p','type':'yesno'}",
	    "{}");
	inner = form_field_find(f.form, "g.a");
	assert_true(inner->is_sensitive);
	assert_false(inner->in_mail);
	assert_string_equal(inner->retention, "needs");
	assert_int_equal(inner->nrecipient, 2);
	assert_string_equal(inner->recipient[1], "town-b");
	own = form_field_find(f.form, "g.b");
	assert_false(own->is_sensitive);
	assert_string_equal(own->retention, "short");
	assert_int_equal(own->nrecipient, 0);
	plain = form_field_find(f.form, "p");
	assert_true(plain->in_mail);
	assert_false(plain->is_sensitive);
	assert_null(plain->retention);
	arena_free(&f.arena);
}

/* A checkbox says yes or no wherever it is shown; only yes is an answer. */
static void
test_checkbox(void **state)
{
	struct fixture f = {0};
	struct buf *out;

	(void)state;
	fixture_fields(&f,
	    "{'key':'x','type':'checkbox'},"
	    "{'key':'n','type':'yesno','show':{'eq':['x',false]}},"
	    "{'key':'e','type':'yesno','show':{'empty':'x'}}",
	    "{}");
	fixture_answer(&f, "{'x':false}");
	assert_string_equal(fixture_errors(&f), "");
	assert_string_equal(fixture_text(&f, "x"), "-");
	assert_true(form_find(f.answers, "n")->is_shown);
	assert_true(form_find(f.answers, "e")->is_shown);
	fixture_answer(&f, "{'x':true}");
	assert_false(form_find(f.answers, "n")->is_shown);
	assert_false(form_find(f.answers, "e")->is_shown);
	out = buf_new(&f.arena, 1000);
	form_write_json(f.answers, out);
	assert_string_equal(buf_text(out), "{\"x\":true}");
	fixture_answer(&f, "{'x':'true'}");
	assert_string_equal(fixture_errors(&f), "x: type");
	arena_free(&f.arena);
}

static void
test_payment(void **state)
{
	struct fixture f = {0};
	struct buf *out;

	(void)state;
	fixture_form(&f,
	    "{'pages':[{'id':'a','fields':[{'key':'n','type':'integer'},"
	    "{'key':'fee','type':'payment','value':"
	    "{'mul':['setting.fee','n']}}]}],'rules':[{'id':'dear',"
	    "'when':{'gt':['fee',7000]},'fields':['n']}]}",
	    SETTINGS);
	fixture_answer(&f, "{'n':2,'fee':1}");
	assert_string_equal(fixture_errors(&f), "");
	assert_int_equal(f.answers->nunknown, 1); /* nobody sets a fee */
	assert_int_equal(form_find(f.answers, "fee")->number, 5000);
	out = buf_new(&f.arena, 1000);
	form_write_json(f.answers, out);
	assert_string_equal(buf_text(out), "{\"n\":2,\"fee\":5000}");
	fixture_answer(&f, "{'n':3}");
	assert_string_equal(fixture_errors(&f), "n: dear");
	fixture_answer(&f, "{'n':-1}");
	assert_string_equal(fixture_text(&f, "fee"), "-");
	arena_free(&f.arena);
}

/* Stored with its begin: what the town forgets, the application knows. */
static void
test_slot(void **state)
{
	struct fixture f = {0};
	struct buf *out;

	(void)state;
	fixture_fields(&f, "{'key':'x'," SLOT ",'required':true}", SETTINGS);
	fixture_answer(&f, "{}");
	assert_string_equal(fixture_errors(&f), "x: required");
	fixture_answer(&f, "{'x':'a'}");
	assert_string_equal(fixture_errors(&f), "");
	out = buf_new(&f.arena, 1000);
	form_write_json(f.answers, out);
	assert_string_equal(buf_text(out),
	    "{\"x\":{\"id\":\"a\",\"start\":\"2026-12-01T08:00:00.000Z\"}}");
	fixture_answer(
	    &f, "{'x':{'id':'a','start':'2026-12-01T08:00:00.000Z'}}");
	assert_string_equal(fixture_errors(&f), "");
	assert_string_equal(fixture_text(&f, "x"), "a");
	fixture_answer(&f, "{'x':{'id':'a'}}");
	assert_string_equal(fixture_errors(&f), "x: type");
	fixture_answer(&f, "{'x':{'id':'a','start':'x','more':1}}");
	assert_string_equal(fixture_errors(&f), "x: type");
	arena_free(&f.arena);
}

static void
test_depends(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f, BREED("'depends_on':'k'"), "{}");
	assert_string_equal(f.form->field[1].option[0].show_source,
	    "{\"in\":[\"k\",[\"dog\"]]}");
	fixture_answer(&f, "{'k':'dog','b':'pug'}");
	assert_string_equal(fixture_errors(&f), "");
	fixture_answer(&f, "{'k':'cat','b':'pug'}");
	assert_string_equal(fixture_errors(&f), "b: not_in_list");
	fixture_answer(&f, "{'b':'pug'}");
	assert_string_equal(fixture_errors(&f), "b: not_in_list");
	arena_free(&f.arena);
	f = (struct fixture){0};
	fixture_fields(&f,
	    YN "{'key':'k','type':'multi_choice','options':['cat','dog']},"
	    "{'key':'b','type':'choice','depends_on':'k','options':["
	    "{'value':'pug','of':['dog'],'show':{'eq':['y',true]}},"
	    "{'value':'both','of':['dog','cat']}]}",
	    "{}");
	fixture_answer(&f, "{'y':true,'k':['cat'],'b':'both'}");
	assert_string_equal(fixture_errors(&f), "");
	fixture_answer(&f, "{'y':false,'k':['dog'],'b':'pug'}");
	assert_string_equal(fixture_errors(&f), "b: not_in_list");
	fixture_answer(&f, "{'y':true,'k':['cat','dog'],'b':'pug'}");
	assert_string_equal(fixture_errors(&f), "");
	arena_free(&f.arena);
}

static const char *
raw_of(struct fixture *f, const char *path)
{
	const struct answer *answer = form_find(f->answers, path);

	return answer == NULL || answer->raw == NULL ? "-" : answer->raw;
}

static void
test_default(void **state)
{
	struct fixture f = {0};
	struct err err = {0};

	(void)state;
	fixture_form(&f,
	    "{'pages':[{'id':'a','fields':["
	    "{'key':'t','type':'text','max_length':20,"
	    "'default':'setting.town'},"
	    "{'key':'m','type':'money','default':'setting.fee'},"
	    "{'key':'d','type':'decimal','default':1.5},"
	    "{'key':'y','type':'yesno','default':false},"
	    "{'key':'c','type':'choice','options':['x','y'],'default':'y'},"
	    "{'key':'h','type':'time','default':'09:00',"
	    "'show':{'eq':['y',true]}},"
	    "{'key':'r','type':'repeat','min_items':1,'fields':["
	    "{'key':'u','type':'text','max_length':20,'default':'@t'},"
	    "{'key':'n','type':'integer','default':{'position':true}}]}]},"
	    "{'id':'b','fields':[{'key':'z','type':'date',"
	    "'default':{'add_days':[{'text':'2026-12-01'},1]}}]}]}",
	    SETTINGS);
	f.answers = form_answers_new(&f.arena, f.form);
	form_fill_defaults(&f.arena, f.answers, 0, &f.context);
	assert_string_equal(raw_of(&f, "t"), "Quellstadt");
	assert_string_equal(raw_of(&f, "m"), "25,00");
	assert_string_equal(raw_of(&f, "d"), "1,5");
	assert_string_equal(raw_of(&f, "y"), "false");
	assert_string_equal(raw_of(&f, "c"), "y");
	assert_string_equal(raw_of(&f, "h"), "09:00"); /* hidden as yet */
	assert_string_equal(raw_of(&f, "r.0.n"), "1");
	assert_string_equal(raw_of(&f, "r.0.u"), "Quellstadt");
	assert_string_equal(raw_of(&f, "z"), "-"); /* of the next page */
	form_fill_defaults(&f.arena, f.answers, 1, &f.context);
	assert_string_equal(raw_of(&f, "z"), "02.12.2026");
	form_evaluate(
	    &f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_errors(&f), "");
	assert_int_equal(form_find(f.answers, "m")->number, 2500);
	assert_int_equal(form_item_add(&f.arena, f.answers,
			     form_find(f.answers, "r"), &err), 0);
	form_fill_defaults(&f.arena, f.answers, SIZE_MAX, &f.context);
	assert_string_equal(raw_of(&f, "r.1.n"), "2");
	/* The interface answers nothing that was not sent. */
	fixture_answer(&f, "{}");
	assert_string_equal(fixture_text(&f, "t"), "-");
	arena_free(&f.arena);
}

/* What was emptied stays empty, in a draft as well. */
static void
test_emptied(void **state)
{
	struct fixture f = {0};
	const char *typed[] = {"a", "", "b", "mine", NULL};
	struct http_pairs pairs;
	struct err err = {0};
	struct buf *out;

	(void)state;
	fixture_fields(&f,
	    "{'key':'a','type':'text','max_length':9,'default':'A'},"
	    "{'key':'b','type':'text','max_length':9,'default':'B'},"
	    "{'key':'c','type':'text','max_length':9,'default':'C'}",
	    "{}");
	pairs = fixture_pairs(&f, typed);
	assert_int_equal(form_read_pairs(&f.arena, f.form, &pairs,
			     &f.answers, &err), 0);
	out = buf_new(&f.arena, 1000);
	form_write_draft(f.answers, out);
	assert_string_equal(buf_text(out), "{\"a\":null,\"b\":\"mine\"}");
	assert_int_equal(form_read_draft(&f.arena, f.form, buf_text(out),
			     out->len, &f.answers, &err), 0);
	form_fill_defaults(&f.arena, f.answers, SIZE_MAX, &f.context);
	assert_string_equal(raw_of(&f, "a"), "-");
	assert_string_equal(raw_of(&f, "b"), "mine");
	assert_string_equal(raw_of(&f, "c"), "C");
	arena_free(&f.arena);
}

/* Times compare as they follow each other, however they were typed. */
static void
test_time_order(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_form(&f,
	    "{'pages':[{'id':'a','fields':[{'key':'a','type':'time'},"
	    "{'key':'b','type':'time'},"
	    "{'key':'n','type':'yesno','show':{'ge':['a','9 Uhr']}}]}],"
	    "'rules':[{'id':'before','when':{'lt':['b','@a']},"
	    "'fields':['b']}]}",
	    "{}");
	fixture_answer(&f, "{'a':'9:30','b':'10 Uhr'}");
	assert_string_equal(fixture_errors(&f), "");
	assert_true(form_find(f.answers, "n")->is_shown);
	fixture_answer(&f, "{'a':'10:30','b':'9:45'}");
	assert_string_equal(fixture_errors(&f), "b: before");
	fixture_answer(&f, "{'a':'8:59'}");
	assert_false(form_find(f.answers, "n")->is_shown);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_about),
		cmocka_unit_test(test_checkbox),
		cmocka_unit_test(test_payment),
		cmocka_unit_test(test_slot),
		cmocka_unit_test(test_depends),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_emptied),
		cmocka_unit_test(test_time_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
