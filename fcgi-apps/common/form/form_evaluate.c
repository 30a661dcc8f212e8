#include "common/form/form.h"

#include "common/date.h"
#include "common/form/form_check.h"
#include "common/form/form_def.h"
#include "common/form/form_default.h"
#include "common/form/form_path.h"

#define FINDINGS_MAX 1000
#define FILL_NONE (SIZE_MAX - 1)

/* One evaluation. */
struct run {
	struct form_check check;
	size_t fill_page; /* that defaults are put in; FILL_NONE, SIZE_MAX */
	struct form_eval eval;
	struct form_answers *answers;
	bool has_calculated, fills;
	struct form_error *error;
	size_t nerror, room;
	const struct form_rule *whole[20]; /* rules that mark no field */
	size_t nwhole;
};

/* Types without a checker are not typed in. */
static const form_checker checkers[] = {
	[FORM_TEXT] = check_text,
	[FORM_TEXTAREA] = check_text,
	[FORM_INTEGER] = check_integer,
	[FORM_DECIMAL] = check_decimal,
	[FORM_MONEY] = check_money,
	[FORM_DATE] = check_date,
	[FORM_PARTIAL_DATE] = check_partial_date,
	[FORM_DATETIME] = check_datetime,
	[FORM_TIME] = check_time,
	[FORM_YESNO] = check_yesno,
	[FORM_CHECKBOX] = check_checkbox,
	[FORM_CHOICE] = check_choice,
	[FORM_MULTI_CHOICE] = check_multi_choice,
	[FORM_EMAIL] = check_email,
	[FORM_PHONE] = check_phone,
	[FORM_IBAN] = check_iban,
	[FORM_IDENTIFIER] = check_identifier,
	[FORM_NAME] = check_name,
	[FORM_SIGNATURE] = check_name,
	[FORM_CODELIST] = check_code,
	[FORM_SLOT] = check_slot,
	[FORM_POSITION] = check_position,
	[FORM_FILE] = check_file,
	[FORM_CONSENT] = check_consent,
	[FORM_REPEAT] = NULL,
};

static void
forget(struct answer *answer, bool is_shown)
{
	answer->text = NULL;
	answer->number = 0;
	answer->error = NULL;
	answer->warning = NULL;
	answer->is_required = false;
	answer->is_shown = is_shown;
	answer->nnear = 0;
}

static void
hide(struct answer *answer)
{
	forget(answer, false);
	for (size_t i = 0; i < answer->nitem; i++)
		for (size_t k = 0; k < answer->item[i].n; k++)
			hide(&answer->item[i].answer[k]);
}

static bool
is_answered(const struct answer *answer)
{
	switch (answer->field->type) {
	case FORM_MULTI_CHOICE:
		return answer->nlist > 0;
	case FORM_FILE:
		return answer->nfile > 0;
	case FORM_CONSENT:
	case FORM_CHECKBOX:
		return answer->raw != NULL && strcmp(answer->raw, "false") != 0;
	default:
		return answer->raw != NULL;
	}
}

static void
options_show(struct run *run, struct answer *answer)
{
	const struct form_field *f = answer->field;
	bool *shown = NULL;

	for (size_t i = 0; i < f->noption && shown == NULL; i++)
		if (f->option[i].show != NULL)
			shown = arena_new(run->check.arena, bool, f->noption);
	for (size_t i = 0; i < f->noption && shown != NULL; i++)
		shown[i] = f->option[i].show == NULL ||
		    cond_holds(&run->eval, f->option[i].show);
	answer->option_shown = shown;
}

static void
check_field(struct run *run, struct answer *answer)
{
	const struct form_field *f = answer->field;

	if (run->fills)
		form_default_put(&run->eval, answer);
	answer->is_required = f->required == FORM_REQUIRED ||
	    (f->require != NULL && cond_holds(&run->eval, f->require));
	if (f->noption > 0)
		options_show(run, answer);
	if (answer->read_error != NULL)
		answer->error = answer->read_error;
	else if (is_answered(answer))
		answer->error = checkers[f->type](&run->check, answer);
	else if (answer->is_required)
		answer->error =
		    f->type == FORM_CONSENT ? "must_be_true" : "required";
	else if (f->required == FORM_SOFT)
		answer->warning = "recommended";
	if (answer->error != NULL) {
		answer->error = form_renamed(f, answer->error);
		answer->text = NULL;
		answer->number = 0;
	}
}

static const char *
count_items(const struct answer *answer)
{
	const struct form_field *f = answer->field;

	if (answer->read_error != NULL)
		return answer->read_error;
	if (answer->nitem == 0 && f->min_length == 0 &&
	    f->required == FORM_REQUIRED)
		return "required";
	if (answer->nitem < f->min_length)
		return "too_few";
	return answer->nitem > f->max_length ? "too_many" : NULL;
}

