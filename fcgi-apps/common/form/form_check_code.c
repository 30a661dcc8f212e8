#include "common/form/form_check.h"

#include "common/form/form_text.h"

#define SEARCHES_MAX 5 /* of one evaluation */

struct code_list_filter
form_code_filter(struct form_eval *e, const struct form_field *f)
{
	struct code_list_filter filter = { .column = f->list_column };

	if (f->list_parent != NULL) {
		struct form_value v = cond_value(e, f->list_parent);

		filter.value = cond_text(e->arena, &v);
	}
	return filter;
}

/* Without the list, what people wrote is all there is. */
static const char *
check_free(struct answer *answer)
{
	if (strpbrk(answer->raw, "\n\t") != NULL)
		return "line_break";
	answer->text = answer->raw;
	return check_shape(answer);
}

/* A few searches are help enough; each reads the whole list. */
static void
find_near(const struct form_check *c, struct answer *answer,
    const struct code_list_filter *filter)
{
	const struct code_list *list = answer->field->codes;
	const char **near;
	size_t row[CODE_LIST_NEAR];

	if (c->eval->nnear >= SEARCHES_MAX)
		return;
	c->eval->nnear++;
	answer->nnear = code_list_near(
	    c->arena, list, answer->raw, filter, CODE_LIST_NEAR, row);
	near = arena_new(c->arena, const char *, CODE_LIST_NEAR);
	for (size_t i = 0; i < answer->nnear; i++)
		near[i] = code_list_display(c->arena, list, row[i]);
	answer->near = near;
}

const char *
check_code(const struct form_check *c, struct answer *answer)
{
	const struct form_field *f = answer->field;
	struct code_list_filter filter;
	size_t row;

	if (f->codes == NULL)
		return check_free(answer);
	filter = form_code_filter(c->eval, f);
	if (!code_list_match(c->arena, f->codes, answer->raw,
		f->list_parent != NULL ? &filter : NULL, &row)) {
		find_near(c, answer, f->list_parent != NULL ? &filter : NULL);
		return "not_in_code_list";
	}
	answer->text = code_list_code(f->codes, row);
	answer->number = (int64_t)row;
	return NULL;
}

const char *
form_code_label(const struct form_field *f, const char *code)
{
	size_t row;

	return f->codes != NULL && code_list_by_code(f->codes, code, &row)
	    ? code_list_label(f->codes, row)
	    : code;
}
