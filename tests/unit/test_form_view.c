#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "common/form/form_view.h"

#define SERVICES "fcgi-apps/services/"
#define NOW_MS 1793606400000 /* 2026-11-02T08:00:00Z */

/* A form page of a shipped service, as its program would write it. */
struct sheet {
	struct arena arena;
	struct texts *texts;
	struct service *service;
	cJSON *settings;
	struct form_context context;
	struct form_view view;
	struct form_error *error;
	struct buf *out;
	const char *page; /* what was written */
};

static void
sheet_open(struct sheet *s, const char *slug, enum lang lang)
{
	struct form_mistakes mistakes = {.arena = &s->arena};
	struct err err = {0};
	const char *package;

	if (texts_load("fcgi-apps/texts", &s->texts, &err) == -1)
		fail_msg("texts: %s", err.msg);
	if (service_read_folder(&s->arena,
		arena_printf(&s->arena, SERVICES "%s", slug), &s->service,
		&package, &mistakes, &err) == -1 ||
	    s->service == NULL)
		fail_msg("%s: %s", slug,
		    mistakes.n > 0 ? mistakes.mistake[0].text : err.msg);
	s->settings = cJSON_Parse(s->service->settings);
	assert_non_null(s->settings);
	s->context =
	    (struct form_context){.now_ms = NOW_MS, .settings = s->settings};
	s->view = (struct form_view){
	    .words = {.arena = &s->arena,
		.texts = s->texts,
		.service = s->service,
		.town = "Stadt Quellstadt",
		.settings = s->settings,
		.lang = lang,
		.upload_max = 10 << 20,
		.upload_count_max = 20},
	    .context = &s->context,
	    .submission_id = "0123456789abcdef0123456789abcdef",
	};
}

/* Reads name, value, name, value, ..., NULL as posted pairs. */
static void
sheet_post(struct sheet *s, const char *const *nv)
{
	struct http_pair pair[64];
	struct http_pairs pairs = {pair, 0};
	struct form_answers *answers;
	struct err err = {0};

	for (; nv[0] != NULL; nv += 2) {
		assert_true(pairs.n < nitems(pair));
		pair[pairs.n++] =
		    (struct http_pair){nv[0], nv[1], strlen(nv[1])};
	}
	if (form_read_pairs(&s->arena, s->service->form, &pairs, &answers,
		&err) == -1)
		fail_msg("%s", err.msg);
	s->view.answers = answers;
	form_evaluate(&s->arena, answers, &s->context, &s->error,
	    &s->view.nerror);
	s->view.error = s->error;
}

static const char *
sheet_write(struct sheet *s)
{
	struct html h;

	s->out = buf_new(&s->arena, 8 << 20);
	h.out = s->out;
	form_view_write(&s->view, &h);
	assert_int_equal(s->out->failed, ERR_NONE);
	s->page = buf_text(s->out);
	return s->page;
}

static void
sheet_close(struct sheet *s)
{
	cJSON_Delete(s->settings);
	texts_free(s->texts);
	arena_free(&s->arena);
}

static void
assert_has(const char *page, const char *what)
{
	if (strstr(page, what) == NULL)
		fail_msg("not on the page: %s", what);
}

static void
assert_lacks(const char *page, const char *what)
{
	if (strstr(page, what) != NULL)
		fail_msg("on the page: %s", what);
}

/* How often what stands on the page. */
static size_t
count(const char *page, const char *what)
{
	size_t n = 0;

	while ((page = strstr(page, what)) != NULL) {
		n++;
		page += strlen(what);
	}
	return n;
}

/* Calls f with every value of an attribute, such as ` id="`. */
static void
each_value(struct sheet *s, const char *attribute,
    void (*f)(struct sheet *s, const char *value))
{
	const char *at = s->page;

	while ((at = strstr(at, attribute)) != NULL) {
		at += strlen(attribute);
		f(s, arena_dup(&s->arena, at, strcspn(at, "\"")));
	}
}

static void
id_is_unique(struct sheet *s, const char *value)
{
	const char *id = arena_printf(&s->arena, " id=\"%s\"", value);

	if (count(s->page, id) != 1)
		fail_msg("%zu elements have the id %s", count(s->page, id),
		    value);
}

