#include "common/service/service_def.h"

#include "common/file.h"
#include "common/form/form_def.h"
#include "common/json.h"
#include "common/num.h"

#define FILE_MAX (2 << 20)
#define VERSION_MAX 9999
#define NESTING_MAX 3 /* of blocks in blocks */

/* One field list being expanded: where it ends up and where it was written. */
struct place {
	struct service_folder *folder;
	cJSON *form;
	bool is_clerk; /* on a page of the office */
	cJSON **texts;
	const struct service_file *file;
	int nesting;
};

static void expand_list(const struct place *p, cJSON *list, const char *path,
    const char *file_path, const char *key_path);

/* "line 12, column 3": the number behind "line ", 0 when there is none. */
static size_t
line_in(const char *msg)
{
	const char *at = strstr(msg, "line ");
	size_t line = 0;

	if (at != NULL)
		for (at += 5; *at >= '0' && *at <= '9' && line < 1000000; at++)
			line = line * 10 + (size_t)(*at - '0');
	return line;
}

struct service_file *
service_file_read(struct service_folder *f, const char *name, bool is_needed)
{
	struct service_file *file = arena_new(f->arena, struct service_file, 1);
	struct err err = { 0 };
	char *text;

	file->name = arena_strdup(f->arena, name);
	if (file_read(f->arena, arena_printf(f->arena, "%s/%s", f->dir, name),
		FILE_MAX, &text, &file->len, &err) == -1) {
		if (is_needed || err.code != ERR_NOT_FOUND)
			form_mistake_add(f->mistakes, name, "",
			    "every package needs it", "%s", err.msg);
		return file;
	}
	file->text = text;
	if (json_parse(f->arena, text, file->len, &json_limits_package,
		&file->json, &err) == -1) {
		file->json = NULL;
		form_mistake_add(f->mistakes, name, "", "mend the JSON", "%s",
		    err.msg);
		f->mistakes->mistake[f->mistakes->n - 1].line =
		    line_in(err.msg);
	}
	return file;
}

static void
mistake(const struct place *p, const char *path, const char *remedy,
    const char *text)
{
	form_mistake_add(p->folder->mistakes, p->file->name, path, remedy,
	    "%s", text);
}

void
service_origin_add(struct service_folder *f, struct service_origin **list,
    const char *path, const struct service_file *file, const char *file_path)
{
	struct service_origin *o = arena_new(f->arena, struct service_origin, 1);

	o->path = path;
	o->file = file;
	o->file_path = file_path;
	o->next = *list;
	*list = o;
}

static bool
names(const cJSON *list, const char *key)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, list)
		if (cJSON_IsString(one) && strcmp(one->valuestring, key) == 0)
			return true;
	return false;
}

static cJSON *
field_of(const cJSON *fields, const char *key)
{
	cJSON *one;

	cJSON_ArrayForEach (one, fields) {
		const char *name = def_string(one, "key");

		if (name != NULL && strcmp(name, key) == 0)
			return one;
	}
	return NULL;
}

/* Each name of a list must be a field of the block. */
static void
check_names(const struct place *p, const cJSON *field, const char *member,
    const cJSON *fields, const char *file_path)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(field, member);
	const cJSON *one;

	if (list != NULL && !cJSON_IsArray(list))
		mistake(p, arena_printf(p->folder->arena, "%s.%s", file_path,
			       member),
		    "write a list of keys", "is no list");
	cJSON_ArrayForEach (one, list) {
		if (!cJSON_IsString(one) ||
		    field_of(fields, one->valuestring) == NULL)
			mistake(p,
			    arena_printf(p->folder->arena, "%s.%s", file_path,
				member),
			    "name keys of the block",
			    arena_printf(p->folder->arena,
				"the block has no field \"%s\"",
				cJSON_IsString(one) ? one->valuestring : "?"));
	}
}

/* The block's texts, with the field's path before them; a text of the package
 * wins. */
