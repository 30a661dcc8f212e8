/* links: forms/step_plan forms/step_marks */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "common/json.h"
#include "forms/step_plan.h"

#define SERVICE "tests/data/services/familienpass"
#define NOW_MS INT64_C(1793617200000) /* 2026-11-02 */

/* A draft of the service with ten pages, an adviser behind the second. */
struct sheet {
	struct arena arena;
	struct service *service;
	struct form_context context;
	struct form_answers *answers;
	struct form_error *error;
	size_t nerror;
	struct step_marks marks;
	struct step_plan plan;
};

static void
sheet_open(struct sheet *s)
{
	struct form_mistakes mistakes = {.arena = &s->arena};
	struct err err = {0};
	const char *package;

	if (service_read_folder(&s->arena, SERVICE, &s->service, &package,
		&mistakes, &err) == -1 ||
	    s->service == NULL)
		fail_msg("%s",
		    mistakes.n > 0 ? mistakes.mistake[0].text : err.msg);
	s->context = (struct form_context){
	    .now_ms = NOW_MS, .settings = s->service->settings_json};
}

/* answers: JSON with ' for "; seen and tried: page ids between blanks. */
static void
sheet_plan(struct sheet *s, const char *answers, const char *seen,
    const char *tried)
{
	char *text = arena_strdup(&s->arena, answers);
	struct err err = {0};
	cJSON *json;

	for (char *c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	if (json_parse(&s->arena, text, strlen(text), &json_limits_request,
		&json, &err) == -1 ||
	    form_read_json(&s->arena, s->service->form, json, &s->answers,
		&err) == -1)
		fail_msg("%s: %s", answers, err.msg);
	for (size_t i = 0; i < s->service->form->npage; i++) {
		const char *id = s->service->form->page[i].id;
		const char *word = arena_printf(&s->arena, " %s ", id);
		struct step_mark *m;

		if (strstr(seen, word) == NULL)
			continue;
		m = step_mark_of(&s->arena, &s->marks, id);
		m->revision = 1;
		m->is_seen = true;
		m->is_tried = strstr(tried, word) != NULL;
	}
	form_evaluate(&s->arena, s->answers, &s->context, &s->error,
	    &s->nerror);
	step_plan_make(&s->arena, s->service, s->answers, &s->context,
	    s->error, s->nerror, &s->marks, &s->plan);
}

#define ADVISED "'lives_here': true, 'has_children': true"
#define PERSON                                                                 \
	"'family_name': 'A', 'given_name': 'B', 'birth_date': '1980-01-01'"
#define ALL                                                                    \
	" vorab vorab_kinder person anschrift kinder einkommen leistungen"     \
	" wuensche zustellung erklaerung "

/* Pages with a letter: o open, e errors, d done; then where to go on. */
static const struct {
	const char *name, *answers, *seen, *tried, *want, *resume;
} plans[] = {
    {"nothing yet", "{}", "", "", "vorab:o", "vorab"},
    {"one answer", "{'lives_here': true}", " vorab ", " vorab ",
	"vorab:d vorab_kinder:o", "vorab_kinder"},
    {"the advice ends", "{'lives_here': false}", " vorab ", " vorab ",
	"vorab:d", "ergebnis"},
    {"the advice leads on", "{" ADVISED "}", " vorab vorab_kinder ", "",
	"vorab:d vorab_kinder:d person:o anschrift:o kinder:o einkommen:o"
	" wuensche:o zustellung:o erklaerung:o",
	"person"},
    {"tried in vain, left unfinished", "{" ADVISED "}",
	" vorab vorab_kinder person anschrift ", " person ",
	"vorab:d vorab_kinder:d person:e anschrift:o kinder:o einkommen:o"
	" wuensche:o zustellung:o erklaerung:o",
	"person"},
    {"right, but never left by a button",
	"{" ADVISED ", " PERSON "}", " vorab vorab_kinder ", "",
	"vorab:d vorab_kinder:d person:o anschrift:o kinder:o einkommen:o"
	" wuensche:o zustellung:o erklaerung:o",
	"person"},
    {"a page that came in between",
	"{" ADVISED ", 'income_kind': 'benefits'}",
	" vorab vorab_kinder person anschrift kinder einkommen ", "",
	"vorab:d vorab_kinder:d person:o anschrift:o kinder:o einkommen:o"
	" leistungen:o wuensche:o zustellung:o erklaerung:o",
	"person"},
};

static void
test_plan(void **state)
{
	static const char letters[] = {
	    [STEP_OPEN] = 'o', [STEP_ERRORS] = 'e', [STEP_DONE] = 'd'};

	(void)state;
	for (size_t i = 0; i < nitems(plans); i++) {
		struct sheet s = {0};
		const char *got = "";

		sheet_open(&s);
		sheet_plan(
		    &s, plans[i].answers, plans[i].seen, plans[i].tried);
		for (size_t k = 0; k < s.plan.n; k++)
			got = arena_printf(&s.arena, "%s%s%s:%c", got,
			    k > 0 ? " " : "", s.plan.step[k].page->id,
			    letters[s.plan.step[k].state]);
		if (strcmp(got, plans[i].want) != 0)
			fail_msg("%s: %s", plans[i].name, got);
		if (strcmp(step_plan_resume(&s.plan), plans[i].resume) != 0)
			fail_msg("%s: goes on at %s", plans[i].name,
			    step_plan_resume(&s.plan));
		arena_free(&s.arena);
	}
}

static const struct {
	const char *answers, *page, *next, *back;
} ways[] = {
    {"{}", "vorab", "ergebnis", NULL},
    {"{'lives_here': true}", "vorab", "vorab_kinder", NULL},
    {"{'lives_here': true}", "vorab_kinder", "ergebnis", "vorab"},
    {"{'lives_here': false}", "ergebnis", "ergebnis", "vorab"},
    {"{" ADVISED "}", "vorab_kinder", "ergebnis", "vorab"},
    {"{" ADVISED "}", "ergebnis", "person", "vorab_kinder"},
    {"{" ADVISED "}", "person", "anschrift", "ergebnis"},
    {"{" ADVISED "}", "einkommen", "wuensche", "kinder"},
    {"{" ADVISED ", 'income_kind': 'benefits'}", "einkommen", "leistungen",
	"kinder"},
    /* a page that does not apply any more, still open in a tab */
    {"{" ADVISED "}", "leistungen", "wuensche", "einkommen"},
    {"{" ADVISED "}", "erklaerung", "pruefen", "zustellung"},
    {"{" ADVISED "}", "pruefen", "pruefen", "erklaerung"},
};

static void
test_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(ways); i++) {
		struct sheet s = {0};
		const char *next, *back;

		sheet_open(&s);
		sheet_plan(&s, ways[i].answers, "", "");
		next = step_plan_next(&s.plan, ways[i].page);
		back = step_plan_back(&s.plan, ways[i].page);
		if (strcmp(next, ways[i].next) != 0)
			fail_msg("%s %s: next %s", ways[i].answers,
			    ways[i].page, next);
		if (strcmp(back != NULL ? back : "",
			ways[i].back != NULL ? ways[i].back : "") != 0)
			fail_msg("%s %s: back %s", ways[i].answers,
			    ways[i].page, back != NULL ? back : "(none)");
		arena_free(&s.arena);
	}
}

