#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "common/form/form_view_start.h"
#include "common/form/form_view_step.h"

#define SERVICE "tests/data/services/familienpass"
#define NOW_MS INT64_C(1793606400000) /* 2026-11-02T08:00:00Z */

struct sheet {
	struct arena arena;
	struct texts *texts;
	struct service *service;
	struct form_context context;
	struct form_step_view view;
	struct form_answers *answers;
};

static const struct form_step_line lines[] = {
    {"vorab", "Wohnort", FORM_STEP_DONE, false},
    {"person", "Zur Person", FORM_STEP_ERRORS, true},
    {"kinder", "Ihre <Kinder>", FORM_STEP_OPEN, false},
};

static void
sheet_open(struct sheet *s, size_t page)
{
	struct form_mistakes mistakes = {.arena = &s->arena};
	struct form_error *error;
	struct err err = {0};
	const char *package;

	if (texts_load("fcgi-apps/texts", &s->texts, &err) == -1)
		fail_msg("texts: %s", err.msg);
	if (service_read_folder(&s->arena, SERVICE, &s->service, &package,
		&mistakes, &err) == -1 ||
	    s->service == NULL)
		fail_msg("%s", mistakes.n > 0 ? mistakes.mistake[0].text
					      : err.msg);
	s->context = (struct form_context){
	    .now_ms = NOW_MS, .settings = s->service->settings_json};
	s->answers = form_answers_new(&s->arena, s->service->form);
	s->view = (struct form_step_view){
	    .form = {.words = {.arena = &s->arena,
			 .texts = s->texts,
			 .service = s->service,
			 .town = "Stadt Quellstadt",
			 .settings = s->service->settings_json,
			 .lang = LANG_DE,
			 .upload_max = 10 << 20,
			 .upload_count_max = 20},
		.context = &s->context,
		.answers = s->answers,
		.submission_id = "0123456789abcdef0123456789abcdef"},
	    .page = &s->service->form->page[page],
	    .base = "/antrag/familienpass/0123",
	    .line = lines,
	    .nline = nitems(lines),
	    .number = 2,
	    .revision = 7,
	};
	form_evaluate(&s->arena, s->answers, &s->context, &error,
	    &s->view.form.nerror);
	s->view.form.error = error;
}

static void
sheet_close(struct sheet *s)
{
	texts_free(s->texts);
	arena_free(&s->arena);
}

static const char *
sheet_write(struct sheet *s)
{
	struct html h = {.out = buf_new(&s->arena, 1 << 20)};

	form_step_write(&s->view, &h);
	assert_int_equal(h.out->failed, ERR_NONE);
	return buf_text(h.out);
}

/* What stands on the page of a person, or does not (!). */
static const struct {
	const char *name;
	bool has_back, from_check;
	const char *what[12];
} pages[] = {
    {"first", false, false,
	{"Schritt 2 von 3", "name=\"page_revision\" value=\"7\"",
	    "name=\"family_name\"", "action=\"/antrag/familienpass/0123/person\"",
	    "name=\"action\" value=\"next\"", "!value=\"back\"",
	    "!name=\"from\"", "!name=\"lives_here\"", "!multipart", NULL}},
    {"with a way back", true, false, {"value=\"back\"", NULL}},
    {"from the check page", true, true,
	{"name=\"from\" value=\"pruefen\"", "value=\"check\"",
	    "!value=\"back\"", "!value=\"next\"", NULL}},
    {"the list", true, false,
	{"value=\"goto:vorab\"", "form=\"formular\"",
	    "aria-current=\"step\"", "th-progress__item--done",
	    "th-progress__item--errors", "th-progress__item--open",
	    "Ihre &lt;Kinder&gt;", "!Ihre <Kinder>", NULL}},
};

static void
test_pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(pages); i++) {
		struct sheet s = {0};
		const char *page;

		sheet_open(&s, 2);
		s.view.has_back = pages[i].has_back;
		s.view.from_check = pages[i].from_check;
		page = sheet_write(&s);
		for (size_t k = 0; pages[i].what[k] != NULL; k++) {
			const char *what = pages[i].what[k];
			bool is_wanted = *what != '!';

			if ((strstr(page, what + !is_wanted) != NULL) !=
			    is_wanted)
				fail_msg("%s: %s", pages[i].name, what);
		}
		sheet_close(&s);
	}
}

/* A page with files is sent with them. */
static void
test_files(void **state)
{
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, 4);
	assert_non_null(
	    strstr(sheet_write(&s), "enctype=\"multipart/form-data\""));
	sheet_close(&s);
}

static void
test_title(void **state)
{
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, 2);
	assert_string_equal(form_step_title(&s.view),
	    "Zur Person (Schritt 2 von 3) – Familienpass beantragen");
	s.view.form.is_scolded = true;
	assert_memory_equal(form_step_title(&s.view), "Fehler: ", 8);
	sheet_close(&s);
}

static void
test_start(void **state)
{
	static const struct form_start_draft drafts[] = {
	    {"Familienpass beantragen", "/antrag/familienpass/1", NOW_MS,
		NOW_MS, true},
	    {"Anderes", "/antrag/anderes/2", NOW_MS, NOW_MS, false},
	};
	struct sheet s = {0};
	struct form_start_view v;
	const char *page;
	struct html h;

	(void)state;
	sheet_open(&s, 0);
	h.out = buf_new(&s.arena, 1 << 20);
	form_start_write_static(&s.view.form.words, false, &h);
	page = buf_text(h.out);
	assert_non_null(strstr(page, "<!--#echo var=\"request_id\" -->"));
	assert_non_null(strstr(page, "value=\"begin\""));
	assert_null(strstr(page, "name=\"invitation\""));
	assert_null(strstr(page, "Weitermachen"));

	v = (struct form_start_view){.words = s.view.form.words,
	    .submission_id = "abc",
	    .draft = drafts,
	    .ndraft = nitems(drafts),
	    .takes_code = true,
	    .code = "\"x",
	    .code_error = "So nicht."};
	h.out = buf_new(&s.arena, 1 << 20);
	form_start_write(&v, &h);
	page = buf_text(h.out);
	assert_non_null(strstr(page, "href=\"/antrag/familienpass/1/\""));
	assert_non_null(strstr(page, "href=\"/antrag/anderes/2/loeschen\""));
	assert_non_null(strstr(page, "value=\"&quot;x\""));
	assert_non_null(strstr(page, "So nicht."));
	/* Its own drafts come before what is needed, others behind. */
	assert_true(strstr(page, "familienpass/1") < strstr(page, "Kosten"));
	assert_true(strstr(page, "anderes/2") > strstr(page, "Kosten"));
	sheet_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_title),
	    cmocka_unit_test(test_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
