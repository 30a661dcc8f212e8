#include "common/form/form_def.h"

/* Frees the halves with the arena; their mistakes were copied by then. */
static void
free_json(void *arg)
{
	cJSON_Delete(arg);
}

static cJSON *
half(struct form_def *d, const cJSON *json, bool wants_clerk)
{
	cJSON *out = cJSON_CreateObject(), *pages = cJSON_CreateArray();
	const cJSON *one;

	arena_defer(d->arena, free_json, out);
	cJSON_ArrayForEach (one, json)
		if (strcmp(one->string, "pages") != 0 &&
		    !(wants_clerk && strcmp(one->string, "steps") == 0))
			cJSON_AddItemToObject(
			    out, one->string, cJSON_Duplicate(one, true));
	cJSON_ArrayForEach (
	    one, cJSON_GetObjectItemCaseSensitive(json, "pages"))
		if (def_bool(one, "clerk", false) == wants_clerk)
			cJSON_AddItemToArray(
			    pages, cJSON_Duplicate(one, true));
	cJSON_AddItemToObject(out, "pages", pages);
	return out;
}

void
form_clerk_split(struct form_def *d, const cJSON *json, const cJSON **public,
    const cJSON **clerk, size_t *npublic)
{
	const cJSON *pages = cJSON_GetObjectItemCaseSensitive(json, "pages");
	const cJSON *page;
	size_t i = 0, n = 0;

	*public = json;
	*clerk = NULL;
	*npublic = 0;
	if (!cJSON_IsArray(pages))
		return;
	cJSON_ArrayForEach (page, pages) {
		bool is_clerk = def_bool(page, "clerk", false);

		if (is_clerk)
			n++;
		else if (n > 0)
			def_mistake(d, def_item(d, "pages", i),
			    "move it before the pages of the office",
			    "a page for applicants behind one of the office");
		i++;
	}
	*npublic = i - n;
	if (n == 0) {
		if (def_has(json, "clerk_rules"))
			def_mistake(d, "clerk_rules",
			    "add a page with \"clerk\": true, or take it out",
			    "rules of the office, but no page of it");
		return;
	}
	*public = half(d, json, false);
	*clerk = half(d, json, true);
}

static void
check_fields(struct form_def *d, const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *path = d->source_path[field[i].ordinal];

		if (field[i].type == FORM_FILE)
			def_mistake(d, def_member(d, path, "type"),
			    "name the file in a text field",
			    "the office's pages take no files");
		if (field[i].takes_mail)
			def_mistake(d, def_member(d, path, "mail_to"),
			    "take it out",
			    "the confirmation goes to the applicant");
		check_fields(d, field[i].child, field[i].nchild);
	}
}

void
form_clerk_check(
    struct form_def *d, const struct form *public, const struct form *clerk)
{
	check_fields(d, clerk->field, clerk->nfield);
	for (size_t i = 0; i < clerk->nfield; i++)
		if (form_field_find(public, clerk->field[i].key) != NULL)
			def_mistake(d,
			    def_member(d,
				d->source_path[clerk->field[i].ordinal],
				"key"),
			    "give it another key",
			    "applicants have a field \"%s\" as well",
			    clerk->field[i].key);
	for (size_t i = 0; i < clerk->npage; i++)
		for (size_t k = 0; k < public->npage; k++)
			if (strcmp(public->page[k].id, clerk->page[i].id) == 0)
				def_mistake(d,
				    def_member(d,
					def_item(d, "pages",
					    d->first_page + i),
					"id"),
				    "give it another id",
				    "the page \"%s\" is there twice",
				    clerk->page[i].id);
}
