#include "forms/step_plan.h"

/* A page without any question that applies is no step. */
static bool
has_shown(const struct form_answers *answers, const struct form_page *page)
{
	const struct answer *answer = &answers->top.answer[page->field->slot];

	for (size_t i = 0; i < page->nfield; i++)
		if (answer[i].is_shown)
			return true;
	return false;
}

static bool
is_of_page(const struct form_error *e, size_t page)
{
	return e->answer != NULL && e->answer->field->page == page;
}

static void
add(struct step_plan *plan, const struct form_error *error, size_t nerror,
    const struct step_marks *marks, size_t index)
{
	struct step *s = &plan->step[plan->n++];
	const struct step_mark *mark;

	s->page = &plan->form->page[index];
	s->index = index;
	for (size_t i = 0; i < nerror; i++)
		s->nerror +=
		    !error[i].is_warning && is_of_page(&error[i], index);
	mark = step_mark_find(marks, s->page->id);
	s->is_seen = mark != NULL && mark->is_seen;
	if (s->is_seen && s->nerror == 0)
		s->state = STEP_DONE;
	else if (mark != NULL && mark->is_tried)
		s->state = STEP_ERRORS;
	plan->nerror += s->nerror;
	plan->nunseen += !s->is_seen;
}

void
step_plan_make(struct arena *a, const struct service *s,
    const struct form_answers *answers, const struct form_context *context,
    const struct form_error *error, size_t nerror,
    const struct step_marks *marks, struct step_plan *out)
{
	const struct form *form = s->form;

	*out = (struct step_plan){.form = form,
	    .step = arena_new(a, struct step, form->npage)};
	out->standing =
	    service_adviser_judge(a, s, answers, context, &out->result);
	for (size_t i = 0; i < form->npage; i++) {
		if (!has_shown(answers, &form->page[i]) ||
		    !service_adviser_reaches(s, out->standing, i))
			continue;
		add(out, error, nerror, marks, i);
		if (s->adviser != NULL && i <= s->adviser->after)
			out->advice_after = out->n;
	}
	for (size_t i = 0; i < nerror; i++)
		out->nerror += !error[i].is_warning && error[i].answer == NULL;
}

const struct step *
step_plan_find(const struct step_plan *plan, const char *page)
{
	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->step[i].page->id, page) == 0)
			return &plan->step[i];
	return NULL;
}

size_t
step_plan_number(const struct step_plan *plan, const struct step *s)
{
	return (size_t)(s - plan->step) + 1;
}

/* The page's index in the form, npage when it has none of this id. */
static size_t
index_of(const struct step_plan *plan, const char *page)
{
	size_t i = 0;

	while (i < plan->form->npage &&
	    strcmp(plan->form->page[i].id, page) != 0)
		i++;
	return i;
}

bool
step_plan_knows(const struct step_plan *plan, const char *page)
{
	return index_of(plan, page) < plan->form->npage;
}

/* How many steps come before or at a page. */
static size_t
count_until(const struct step_plan *plan, size_t index)
{
	size_t n = 0;

	while (n < plan->n && plan->step[n].index <= index)
		n++;
	return n;
}

static bool
has_advice(const struct step_plan *plan)
{
	return plan->standing != ADVISER_NONE;
}

const char *
step_plan_next(const struct step_plan *plan, const char *page)
{
	size_t n;

	if (strcmp(page, STEP_ADVICE) == 0)
		return plan->standing != ADVISER_PROCEEDS ? STEP_ADVICE
		    : plan->advice_after < plan->n
		    ? plan->step[plan->advice_after].page->id
		    : STEP_CHECK;
	n = count_until(plan, index_of(plan, page));
	if (has_advice(plan) && n == plan->advice_after)
		return STEP_ADVICE;
	return n < plan->n ? plan->step[n].page->id : STEP_CHECK;
}

const char *
step_plan_back(const struct step_plan *plan, const char *page)
{
	size_t index = index_of(plan, page), n;

	if (strcmp(page, STEP_ADVICE) == 0)
		n = plan->advice_after;
	else if (index == plan->form->npage)
		n = plan->n;
	else {
		n = index == 0 ? 0 : count_until(plan, index - 1);
		if (has_advice(plan) && n == plan->advice_after && n > 0 &&
		    index > plan->step[n - 1].index &&
		    plan->standing == ADVISER_PROCEEDS)
			return STEP_ADVICE;
	}
	return n > 0 ? plan->step[n - 1].page->id : NULL;
}

const char *
step_plan_resume(const struct step_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->step[i].state != STEP_DONE)
			return plan->step[i].page->id;
	return plan->standing == ADVISER_STOPS ? STEP_ADVICE : STEP_CHECK;
}

bool
step_plan_is_complete(const struct step_plan *plan)
{
	return plan->nerror == 0 && plan->nunseen == 0 &&
	    (plan->standing == ADVISER_NONE ||
		plan->standing == ADVISER_PROCEEDS);
}

size_t
step_plan_errors(struct arena *a, const struct form_error *error,
    size_t nerror, size_t page, struct form_error **out)
{
	size_t n = 0;

	*out = arena_new(a, struct form_error, nerror + 1);
	for (size_t i = 0; i < nerror; i++)
		if (is_of_page(&error[i], page))
			(*out)[n++] = error[i];
	return n;
}