static void check_group(struct run *run, struct answers *group);

static void
check_answer(struct run *run, struct answer *answer)
{
	const struct form_field *f = answer->field;

	if (f->show != NULL && !cond_holds(&run->eval, f->show)) {
		hide(answer);
		if (run->fills)
			form_default_hidden(&run->eval, answer);
		return;
	}
	forget(answer, true);
	switch (f->type) {
	case FORM_STATIC:
		break;
	case FORM_CALCULATED:
	case FORM_PAYMENT:
		run->has_calculated = true;
		break;
	case FORM_GROUP:
	case FORM_REPEAT:
		if (f->type == FORM_REPEAT) {
			answer->is_required = f->min_length > 0 ||
			    f->required == FORM_REQUIRED;
			answer->error = form_renamed(f, count_items(answer));
		} else {
			answer->error = answer->read_error;
		}
		for (size_t i = 0; i < answer->nitem; i++) {
			cond_enter(&run->eval, &answer->item[i],
			    f->type == FORM_REPEAT ? i + 1 : 0);
			check_group(run, &answer->item[i]);
			cond_leave(&run->eval);
		}
		break;
	default:
		check_field(run, answer);
		break;
	}
}

static void
check_group(struct run *run, struct answers *group)
{
	for (size_t i = 0; i < group->n; i++)
		check_answer(run, &group->answer[i]);
}

static void
check_pages(struct run *run)
{
	const struct form *form = run->answers->form;

	for (size_t i = 0; i < form->npage; i++) {
		const struct form_page *page = &form->page[i];
		bool is_shown = page->show == NULL ||
		    cond_holds(&run->eval, page->show);

		for (size_t k = 0; k < page->nfield; k++) {
			struct answer *answer =
			    &run->answers->top.answer[page->field[k].slot];

			run->fills = run->fill_page == SIZE_MAX ||
			    run->fill_page == i;
			if (is_shown)
				check_answer(run, answer);
			else
				hide(answer);
		}
	}
}

const char *
form_check_alone(struct arena *a, struct answer *answer,
    const struct form_context *context)
{
	const struct form_check check = { .arena = a, .context = context,
		.settings = context->settings };

	return checkers[answer->field->type](&check, answer);
}

/* ---- calculated values, when all that is asked is known ---- */

static bool
rounded(const struct form_value *v, int64_t *out)
{
	int64_t half = v->number < 0 ? -FORM_UNIT / 2 : FORM_UNIT / 2;

	if (!cond_number(v, out) || __builtin_add_overflow(*out, half, out))
		return false;
	*out /= FORM_UNIT;
	return true;
}

static void
calculate(struct run *run, struct answer *answer)
{
	const char *format = answer->field->format;
	struct form_value v = cond_value(&run->eval, answer->field->value);
	struct arena *a = run->check.arena;
	int32_t day;

	if (strcmp(format, "text") == 0) {
		answer->text = cond_text(a, &v);
	} else if (strcmp(format, "date") == 0) {
		if (!cond_day(&v, &day))
			return;
		answer->number = day;
		answer->text = date_to_iso(a, day);
	} else if (rounded(&v, &answer->number) &&
	    /* Nobody is asked to pay less than nothing. */
	    (answer->number >= 0 || answer->field->type != FORM_PAYMENT)) {
		answer->text = arena_printf(
		    a, "%lld", (long long)answer->number);
	}
}

static void
calculate_group(struct run *run, struct answers *group)
{
	for (size_t i = 0; i < group->n; i++) {
		struct answer *answer = &group->answer[i];

		if (!answer->is_shown)
			continue;
		if (form_is_computed(answer->field))
			calculate(run, answer);
		for (size_t k = 0; k < answer->nitem; k++) {
			cond_enter(&run->eval, &answer->item[k],
			    answer->field->type == FORM_REPEAT ? k + 1 : 0);
			calculate_group(run, &answer->item[k]);
			cond_leave(&run->eval);
		}
	}
}

/* ---- rules, over answers that are valid by themselves ---- */

static bool
is_valid(const struct answer *answer)
{
	if (answer->error != NULL)
		return false;
	for (size_t i = 0; i < answer->nitem; i++)
		for (size_t k = 0; k < answer->item[i].n; k++)
			if (answer->item[i].answer[k].is_shown &&
			    !is_valid(&answer->item[i].answer[k]))
				return false;
	return true;
}

static void
rule_mark(struct run *run, const struct form_rule *rule)
{
	for (size_t i = 0; i < rule->nmark; i++) {
		struct answer *answer = (struct answer *)cond_ref(
		    &run->eval.scope, &rule->mark[i]);

		if (answer == NULL || !answer->is_shown)
			continue;
		if (rule->is_warning && answer->warning == NULL)
			answer->warning = rule->id;
		else if (!rule->is_warning && answer->error == NULL)
			answer->error = rule->id;
	}
	if (rule->nmark == 0 && run->nwhole < nitems(run->whole))
		run->whole[run->nwhole++] = rule;
}

