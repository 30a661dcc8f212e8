/* What the checker says of wrong forms: where, and in which words. */
#include "form_fixture.h"

#define PAGE(fields) "{'pages':[{'id':'eins','fields':[" fields "]}]}"
#define RULES(rules)                                                           \
	"{'pages':[{'id':'eins','fields':[{'key':'a','type':'date'},"          \
	"{'key':'b','type':'repeat','fields':[{'key':'c','type':'date'}]},"    \
	"{'key':'v','type':'calculated','format':'text',"                      \
	"'value':{'text':'x'}}]}],'rules':[" rules "]}"

static const struct {
	const char *name, *form, *path, *text;
} cases[] = {
	{"no pages", "{}", "", "\"pages\" is missing"},
	{"pages empty", "{'pages':[]}", "pages", "0 pages"},
	{"page without fields", "{'pages':[{'id':'a','fields':[]}]}",
	    "pages[0]", "without fields"},
	{"page twice",
	    "{'pages':[{'id':'a','fields':[{'key':'a','type':'date'}]},"
	    "{'id':'a','fields':[{'key':'b','type':'date'}]}]}",
	    "pages[1].id", "twice"},
	{"unknown member of the form",
	    "{'pages':[{'id':'a','fields':[{'key':'a','type':'date'}]}],"
	    "'stages':1}",
	    "stages", "unknown member"},
	{"unknown member of a page",
	    "{'pages':[{'id':'a','if':true,'fields':"
	    "[{'key':'a','type':'date'}]}]}",
	    "pages[0].if", "unknown member"},
	{"field that is none", PAGE("12"), "pages[0].fields[0]",
	    "is a number"},
	{"no key", PAGE("{'type':'date'}"), "pages[0].fields[0]",
	    "without \"key\""},
	{"bad key", PAGE("{'key':'Name','type':'date'}"),
	    "pages[0].fields[0].key", "cannot be a key"},
	{"key of the page", PAGE("{'key':'action','type':'date'}"),
	    "pages[0].fields[0].key", "the page itself"},
	{"key twice",
	    PAGE("{'key':'a','type':'date'},{'key':'a','type':'yesno'}"),
	    "pages[0].fields[1].key", "twice"},
	{"key twice over pages",
	    "{'pages':[{'id':'a','fields':[{'key':'a','type':'date'}]},"
	    "{'id':'b','fields':[{'key':'a','type':'date'}]}]}",
	    "pages[1].fields[0].key", "twice"},
	{"key twice in a group",
	    PAGE("{'key':'g','type':'group','fields':["
		 "{'key':'a','type':'date'},{'key':'a','type':'date'}]}"),
	    "pages[0].fields[0].fields[1].key", "twice"},
	{"no type", PAGE("{'key':'a'}"), "pages[0].fields[0]",
	    "without \"type\""},
	{"no such type", PAGE("{'key':'a','type':'string'}"),
	    "pages[0].fields[0].type", "there is no type"},
	{"unknown member", PAGE("{'key':'a','type':'date','lable':'x'}"),
	    "pages[0].fields[0].lable", "unknown member"},
	{"member of another type",
	    PAGE("{'key':'a','type':'date','accept':[]}"),
	    "pages[0].fields[0].accept", "does not go with type date"},
	{"member of the wrong kind",
	    PAGE("{'key':'a','type':'text','max_length':'5'}"),
	    "pages[0].fields[0].max_length", "is a string"},
	{"text without limit", PAGE("{'key':'a','type':'text'}"),
	    "pages[0].fields[0]", "without \"max_length\""},
	{"impossible length",
	    PAGE("{'key':'a','type':'text','max_length':-1}"),
	    "pages[0].fields[0].max_length", "impossible limit"},
	{"half a character",
	    PAGE("{'key':'a','type':'text','max_length':1.5}"),
	    "pages[0].fields[0].max_length", "impossible limit"},
	{"lengths swapped",
	    PAGE("{'key':'a','type':'text','max_length':2,'min_length':3}"),
	    "pages[0].fields[0].min_length", "nothing fits"},
	{"limits swapped",
	    PAGE("{'key':'a','type':'integer','max':2,'min':3}"),
	    "pages[0].fields[0].min", "nothing fits"},
	{"dates swapped",
	    PAGE("{'key':'a','type':'date','max':'today-1y','min':'today'}"),
	    "pages[0].fields[0].min", "nothing fits"},
	{"half a cent", PAGE("{'key':'a','type':'money','max':2.5}"),
	    "pages[0].fields[0].max", "impossible limit"},
	{"no date limit", PAGE("{'key':'a','type':'date','max':'tomorrow'}"),
	    "pages[0].fields[0].max", "no date limit"},
	{"now is no date", PAGE("{'key':'a','type':'date','max':'now'}"),
	    "pages[0].fields[0].max", "no date limit"},
	{"bad pattern",
	    PAGE("{'key':'a','type':'text','max_length':2,'pattern':'a('}"),
	    "pages[0].fields[0].pattern", "bad pattern at character 3"},
	{"no autofill token",
	    PAGE("{'key':'a','type':'date','autocomplete':'birthday'}"),
	    "pages[0].fields[0].autocomplete", "is not known"},
	{"no index kind", PAGE("{'key':'a','type':'name','index':'soundex'}"),
	    "pages[0].fields[0].index", "is not known"},
	{"choice of nothing", PAGE("{'key':'a','type':'choice'}"),
	    "pages[0].fields[0]", "without \"options\""},
	{"option twice",
	    PAGE("{'key':'a','type':'choice','options':['x','x']}"),
	    "pages[0].fields[0].options[1]", "twice"},
	{"options of no setting",
	    PAGE("{'key':'a','type':'choice','options_from':'setting.no'}"),
	    "pages[0].fields[0].options_from", "there is no"},
	{"options of no list",
	    PAGE("{'key':'a','type':'choice','options_from':'setting.n'}"),
	    "pages[0].fields[0].options_from", "is no list"},
	{"file that accepts nothing", PAGE("{'key':'a','type':'file'}"),
	    "pages[0].fields[0]", "accepts no media type"},
	{"file that cannot be checked",
	    PAGE("{'key':'a','type':'file','accept':['image/svg+xml']}"),
	    "pages[0].fields[0].accept[0]", "cannot be checked"},
	{"group of nothing", PAGE("{'key':'a','type':'group'}"),
	    "pages[0].fields[0]", "without fields"},
	{"too many items",
	    PAGE("{'key':'a','type':'repeat','max_items':201,'fields':["
		 "{'key':'b','type':'date'}]}"),
	    "pages[0].fields[0].max_items", "impossible limit"},
	{"required at times",
	    PAGE("{'key':'a','type':'date','required':'maybe'}"),
	    "pages[0].fields[0].required", "is a string"},
	{"calculated from nothing",
	    PAGE("{'key':'a','type':'calculated','format':'text'}"),
	    "pages[0].fields[0]", "without \"value\""},
	{"calculated without format",
	    PAGE("{'key':'a','type':'calculated','value':12}"),
	    "pages[0].fields[0]", "without \"format\""},
	{"two addresses for the confirmation",
	    PAGE("{'key':'a','type':'email','mail_to':true},"
		 "{'key':'b','type':'email','mail_to':true}"),
	    "pages[0].fields[1].mail_to", "already"},
	{"many addresses for the confirmation",
	    PAGE("{'key':'a','type':'repeat','fields':["
		 "{'key':'b','type':'email','mail_to':true}]}"),
	    "pages[0].fields[0].fields[0].mail_to", "several addresses"},
	{"unknown field in a condition",
	    PAGE("{'key':'a','type':'date','show':{'empty':'zzz'}}"),
	    "pages[0].fields[0].show.empty", "no field \"zzz\""},
	{"forward reference",
	    PAGE("{'key':'a','type':'date','show':{'empty':'b'}},"
		 "{'key':'b','type':'date'}"),
	    "pages[0].fields[0].show.empty", "comes later"},
	{"cycle of one",
	    PAGE("{'key':'a','type':'date','show':{'not':{'empty':'a'}}}"),
	    "pages[0].fields[0].show.not.empty", "this very field"},
	{"cycle of two",
	    PAGE("{'key':'a','type':'date','show':{'empty':'b'}},"
		 "{'key':'b','type':'date','show':{'empty':'a'}}"),
	    "pages[0].fields[0].show.empty", "in a circle: a -> b -> a"},
	{"cycle of three",
	    PAGE("{'key':'a','type':'date','show':{'empty':'c'}},"
		 "{'key':'b','type':'date','show':{'empty':'a'}},"
		 "{'key':'c','type':'date','require':{'not':{'gt':['b',"
		 "'2026-01-01']}}}"),
	    "pages[0].fields[0].show.empty", "in a circle: a -> c -> b -> a"},
	{"no cycle: a literal called like a field",
	    PAGE("{'key':'a','type':'date','show':{'empty':'b'}},"
		 "{'key':'b','type':'text','max_length':9,'show':"
		 "{'eq':['setting.x','a']}}"),
	    "pages[0].fields[0].show.empty", "comes later"},
	{"cycle through a page",
	    "{'pages':[{'id':'a','show':{'empty':'x'},'fields':"
	    "[{'key':'x','type':'date'}]}]}",
	    "pages[0].show.empty", "this very field"},
	{"cycle through a group",
	    PAGE("{'key':'g','type':'group','fields':["
		 "{'key':'a','type':'date','show':{'empty':'g'}}]}"),
	    "pages[0].fields[0].fields[0].show.empty", "contains"},
	{"option asks forward",
	    PAGE("{'key':'a','type':'choice','options':["
		 "{'value':'x','show':{'empty':'b'}}]},"
		 "{'key':'b','type':'date'}"),
	    "pages[0].fields[0].options[0].show.empty", "comes later"},
	{"items not complete",
	    PAGE("{'key':'g','type':'repeat','fields':["
		 "{'key':'a','type':'date'},{'key':'b','type':'date',"
		 "'show':{'any':['g',{'empty':'a'}]}}]}"),
	    "pages[0].fields[0].fields[1].show.any", "not complete"},
	{"condition on a calculated value",
	    PAGE("{'key':'a','type':'calculated','format':'integer',"
		 "'value':1},{'key':'b','type':'date',"
		 "'show':{'eq':['a',1]}}"),
	    "pages[0].fields[1].show.eq[0]", "is calculated"},
	{"calculated from a later one",
	    PAGE("{'key':'a','type':'calculated','format':'integer',"
		 "'value':'b'},{'key':'b','type':'calculated',"
		 "'format':'integer','value':1}"),
	    "pages[0].fields[0].value", "comes later"},
	{"calculated from its neighbours",
	    PAGE("{'key':'g','type':'repeat','fields':["
		 "{'key':'a','type':'calculated','format':'integer',"
		 "'value':1},{'key':'b','type':'calculated',"
		 "'format':'integer','value':{'sum':['g','a']}}]}"),
	    "pages[0].fields[0].fields[1].value.sum[1]", "very items"},
	{"rule without id", RULES("{'when':true}"), "rules[0]",
	    "\"id\" is missing"},
	{"rule of no group", RULES("{'id':'x','when':true,'scope':'a'}"),
	    "rules[0].scope", "no group"},
	{"rule of no level",
	    RULES("{'id':'x','when':true,'level':'info'}"),
	    "rules[0].level", "no level"},
	{"rule marks nothing there",
	    RULES("{'id':'x','when':true,'fields':['zzz']}"),
	    "rules[0].fields[0]", "no field \"zzz\""},
	{"rule marks items from outside",
	    RULES("{'id':'x','when':true,'fields':['b.c']}"),
	    "rules[0].fields[0]", "several items"},
	{"rule marks what nobody types",
	    RULES("{'id':'x','when':true,'fields':['v']}"),
	    "rules[0].fields[0]", "nothing is typed"},
};

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture f = {0};
		const struct form_mistake *m;

		fixture_compile(&f, cases[i].form, "{'n':1}");
		if (f.form != NULL || f.mistakes.n == 0)
			fail_msg("%s: not found", cases[i].name);
		m = &f.mistakes.mistake[0];
		if (strcmp(m->path, cases[i].path) != 0 ||
		    strstr(m->text, cases[i].text) == NULL)
			fail_msg("%s: %s: %s", cases[i].name, m->path, m->text);
		if (*m->remedy == '\0')
			fail_msg("%s: no remedy", cases[i].name);
		arena_free(&f.arena);
	}
}

