/* Code lists in forms: what is typed, what belongs to a parent, what a page
 * offers. */
#include "form_fixture.h"

#include "common/code_list/code_list.h"
#include "common/form/form_view.h"

#define LAND "urn:x-test:land"
#define ORT "urn:x-test:ort"
#define MANY 1200

static const char *const columns[] = {"Schluessel", "Name", "Land"};

static const char *const laender[] = {"09", "Bergland", NULL, "16",
    "Waldland", NULL};

/* Towns whose codes begin with their Land's; two of one name. */
static const char *const orte[] = {"09001", "Quellstadt", "09", "09002",
    "Neustadt", "09", "16001", "Neustadt", "16", "16002", "Mühlstraße", "16"};

static const struct code_list *
list_of(struct arena *a, const char *uri, const char *version,
    const char *const *cell, size_t nrow)
{
	const struct code_list_source source = {.uri = uri,
	    .version = version,
	    .name = uri,
	    .agency = "",
	    .short_name = "",
	    .valid_from = CODE_LIST_ALWAYS,
	    .column = columns,
	    .ncolumn = nitems(columns),
	    .code_column = 0,
	    .label_column = 1,
	    .cell = cell,
	    .nrow = nrow};
	const struct code_list *list;
	struct err err = {0};

	if (code_list_build(a, &source, &list, &err) == -1)
		fail_msg("%s", err.msg);
	return list;
}

/* More rows than a page shows whole. */
static const struct code_list *
big_list(struct arena *a)
{
	const char **cell = arena_new(a, const char *, MANY * 3);

	for (size_t i = 0; i < MANY; i++) {
		cell[i * 3] = arena_printf(
		    a, "%s%04zu", i < 5 ? "09" : "16", i);
		cell[i * 3 + 1] = arena_printf(a, "Dorf %zu", i);
		cell[i * 3 + 2] = i < 5 ? "09" : "16";
	}
	return list_of(a, ORT, "2", cell, MANY);
}

static void
form(struct fixture *f, const char *fields, bool is_big)
{
	const struct code_list *list[2];

	fixture_fields(f, fields, "{}");
	list[0] = list_of(&f->arena, LAND, "1", laender, nitems(laender) / 3);
	list[1] = is_big ? big_list(&f->arena)
			 : list_of(&f->arena, ORT, "1", orte, nitems(orte) / 3);
	form_bind_lists(f->form, code_lists_new(&f->arena, list, 2), 20000,
	    &f->mistakes);
	if (f->mistakes.n > 0)
		fail_msg("%s", f->mistakes.mistake[0].text);
}

#define COLUMN                                                                 \
	"{'key':'land','type':'codelist','list':'" LAND "'},"                  \
	"{'key':'ort','type':'codelist','list':'" ORT "','parent':'land',"     \
	"'parent_column':'Land'}"
#define PREFIX                                                                 \
	"{'key':'land','type':'codelist','list':'" LAND "'},"                  \
	"{'key':'ort','type':'codelist','list':'" ORT "','parent':'land'}"

/* want: the canonical texts; in front of an error "!" . */
static const struct {
	const char *name, *fields, *answers, *errors, *ort;
} cases[] = {
	{"a code", COLUMN, "{'ort':'09001'}", "", "09001"},
	{"a label", COLUMN, "{'ort':'Quellstadt'}", "", "09001"},
	{"a label as people write it", COLUMN, "{'ort':'MUEHLSTR.'}",
	    "ort: not_in_code_list", "-"},
	{"a label with other marks", COLUMN, "{'ort':'muhlstr.'}", "",
	    "16002"},
	{"a label of two rows", COLUMN, "{'ort':'Neustadt'}",
	    "ort: not_in_code_list", "-"},
	{"a label of one row of the parent", COLUMN,
	    "{'land':'Waldland','ort':'Neustadt'}", "", "16001"},
	{"a code of another parent", COLUMN, "{'land':'16','ort':'09001'}",
	    "ort: not_in_code_list", "-"},
	{"codes that begin with the parent's", PREFIX,
	    "{'land':'09','ort':'Neustadt'}", "", "09002"},
	{"a code that does not begin with it", PREFIX,
	    "{'land':'09','ort':'16001'}", "ort: not_in_code_list", "-"},
	{"a parent that is wrong narrows nothing", PREFIX,
	    "{'land':'99','ort':'16001'}", "land: not_in_code_list",
	    "16001"},
	{"nothing", COLUMN, "{}", "", "-"},
	{"a number", COLUMN, "{'ort':9001}", "ort: type", "-"},
	{"a text that is too long to be any", COLUMN, "{'ort':'%s'}",
	    "ort: not_in_code_list", "-"},
};

static void
test_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture f = {0};
		char *lots = arena_alloc(&f.arena, 70000, 1);
		const char *answers = cases[i].answers;

		memset(lots, 'x', 69999);
		if (strstr(answers, "%s") != NULL)
			answers =
			    arena_printf(&f.arena, "{'ort':'%s'}", lots);
		form(&f, cases[i].fields, false);
		fixture_answer(&f, answers);
		if (strcmp(fixture_errors(&f), cases[i].errors) != 0 ||
		    strcmp(fixture_text(&f, "ort"), cases[i].ort) != 0)
			fail_msg("%s: %s, %s", cases[i].name,
			    fixture_errors(&f), fixture_text(&f, "ort"));
		arena_free(&f.arena);
	}
}

