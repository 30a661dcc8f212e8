#include "common/service_adviser.h"

enum adviser_standing
service_adviser_judge(struct arena *a, const struct service *s,
    const struct form_answers *answers, const struct form_context *context,
    const struct adviser_result **result)
{
	(void)a;
	(void)answers;
	(void)context;
	if (result != NULL)
		*result = NULL;
	return s->adviser == NULL ? ADVISER_NONE : ADVISER_ASKING;
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
	(void)result;
	(void)from;
	return form_answers_new(a, to);
}
