#include "common/service/service_def.h"

#include "common/form/form_def.h"
#include "common/json.h"

#define DRAFT_DAYS_MAX 365
#define CLOSED_DAYS_MAX 36500

static int64_t
days(struct form_def *d, const cJSON *json, const char *path,
    const char *name, int64_t max)
{
	int64_t n = json_int(json, name, 1, max, -1);

	if (n == -1 && def_has(json, name))
		def_mistake(d, def_member(d, path, name),
		    arena_printf(d->arena, "write days from 1 to %lld",
			(long long)max),
		    "an impossible period");
	return n;
}

/* {"withdrawn": 90, ...} */
static const struct service_period *
periods(struct form_def *d, const cJSON *json, const char *path, size_t *n)
{
	struct service_period *out = arena_new(d->arena, struct service_period,
	    (size_t)cJSON_GetArraySize(json) + 1);
	const cJSON *one;

	*n = 0;
	cJSON_ArrayForEach (one, json) {
		if (!def_is_key(one->string, false))
			def_mistake(d, def_member(d, path, one->string),
			    "use small letters, digits and _",
			    "\"%s\" cannot be a name", one->string);
		out[*n].name = arena_strdup(d->arena, one->string);
		out[*n].days =
		    days(d, json, path, one->string, CLOSED_DAYS_MAX);
		++*n;
	}
	return out;
}

/* A period by state goes for what ends there. */
static void
check_states(struct form_def *d, const struct service *s)
{
	for (size_t i = 0; i < s->nstate_days; i++) {
		const char *name = s->state_days[i].name;
		const struct service_state *state = service_state(s, name);
		const char *path =
		    def_member(d, "retention.by_state", name);

		if (state == NULL)
			def_mistake(d, path, "name a state of \"states\"",
			    "there is no state \"%s\"", name);
		else if (!state->is_final)
			def_mistake(d, path,
			    "name a final state: the period begins when the "
			    "matter ends",
			    "the state \"%s\" is not final", name);
	}
}

void
service_retention_compile(
    struct form_def *d, const cJSON *service, struct service *s)
{
	static const struct def_key keys[] = {
		{ "draft_days", cJSON_Number, true },
		{ "closed_days", cJSON_Number, true },
		{ "by_state", cJSON_Object, false },
		{ "kinds", cJSON_Object, false },
		{ NULL, 0, false },
	};
	const cJSON *json =
	    cJSON_GetObjectItemCaseSensitive(service, "retention");

	s->recipient =
	    def_strings(d, service, "", "recipients", &s->nrecipient);
	for (size_t i = 0; i < s->nrecipient; i++)
		if (!def_is_key(s->recipient[i], false))
			def_mistake(d, def_item(d, "recipients", i),
			    "use small letters, digits and _",
			    "\"%s\" cannot be a recipient's name",
			    s->recipient[i]);
	if (json == NULL || !def_check_keys(d, json, "retention", keys))
		return;
	s->draft_days =
	    days(d, json, "retention", "draft_days", DRAFT_DAYS_MAX);
	s->closed_days =
	    days(d, json, "retention", "closed_days", CLOSED_DAYS_MAX);
	s->state_days = periods(d,
	    cJSON_GetObjectItemCaseSensitive(json, "by_state"),
	    "retention.by_state", &s->nstate_days);
	s->kind = periods(d, cJSON_GetObjectItemCaseSensitive(json, "kinds"),
	    "retention.kinds", &s->nkind);
	check_states(d, s);
}

static bool
is_recipient(const struct service *s, const char *name)
{
	for (size_t i = 0; i < s->nrecipient; i++)
		if (strcmp(s->recipient[i], name) == 0)
			return true;
	return false;
}

static bool
has_purpose(const struct form_field *f)
{
	for (; f != NULL; f = f->parent)
		if (f->purpose != NULL)
			return true;
	return false;
}

static void
check_fields(struct form_def *d, const struct service *s,
    const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &field[i];
		const char *path = d->source_path[f->ordinal];

		if (f->retention != NULL &&
		    service_kind_days(s, f->retention) == 0)
			def_mistake(d, def_member(d, path, "retention"),
			    "name a member of retention.kinds in service.json",
			    "there is no kind of data \"%s\"",
			    f->retention);
		if (f->is_sensitive && f->nchild == 0 && !has_purpose(f))
			def_mistake(d, path,
			    "add \"purpose\": the key of a text that says "
			    "why just this is needed",
			    "the sensitive field \"%s\" has no purpose of "
			    "its own", f->path);
		for (size_t k = 0; k < f->nrecipient; k++)
			if (!is_recipient(s, f->recipient[k]))
				def_mistake(d,
				    def_item(d,
					def_member(d, path, "recipients"), k),
				    "add it to \"recipients\" in "
				    "service.json",
				    "there is no recipient \"%s\"",
				    f->recipient[k]);
		check_fields(d, s, f->child, f->nchild);
	}
}

void
service_retention_check(
    struct form_def *d, const struct form *form, const struct service *s)
{
	check_fields(d, s, form->field, form->nfield);
}

static int64_t
find(const struct service_period *p, size_t n, const char *name,
    int64_t other)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(p[i].name, name) == 0)
			return p[i].days;
	return other;
}

int64_t
service_closed_days(const struct service *s, const char *state)
{
	return find(s->state_days, s->nstate_days, state, s->closed_days);
}

int64_t
service_kind_days(const struct service *s, const char *kind)
{
	return find(s->kind, s->nkind, kind, 0);
}
