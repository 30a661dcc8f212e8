/* What the checker says of xoev.json, and what the rules write and read. */
#include "form_fixture.h"

#include "common/xml/xml_schema.h"
#include "common/xoev/xoev_mapping.h"

static const char form_json[] =
    "{'key':'name','type':'name'},"
    "{'key':'born','type':'partial_date'},"
    "{'key':'kind','type':'choice','options':['a','b','c']},"
    "{'key':'more','type':'multi_choice','options':['x','y']},"
    "{'key':'lines','type':'textarea','max_length':500},"
    "{'key':'fee','type':'money'},"
    "{'key':'proof','type':'file','accept':['application/pdf'],"
    "'max_files':1},"
    "{'key':'yes','type':'yesno'},"
    "{'key':'home','type':'group','fields':["
    "{'key':'street','type':'text','max_length':50}]},"
    "{'key':'kids','type':'repeat','max_items':5,'fields':["
    "{'key':'name','type':'name'},{'key':'born','type':'partial_date'}]}";

static const struct xoev_mapping *
compile(struct fixture *f, const char *rules)
{
	struct form_def d = { .file = "xoev.json" };

	fixture_fields(f, form_json, "{}");
	d.arena = &f->arena;
	d.mistakes = &f->mistakes;
	d.form = f->form;
	return xoev_mapping_compile(&d,
	    fixture_json(f,
		arena_printf(&f->arena,
		    "{'format':1,'namespaces':{'t':'urn:t'},'blocks':{"
		    "'ewig':[{'to':'a','use':'ewig'}],"
		    "'datum':[{'to':'tag','format':'day'},{'to':'monat',"
		    "'format':'month'},{'to':'jahr','format':'year'}]},"
		    "'messages':[{'id':'m','root':'t:m.0001','standard':'T',"
		    "'version':'1','head':'none','direction':'out',"
		    "'content':[%s]}]}",
		    rules)));
}

/* ---- mistakes ---- */

static const struct {
	const char *rules, *path, *text;
} mistakes[] = {
	{ "{'to':'x:a','field':'name'}", "messages[0].content[0].to",
	    "there is no prefix \"x\"" },
	{ "{'to':'t:1a','field':'name'}", "messages[0].content[0].to",
	    "\"1a\" is no name of XML" },
	{ "{'to':'@a/b','field':'name'}", "messages[0].content[0].to",
	    "a path that goes too far" },
	{ "{'to':'a'}", "messages[0].content[0]",
	    "the rule has nothing to write" },
	{ "{'field':'name'}", "messages[0].content[0]",
	    "the rule has no place to write to" },
	{ "{'to':'a','field':'nam'}", "messages[0].content[0].field",
	    "there is no field \"nam\"" },
	{ "{'to':'a','field':'home'}", "messages[0].content[0].field",
	    "\"home\" is nothing that is answered" },
	{ "{'to':'a','feld':'name'}", "messages[0].content[0].feld", NULL },
	{ "{'to':'a','field':'kind','codes':{'z':'1'}}",
	    "messages[0].content[0].codes.z",
	    "\"z\" is no value of \"kind\"" },
	{ "{'to':'a','field':'kind','format':'day'}",
	    "messages[0].content[0].format", "\"kind\" is no date" },
	{ "{'to':'a','field':'proof'}", "messages[0].content[0].format",
	    "\"proof\" is a file" },
	{ "{'to':'a','field':'name','format':'money'}",
	    "messages[0].content[0].format",
	    "\"name\" is no amount of money" },
	{ "{'to':'a','field':'name','format':'fett'}",
	    "messages[0].content[0].format", "\"fett\" is no format" },
	{ "{'to':'a','repeat':'home','content':[]}",
	    "messages[0].content[0].repeat", "\"home\" is no repeat" },
	{ "{'to':'a','with':'kids','content':[]}",
	    "messages[0].content[0].with", "\"kids\" is no group" },
	{ "{'to':'a','field':'name','use':'weg'}",
	    "messages[0].content[0].use", "there is no block \"weg\"" },
	{ "{'to':'a','field':'name','use':'ewig'}", NULL,
	    "too many rules in rules" },
	{ "{'to':'a','copy':{'message':'n','from':'t:b'}}",
	    "messages[0].content[0].copy.message",
	    "there is no message \"n\"" },
	{ "{'to':'a','constant':'1','means':{'kind':'z'}}",
	    "messages[0].content[0].means.kind",
	    "\"z\" is no value of \"kind\"" },
	{ "{'to':'a','constant':'1','means':{'weg':'z'}}",
	    "messages[0].content[0].means.weg", "there is no field \"weg\"" },
	{ "{'to':'a','as':'Groß'}", "messages[0].content[0].as",
	    "\"Groß\" cannot be a value's name" },
	{ "{'to':'a','constant':'1','only':'nie'}",
	    "messages[0].content[0].only", "\"nie\" is neither" },
	{ "{'to':'a/@b','field':'kind','code':true}",
	    "messages[0].content[0].to", "an attribute holds nothing else" },
};

