#include "common/form_cond.h"

#include <assert.h>

#include "common/date.h"
#include "common/form_def.h"

#define DAY_MIN (-719162) /* 0001-01-01 */
#define DAY_MAX 2932896   /* 9999-12-31 */

__extension__ typedef __int128 wide; /* products of two int64_t */

void
cond_begin(struct form_eval *e, struct arena *a,
    const struct form_answers *answers, const struct form_context *context)
{
	*e = (struct form_eval){ .arena = a,
		.settings = context->settings,
		.today = date_of_instant(context->now_ms),
		.now_ms = context->now_ms };
	e->scope.group[0] = &answers->top;
}

void
cond_enter(struct form_eval *e, const struct answers *group, size_t position)
{
	assert(e->scope.level + 1 < nitems(e->scope.group));
	e->scope.level++;
	e->scope.group[e->scope.level] = group;
	e->scope.position[e->scope.level] = position;
}

void
cond_leave(struct form_eval *e)
{
	assert(e->scope.level > 0);
	e->scope.level--;
}

const struct answer *
cond_ref(const struct form_scope *scope, const struct form_ref *ref)
{
	const struct answers *group = scope->group[ref->level];
	const struct answer *answer = &group->answer[ref->slot[0]];

	for (size_t i = 1; i < ref->n; i++) {
		if (answer->nitem == 0)
			return NULL;
		answer = &answer->item[0].answer[ref->slot[i]];
	}
	return answer;
}

const cJSON *
cond_setting(const cJSON *settings, const char *const *name, size_t n)
{
	const cJSON *at = settings;

	for (size_t i = 0; i < n && at != NULL; i++)
		at = cJSON_GetObjectItemCaseSensitive(at, name[i]);
	return at;
}

static struct form_value
none(void)
{
	return (struct form_value){ 0 };
}

static struct form_value
number(int64_t millionths)
{
	return (struct form_value){ .type = VALUE_NUMBER,
		.number = millionths };
}

static struct form_value
day(int64_t days)
{
	if (days < DAY_MIN || days > DAY_MAX)
		return none();
	return (struct form_value){ .type = VALUE_DATE, .number = days };
}

static struct form_value
whole(int64_t n)
{
	int64_t scaled;

	return __builtin_mul_overflow(n, (int64_t)FORM_UNIT, &scaled)
	    ? none()
	    : number(scaled);
}

