#include <math.h>

#include "common/date.h"
#include "common/form/form_def.h"
#include "common/num.h"

#define MS_PER_DAY INT64_C(86400000)
#define NUMBER_MAX INT64_C(999999999999) /* in whole units */

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

/* ---- compiling ---- */

/* "+60", "-30y", "+6m", "-5d", "": days and months; false otherwise. */
static bool
offset_parse(const char *s, int64_t *days, int *months)
{
	char digits[8];
	size_t n = strspn(s[0] == '\0' ? s : s + 1, "0123456789");
	struct err err = { 0 };
	int64_t count;

	*days = 0;
	*months = 0;
	if (*s == '\0')
		return true;
	if ((*s != '+' && *s != '-') || n == 0 || n >= sizeof(digits))
		return false;
	memcpy(digits, s + 1, n);
	digits[n] = '\0';
	if (num_parse(digits, 0, 100000, &count, &err) == -1)
		return false;
	if (*s == '-')
		count = -count;
	s += 1 + n;
	if (*s == '\0' || strcmp(s, "d") == 0)
		*days = count;
	else if (strcmp(s, "m") == 0 && llabs((long long)count) <= 2400)
		*months = (int)count;
	else if (strcmp(s, "y") == 0 && llabs((long long)count) <= 200)
		*months = (int)count * 12;
	else
		return false;
	return true;
}

static void
date_bound(struct form_def *d, const cJSON *json, const char *path,
    const struct form_field *f, struct form_bound *out)
{
	const char *s = cJSON_GetStringValue(json);
	struct err err = { 0 };
	int32_t day;

	if (s != NULL && strncmp(s, "today", 5) == 0 &&
	    offset_parse(s + 5, &out->value, &out->months)) {
		out->is_set = out->is_relative = true;
	} else if (s != NULL && f->type == FORM_DATETIME &&
	    strcmp(s, "now") == 0) {
		out->is_set = out->is_relative = true;
	} else if (s != NULL && date_parse(s, &day, &err) == 0) {
		out->is_set = true;
		out->value = day;
	} else {
		def_mistake(d, path,
		    "write \"today\", \"today+60\", \"today-30y\", "
		    "\"today+6m\" or \"2026-12-31\"",
		    "is no date limit");
	}
}

static void
time_bound(struct form_def *d, const cJSON *json, const char *path,
    const struct form_field *f, struct form_bound *out)
{
	const char *s = cJSON_GetStringValue(json);

	(void)f; /* the signature is that of its neighbours */
	out->is_set = s != NULL && form_time_parse(s, &out->value);
	if (!out->is_set)
		def_mistake(
		    d, path, "write it as \"14:30\"", "is no time of day");
}

static void
number_bound(struct form_def *d, const cJSON *json, const char *path,
    const struct form_field *f, struct form_bound *out)
{
	double unit = f->type == FORM_DECIMAL ? FORM_UNIT : 1;
	double value = cJSON_IsNumber(json) ? json->valuedouble * unit : NAN;

	if (!(fabs(value) <= (double)NUMBER_MAX * unit) ||
	    (f->type != FORM_DECIMAL && floor(value) < value)) {
		def_mistake(d, path,
		    f->type == FORM_MONEY ? "write whole cents"
					  : "write a number",
		    "is an impossible limit");
		return;
	}
	out->is_set = true;
	out->value = (int64_t)llround(value);
}

void
form_bounds_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	bool is_date = f->type == FORM_DATE ||
	    f->type == FORM_PARTIAL_DATE || f->type == FORM_DATETIME;
	void (*compile)(struct form_def *, const cJSON *, const char *,
	    const struct form_field *, struct form_bound *) = is_date
	    ? date_bound
	    : f->type == FORM_TIME ? time_bound
				   : number_bound;
	struct form_bound *const bound[] = { &f->min, &f->max };
	static const char *const name[] = { "min", "max" };

	for (size_t i = 0; i < nitems(bound); i++) {
		const cJSON *one =
		    cJSON_GetObjectItemCaseSensitive(json, name[i]);

		if (one == NULL)
			continue;
		compile(d, one, def_member(d, path, name[i]), f, bound[i]);
	}
	/* From 22:00 to 06:00 is a night. */
	if (f->type == FORM_TIME)
		return;
	if (f->min.is_set && f->max.is_set &&
	    f->min.is_relative == f->max.is_relative &&
	    f->min.value + f->min.months * 30 >
		f->max.value + f->max.months * 30)
		def_mistake(d, def_member(d, path, "min"), "swap them",
		    "\"min\" is above \"max\": nothing fits");
}