/* True when somebody could mend what the rule marks. */
static bool
rule_applies(struct run *run, const struct form_rule *rule)
{
	bool is_shown = rule->nmark == 0;

	for (size_t i = 0; i < rule->nmark; i++) {
		const struct answer *answer =
		    cond_ref(&run->eval.scope, &rule->mark[i]);

		if (answer == NULL || !answer->is_shown)
			continue;
		if (!is_valid(answer))
			return false;
		is_shown = true;
	}
	return is_shown;
}

static void
rule_run(struct run *run, const struct form_rule *rule)
{
	if (!rule_applies(run, rule))
		return;
	run->eval.touched_invalid = false;
	if (cond_holds(&run->eval, rule->when) && !run->eval.touched_invalid)
		rule_mark(run, rule);
}

/* Once for every item of the rule's group, whatever lies around it. */
static void
rule_descend(struct run *run, const struct form_rule *rule,
    const struct form_field *const *way, size_t n)
{
	const struct answers *group;
	const struct answer *answer;

	if (n == 0) {
		rule_run(run, rule);
		return;
	}
	group = run->eval.scope.group[run->eval.scope.level];
	answer = &group->answer[way[n - 1]->slot];
	for (size_t i = 0; answer->is_shown && i < answer->nitem; i++) {
		cond_enter(&run->eval, &answer->item[i],
		    way[n - 1]->type == FORM_REPEAT ? i + 1 : 0);
		rule_descend(run, rule, way, n - 1);
		cond_leave(&run->eval);
	}
}

static void
rules_run(struct run *run)
{
	const struct form_rules *rules = run->answers->form->rules;

	for (size_t i = 0; i < rules->n; i++) {
		const struct form_field *way[FORM_DEPTH + 1];
		const struct form_field *f = rules->rule[i].scope;
		size_t n = 0;

		for (; f != NULL; f = f->parent)
			way[n++] = f;
		rule_descend(run, &rules->rule[i], way, n);
	}
}

/* ---- findings ---- */

static void
finding_add(struct run *run, const char *path, const struct answer *answer,
    const char *code, bool is_warning)
{
	struct form_error *more;

	if (!is_warning)
		run->answers->nerror++;
	if (run->nerror == FINDINGS_MAX)
		return;
	if (run->nerror == run->room) {
		run->room = run->room == 0 ? 16 : run->room * 2;
		more = arena_new(run->check.arena, struct form_error,
		    run->room);
		if (run->nerror > 0)
			memcpy(more, run->error, run->nerror * sizeof(*more));
		run->error = more;
	}
	run->error[run->nerror++] = (struct form_error){
		.path = arena_strdup(run->check.arena, path),
		.code = code,
		.answer = answer,
		.is_warning = is_warning,
	};
}

static void
find(void *arg, const char *path, const struct answer *answer)
{
	struct run *run = arg;

	if (!answer->is_shown)
		return;
	if (answer->error != NULL)
		finding_add(run, path, answer, answer->error, false);
	if (answer->warning != NULL)
		finding_add(run, path, answer, answer->warning, true);
}

/* What is shown, and the value of each answer. */
static void
values_run(struct run *run, struct arena *a, const struct form_context *context)
{
	run->answers->nerror = 0;
	run->check.eval = &run->eval;
	cond_begin(&run->eval, a, run->answers, context);
	check_pages(run);
	if (run->has_calculated)
		calculate_group(run, &run->answers->top);
}

void
form_evaluate(struct arena *a, struct form_answers *answers,
    const struct form_context *context, struct form_error **errors,
    size_t *nerror)
{
	struct run run = { .check = { .arena = a, .context = context,
				   .settings = context->settings },
		.answers = answers,
		.fill_page = FILL_NONE };

	values_run(&run, a, context);
	rules_run(&run);
	form_each(answers, find, &run);
	for (size_t i = 0; i < run.nwhole; i++)
		finding_add(&run, "", NULL, run.whole[i]->id,
		    run.whole[i]->is_warning);
	*errors = run.error;
	*nerror = run.nerror;
}

void
form_evaluate_values(struct arena *a, struct form_answers *answers,
    const struct form_context *context)
{
	struct run run = { .check = { .arena = a, .context = context,
				   .settings = context->settings },
		.answers = answers,
		.fill_page = FILL_NONE };

	values_run(&run, a, context);
}

void
form_fill_defaults(struct arena *a, struct form_answers *answers, size_t page,
    const struct form_context *context)
{
	struct run run = { .check = { .arena = a, .context = context,
				   .settings = context->settings },
		.answers = answers,
		.fill_page = page };

	values_run(&run, a, context);
}