/* A list of ids, each of which must be there. */
static void
ids_exist(struct sheet *s, const char *value)
{
	while (*value != '\0') {
		size_t n = strcspn(value, " ");
		const char *id = arena_printf(
		    &s->arena, " id=\"%.*s\"", (int)n, value);

		if (strstr(s->page, id) == NULL)
			fail_msg("nothing has the id %.*s", (int)n, value);
		value += n;
		value += strspn(value, " ");
	}
}

static void
assert_sound(struct sheet *s)
{
	each_value(s, " id=\"", id_is_unique);
	each_value(s, " for=\"", ids_exist);
	each_value(s, " aria-describedby=\"", ids_exist);
	each_value(s, " aria-labelledby=\"", ids_exist);
	each_value(s, " href=\"#", ids_exist);
	each_value(s, " list=\"", ids_exist);
	assert_lacks(s->page, " style=");
	assert_lacks(s->page, " onclick");
}

static const char *const nothing[] = {NULL};

/* Every shipped form, empty, filled in wrongly, in both languages. */
static void
test_references(void **state)
{
	static const char *const slugs[] = {
	    "bewohnerparkausweis",
	    "hundesteuer-anmeldung",
	    "maengelmeldung",
	    "fuehrerschein-umtausch",
	    "kursanmeldung",
	    "photovoltaik-anzeige",
	    "gewerbeanmeldung",
	    "sperrmuell",
	    "personalausweis",
	    "wohnsitz-ummeldung",
	    "geburtsurkunde",
	    "meldebescheinigung",
	};

	(void)state;
	for (size_t i = 0; i < nitems(slugs) * 2; i++) {
		struct sheet s = {0};

		sheet_open(&s, slugs[i / 2], i % 2 ? LANG_EN : LANG_DE);
		sheet_post(&s, nothing);
		sheet_write(&s);
		assert_sound(&s);
		s.view.is_scolded = true;
		sheet_write(&s);
		assert_sound(&s);
		assert_has(s.page, "data-error-summary");
		sheet_close(&s);
	}
}

static void
test_first_page(void **state)
{
	struct sheet s = {0};
	struct html h;

	(void)state;
	sheet_open(&s, "maengelmeldung", LANG_DE);
	s.out = buf_new(&s.arena, 8 << 20);
	h.out = s.out;
	form_page_write_static(&s.view.words, &s.context, false, &h);
	s.page = buf_text(s.out);
	assert_has(s.page, "name=\"submission_id\" value=\""
			   "<!--#echo var=\"request_id\" -->\"");
	assert_has(s.page, "<!--#include virtual=");
	assert_has(s.page, "action=\"/antrag/maengelmeldung/\"");
	assert_has(s.page, "enctype=\"multipart/form-data\"");
	assert_lacks(s.page, "data-error-summary");
	assert_lacks(s.page, "aria-invalid");
	sheet_close(&s);
}

static void
test_title(void **state)
{
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, "maengelmeldung", LANG_DE);
	sheet_post(&s, nothing);
	assert_string_not_equal(
	    arena_dup(&s.arena, form_view_title(&s.view), 7), "Fehler:");
	s.view.is_scolded = true;
	assert_string_equal(
	    arena_dup(&s.arena, form_view_title(&s.view), 7), "Fehler:");
	sheet_close(&s);
}

/* What was typed comes back as text, whatever it is. */
static void
test_escaping(void **state)
{
	static const char *const posted[] = {"description",
	    "</textarea><script>alert(1)</script>", "location_text",
	    "\"><img src=x onerror=alert(1)><!--#include virtual=\"/x\" -->",
	    NULL};
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, "maengelmeldung", LANG_DE);
	sheet_post(&s, posted);
	s.view.is_scolded = true;
	sheet_write(&s);
	assert_lacks(s.page, "<script");
	assert_lacks(s.page, "<img");
	assert_lacks(s.page, "<!--#include");
	assert_has(s.page, "&lt;/textarea&gt;&lt;script&gt;alert(1)");
	assert_has(s.page, "value=\"&quot;&gt;&lt;img src=x onerror=alert(1)");
	sheet_close(&s);
}

static void
test_errors(void **state)
{
	static const char *const posted[] = {"category", "litter", "danger",
	    "false", "description", "kurz", "contact_wanted", "true", "email",
	    "kein-at-zeichen", "publish_ok", "true", NULL};
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, "maengelmeldung", LANG_DE);
	sheet_post(&s, posted);
	s.view.is_scolded = true;
	sheet_write(&s);
	assert_sound(&s);
	assert_has(s.page, "href=\"#f-description\"");
	assert_has(s.page, "href=\"#f-email\"");
	assert_has(s.page, "id=\"f-email-error\"");
	assert_has(s.page, "value=\"kein-at-zeichen\"");
	assert_has(s.page, ">\nkurz</textarea>");
	/* place, description, email: three of each */
	assert_int_equal(count(s.page, "<p class=\"kern-error\""), 3);
	assert_has(s.page, "Bitte prüfen Sie 3 Angaben");
	sheet_close(&s);
}

