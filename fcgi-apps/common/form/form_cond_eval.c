#include "common/form/form_cond.h"

#include <assert.h>

#include "common/date.h"
#include "common/form/form_def.h"

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
field_value(struct form_eval *e, const struct form_cond *c)
{
	const struct answer *answer = cond_ref(&e->scope, &c->ref);

	if (answer == NULL)
		return value_none();
	if (answer->is_shown && answer->error != NULL && answer->text == NULL)
		e->touched_invalid = true;
	return cond_value_of_answer(answer);
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
		return value_whole(repeat == NULL ? 0 : (int64_t)repeat->nitem);
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
		return value_whole((int64_t)count);
	default:
		return value_number(sum);
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
	struct form_value out = value_none();

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
		return value_none();
	number_of = e->scope.position[at];
	if (c->nkid == 0)
		return value_whole((int64_t)number_of);
	/* The items of one repeat lie side by side. */
	items = e->scope.group[at] - (number_of - 1);
	for (size_t i = 0; i < number_of; i++) {
		e->scope.level = at - 1;
		cond_enter(e, &items[i], i + 1);
		count += cond_holds(e, &c->kid[0]);
	}
	e->scope = saved;
	return value_whole((int64_t)count);
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
		return value_day(e->today);
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
		return cond_date(e, c);
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
		return cond_arithmetic(e, c);
	case OP_FLOOR:
		return cond_floor(e, c);
	case OP_MIN:
	case OP_MAX:
		return cond_extreme(e, c);
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
