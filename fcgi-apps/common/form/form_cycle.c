#include "common/form/form_def.h"

/*
 * Which fields a field's conditions name, as written: at a reference to a later
 * field that one is not compiled yet.
 */

#define STEPS_MAX 20000

struct walk {
	struct form_def *d;
	size_t target; /* ordinal */
	bool *seen;
	size_t steps;
	const struct form_field **way; /* from the first to the target */
	size_t n;
};

static bool leads(struct walk *w, const struct form_field *f);

static const struct form_field *
field_by_ordinal(const struct form_field *field, size_t n, size_t ordinal)
{
	for (size_t i = 0; i < n; i++) {
		if (field[i].ordinal == ordinal)
			return &field[i];
		if (field[i].ordinal < ordinal && field[i].last >= ordinal)
			return field_by_ordinal(
			    field[i].child, field[i].nchild, ordinal);
	}
	return NULL;
}

/* A name from within a group, the group's own fields first. */
static const struct form_field *
resolve(struct form_def *d, const struct form_field *group, const char *name)
{
	const struct form_field *f;

	if (*name == '@')
		name++;
	for (;; group = group->parent) {
		const struct form_field *list =
		    group == NULL ? d->form->field : group->child;
		size_t n = group == NULL ? d->form->nfield : group->nchild;
		size_t len = strcspn(name, ".");

		for (size_t i = 0; i < n; i++) {
			f = &list[i];
			if (f->key == NULL || strlen(f->key) != len ||
			    memcmp(f->key, name, len) != 0)
				continue;
			for (; name[len] == '.' && f->nchild > 0;) {
				size_t at = len + 1, k;
				size_t part = strcspn(name + at, ".");

				for (k = 0; k < f->nchild; k++)
					if (strlen(f->child[k].key) == part &&
					    memcmp(f->child[k].key, name + at,
						part) == 0)
						break;
				if (k == f->nchild)
					return f;
				f = &f->child[k];
				len = at + part;
			}
			return f;
		}
		if (group == NULL)
			return NULL;
	}
}

static bool
takes_literals(const char *op)
{
	static const char *const ops[] = { "eq", "ne", "lt", "le", "gt", "ge",
		"in", "contains", "matches" };

	for (size_t i = 0; i < nitems(ops); i++)
		if (strcmp(ops[i], op) == 0)
			return true;
	return false;
}

static bool
leads_from(struct walk *w, const struct form_field *group, const cJSON *json,
    int depth)
{
	const struct form_field *f;
	const cJSON *one;
	bool is_literal;
	size_t i = 0;

	if (json == NULL || depth > 40 || ++w->steps > STEPS_MAX)
		return false;
	if (cJSON_IsString(json)) {
		f = resolve(w->d, group, json->valuestring);
		return f != NULL && leads(w, f);
	}
	is_literal = json->string != NULL && takes_literals(json->string);
	if (json->string != NULL && strcmp(json->string, "text") == 0)
		return false;
	cJSON_ArrayForEach (one, json) {
		bool is_second = is_literal && i++ > 0;

		if (is_second && cJSON_IsString(one) &&
		    *one->valuestring != '@')
			continue;
		if (is_second && cJSON_IsArray(one))
			continue;
		if (leads_from(w, group, one, depth + 1))
			return true;
	}
	return false;
}

/* Whether a field is the target, or asks for it, or for what does. */
static bool
leads(struct walk *w, const struct form_field *f)
{
	static const char *const members[] = { "show", "require", "value",
		"default", "options" };
	const cJSON *json;

	if (f->ordinal == w->target)
		return true;
	if (w->seen[f->ordinal])
		return false;
	w->seen[f->ordinal] = true;
	w->way[w->n++] = f;
	json = w->d->source[f->ordinal];
	for (size_t i = 0; i < nitems(members); i++)
		if (leads_from(w, f->parent,
			cJSON_GetObjectItemCaseSensitive(json, members[i]), 0))
			return true;
	w->n--;
	return false;
}

const char *
form_cycle_find(
    struct form_def *d, size_t ordinal, const struct form_field *to)
{
	struct walk w = { .d = d, .target = ordinal };
	const struct form_field *from = field_by_ordinal(
	    d->form->field, d->form->nfield, ordinal);
	const char *circle;

	if (from == NULL || to->ordinal >= d->nsource)
		return NULL;
	w.seen = arena_new(d->arena, bool, d->nsource);
	w.way = arena_new(d->arena, const struct form_field *, d->nsource);
	if (!leads(&w, to))
		return NULL;
	circle = from->path;
	for (size_t i = 0; i < w.n; i++)
		circle = arena_printf(
		    d->arena, "%s -> %s", circle, w.way[i]->path);
	return arena_printf(d->arena, "%s -> %s", circle, from->path);
}
