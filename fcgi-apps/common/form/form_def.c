#include "common/form/form_def.h"

#include "common/form/form_default.h"
#include "common/json.h"

#define PAGES_MAX 60
#define FIELDS_MAX 2000
static void fields_compile(struct form_def *d, const cJSON *list,
    const char *path, const struct form_field *parent, size_t page,
    size_t depth, struct form_field *out);

/* Remembers where a field stands, for its conditions. */
static void
source_add(struct form_def *d, const cJSON *json, const char *path)
{
	if (d->nsource == d->source_room) {
		size_t room = d->source_room == 0 ? 64 : d->source_room * 2;
		const cJSON **source = arena_new(d->arena, const cJSON *, room);
		const char **paths = arena_new(d->arena, const char *, room);

		for (size_t i = 0; i < d->nsource; i++) {
			source[i] = d->source[i];
			paths[i] = d->source_path[i];
		}
		d->source = source;
		d->source_path = paths;
		d->source_room = room;
	}
	d->source[d->nsource] = json;
	d->source_path[d->nsource] = path;
	d->nsource++;
}

static void
children_compile(struct form_def *d, const cJSON *json, const char *path,
    size_t page, size_t depth, struct form_field *f)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "fields");
	struct form_field *child;

	if (f->type != FORM_GROUP && f->type != FORM_REPEAT)
		return;
	if (!cJSON_IsArray(list) || list->child == NULL) {
		def_mistake(d, path, "add \"fields\": [ ... ]",
		    "a %s without fields", form_type_name(f->type));
		return;
	}
	if (depth + 1 >= FORM_DEPTH) {
		def_mistake(d, path, "nest less", "groups nested too deep");
		return;
	}
	f->nchild = (size_t)cJSON_GetArraySize(list);
	child = arena_new(d->arena, struct form_field, f->nchild);
	f->child = child;
	fields_compile(d, list, def_member(d, path, "fields"), f, page,
	    depth + 1, child);
}

static void
check_unique(struct form_def *d, const struct form_field *f, size_t n,
    const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (*f->key != '\0' && strcmp(f[i].key, f[n].key) == 0 &&
		    *f[n].key != '\0')
			def_mistake(d, def_member(d, path, "key"),
			    "give it another key",
			    "the key \"%s\" is there twice", f[n].key);
}

/* Fills out[0..] from a list of fields, and what is in them. */
static void
fields_compile(struct form_def *d, const cJSON *list, const char *path,
    const struct form_field *parent, size_t page, size_t depth,
    struct form_field *out)
{
	const cJSON *json;
	size_t i = 0;

	cJSON_ArrayForEach (json, list) {
		const char *where = def_item(d, path, i);
		struct form_field *f = &out[i];

		f->key = f->path = "";
		f->parent = parent;
		f->page = page;
		f->slot = i++;
		f->ordinal = f->last = d->nsource;
		source_add(d, json, where);
		f->type = FORM_STATIC;
		if (!cJSON_IsObject(json)) {
			def_mistake(d, where, "write an object { ... }",
			    "is %s", def_type_name(json));
			continue;
		}
		form_field_compile(d, json, where, f);
		children_compile(d, json, where, page, depth, f);
		f->last = d->nsource - 1;
	}
}

/* Slots and keys count over all pages together. */
static void
number_top(struct form_def *d, struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		field[i].slot = i;
		check_unique(d, field, i, d->source_path[field[i].ordinal]);
	}
}

static void
check_groups(struct form_def *d, const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &field[i];

		for (size_t k = 0; k < f->nchild; k++)
			check_unique(d, f->child, k,
			    d->source_path[f->child[k].ordinal]);
		check_groups(d, f->child, f->nchild);
	}
}

/* ---- second pass: conditions ---- */

static const char *
as_written(struct form_def *d, const cJSON *json)
{
	char *text = cJSON_PrintUnformatted(json);
	const char *copy = arena_strdup(d->arena, text == NULL ? "" : text);

	cJSON_free(text);
	return copy;
}

static const struct form_cond *
condition(struct form_def *d, const cJSON *json, const char *path,
    const char *name, const struct form_names *names,
    struct form_reach reach, const char **source)
{
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(json, name);

	if (one == NULL)
		return NULL;
	if (source != NULL)
		*source = as_written(d, one);
	return form_cond_compile(
	    d, one, def_member(d, path, name), names, reach);
}

