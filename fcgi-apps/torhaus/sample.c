#include "torhaus/sample.h"

#include "common/form/form_answers.h"
#include "common/form/form_cond.h"
#include "common/form/form_def.h"
#include "common/json.h"
#include "common/service/service_adviser.h"

#define STARTS 30   /* from nothing */
#define REPAIRS 120 /* of one start */
#define PASSES 12   /* each answers what the one before brought up */
#define ITEMS_MORE 2

/* ---- answering what is asked ---- */

struct pass {
	struct sample *sample;
	struct form_answers *answers;
	bool has_changed;
};

static void
decide_items(struct pass *p, struct answer *answer)
{
	size_t least = answer->field->min_length;
	size_t n = least + sample_below(&p->sample->random, ITEMS_MORE + 1);
	struct err err = {0};

	if (n == 0 && answer->is_required)
		n = 1;
	if (n > answer->field->max_length)
		n = answer->field->max_length;
	while (answer->nitem < n &&
	    form_item_add(
		p->sample->arena, p->answers, answer, &err) == 0)
		continue;
	while (answer->nitem > n)
		form_item_remove(p->answers, answer, answer->nitem - 1);
}

static void
decide(struct pass *p, struct answers *group)
{
	for (size_t i = 0; i < group->n; i++) {
		struct answer *answer = &group->answer[i];

		if (!answer->is_shown)
			continue;
		if (!answer->is_given) {
			if (answer->field->type == FORM_REPEAT)
				decide_items(p, answer);
			else
				sample_fill(p->sample, answer);
			answer->is_given = true;
			p->has_changed = true;
		}
		for (size_t k = 0; k < answer->nitem; k++)
			decide(p, &answer->item[k]);
	}
}

static void
answer_all(struct sample *s, struct form_answers *answers)
{
	struct pass p = {.sample = s, .answers = answers,
	    .has_changed = true};

	for (int i = 0; i < PASSES && p.has_changed; i++) {
		p.has_changed = false;
		form_evaluate_values(s->arena, answers, s->context);
		decide(&p, &answers->top);
	}
}

/* ---- mending what is refused ---- */

struct fields {
	const struct form_field *field[40];
	size_t n;
};

static void
note_field(void *arg, const struct form_field *f)
{
	struct fields *fields = arg;

	if (fields->n < nitems(fields->field))
		fields->field[fields->n++] = f;
}

/* All answers to a field, wherever they stand. */
struct instances {
	const struct form_field *field;
	struct answer *answer[200];
	size_t n;
};

static void
find_instances(struct instances *x, struct answers *group)
{
	for (size_t i = 0; i < group->n; i++) {
		struct answer *answer = &group->answer[i];

		if (answer->field == x->field && answer->is_shown &&
		    x->n < nitems(x->answer))
			x->answer[x->n++] = answer;
		for (size_t k = 0; k < answer->nitem; k++)
			find_instances(x, &answer->item[k]);
	}
}

/* Anew: the answer is decided again, with what is in it. */
static void
forget(struct answer *answer)
{
	answer->is_given = false;
	sample_clear(answer);
	if (answer->field->type != FORM_GROUP)
		return;
	for (size_t i = 0; i < answer->item[0].n; i++)
		forget(&answer->item[0].answer[i]);
}

static void
forget_one_of(struct sample *s, struct form_answers *answers,
    const struct fields *fields)
{
	struct instances x = {0};

	if (fields->n == 0)
		return;
	x.field = fields->field[sample_below(&s->random, fields->n)];
	find_instances(&x, &answers->top);
	if (x.n > 0)
		forget(x.answer[sample_below(&s->random, x.n)]);
}

static const struct form_rule *
rule_of(const struct form *form, const char *code)
{
	for (size_t i = 0; i < form->rules->n; i++)
		if (strcmp(form->rules->rule[i].id, code) == 0)
			return &form->rules->rule[i];
	return NULL;
}

static void
mend(struct sample *s, struct form_answers *answers,
    const struct form_error *e)
{
	const struct form_rule *rule = rule_of(answers->form, e->code);
	struct fields fields = {0};

	if (rule == NULL) {
		struct answer *answer = form_find(answers, e->path);

		if (answer != NULL)
			forget(answer);
		return;
	}
	form_cond_fields(rule->when, note_field, &fields);
	forget_one_of(s, answers, &fields);
}

/* What the adviser's result hangs on. */
static void
mend_advice(struct sample *s, struct form_answers *answers)
{
	struct fields fields = {0};

	form_cond_fields(
	    s->service->adviser->outcome->value, note_field, &fields);
	forget_one_of(s, answers, &fields);
}

/* True when the form accepts the answers as they are; else something is
 * mended. */