static bool
is_said(const struct fixture *f, const char *path, const char *text)
{
	for (size_t i = 0; i < f->mistakes.n; i++) {
		const struct form_mistake *m = &f->mistakes.mistake[i];

		if (!m->is_warning && strcmp(m->file, "xoev.json") == 0 &&
		    (path == NULL || strcmp(m->path, path) == 0) &&
		    (text == NULL || strstr(m->text, text) != NULL ||
			strstr(m->remedy, text) != NULL))
			return true;
	}
	return false;
}

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(mistakes); i++) {
		struct fixture f = { 0 };

		assert_null(compile(&f, mistakes[i].rules));
		if (!is_said(&f, mistakes[i].path, mistakes[i].text))
			fail_msg("%s: %s: %s", mistakes[i].rules,
			    f.mistakes.n == 0 ? "" : f.mistakes.mistake[0].path,
			    f.mistakes.n == 0 ? ""
					      : f.mistakes.mistake[0].text);
		arena_free(&f.arena);
	}
}

/* A choice that has no code is a warning. */
static void
test_warning(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	assert_non_null(compile(&f,
	    "{'to':'a','field':'kind','codes':{'a':'1','b':'2'}}"));
	assert_int_equal(f.mistakes.n, 1);
	assert_true(f.mistakes.mistake[0].is_warning);
	assert_string_equal(
	    f.mistakes.mistake[0].text, "\"c\" of \"kind\" has no code");
	arena_free(&f.arena);
}

/* ---- writing and reading ---- */

#define ANSWERS                                                                \
	"{'name':'Ä','born':'1990-05-00','kind':'b','more':['x','y'],"         \
	"'lines':'eins\\n\\nzwei','fee':1205,'yes':true,"                      \
	"'home':{'street':'Weg'},'kids':[{'name':'C','born':'2015-01-02'},"    \
	"{'name':'D'}]}"

static const struct {
	const char *name, *rules, *xml; /* content of the root */
	const char *fields; /* "name=text;...", as read back; values with : */
} rounds[] = {
	{ "text and attribute",
	    "{'to':'t:a/@n','field':'name'},{'to':'t:a/b','field':'name'}",
	    "<t:a n=\"Ä\"><b>Ä</b></t:a>", "name=Ä;name=Ä;" },
	{ "partial date", "{'to':'d','field':'born','use':'datum'}",
	    "<d><monat>1990-05</monat></d>", "born=1990-05-00;" },
	{ "codes",
	    "{'to':'k','field':'kind','codes':{'a':'1','b':'2','c':'3'},"
	    "'list':{'uri':'urn:l','version':'7'}}",
	    "<k listURI=\"urn:l\" listVersionID=\"7\"><code>2</code></k>",
	    "kind=b;" },
	{ "multiple choice", "{'to':'m','field':'more','code':true}",
	    "<m><code>x</code></m><m><code>y</code></m>",
	    "more=x;more=y;" },
	{ "lines with positions",
	    "{'to':'z','lines':'lines','content':[{'to':'n','format':"
	    "'position'},{'to':'i','format':'line'}]}",
	    "<z><n>1</n><i>eins</i></z><z><n>2</n><i>zwei</i></z>",
	    "lines=eins\nzwei;" },
	{ "lines from the second on",
	    "{'to':'z','content':[{'to':'i','field':'name'}]},"
	    "{'to':'z','lines':'lines','position':2,'content':["
	    "{'to':'i','format':'line'}]}",
	    "<z><i>Ä</i></z><z><i>eins</i></z><z><i>zwei</i></z>",
	    "name=Ä;lines=eins\nzwei;" },
	{ "money", "{'to':'g','field':'fee','format':'money'}",
	    "<g>12.05</g>", "fee=1205;" },
	{ "group", "{'to':'h','with':'home','content':[{'to':'s','field':"
		   "'street'},{'to':'n','field':'name'}]}",
	    "<h><s>Weg</s><n>Ä</n></h>", "home.street=Weg;name=Ä;" },
	{ "repeat",
	    "{'to':'k','repeat':'kids','content':[{'to':'n','field':'name'},"
	    "{'to':'b','field':'born','format':'day'}]}",
	    "<k><n>C</n><b>2015-01-02</b></k><k><n>D</n></k>",
	    "kids.0.name=C;kids.0.born=2015-01-02;kids.1.name=D;" },
	{ "when and means",
	    "{'to':'ja','constant':'true','when':{'eq':['yes',true]},"
	    "'means':{'yes':'true'}},{'to':'nein','constant':'true','when':"
	    "{'eq':['yes',false]},'means':{'yes':'false'}}",
	    "<ja>true</ja>", "yes=true;" },
	{ "meanings by code",
	    "{'to':'s','value':{'if':[{'eq':['kind','b']},{'text':'2'},"
	    "{'text':'1'}]},'means':{'2':{'kind':'b'},'1':{'kind':'a'}}}",
	    "<s>2</s>", "kind=b;" },
	{ "nothing in a group, no group",
	    "{'to':'a/b/c','content':[{'to':'d','as':'fehlt'}]},"
	    "{'to':'a/e','constant':'1'}",
	    "<a><e>1</e></a>", "" },
	{ "values",
	    "{'to':'w','repeat_as':'wohnung','content':[{'to':'o','as':"
	    "'ort'}]},{'to':'p','with_as':'person','content':[{'to':'n',"
	    "'as':'name'}]},{'to':'l','lines_as':'zeilen','content':["
	    "{'to':'i','format':'line'}]}",
	    "<w><o>A</o></w><w><o>B</o></w><p><n>E</n></p><l><i>1</i></l>"
	    "<l><i>2</i></l>",
	    "wohnung.0.ort:A;wohnung.1.ort:B;person.name:E;zeilen:1\n2;" },
	{ "one way alone",
	    "{'to':'a','constant':'1','only':'write','as':'a'},"
	    "{'to':'b','constant':'1','only':'read','as':'b'}",
	    "<a>1</a>", "" },
	{ "a block for fields and values",
	    "{'to':'a','field':'born','use':'datum'},{'to':'b','as':'tag',"
	    "'use':'datum'}",
	    "<a><monat>1990-05</monat></a><b><tag>2001-02-03</tag></b>",
	    "born=1990-05-00;tag:2001-02-03;" },
};

