#include "common/service/service_adviser.h"

#include "common/form/form_def.h"
#include "common/service/service_def.h"

#define PATH "adviser"
#define RESULTS_MAX 40
#define LINK_MAX 500

static bool
is_result(const struct service_adviser *v, const char *value)
{
	for (size_t i = 0; i < v->nresult; i++)
		if (strcmp(v->result[i].value, value) == 0)
			return true;
	return false;
}

static const struct service_outcome *
find_outcome(const struct service *s, const char *name)
{
	for (size_t i = 0; name != NULL && i < s->noutcome; i++)
		if (strcmp(s->outcome[i].name, name) == 0)
			return &s->outcome[i];
	return NULL;
}

static void
page_compile(struct form_def *d, const cJSON *json, const struct form *form,
    struct service_adviser *v)
{
	const char *after = def_string(json, "after");

	if (after == NULL)
		return;
	for (size_t i = 0; i < form->npage; i++)
		if (strcmp(form->page[i].id, after) == 0) {
			v->after = i;
			return;
		}
	def_mistake(d, PATH ".after", "write the id of the last page of the "
	    "advice", "there is no page \"%s\"", after);
}

/* ---- what the outcome reads ---- */

struct too_late {
	const struct service_adviser *adviser;
	const struct form_field *field; /* the first one that comes later */
};

static void
find_later(void *arg, const struct form_field *f)
{
	struct too_late *t = arg;

	if (f->page > t->adviser->after && t->field == NULL)
		t->field = f;
}

static void
outcome_compile(struct form_def *d, const cJSON *json,
    const struct service *s, struct service_adviser *v)
{
	const char *name = def_string(json, "outcome");
	struct too_late t = { .adviser = v };

	if (name == NULL)
		return;
	v->outcome = find_outcome(s, name);
	if (v->outcome == NULL) {
		def_mistake(d, PATH ".outcome",
		    "name a member of \"outcomes\"",
		    "there is no outcome \"%s\"", name);
		return;
	}
	form_cond_fields(v->outcome->value, find_later, &t);
	if (t.field != NULL)
		def_mistake(d, def_member(d, "outcomes", name),
		    "use only fields up to the page in adviser.after, or "
		    "move that on",
		    "the advice asks for \"%s\", which comes after it",
		    t.field->path);
}

/* ---- results ---- */

static void
copies_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct form *form, const struct service_adviser *v,
    struct adviser_result *r)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "prefill");
	struct adviser_copy *copy = arena_new(d->arena, struct adviser_copy,
	    (size_t)cJSON_GetArraySize(list) + 1);
	const cJSON *one;

	path = def_member(d, path, "prefill");
	r->copy = copy;
	cJSON_ArrayForEach (one, list) {
		const char *from = cJSON_GetStringValue(one);
		const char *at = def_member(d, path, one->string);
		const struct form_field *f =
		    from == NULL ? NULL : form_field_find(form, from);

		if (f == NULL || f->nchild > 0 || f->page > v->after) {
			def_mistake(d, at,
			    "write the path of a field of the advice: "
			    "{\"path there\": \"path here\"}",
			    from == NULL ? "is no path%s"
					 : "\"%s\" is no field of the advice",
			    from == NULL ? "" : from);
			continue;
		}
		copy[r->ncopy].to = arena_strdup(d->arena, one->string);
		copy[r->ncopy++].from = f->path;
	}
}

static void
ways_compile(struct form_def *d, const cJSON *json, const char *path,
    struct adviser_result *r)
{
	r->proceeds = def_bool(json, "proceed", false);
	r->link = def_text(d, json, "link");
	r->service = def_text(d, json, "service");
	if (r->link != NULL &&
	    (strncmp(r->link, "https://", 8) != 0 ||
		strlen(r->link) > LINK_MAX || strpbrk(r->link, " \"<>\n")))
		def_mistake(d, def_member(d, path, "link"),
		    "write the whole address: https://...",
		    "\"%s\" is no address to link to", r->link);
	if (r->service != NULL && !def_is_key(r->service, true))
		def_mistake(d, def_member(d, path, "service"),
		    "write the id of a service", "\"%s\" cannot be an id",
		    r->service);
	if (r->service != NULL && r->proceeds)
		def_mistake(d, path, "keep one of them",
		    "\"proceed\" and \"service\" both: where does it go on?");
	if (r->service == NULL && def_has(json, "prefill"))
		def_mistake(d, def_member(d, path, "prefill"),
		    "add \"service\", or take it out",
		    "\"prefill\" without a service to fill in");
}

