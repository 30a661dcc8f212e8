#include "common/service/service_adviser.h"

/* Whether an answer in here is missing or wrong. */
static bool
has_errors(const struct answers *answers, size_t last_page)
{
	for (size_t i = 0; i < answers->n; i++) {
		const struct answer *one = &answers->answer[i];

		if (one->field->page > last_page || !one->is_shown)
			continue;
		if (one->error != NULL)
			return true;
		for (size_t k = 0; k < one->nitem; k++)
			if (has_errors(&one->item[k], last_page))
				return true;
	}
	return false;
}

static const struct adviser_result *
find_result(const struct service_adviser *v, const char *value)
{
	for (size_t i = 0; value != NULL && i < v->nresult; i++)
		if (strcmp(v->result[i].value, value) == 0)
			return &v->result[i];
	return NULL;
}

enum adviser_standing
service_adviser_judge(struct arena *a, const struct service *s,
    const struct form_answers *answers, const struct form_context *context,
    const struct adviser_result **result)
{
	const struct service_adviser *v = s->adviser;
	const struct adviser_result *found;

	if (result != NULL)
		*result = NULL;
	if (v == NULL)
		return ADVISER_NONE;
	if (has_errors(&answers->top, v->after))
		return ADVISER_ASKING;
	found = find_result(
	    v, form_value(a, v->outcome->value, answers, context));
	if (found == NULL) /* the compiler lets no such package through */
		return ADVISER_ASKING;
	if (result != NULL)
		*result = found;
	return found->proceeds ? ADVISER_PROCEEDS : ADVISER_STOPS;
}

bool
service_adviser_reaches(
    const struct service *s, enum adviser_standing standing, size_t page)
{
	return s->adviser == NULL || standing == ADVISER_PROCEEDS ||
	    page <= s->adviser->after;
}

struct form_answers *
service_adviser_prefill(struct arena *a, const struct adviser_result *result,
    const struct form_answers *from, const struct form *to)
{
	struct http_pairs pairs = { .n = 0 };
	struct http_pair *pair = arena_new(a, struct http_pair, result->ncopy);
	struct form_answers *out;
	struct err ignored = { 0 };

	pairs.pair = pair;
	for (size_t i = 0; i < result->ncopy; i++) {
		const struct adviser_copy *copy = &result->copy[i];
		const struct answer *answer = form_find(from, copy->from);
		const struct form_field *f = form_field_find(to, copy->to);

		if (answer == NULL || answer->raw == NULL ||
		    !answer->is_shown || f == NULL || f->nchild > 0 ||
		    f->type == FORM_FILE)
			continue;
		pair[pairs.n++] = (struct http_pair){
		    copy->to, answer->raw, strlen(answer->raw)};
	}
	return form_read_pairs(a, to, &pairs, &out, &ignored) == 0
	    ? out
	    : form_answers_new(a, to);
}
