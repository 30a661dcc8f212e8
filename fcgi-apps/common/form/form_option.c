#include "common/form/form_def.h"

#define OPTIONS_MAX 1000

const char *
form_list_setting(struct form_def *d, const cJSON *json, const char *path,
    const char *name)
{
	const char *s = def_string(json, name);
	const cJSON *list;

	if (s == NULL)
		return NULL;
	path = def_member(d, path, name);
	if (strncmp(s, "setting.", 8) != 0 || strchr(s + 8, '.') != NULL) {
		def_mistake(d, path, "write \"setting.NAME\"",
		    "\"%s\" names no setting", s);
		return NULL;
	}
	list = cJSON_GetObjectItemCaseSensitive(d->settings, s + 8);
	if (!cJSON_IsArray(list)) {
		def_mistake(d, path,
		    "add it to \"settings\" in service.json as a list",
		    list == NULL ? "there is no \"%s\"" : "\"%s\" is no list",
		    s);
		return NULL;
	}
	return arena_strdup(d->arena, s);
}

static bool
option_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_option *out)
{
	static const struct def_key keys[] = {
		{ "value", cJSON_String, true },
		{ "show", 0, false },
		{ "of", cJSON_Array, false },
		{ "de", cJSON_String, false },
		{ "en", cJSON_String, false },
		{ "leicht", cJSON_String, false },
		{ "ar", cJSON_String, false },
		{ NULL, 0, false },
	};
	const char *value = cJSON_GetStringValue(json);

	if (value == NULL) {
		if (!def_check_keys(d, json, path, keys))
			return false;
		value = def_string(json, "value");
		for (enum lang l = LANG_DE; l < LANG_COUNT; l++) {
			out->label[l] = def_text(d, json, lang_code(l));
			if (out->label[l] == NULL && l != lang_base(l))
				out->label[l] = out->label[lang_base(l)];
		}
		if ((out->label[LANG_DE] == NULL) !=
		    (out->label[LANG_EN] == NULL))
			def_mistake(d, path, "give \"de\" and \"en\"",
			    "the option's label lacks a language");
	}
	if (*value == '\0' || strlen(value) > 100 || strchr(value, ',')) {
		def_mistake(d, path, "shorten it; commas cannot be in it",
		    "\"%s\" cannot be a value", value);
		return false;
	}
	out->value = arena_strdup(d->arena, value);
	return true;
}

void
form_options_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "options");
	const char *where = def_member(d, path, "options");
	struct form_option *option;
	const cJSON *one;
	size_t i = 0;
	int n;

	f->options_from = form_list_setting(d, json, path, "options_from");
	if (def_has(json, "options") ==
	    def_has(json, "options_from")) {
		def_mistake(d, path, "give one of them",
		    list == NULL ? "a choice without \"options\" or "
				   "\"options_from\""
				 : "\"options\" and \"options_from\" together");
		return;
	}
	if (!cJSON_IsArray(list))
		return;
	n = cJSON_GetArraySize(list);
	if (n == 0 || n > OPTIONS_MAX) {
		def_mistake(d, where, "give 1 to 1000", "%d options", n);
		return;
	}
	option = arena_new(d->arena, struct form_option, (size_t)n);
	f->option = option;
	cJSON_ArrayForEach (one, list) {
		const char *at = def_item(d, where, i++);

		/* Kept in step with the list, even when it is wrong. */
		option[f->noption].value = "";
		(void)option_compile(d, one, at, &option[f->noption]);
		for (size_t k = 0; k < f->noption; k++)
			if (strcmp(option[k].value,
				option[f->noption].value) == 0 &&
			    *option[k].value != '\0')
				def_mistake(d, at, "take one out",
				    "the option \"%s\" is there twice",
				    option[k].value);
		f->noption++;
	}
}
