/* Showing, requiring, calculating, rules: what is said about answers. */
#include "form_fixture.h"

#define DOG_FORM                                                               \
	"{'pages':[{'id':'a','fields':["                                       \
	"{'key':'many','type':'yesno','required':true},"                       \
	"{'key':'held','type':'integer','show':{'eq':['many',true]},"          \
	"'required':true,'min':1},"                                            \
	"{'key':'mail','type':'email','require':{'eq':['many',true]}},"        \
	"{'key':'job','type':'text','max_length':9,'required':'soft'},"        \
	"{'key':'dogs','type':'repeat','min_items':1,'max_items':3,'fields':[" \
	"{'key':'breed','type':'choice','required':true,"                      \
	"'options':['mix','pug',{'value':'big','show':{'eq':['many',true]}}]},"\
	"{'key':'of','type':'repeat','show':{'eq':['breed','mix']},"           \
	"'fields':[{'key':'breed','type':'text','max_length':9}]},"            \
	"{'key':'born','type':'partial_date','required':true},"                \
	"{'key':'since','type':'date','required':true},"                       \
	"{'key':'rank','type':'calculated','format':'integer',"                \
	"'value':{'position':true}},"                                          \
	"{'key':'tax','type':'calculated','format':'money',"                   \
	"'value':{'mul':[{'lookup':['setting.rates',{'position':"              \
	"{'ne':['breed','big']}}]},{'if':[{'eq':['breed','big']},2,1]}]}}]},"  \
	"{'key':'total','type':'calculated','format':'money',"                 \
	"'value':{'sum':['dogs','tax']}}]},"                                   \
	"{'id':'b','show':{'gt':[{'count':'dogs'},1]},'fields':["              \
	"{'key':'why','type':'text','max_length':20,'required':true}]}],"      \
	"'rules':[{'id':'before_birth','scope':'dogs','fields':['since'],"     \
	"'when':{'lt':['since','@born']}},"                                    \
	"{'id':'expensive','level':'warn','fields':['dogs'],"                  \
	"'when':{'gt':['total',300]}},"                                        \
	"{'id':'no_three','when':{'eq':[{'count':'dogs'},3]}}]}"

#define SETTINGS "{'rates':[90,144,216]}"
#define PUG "{'breed':'pug','born':'2020-05-00','since':'2020-06-01'}"

static const struct {
	const char *name, *data, *errors;
} cases[] = {
	{"one dog", "{'many':false,'job':'x','dogs':[" PUG "]}", ""},
	{"soft fields are only recommended",
	    "{'many':false,'dogs':[" PUG "]}", "(job: recommended)"},
	{"nothing", "{'job':'x'}",
	    "many: required, dogs.0.breed: required, dogs.0.born: required, "
	    "dogs.0.since: required"},
	{"hidden fields are not asked for",
	    "{'many':false,'job':'x','held':-5,'dogs':[" PUG "]}", ""},
	{"shown fields are", "{'many':true,'job':'x','dogs':[" PUG "]}",
	    "held: required, mail: required"},
	{"and checked",
	    "{'many':true,'held':0,'mail':'x','job':'x','dogs':[" PUG "]}",
	    "held: too_small, mail: email"},
	{"no dog", "{'many':false,'job':'x','dogs':[]}", "dogs: too_few"},
	{"a page more for two",
	    "{'many':false,'job':'x','dogs':[" PUG "," PUG "]}",
	    "why: required"},
	{"four dogs",
	    "{'many':false,'job':'x','why':'y','dogs':[" PUG "," PUG "," PUG
	    "," PUG "]}",
	    "dogs: too_many"},
	{"a rule on the whole form, and a warning",
	    "{'many':false,'job':'x','why':'y','dogs':[" PUG "," PUG "," PUG
	    "]}",
	    "(dogs: expensive), : no_three"},
	{"a rule on one item",
	    "{'many':false,'job':'x','why':'y','dogs':[" PUG
	    ",{'breed':'mix','born':'2021','since':'2020-12-31'}]}",
	    "dogs.1.since: before_birth"},
	{"no rule over what is wrong by itself",
	    "{'many':false,'job':'x','why':'y','dogs':[" PUG
	    ",{'breed':'mix','born':'2021-13-00','since':'2020-12-31'}]}",
	    "dogs.1.born: date_invalid"},
	{"an option that is not on offer",
	    "{'many':false,'job':'x','dogs':[{'breed':'big',"
	    "'born':'2020','since':'2021-01-01'}]}",
	    "dogs.0.breed: not_in_list"},
	{"an option that is",
	    "{'many':true,'held':1,'mail':'a@example.org','job':'x','dogs':"
	    "[{'breed':'big','born':'2020','since':'2021-01-01'}]}",
	    ""},
	{"wrong types",
	    "{'many':'yes','job':['x'],'dogs':[7,{'breed':{},'born':2020,"
	    "'since':null}]}",
	    "many: type, job: type, dogs.0.breed: type, "
	    "dogs.0.born: type, dogs.0.since: type, dogs.1.breed: type, "
	    "dogs.1.born: type, dogs.1.since: required, why: required"},
	{"a group that is none",
	    "{'many':false,'job':'x','dogs':{'0':" PUG "}}",
	    "dogs: type"},
};

