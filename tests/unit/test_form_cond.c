/* Conditions and expressions over one set of answers. */
#include "form_fixture.h"

#include "common/form/form_cond.h"

#define FIELDS                                                                 \
	"{'key':'kind','type':'choice','options':['new','renewal']},"          \
	"{'key':'months','type':'choice','options':['6','12']},"               \
	"{'key':'owner','type':'yesno'},"                                      \
	"{'key':'count','type':'integer'},"                                    \
	"{'key':'price','type':'money'},"                                      \
	"{'key':'length','type':'decimal'},"                                   \
	"{'key':'from','type':'date'},"                                        \
	"{'key':'colours','type':'multi_choice','options':['red','blue']},"    \
	"{'key':'nothing','type':'text','max_length':9},"                      \
	"{'key':'street','type':'text','max_length':40},"                      \
	"{'key':'house','type':'text','max_length':9},"                        \
	"{'key':'seen','type':'datetime'},"                                    \
	"{'key':'place','type':'position'},"                                   \
	"{'key':'hidden','type':'text','max_length':9,'show':false},"          \
	"{'key':'person','type':'group','fields':["                            \
	"  {'key':'name','type':'name'},"                                      \
	"  {'key':'birth','type':'partial_date'}]},"                           \
	"{'key':'dogs','type':'repeat','fields':["                             \
	"  {'key':'name','type':'name'},"                                      \
	"  {'key':'weight','type':'integer'},"                                 \
	"  {'key':'bad','type':'yesno'}]},"                                    \
	"{'key':'cats','type':'repeat','fields':["                             \
	"  {'key':'name','type':'name'}]}"

#define SETTINGS                                                               \
	"{'terms':[6,12],'rates':[90,144,216],'days':14,"                      \
	"'prices':{'6':2000,'12':3500},'rule':true,"                           \
	"'area':{'polygon':[[50,10],[50,12],[51,12],[51,10]],"                 \
	"        'tolerance_m':200},"                                          \
	"'deep':{'er':{'x':5}},"                                               \
	"'streets':{'Am Wall':'A','Große Gasse':{'1-39':'A','40-98':'B',"      \
	"           '7':'C'}}}"

#define DATA                                                                   \
	"{'kind':'new','months':'12','owner':false,'count':3,'price':1250,"    \
	"'length':1.5,'from':'2026-11-30','colours':['blue'],"                 \
	"'street':'grosse  Gasse','house':'12','hidden':'x',"                  \
	"'seen':'2026-11-02T23:30:00+01:00','place':{'lat':50.5,'lon':11},"    \
	"'person':{'name':'Ipek','birth':'2008-02-29'},"                       \
	"'dogs':[{'name':'A','weight':10,'bad':true},"                         \
	"        {'name':'B','weight':30,'bad':false},{'name':'C'}]}"

