#include "common/service/service_def.h"

#include "common/form/form_def.h"
#include "common/json.h"

#define INCLUDES_MAX 20

/* Messages that several services use, being put into one's mapping. */
struct inclusion {
	struct service_folder *folder;
	cJSON *xoev;
	const struct service_file *file;
};

static void
mistake(const struct inclusion *in, const char *path, const char *remedy,
    const char *text)
{
	form_mistake_add(in->folder->mistakes,
	    in->file == NULL ? "xoev.json" : in->file->name, path, remedy,
	    "%s", text);
}

/* The object or array of that name, made when it is not there. */
static cJSON *
member(cJSON *xoev, const char *name, cJSON *(*create)(void))
{
	cJSON *one = cJSON_GetObjectItemCaseSensitive(xoev, name);

	if (one == NULL)
		one = cJSON_AddItemToObject(xoev, name, create())
		    ? cJSON_GetObjectItemCaseSensitive(xoev, name)
		    : NULL;
	return one;
}

/* Names and what they stand for; the same name for something else is refused. */
static void
add_named(const struct inclusion *in, const char *name)
{
	struct arena *a = in->folder->arena;
	const cJSON *from = json_object(in->file->json, name), *one, *there;
	cJSON *to = member(in->xoev, name, cJSON_CreateObject);

	if (!cJSON_IsObject(to))
		return; /* told when the mapping is compiled */
	cJSON_ArrayForEach (one, from) {
		there = cJSON_GetObjectItemCaseSensitive(to, one->string);
		if (there != NULL && !cJSON_Compare(there, one, true))
			mistake(in, arena_printf(a, "%s.%s", name, one->string),
			    "call the package's own by another name",
			    arena_printf(a, "\"%s\" is there already",
				one->string));
		if (there != NULL)
			continue;
		cJSON_AddItemToObject(
		    to, one->string, cJSON_Duplicate(one, true));
		service_origin_add(in->folder, &in->folder->xoev_origin,
		    arena_printf(a, "%s.%s", name, one->string), in->file,
		    arena_printf(a, "%s.%s", name, one->string));
	}
}

static void
add_messages(const struct inclusion *in)
{
	struct arena *a = in->folder->arena;
	cJSON *to = member(in->xoev, "messages", cJSON_CreateArray);
	const cJSON *one;
	size_t i = 0;

	if (!cJSON_IsArray(to))
		return;
	cJSON_ArrayForEach (one, json_array(in->file->json, "messages")) {
		service_origin_add(in->folder, &in->folder->xoev_origin,
		    arena_printf(a, "messages[%d]", cJSON_GetArraySize(to)),
		    in->file, arena_printf(a, "messages[%zu]", i++));
		cJSON_AddItemToArray(to, cJSON_Duplicate(one, true));
	}
}

static void
include(struct inclusion *in, const char *name)
{
	static const struct def_key keys[] = {
		{ "format", cJSON_Number, true },
		{ "namespaces", cJSON_Object, true },
		{ "blocks", cJSON_Object, false },
		{ "messages", cJSON_Array, true },
		{ NULL, 0, false },
	};
	struct service_folder *f = in->folder;
	struct form_def d = { .arena = f->arena, .mistakes = f->mistakes };

	in->file = service_file_read(f,
	    arena_printf(f->arena, "../messages/%s.json", name), true);
	if (in->file->json == NULL)
		return; /* told by the reading */
	d.file = in->file->name;
	if (!def_check_keys(&d, in->file->json, "", keys))
		return;
	add_named(in, "namespaces");
	add_named(in, "blocks");
	add_messages(in);
}

void
service_messages_expand(struct service_folder *f, cJSON *xoev)
{
	struct inclusion in = { .folder = f, .xoev = xoev };
	const cJSON *list, *one;

	if (!cJSON_IsObject(xoev))
		return;
	list = cJSON_GetObjectItemCaseSensitive(xoev, "include");
	if (list == NULL)
		return;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > INCLUDES_MAX)
		mistake(&in, "include", "write a list of names", "is no list");
	else
		cJSON_ArrayForEach (one, list) {
			if (cJSON_IsString(one) &&
			    def_is_key(one->valuestring, true))
				include(&in, one->valuestring);
			else
				mistake(&in, "include",
				    "name files of services/messages",
				    "has something that is no name");
			in.file = NULL;
		}
	cJSON_DeleteItemFromObjectCaseSensitive(xoev, "include");
}