static const struct xoev_value values[] = {
	{ .name = "wohnung.0.ort", .text = "A" },
	{ .name = "wohnung.1.ort", .text = "B" },
	{ .name = "person.name", .text = "E" },
	{ .name = "zeilen", .text = "1\n2" },
	{ .name = "tag", .text = "2001-02-03" },
};

static const char *
fill(struct fixture *f, const struct xoev_message *m)
{
	struct xoev_case c = { .answers = f->answers, .context = &f->context,
		.value = values, .nvalue = nitems(values) };
	struct xoev_rules rules = { 0 };
	struct xml_out *root = xml_out_new(&f->arena, &m->root);
	struct buf *b = buf_new(&f->arena, 1 << 20);
	struct err err = { 0 };

	if (xoev_fill(&f->arena, &rules, m, &c, root, &err) == -1 ||
	    xml_out_write(root, b, &err) == -1)
		fail_msg("%s", err.msg);
	return buf_text(b);
}

static const char *
extract(struct fixture *f, const struct xoev_message *m, const char *xml)
{
	static const struct xml_document_limits limits = { 1 << 20, 50, 1000 };
	struct buf *said = buf_new(&f->arena, 1 << 16);
	enum xml_document_fault fault;
	struct xoev_read in = { 0 };
	struct xml_document *d;
	struct err err = { 0 };

	assert_int_equal(xml_document_parse(&f->arena, xml, strlen(xml),
			     &limits, &d, &fault, &err),
	    0);
	xoev_extract(&f->arena, m, xml_document_tree(&f->arena, d), &in);
	for (size_t i = 0; i < in.nfield; i++)
		buf_printf(
		    said, "%s=%s;", in.field[i].name, in.field[i].text);
	for (size_t i = 0; i < in.nvalue; i++)
		buf_printf(
		    said, "%s:%s;", in.value[i].name, in.value[i].text);
	return buf_text(said);
}

static void
test_rounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rounds); i++) {
		struct fixture f = { 0 };
		const struct xoev_mapping *m = compile(&f, rounds[i].rules);
		struct err err = { 0 };
		const char *xml, *fields, *from;
		size_t n;

		if (m == NULL)
			fail_msg("%s: %s: %s", rounds[i].name,
			    f.mistakes.mistake[0].path,
			    f.mistakes.mistake[0].text);
		assert_int_equal(
		    form_read_json(&f.arena, f.form,
			fixture_json(&f, ANSWERS), &f.answers, &err),
		    0);
		form_evaluate_values(&f.arena, f.answers, &f.context);
		xml = fill(&f, &m->message[0]);
		from = strchr(strstr(xml, "<t:m.0001"), '>') + 1;
		n = (size_t)(strstr(xml, "</t:m.0001>") - from);
		if (n != strlen(rounds[i].xml) ||
		    memcmp(from, rounds[i].xml, n) != 0)
			fail_msg("%s: %s", rounds[i].name, from);
		fields = extract(&f, &m->message[0], xml);
		if (strcmp(fields, rounds[i].fields) != 0)
			fail_msg("%s: read %s", rounds[i].name, fields);
		arena_free(&f.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_warning),
		cmocka_unit_test(test_rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
