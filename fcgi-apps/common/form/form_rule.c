#include "common/form/form_def.h"

static const struct form_field *
scope_compile(struct form_def *d, const char *name, const char *path)
{
	const struct form_field *group = NULL;
	const struct form_field *list = d->form->field;
	size_t n = d->form->nfield;

	for (;;) {
		size_t len = strcspn(name, "."), i;

		for (i = 0; i < n; i++)
			if (strlen(list[i].key) == len &&
			    memcmp(list[i].key, name, len) == 0)
				break;
		if (i == n || list[i].nchild == 0) {
			def_mistake(d, path,
			    "write the path of a group from the first page: "
			    "\"dogs\"",
			    "there is no group \"%.*s\"", (int)len, name);
			return NULL;
		}
		group = &list[i];
		if (name[len] == '\0')
			return group;
		name += len + 1;
		list = group->child;
		n = group->nchild;
	}
}

static void
marks_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct form_names *names, struct form_rule *rule)
{
	struct form_reach reach = { .kind = REACH_ALL };
	size_t n;
	const char *const *name = def_strings(d, json, path, "fields", &n);
	struct form_ref *mark = arena_new(d->arena, struct form_ref, n);

	path = def_member(d, path, "fields");
	for (size_t i = 0; i < n; i++) {
		struct form_ref *ref = &mark[rule->nmark];

		if (!form_ref_compile(
			d, name[i], def_item(d, path, i), names, reach, ref))
			continue;
		if (!form_is_asked(ref->field))
			def_mistake(d, def_item(d, path, i),
			    "mark a field that can be corrected",
			    "nothing is typed into \"%s\"", ref->field->path);
		else
			rule->nmark++;
	}
	rule->mark = mark;
}

static void
rule_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_rule *rule)
{
	static const struct def_key keys[] = {
		{ "id", cJSON_String, true },
		{ "scope", cJSON_String, false },
		{ "when", 0, true },
		{ "fields", cJSON_Array, false },
		{ "level", cJSON_String, false },
		{ NULL, 0, false },
	};
	struct form_reach reach = { .kind = REACH_ALL };
	const struct form_names *names;
	const char *level, *scope;

	if (!def_check_keys(d, json, path, keys))
		return;
	rule->id = arena_strdup(d->arena, def_string(json, "id"));
	if (!def_is_key(rule->id, false))
		def_mistake(d, def_member(d, path, "id"),
		    "use small letters, digits and _", "\"%s\" cannot be an id",
		    rule->id);
	level = def_string(json, "level");
	rule->is_warning = level != NULL && strcmp(level, "warn") == 0;
	if (level != NULL && !rule->is_warning && strcmp(level, "stop") != 0)
		def_mistake(d, def_member(d, path, "level"),
		    "write \"stop\" or \"warn\"", "\"%s\" is no level", level);
	scope = def_string(json, "scope");
	if (scope != NULL &&
	    (rule->scope = scope_compile(
		 d, scope, def_member(d, path, "scope"))) == NULL)
		return;
	names = form_names_of(d, rule->scope);
	rule->when = form_cond_compile(d,
	    cJSON_GetObjectItemCaseSensitive(json, "when"),
	    def_member(d, path, "when"), names, reach);
	marks_compile(d, json, path, names, rule);
}

const struct form_rules *
form_rules_compile(struct form_def *d, const cJSON *json, const char *path)
{
	struct form_rules *rules = arena_new(d->arena, struct form_rules, 1);
	struct form_rule *rule;
	const cJSON *one;

	if (!cJSON_IsArray(json))
		return rules;
	rule = arena_new(
	    d->arena, struct form_rule, (size_t)cJSON_GetArraySize(json));
	rules->rule = rule;
	cJSON_ArrayForEach (one, json) {
		rule_compile(d, one, def_item(d, path, rules->n),
		    &rule[rules->n]);
		rules->n++;
	}
	return rules;
}