/* Groups inside groups end somewhere; so do pages of fields. */
static void
test_limits(void **state)
{
	struct fixture f = {0};
	const char *field = "{'key':'a','type':'date'}";
	struct buf *b = buf_new(&f.arena, 1 << 20);

	(void)state;
	for (int i = 0; i < 8; i++)
		field = arena_printf(&f.arena,
		    "{'key':'g','type':'group','fields':[%s]}", field);
	fixture_compile(&f,
	    arena_printf(&f.arena,
		"{'pages':[{'id':'a','fields':[%s]}]}", field),
	    "{}");
	assert_null(f.form);
	buf_puts(b, "{'pages':[{'id':'a','fields':[");
	for (int i = 0; i < 2001; i++)
		buf_printf(b, "%s{'key':'k%d','type':'date'}",
		    i > 0 ? "," : "", i);
	buf_puts(b, "]}]}");
	f.mistakes.n = 0;
	fixture_compile(&f, buf_text(b), "{}");
	assert_null(f.form);
	assert_non_null(strstr(f.mistakes.mistake[0].text, "over 2000"));
	arena_free(&f.arena);
}

/* What a form knows of its fields. */
static void
test_fields(void **state)
{
	struct fixture f = {0};
	const struct form_field *field;

	(void)state;
	fixture_form(&f,
	    "{'pages':[{'id':'a','fields':[{'key':'n','type':'name',"
	    "'required':true,'index':'name','autocomplete':'family-name'}]},"
	    "{'id':'b','show':{'not':{'empty':'n'}},'fields':["
	    "{'key':'mail','type':'email','mail_to':true,'summary':false},"
	    "{'key':'dogs','type':'repeat','min_items':1,'fields':["
	    "{'key':'chip','type':'text','max_length':15,"
	    "'pattern':'[0-9]+'},{'key':'photo','type':'file',"
	    "'accept':['image/png'],'strip_metadata':true}]}]}]}",
	    "{}");
	assert_int_equal(f.form->npage, 2);
	assert_int_equal(f.form->nfield, 3);
	assert_int_equal(f.form->nordinal, 5);
	assert_true(f.form->has_files);
	assert_string_equal(f.form->mail_path, "mail");
	assert_string_equal(f.form->page[1].field[1].key, "dogs");
	assert_string_equal(
	    f.form->page[1].show_source, "{\"not\":{\"empty\":\"n\"}}");
	field = form_field_find(f.form, "dogs.3.chip");
	assert_non_null(field);
	assert_ptr_equal(field, form_field_find(f.form, "dogs.chip"));
	assert_string_equal(field->path, "dogs.chip");
	assert_string_equal(field->pattern_source, "[0-9]+");
	assert_int_equal(field->page, 1);
	assert_ptr_equal(field->parent, form_field_find(f.form, "dogs"));
	assert_null(form_field_find(f.form, "dogs.name"));
	assert_null(form_field_find(f.form, "n.chip"));
	assert_null(form_field_find(f.form, "0.chip"));
	assert_null(form_field_find(f.form, ""));
	assert_string_equal(form_type_name(field->type), "text");
	assert_false(form_field_find(f.form, "mail")->in_summary);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
