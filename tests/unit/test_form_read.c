/* Answers coming in: form pairs, JSON, drafts. */
#include "form_fixture.h"

#define FIELDS                                                                 \
	"{'key':'name','type':'name'},"                                        \
	"{'key':'note','type':'textarea','max_length':2000},"                  \
	"{'key':'tick','type':'multi_choice','options':['a','b']},"            \
	"{'key':'pic','type':'file','accept':['image/png'],'max_files':3},"    \
	"{'key':'sum','type':'calculated','format':'integer','value':1},"      \
	"{'key':'say','type':'static'},"                                       \
	"{'key':'who','type':'group','fields':["                               \
	"  {'key':'name','type':'name'},{'key':'born','type':'date'}]},"       \
	"{'key':'dogs','type':'repeat','max_items':200,'fields':["             \
	"  {'key':'name','type':'name'},"                                      \
	"  {'key':'toys','type':'repeat','max_items':200,'fields':["           \
	"    {'key':'toy','type':'text','max_length':9}]}]}"

/* want: the draft that comes of the pairs. */
static const struct {
	const char *name;
	const char *pairs[12];
	const char *want;
} pair_cases[] = {
	{"nothing", {NULL}, "{'who':{}}"},
	{"fields", {"name", "Ada", "who.name", "Bo"},
	    "{'name':'Ada','who':{'name':'Bo'}}"},
	{"empty is no answer", {"name", "", "note", "  "}, "{'who':{}}"},
	{"chosen values", {"tick", "b", "tick", "a", "tick", ""},
	    "{'tick':['b','a'],'who':{}}"},
	{"items", {"dogs.0.name", "A", "dogs.1.name", "B"},
	    "{'who':{},'dogs':[{'name':'A'},{'name':'B'}]}"},
	{"items backwards", {"dogs.1.name", "B", "dogs.0.name", "A"},
	    "{'who':{},'dogs':[{'name':'A'},{'name':'B'}]}"},
	{"a gap is closed", {"dogs.2.name", "C", "dogs.0.name", "A"},
	    "{'who':{},'dogs':[{'name':'A'},{'name':'C'}]}"},
	{"an empty item stays", {"dogs.0.name", "", "dogs.1.name", "B"},
	    "{'who':{},'dogs':[{},{'name':'B'}]}"},
	{"an item without fields", {"dogs.0", "", "dogs.1.name", "B"},
	    "{'who':{},'dogs':[{},{'name':'B'}]}"},
	{"items in items", {"dogs.0.toys.1.toy", "ball", "dogs.0.toys.0", ""},
	    "{'who':{},'dogs':[{'toys':[{},{'toy':'ball'}]}]}"},
	{"twice", {"name", "A", "name", "B"},
	    "{'name':{'raw':'A','error':'type'},'who':{}}"},
	{"upload",
	    {"pic", "000102030405060708090a0b0c0d0e0f", "pic", "", "pic",
		"00010203-0405-0607-0809-0a0b0c0d0e0f"},
	    "{'pic':[{'id':'000102030405060708090a0b0c0d0e0f','name':null,"
	    "'type':null,'size':0}],'who':{}}"},
	{"no upload", {"pic", "x.png"},
	    "{'pic':{'raw':[],'error':'file_unknown'},'who':{}}"},
	{"no UTF-8", {"name", "A\xff\xfe" "B"},
	    "{'name':{'raw':'AB','error':'text_invalid'},'who':{}}"},
	{"overlong NUL", {"name", "A\xc0\x80"},
	    "{'name':{'raw':'A','error':'text_invalid'},'who':{}}"},
	{"surrogate", {"name", "A\xed\xa0\x80"},
	    "{'name':{'raw':'A','error':'text_invalid'},'who':{}}"},
	{"cut off", {"name", "Zo\xc3"},
	    "{'name':{'raw':'Zo','error':'text_invalid'},'who':{}}"},
	{"text that runs backwards", {"name", "A\xe2\x80\xae" "B"},
	    "{'name':{'raw':'AB','error':'text_invalid'},'who':{}}"},
	{"escape", {"name", "A\x1b[2JB"},
	    "{'name':{'raw':'A[2JB','error':'text_invalid'},'who':{}}"},
	{"nothing but rubbish", {"name", "\xff"},
	    "{'name':{'raw':null,'error':'text_invalid'},'who':{}}"},
	{"rubbish among choices", {"tick", "a", "tick", "\xff"},
	    "{'tick':{'raw':['a'],'error':'not_in_list'},'who':{}}"},
};

