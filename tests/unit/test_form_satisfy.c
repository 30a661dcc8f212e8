/* What can hold together, and what cannot. */
#include "form_fixture.h"

#include "common/form/form_satisfy.h"

#define FIELDS                                                             \
	"{'key':'kind','type':'choice','options':['a','b','c']},"          \
	"{'key':'ok','type':'yesno'},"                                     \
	"{'key':'n','type':'integer','min':1,'max':20},"                   \
	"{'key':'born','type':'date'},"                                    \
	"{'key':'day','type':'date','min':'2026-01-01'},"                  \
	"{'key':'box','type':'checkbox'},"                                 \
	"{'key':'word','type':'text','max_length':9},"                     \
	"{'key':'only_a','type':'yesno','show':{'eq':['kind','a']}},"      \
	"{'key':'many','type':'multi_choice','options':['x','y']},"        \
	"{'key':'dogs','type':'repeat','fields':["                         \
	"{'key':'chip','type':'text','max_length':9}]},"                   \
	"{'key':'calc','type':'calculated','format':'text','value':"       \
	"{'if':[{'eq':['kind','a']},{'text':'free'},{'text':'fee'}]}}"

static const struct {
	const char *name, *cond;
	bool can, must; /* can hold; holds whatever is answered */
} cases[] = {
	{"a choice", "{'eq':['kind','a']}", true, false},
	{"two values of one choice",
	    "{'and':[{'eq':['kind','a']},{'eq':['kind','b']}]}", false, false},
	{"one or the other",
	    "{'or':[{'eq':['kind','a']},{'eq':['kind','b']}]}", true, false},
	{"none of the options, but an answer",
	    "{'and':[{'ne':['kind','a']},{'ne':['kind','b']},"
	    "{'ne':['kind','c']}]}",
	    false, false},
	{"none of the options",
	    "{'and':[{'not':{'in':['kind',['a','b','c']]}}]}", true, false},
	{"every option, or nothing",
	    "{'or':[{'in':['kind',['a','b','c']]},{'empty':'kind'}]}", true,
	    true},
	{"not itself", "{'and':[{'eq':['ok',true]},{'not':{'eq':['ok',"
		       "true]}}]}",
	    false, false},
	{"yes or no or nothing",
	    "{'or':[{'eq':['ok',true]},{'eq':['ok',false]},{'empty':'ok'}]}",
	    true, true},
	{"yes and no", "{'and':[{'eq':['ok',true]},{'eq':['ok',false]}]}",
	    false, false},
	{"a box that is no", "{'eq':['box',false]}", true, false},
	{"a box that is both",
	    "{'and':[{'eq':['box',false]},{'eq':['box',true]}]}", false,
	    false},
	{"above the limit", "{'gt':['n',20]}", false, false},
	{"at the limit", "{'ge':['n',20]}", true, false},
	{"nothing between", "{'and':[{'gt':['n',4]},{'lt':['n',5]}]}", false,
	    false},
	{"one between", "{'and':[{'gt':['n',4]},{'lt':['n',6]}]}", true,
	    false},
	{"the one between taken out",
	    "{'and':[{'gt':['n',4]},{'lt':['n',6]},{'ne':['n',5]}]}", false,
	    false},
	{"within limits, or nothing",
	    "{'or':[{'ge':['n',1]},{'empty':'n'}]}", true, true},
	{"ages that exclude each other",
	    "{'and':[{'lt':[{'age':['born',{'today':true}]},16]},"
	    "{'ge':[{'age':['born',{'today':true}]},18]}]}",
	    false, false},
	{"ages on other days",
	    "{'and':[{'lt':[{'age':['born',{'today':true}]},16]},"
	    "{'ge':[{'age':['born','@day']},18]}]}",
	    true, false},
	{"a negative age", "{'lt':[{'age':['born',{'today':true}]},0]}",
	    false, false},
	{"before the first day", "{'lt':['day','2026-01-01']}", false, false},
	{"days that exclude each other",
	    "{'and':[{'lt':['born','1990-01-01']},{'ge':['born',"
	    "'1990-01-01']}]}",
	    false, false},
	{"two words", "{'and':[{'eq':['word','x']},{'eq':['word','y']}]}",
	    false, false},
	{"a word, and not", "{'and':[{'eq':['word','x']},{'ne':['word',"
			    "'x']}]}",
	    false, false},
	{"an answer of a field hidden then",
	    "{'and':[{'eq':['kind','b']},{'eq':['only_a',true]}]}", false,
	    false},
	{"no answer of a field hidden then",
	    "{'and':[{'eq':['kind','b']},{'empty':'only_a'}]}", true, false},
	{"an answer of a field shown then",
	    "{'and':[{'eq':['kind','a']},{'eq':['only_a',true]}]}", true,
	    false},
	{"several choices",
	    "{'and':[{'contains':['many','x']},{'contains':['many','y']}]}",
	    true, false},
	{"a choice taken and not",
	    "{'and':[{'contains':['many','x']},{'not':{'contains':['many',"
	    "'x']}}]}",
	    false, false},
	{"fewer than none", "{'lt':[{'count':'dogs'},0]}", false, false},
	{"at least none", "{'ge':[{'count':'dogs'},0]}", true, true},
	{"none and some", "{'and':[{'eq':[{'count':'dogs'},0]},{'gt':["
			  "{'count':'dogs'},0]}]}",
	    false, false},
	{"what is calculated", "{'eq':['calc','free']}", true, false},
	{"what is calculated against its ground",
	    "{'and':[{'eq':['kind','b']},{'eq':['calc','free']}]}", false,
	    false},
	{"what is never calculated", "{'eq':['calc','dear']}", false, false},
	{"a setting may change", "{'eq':['setting.x',2]}", true, false},
	{"literally", "true", true, true},
	{"literally not", "false", false, false},
	{"if", "{'eq':[{'if':[{'eq':['ok',true]},1,2]},3]}", false, false},
};

