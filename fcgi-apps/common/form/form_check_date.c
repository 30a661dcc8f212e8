#include "common/date.h"
#include "common/form/form_check.h"

/* Whether the days from first to last leave room between the limits. */
static const char *
within_days(const struct form_check *c, const struct form_field *f,
    int32_t first, int32_t last)
{
	int32_t limit;

	if (form_bound_day(&f->min, c->context, &limit) && last < limit)
		return "too_early";
	if (form_bound_day(&f->max, c->context, &limit) && first > limit)
		return "too_late";
	return NULL;
}

const char *
check_date(const struct form_check *c, struct answer *answer)
{
	struct err err = { 0 };
	int32_t day;

	if (date_parse_human(answer->raw, &day, &err) == -1)
		return "date_invalid";
	answer->number = day;
	answer->text = date_to_iso(c->arena, day);
	return within_days(c, answer->field, day, day);
}

const char *
check_partial_date(const struct form_check *c, struct answer *answer)
{
	struct err err = { 0 };
	struct date_ymd ymd, first;
	int32_t from, to;

	if (date_parse_partial(answer->raw, &ymd, &err) == -1 || ymd.year == 0)
		return "date_invalid";
	first = ymd;
	if (first.month == 0)
		first.month = 1;
	if (first.day == 0)
		first.day = 1;
	from = to = date_from_ymd(first);
	if (ymd.month == 0)
		to = date_add_months(from, 12) - 1;
	else if (ymd.day == 0)
		to = date_add_months(from, 1) - 1;
	answer->number = from;
	answer->text = arena_printf(c->arena, "%04d-%02d-%02d", ymd.year,
	    ymd.month, ymd.day);
	return within_days(c, answer->field, from, to);
}

/* "2.11.2026, 19:05 Uhr": the date as people type it, then the time. */
static bool
datetime_human(struct arena *a, const char *s, int64_t *ms)
{
	size_t n = strcspn(s, " ,T");
	const char *day_text = arena_dup(a, s, n), *time;
	unsigned hour = 0, minute = 0;
	struct err err = { 0 };
	int32_t day;
	int used = 0;

	time = s + n + strspn(s + n, " ,T");
	if (date_parse_human(day_text, &day, &err) == -1 ||
	    sscanf(time, "%2u%*1[:.]%2u%n", &hour, &minute, &used) != 2 ||
	    hour > 23 || minute > 59)
		return false;
	time += used;
	if (*time != '\0' && strcmp(time, " Uhr") != 0)
		return false;
	return date_instant_parse(arena_printf(a, "%sT%02u:%02u:00",
				      date_to_iso(a, day), hour, minute),
		   ms, &err) == 0;
}

const char *
check_datetime(const struct form_check *c, struct answer *answer)
{
	const struct form_field *f = answer->field;
	struct err err = { 0 };
	int64_t limit;

	if (date_instant_parse(answer->raw, &answer->number, &err) == -1 &&
	    !datetime_human(c->arena, answer->raw, &answer->number))
		return "date_invalid";
	answer->text = date_instant_to_xsd(c->arena, answer->number);
	if (form_bound_ms(&f->min, c->context, &limit) &&
	    answer->number < limit)
		return "too_early";
	if (form_bound_ms(&f->max, c->context, &limit) &&
	    answer->number > limit)
		return "too_late";
	return NULL;
}
