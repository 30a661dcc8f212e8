/*
 * Packages that nobody vouches for: whatever compiles must also show, judge
 * and write an empty form.
 */
#include <assert.h>
#include <stdint.h>

#include "common/service.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
out:
	arena_free(&arena);
	return 0;
}
