/*
 * One mistake each: for every type what people and programs get wrong, and
 * what the form has to say to it (docs/service-packages.md, error codes).
 */
#include "common/date.h"
#include "common/form/form_answers.h"
#include "common/form/form_def.h"
#include "common/json.h"
#include "torhaus/sample.h"

#define TRIES 200

/* A place for a mistake: an answer that is asked for. */
struct place {
	const char *path;
	struct answer *answer;
};

struct places {
	struct sample *sample;
	struct form_answers *answers;
	struct place *place;
	size_t n, room;
};

static void
note_place(void *arg, const char *path, const struct answer *answer)
{
	struct places *p = arg;
	const struct form_field *f = answer->field;

	if (!answer->is_shown || form_is_computed(f) ||
	    f->type == FORM_STATIC || f->type == FORM_GROUP)
		return;
	if (p->n == p->room) {
		size_t room = p->room == 0 ? 64 : p->room * 2;
		struct place *more =
		    arena_new(p->sample->arena, struct place, room);

		if (p->n > 0)
			memcpy(more, p->place, p->n * sizeof(*more));
		p->place = more;
		p->room = room;
	}
	p->place[p->n++] =
	    (struct place){arena_strdup(p->sample->arena, path),
		form_find(p->answers, path)};
}

static void
type_in(struct sample *s, struct answer *answer, const char *typed)
{
	sample_clear(answer);
	form_answer_put(s->arena, answer, typed, strlen(typed));
}

/* The same text with another last digit. */
static const char *
other_digit(struct sample *s, const char *typed)
{
	char *out = arena_strdup(s->arena, typed);
	size_t n = strlen(out);

	if (n == 0 || out[n - 1] < '0' || out[n - 1] > '9')
		return NULL;
	out[n - 1] = out[n - 1] == '9' ? '0' : (char)(out[n - 1] + 1);
	return out;
}

static const char *
spoil_text(struct sample *s, struct answer *answer)
{
	const struct form_field *f = answer->field;
	char *typed;

	if (f->pattern_source != NULL) {
		if (f->min_length > 3 ||
		    (f->max_length > 0 && f->max_length < 3))
			return NULL;
		type_in(s, answer, "§§§");
		return f->pattern_error != NULL ? f->pattern_error : "pattern";
	}
	if (f->max_length == 0 || f->normalise != FORM_AS_TYPED)
		return NULL;
	typed = arena_new(s->arena, char, f->max_length + 2);
	memset(typed, 'a', f->max_length + 1);
	type_in(s, answer, typed);
	return "too_long";
}

static const char *
spoil_number(struct sample *s, struct answer *answer)
{
	const struct form_field *f = answer->field;
	bool is_low = sample_chance(&s->random, 50);
	const struct form_bound *b = is_low ? &f->min : &f->max;

	if (f->type == FORM_INTEGER && b->is_set && !b->is_relative) {
		type_in(s, answer,
		    arena_printf(s->arena, "%lld",
			(long long)b->value + (is_low ? -1 : 1)));
		return is_low ? "too_small" : "too_big";
	}
	type_in(s, answer, "zwölf");
	return "type";
}

static const char *
spoil_date(struct sample *s, struct answer *answer)
{
	const struct form_field *f = answer->field;
	int32_t day;

	if (sample_chance(&s->random, 40)) {
		type_in(s, answer, "30.02.2024");
		return "date_invalid";
	}
	if (form_bound_day(&f->max, s->context, &day)) {
		type_in(s, answer, date_to_german(s->arena, day + 1));
		return "too_late";
	}
	if (form_bound_day(&f->min, s->context, &day)) {
		type_in(s, answer, date_to_german(s->arena, day - 1));
		return "too_early";
	}
	return NULL;
}

static const char *
spoil_digits(struct sample *s, struct answer *answer, const char *code)
{
	const char *typed =
	    answer->raw == NULL ? NULL : other_digit(s, answer->raw);

	if (typed == NULL)
		return NULL;
	type_in(s, answer, typed);
	return code;
}

