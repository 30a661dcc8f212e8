/* Opening rules: what they say, and to whom a service is open. */
#include "form_fixture.h"

#include "common/date.h"
#include "common/service/service_opening.h"

#define FORM \
	"{'pages': [{'id': 'p', 'fields': [" \
	"{'key': 'name', 'type': 'name', 'required': true}," \
	"{'key': 'zip', 'type': 'text', 'max_length': 9}," \
	"{'key': 'big', 'type': 'yesno'}," \
	"{'key': 'dogs', 'type': 'repeat', 'fields': [" \
	"{'key': 'chip', 'type': 'text', 'max_length': 9}]}]}]}"

static const struct {
	const char *name, *rule;
	const char *path, *text; /* NULL: fine */
} rules[] = {
	{"nothing", "{}", NULL, NULL},
	{"days", "{'from':'2026-12-01','until':'2027-03-31'}", NULL, NULL},
	{"no day", "{'from':'1.12.2026'}", "opening.from", "is no day"},
	{"closes first", "{'from':'2026-12-01','until':'2026-11-30'}",
	    "opening.until", "closes before it opens"},
	{"all before it opens", "{'from':'2026-12-01','all_from':'2026-11-30'}",
	    "opening.all_from", "before it opens"},
	{"all after the end", "{'until':'2026-12-01','all_from':'2027-01-01'}",
	    "opening.all_from", "after it closes"},
	{"unknown member", "{'form':'2026-12-01'}", "opening.form",
	    "unknown member"},
	{"another type", "{'invited':'yes'}", "opening.invited",
	    "is a string"},
	{"nobody", "{'share':0}", "opening.share", "impossible"},
	{"more than all", "{'share':101}", "opening.share", "impossible"},
	{"initials", "{'initials':{'field':'name','ranges':['A-K','Sa-Sch']}}",
	    NULL, NULL},
	{"no initials", "{'initials':{'field':'name','ranges':[]}}",
	    "opening.initials.ranges", "nobody"},
	{"initials backwards", "{'initials':{'field':'name','ranges':['K-A']}}",
	    "opening.initials.ranges[0]", "no range"},
	{"initials of nothing", "{'initials':{'field':'nam','ranges':['A']}}",
	    "opening.initials.field", "no field"},
	{"initials of many",
	    "{'initials':{'field':'dogs.chip','ranges':['A']}}",
	    "opening.initials.field", "every item"},
	{"no districts", "{'districts':{'field':'zip','values':[]}}",
	    "opening.districts.values", "nobody"},
	{"offices", "{'offices':['amt','haus']}", NULL, NULL},
	{"no such office", "{'offices':['bau']}", "opening.offices[0]",
	    "goes to"},
};

static const struct {
	const char *name, *rule, *answers;
	enum opening_moment moment;
	bool is_invited;
	enum opening_why why;
	const char *opens;
} visits[] = {
	{"no rule", "{}", NULL, OPENING_AT_START, false, OPENING_OPEN, NULL},
	{"too early", "{'from':'2026-11-03'}", NULL, OPENING_AT_START, true,
	    OPENING_EARLY, "2026-11-03"},
	{"first day", "{'from':'2026-11-02'}", NULL, OPENING_AT_START, false,
	    OPENING_OPEN, NULL},
	{"last day", "{'until':'2026-11-02'}", NULL, OPENING_AT_START, false,
	    OPENING_OPEN, NULL},
	{"too late", "{'until':'2026-11-01'}", NULL, OPENING_AT_SUBMIT, true,
	    OPENING_LATE, NULL},
	{"not invited", "{'invited':true}", NULL, OPENING_AT_START, false,
	    OPENING_NOT_INVITED, NULL},
	{"invited", "{'invited':true}", NULL, OPENING_AT_START, true,
	    OPENING_OPEN, NULL},
	{"open to all by now", "{'invited':true,'all_from':'2026-11-02'}",
	    NULL, OPENING_AT_START, false, OPENING_OPEN, NULL},
	{"open to all soon", "{'invited':true,'all_from':'2026-12-24'}", NULL,
	    OPENING_AT_START, false, OPENING_NOT_INVITED, "2026-12-24"},
	{"initials not known yet",
	    "{'initials':{'field':'name','ranges':['A-K']}}", "{}",
	    OPENING_AT_ANSWERS, false, OPENING_OPEN, NULL},
	{"initials never known",
	    "{'initials':{'field':'name','ranges':['A-K']}}", "{}",
	    OPENING_AT_SUBMIT, false, OPENING_INITIALS, NULL},
	{"initials within", "{'initials':{'field':'name','ranges':['A-K']}}",
	    "{'name':'Öztürk'}", OPENING_AT_ANSWERS, false, OPENING_INITIALS,
	    NULL},
	{"last letter belongs",
	    "{'initials':{'field':'name','ranges':['A-K']}}",
	    "{'name':'kyrill'}", OPENING_AT_ANSWERS, false, OPENING_OPEN,
	    NULL},
	{"a mark counts as its letter",
	    "{'initials':{'field':'name','ranges':['D']}}",
	    "{'name':'Đorđević'}", OPENING_AT_ANSWERS, false, OPENING_OPEN,
	    NULL},
	{"beginnings", "{'initials':{'field':'name','ranges':['Sa-Sch']}}",
	    "{'name':'Schmidt'}", OPENING_AT_SUBMIT, false, OPENING_OPEN,
	    NULL},
	{"behind the beginning",
	    "{'initials':{'field':'name','ranges':['Sa-Sch']}}",
	    "{'name':'Stein'}", OPENING_AT_SUBMIT, false, OPENING_INITIALS,
	    NULL},
	{"an invitation passes initials",
	    "{'initials':{'field':'name','ranges':['Sa-Sch']}}",
	    "{'name':'Stein'}", OPENING_AT_SUBMIT, true, OPENING_OPEN, NULL},
	{"district", "{'districts':{'field':'zip','values':['12345']}}",
	    "{'zip':'12 345'}", OPENING_AT_ANSWERS, false, OPENING_OPEN, NULL},
	{"another district", "{'districts':{'field':'zip','values':['12345']}}",
	    "{'zip':'54321'}", OPENING_AT_ANSWERS, false, OPENING_DISTRICTS,
	    NULL},
	{"an office that takes part", "{'offices':['haus']}", "{'big':true}",
	    OPENING_AT_ANSWERS, false, OPENING_OPEN, NULL},
	{"an office that does not", "{'offices':['haus']}", "{'big':false}",
	    OPENING_AT_ANSWERS, false, OPENING_OFFICES, NULL},
	{"an office not known yet", "{'offices':['haus']}", "{}",
	    OPENING_AT_ANSWERS, false, OPENING_OPEN, NULL},
	{"an office never known", "{'offices':['haus']}", "{}",
	    OPENING_AT_SUBMIT, false, OPENING_OFFICES, NULL},
};

