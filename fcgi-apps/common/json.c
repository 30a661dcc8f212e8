#include "common/json.h"

#include "common/log.h"

#include <math.h>

const struct json_limits json_limits_request = {1 << 20, 16, 20000};
const struct json_limits json_limits_package = {4 << 20, 40, 200000};

static void
delete_later(void *arg)
{
	cJSON_Delete(arg);
}

int
json_parse(struct arena *a, const char *text, size_t len,
    const struct json_limits *limits, cJSON **out, struct err *err)
{
	cJSON *tree;

	if (json_check(text, len, limits, err) == -1)
		return -1;
	if ((tree = cJSON_ParseWithLength(text, len)) == NULL)
		return err_set(err, ERR_BAD_REQUEST, "JSON: not understood");
	arena_defer(a, delete_later, tree);
	*out = tree;
	return 0;
}

static const cJSON *
member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

const cJSON *
json_in_language(const cJSON *object, enum lang lang)
{
	const enum lang order[] = { lang, lang_base(lang), LANG_DE };
	const cJSON *one = NULL;

	for (size_t i = 0; one == NULL && i < nitems(order); i++)
		one = cJSON_GetObjectItemCaseSensitive(
		    object, lang_code(order[i]));
	return one;
}

const char *
json_string(const cJSON *object, const char *name)
{
	const cJSON *m = member(object, name);

	return cJSON_IsString(m) ? m->valuestring : NULL;
}

const cJSON *
json_object(const cJSON *object, const char *name)
{
	const cJSON *m = member(object, name);

	return cJSON_IsObject(m) ? m : NULL;
}

const cJSON *
json_array(const cJSON *object, const char *name)
{
	const cJSON *m = member(object, name);

	return cJSON_IsArray(m) ? m : NULL;
}

bool
json_bool(const cJSON *object, const char *name, bool other)
{
	const cJSON *m = member(object, name);

	return cJSON_IsBool(m) ? cJSON_IsTrue(m) : other;
}

int64_t
json_int(const cJSON *object, const char *name, int64_t min, int64_t max,
    int64_t other)
{
	const cJSON *m = member(object, name);

	/* Beyond 2^53 a double no longer tells neighbours apart. */
	if (!cJSON_IsNumber(m) || fabs(m->valuedouble) > 9007199254740991.0 ||
	    m->valuedouble != floor(m->valuedouble) ||
	    (int64_t)m->valuedouble < min || (int64_t)m->valuedouble > max)
		return other;
	return (int64_t)m->valuedouble;
}

const char *
json_print(struct arena *a, const cJSON *value)
{
	char *text = cJSON_PrintUnformatted(value);
	const char *out;

	if (text == NULL)
		log_fatal("json: no memory");
	out = arena_strdup(a, text);
	cJSON_free(text);
	return out;
}
