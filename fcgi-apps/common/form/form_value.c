#include "common/form/form_cond.h"
#include "common/form/form_path.h"

/* Goes into the item that path leads into. */
static void
enter(struct form_eval *e, const struct form_answers *answers,
    const char *path)
{
	const struct answers *group = &answers->top;
	struct form_path p;
	bool is_wrong;

	form_path_begin(&p, path);
	while (form_path_next(answers->form, &p, &is_wrong)) {
		const struct answer *answer = &group->answer[p.field->slot];
		size_t i = p.item == FORM_PATH_ITEM ? 0 : p.item;

		if (p.field->nchild == 0 || i >= answer->nitem ||
		    *p.rest == '\0')
			break;
		group = &answer->item[i];
		cond_enter(e, group, p.item == FORM_PATH_ITEM ? 0 : i + 1);
	}
}

const char *
form_value(struct arena *a, const struct form_cond *expression,
    const struct form_answers *answers, const struct form_context *context)
{
	struct form_eval e;
	struct form_value v;

	cond_begin(&e, a, answers, context);
	v = cond_value(&e, expression);
	return cond_text(a, &v);
}

bool
form_holds(const struct form_cond *condition,
    const struct form_answers *answers, const struct form_context *context)
{
	return form_holds_at(condition, answers, "", context);
}

const char *
form_value_at(struct arena *a, const struct form_cond *expression,
    const struct form_answers *answers, const char *path,
    const struct form_context *context)
{
	struct form_eval e;
	struct form_value v;

	cond_begin(&e, a, answers, context);
	enter(&e, answers, path);
	v = cond_value(&e, expression);
	return cond_text(a, &v);
}

bool
form_holds_at(const struct form_cond *condition,
    const struct form_answers *answers, const char *path,
    const struct form_context *context)
{
	struct arena scratch = { 0 };
	struct form_eval e;
	bool holds;

	cond_begin(&e, &scratch, answers, context);
	enter(&e, answers, path);
	holds = cond_holds(&e, condition);
	arena_free(&scratch);
	return holds;
}
