#include "common/form/form_check.h"

#include "common/form/form_def.h"
#include "common/num.h"

/* Up to two digits at *s; -1 when there are none. */
static int64_t
two_digits(const char **s)
{
	char digits[3] = { 0 };
	size_t n = strspn(*s, "0123456789");
	struct err err = { 0 };
	int64_t value;

	if (n == 0 || n > 2)
		return -1;
	memcpy(digits, *s, n);
	*s += n;
	return num_parse(digits, 0, 99, &value, &err) == -1 ? -1 : value;
}

bool
form_time_parse(const char *s, int64_t *minutes)
{
	int64_t hour = two_digits(&s), minute = 0;
	bool has_minute = *s == ':' || *s == '.';

	if (has_minute) {
		s++;
		if (strspn(s, "0123456789") != 2)
			return false;
		minute = two_digits(&s);
		if (strncmp(s, ":00", 3) == 0) /* as browsers' time inputs may */
			s += 3;
	}
	while (*s == ' ')
		s++;
	if (strcasecmp(s, "am") == 0 || strcasecmp(s, "pm") == 0) {
		if (hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (*s == 'p' || *s == 'P' ? 12 : 0);
	} else if (strcasecmp(s, "uhr") != 0 && strcasecmp(s, "h") != 0 &&
	    (*s != '\0' || !has_minute)) {
		return false;
	}
	*minutes = hour * 60 + minute;
	return hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
}

const char *
check_time(const struct form_check *c, struct answer *answer)
{
	const struct form_field *f = answer->field;
	bool is_early, is_late;

	if (!form_time_parse(answer->raw, &answer->number))
		return "time_invalid";
	answer->text = arena_printf(c->arena, "%02d:%02d",
	    (int)answer->number / 60, (int)answer->number % 60);
	is_early = f->min.is_set && answer->number < f->min.value;
	is_late = f->max.is_set && answer->number > f->max.value;
	/* From 22:00 to 06:00: outside is what both refuse. */
	if (f->min.is_set && f->max.is_set && f->min.value > f->max.value)
		is_early = is_late = is_early && is_late;
	return is_early ? "too_early" : is_late ? "too_late" : NULL;
}