static const struct {
	const char *expression, *want;
} cases[] = {
	{"true", "true"},
	{"12", "12"},
	{"0.125", "0.125"},
	{"-0.5", "-0.5"},
	{"{'text':'new'}", "new"},
	{"{'text':''}", "-"},
	{"'kind'", "new"},
	{"'count'", "3"},
	{"'price'", "1250"},
	{"'length'", "1.5"},
	{"'owner'", "false"},
	{"'from'", "2026-11-30"},
	{"'hidden'", "-"},
	{"'nothing'", "-"},
	{"'person.name'", "Ipek"},
	{"'person.birth'", "2008-02-29"},
	{"'setting.days'", "14"},
	{"'setting.deep.er.x'", "5"},
	{"{'and':[true,true]}", "true"},
	{"{'and':[true,false]}", "false"},
	{"{'or':[false,{'not':false}]}", "true"},
	{"{'eq':['kind','new']}", "true"},
	{"{'ne':['kind','new']}", "false"},
	{"{'eq':['owner',false]}", "true"},
	{"{'eq':['months',12]}", "true"},
	{"{'gt':['months','setting.days']}", "false"},
	{"{'ge':['count',3]}", "true"},
	{"{'lt':['count',3]}", "false"},
	{"{'le':['price',1250]}", "true"},
	{"{'lt':['length',1.51]}", "true"},
	{"{'lt':['from','2026-12-01']}", "true"},
	{"{'eq':['seen','2026-11-02']}", "true"},
	{"{'eq':['from','@from']}", "true"},
	{"{'eq':['setting.rule',true]}", "true"},
	/* Nothing compares with no answer. */
	{"{'eq':['nothing','x']}", "false"},
	{"{'ne':['nothing','x']}", "false"},
	{"{'not':{'eq':['nothing','x']}}", "true"},
	{"{'eq':['hidden','x']}", "false"},
	{"{'in':['kind',['old','new']]}", "!"},
	{"{'in':['kind',['renewal','new']]}", "true"},
	{"{'in':['count',[1,2]]}", "false"},
	{"{'in':['months','setting.terms']}", "true"},
	{"{'in':['count','setting.terms']}", "false"},
	{"{'contains':['colours','blue']}", "true"},
	{"{'contains':['colours','red']}", "false"},
	{"{'empty':'nothing'}", "true"},
	{"{'empty':'kind'}", "false"},
	{"{'empty':'hidden'}", "true"},
	{"{'empty':'cats'}", "true"},
	{"{'empty':'dogs'}", "false"},
	{"{'empty':'person'}", "false"},
	{"{'empty':{'lookup':['setting.prices',{'text':'7'}]}}", "true"},
	{"{'matches':['kind','n[aeiou]w']}", "true"},
	{"{'matches':['kind','n']}", "false"},
	{"{'matches':['nothing','.*']}", "false"},
	{"{'inside':['place','setting.area']}", "true"},
	{"{'any':['dogs',{'eq':['bad',true]}]}", "true"},
	{"{'all':['dogs',{'eq':['bad',true]}]}", "false"},
	{"{'all':['cats',false]}", "true"},
	{"{'any':['cats',true]}", "false"},
	{"{'any':['dogs',{'gt':['weight','@count']}]}", "true"},
	{"{'count':'dogs'}", "3"},
	{"{'count':'cats'}", "0"},
	{"{'count':['dogs',{'gt':['weight',5]}]}", "2"},
	{"{'sum':['dogs','weight']}", "40"},
	{"{'sum':['dogs',{'mul':['weight','count']}]}", "120"},
	{"{'count':['dogs',{'any':['dogs',{'eq':['name','A']}]}]}", "3"},
	{"{'today':true}", "2026-11-02"},
	/* A birthday on 29 February: 1 March in common years. */
	{"{'age':['person.birth',{'today':true}]}", "18"},
	{"{'age':[{'text':'2008-02-29'},{'text':'2026-02-28'}]}", "17"},
	{"{'age':[{'text':'2008-02-29'},{'text':'2026-03-01'}]}", "18"},
	{"{'age':['nothing_at_all',{'today':true}]}", "!"},
	{"{'days':[{'today':true},'from']}", "28"},
	{"{'months':[{'today':true},{'text':'2027-01-01'}]}", "1"},
	{"{'months':[{'today':true},{'text':'2027-01-02'}]}", "2"},
	{"{'add_days':['from',1]}", "2026-12-01"},
	{"{'add_months':['from','months']}", "2027-11-30"},
	{"{'add_months':['from',3]}", "2027-02-28"},
	{"{'add_months':['from',999999]}", "-"},
	{"{'month_start':'from'}", "2026-11-01"},
	{"{'next_month_start':'from'}", "2026-12-01"},
	{"{'add':['count',4,0.5]}", "7.5"},
	{"{'add':['count','nothing']}", "!"},
	{"{'add':['count','hidden']}", "!"},
	{"{'sub':['count',4]}", "-1"},
	{"{'mul':['price',0.5]}", "625"},
	{"{'mul':[1000000000000,1000000000000]}", "-"},
	{"{'div':['count',2]}", "1.5"},
	{"{'div':['count',0]}", "-"},
	{"{'floor':{'div':['count',2]}}", "1"},
	{"{'floor':-0.5}", "-1"},
	{"{'min':['count',2,7]}", "2"},
	{"{'max':['from',{'today':true}]}", "2026-11-30"},
	{"{'max':[0,'nothing']}", "0"},
	{"{'if':[{'eq':['kind','new']},{'text':'a'},{'text':'b'}]}", "a"},
	{"{'join':['kind','nothing',{'text':''},'months']}", "new 12"},
	{"{'lookup':['setting.prices','months']}", "3500"},
	{"{'lookup':['setting.rates',1]}", "90"},
	{"{'lookup':['setting.rates',9]}", "216"},
	{"{'lookup':['setting.rates',0]}", "-"},
	{"{'lookup':['setting.streets','street','house']}", "A"},
	{"{'lookup':['setting.streets',{'text':'große-gasse'},40]}", "B"},
	{"{'lookup':['setting.streets',{'text':'Große Gasse'},7]}", "C"},
	{"{'lookup':['setting.streets',{'text':'Große Gasse'},99]}", "-"},
	{"{'lookup':['setting.streets',{'text':'am wall'},'house']}", "A"},
	{"{'lookup':['setting.streets',{'text':'Neue Gasse'}]}", "-"},
	/* What cannot be. */
	{"{'eq':['kind','old']}", "!"},
	{"{'eq':['kind','setting.nothing']}", "!"},
	{"{'eq':['owner','yes']}", "!"},
	{"{'eq':['from','30.11.2026']}", "!"},
	{"{'eq':['from',3]}", "!"},
	{"{'eq':['colours','red']}", "!"},
	{"{'eq':['dogs.name','A']}", "!"},
	{"{'eq':['person','A']}", "!"},
	{"{'eq':['person.age',1]}", "!"},
	{"{'eq':['kind']}", "!"},
	{"{'and':[]}", "!"},
	{"{'and':['owner']}", "!"},
	{"{'and':[12]}", "!"},
	{"{'eq':['kind','new'],'ne':['kind','new']}", "!"},
	{"{}", "!"},
	{"[]", "!"},
	{"null", "!"},
	{"{'system':'rm'}", "!"},
	{"{'position':true}", "!"},
	{"{'today':false}", "!"},
	{"{'any':['person',true]}", "!"},
	{"{'any':['dogs']}", "!"},
	{"{'any':['dogs','name']}", "!"},
	{"{'sum':['dogs','name']}", "!"},
	{"{'matches':['kind','(']}", "!"},
	{"{'in':['kind','new']}", "!"},
	{"{'contains':['colours','green']}", "!"},
	{"{'inside':['kind','setting.area']}", "!"},
	{"{'add_days':['kind_of',1]}", "!"},
	{"{'age':[12,{'today':true}]}", "!"},
};