#define WHOLE                                                                  \
	"{" ADVISED ", " PERSON ", 'address': {'street': 'x',"                 \
	" 'house_number': '1', 'postal_code': '12345'}, 'children': [{"        \
	"'name': 'C', 'birth_date': '2015-01-01'}], 'income': 1,"              \
	" 'income_kind': 'work', 'delivery': 'post', 'is_true': true}"

static void
test_complete(void **state)
{
	static const struct {
		const char *name, *answers, *seen;
		bool is_complete;
	} list[] = {
	    {"all seen and right", WHOLE, ALL, true},
	    {"one page not seen", WHOLE,
		" vorab vorab_kinder person anschrift kinder einkommen"
		" zustellung erklaerung ",
		false},
	    {"something is wrong", "{" ADVISED "}", ALL, false},
	    {"the advice does not lead on", "{'lives_here': false}", ALL,
		false},
	    {"no advice yet", "{}", ALL, false},
	};

	(void)state;
	for (size_t i = 0; i < nitems(list); i++) {
		struct sheet s = {0};

		sheet_open(&s);
		sheet_plan(&s, list[i].answers, list[i].seen, "");
		if (step_plan_is_complete(&s.plan) != list[i].is_complete)
			fail_msg("%s: %zu wrong, %zu not seen", list[i].name,
			    s.plan.nerror, s.plan.nunseen);
		arena_free(&s.arena);
	}
}

static void
test_errors(void **state)
{
	struct sheet s = {0};
	struct form_error *own;
	const struct step *step;

	(void)state;
	sheet_open(&s);
	sheet_plan(&s, "{" ADVISED ", 'family_name': 'A'}", "", "");
	step = step_plan_find(&s.plan, "person");
	assert_non_null(step);
	assert_int_equal(step_plan_number(&s.plan, step), 3);
	assert_int_equal(step_plan_errors(&s.arena, s.error, s.nerror,
			     step->index, &own),
	    2);
	assert_string_equal(own[0].path, "given_name");
	assert_string_equal(own[1].path, "birth_date");
	assert_true(step_plan_knows(&s.plan, "leistungen"));
	assert_null(step_plan_find(&s.plan, "leistungen"));
	assert_false(step_plan_knows(&s.plan, "pruefen"));
	arena_free(&s.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plan),
	    cmocka_unit_test(test_ways),
	    cmocka_unit_test(test_complete),
	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
