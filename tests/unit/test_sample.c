/* links: torhaus/sample torhaus/sample_hint torhaus/sample_mistake torhaus/sample_pattern torhaus/sample_value torhaus/service_settings */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>

#include "common/form/form_def.h"
#include "common/json.h"
#include "common/utf8.h"
#include "torhaus/sample.h"
#include "torhaus/service_settings.h"

#define SERVICES "fcgi-apps/services/"
#define SAMPLES 200
#define NOW_MS INT64_C(1796040000000) /* 30 November 2026 */

static const char *const towns[] = {"quellstadt", "auental"};

/* Patterns, and whether texts for them can be made. */
static const struct {
	const char *pattern;
	bool is_known;
} patterns[] = {
    {"[0-9]{5}", true},
    {"[A-Z0-9ÄÖÜ][A-Z0-9ÄÖÜ/. -]{0,19}", true},
    {"Dr\\.( [A-Za-zÄÖÜäöüß.() -]+)?", true},
    {"(a|bc|d{2,3})+x?", true},
    {"[\\p{Latin}\\p{M}0-9 .,'’()/&+-]+", true},
    {"\\d{2}\\.\\d{2}", true},
    {"[^0-9]{3}", true},
    {"(?:ab){3}", true},
    {"[]x]", true},
    {"", true},
    {"(?=a)a", false},
    {"(a)\\1", false},
    {"[a", false},
    {"(a", false},
    {"a{2", false},
};

static void
test_patterns(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(patterns); i++) {
		struct arena a = {0};
		struct form_mistakes mistakes = {.arena = &a};
		struct form_def d = {.arena = &a, .mistakes = &mistakes};
		struct sample s = {.arena = &a};
		const struct form_regex *regex = NULL;

		if (patterns[i].is_known)
			regex = form_regex_compile(
			    &d, patterns[i].pattern, "pattern");
		for (int k = 0; k < 200; k++) {
			const char *text =
			    sample_of_pattern(&s, patterns[i].pattern, 40);

			if ((text != NULL) != patterns[i].is_known)
				fail_msg("%s", patterns[i].pattern);
			if (text != NULL && !form_regex_matches(regex, text))
				fail_msg("%s: %s", patterns[i].pattern, text);
		}
		arena_free(&a);
	}
}

/* One service in one town, and what runs on it. */
struct offer {
	struct arena arena;
	struct service *service;
	const void *settings;
	struct form_context context;
};

static bool
offer_open(struct offer *o, const char *dir, const char *town)
{
	struct form_mistakes mistakes = {.arena = &o->arena};
	struct err err = {0};
	const char *package, *text;
	cJSON *own;

	if (service_read_folder(&o->arena, dir, &o->service, &package,
		&mistakes, &err) == -1 ||
	    o->service == NULL)
		fail_msg("%s: %s", dir, err.msg);
	if (service_settings_read(&o->arena,
		arena_printf(&o->arena, SERVICES "demo/%s.json", town),
		o->service->slug, &text, &err) == -1 ||
	    json_parse(&o->arena, text, strlen(text), &json_limits_package,
		&own, &err) == -1)
		fail_msg("%s: %s", dir, err.msg);
	/* A town need not offer it: then it says nothing of it. */
	if (cJSON_GetArraySize(own) == 0)
		return false;
	o->settings =
	    service_settings_merge(&o->arena, o->service, own, &mistakes);
	o->context = (struct form_context){
	    .now_ms = NOW_MS, .settings = o->settings};
	return true;
}

/* What was written, read and judged as the API does. */
static struct form_answers *
judge(const struct offer *o, struct arena *a, const struct buf *json,
    struct form_error **error, size_t *n)
{
	struct form_answers *answers = NULL;
	struct err err = {0};
	cJSON *tree;

	if (json_parse(a, buf_text(json), json->len, &json_limits_request,
		&tree, &err) == -1 ||
	    form_read_json(a, o->service->form, tree, &answers, &err) == -1)
		fail_msg("%s: %s", err.msg, buf_text(json));
	assert_int_equal(answers->nunknown, 0);
	form_evaluate(a, answers, &o->context, error, n);
	return answers;
}

/* Ids of made-up files are no uploads of anybody. */
static bool
is_expected(const struct form_error *e)
{
	return e->is_warning || strcmp(e->code, "file_unknown") == 0;
}

static void
check_valid(const struct offer *o, uint64_t seed)
{
	struct arena a = {0};
	struct sample s = {.arena = &a, .service = o->service,
	    .context = &o->context, .random = {seed}};
	struct sample again = s;
	struct buf *out = buf_new(&a, 1 << 20), *same = buf_new(&a, 1 << 20);
	struct form_answers *answers;
	struct form_error *error;
	struct err err = {0};
	size_t n;

	if (sample_make(&s, &answers, &err) == -1)
		fail_msg("%s: %s", o->service->slug, err.msg);
	sample_write(&s, answers, out);
	(void)judge(o, &a, out, &error, &n);
	for (size_t i = 0; i < n; i++)
		if (!is_expected(&error[i]))
			fail_msg("%s: %s %s: %s", o->service->slug,
			    error[i].path, error[i].code, buf_text(out));
	if (seed % 20 == 0) {
		assert_int_equal(sample_make(&again, &answers, &err), 0);
		sample_write(&again, answers, same);
		assert_string_equal(buf_text(out), buf_text(same));
	}
	arena_free(&a);
}

static void
check_mistake(const struct offer *o, uint64_t seed)
{
	struct arena a = {0};
	struct sample s = {.arena = &a, .service = o->service,
	    .context = &o->context, .random = {seed}};
	struct buf *out = buf_new(&a, 1 << 20);
	struct sample_mistake mistake;
	struct form_answers *answers;
	struct form_error *error;
	struct err err = {0};
	bool is_found = false;
	size_t n;

	if (sample_make(&s, &answers, &err) == -1 ||
	    sample_spoil(&s, answers, &mistake, &err) == -1)
		fail_msg("%s: %s", o->service->slug, err.msg);
	sample_write(&s, answers, out);
	(void)judge(o, &a, out, &error, &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(error[i].path, mistake.path) == 0 &&
		    strcmp(error[i].code, mistake.code) == 0)
			is_found = true;
		else if (!is_expected(&error[i]))
			fail_msg("%s: wanted %s %s, came %s %s: %s",
			    o->service->slug, mistake.path, mistake.code,
			    error[i].path, error[i].code, buf_text(out));
	}
	if (!is_found)
		fail_msg("%s: %s %s is missing: %s", o->service->slug,
		    mistake.path, mistake.code, buf_text(out));
	arena_free(&a);
}

static void
each_offer(void (*check)(const struct offer *o, uint64_t seed))
{
	glob_t found;

	assert_int_equal(
	    glob(SERVICES "*/service.json", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 3);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *dir = found.gl_pathv[i];

		*strrchr(dir, '/') = '\0';
		for (size_t t = 0; t < nitems(towns); t++) {
			struct offer o = {0};

			if (offer_open(&o, dir, towns[t]))
				for (uint64_t k = 0;
				     k < SAMPLES / nitems(towns); k++)
					check(&o, k * 977 + 1);
			arena_free(&o.arena);
		}
	}
	globfree(&found);
}

static void
test_valid(void **state)
{
	(void)state;
	each_offer(check_valid);
}

static void
test_mistakes(void **state)
{
	(void)state;
	each_offer(check_mistake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_valid),
	    cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