/* A service with the form and a route to "haus" for what is big. */
static void
make_service(struct fixture *f, struct service *s, struct service_route *route)
{
	struct form_def d = {.arena = &f->arena,
	    .mistakes = &f->mistakes,
	    .file = "service.json"};

	fixture_compile(f, FORM, "{}");
	assert_non_null(f->form);
	d.form = f->form;
	route->department = "haus";
	route->when = form_cond_compile(&d,
	    fixture_json(f, "{'eq':['big',true]}"), "when",
	    form_names_of(&d, NULL),
	    (struct form_reach){.kind = REACH_ALL});
	*s = (struct service){.slug = "pkg",
	    .department = "amt",
	    .form = f->form,
	    .route = route,
	    .nroute = 1};
}

static const cJSON *
settings_with(struct fixture *f, const char *rule)
{
	return fixture_json(
	    f, arena_printf(&f->arena, "{'opening':%s}", rule));
}

static void
test_compile(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rules); i++) {
		struct fixture f = {0};
		struct service_route route;
		const struct service_opening *o;
		struct service s;

		make_service(&f, &s, &route);
		o = service_opening_compile(&f.arena, &s,
		    settings_with(&f, rules[i].rule), &f.mistakes);
		if (rules[i].path == NULL) {
			if (f.mistakes.n > 0)
				fail_msg("%s: %s", rules[i].name,
				    f.mistakes.mistake[0].text);
			assert_true((o == NULL) == (i == 0));
		} else {
			if (f.mistakes.n == 0)
				fail_msg("%s: not found", rules[i].name);
			assert_null(o);
			assert_string_equal(
			    f.mistakes.mistake[0].file, "settings");
			if (strcmp(f.mistakes.mistake[0].path,
				rules[i].path) != 0 ||
			    strstr(f.mistakes.mistake[0].text,
				rules[i].text) == NULL)
				fail_msg("%s: %s: %s", rules[i].name,
				    f.mistakes.mistake[0].path,
				    f.mistakes.mistake[0].text);
			assert_true(*f.mistakes.mistake[0].remedy != '\0');
		}
		arena_free(&f.arena);
	}
}

static void
judge(struct fixture *f, size_t i)
{
	struct service_route route;
	struct service s;
	struct town_service offer = {.service = &s};
	struct id id = {.byte = {1}};
	struct opening_visit visit = {.submission_id = &id,
	    .is_invited = visits[i].is_invited,
	    .context = &f->context};
	struct opening_result r;
	struct err err = {0};

	make_service(f, &s, &route);
	offer.settings = settings_with(f, visits[i].rule);
	offer.opening = service_opening_compile(
	    &f->arena, &s, offer.settings, &f->mistakes);
	assert_int_equal(f->mistakes.n, 0);
	if (visits[i].answers != NULL) {
		if (form_read_json(&f->arena, f->form,
			fixture_json(f, visits[i].answers), &f->answers,
			&err) == -1)
			fail_msg("%s", err.msg);
		form_evaluate(&f->arena, f->answers, &f->context, &f->error,
		    &f->nerror);
		visit.answers = f->answers;
	}
	r = service_opening_judge(
	    &f->arena, &offer, &visit, visits[i].moment);
	if (r.why != visits[i].why)
		fail_msg("%s: %s", visits[i].name,
		    service_opening_wire(r.why));
	if (visits[i].opens == NULL)
		assert_int_equal(r.opens, 0);
	else
		assert_string_equal(
		    date_to_iso(&f->arena, r.opens), visits[i].opens);
}