static void
texts_add(const struct place *p, const char *name, const char *key_path,
    const cJSON *omit)
{
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++) {
		struct service_folder *f = p->folder;
		struct service_file *file = p->texts[l] == NULL ? NULL
		    : service_file_read(f,
		    arena_printf(f->arena, "../blocks/%s.texts.%s.json", name,
			lang_code(l)),
		    l == lang_base(l));
		const cJSON *one;

		if (file == NULL)
			continue;
		cJSON_ArrayForEach (one, file->json) {
			size_t n = strcspn(one->string, ".");
			const char *first =
			    arena_dup(f->arena, one->string, n);
			/* A rule's text belongs to the rule, wherever. */
			const char *key = strcmp(first, "rule") == 0
			    ? arena_strdup(f->arena, one->string)
			    : arena_printf(f->arena, "%s.%s", key_path,
				  one->string);

			if (!cJSON_IsString(one) ||
			    (one->string[n] == '.' && names(omit, first)) ||
			    def_has(p->texts[l], key))
				continue;
			cJSON_AddStringToObject(
			    p->texts[l], key, one->valuestring);
			service_origin_add(f, &f->text_origin[l], key, file,
			    arena_strdup(f->arena, one->string));
		}
	}
}

/* Fields of the block that this form does not demand. */
static void
make_optional(cJSON *fields, const cJSON *optional)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, optional) {
		cJSON *field = !cJSON_IsString(one)
		    ? NULL
		    : field_of(fields, one->valuestring);

		cJSON_DeleteItemFromObjectCaseSensitive(field, "required");
		cJSON_DeleteItemFromObjectCaseSensitive(field, "require");
	}
}

/* Takes fields out; what stays remembers where it stands in the block. */
static void
take_out(const struct place *p, cJSON *fields, const cJSON *omit,
    const struct service_file *block, const char *path)
{
	struct arena *a = p->folder->arena;
	size_t i = 0, k = 0;
	cJSON *one = fields->child, *next;

	for (; one != NULL; one = next, i++) {
		const char *key = def_string(one, "key");

		next = one->next;
		if (key != NULL && names(omit, key)) {
			cJSON_Delete(
			    cJSON_DetachItemViaPointer(fields, one));
			continue;
		}
		service_origin_add(p->folder, &p->folder->form_origin,
		    arena_printf(a, "%s.fields[%zu]", path, k++), block,
		    arena_printf(a, "fields[%zu]", i));
	}
}

/* "person@2": the name, and the version that it is pinned to (0: none). */
static const char *
block_name(struct arena *a, const char *s, int64_t *version)
{
	const char *at = s == NULL ? NULL : strchr(s, '@');
	struct err ignored = { 0 };
	const char *name;

	*version = 0;
	if (s == NULL)
		return NULL;
	name = at == NULL ? arena_strdup(a, s)
			  : arena_dup(a, s, (size_t)(at - s));
	if (!def_is_key(name, true) ||
	    (at != NULL &&
		num_parse(at + 1, 1, VERSION_MAX, version, &ignored) == -1))
		return NULL;
	return name;
}

/* The version on disk is recorded with what is published. */
static void
check_version(const struct place *p, cJSON *field, const char *name,
    const struct service_file *block, int64_t wanted, const char *file_path)
{
	struct arena *a = p->folder->arena;
	int64_t is =
	    json_int(block->json, "version", 1, VERSION_MAX, 0);

	if (wanted > 0 && wanted != is)
		mistake(p, arena_printf(a, "%s.block", file_path),
		    "look at what changed in the block, then write its "
		    "version here",
		    is == 0
			? arena_printf(a, "\"%s\" has no version", name)
			: arena_printf(a,
			      "\"%s\" is pinned to version %lld, but %lld "
			      "is there",
			      name, (long long)wanted, (long long)is));
	if (is == 0 && def_has(block->json, "version"))
		form_mistake_add(p->folder->mistakes, block->name, "version",
		    "write a whole number from 1 on", "is no version");
	cJSON_DeleteItemFromObjectCaseSensitive(field, "block");
	cJSON_AddStringToObject(field, "block",
	    is == 0 ? name
		    : arena_printf(a, "%s@%lld", name, (long long)is));
}