static const struct {
	const char *name, *unknown;
} unknown_cases[] = {
	{"nobody", "nobody"},
	{"name.x", "name.x"},
	{"who", "who"},
	{"who.0.name", "who.0.name"},
	{"who.", "who."},
	{".name", ".name"},
	{"", ""},
	{"dogs", "dogs"},
	{"dogs.name", "dogs.name"},
	{"dogs.00.name", "dogs.00.name"},
	{"dogs.-1.name", "dogs.-1.name"},
	{"dogs.0.0.name", "dogs.0.0.name"},
	{"dogs.0x.name", "dogs.0x.name"},
	{"dogs.999999999999999999999.name",
	    "dogs.999999999999999999999.name"},
	{"sum", "sum"},
	{"say", "say"},
	{"Name", "Name"},
};

static const char *
draft_of(struct fixture *f)
{
	struct buf *b = buf_new(&f->arena, 1 << 20);
	char *text;

	form_write_draft(f->answers, b);
	text = arena_strdup(&f->arena, buf_text(b));
	for (char *s = text; *s != '\0'; s++)
		if (*s == '"')
			*s = '\'';
	return text;
}

static void
read_pairs(struct fixture *f, const char *const *list)
{
	struct http_pairs pairs = fixture_pairs(f, list);
	struct err err = {0};

	if (form_read_pairs(&f->arena, f->form, &pairs, &f->answers, &err) ==
	    -1)
		fail_msg("%s: %s", list[0], err.msg);
}

static void
test_pairs(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	for (size_t i = 0; i < nitems(pair_cases); i++) {
		struct err err = {0};
		const char *got, *again;
		char *json;

		read_pairs(&f, pair_cases[i].pairs);
		got = draft_of(&f);
		if (strcmp(got, pair_cases[i].want) != 0)
			fail_msg("%s: %s", pair_cases[i].name, got);
		assert_int_equal(f.answers->nunknown, 0);
		/* A draft read again is the same draft. */
		json = arena_strdup(&f.arena, got);
		for (char *s = json; *s != '\0'; s++)
			if (*s == '\'')
				*s = '"';
		if (form_read_draft(&f.arena, f.form, json, strlen(json),
			&f.answers, &err) == -1)
			fail_msg("%s: %s", pair_cases[i].name, err.msg);
		again = draft_of(&f);
		if (strcmp(got, again) != 0)
			fail_msg("%s: draft %s", pair_cases[i].name, again);
	}
	arena_free(&f.arena);
}

static void
test_unknown(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	for (size_t i = 0; i < nitems(unknown_cases); i++) {
		const char *pairs[] = {unknown_cases[i].name, "x", NULL};

		read_pairs(&f, pairs);
		if (f.answers->nunknown != 1 ||
		    strcmp(f.answers->unknown[0], unknown_cases[i].unknown) !=
			0)
			fail_msg("\"%s\" is known", unknown_cases[i].name);
	}
	arena_free(&f.arena);
}