static void
option_conditions(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f, const struct form_names *names,
    struct form_reach reach)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "options");
	struct form_option *option = (struct form_option *)f->option;
	const char *where = def_member(d, path, "options");
	size_t before = form_mistakes_count(d->mistakes);
	struct form_ref parent;
	bool depends =
	    form_depends_compile(d, json, path, f, names, &parent);
	const cJSON *one;
	size_t i = 0;

	cJSON_ArrayForEach (one, list) {
		const char *at = def_item(d, where, i);
		cJSON *show = NULL;

		if (i >= f->noption || !cJSON_IsObject(one)) {
			i++;
			continue;
		}
		if (depends)
			show = form_depends_show(
			    d, one, at, f, parent.field);
		if (show != NULL) {
			option[i].show_source = as_written(d, show);
			option[i].show = form_cond_compile(
			    d, show, def_member(d, at, "of"), names, reach);
			cJSON_Delete(show);
		} else {
			option[i].show = condition(d, one, at, "show", names,
			    reach, &option[i].show_source);
		}
		i++;
	}
	if (depends && form_mistakes_count(d->mistakes) == before)
		form_depends_gaps(d, json, path, f, parent.field);
}

static void
value_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f, const struct form_names *names)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, "value");
	struct form_reach reach = { .kind = REACH_CALCULATED,
		.ordinal = f->ordinal };

	if (value == NULL) {
		def_mistake(d, path, "add \"value\": an expression",
		    "a calculated field without \"value\"");
		return;
	}
	f->value = form_expr_compile(
	    d, value, def_member(d, path, "value"), names, reach);
}

static void
conditions_compile(struct form_def *d, const struct form_field *field,
    size_t n, const struct form_field *parent)
{
	const struct form_names *names = form_names_of(d, parent);

	for (size_t i = 0; i < n; i++) {
		/* The compiler still owns what it hands out as const. */
		struct form_field *f = (struct form_field *)&field[i];
		const cJSON *json = d->source[f->ordinal];
		const char *path = d->source_path[f->ordinal];
		struct form_reach reach = { .kind = REACH_EARLIER,
			.ordinal = f->ordinal };

		f->show = condition(
		    d, json, path, "show", names, reach, &f->show_source);
		f->require = condition(
		    d, json, path, "require", names, reach, NULL);
		if (f->noption > 0)
			option_conditions(d, json, path, f, names, reach);
		if (form_is_computed(f))
			value_compile(d, json, path, f, names);
		else
			form_default_compile(d, json, path, f, names);
		if (f->type == FORM_CODELIST)
			form_code_list_parent(d, json, path, f, names);
		conditions_compile(d, f->child, f->nchild, f);
	}
}

static void
page_conditions(struct form_def *d, const cJSON *pages,
    struct form_page *page)
{
	const struct form_names *names = form_names_of(d, NULL);
	const cJSON *json;
	size_t i = 0;

	cJSON_ArrayForEach (json, pages) {
		struct form_reach reach = { .kind = REACH_EARLIER };

		if (page[i].nfield > 0)
			reach.ordinal = page[i].field[0].ordinal;
		page[i].show = condition(d, json, def_item(d, "pages", d->first_page + i),
		    "show", names, reach, &page[i].show_source);
		i++;
	}
}

static void
mail_path_find(struct form_def *d, const struct form_field *field, size_t n,
    bool is_repeated)
{
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &field[i];
		const char *where =
		    def_member(d, d->source_path[f->ordinal], "mail_to");

		if (f->takes_mail && is_repeated)
			def_mistake(d, where, "move it out of the group",
			    "the confirmation cannot go to several addresses");
		else if (f->takes_mail && d->form->mail_path != NULL)
			def_mistake(d, where, "keep it at one of them",
			    "\"%s\" takes the confirmation already",
			    d->form->mail_path);
		else if (f->takes_mail)
			d->form->mail_path = f->path;
		mail_path_find(d, f->child, f->nchild,
		    is_repeated || f->type == FORM_REPEAT);
	}
}

/* ---- pages ---- */

/* How many fields the pages have, groups counted once; 0 after mistakes. */
static size_t
count_fields(struct form_def *d, const cJSON *pages)
{
	static const struct def_key keys[] = {
		{ "id", cJSON_String, true },
		{ "show", 0, false },
		{ "fields", cJSON_Array, true },
		{ "clerk", cJSON_True, false },
		{ NULL, 0, false },
	};
	const cJSON *page;
	size_t n = 0, i = 0;
	bool is_fine = true;

	cJSON_ArrayForEach (page, pages) {
		const char *path = def_item(d, "pages", d->first_page + i++);
		const cJSON *list =
		    cJSON_GetObjectItemCaseSensitive(page, "fields");

		if (!def_check_keys(d, page, path, keys)) {
			is_fine = cJSON_IsArray(list) && is_fine;
			if (!cJSON_IsArray(list))
				continue;
		}
		if (list->child == NULL)
			def_mistake(d, path, "add fields or take it out",
			    "a page without fields");
		n += (size_t)cJSON_GetArraySize(list);
	}
	return is_fine ? n : 0;
}

