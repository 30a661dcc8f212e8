#include <cjson/cJSON.h>

#include "common/form/form_script.h"
#include "common/json.h"

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

/* ---- answers of other pages ---- */

struct naming {
	const char *key;
	size_t len;
	bool is_named;
};

/* Whether a condition names a field: "key", "key.of_it", "@key". */
static void
look_for_name(void *arg, const char *source)
{
	struct naming *n = arg;

	while (!n->is_named && (source = strchr(source, '"')) != NULL) {
		source++;
		if (*source == '@')
			source++;
		n->is_named = strncmp(source, n->key, n->len) == 0 &&
		    (source[n->len] == '"' || source[n->len] == '.');
	}
}

struct told {
	const struct form_page *page;
	size_t index; /* the page's */
	struct json_out *out;
	bool is_told; /* the top field that is gone through */
	size_t n;
};

static void
tell_answer(struct told *t, const char *path, const struct answer *a)
{
	enum form_type type = a->field->type;
	struct json_out *out = t->out;

	if (type == FORM_GROUP || type == FORM_STATIC ||
	    type == FORM_CALCULATED)
		return;
	t->n++;
	json_key(out, path);
	if (type == FORM_REPEAT) {
		json_put_int(out, a->is_shown ? (int64_t)a->nitem : 0);
	} else if (type == FORM_MULTI_CHOICE) {
		json_open_array(out);
		for (size_t i = 0; a->is_shown && i < a->nlist; i++)
			json_put_string(out, a->list[i]);
		json_close_array(out);
	} else if (type == FORM_FILE)
		json_put_string(out, a->is_shown && a->nfile > 0 ? "file" : "");
	else if (a->is_shown && a->raw != NULL)
		json_put_string(out, a->raw);
	else /* a checkbox that is not set says no */
		json_put_string(out, type == FORM_CHECKBOX ? "false" : "");
}

static void
visit_answer(void *arg, const char *path, const struct answer *a)
{
	struct told *t = arg;

	if (a->field->parent == NULL) {
		struct naming n = { .key = a->field->key,
			.len = strlen(a->field->key) };

		if (a->field->page != t->index)
			each_field(t->page->field, t->page->nfield,
			    look_for_name, &n);
		t->is_told = n.is_named;
	}
	if (t->is_told)
		tell_answer(t, path, a);
}

const char *
form_script_answers(struct arena *a, const struct form_page *page,
    const struct form_answers *answers)
{
	struct buf *text = buf_new(a, SETTINGS_MAX);
	struct json_out out;
	struct told t = { .page = page,
		.index = (size_t)(page - answers->form->page),
		.out = &out };

	json_begin(&out, text);
	json_open_object(&out);
	form_each(answers, visit_answer, &t);
	json_close_object(&out);
	return t.n > 0 && text->failed == ERR_NONE ? buf_text(text) : NULL;
}