/* Beyond the limits: refused as a whole, before anything grows. */
static void
test_limits(void **state)
{
	struct fixture f = {0};
	struct http_pairs pairs = {0};
	struct err err = {0};
	const char *one[] = {"dogs.200.name", "x", NULL};
	const char *last[] = {"dogs.199.name", "x", NULL};
	struct buf *b = buf_new(&f.arena, 1 << 20);

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	read_pairs(&f, last);
	assert_int_equal(form_find(f.answers, "dogs")->nitem, 1);
	pairs = fixture_pairs(&f, one);
	assert_int_equal(
	    form_read_pairs(&f.arena, f.form, &pairs, &f.answers, &err), 0);
	assert_string_equal(
	    form_find(f.answers, "dogs")->read_error, "too_many");
	assert_int_equal(form_find(f.answers, "dogs")->nitem, 0);

	pairs.pair = arena_new(&f.arena, struct http_pair, 10001);
	pairs.n = 10001;
	for (size_t i = 0; i < pairs.n; i++)
		pairs.pair[i] = (struct http_pair){"zzz", "x", 1};
	assert_int_equal(
	    form_read_pairs(&f.arena, f.form, &pairs, &f.answers, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	pairs.n--;
	assert_int_equal(
	    form_read_pairs(&f.arena, f.form, &pairs, &f.answers, &err), 0);
	assert_int_equal(f.answers->nunknown, 50);

	/* Items times items. */
	for (size_t i = 0; i < 20; i++)
		pairs.pair[i] = (struct http_pair){
			arena_printf(&f.arena, "dogs.%zu.toys.199.toy", i),
			"x", 1};
	pairs.n = 20;
	assert_int_equal(
	    form_read_pairs(&f.arena, f.form, &pairs, &f.answers, &err), 0);
	assert_null(form_find(f.answers, "dogs.0.toys")->read_error);
	assert_string_equal(
	    form_find(f.answers, "dogs.19.toys")->read_error, "too_many");

	buf_puts(b, "{'dogs':[");
	for (int i = 0; i < 10000; i++)
		buf_puts(b, i > 0 ? ",{}" : "{}");
	buf_puts(b, "]}");
	assert_int_equal(form_read_json(&f.arena, f.form,
			     fixture_json(&f, buf_text(b)), &f.answers, &err),
	    0);
	form_evaluate(
	    &f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_errors(&f), "dogs: too_many");
	arena_free(&f.arena);
}

/* A name of a megabyte is too long, not a crash. */
static void
test_long(void **state)
{
	struct fixture f = {0};
	size_t n = 1 << 20;
	char *name;
	struct http_pair pair[2];
	struct http_pairs pairs = {pair, 2};
	struct err err = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	name = arena_alloc(&f.arena, n + 1, 1);
	memset(name, 'a', n);
	pair[0] = (struct http_pair){"name", name, n};
	pair[1] = (struct http_pair){name, "x", 1};
	assert_int_equal(
	    form_read_pairs(&f.arena, f.form, &pairs, &f.answers, &err), 0);
	form_evaluate(&f.arena, f.answers, &f.context, &f.error, &f.nerror);
	assert_string_equal(fixture_errors(&f), "name: too_long");
	assert_int_equal(f.answers->nunknown, 1);
	assert_true(strlen(f.answers->unknown[0]) <= FORM_PATH_MAX);
	arena_free(&f.arena);
}

static const struct {
	const char *name, *json, *errors, *unknown;
} json_cases[] = {
	{"lines", "{'note':['a','b']}", "", ""},
	{"no lines", "{'note':['a',1]}", "note: type", ""},
	{"bare items", "{'dogs':[{'toys':['ball','bone']}]}", "", ""},
	{"bare item of several fields", "{'dogs':['A']}",
	    "dogs.0.name: type, dogs.0.toys: type", ""},
	{"null", "{'name':null,'who':null,'dogs':null,'pic':null}", "", ""},
	{"unknown", "{'x':1,'who':{'y':2},'dogs':[{'z':3}],'sum':4}", "",
	    "x who.y dogs.z sum"},
	{"text for a list", "{'tick':'a'}", "tick: type", ""},
	{"list in a list", "{'tick':[['a']]}", "tick: type", ""},
	{"text for a group", "{'who':'me'}", "who: type", ""},
	{"bidi", "{'name':'A\\u202eB'}", "name: text_invalid", ""},
	{"number for a name", "{'name':1e99}", "name: type", ""},
	{"files by name", "{'pic':[{'id':'x'}]}", "pic: type", ""},
};

static void
test_json(void **state)
{
	struct fixture f = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	for (size_t i = 0; i < nitems(json_cases); i++) {
		const char *unknown = "";

		fixture_answer(&f, json_cases[i].json);
		for (size_t k = 0; k < f.answers->nunknown; k++)
			unknown = arena_printf(&f.arena, "%s%s%s", unknown,
			    k > 0 ? " " : "", f.answers->unknown[k]);
		if (strcmp(fixture_errors(&f), json_cases[i].errors) != 0)
			fail_msg("%s: %s", json_cases[i].name,
			    fixture_errors(&f));
		if (strcmp(unknown, json_cases[i].unknown) != 0)
			fail_msg("%s: unknown %s", json_cases[i].name,
			    unknown);
	}
	fixture_answer(&f, "{'dogs':[{'toys':['ball','bone']}]}");
	assert_string_equal(fixture_text(&f, "dogs.0.toys.1.toy"), "bone");
	fixture_answer(&f, "{'note':['a','b']}");
	assert_string_equal(fixture_text(&f, "note"), "a\nb");
	arena_free(&f.arena);
}

/* Numbers of every type there and back again. */
static void
test_numbers(void **state)
{
	static const char *const same[] = {
		"{\"i\":-12,\"m\":123456,\"d\":0.05,\"y\":false,\"c\":true,"
		"\"p\":{\"lat\":50.98,\"lon\":-11.3}}",
		"{\"i\":0,\"m\":-5,\"d\":-1,\"y\":true,"
		"\"p\":{\"lat\":-0.000001,\"lon\":180}}",
		"{\"d\":10}",
	};
	static const char *const wrong[] = {
		"{'i':1.5}", "{'i':'1'}", "{'i':1e99}", "{'m':0.5}",
		"{'d':'x'}", "{'y':1}", "{'c':'true'}", "{'p':[1,2]}",
		"{'p':{'lat':1}}", "{'p':{'lat':1,'lon':'2'}}",
		"{'p':{'lat':1,'lon':2,'alt':3}}",
	};
	struct fixture f = {0};
	struct buf *b = buf_new(&f.arena, 10000);

	(void)state;
	fixture_fields(&f,
	    "{'key':'i','type':'integer'},{'key':'m','type':'money'},"
	    "{'key':'d','type':'decimal'},{'key':'y','type':'yesno'},"
	    "{'key':'c','type':'consent'},{'key':'p','type':'position'}",
	    "{}");
	for (size_t i = 0; i < nitems(same); i++) {
		fixture_answer(&f, same[i]);
		assert_string_equal(fixture_errors(&f), "");
		buf_reset(b);
		form_write_json(f.answers, b);
		assert_string_equal(buf_text(b), same[i]);
	}
	for (size_t i = 0; i < nitems(wrong); i++) {
		fixture_answer(&f, wrong[i]);
		if (f.nerror != 1 || strcmp(f.error[0].code, "type") != 0)
			fail_msg("%s: %s", wrong[i], fixture_errors(&f));
	}
	arena_free(&f.arena);
}

/* What the form no longer has is left out of a draft. */
static void
test_old_draft(void **state)
{
	static const char draft[] =
	    "{\"gone\":\"x\",\"name\":\"Ada\",\"who\":\"x\",\"dogs\":{},"
	    "\"sum\":\"5\",\"tick\":\"a\",\"pic\":[{\"id\":\"no\"},7]}";
	struct fixture f = {0};
	struct err err = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	assert_int_equal(form_read_draft(&f.arena, f.form, draft,
			     strlen(draft), &f.answers, &err),
	    0);
	assert_string_equal(draft_of(&f), "{'name':'Ada','who':{}}");
	assert_int_equal(
	    form_read_draft(&f.arena, f.form, "{", 1, &f.answers, &err), -1);
	arena_free(&f.arena);
}

static void
test_items(void **state)
{
	const char *pairs[] = {"dogs.0.name", "A", "dogs.1.name", "B", NULL};
	struct fixture f = {0};
	struct answer *dogs;
	struct err err = {0};

	(void)state;
	fixture_fields(&f, FIELDS, "{}");
	read_pairs(&f, pairs);
	dogs = form_find(f.answers, "dogs");
	assert_int_equal(
	    form_item_add(&f.arena, f.answers, dogs, &err), 0);
	assert_string_equal(draft_of(&f),
	    "{'who':{},'dogs':[{'name':'A'},{'name':'B'},{}]}");
	form_item_remove(f.answers, dogs, 0);
	form_item_remove(f.answers, dogs, 7);
	assert_string_equal(
	    draft_of(&f), "{'who':{},'dogs':[{'name':'B'},{}]}");
	assert_ptr_equal(form_find(f.answers, "dogs.1"), dogs);
	assert_null(form_find(f.answers, "dogs.2.name"));
	assert_null(form_find(f.answers, "dogs.2"));
	assert_null(form_find(f.answers, "who.dogs"));
	assert_null(form_find(f.answers, ""));
	while (dogs->nitem < FORM_ITEMS_MAX)
		assert_int_equal(
		    form_item_add(&f.arena, f.answers, dogs, &err), 0);
	assert_int_equal(
	    form_item_add(&f.arena, f.answers, dogs, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_old_draft),
		cmocka_unit_test(test_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
