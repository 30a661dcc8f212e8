#include "common/date.h"
#include "common/form/form_cond.h"

#define DAY_MIN (-719162) /* 0001-01-01 */
#define DAY_MAX 2932896   /* 9999-12-31 */

__extension__ typedef __int128 wide; /* products of two int64_t */

struct form_value
value_none(void)
{
	return (struct form_value){ 0 };
}

struct form_value
value_number(int64_t millionths)
{
	return (struct form_value){ .type = VALUE_NUMBER,
		.number = millionths };
}

struct form_value
value_day(int64_t days)
{
	if (days < DAY_MIN || days > DAY_MAX)
		return value_none();
	return (struct form_value){ .type = VALUE_DATE, .number = days };
}

struct form_value
value_whole(int64_t n)
{
	int64_t scaled;

	return __builtin_mul_overflow(n, (int64_t)FORM_UNIT, &scaled)
	    ? value_none()
	    : value_number(scaled);
}

/* A number from the value of kid i in whole units. */
static bool
kid_whole(
    struct form_eval *e, const struct form_cond *c, size_t i, int64_t *out)
{
	struct form_value v = cond_value(e, &c->kid[i]);

	if (!cond_number(&v, out))
		return false;
	*out /= FORM_UNIT;
	return true;
}

static bool
kid_day(struct form_eval *e, const struct form_cond *c, size_t i, int32_t *out)
{
	struct form_value v = cond_value(e, &c->kid[i]);

	return cond_day(&v, out);
}

static bool
multiply(int64_t x, int64_t y, int64_t *out)
{
	wide product = (wide)x * y;

	product = (product + (product < 0 ? -FORM_UNIT : FORM_UNIT) / 2) /
	    FORM_UNIT;
	if (product > INT64_MAX || product < INT64_MIN)
		return false;
	*out = (int64_t)product;
	return true;
}

static bool
divide(int64_t x, int64_t y, int64_t *out)
{
	wide quotient;

	if (y == 0)
		return false;
	quotient = (wide)x * FORM_UNIT / y;
	if (quotient > INT64_MAX || quotient < INT64_MIN)
		return false;
	*out = (int64_t)quotient;
	return true;
}

struct form_value
cond_arithmetic(struct form_eval *e, const struct form_cond *c)
{
	int64_t sum = 0, n;

	for (size_t i = 0; i < c->nkid; i++) {
		struct form_value v = cond_value(e, &c->kid[i]);
		bool fits;

		if (!cond_number(&v, &n))
			return value_none();
		if (i == 0) {
			sum = n;
			continue;
		}
		switch (c->op) {
		case OP_ADD:
			fits = !__builtin_add_overflow(sum, n, &sum);
			break;
		case OP_SUB:
			fits = !__builtin_sub_overflow(sum, n, &sum);
			break;
		case OP_MUL:
			fits = multiply(sum, n, &sum);
			break;
		default:
			fits = divide(sum, n, &sum);
			break;
		}
		if (!fits)
			return value_none();
	}
	return value_number(sum);
}

struct form_value
cond_floor(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v = cond_value(e, &c->kid[0]);
	int64_t n, rest;

	if (!cond_number(&v, &n))
		return value_none();
	rest = n % FORM_UNIT;
	if (rest < 0)
		rest += FORM_UNIT;
	return __builtin_sub_overflow(n, rest, &n) ? value_none()
						   : value_number(n);
}

struct form_value
cond_extreme(struct form_eval *e, const struct form_cond *c)
{
	struct form_value best = value_none();

	for (size_t i = 0; i < c->nkid; i++) {
		struct form_value v = cond_value(e, &c->kid[i]);
		int order;

		if (v.type == VALUE_NONE)
			continue;
		if (best.type == VALUE_NONE) {
			best = v;
			continue;
		}
		if (cond_compare(&v, &best, &order) &&
		    (c->op == OP_MIN ? order < 0 : order > 0))
			best = v;
	}
	return best;
}

struct form_value
cond_date(struct form_eval *e, const struct form_cond *c)
{
	struct date_ymd ymd;
	int32_t from, to;
	int64_t n;

	if (!kid_day(e, c, 0, &from))
		return value_none();
	switch (c->op) {
	case OP_AGE:
		return kid_day(e, c, 1, &to) ? value_whole(date_age(from, to))
					     : value_none();
	case OP_DAYS:
		return kid_day(e, c, 1, &to) ? value_whole((int64_t)to - from)
					     : value_none();
	case OP_MONTHS:
		if (!kid_day(e, c, 1, &to))
			return value_none();
		n = 0;
		ymd = date_to_ymd(to);
		n = (int64_t)ymd.year * 12 + ymd.month;
		ymd = date_to_ymd(from);
		n -= (int64_t)ymd.year * 12 + ymd.month;
		if (n > 0 && date_add_months(from, (int)n) > to)
			n--;
		else if (n < 0 && date_add_months(from, (int)n) < to)
			n++;
		return value_whole(n);
	case OP_ADD_DAYS:
		return kid_whole(e, c, 1, &n) && n > -DAY_MAX &&
			n < DAY_MAX
		    ? value_day((int64_t)from + n)
		    : value_none();
	case OP_ADD_MONTHS:
		if (!kid_whole(e, c, 1, &n) || n < -12000 || n > 12000)
			return value_none();
		ymd = date_to_ymd(from);
		n += (int64_t)ymd.year * 12 + ymd.month - 1;
		if (n < 12 || n >= (int64_t)10000 * 12)
			return value_none();
		n -= (int64_t)ymd.year * 12 + ymd.month - 1;
		return value_day(date_add_months(from, (int)n));
	default: /* first of the month, of the following month */
		ymd = date_to_ymd(from);
		ymd.day = 1;
		from = date_from_ymd(ymd);
		return value_day(c->op == OP_MONTH_START ? from
						   : date_add_months(from, 1));
	}
}
