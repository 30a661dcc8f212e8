/* What stands in a field before anybody answers it. */
#include "common/form/form_default.h"

#include "common/date.h"

/* ---- compiling ---- */

static bool
is_fit(const struct form_field *f, enum form_kind kind)
{
	enum form_kind wanted = form_kind_of(f);

	if (kind == KIND_ANY || wanted == KIND_ANY || kind == wanted)
		return kind <= KIND_TEXT;
	/* Dates are written as texts, and a code may be a number. */
	return wanted == KIND_TEXT && kind == KIND_DATE;
}

/* The field's own checks over a literal: what it refuses is no help. */
static void
check_literal(struct form_def *d, const char *path, const struct form_field *f,
    const struct form_value *v)
{
	const struct form_context now = { .now_ms = date_now_ms(),
		.settings = d->settings };
	struct answer answer = { .field = f, .is_shown = true };
	const char *error;

	answer.raw = form_default_text(d->arena, f, v);
	if (answer.raw == NULL || f->min.is_relative || f->max.is_relative)
		return;
	error = form_check_alone(d->arena, &answer, &now);
	if (error != NULL)
		def_mistake(d, path, "correct it, or the field's limits",
		    "the field would refuse \"%s\": %s", answer.raw, error);
}

void
form_default_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f, const struct form_names *names)
{
	struct form_reach reach = { .kind = REACH_EARLIER,
		.ordinal = f->ordinal };
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, "default");
	const struct form_cond *c;
	char *source;

	if (value == NULL || !form_may_have_default(f))
		return;
	path = def_member(d, path, "default");
	if ((c = form_second_compile(d, value, path, names, reach)) == NULL)
		return;
	/* A date as people write definitions is a text until here. */
	if (!is_fit(f, c->kind) &&
	    !(c->op == OP_LITERAL && form_kind_of(f) == KIND_DATE)) {
		def_mistake(d, path, "give it what the field takes",
		    "the default is %s, the field takes %s",
		    form_kind_name(c->kind), form_kind_name(form_kind_of(f)));
		return;
	}
	if (c->op == OP_LITERAL)
		check_literal(d, path, f, &c->value);
	source = cJSON_PrintUnformatted(value);
	if (source != NULL && strstr(source, "{\"today\":true}") != NULL &&
	    !d->form->is_stepped)
		form_warning_add(d->mistakes, d->file, path,
		    "leave the day to the applicant, or add \"steps\": true",
		    "the first page is a file: its day would be that of "
		    "\"torhaus pages\"");
	cJSON_free(source);
	f->initial = c;
}

/* ---- filling in ---- */

const char *
form_default_text(
    struct arena *a, const struct form_field *f, const struct form_value *v)
{
	const char *text = cond_text(a, v);
	int64_t cents;
	int32_t day;
	char *comma, *copy;

	if (text == NULL || *text == '\0')
		return NULL;
	switch (f->type) {
	case FORM_MONEY:
		if (!cond_number(v, &cents))
			return NULL;
		cents /= FORM_UNIT;
		return arena_printf(a, "%s%lld,%02lld", cents < 0 ? "-" : "",
		    llabs((long long)cents) / 100,
		    llabs((long long)cents) % 100);
	case FORM_DECIMAL:
		copy = arena_strdup(a, text);
		if ((comma = strchr(copy, '.')) != NULL)
			*comma = ',';
		return copy;
	case FORM_DATE:
	case FORM_PARTIAL_DATE:
		return cond_day(v, &day) ? date_to_german(a, day) : text;
	case FORM_DATETIME:
		return v->type == VALUE_INSTANT
		    ? date_instant_to_human(a, v->number, false)
		    : text;
	default:
		return text;
	}
}

void
form_default_put(struct form_eval *e, struct answer *answer)
{
	const struct form_field *f = answer->field;
	struct form_value v;

	if (f->initial == NULL || answer->is_given || answer->raw != NULL)
		return;
	v = cond_value(e, f->initial);
	answer->raw = form_default_text(e->arena, f, &v);
}

void
form_default_hidden(struct form_eval *e, struct answer *answer)
{
	bool is_item = answer->field->type == FORM_REPEAT;

	form_default_put(e, answer);
	for (size_t i = 0; i < answer->nitem; i++) {
		cond_enter(e, &answer->item[i], is_item ? i + 1 : 0);
		for (size_t k = 0; k < answer->item[i].n; k++)
			form_default_hidden(e, &answer->item[i].answer[k]);
		cond_leave(e);
	}
}