static void
test_judge(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(visits); i++) {
		struct fixture f = {0};

		judge(&f, i);
		arena_free(&f.arena);
	}
}

/* About as many as it says; who is in stays in when more are let in. */
static void
test_share(void **state)
{
	static const char *const rule[] = {"{'share':10}", "{'share':25}"};
	struct fixture f = {0};
	struct service_route route;
	struct service s;
	struct town_service offer[2];
	size_t in[2] = {0};

	(void)state;
	make_service(&f, &s, &route);
	for (size_t k = 0; k < 2; k++)
		offer[k] = (struct town_service){.service = &s,
		    .opening = service_opening_compile(&f.arena, &s,
			settings_with(&f, rule[k]), &f.mistakes)};
	for (int i = 0; i < 4000; i++) {
		struct id id = {.byte = {(uint8_t)i, (uint8_t)(i >> 8)}};
		const struct opening_visit visit = {
		    .submission_id = &id, .context = &f.context};
		bool is_in[2];

		for (size_t k = 0; k < 2; k++) {
			is_in[k] = service_opening_judge(&f.arena, &offer[k],
				       &visit, OPENING_AT_START)
				       .why == OPENING_OPEN;
			assert_int_equal(is_in[k],
			    service_opening_judge(&f.arena, &offer[k], &visit,
				OPENING_AT_SUBMIT)
				    .why == OPENING_OPEN);
			in[k] += is_in[k];
		}
		assert_true(is_in[1] || !is_in[0]);
	}
	assert_in_range(in[0], 320, 480);
	assert_in_range(in[1], 880, 1120);
	arena_free(&f.arena);
}

/* Every reason has its sentences, in every language; places are filled. */
static void
test_words(void **state)
{
	static const struct {
		const char *rule, *text, *when;
	} words[] = {
		{"{'from':'2026-12-01'}", "ab dem 01.12.2026", ""},
		{"{'until':'2026-10-01'}", "bis zum 01.10.2026", ""},
		{"{'invited':true,'all_from':'2026-12-24'}", "eingeladen",
		    "Für Sie öffnet die Leistung am 24.12.2026."},
		{"{'initials':{'field':'name','ranges':['A-K','M']}}",
		    "A-K, M.", ""},
		{"{'districts':{'field':'zip','values':['12345']}}", "12345.",
		    ""},
		{"{'offices':['haus']}", "Das Haus.", ""},
	};
	const struct department departments[] = {
		{.slug = "amt", .name = "Das Amt"},
		{.slug = "haus", .name = "Das Haus"}};
	const struct town town = {.name = "Stadt",
	    .department = departments,
	    .ndepartment = 2};
	struct fixture f = {0};
	struct service_route route;
	struct service s;
	struct form_words w = {.arena = &f.arena, .town = "Stadt"};
	struct texts *texts, *own = NULL;
	struct err err = {0};

	(void)state;
	if (texts_load("fcgi-apps/texts", &texts, &err) == -1 ||
	    texts_parse("{\"service.name\":\"Tonne\"}",
		"{\"service.name\":\"Bin\"}", &own, &err) == -1)
		fail_msg("%s", err.msg);
	make_service(&f, &s, &route);
	s.texts = own;
	w.service = &s;
	w.texts = texts;
	f.answers = form_answers_new(&f.arena, f.form);
	form_evaluate(
	    &f.arena, f.answers, &f.context, &f.error, &f.nerror);
	for (size_t i = 0; i < nitems(words); i++) {
		struct id id = {.byte = {1}};
		struct town_service offer = {.service = &s,
		    .department = "amt",
		    .settings = settings_with(&f, words[i].rule)};
		const struct opening_visit visit = {.submission_id = &id,
		    .context = &f.context,
		    .answers = f.answers};
		struct opening_result r;
		struct opening_words out;

		offer.opening = service_opening_compile(
		    &f.arena, &s, offer.settings, &f.mistakes);
		r = service_opening_judge(
		    &f.arena, &offer, &visit, OPENING_AT_SUBMIT);
		assert_int_not_equal(r.why, OPENING_OPEN);
		for (w.lang = LANG_EN;; w.lang = LANG_DE) {
			service_opening_words(&w, &town, &offer, &r, &out);
			assert_null(strchr(out.title, '{'));
			assert_null(strchr(out.text, '{'));
			assert_non_null(strstr(out.usual, "Das Amt"));
			assert_ptr_equal(out.department, &departments[0]);
			if (w.lang == LANG_DE)
				break;
		}
		if (strstr(out.text, words[i].text) == NULL)
			fail_msg("%s: %s", words[i].rule, out.text);
		assert_string_equal(out.when, words[i].when);
	}
	texts_free(texts);
	texts_free(own);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compile),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