static void
test_cases(void **state)
{
	struct fixture f = {0};
	struct form_def d = {.file = "form.json"};

	(void)state;
	fixture_fields(&f, FIELDS, "{'x':1}");
	d.arena = &f.arena;
	d.mistakes = &f.mistakes;
	d.settings = f.settings;
	d.form = f.form;
	for (size_t i = 0; i < nitems(cases); i++) {
		const struct form_cond *c = form_cond_compile(&d,
		    fixture_json(&f, cases[i].cond), "x",
		    form_names_of(&d, NULL),
		    (struct form_reach){.kind = REACH_ALL});

		if (c == NULL)
			fail_msg("%s: %s", cases[i].name,
			    f.mistakes.mistake[0].text);
		if (form_satisfiable(f.form, form_goal_add(&f.arena, NULL, c,
						 false)) != cases[i].can)
			fail_msg("%s: can hold: %d", cases[i].name,
			    !cases[i].can);
		if (form_satisfiable(f.form, form_goal_add(&f.arena, NULL, c,
						 true)) == cases[i].must)
			fail_msg("%s: must hold: %d", cases[i].name,
			    !cases[i].must);
	}
	arena_free(&f.arena);
}

/* What would take for ever counts as possible, and soon. */
static void
test_many(void **state)
{
	struct fixture f = {0};
	struct form_def d = {.file = "form.json"};
	const struct form_goal *goals = NULL;

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	d.arena = &f.arena;
	d.mistakes = &f.mistakes;
	d.form = f.form;
	for (int i = 0; i < 60; i++) {
		const char *text = arena_printf(&f.arena,
		    "{'or':[{'eq':['word','w%d']},{'eq':['word','v%d']},"
		    "{'gt':['n',%d]}]}", i, i, 21 + i);

		goals = form_goal_add(&f.arena, goals,
		    form_cond_compile(&d, fixture_json(&f, text), "x",
			form_names_of(&d, NULL),
			(struct form_reach){.kind = REACH_ALL}),
		    false);
	}
	(void)form_satisfiable(f.form, goals);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