/* Makes a group of a field with "block". */
static void
expand_block(const struct place *p, cJSON *field, const char *path,
    const char *file_path, const char *key_path)
{
	static const struct def_key keys[] = {
		{ "version", cJSON_Number, false },
		{ "fields", cJSON_Array, true },
		{ "rules", cJSON_Array, false },
		{ NULL, 0, false },
	};
	struct service_folder *f = p->folder;
	int64_t version;
	const char *name =
	    block_name(f->arena, def_string(field, "block"), &version);
	const cJSON *omit = cJSON_GetObjectItemCaseSensitive(field, "omit");
	struct form_def d = { .arena = f->arena, .mistakes = f->mistakes };
	struct place inner = *p;
	struct service_file *file;
	const cJSON *source;
	cJSON *fields;

	if (name == NULL) {
		mistake(p, file_path,
		    "write the name of a block, pinned or not: \"person\", "
		    "\"person@1\"",
		    "\"block\" is no name");
		return;
	}
	if (p->nesting == NESTING_MAX) {
		mistake(p, file_path, "nest less", "blocks nested too deep");
		return;
	}
	file = service_file_read(
	    f, arena_printf(f->arena, "../blocks/%s.json", name), true);
	if (file->json == NULL)
		return;
	d.file = file->name;
	source = cJSON_GetObjectItemCaseSensitive(file->json, "fields");
	if (!def_check_keys(&d, file->json, "", keys))
		return;
	check_version(p, field, name, file, version, file_path);
	check_names(p, field, "omit", source, file_path);
	check_names(p, field, "optional", source, file_path);
	fields = cJSON_Duplicate(source, true);
	make_optional(fields,
	    cJSON_GetObjectItemCaseSensitive(field, "optional"));
	take_out(p, fields, omit, file, path);
	texts_add(p, name, key_path, omit);
	service_block_rules_add(
	    f, p->form, p->is_clerk, file, key_path, omit);
	inner.file = file;
	inner.nesting++;
	expand_list(&inner, fields,
	    arena_printf(f->arena, "%s.fields", path), "fields", key_path);
	cJSON_DeleteItemFromObjectCaseSensitive(field, "omit");
	cJSON_DeleteItemFromObjectCaseSensitive(field, "optional");
	if (def_has(field, "type") || def_has(field, "fields"))
		mistake(p, file_path, "take them out; the block has them",
		    "\"block\" together with \"type\" or \"fields\"");
	cJSON_DeleteItemFromObjectCaseSensitive(field, "type");
	cJSON_DeleteItemFromObjectCaseSensitive(field, "fields");
	cJSON_AddStringToObject(field, "type", "group");
	cJSON_AddItemToObject(field, "fields", fields);
}

static void
expand_list(const struct place *p, cJSON *list, const char *path,
    const char *file_path, const char *key_path)
{
	struct arena *a = p->folder->arena;
	cJSON *field;
	size_t i = 0;

	cJSON_ArrayForEach (field, list) {
		const char *at = arena_printf(a, "%s[%zu]", path, i);
		const char *file_at = arena_printf(a, "%s[%zu]", file_path, i);
		const char *key = def_string(field, "key");
		const char *key_at;
		cJSON *inner =
		    cJSON_GetObjectItemCaseSensitive(field, "fields");

		i++;
		if (key == NULL)
			continue; /* reported when it is compiled */
		key_at = *key_path == '\0'
		    ? arena_strdup(a, key)
		    : arena_printf(a, "%s.%s", key_path, key);
		if (def_has(field, "block"))
			expand_block(p, field, at, file_at, key_at);
		else if (cJSON_IsArray(inner))
			expand_list(p, inner,
			    arena_printf(a, "%s.fields", at),
			    arena_printf(a, "%s.fields", file_at), key_at);
	}
}

void
service_blocks_expand(
    struct service_folder *f, cJSON *form, cJSON *texts[LANG_COUNT])
{
	const struct service_file own = { .name = "form.json" };
	struct place p = { .folder = f,
		.form = form,
		.texts = texts,
		.file = &own };
	cJSON *page;
	size_t i = 0;

	cJSON_ArrayForEach (
	    page, cJSON_GetObjectItemCaseSensitive(form, "pages")) {
		const char *path =
		    arena_printf(f->arena, "pages[%zu].fields", i++);

		p.is_clerk = def_bool(page, "clerk", false);

		expand_list(&p,
		    cJSON_GetObjectItemCaseSensitive(page, "fields"), path,
		    path, "");
	}
}
