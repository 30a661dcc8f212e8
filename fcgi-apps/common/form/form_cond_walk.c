#include "common/form/form_def.h"

void
form_cond_fields(const struct form_cond *c,
    void (*visit)(void *arg, const struct form_field *f), void *arg)
{
	const struct form_field *f;

	if (c == NULL)
		return;
	if ((f = c->ref.field) != NULL) {
		visit(arg, f);
		/* A calculated value sees earlier fields only: this ends. */
		form_cond_fields(f->value, visit, arg);
	}
	for (size_t i = 0; i < c->nkid; i++)
		form_cond_fields(&c->kid[i], visit, arg);
}
