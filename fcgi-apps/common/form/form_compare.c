#include "common/form/form_cond.h"

#include "common/date.h"
#include "common/num.h"

struct form_value
cond_value_of_answer(const struct answer *answer)
{
	struct form_value v = { .number = answer->number,
		.text = answer->text,
		.answer = answer };

	/* A checkbox that is not set says no. */
	if (answer->field->type == FORM_CHECKBOX && answer->is_shown &&
	    answer->error == NULL)
		return (struct form_value){ .type = VALUE_BOOL,
			.number = answer->text != NULL };
	if (!answer->is_shown || answer->text == NULL)
		return (struct form_value){ 0 };
	switch (answer->field->type) {
	case FORM_INTEGER:
	case FORM_MONEY:
		v.type = __builtin_mul_overflow(
			     answer->number, FORM_UNIT, &v.number)
		    ? VALUE_NONE
		    : VALUE_NUMBER;
		break;
	case FORM_DECIMAL:
		v.type = VALUE_NUMBER;
		break;
	case FORM_DATE:
	case FORM_PARTIAL_DATE:
		v.type = VALUE_DATE;
		break;
	case FORM_DATETIME:
		v.type = VALUE_INSTANT;
		break;
	case FORM_YESNO:
	case FORM_CONSENT:
		v.type = VALUE_BOOL;
		break;
	case FORM_POSITION:
		v.type = VALUE_POSITION;
		break;
	case FORM_MULTI_CHOICE:
		v.type = VALUE_LIST;
		break;
	case FORM_CALCULATED:
	case FORM_PAYMENT:
		v.type = VALUE_TEXT;
		if (strcmp(answer->field->format, "money") == 0 ||
		    strcmp(answer->field->format, "integer") == 0)
			v.type = __builtin_mul_overflow(
				     answer->number, FORM_UNIT, &v.number)
			    ? VALUE_NONE
			    : VALUE_NUMBER;
		else if (strcmp(answer->field->format, "date") == 0)
			v.type = VALUE_DATE;
		break;
	default:
		v.type = VALUE_TEXT;
		break;
	}
	return v;
}

struct form_value
cond_value_of_json(const cJSON *json)
{
	struct form_value v = { 0 };
	double scaled;

	if (cJSON_IsBool(json)) {
		v.type = VALUE_BOOL;
		v.number = cJSON_IsTrue(json);
	} else if (cJSON_IsString(json)) {
		v.type = VALUE_TEXT;
		v.text = json->valuestring;
	} else if (cJSON_IsNumber(json)) {
		scaled = json->valuedouble * FORM_UNIT;
		if (!(scaled > -9e18 && scaled < 9e18))
			return v;
		v.type = VALUE_NUMBER;
		v.number = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
	} else if (cJSON_IsArray(json) || cJSON_IsObject(json)) {
		v.type = VALUE_JSON;
		v.json = json;
	}
	return v;
}

bool
cond_number(const struct form_value *v, int64_t *out)
{
	struct err err = { 0 };

	if (v->type == VALUE_NUMBER) {
		*out = v->number;
		return true;
	}
	return v->type == VALUE_TEXT &&
	    num_parse_decimal(v->text, 6, out, &err) == 0;
}

bool
cond_day(const struct form_value *v, int32_t *out)
{
	struct err err = { 0 };

	switch (v->type) {
	case VALUE_DATE:
		*out = (int32_t)v->number;
		return true;
	case VALUE_INSTANT:
		*out = date_of_instant(v->number);
		return true;
	case VALUE_TEXT:
		return date_parse(v->text, out, &err) == 0;
	default:
		return false;
	}
}

static bool
order_of(int64_t x, int64_t y, int *order)
{
	*order = x < y ? -1 : x > y;
	return true;
}

static bool
is_time(const struct form_value *v)
{
	return v->type == VALUE_DATE || v->type == VALUE_INSTANT;
}

static bool
boolean(const struct form_value *v, int64_t *out)
{
	*out = v->type == VALUE_TEXT ? strcmp(v->text, "true") == 0
				     : v->number;
	return v->type == VALUE_BOOL ||
	    (v->type == VALUE_TEXT &&
		(*out != 0 || strcmp(v->text, "false") == 0));
}

bool
cond_compare(
    const struct form_value *x, const struct form_value *y, int *order)
{
	int64_t m, n;
	int32_t from, to;

	if (x->type == VALUE_NONE || y->type == VALUE_NONE)
		return false;
	if (x->type == VALUE_INSTANT && y->type == VALUE_INSTANT)
		return order_of(x->number, y->number, order);
	if (is_time(x) || is_time(y))
		return cond_day(x, &from) && cond_day(y, &to) &&
		    order_of(from, to, order);
	if (x->type == VALUE_NUMBER || y->type == VALUE_NUMBER)
		return cond_number(x, &m) && cond_number(y, &n) &&
		    order_of(m, n, order);
	if (x->type == VALUE_BOOL || y->type == VALUE_BOOL)
		return boolean(x, &m) && boolean(y, &n) &&
		    order_of(m, n, order);
	if (x->type == VALUE_TEXT && y->type == VALUE_TEXT)
		return order_of(strcmp(x->text, y->text), 0, order);
	return false;
}
