/*
 * Packages that nobody vouches for: whatever compiles must also show, judge
 * and write an empty form, and the checker must come to an end. The office's
 * form, advice and opening rules go along.
 */
#include <assert.h>
#include <stdint.h>

#include "common/json.h"
#include "common/service/service_adviser.h"
#include "common/service/service_def.h"
#include "common/service/service_opening.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All that torhaus service check looks at. */
static void
check(struct arena *a, const char *text, size_t size)
{
	struct form_mistakes mistakes = {.arena = a};
	struct service_source source = {0};
	struct err err = {0};
	const cJSON *texts;
	cJSON *package;

	if (json_parse(a, text, size, &json_limits_package, &package, &err) ==
	    -1)
		return;
	texts = json_object(package, "texts");
	source.service = json_object(package, "service");
	source.form = json_object(package, "form");
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		source.texts[l] = json_object(texts, lang_code(l));
	(void)service_compile(a, &source, true, &mistakes);
	for (size_t i = 0; i < mistakes.n; i++)
		assert(*mistakes.mistake[i].text != '\0');
}

/* Whoever may apply at the end could begin. */
static void
open_to(struct arena *a, const struct service *s,
    const struct form_context *context, const struct form_answers *answers)
{
	struct form_mistakes mistakes = {.arena = a};
	const struct id id = {.byte = {1}};
	const struct opening_visit visit = {
	    .submission_id = &id, .context = context, .answers = answers};
	struct town_service offer = {
	    .service = s, .settings = s->settings_json, .is_open = true};

	offer.opening = service_opening_compile(
	    a, s, s->settings_json, &mistakes);
	if (service_opening_judge(a, &offer, &visit, OPENING_AT_SUBMIT).why ==
	    OPENING_OPEN)
		assert(service_opening_judge(
			   a, &offer, &visit, OPENING_AT_START)
			   .why == OPENING_OPEN);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct form_mistakes mistakes = {.arena = &arena};
	struct form_context context = {.now_ms = INT64_C(1793617200000)};
	struct form_answers *answers;
	struct form_error *error;
	struct service *s = NULL;
	struct err err = {0};
	struct buf *out = buf_new(&arena, 1 << 20);
	size_t n;

	check(&arena, (const char *)data, size);
	if (service_read_package(&arena, (const char *)data, size, &s,
		&mistakes, &err) == -1 ||
	    s == NULL)
		goto out;
	context.settings = s->settings_json;
	answers = form_answers_new(&arena, s->form);
	form_evaluate(&arena, answers, &context, &error, &n);
	for (size_t i = 0; i < n; i++)
		assert(*error[i].path == '\0' ||
		    form_find(answers, error[i].path) == error[i].answer);
	form_write_json(answers, out);
	form_write_draft(answers, out);
	(void)service_route_find(s, answers, &context);
	for (size_t i = 0; i < s->noutcome; i++)
		(void)form_value(
		    &arena, s->outcome[i].value, answers, &context);
	assert(service_initial_state(s) != NULL);
	(void)service_adviser_judge(&arena, s, answers, &context, NULL);
	open_to(&arena, s, &context, answers);
	if (s->clerk_form != NULL) {
		answers = form_answers_new(&arena, s->clerk_form);
		form_evaluate(&arena, answers, &context, &error, &n);
		form_write_draft(answers, out);
	}
out:
	arena_free(&arena);
	return 0;
}