/* Hidden by a condition: in the page, with the condition for the script. */
static void
test_conditions(void **state)
{
	static const char *const wanted[] = {"contact_wanted", "true", NULL};
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, "maengelmeldung", LANG_DE);
	sheet_post(&s, nothing);
	sheet_write(&s);
	assert_has(s.page, "data-field=\"email\" data-show=\"{&quot;eq&quot;:"
			   "[&quot;contact_wanted&quot;,true]}\" hidden>");
	assert_has(s.page, " email phone name\" data-not-shown>");
	sheet_post(&s, wanted);
	sheet_write(&s);
	assert_has(s.page, "data-field=\"email\" data-show=\"{&quot;eq&quot;:"
			   "[&quot;contact_wanted&quot;,true]}\">");
	assert_lacks(s.page, " email phone name\" data-not-shown>");
	sheet_close(&s);
}

static void
test_repeat(void **state)
{
	static const char *const posted[] = {"dogs.0.breed", "Dackel",
	    "dogs.1.breed", "Collie", NULL};
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, "hundesteuer-anmeldung", LANG_DE);
	sheet_post(&s, nothing);
	sheet_write(&s);
	assert_has(s.page, "value=\"add:dogs\"");
	assert_has(s.page, "name=\"dogs.0.breed\"");
	assert_lacks(s.page, "value=\"remove:dogs:0\""); /* one must stay */
	assert_lacks(s.page, "name=\"co_holders.0");
	sheet_post(&s, posted);
	s.view.focus = "dogs.1";
	sheet_write(&s);
	assert_has(s.page, "value=\"remove:dogs:0\"");
	assert_has(s.page, "value=\"remove:dogs:1\"");
	assert_has(s.page, "name=\"dogs.1.breed\" value=\"Collie\"");
	assert_int_equal(count(s.page, " autofocus"), 1);
	assert_sound(&s);
	sheet_close(&s);
}

static void
test_choices(void **state)
{
	static const char *const posted[] = {"category", "litter", NULL};
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, "maengelmeldung", LANG_EN);
	sheet_post(&s, posted);
	sheet_write(&s);
	/* 13 categories: a select; yes and no: radio buttons */
	assert_has(s.page, "<select class=\"kern-form-input__select\""
			   " id=\"f-category\" name=\"category\"");
	assert_has(s.page, "<option value=\"litter\" selected");
	assert_has(s.page, "type=\"radio\" id=\"f-danger\" name=\"danger\""
			   " value=\"true\"");
	assert_has(s.page, "id=\"f-danger-false\"");
	assert_has(s.page, ">Yes<");
	sheet_close(&s);
}

static void
test_files(void **state)
{
	const struct answer_file file = {.id = {{1, 2, 3}},
	    .name = "<b>.jpg",
	    .media_type = "image/jpeg",
	    .size = 225280};
	struct form_answers *answers;
	struct sheet s = {0};

	(void)state;
	sheet_open(&s, "maengelmeldung", LANG_DE);
	answers = form_answers_new(&s.arena, s.service->form);
	form_attach_file(&s.arena, answers, "photos", &file);
	form_evaluate(&s.arena, answers, &s.context, &s.error,
	    &s.view.nerror);
	s.view.answers = answers;
	sheet_write(&s);
	assert_has(s.page, "&lt;b&gt;.jpg</a>");
	assert_has(s.page, "220 KB");
	assert_has(s.page, "value=\"remove-file:0102030000000000");
	assert_has(s.page,
	    "href=\"/dokument/0123456789abcdef0123456789abcdef/01020300");
	assert_has(s.page, "name=\"photos\" value=\"0102030000000000");
	assert_has(s.page, "data-max-bytes=\"10485760\"");
	assert_has(s.page, "10 MB");
	sheet_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_references),
	    cmocka_unit_test(test_first_page),
	    cmocka_unit_test(test_title),
	    cmocka_unit_test(test_escaping),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_conditions),
	    cmocka_unit_test(test_repeat),
	    cmocka_unit_test(test_choices),
	    cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
