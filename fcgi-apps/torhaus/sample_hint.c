/*
 * Values that a service's conditions know: what a field is compared with, the
 * town's streets, the members of a table. A random text would never meet them.
 */
#include "common/form/form_cond.h"
#include "torhaus/sample.h"

struct search {
	struct sample *sample;
	const struct form_field *field;
	const char *found; /* one of n, each as likely */
	uint64_t n;
};

static void
candidate(struct search *x, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	if (sample_below(&x->sample->random, ++x->n) == 0)
		x->found = arena_strdup(x->sample->arena, text);
}

/* A member's name; of a range such as "1-39" a number out of it. */
static void
candidate_name(struct search *x, const char *name)
{
	size_t low = strspn(name, "0123456789");
	size_t high = name[low] == '-'
	    ? strspn(name + low + 1, "0123456789")
	    : 0;

	if (low > 0 && low < 7 && high > 0 && high < 7 &&
	    name[low + 1 + high] == '\0')
		name = arena_printf(x->sample->arena, "%lld",
		    (long long)sample_between(&x->sample->random,
			strtol(name, NULL, 10),
			strtol(name + low + 1, NULL, 10)));
	candidate(x, name);
}

static const cJSON *
setting_of(const struct search *x, const struct form_cond *c)
{
	return c->op != OP_SETTING
	    ? NULL
	    : cond_setting(
		  x->sample->context->settings, c->name, c->nname);
}

static void
candidates_json(struct search *x, const cJSON *list)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list)
	{
		const cJSON *value =
		    cJSON_GetObjectItemCaseSensitive(one, "value");

		if (cJSON_IsString(one))
			candidate(x, one->valuestring);
		else if (cJSON_IsNumber(one))
			candidate(x,
			    arena_printf(x->sample->arena, "%.0f",
				one->valuedouble));
		else if (cJSON_IsString(value))
			candidate(x, value->valuestring);
	}
}

/* The table's members; where the field is the second key, those one below. */
static void
candidates_lookup(struct search *x, const struct form_cond *c)
{
	const cJSON *table = setting_of(x, &c->kid[0]), *row, *cell;

	for (size_t i = 1; i < c->nkid && i < 3; i++) {
		if (c->kid[i].op != OP_FIELD ||
		    c->kid[i].ref.field != x->field)
			continue;
		cJSON_ArrayForEach(row, table)
		{
			if (i == 1 && row->string != NULL)
				candidate_name(x, row->string);
			if (i == 1 || !cJSON_IsObject(row))
				continue;
			cJSON_ArrayForEach(cell, row)
			    candidate_name(x, cell->string);
		}
	}
}

/* The field against a literal, or a list of them. */
static void
candidates_compared(struct search *x, const struct form_cond *c)
{
	bool is_there = false;

	for (size_t i = 0; i < c->nkid; i++)
		is_there |= c->kid[i].op == OP_FIELD &&
		    c->kid[i].ref.field == x->field;
	for (size_t i = 0; is_there && i < c->nkid; i++) {
		if (c->kid[i].op == OP_LITERAL)
			candidate(x,
			    cond_text(
				x->sample->arena, &c->kid[i].value));
		candidates_json(x, setting_of(x, &c->kid[i]));
	}
}

static void
search_cond(struct search *x, const struct form_cond *c)
{
	if (c == NULL)
		return;
	if (c->op == OP_LOOKUP)
		candidates_lookup(x, c);
	else if (c->op == OP_EQ || c->op == OP_NE || c->op == OP_IN ||
	    c->op == OP_GE || c->op == OP_LE)
		candidates_compared(x, c);
	for (size_t i = 0; i < c->nkid; i++)
		search_cond(x, &c->kid[i]);
}

static void
search_fields(struct search *x, const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		search_cond(x, field[i].show);
		search_cond(x, field[i].require);
		search_cond(x, field[i].value);
		search_fields(x, field[i].child, field[i].nchild);
	}
}

const char *
sample_hint(struct sample *s, const struct form_field *f)
{
	const struct form *form = s->service->form;
	struct search x = {.sample = s, .field = f};

	for (size_t i = 0; i < form->rules->n; i++)
		search_cond(&x, form->rules->rule[i].when);
	search_fields(&x, form->field, form->nfield);
	return x.found;
}