static bool
settle(struct sample *s, struct form_answers *answers, const char **last)
{
	struct form_error *error;
	size_t n;

	answer_all(s, answers);
	form_evaluate(s->arena, answers, s->context, &error, &n);
	if (answers->nerror == 0) {
		if (s->service->adviser == NULL ||
		    service_adviser_judge(s->arena, s->service, answers,
			s->context, NULL) == ADVISER_PROCEEDS)
			return true;
		*last = ADVISER_STOP_CODE;
		mend_advice(s, answers);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (error[i].is_warning)
			continue;
		*last = arena_printf(
		    s->arena, "%s: %s", error[i].path, error[i].code);
		mend(s, answers, &error[i]);
	}
	return false;
}

int
sample_make(struct sample *s, struct form_answers **out, struct err *err)
{
	const char *last = "";

	for (int start = 0; start < STARTS; start++) {
		*out = form_answers_new(s->arena, s->service->form);
		for (int i = 0; i < REPAIRS; i++)
			if (settle(s, *out, &last))
				return 0;
	}
	return err_set(err, ERR_CONFLICT,
	    "found no answers that the form accepts; last refused: %s", last);
}

/* ---- writing ---- */

static void
write_group(const struct sample *s, struct json_out *j,
    const struct answers *group);

static bool
is_written(const struct answer *answer)
{
	if (!answer->is_shown || form_is_computed(answer->field) ||
	    answer->field->type == FORM_STATIC)
		return false;
	if (answer->field->type == FORM_GROUP) {
		for (size_t i = 0; i < answer->item[0].n; i++)
			if (is_written(&answer->item[0].answer[i]))
				return true;
		return false;
	}
	return answer->field->type == FORM_REPEAT || answer->raw != NULL ||
	    answer->nlist > 0 || answer->nfile > 0;
}

static void
write_list(const struct sample *s, struct json_out *j,
    const struct answer *answer)
{
	json_open_array(j);
	for (size_t i = 0; i < answer->nlist; i++)
		json_put_string(j, answer->list[i]);
	for (size_t i = 0; i < answer->nfile; i++)
		json_put_string(j, id_hex(s->arena, &answer->file[i].id));
	for (size_t i = 0; i < answer->nitem; i++)
		write_group(s, j, &answer->item[i]);
	json_close_array(j);
}

/* A number that is out of its limits is a number all the same. */
static void
write_wrong_number(struct json_out *j, const char *raw)
{
	size_t sign = *raw == '-';

	if (raw[sign] != '\0' &&
	    strspn(raw + sign, "0123456789") == strlen(raw + sign))
		json_put_raw(j, raw);
	else
		json_put_string(j, raw);
}

static void
write_position(const struct sample *s, struct json_out *j,
    const struct answer *answer)
{
	size_t lat;

	if (answer->text == NULL) {
		json_put_string(j, answer->raw);
		return;
	}
	lat = strcspn(answer->text, ",");
	json_open_object(j);
	json_key(j, "lat");
	json_put_raw(j, arena_dup(s->arena, answer->text, lat));
	json_key(j, "lon");
	json_put_raw(j, answer->text + lat + 1);
	json_close_object(j);
}

static void
write_answer(const struct sample *s, struct json_out *j,
    const struct answer *answer)
{
	switch (answer->field->type) {
	case FORM_GROUP:
		write_group(s, j, &answer->item[0]);
		break;
	case FORM_REPEAT:
	case FORM_MULTI_CHOICE:
	case FORM_FILE:
		write_list(s, j, answer);
		break;
	case FORM_YESNO:
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		if (answer->text == NULL)
			json_put_string(j, answer->raw);
		else
			json_put_bool(j, answer->number != 0);
		break;
	case FORM_INTEGER:
	case FORM_MONEY:
		if (answer->text == NULL)
			write_wrong_number(j, answer->raw);
		else
			json_put_int(j, answer->number);
		break;
	case FORM_DECIMAL:
		if (answer->text == NULL)
			json_put_string(j, answer->raw);
		else
			json_put_raw(j, answer->text);
		break;
	case FORM_POSITION:
		write_position(s, j, answer);
		break;
	default:
		json_put_string(
		    j, answer->text != NULL ? answer->text : answer->raw);
		break;
	}
}

static void
write_group(const struct sample *s, struct json_out *j,
    const struct answers *group)
{
	json_open_object(j);
	for (size_t i = 0; i < group->n; i++) {
		if (!is_written(&group->answer[i]))
			continue;
		json_key(j, group->answer[i].field->key);
		write_answer(s, j, &group->answer[i]);
	}
	json_close_object(j);
}

void
sample_write(const struct sample *s, const struct form_answers *answers,
    struct buf *out)
{
	struct json_out j;

	json_begin(&j, out);
	write_group(s, &j, &answers->top);
}