static void
test_findings(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture f = {0};
		const char *got;
		size_t n = 0;

		fixture_form(&f, DOG_FORM, SETTINGS);
		fixture_answer(&f, cases[i].data);
		got = fixture_errors(&f);
		if (strcmp(got, cases[i].errors) != 0)
			fail_msg("%s: %s", cases[i].name, got);
		for (size_t k = 0; k < f.nerror; k++)
			n += !f.error[k].is_warning;
		assert_int_equal(n, f.answers->nerror);
		arena_free(&f.arena);
	}
}

/* The count model and the rank model of a tax, as the items see each other. */
static void
test_calculated(void **state)
{
	struct fixture f = {0};
	struct buf *b = buf_new(&f.arena, 10000);

	(void)state;
	fixture_form(&f, DOG_FORM, SETTINGS);
	fixture_answer(&f,
	    "{'many':true,'held':1,'mail':'a@example.org','job':'x','why':'y',"
	    "'dogs':[" PUG ",{'breed':'big','born':'2020',"
	    "'since':'2021-01-01'}," PUG "]}");
	assert_string_equal(fixture_text(&f, "dogs.0.tax"), "90");
	assert_string_equal(fixture_text(&f, "dogs.1.rank"), "2");
	/* Up to the second dog one is not big; twice its rate. */
	assert_string_equal(fixture_text(&f, "dogs.1.tax"), "180");
	assert_string_equal(fixture_text(&f, "dogs.2.tax"), "144");
	assert_string_equal(fixture_text(&f, "total"), "414");
	form_write_json(f.answers, b);
	assert_string_equal(buf_text(b),
	    "{\"many\":true,\"held\":1,\"mail\":\"a@example.org\","
	    "\"job\":\"x\",\"dogs\":[{\"breed\":\"pug\","
	    "\"born\":\"2020-05-00\",\"since\":\"2020-06-01\",\"rank\":1,"
	    "\"tax\":90},{\"breed\":\"big\",\"born\":\"2020-00-00\","
	    "\"since\":\"2021-01-01\",\"rank\":2,\"tax\":180},"
	    "{\"breed\":\"pug\",\"born\":\"2020-05-00\","
	    "\"since\":\"2020-06-01\",\"rank\":3,\"tax\":144}],"
	    "\"total\":414,\"why\":\"y\"}");
	arena_free(&f.arena);
}

/* An answer that is hidden later is forgotten, and asked for again. */
static void
test_again(void **state)
{
	struct fixture f = {0};
	struct answer *many;

	(void)state;
	fixture_form(&f, DOG_FORM, SETTINGS);
	fixture_answer(&f,
	    "{'many':true,'held':7,'mail':'a@example.org','job':'x',"
	    "'dogs':[" PUG "]}");
	assert_string_equal(fixture_text(&f, "held"), "7");
	many = form_find(f.answers, "many");
	many->raw = "false";
	form_evaluate(&f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_text(&f, "held"), "-");
	assert_false(form_find(f.answers, "held")->is_shown);
	assert_string_equal(form_find(f.answers, "held")->raw, "7");
	assert_false(form_find(f.answers, "mail")->is_required);
	many->raw = "true";
	form_evaluate(&f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_text(&f, "held"), "7");
	arena_free(&f.arena);
}

