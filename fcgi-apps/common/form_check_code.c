#include "common/form_check.h"

#include "common/form_text.h"

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
		f->list_parent != NULL ? &filter : NULL, &row))
		return "not_in_code_list";
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
