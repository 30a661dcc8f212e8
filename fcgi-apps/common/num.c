#include "common/num.h"

int
num_parse(const char *s, int64_t min, int64_t max, int64_t *out,
    struct err *err)
{
	const char *p = s;
	int is_negative = *p == '-';
	int64_t value = 0;

	if (is_negative)
		p++;
	if (*p == '\0')
		return err_set(err, ERR_FIELD_INVALID, "not a number");
	for (; *p != '\0'; p++) {
		int digit = *p - '0';

		if (digit < 0 || digit > 9)
			return err_set(
			    err, ERR_FIELD_INVALID, "not a number");
		if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
		    __builtin_sub_overflow(value, (int64_t)digit, &value))
			return err_set(err, ERR_FIELD_INVALID, "too long");
	}
	/* Gathered below zero, where the range reaches one further. */
	if (!is_negative && __builtin_sub_overflow((int64_t)0, value, &value))
		return err_set(err, ERR_FIELD_INVALID, "too long");
	if (value < min || value > max)
		return err_set(err, ERR_FIELD_INVALID, "out of range");
	*out = value;
	return 0;
}

/* Where the decimal separator stands in s, or its end. */
static const char *
decimal_point(const char *s, int scale)
{
	const char *dot = strrchr(s, '.'), *comma = strrchr(s, ',');
	const char *last = dot > comma ? dot : comma;
	const char *end = s + strlen(s);

	if (last == NULL)
		return end;
	if (dot != NULL && comma != NULL)
		return last;
	if (strchr(s, *last) != last) /* 1.234.567: grouping */
		return end;
	if (scale == 0 && end - last == 4)
		return end;
	return last;
}

int
num_parse_decimal(const char *s, int scale, int64_t *out, struct err *err)
{
	int is_negative = *s == '-';
	const char *p = s + is_negative;
	const char *point = decimal_point(p, scale);
	int64_t value = 0;
	int digits = 0, places = 0;

	for (; *p != '\0'; p++) {
		if (p == point)
			continue;
		if (p < point && (*p == '.' || *p == ',') && digits > 0)
			continue; /* grouping */
		if (*p < '0' || *p > '9')
			return err_set(
			    err, ERR_FIELD_INVALID, "not a number");
		if (p > point && ++places > scale)
			return err_set(
			    err, ERR_FIELD_INVALID, "too many decimals");
		digits++;
		if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
		    __builtin_add_overflow(
			value, (int64_t)(*p - '0'), &value))
			return err_set(err, ERR_FIELD_INVALID, "too long");
	}
	if (digits == 0)
		return err_set(err, ERR_FIELD_INVALID, "not a number");
	for (; places < scale; places++)
		if (__builtin_mul_overflow(value, (int64_t)10, &value))
			return err_set(err, ERR_FIELD_INVALID, "too long");
	*out = is_negative ? -value : value;
	return 0;
}
