#include "common/service/service_def.h"

#include "common/form/form_def.h"
#include "common/json.h"

int
service_read_package(struct arena *a, const char *json, size_t len,
    struct service **out, struct form_mistakes *mistakes, struct err *err)
{
	struct service_source source;
	const cJSON *texts;
	cJSON *package;

	*out = NULL;
	if (json_parse(a, json, len, &json_limits_package, &package, err) == -1)
		return -1;
	if (json_int(package, "format", 1, 1, 0) != 1)
		return err_set(err, ERR_BAD_REQUEST,
		    "no package, or of a format this program does not know");
	texts = json_object(package, "texts");
	source = (struct service_source){
		.service = json_object(package, "service"),
		.form = json_object(package, "form"),
		.xoev = json_object(package, "xoev"),
	};
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		source.texts[l] = json_object(texts, lang_code(l));
	if (source.service == NULL || source.form == NULL ||
	    source.texts[LANG_DE] == NULL || source.texts[LANG_EN] == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "package without service, form or texts");
	*out = service_compile(a, &source, false, mistakes);
	return 0;
}

const struct service_state *
service_state(const struct service *s, const char *id)
{
	for (size_t i = 0; i < s->nstate; i++)
		if (strcmp(s->state[i].id, id) == 0)
			return &s->state[i];
	return NULL;
}

const struct service_state *
service_initial_state(const struct service *s)
{
	size_t i = 0;

	/* The checker has seen to it that there is exactly one. */
	while (!s->state[i].is_initial)
		i++;
	return &s->state[i];
}

const char *
service_text(const struct service *s, enum lang lang, const char *key)
{
	return text_get(s->texts, lang, key);
}

/* ---- what answers lead to ---- */

const char *
service_department_name(const char *name, const void *settings)
{
	const cJSON *map =
	    cJSON_GetObjectItemCaseSensitive(settings, "departments");
	const char *mapped = def_string(map, name);

	return mapped == NULL ? name : mapped;
}

const char *
service_route_find(const struct service *s, const struct form_answers *answers,
    const struct form_context *context)
{
	for (size_t i = 0; i < s->nroute; i++)
		if (form_holds(s->route[i].when, answers, context))
			return service_department_name(
			    s->route[i].department, context->settings);
	return service_department_name(s->department, context->settings);
}

const char *
service_outcome_value(struct arena *a, const struct service *s,
    const char *name, const struct form_answers *answers,
    const struct form_context *context)
{
	for (size_t i = 0; i < s->noutcome; i++)
		if (strcmp(s->outcome[i].name, name) == 0)
			return form_value(
			    a, s->outcome[i].value, answers, context);
	return NULL;
}

/* ---- settings ---- */

static void
free_json(void *arg)
{
	cJSON_Delete(arg);
}

static bool
is_same_type(const cJSON *x, const cJSON *y)
{
	if (cJSON_IsBool(x) || cJSON_IsBool(y))
		return cJSON_IsBool(x) && cJSON_IsBool(y);
	return (x->type & 0xff) == (y->type & 0xff);
}

/* Members of every service: the package need not have them. */
static bool
is_own(const char *name)
{
	return strcmp(name, "departments") == 0 ||
	    strcmp(name, "opening") == 0;
}

const void *
service_settings_merge(struct arena *a, const struct service *s,
    const void *own, struct form_mistakes *mistakes)
{
	cJSON *merged = cJSON_Duplicate(s->settings_json, true);
	const cJSON *one, *now;

	if (merged == NULL)
		merged = cJSON_CreateObject();
	arena_defer(a, free_json, merged);
	cJSON_ArrayForEach (one, (const cJSON *)own) {
		now = cJSON_GetObjectItemCaseSensitive(merged, one->string);
		if (now == NULL && !is_own(one->string)) {
			form_mistake_add(mistakes, "settings", one->string,
			    "correct the name, or take it out",
			    "the service has no setting \"%s\"", one->string);
			continue;
		}
		if (now == NULL && !cJSON_IsObject(one)) {
			form_mistake_add(mistakes, "settings", one->string,
			    "write an object { ... }", "\"%s\" is %s",
			    one->string, def_type_name(one));
			continue;
		}
		if (now != NULL && !is_same_type(now, one)) {
			form_mistake_add(mistakes, "settings", one->string,
			    "give it the type of the default",
			    "\"%s\" is %s, its default is %s", one->string,
			    def_type_name(one), def_type_name(now));
			continue;
		}
		if (now != NULL)
			cJSON_ReplaceItemInObjectCaseSensitive(merged,
			    one->string, cJSON_Duplicate(one, true));
		else
			cJSON_AddItemToObject(merged, one->string,
			    cJSON_Duplicate(one, true));
	}
	return merged;
}