static struct form_value
field_value(struct form_eval *e, const struct form_cond *c)
{
	const struct answer *answer = cond_ref(&e->scope, &c->ref);

	if (answer == NULL)
		return none();
	if (answer->is_shown && answer->error != NULL && answer->text == NULL)
		e->touched_invalid = true;
	return cond_value_of_answer(answer);
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

static struct form_value
arithmetic(struct form_eval *e, const struct form_cond *c)
{
	int64_t sum = 0, n;

	for (size_t i = 0; i < c->nkid; i++) {
		struct form_value v = cond_value(e, &c->kid[i]);
		bool fits;

		if (!cond_number(&v, &n))
			return none();
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
			return none();
	}
	return number(sum);
}

/* Rounds towards minus infinity. */
static struct form_value
floor_of(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v = cond_value(e, &c->kid[0]);
	int64_t n, rest;

	if (!cond_number(&v, &n))
		return none();
	rest = n % FORM_UNIT;
	if (rest < 0)
		rest += FORM_UNIT;
	return __builtin_sub_overflow(n, rest, &n) ? none() : number(n);
}

/* The smallest or biggest of what is there. */
static struct form_value
extreme(struct form_eval *e, const struct form_cond *c)
{
	struct form_value best = none();

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

static struct form_value
date_value(struct form_eval *e, const struct form_cond *c)
{
	struct date_ymd ymd;
	int32_t from, to;
	int64_t n;

	if (!kid_day(e, c, 0, &from))
		return none();
	switch (c->op) {
	case OP_AGE:
		return kid_day(e, c, 1, &to) ? whole(date_age(from, to))
					     : none();
	case OP_DAYS:
		return kid_day(e, c, 1, &to) ? whole((int64_t)to - from)
					     : none();
	case OP_MONTHS:
		if (!kid_day(e, c, 1, &to))
			return none();
		n = 0;
		ymd = date_to_ymd(to);
		n = (int64_t)ymd.year * 12 + ymd.month;
		ymd = date_to_ymd(from);
		n -= (int64_t)ymd.year * 12 + ymd.month;
		if (n > 0 && date_add_months(from, (int)n) > to)
			n--;
		else if (n < 0 && date_add_months(from, (int)n) < to)
			n++;
		return whole(n);
	case OP_ADD_DAYS:
		return kid_whole(e, c, 1, &n) && n > -DAY_MAX &&
			n < DAY_MAX
		    ? day((int64_t)from + n)
		    : none();
	case OP_ADD_MONTHS:
		if (!kid_whole(e, c, 1, &n) || n < -12000 || n > 12000)
			return none();
		ymd = date_to_ymd(from);
		n += (int64_t)ymd.year * 12 + ymd.month - 1;
		if (n < 12 || n >= (int64_t)10000 * 12)
			return none();
		n -= (int64_t)ymd.year * 12 + ymd.month - 1;
		return day(date_add_months(from, (int)n));
	default: /* first of the month, of the following month */
		ymd = date_to_ymd(from);
		ymd.day = 1;
		from = date_from_ymd(ymd);
		return day(c->op == OP_MONTH_START ? from
						   : date_add_months(from, 1));
	}
}

/*
 * Over the items of a repeat: stops at the first that decides any and all;
 * count counts those that hold, sum adds what is there.
 */
static struct form_value
over_items(struct form_eval *e, const struct form_cond *c)
{
	const struct answer *repeat = cond_ref(&e->scope, &c->ref);
	size_t level = e->scope.level, count = 0;
	int64_t sum = 0, n;
	bool is_any = false, is_all = true;

	if (repeat == NULL || !repeat->is_shown)
		repeat = NULL;
	if (c->nkid == 0)
		return whole(repeat == NULL ? 0 : (int64_t)repeat->nitem);
	e->scope.level = c->level - 1;
	for (size_t i = 0; repeat != NULL && i < repeat->nitem; i++) {
		cond_enter(e, &repeat->item[i], i + 1);
		if (c->op == OP_SUM) {
			struct form_value v = cond_value(e, &c->kid[0]);

			if (cond_number(&v, &n) &&
			    __builtin_add_overflow(sum, n, &sum))
				sum = INT64_MAX;
		} else if (cond_holds(e, &c->kid[0])) {
			count++;
			is_any = true;
		} else {
			is_all = false;
		}
		cond_leave(e);
		if ((c->op == OP_ANY && is_any) ||
		    (c->op == OP_ALL && !is_all))
			break;
	}
	e->scope.level = level;
	switch (c->op) {
	case OP_ANY:
		return (struct form_value){ .type = VALUE_BOOL,
			.number = is_any };
	case OP_ALL:
		return (struct form_value){ .type = VALUE_BOOL,
			.number = is_all };
	case OP_COUNT:
		return whole((int64_t)count);
	default:
		return number(sum);
	}
}

static struct form_value
lookup(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v = cond_value(e, &c->kid[0]);

	for (size_t i = 1; i < c->nkid && v.type == VALUE_JSON; i++) {
		struct form_value key = cond_value(e, &c->kid[i]);

		v = cond_value_of_json(cond_member(e->arena, v.json, &key));
	}
	return v;
}

static bool
is_in(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v = cond_value(e, &c->kid[0]);
	int order;

	for (size_t i = 1; i < c->nkid; i++) {
		struct form_value w = cond_value(e, &c->kid[i]);
		const cJSON *one;

		if (w.type != VALUE_JSON) {
			if (cond_compare(&v, &w, &order) && order == 0)
				return true;
			continue;
		}
		cJSON_ArrayForEach (one, w.json) {
			/* Lists of values with labels count by value. */
			const cJSON *inner = cJSON_IsObject(one)
			    ? cJSON_GetObjectItemCaseSensitive(one, "value")
			    : one;
			struct form_value u = cond_value_of_json(inner);

			if (cJSON_IsObject(w.json) && v.type == VALUE_TEXT) {
				if (strcmp(one->string, v.text) == 0)
					return true;
			} else if (cond_compare(&v, &u, &order) &&
			    order == 0) {
				return true;
			}
		}
	}
	return false;
}

static bool
contains(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v = cond_value(e, &c->kid[0]);
	struct form_value w = cond_value(e, &c->kid[1]);

	if (v.type != VALUE_LIST || w.type != VALUE_TEXT)
		return false;
	for (size_t i = 0; i < v.answer->nlist; i++)
		if (strcmp(v.answer->list[i], w.text) == 0)
			return true;
	return false;
}

/* Nothing answered in it. Something typed that is not right is no answer, but
 * not empty either. */
static bool
is_blank(struct form_eval *e, const struct answer *answer)
{
	if (!answer->is_shown)
		return true;
	if (answer->field->type == FORM_REPEAT)
		return answer->nitem == 0;
	if (answer->field->type == FORM_GROUP) {
		const struct answers *group = &answer->item[0];

		for (size_t i = 0; i < group->n; i++)
			if (!is_blank(e, &group->answer[i]))
				return false;
		return true;
	}
	if (answer->error != NULL && answer->text == NULL) {
		e->touched_invalid = true;
		return answer->raw == NULL && answer->nlist == 0 &&
		    answer->nfile == 0;
	}
	return answer->text == NULL;
}

static bool
is_empty(struct form_eval *e, const struct form_cond *c)
{
	const struct answer *answer;
	struct form_value v;

	if (c->nkid > 0) {
		v = cond_value(e, &c->kid[0]);
		return v.type == VALUE_NONE;
	}
	answer = cond_ref(&e->scope, &c->ref);
	return answer == NULL || is_blank(e, answer);
}

static bool
matches(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v = cond_value(e, &c->kid[0]);
	const char *text = cond_text(e->arena, &v);

	return text != NULL && form_regex_matches(c->regex, text);
}

/* The texts that are not empty, with a blank between. */
static struct form_value
join(struct form_eval *e, const struct form_cond *c)
{
	struct form_value out = none();

	for (size_t i = 0; i < c->nkid; i++) {
		struct form_value v = cond_value(e, &c->kid[i]);
		const char *text = cond_text(e->arena, &v);

		if (text == NULL || *text == '\0')
			continue;
		out.text = out.text == NULL
		    ? text
		    : arena_printf(e->arena, "%s %s", out.text, text);
		out.type = VALUE_TEXT;
	}
	return out;
}

static bool
is_inside(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v = cond_value(e, &c->kid[0]);
	struct form_value area = cond_value(e, &c->kid[1]);

	return v.type == VALUE_POSITION && area.type == VALUE_JSON &&
	    form_area_holds(area.json, v.number);
}

static bool
compares(struct form_eval *e, const struct form_cond *c)
{
	struct form_value x = cond_value(e, &c->kid[0]);
	struct form_value y = cond_value(e, &c->kid[1]);
	int order;

	if (!cond_compare(&x, &y, &order))
		return false;
	switch (c->op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

bool
cond_holds(struct form_eval *e, const struct form_cond *c)
{
	struct form_value v;

	switch (c->op) {
	case OP_AND:
		for (size_t i = 0; i < c->nkid; i++)
			if (!cond_holds(e, &c->kid[i]))
				return false;
		return true;
	case OP_OR:
		for (size_t i = 0; i < c->nkid; i++)
			if (cond_holds(e, &c->kid[i]))
				return true;
		return false;
	case OP_NOT:
		return !cond_holds(e, &c->kid[0]);
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return compares(e, c);
	case OP_IN:
		return is_in(e, c);
	case OP_CONTAINS:
		return contains(e, c);
	case OP_EMPTY:
		return is_empty(e, c);
	case OP_MATCHES:
		return matches(e, c);
	case OP_INSIDE:
		return is_inside(e, c);
	default:
		v = cond_value(e, c);
		return v.type == VALUE_BOOL && v.number != 0;
	}
}

/* The number of the innermost item; with a condition, how many items up to
 * and with it fulfil that. */
static struct form_value
position(struct form_eval *e, const struct form_cond *c)
{
	size_t level = e->scope.level, at = level, count = 0, number_of;
	struct form_scope saved = e->scope;
	const struct answers *items;

	while (at > 0 && e->scope.position[at] == 0)
		at--;
	if (at == 0)
		return none();
	number_of = e->scope.position[at];
	if (c->nkid == 0)
		return whole((int64_t)number_of);
	/* The items of one repeat lie side by side. */
	items = e->scope.group[at] - (number_of - 1);
	for (size_t i = 0; i < number_of; i++) {
		e->scope.level = at - 1;
		cond_enter(e, &items[i], i + 1);
		count += cond_holds(e, &c->kid[0]);
	}
	e->scope = saved;
	return whole((int64_t)count);
}

struct form_value
cond_value(struct form_eval *e, const struct form_cond *c)
{
	switch (c->op) {
	case OP_LITERAL:
		return c->value;
	case OP_FIELD:
		return field_value(e, c);
	case OP_SETTING:
		return cond_value_of_json(
		    cond_setting(e->settings, c->name, c->nname));
	case OP_TODAY:
		return day(e->today);
	case OP_POSITION:
		return position(e, c);
	case OP_ANY:
	case OP_ALL:
	case OP_COUNT:
	case OP_SUM:
		return over_items(e, c);
	case OP_AGE:
	case OP_DAYS:
	case OP_MONTHS:
	case OP_ADD_DAYS:
	case OP_ADD_MONTHS:
	case OP_MONTH_START:
	case OP_NEXT_MONTH_START:
		return date_value(e, c);
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
		return arithmetic(e, c);
	case OP_FLOOR:
		return floor_of(e, c);
	case OP_MIN:
	case OP_MAX:
		return extreme(e, c);
	case OP_IF:
		return cond_value(
		    e, &c->kid[cond_holds(e, &c->kid[0]) ? 1 : 2]);
	case OP_JOIN:
		return join(e, c);
	case OP_LOOKUP:
		return lookup(e, c);
	default:
		return (struct form_value){ .type = VALUE_BOOL,
			.number = cond_holds(e, c) };
	}
}

const char *
cond_text(struct arena *a, const struct form_value *v)
{
	int64_t rest;
	char *out;
	size_t n;

	switch (v->type) {
	case VALUE_BOOL:
		return v->number != 0 ? "true" : "false";
	case VALUE_NUMBER:
		rest = v->number % FORM_UNIT;
		if (rest == 0)
			return arena_printf(
			    a, "%lld", (long long)(v->number / FORM_UNIT));
		out = arena_printf(a, "%s%lld.%06lld", v->number < 0 ? "-" : "",
		    llabs((long long)(v->number / FORM_UNIT)),
		    llabs((long long)rest));
		for (n = strlen(out); out[n - 1] == '0'; n--)
			out[n - 1] = '\0';
		return out;
	case VALUE_DATE:
		return date_to_iso(a, (int32_t)v->number);
	case VALUE_INSTANT:
	case VALUE_TEXT:
	case VALUE_POSITION:
		return v->text;
	default:
		return NULL;
	}
}