static size_t
count_all(const cJSON *json, int depth)
{
	const cJSON *one;
	size_t n = 0;

	if (depth > 32)
		return 0;
	cJSON_ArrayForEach (one, json) {
		if (one->string != NULL && strcmp(one->string, "fields") == 0)
			n += (size_t)cJSON_GetArraySize(one);
		n += count_all(one, depth + 1);
	}
	return n;
}

/* Addresses beside the pages of a stepped form. */
static bool
is_reserved(const char *id)
{
	static const char *const names[] = {
	    "ergebnis", "loeschen", "merken", "pruefen"};

	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(names[i], id) == 0)
			return true;
	return false;
}

static void
pages_compile(struct form_def *d, const cJSON *pages, struct form_page *page,
    struct form_field *field)
{
	const cJSON *json;
	size_t i = 0, used = 0;

	cJSON_ArrayForEach (json, pages) {
		const cJSON *list =
		    cJSON_GetObjectItemCaseSensitive(json, "fields");
		const char *path = def_item(d, "pages", d->first_page + i);
		const char *id = def_string(json, "id");

		page[i].id = arena_strdup(d->arena, id == NULL ? "" : id);
		page[i].field = &field[used];
		page[i].nfield = (size_t)cJSON_GetArraySize(list);
		if (id != NULL && !def_is_key(id, false))
			def_mistake(d, def_member(d, path, "id"),
			    "use small letters, digits and _",
			    "\"%s\" cannot be an id", id);
		if (d->form->is_stepped && is_reserved(page[i].id))
			def_mistake(d, def_member(d, path, "id"),
			    "give it another id",
			    "\"%s\" is the address of a page of ours",
			    page[i].id);
		for (size_t k = 0; k < i; k++)
			if (strcmp(page[k].id, page[i].id) == 0)
				def_mistake(d, def_member(d, path, "id"),
				    "give it another id",
				    "the page \"%s\" is there twice",
				    page[i].id);
		fields_compile(d, list, def_member(d, path, "fields"), NULL, i,
		    0, &field[used]);
		used += page[i].nfield;
		i++;
	}
}

struct form *
form_compile(struct form_def *d, const cJSON *json)
{
	static const struct def_key keys[] = {
		{ "pages", cJSON_Array, true },
		{ "rules", cJSON_Array, false },
		{ "steps", cJSON_True, false },
		{ "clerk_rules", cJSON_Array, false },
		{ NULL, 0, false },
	};
	const cJSON *pages = cJSON_GetObjectItemCaseSensitive(json, "pages");
	const char *rules = d->rules == NULL ? "rules" : d->rules;
	size_t before = form_mistakes_count(d->mistakes), n;
	struct form *form = arena_new(d->arena, struct form, 1);
	struct form_page *page;
	struct form_field *field;

	d->form = form;
	(void)def_check_keys(d, json, "", keys);
	n = cJSON_IsArray(pages) ? (size_t)cJSON_GetArraySize(pages) : 0;
	if (n == 0 || n > PAGES_MAX) {
		def_mistake(d, "pages", "give 1 to 60 pages", "%zu pages", n);
		return NULL;
	}
	if (count_all(json, 0) > FIELDS_MAX) {
		def_mistake(d, "pages", "split the service",
		    "over %d fields", FIELDS_MAX);
		return NULL;
	}
	form->npage = n;
	if ((form->nfield = count_fields(d, pages)) == 0)
		return NULL;
	page = arena_new(d->arena, struct form_page, form->npage);
	field = arena_new(d->arena, struct form_field, form->nfield);
	form->page = page;
	form->field = field;
	form->is_stepped = def_bool(json, "steps", false);
	pages_compile(d, pages, page, field);
	number_top(d, field, form->nfield);
	check_groups(d, field, form->nfield);
	form->nordinal = d->nsource;
	form->index = form_index_new(d->arena, form);
	if (d->has_bad_type)
		return NULL;
	page_conditions(d, pages, page);
	conditions_compile(d, field, form->nfield, NULL);
	form->rules = form_rules_compile(d,
	    cJSON_GetObjectItemCaseSensitive(json, rules), rules);
	mail_path_find(d, field, form->nfield, false);
	return form_mistakes_count(d->mistakes) > before ? NULL : form;
}
