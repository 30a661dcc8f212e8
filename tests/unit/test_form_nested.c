/* Groups in groups: a household of members, each with incomes; conditions and
 * rules that look over items, and inside one. */
#include "form_fixture.h"

#define FIELDS                                                                 \
	"{'key':'limit','type':'integer'},"                                    \
	"{'key':'members','type':'repeat','max_items':8,'fields':["            \
	"{'key':'name','type':'name','required':true},"                        \
	"{'key':'born','type':'date'},"                                        \
	"{'key':'school','type':'text','max_length':40,"                       \
	"'show':{'lt':[{'age':['born',{'today':true}]},18]}},"                 \
	"{'key':'incomes','type':'repeat','max_items':5,"                      \
	"'show':{'ge':[{'age':['born',{'today':true}]},16]},'fields':["        \
	"{'key':'kind','type':'choice','options':['work','rent']},"            \
	"{'key':'amount','type':'money'},"                                     \
	"{'key':'employer','type':'text','max_length':40,"                     \
	"'require':{'eq':['kind','work']}},"                                   \
	"{'key':'nth','type':'calculated','format':'integer',"                 \
	"'value':{'position':true}}]},"                                        \
	"{'key':'total','type':'calculated','format':'money','value':"         \
	"{'sum':['incomes','amount']}}]},"                                     \
	"{'key':'adults','type':'calculated','format':'integer','value':"      \
	"{'count':['members',{'ge':[{'age':['born',{'today':true}]},18]}]}},"  \
	"{'key':'sum','type':'calculated','format':'money','value':"           \
	"{'sum':['members',{'sum':['incomes','amount']}]}},"                   \
	"{'key':'workers','type':'calculated','format':'integer','value':"     \
	"{'sum':['members',{'count':['incomes',{'eq':['kind','work']}]}]}},"   \
	"{'key':'pets','type':'yesno','show':{'any':['members',"               \
	"{'any':['incomes',{'eq':['kind','rent']}]}]}},"                       \
	"{'key':'aid','type':'yesno','show':{'all':['members',"                \
	"{'all':['incomes',{'lt':['amount',100000]}]}]}}"

#define RULES                                                                  \
	"{'id':'nobody_grown','when':{'eq':['adults',0]},"                     \
	"'fields':['members']},"                                               \
	"{'id':'over_limit','scope':'members.incomes',"                        \
	"'when':{'gt':['amount',{'mul':['limit',100]}]},"                      \
	"'fields':['amount']},"                                                \
	"{'id':'child_works','scope':'members.incomes','level':'warn',"        \
	"'when':{'and':[{'eq':['kind','work']},"                               \
	"{'lt':[{'age':['born',{'today':true}]},18]}]},'fields':['kind']},"    \
	"{'id':'too_much','scope':'members','when':{'gt':["                    \
	"{'sum':['incomes','amount']},500000]},'fields':['name']},"            \
	"{'id':'same_employer','scope':'members','when':{'any':['incomes',"    \
	"{'eq':['employer','@name']}]},'fields':['incomes']}"

#define ADULT "'name':'Ada','born':'1990-05-01'"
#define CHILD "'name':'Ben','born':'2016-05-01'"
#define YOUTH "'name':'Cem','born':'2009-12-01'"

static const struct {
	const char *name, *answers, *errors;
} cases[] = {
	{"an adult with an income",
	    "{'members':[{" ADULT ",'incomes':[{'kind':'rent',"
	    "'amount':50000}]}],'limit':1000}",
	    ""},
	{"no adult at all", "{'members':[{" CHILD ",'school':'A'}]}",
	    "members: nobody_grown"},
	{"no name, so nobody asks for adults",
	    "{'members':[{'born':'2016-05-01'}]}",
	    "members.0.name: required"},
	{"an income in the second item over the limit",
	    "{'limit':1000,'members':[{" ADULT "},{'name':'Eve',"
	    "'born':'1980-01-01','incomes':[{'kind':'rent','amount':100000},"
	    "{'kind':'rent','amount':100001}]}]}",
	    "members.1.incomes.1.amount: over_limit"},
	{"work needs an employer, in its own item",
	    "{'members':[{" ADULT ",'incomes':[{'kind':'rent'},"
	    "{'kind':'work','amount':1}]}]}",
	    "members.0.incomes.1.employer: required"},
	{"the scope sees the item around it",
	    "{'members':[{" ADULT "},{" YOUTH ",'incomes':[{'kind':'work',"
	    "'amount':100,'employer':'Laden'}]}]}",
	    "(members.1.incomes.0.kind: child_works)"},
	{"a sum over the inner items of each outer one",
	    "{'members':[{" ADULT ",'incomes':[{'kind':'rent',"
	    "'amount':300000},{'kind':'rent','amount':200001}]},{" YOUTH
	    ",'incomes':[{'kind':'rent','amount':400000}]}]}",
	    "members.0.name: too_much"},
	{"a name of the outer item inside any",
	    "{'members':[{" ADULT ",'incomes':[{'kind':'work','amount':5,"
	    "'employer':'Ada'}]}]}",
	    "members.0.incomes: same_employer"},
	{"hidden incomes count for nothing",
	    "{'limit':0,'members':[{" ADULT "},{" CHILD
	    ",'incomes':[{'kind':'work','amount':99999999}]}]}",
	    ""},
};