static void
results_compile(struct form_def *d, const cJSON *json,
    const struct form *form, struct service_adviser *v)
{
	static const struct def_key keys[] = {
		{ "value", cJSON_String, true },
		{ "proceed", cJSON_True, false },
		{ "link", cJSON_String, false },
		{ "service", cJSON_String, false },
		{ "prefill", cJSON_Object, false },
		{ NULL, 0, false },
	};
	struct adviser_result *result;
	const cJSON *one;
	int n = cJSON_GetArraySize(json);

	if (n < 2 || n > RESULTS_MAX) {
		def_mistake(d, PATH ".results", "give 2 to 40 results",
		    "%d results", n);
		return;
	}
	result = arena_new(d->arena, struct adviser_result, (size_t)n);
	v->result = result;
	cJSON_ArrayForEach (one, json) {
		const char *path = def_item(d, PATH ".results", v->nresult);
		struct adviser_result *r = &result[v->nresult];
		const char *value = def_string(one, "value");

		r->value = "";
		if (def_check_keys(d, one, path, keys)) {
			if (!def_is_key(value, false))
				def_mistake(d, def_member(d, path, "value"),
				    "use small letters, digits and _",
				    "\"%s\" cannot be a result", value);
			if (is_result(v, value))
				def_mistake(d, def_member(d, path, "value"),
				    "take one out",
				    "the result \"%s\" is there twice", value);
			r->value = arena_strdup(d->arena, value);
			ways_compile(d, one, path, r);
			copies_compile(d, one, path, form, v, r);
		}
		v->nresult++;
	}
}

/* ---- do outcome and results fit? ---- */

struct fit {
	struct form_def *d;
	const struct service_adviser *adviser;
	const char *path; /* of the outcome */
	bool *reached;	  /* by result */
	bool is_open;	  /* another value cannot be excluded */
};

static void
fit_value(struct fit *f, const char *value)
{
	const struct service_adviser *v = f->adviser;

	for (size_t i = 0; i < v->nresult; i++)
		if (strcmp(v->result[i].value, value) == 0) {
			f->reached[i] = true;
			return;
		}
	def_mistake(f->d, f->path,
	    "add it to adviser.results, with its texts",
	    "the advice can be \"%s\", which is no result", value);
}

/* Every value that the expression may have. */
static void
fit_values(struct fit *f, const struct form_cond *c)
{
	const struct form_field *field = c->ref.field;

	if (c->op == OP_IF) {
		fit_values(f, &c->kid[1]);
		fit_values(f, &c->kid[2]);
	} else if (c->op == OP_LITERAL && c->value.type == VALUE_TEXT) {
		fit_value(f, c->value.text);
	} else if (c->op == OP_FIELD && field->type == FORM_CHOICE &&
	    field->noption > 0) {
		for (size_t i = 0; i < field->noption; i++)
			fit_value(f, field->option[i].value);
	} else if (c->op == OP_FIELD && field->value != NULL) {
		fit_values(f, field->value);
	} else {
		f->is_open = true;
	}
}

static void
check_fit(struct form_def *d, struct service_adviser *v)
{
	struct fit f = {
		.d = d,
		.adviser = v,
		.path = def_member(d, "outcomes", v->outcome->name),
		.reached = arena_new(d->arena, bool, v->nresult),
	};

	fit_values(&f, v->outcome->value);
	if (f.is_open)
		def_mistake(d, f.path,
		    "build it of \"if\" and {\"text\": \"...\"}, so that "
		    "each value can be told",
		    "the advice's values cannot be told");
	for (size_t i = 0; i < v->nresult; i++)
		if (!f.reached[i] && *v->result[i].value != '\0' && !f.is_open)
			def_mistake(d, def_item(d, PATH ".results", i),
			    "take it out, or let the outcome lead to it",
			    "no answers lead to the result \"%s\"",
			    v->result[i].value);
}

void
service_adviser_compile(
    struct form_def *d, const cJSON *json, struct service *s)
{
	static const struct def_key keys[] = {
		{ "after", cJSON_String, true },
		{ "outcome", cJSON_String, true },
		{ "results", cJSON_Array, true },
		{ NULL, 0, false },
	};
	size_t before = form_mistakes_count(d->mistakes);
	struct service_adviser *v;

	if (json == NULL || !def_check_keys(d, json, PATH, keys))
		return;
	v = arena_new(d->arena, struct service_adviser, 1);
	s->adviser = v;
	if (!s->form->is_stepped)
		def_mistake(d, PATH,
		    "add \"steps\": true at the top of form.json",
		    "an adviser needs a form of single pages");
	page_compile(d, json, s->form, v);
	outcome_compile(d, json, s, v);
	results_compile(d, cJSON_GetObjectItemCaseSensitive(json, "results"),
	    s->form, v);
	if (v->outcome != NULL && v->outcome->value != NULL &&
	    form_mistakes_count(d->mistakes) == before)
		check_fit(d, v);
}
