#include "common/xoev/xoev_mapping.h"

#include "common/json.h"

#define OMISSIONS_MAX 500
#define PATH "leaves_out"

/* ---- which fields messages tell ---- */

static bool
rules_tell(const struct xoev_rule *rule, size_t n, const struct form_field *f)
{
	for (size_t i = 0; i < n; i++) {
		const struct xoev_rule *r = &rule[i];

		if (r->from == XOEV_FROM_FIELD && r->ref.field == f)
			return true;
		for (size_t k = 0; k < r->nmeaning; k++)
			if (r->meaning[k].field == f)
				return true;
		if (rules_tell(r->rule, r->nrule, f))
			return true;
	}
	return false;
}

static bool
is_told(const struct xoev_mapping *m, const struct form_field *f)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->message[i].info.direction == XOEV_OUT &&
		    rules_tell(m->message[i].rule, m->message[i].nrule, f))
			return true;
	return false;
}

/* ---- "absent" ---- */

void
xoev_absent_compile(struct form_def *d, const cJSON *json, const char *path,
    struct xoev_message *m)
{
	struct form_reach reach = { .kind = REACH_ALL };
	struct xoev_meaning *list;
	const cJSON *one;

	if (json == NULL)
		return;
	list = arena_new(d->arena, struct xoev_meaning,
	    (size_t)cJSON_GetArraySize(json) + 1);
	m->absent = list;
	cJSON_ArrayForEach (one, json) {
		const char *at = def_member(d, path, one->string);
		struct form_ref ref;

		if (!cJSON_IsString(one))
			def_mistake(d, at, "write it as a text",
			    "a field's value is a text");
		else if (form_ref_compile(d, one->string, at,
			     form_names_of(d, m->info.repeat), reach, &ref))
			list[m->nabsent++] = (struct xoev_meaning){
				.field = ref.field,
				.text = arena_strdup(
				    d->arena, one->valuestring) };
	}
}

/* What a mapping without messages of its own fields has to say: nothing. */
static bool
tells_anything(const struct xoev_mapping *m, const struct form_field *field,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_told(m, &field[i]) ||
		    tells_anything(m, field[i].child, field[i].nchild))
			return true;
	return false;
}

static const struct xoev_omission *
omission_of(const struct xoev_mapping *m, const struct form_field *f)
{
	for (; f != NULL; f = f->parent)
		for (size_t i = 0; i < m->nomission; i++)
			if (m->omission[i].field == f)
				return &m->omission[i];
	return NULL;
}

const char *
xoev_mapping_leaves_out(
    const struct xoev_mapping *m, const struct form_field *f)
{
	const struct xoev_omission *o = omission_of(m, f);

	return o == NULL ? NULL : o->reason;
}

/* ---- "leaves_out" ---- */

/* By its path, without indices: also one in a repeat. */
static const struct form_field *
find(const struct form_field *field, size_t n, const char *path)
{
	const struct form_field *found;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(field[i].path, path) == 0)
			return &field[i];
		found = find(field[i].child, field[i].nchild, path);
		if (found != NULL)
			return found;
	}
	return NULL;
}

void
xoev_omissions_compile(
    struct form_def *d, const cJSON *json, struct xoev_mapping *m)
{
	struct xoev_omission *list;
	const cJSON *one;

	if (json == NULL)
		return;
	if (cJSON_GetArraySize(json) > OMISSIONS_MAX) {
		def_mistake(d, PATH, "name groups instead of their fields",
		    "over %d fields", OMISSIONS_MAX);
		return;
	}
	list = arena_new(d->arena, struct xoev_omission,
	    (size_t)cJSON_GetArraySize(json) + 1);
	m->omission = list;
	cJSON_ArrayForEach (one, json) {
		const char *path = def_member(d, PATH, one->string);
		const struct form_field *f =
		    find(m->form->field, m->form->nfield, one->string);

		if (!cJSON_IsString(one) || *one->valuestring == '\0') {
			def_mistake(d, path, "say in a sentence why",
			    "the reason is missing");
			continue;
		}
		if (f == NULL) {
			def_mistake(d, path, "write the path of a field",
			    "there is no field \"%s\"", one->string);
			continue;
		}
		list[m->nomission++] = (struct xoev_omission){
			.field = f,
			.reason = arena_strdup(d->arena, one->valuestring),
		};
	}
}

/* ---- that all is told ---- */

static void
check_field(struct form_def *d, const struct xoev_mapping *m,
    const struct form_field *f)
{
	bool told = is_told(m, f);
	const struct xoev_omission *o = omission_of(m, f);

	if (f->nchild > 0) {
		for (size_t i = 0; i < f->nchild; i++)
			check_field(d, m, &f->child[i]);
		return;
	}
	if (f->type == FORM_STATIC)
		return;
	if (told && o != NULL)
		def_mistake(d, def_member(d, PATH, o->field->path),
		    "take it out of \"leaves_out\"",
		    "\"%s\" is told by a message", f->path);
	if (!told && o == NULL)
		def_mistake(d, PATH,
		    "write it into a message, or say in \"leaves_out\" why not",
		    "\"%s\" is lost: no message tells it", f->path);
}

void
xoev_mapping_check(
    struct form_def *d, const cJSON *json, const struct xoev_mapping *m)
{
	const struct form *form = m->form;

	if (json_object(json, PATH) == NULL &&
	    !tells_anything(m, form->field, form->nfield))
		return;
	for (size_t i = 0; i < form->nfield; i++)
		check_field(d, m, &form->field[i]);
}
