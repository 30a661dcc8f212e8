#include "common/service/service_def.h"

#include "common/form/form_def.h"

/* "@title" and "title.first" name the field "title". */
static bool
is_omitted(const cJSON *omit, const char *name)
{
	size_t n;
	const cJSON *one;

	if (*name == '@')
		name++;
	n = strcspn(name, ".");
	cJSON_ArrayForEach (one, omit)
		if (cJSON_IsString(one) && strlen(one->valuestring) == n &&
		    strncmp(one->valuestring, name, n) == 0)
			return true;
	return false;
}

/* Whether a condition, or a list of fields, names one that is left out. */
static bool
names_omitted(const cJSON *json, const cJSON *omit, int depth)
{
	const cJSON *one;

	if (json == NULL || depth > 32)
		return false;
	if (cJSON_IsString(json) &&
	    (json->string == NULL || strcmp(json->string, "text") != 0) &&
	    is_omitted(omit, json->valuestring))
		return true;
	cJSON_ArrayForEach (one, json)
		if (names_omitted(one, omit, depth + 1))
			return true;
	return false;
}

/* The rule, running where the block stands. */
static cJSON *
placed(struct arena *a, const cJSON *rule, const char *key_path)
{
	cJSON *copy = cJSON_Duplicate(rule, true);
	const char *scope = def_string(copy, "scope");

	if (!cJSON_IsObject(copy))
		return copy; /* reported when it is compiled */
	scope = scope == NULL ? key_path
			      : arena_printf(a, "%s.%s", key_path, scope);
	cJSON_DeleteItemFromObjectCaseSensitive(copy, "scope");
	cJSON_AddStringToObject(copy, "scope", scope);
	return copy;
}

void
service_block_rules_add(struct service_folder *f, cJSON *form, bool is_clerk,
    const struct service_file *block, const char *key_path, const cJSON *omit)
{
	const char *name = is_clerk ? "clerk_rules" : "rules";
	const cJSON *source =
	    cJSON_GetObjectItemCaseSensitive(block->json, "rules");
	cJSON *rules = cJSON_GetObjectItemCaseSensitive(form, name);
	const cJSON *rule;
	size_t i = 0;

	if (!cJSON_IsArray(source) || source->child == NULL)
		return;
	if (rules == NULL)
		rules = cJSON_AddArrayToObject(form, name);
	cJSON_ArrayForEach (rule, source) {
		size_t at = i++;

		if (names_omitted(cJSON_GetObjectItemCaseSensitive(
				      rule, "when"),
			omit, 0) ||
		    names_omitted(cJSON_GetObjectItemCaseSensitive(
				      rule, "fields"),
			omit, 0))
			continue; /* nothing here that it could say */
		service_origin_add(f, &f->form_origin,
		    arena_printf(f->arena, "%s[%d]", name,
			cJSON_GetArraySize(rules)),
		    block, arena_printf(f->arena, "rules[%zu]", at));
		cJSON_AddItemToArray(
		    rules, placed(f->arena, rule, key_path));
	}
}