static const char *
spoil_as(struct sample *s, struct answer *answer, const char *typed,
    const char *code)
{
	type_in(s, answer, typed);
	return code;
}

/* Puts in what is wrong, and tells the code; NULL: nothing to spoil. */
static const char *
spoil_value(struct sample *s, struct answer *answer)
{
	const struct form_field *f = answer->field;

	switch (f->type) {
	case FORM_TEXT:
	case FORM_TEXTAREA:
		return spoil_text(s, answer);
	case FORM_INTEGER:
	case FORM_DECIMAL:
	case FORM_MONEY:
		return spoil_number(s, answer);
	case FORM_DATE:
		return spoil_date(s, answer);
	case FORM_NAME:
		return spoil_as(s, answer, "Иван", "latin_only");
	case FORM_CHOICE:
		return spoil_as(s, answer, "no-such-value", "not_in_list");
	case FORM_MULTI_CHOICE:
		sample_clear(answer);
		form_answer_choose(s->arena, answer, "no-such-value", 13);
		return "not_in_list";
	case FORM_CODELIST:
		return f->codes == NULL
		    ? NULL
		    : spoil_as(s, answer, "no-such-code", "not_in_code_list");
	case FORM_EMAIL:
		return spoil_as(s, answer, "niemand@", "email");
	case FORM_PHONE:
		return spoil_as(s, answer, "keins", "phone");
	case FORM_POSITION:
		return spoil_as(s, answer, "oben links", "type");
	case FORM_IBAN:
		return spoil_digits(s, answer, "iban");
	case FORM_IDENTIFIER:
		return f->scheme == FORM_SCHEME_TAX_ID ||
			f->scheme == FORM_SCHEME_VAT_ID ||
			f->scheme == FORM_SCHEME_ID_DOCUMENT
		    ? spoil_digits(s, answer, "check_digit")
		    : NULL;
	default:
		return NULL;
	}
}

/* Leaves out what has to be there. */
static const char *
leave_out(struct sample *s, struct form_answers *answers,
    struct answer *answer)
{
	const struct form_field *f = answer->field;

	if (!answer->is_required)
		return NULL;
	if (f->type == FORM_REPEAT) {
		if (f->min_length == 0 || answer->nitem == 0)
			return NULL;
		while (answer->nitem >= f->min_length)
			form_item_remove(answers, answer, answer->nitem - 1);
		return "too_few";
	}
	(void)s;
	sample_clear(answer);
	return f->type == FORM_CONSENT ? "must_be_true" : "required";
}

/* Whether the only error is there. */
static bool
is_only_error(struct sample *s, struct form_answers *answers,
    const char *path)
{
	struct form_error *error;
	size_t n;

	form_evaluate(s->arena, answers, s->context, &error, &n);
	if (answers->nerror != 1)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!error[i].is_warning)
			return strcmp(error[i].path, path) == 0;
	return false;
}

int
sample_spoil(struct sample *s, struct form_answers *answers,
    struct sample_mistake *out, struct err *err)
{
	struct places p = {.sample = s, .answers = answers};

	form_each(answers, note_place, &p);
	for (int i = 0; i < TRIES && p.n > 0; i++) {
		const struct place *at =
		    &p.place[sample_below(&s->random, p.n)];
		const struct answer before = *at->answer;
		const char *code = sample_chance(&s->random, 30)
		    ? leave_out(s, answers, at->answer)
		    : spoil_value(s, at->answer);

		if (code != NULL && is_only_error(s, answers, at->path)) {
			out->path = at->path;
			out->code = form_renamed(at->answer->field, code);
			return 0;
		}
		/* Items that went are not lost: they lie behind the last. */
		*at->answer = before;
		form_evaluate_values(s->arena, answers, s->context);
	}
	return err_set(err, ERR_CONFLICT, "found no place for a mistake");
}
