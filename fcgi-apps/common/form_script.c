#include <cjson/cJSON.h>

#include "common/form_script.h"

#define PREFIX "\"setting."
#define SETTINGS_MAX ((size_t)256 * 1024)

typedef void (*condition_visit)(void *arg, const char *source);

static void
each_field(const struct form_field *field, size_t n, condition_visit visit,
    void *arg)
{
	for (size_t i = 0; i < n; i++) {
		if (field[i].show_source != NULL)
			visit(arg, field[i].show_source);
		for (size_t k = 0; k < field[i].noption; k++)
			if (field[i].option[k].show_source != NULL)
				visit(arg, field[i].option[k].show_source);
		each_field(field[i].child, field[i].nchild, visit, arg);
	}
}

static void
each_condition(const struct form *form, condition_visit visit, void *arg)
{
	for (size_t i = 0; i < form->npage; i++) {
		const struct form_page *page = &form->page[i];

		if (page->show_source != NULL)
			visit(arg, page->show_source);
		each_field(page->field, page->nfield, visit, arg);
	}
}

static void
count_condition(void *arg, const char *source)
{
	size_t *n = arg;

	(void)source;
	++*n;
}

bool
form_has_conditions(const struct form *form)
{
	size_t n = 0;

	each_condition(form, count_condition, &n);
	return n > 0;
}

bool
form_page_has_conditions(const struct form_page *page)
{
	size_t n = 0;

	each_field(page->field, page->nfield, count_condition, &n);
	return n > 0;
}

struct wanted {
	const cJSON *settings;
	cJSON *out;
};

/* Notes the setting behind each "setting.NAME" of a condition. */
static void
want_settings(void *arg, const char *source)
{
	struct wanted *w = arg;

	while ((source = strstr(source, PREFIX)) != NULL) {
		char name[64];
		size_t n;
		const cJSON *value;

		source += strlen(PREFIX);
		n = strcspn(source, ".\"");
		if (n >= sizeof(name))
			continue;
		memcpy(name, source, n);
		name[n] = '\0';
		value = cJSON_GetObjectItemCaseSensitive(w->settings, name);
		if (value == NULL ||
		    cJSON_GetObjectItemCaseSensitive(w->out, name) != NULL)
			continue;
		(void)cJSON_AddItemToObject(
		    w->out, name, cJSON_Duplicate(value, true));
	}
}

const char *
form_script_settings(
    struct arena *a, const struct form *form, const void *settings)
{
	struct wanted w = {settings, cJSON_CreateObject()};
	const char *out = NULL;
	char *text;

	each_condition(form, want_settings, &w);
	if (cJSON_GetArraySize(w.out) > 0 &&
	    (text = cJSON_PrintUnformatted(w.out)) != NULL) {
		if (strlen(text) <= SETTINGS_MAX)
			out = arena_strdup(a, text);
		cJSON_free(text);
	}
	cJSON_Delete(w.out);
	return out;
}