/* What is like a wrong answer is named, five times at most. */
static void
test_near(void **state)
{
	struct fixture f = {0};
	const struct answer *answer;

	(void)state;
	form(&f,
	    "{'key':'r','type':'repeat','max_items':9,'fields':["
	    "{'key':'o','type':'codelist','list':'" ORT "'}]}",
	    false);
	fixture_answer(&f, "{'r':['Quelstadt','x','x','x','x','x','x']}");
	assert_int_equal(f.nerror, 7);
	answer = form_find(f.answers, "r.0.o");
	assert_true(answer->nnear > 0 && answer->nnear <= 8);
	assert_string_equal(answer->near[0], "Quellstadt");
	assert_int_equal(form_find(f.answers, "r.6.o")->nnear, 0);
	arena_free(&f.arena);
}

/* The version that is named, or none; the newest where none is. */
static void
test_bind(void **state)
{
	struct fixture f = {0};
	const struct code_list *list[3];

	(void)state;
	fixture_fields(&f,
	    "{'key':'a','type':'codelist','list':'" LAND "'},"
	    "{'key':'b','type':'codelist','list':'" LAND "','version':'1'},"
	    "{'key':'c','type':'codelist','list':'" LAND "','version':'3'},"
	    "{'key':'d','type':'codelist','list':'urn:none'},"
	    "{'key':'e','type':'codelist','list':'" LAND "','parent':'a',"
	    "'parent_column':'Kreis'}",
	    "{}");
	list[0] = list_of(&f.arena, LAND, "1", laender, 1);
	list[1] = list_of(&f.arena, LAND, "2", laender, 2);
	list[2] = list_of(&f.arena, ORT, "1", orte, 1);
	form_bind_lists(f.form, code_lists_new(&f.arena, list, 3), 20000,
	    &f.mistakes);
	assert_ptr_equal(form_field_find(f.form, "a")->codes, list[1]);
	assert_ptr_equal(form_field_find(f.form, "b")->codes, list[0]);
	assert_null(form_field_find(f.form, "c")->codes);
	assert_null(form_field_find(f.form, "d")->codes);
	assert_null(form_field_find(f.form, "e")->codes);
	assert_int_equal(f.mistakes.n, 3);
	assert_int_equal(form_mistakes_count(&f.mistakes), 1);
	assert_non_null(strstr(f.mistakes.mistake[0].text, "version 3"));
	assert_non_null(strstr(f.mistakes.mistake[2].text, "\"Kreis\""));
	arena_free(&f.arena);
}

/* ---- the page ---- */

static const char *
page_of(struct fixture *f, const char *answers)
{
	struct service service = {.form = f->form};
	struct form_view v = {.context = &f->context, .is_scolded = true};
	struct buf *out = buf_new(&f->arena, 1 << 20);
	struct texts *catalogue, *own = NULL;
	struct html h;
	struct err err = {0};

	fixture_answer(f, answers);
	if (texts_load("fcgi-apps/texts", &catalogue, &err) == -1 ||
	    texts_parse("{}", "{}", &own, &err) == -1)
		fail_msg("%s", err.msg);
	service.slug = service.version = "x";
	service.texts = own;
	v.words = (struct form_words){.arena = &f->arena,
	    .texts = catalogue,
	    .service = &service,
	    .town = "Quellstadt",
	    .settings = f->settings};
	v.answers = f->answers;
	v.error = f->error;
	v.nerror = f->nerror;
	h = (struct html){.out = out};
	form_view_write(&v, &h);
	texts_free(catalogue);
	texts_free(own);
	return buf_text(out);
}

static void
has(const char *page, const char *part)
{
	if (strstr(page, part) == NULL)
		fail_msg("%s is not in %s", part, page);
}

static void
has_not(const char *page, const char *part)
{
	if (strstr(page, part) != NULL)
		fail_msg("%s is in %s", part, page);
}

static void
test_select(void **state)
{
	struct fixture f = {0};
	const char *page;

	(void)state;
	form(&f, COLUMN, false);
	page = page_of(&f, "{'land':'16','ort':'16001'}");
	has(page, "<select class=\"kern-form-input__select\" id=\"f-ort\"");
	has(page, "<option value=\"16\" selected>Waldland</option>");
	/* Of another Land: there for the script, hidden. */
	has(page, "<option value=\"09001\" data-show=\"{&quot;or&quot;:["
		  "{&quot;empty&quot;:&quot;land&quot;},{&quot;in&quot;:["
		  "&quot;land&quot;,[&quot;09&quot;]]}]}\" hidden>");
	has(page, "Neustadt (16001)</option>");
	arena_free(&f.arena);
	f = (struct fixture){0};
	form(&f, PREFIX, false);
	page = page_of(&f, "{'land':'16'}");
	has(page, "[&quot;0&quot;,&quot;09&quot;,&quot;090&quot;,"
		  "&quot;0900&quot;,&quot;09001&quot;]");
	arena_free(&f.arena);
}

static void
test_typed(void **state)
{
	struct fixture f = {0};
	const char *page;

	(void)state;
	form(&f, COLUMN, true);
	page = page_of(&f, "{'ort':'160007'}");
	has(page, "<input class=\"kern-form-input__input\" type=\"text\" "
		  "id=\"f-ort\" name=\"ort\" value=\"Dorf 7\"");
	has_not(page, "<datalist");
	assert_true(strlen(page) < 8000); /* not a megabyte of villages */
	page = page_of(&f, "{'land':'09'}");
	has(page, "list=\"f-ort-list\"");
	has(page, "<option value=\"Dorf 4\">");
	has_not(page, "<option value=\"Dorf 5\">");
	/* The message helps; so do the suggestions. */
	page = page_of(&f, "{'ort':'Dorf 7a'}");
	has(page, "value=\"Dorf 7a\"");
	has(page, "Meinten Sie: Dorf 7");
	has(page, "aria-describedby=\"f-ort-hint f-ort-error\"");
	has(page, "<option value=\"Dorf 7\">");
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_bind),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
