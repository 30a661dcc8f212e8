#include "common/form/form_def.h"

static const struct form_field *
find_in(const struct form_field *field, size_t n, const char *key, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (field[i].key != NULL && strlen(field[i].key) == len &&
		    memcmp(field[i].key, key, len) == 0)
			return &field[i];
	return NULL;
}

bool
form_is_around(const struct form_field *f, size_t ordinal)
{
	return f->type == FORM_REPEAT && f->ordinal < ordinal &&
	    f->last >= ordinal;
}

/* What keeps a field from being read here; NULL: nothing. */
static const char *
out_of_reach(const struct form_field *f, struct form_reach reach)
{
	if (reach.kind == REACH_ALL)
		return NULL;
	if (form_is_computed(f) && reach.kind == REACH_EARLIER)
		return "is calculated, after all that is asked";
	if (form_is_computed(f) && reach.over_own)
		return "is calculated with these very items";
	if (form_is_around(f, reach.ordinal) || f->last < reach.ordinal)
		return NULL;
	if (f->ordinal < reach.ordinal)
		return "contains this very field";
	return f->ordinal == reach.ordinal ? "is this very field"
					   : "comes later: a look ahead";
}

const struct form_names *
form_names_of(struct form_def *d, const struct form_field *group)
{
	struct form_names *names = arena_new(d->arena, struct form_names, 1);

	if (group == NULL) {
		names->field = d->form->field;
		names->n = d->form->nfield;
		return names;
	}
	names->outer = form_names_of(d, group->parent);
	names->level = names->outer->level + 1;
	names->field = group->child;
	names->n = group->nchild;
	names->is_item = group->type == FORM_REPEAT;
	return names;
}

static const char *
near_name(struct form_def *d, const struct form_names *names,
    const char *name, size_t len)
{
	struct def_near near = { .name = arena_dup(d->arena, name, len) };

	for (; names != NULL; names = names->outer)
		for (size_t i = 0; i < names->n; i++)
			def_near_offer(&near, names->field[i].key);
	return def_near_remedy(d, &near,
	    "name an earlier field: its key, or its path from the first "
	    "page (\"person.birth_date\")");
}

/* The asking field lies before what it asks for, or asks for itself. */
static void
mistake_reach(struct form_def *d, const char *path,
    const struct form_field *f, const char *why, struct form_reach reach)
{
	const char *circle = NULL;

	if (f->ordinal > reach.ordinal)
		circle = form_cycle_find(d, reach.ordinal, f);
	if (circle != NULL)
		def_mistake(d, path,
		    "break the circle: one of them must be asked without "
		    "the others",
		    "the conditions go round in a circle: %s", circle);
	else
		def_mistake(d, path,
		    "only earlier answers can be asked for: move the field "
		    "up, or what asks for it down",
		    "\"%s\" %s", f->path, why);
}

bool
form_ref_compile(struct form_def *d, const char *name, const char *path,
    const struct form_names *names, struct form_reach reach,
    struct form_ref *ref)
{
	const struct form_names *in;
	const struct form_field *f = NULL;
	const char *rest = name, *why;
	size_t len = strcspn(name, ".");

	for (in = names; in != NULL; in = in->outer)
		if ((f = find_in(in->field, in->n, name, len)) != NULL)
			break;
	if (f == NULL) {
		def_mistake(d, path,
		    near_name(d, names, name, len),
		    "there is no field \"%.*s\"", (int)len, name);
		return false;
	}
	*ref = (struct form_ref){ .level = in->level };
	for (;;) {
		ref->field = f;
		ref->slot[ref->n++] = f->slot;
		rest += len;
		if (*rest == '\0')
			break;
		rest++;
		len = strcspn(rest, ".");
		if (f->type == FORM_REPEAT) {
			def_mistake(d, path,
			    "use any, all, count or sum over it",
			    "\"%s\" has several items", f->path);
			return false;
		}
		if (f->nchild == 0 || ref->n == nitems(ref->slot) ||
		    (f = find_in(f->child, f->nchild, rest, len)) == NULL) {
			def_mistake(d, path, "correct the name",
			    "there is no field \"%.*s\" in \"%s\"", (int)len,
			    rest, ref->field->path);
			return false;
		}
	}
	if ((why = out_of_reach(f, reach)) != NULL) {
		mistake_reach(d, path, f, why, reach);
		return false;
	}
	return true;
}
