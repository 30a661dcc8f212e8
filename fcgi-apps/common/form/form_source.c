#include "common/form/form_def.h"

#include <math.h>

const char *
def_member(struct form_def *d, const char *path, const char *name)
{
	return *path == '\0' ? arena_strdup(d->arena, name)
			     : arena_printf(d->arena, "%s.%s", path, name);
}

const char *
def_item(struct form_def *d, const char *path, size_t i)
{
	return arena_printf(d->arena, "%s[%zu]", path, i);
}

const char *
def_type_name(const cJSON *json)
{
	if (cJSON_IsString(json))
		return "a string";
	if (cJSON_IsNumber(json))
		return "a number";
	if (cJSON_IsBool(json))
		return "true or false";
	if (cJSON_IsArray(json))
		return "an array";
	if (cJSON_IsObject(json))
		return "an object";
	return "null";
}

static const char *
wanted_name(int type)
{
	switch (type) {
	case cJSON_String:
		return "a string";
	case cJSON_Number:
		return "a number";
	case cJSON_Array:
		return "an array";
	case cJSON_Object:
		return "an object";
	default:
		return "true or false";
	}
}

static bool
is_of(const cJSON *json, int type)
{
	return type == 0 || (json->type & type) != 0 ||
	    (type == cJSON_True && cJSON_IsFalse(json));
}

static const struct def_key *
find_key(const struct def_key *keys, const char *name)
{
	for (; keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

/* "did you mean "show"? Else known are: id, show, fields" */
static const char *
known_keys(
    struct form_def *d, const struct def_key *keys, const char *name)
{
	struct def_near near = { .name = name };
	const char *list = "known are: ";

	for (size_t i = 0; keys[i].name != NULL; i++) {
		def_near_offer(&near, keys[i].name);
		list = arena_printf(
		    d->arena, "%s%s%s", list, i > 0 ? ", " : "", keys[i].name);
	}
	return def_near_remedy(d, &near, list);
}

bool
def_check_keys(struct form_def *d, const cJSON *object, const char *path,
    const struct def_key *keys)
{
	const struct def_key *key;
	const cJSON *one;
	bool is_fine = true;

	if (!cJSON_IsObject(object)) {
		def_mistake(d, path, "write an object { ... } here",
		    "is %s, not an object", def_type_name(object));
		return false;
	}
	cJSON_ArrayForEach (one, object) {
		if ((key = find_key(keys, one->string)) == NULL) {
			def_mistake(d, def_member(d, path, one->string),
			    known_keys(d, keys, one->string),
			    "unknown member \"%s\"", one->string);
			is_fine = false;
		} else if (!is_of(one, key->type)) {
			def_mistake(d, def_member(d, path, one->string),
			    arena_printf(d->arena, "write %s",
				wanted_name(key->type)),
			    "\"%s\" is %s", one->string, def_type_name(one));
			is_fine = false;
		}
	}
	for (key = keys; key->name != NULL; key++) {
		if (key->is_needed &&
		    !def_has(object, key->name)) {
			def_mistake(d, path,
			    arena_printf(d->arena, "add \"%s\": %s", key->name,
				key->type == 0 ? "..."
					       : wanted_name(key->type)),
			    "member \"%s\" is missing", key->name);
			is_fine = false;
		}
	}
	return is_fine;
}

bool
def_has(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

const char *
def_string(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(object, name));
}

bool
def_bool(const cJSON *object, const char *name, bool other)
{
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsBool(one) ? cJSON_IsTrue(one) : other;
}

bool
def_is_key(const char *s, bool may_hyphen)
{
	size_t n = strlen(s);

	if (n == 0 || n > 40 || s[0] < 'a' || s[0] > 'z')
		return false;
	for (; *s != '\0'; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ||
			*s == '_' || (may_hyphen && *s == '-')))
			return false;
	return true;
}

const char *const *
def_strings(struct form_def *d, const cJSON *object, const char *path,
    const char *name, size_t *n)
{
	const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, name);
	const char **out;
	const cJSON *one;

	*n = 0;
	if (!cJSON_IsArray(array))
		return NULL;
	out = arena_new(
	    d->arena, const char *, (size_t)cJSON_GetArraySize(array) + 1);
	path = def_member(d, path, name);
	cJSON_ArrayForEach (one, array) {
		if (cJSON_IsString(one))
			out[(*n)++] =
			    arena_strdup(d->arena, one->valuestring);
		else
			def_mistake(d, def_item(d, path, *n),
			    "write a string", "is %s", def_type_name(one));
	}
	return out;
}

const char *
def_text(struct form_def *d, const cJSON *json, const char *name)
{
	const char *s = def_string(json, name);

	return s == NULL ? NULL : arena_strdup(d->arena, s);
}

size_t
def_size(struct form_def *d, const cJSON *json, const char *path,
    const char *name, size_t min, size_t max, size_t other)
{
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(json, name);

	if (!cJSON_IsNumber(one))
		return other;
	if (one->valuedouble < (double)min || one->valuedouble > (double)max ||
	    floor(one->valuedouble) < one->valuedouble) {
		def_mistake(d, def_member(d, path, name),
		    arena_printf(d->arena, "write a whole number from %zu to "
		    "%zu", min, max), "%g is an impossible limit",
		    one->valuedouble);
		return other;
	}
	return (size_t)one->valuedouble;
}