static void
test_expressions(void **state)
{
	struct form_reach reach = {.kind = REACH_ALL};
	struct fixture f = {0};
	struct form_def d = {.file = "form.json"};

	(void)state;
	fixture_fields(&f, FIELDS, SETTINGS);
	fixture_answer(&f, DATA);
	assert_string_equal(fixture_errors(&f), "");
	d.arena = &f.arena;
	d.mistakes = &f.mistakes;
	d.settings = f.settings;
	d.form = f.form;
	for (size_t i = 0; i < nitems(cases); i++) {
		const struct form_cond *c = form_expr_compile(&d,
		    fixture_json(&f, cases[i].expression), "x",
		    form_names_of(&d, NULL), reach);
		const char *got = c == NULL
		    ? "!"
		    : form_value(&f.arena, c, f.answers, &f.context);

		if (got == NULL)
			got = "-";
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s: %s, not %s%s%s", cases[i].expression,
			    got, cases[i].want,
			    c == NULL ? "; " : "",
			    c == NULL
				? f.mistakes.mistake[f.mistakes.n - 1].text
				: "");
		if ((c == NULL) != (f.mistakes.n > 0))
			fail_msg("%s: no reason given", cases[i].expression);
		f.mistakes.n = 0;
	}
	arena_free(&f.arena);
}

static const struct {
	const char *name;
	double lat, lon;
	bool is_inside;
} places[] = {
	{"in the middle", 50.5, 11, true},
	{"in the bay", 50.9, 11, false},
	{"in the left arm", 50.9, 10.2, true},
	{"far away", 48.1, 11.5, false},
	{"150 m south", 49.99866, 11, true},
	{"250 m south", 49.99775, 11, false},
	{"150 m west", 50.5, 9.99788, true},
	{"250 m west", 50.5, 9.99646, false},
	{"in a corner", 50, 10, true},
	{"past a corner, 280 m", 49.998, 9.997, false},
};

static void
test_area(void **state)
{
	struct fixture f = {0};
	const cJSON *area;

	(void)state;
	/* A U: open to the north. */
	area = fixture_json(&f,
	    "{'polygon':[[50,10],[50,12],[51,12],[51,11.5],[50.8,11.5],"
	    "[50.8,10.5],[51,10.5],[51,10]],'tolerance_m':200}");
	for (size_t i = 0; i < nitems(places); i++)
		if (form_area_holds(area,
			form_position_pack((int32_t)(places[i].lat * 1e6),
			    (int32_t)(places[i].lon * 1e6))) !=
		    places[i].is_inside)
			fail_msg("%s", places[i].name);
	assert_false(form_area_holds(fixture_json(&f, "{}"), 0));
	assert_false(form_area_holds(fixture_json(&f, "{'polygon':[]}"), 0));
	assert_false(form_area_holds(
	    fixture_json(&f, "{'polygon':[[0,0],'x',[1]]}"), 0));
	assert_int_equal(
	    form_position_lat(form_position_pack(-90000000, -180000000)),
	    -90000000);
	assert_int_equal(
	    form_position_lon(form_position_pack(-90000000, -180000000)),
	    -180000000);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_area),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
