#include "common/date.h"
#include "common/form.h"

#define MS_PER_DAY INT64_C(86400000)

bool
form_bound_day(const struct form_bound *bound,
    const struct form_context *context, int32_t *day)
{
	if (!bound->is_set)
		return false;
	*day = (int32_t)bound->value;
	if (bound->is_relative)
		*day = date_add_months(
		    date_of_instant(context->now_ms) + *day, bound->months);
	return true;
}

/* Midnight in Germany at the begin of a day. */
static int64_t
midnight(int32_t day)
{
	int64_t ms = (int64_t)day * MS_PER_DAY - 2 * 3600 * 1000;

	/* Summer time is two hours ahead of UTC, winter time one. */
	return date_of_instant(ms) == day ? ms : ms + 3600 * 1000;
}

bool
form_bound_ms(const struct form_bound *bound,
    const struct form_context *context, int64_t *ms)
{
	int32_t day;

	if (!form_bound_day(bound, context, &day))
		return false;
	if (bound->is_relative)
		*ms = context->now_ms +
		    ((int64_t)day - date_of_instant(context->now_ms)) *
			MS_PER_DAY;
	else
		*ms = midnight(day);
	return true;
}
