#include "common/form/form_check.h"

#include "common/num.h"

/* Without blanks and the currency: "1 234,50 €" is "1234,50". */
static const char *
bare(struct arena *a, const char *s, bool is_money)
{
	char *copy = arena_strdup(a, s), *to = copy;

	while (*s != '\0') {
		if (*s == ' ')
			s++;
		else if (strncmp(s, "\xc2\xa0", 2) == 0) /* no-break space */
			s += 2;
		else if (is_money && strncmp(s, "\xe2\x82\xac", 3) == 0)
			s += 3;
		else if (is_money && strncasecmp(s, "EUR", 3) == 0)
			s += strncasecmp(s, "EURO", 4) == 0 ? 4 : 3;
		else
			*to++ = *s++;
	}
	*to = '\0';
	return copy;
}

static const char *
within(const struct answer *answer)
{
	const struct form_field *f = answer->field;
	/* 10^12 units: what expressions can compute with. */
	int64_t most = INT64_C(1000000000000) *
	    (f->type == FORM_DECIMAL ? 1000 : 1);

	if (answer->number < -most ||
	    (f->min.is_set && answer->number < f->min.value))
		return "too_small";
	if (answer->number > most ||
	    (f->max.is_set && answer->number > f->max.value))
		return "too_big";
	return NULL;
}

const char *
check_integer(const struct form_check *c, struct answer *answer)
{
	const char *s = bare(c->arena, answer->raw, false);
	struct err err = { 0 };

	if (num_parse_decimal(s, 0, &answer->number, &err) == -1)
		return "type";
	answer->text =
	    arena_printf(c->arena, "%lld", (long long)answer->number);
	return within(answer);
}

const char *
check_money(const struct form_check *c, struct answer *answer)
{
	const char *s = bare(c->arena, answer->raw, true);
	struct err err = { 0 };

	if (num_parse_decimal(s, 2, &answer->number, &err) == -1)
		return "type";
	answer->text =
	    arena_printf(c->arena, "%lld", (long long)answer->number);
	return within(answer);
}

const char *
check_decimal(const struct form_check *c, struct answer *answer)
{
	const char *s = bare(c->arena, answer->raw, false), *error;
	struct form_value v = { .type = VALUE_NUMBER };
	struct err err = { 0 };
	int scale = answer->field->scale;

	if (num_parse_decimal(s, scale, &answer->number, &err) == -1)
		return "type";
	for (; scale < 6; scale++)
		if (__builtin_mul_overflow(
			answer->number, (int64_t)10, &answer->number))
			return "too_big";
	if ((error = within(answer)) != NULL)
		return error;
	v.number = answer->number;
	answer->text = cond_text(c->arena, &v);
	return NULL;
}