static void
test_holds_at(void **state)
{
	struct fixture f = {0};
	const struct form_field *breed;

	(void)state;
	fixture_form(&f, DOG_FORM, SETTINGS);
	fixture_answer(&f,
	    "{'many':false,'dogs':[" PUG ",{'breed':'mix'}]}");
	breed = form_field_find(f.form, "dogs.of");
	assert_false(form_holds_at(
	    breed->show, f.answers, "dogs.0.of", &f.context));
	assert_true(form_holds_at(
	    breed->show, f.answers, "dogs.1.of", &f.context));
	assert_false(
	    form_holds(f.form->field[1].show, f.answers, &f.context));
	arena_free(&f.arena);
}

/* Error codes and texts of a date limit that moves with the day. */
static void
test_bounds(void **state)
{
	struct fixture f = {0};
	const struct form_field *field;
	int64_t ms;
	int32_t day;

	(void)state;
	fixture_fields(&f,
	    "{'key':'a','type':'date','min':'today-6m','max':'2026-12-31'},"
	    "{'key':'b','type':'datetime','min':'2026-07-01'}",
	    "{}");
	field = &f.form->field[0];
	assert_true(form_bound_day(&field->min, &f.context, &day));
	assert_int_equal(day, 20575); /* 2026-05-02 */
	assert_true(form_bound_day(&field->max, &f.context, &day));
	assert_int_equal(day, 20818);
	field = &f.form->field[1];
	assert_false(form_bound_day(&field->max, &f.context, &day));
	assert_true(form_bound_ms(&field->min, &f.context, &ms));
	assert_int_equal(ms, INT64_C(1782856800000)); /* 30 June, 22:00 UTC */
	arena_free(&f.arena);
}

/* A field has its own names for what its checks find. */
static void
test_renamed(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f,
	    "{'key':'seen','type':'date','required':true,'max':'today',"
	    "'errors':{'too_late':'not_in_future'}},"
	    "{'key':'kinds','type':'multi_choice','required':true,"
	    "'options':['a','b'],'errors':{'required':'min_items_1',"
	    "'not_in_list':'not_in_code_list'}},"
	    "{'key':'rows','type':'repeat','max_items':1,"
	    "'errors':{'too_many':'one_row'},"
	    "'fields':[{'key':'x','type':'text','max_length':3}]}",
	    "{}");
	fixture_answer(&f,
	    "{'seen':'2026-11-03','kinds':[],'rows':['a','b']}");
	assert_string_equal(fixture_errors(&f),
	    "seen: not_in_future, kinds: min_items_1, rows: one_row");
	fixture_answer(&f, "{'kinds':['c'],'rows':['abcd']}");
	assert_string_equal(fixture_errors(&f),
	    "seen: required, kinds: not_in_code_list, rows.0.x: too_long");
	arena_free(&f.arena);
}

static const struct {
	const char *name, *errors;
} bad_renames[] = {
	{"a check that there is not", "{'too_lat':'x'}"},
	{"a code with blanks", "{'too_late':'not in future'}"},
	{"a code that is none", "{'too_late':1}"},
};

static void
test_bad_renames(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(bad_renames); i++) {
		struct fixture f = {0};

		fixture_compile(&f,
		    arena_printf(&f.arena,
			"{'pages':[{'id':'a','fields':[{'key':'d',"
			"'type':'date','errors':%s}]}]}",
			bad_renames[i].errors),
		    "{}");
		if (f.mistakes.n != 1)
			fail_msg("%s: %zu mistakes", bad_renames[i].name,
			    f.mistakes.n);
		arena_free(&f.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_calculated),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_holds_at),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_bad_renames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
