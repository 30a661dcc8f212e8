#include "common/form_cond.h"
#include "common/form_path.h"

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

bool
form_holds_at(const struct form_cond *condition,
    const struct form_answers *answers, const char *path,
    const struct form_context *context)
{
	struct arena scratch = { 0 };
	const struct answers *group = &answers->top;
	struct form_eval e;
	struct form_path p;
	bool is_wrong, holds;

	cond_begin(&e, &scratch, answers, context);
	form_path_begin(&p, path);
	while (form_path_next(answers->form, &p, &is_wrong)) {
		const struct answer *answer = &group->answer[p.field->slot];
		size_t i = p.item == FORM_PATH_ITEM ? 0 : p.item;

		if (p.field->nchild == 0 || i >= answer->nitem ||
		    *p.rest == '\0')
			break;
		group = &answer->item[i];
		cond_enter(&e, group, p.item == FORM_PATH_ITEM ? 0 : i + 1);
	}
	holds = cond_holds(&e, condition);
	arena_free(&scratch);
	return holds;
}