static void
form(struct fixture *f)
{
	fixture_form(f,
	    "{'pages':[{'id':'a','fields':[" FIELDS "]}],'rules':[" RULES
	    "]}",
	    "{}");
}

static void
test_rules(void **state)
{
	struct fixture f = {0};

	(void)state;
	form(&f);
	for (size_t i = 0; i < nitems(cases); i++) {
		fixture_answer(&f, cases[i].answers);
		if (strcmp(fixture_errors(&f), cases[i].errors) != 0)
			fail_msg(
			    "%s: %s", cases[i].name, fixture_errors(&f));
	}
	arena_free(&f.arena);
}

static void
test_values(void **state)
{
	struct fixture f = {0};

	(void)state;
	form(&f);
	fixture_answer(&f,
	    "{'members':[{" ADULT ",'incomes':["
	    "{'kind':'work','amount':100,'employer':'A'},"
	    "{'kind':'rent','amount':250}]},{" CHILD "},{" YOUTH
	    ",'incomes':[{'kind':'work','amount':7,'employer':'B'}]}]}");
	assert_string_equal(fixture_text(&f, "adults"), "1");
	assert_string_equal(fixture_text(&f, "sum"), "357");
	assert_string_equal(fixture_text(&f, "workers"), "2");
	assert_string_equal(fixture_text(&f, "members.0.total"), "350");
	assert_string_equal(fixture_text(&f, "members.1.total"), "0");
	assert_string_equal(fixture_text(&f, "members.2.total"), "7");
	assert_string_equal(
	    fixture_text(&f, "members.0.incomes.1.nth"), "2");
	assert_string_equal(
	    fixture_text(&f, "members.2.incomes.0.nth"), "1");
	assert_true(form_find(f.answers, "pets")->is_shown);
	assert_true(form_find(f.answers, "aid")->is_shown);
	assert_true(form_find(f.answers, "members.2.school")->is_shown);
	assert_false(form_find(f.answers, "members.0.school")->is_shown);
	arena_free(&f.arena);
}

/* any and all, where there are no items, none inside, and one that decides. */
static void
test_quantifiers(void **state)
{
	static const struct {
		const char *answers;
		bool any, all;
	} rows[] = {
		{"{}", false, true},
		{"{'members':[]}", false, true},
		{"{'members':[{" ADULT "}]}", false, true},
		{"{'members':[{" ADULT ",'incomes':[]}]}", false, true},
		{"{'members':[{" ADULT ",'incomes':[{'kind':'rent',"
		 "'amount':99999}]}]}",
		    true, true},
		{"{'members':[{" ADULT ",'incomes':[{'kind':'work',"
		 "'amount':100000,'employer':'A'}]}]}",
		    false, false},
		{"{'members':[{" ADULT "},{" YOUTH ",'incomes':["
		 "{'kind':'work','amount':1,'employer':'A'},"
		 "{'kind':'rent','amount':100000}]}]}",
		    true, false},
		/* An amount that is not there is not below anything. */
		{"{'members':[{" ADULT ",'incomes':[{'kind':'rent'}]}]}",
		    true, false},
	};
	struct fixture f = {0};

	(void)state;
	form(&f);
	for (size_t i = 0; i < nitems(rows); i++) {
		fixture_answer(&f, rows[i].answers);
		if (form_find(f.answers, "pets")->is_shown != rows[i].any ||
		    form_find(f.answers, "aid")->is_shown != rows[i].all)
			fail_msg("%s", rows[i].answers);
	}
	arena_free(&f.arena);
}

/* Names stop at the item: what the checker says of others. */
static void
test_mistakes(void **state)
{
	static const struct {
		const char *rule, *text;
	} rows[] = {
		{"{'id':'x','when':{'gt':['members.incomes.amount',1]}}",
		    "several items"},
		{"{'id':'x','scope':'members.incomes','when':{'gt':["
		 "'members.born',1]}}",
		    "several items"},
		{"{'id':'x','scope':'incomes','when':true}", "incomes"},
		{"{'id':'x','scope':'members.incomes','when':true,"
		 "'fields':['total']}",
		    "nothing is typed"},
		{"{'id':'x','when':{'any':['members',{'eq':['kind',"
		 "'work']}]}}",
		    "no field \"kind\""},
	};

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		struct fixture f = {0};

		fixture_compile(&f,
		    arena_printf(&f.arena,
			"{'pages':[{'id':'a','fields':[" FIELDS
			"]}],'rules':[%s]}",
			rows[i].rule),
		    "{}");
		if (f.form != NULL || f.mistakes.n == 0 ||
		    strstr(f.mistakes.mistake[0].text, rows[i].text) == NULL)
			fail_msg("%s: %s", rows[i].rule,
			    f.mistakes.n > 0 ? f.mistakes.mistake[0].text
					     : "nothing found");
		arena_free(&f.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_quantifiers),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
