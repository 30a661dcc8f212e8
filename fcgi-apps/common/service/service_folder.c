#include "common/service/service_def.h"

#include <sys/stat.h>

#include "common/form/form_def.h"
#include "common/json.h"

static const char *
base_name(struct arena *a, const char *dir)
{
	size_t n = strlen(dir);
	const char *slash;
	char *copy;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	copy = arena_dup(a, dir, n);
	slash = strrchr(copy, '/');
	return slash == NULL ? copy : slash + 1;
}

static const char *
text_file(struct arena *a, enum lang lang)
{
	return arena_printf(a, "texts.%s.json", lang_code(lang));
}

/* The origin whose path leads furthest towards path. */
static const struct service_origin *
origin_of(const struct service_origin *list, const char *path)
{
	const struct service_origin *best = NULL;

	for (; list != NULL; list = list->next) {
		size_t n = strlen(list->path);

		if (strncmp(list->path, path, n) == 0 &&
		    (path[n] == '\0' || path[n] == '.' || path[n] == '[') &&
		    (best == NULL || n > strlen(best->path)))
			best = list;
	}
	return best;
}

/*
 * The line of a path; of something that is missing the line of what stands
 * around it, or beside it among texts ("dogs.label" goes with "dogs.hint").
 */
static size_t
line_near(struct arena *a, const struct service_file *file, const char *path)
{
	size_t line = json_line_of(file->text, file->len, path);
	const cJSON *one;

	for (size_t n = strlen(path); line == 0 && n > 0; n--) {
		if (path[n - 1] != '.' && path[n - 1] != '[')
			continue;
		line = json_line_of(
		    file->text, file->len, arena_dup(a, path, n - 1));
		cJSON_ArrayForEach (one, file->json)
			if (line == 0 && one->string != NULL &&
			    path[n - 1] == '.' &&
			    strncmp(one->string, path, n) == 0)
				line = json_line_of(
				    file->text, file->len, one->string);
	}
	return line == 0 ? 1 : line;
}

/* Tells where in which file a mistake was written, and its line. */
static void
locate(struct service_folder *f, struct form_mistake *m,
    const struct service_file *const *file, size_t nfile)
{
	const struct service_origin *list = NULL, *origin;

	if (strcmp(m->file, "form.json") == 0)
		list = f->form_origin;
	if (strcmp(m->file, "xoev.json") == 0)
		list = f->xoev_origin;
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if (strcmp(m->file, text_file(f->arena, l)) == 0)
			list = f->text_origin[l];
	origin = origin_of(list, m->path);
	if (origin != NULL) {
		m->path = arena_printf(f->arena, "%s%s", origin->file_path,
		    m->path + strlen(origin->path));
		m->file = origin->file->name;
		if (m->line == 0)
			m->line = json_line_of(origin->file->text,
			    origin->file->len, m->path);
		return;
	}
	for (size_t i = 0; i < nfile; i++)
		if (m->line == 0 && file[i]->text != NULL &&
		    strcmp(file[i]->name, m->file) == 0)
			m->line = line_near(f->arena, file[i], m->path);
}

static const char *
package_of(struct arena *a, const struct service_source *source)
{
	cJSON *package = cJSON_CreateObject(), *texts = cJSON_CreateObject();
	char *text;
	const char *copy;

	cJSON_AddNumberToObject(package, "format", 1);
	cJSON_AddItemToObject(
	    package, "service", cJSON_Duplicate(source->service, true));
	cJSON_AddItemToObject(
	    package, "form", cJSON_Duplicate(source->form, true));
	if (source->xoev != NULL)
		cJSON_AddItemToObject(
		    package, "xoev", cJSON_Duplicate(source->xoev, true));
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if (source->texts[l] != NULL)
			cJSON_AddItemToObject(texts, lang_code(l),
			    cJSON_Duplicate(source->texts[l], true));
	cJSON_AddItemToObject(package, "texts", texts);
	text = cJSON_PrintUnformatted(package);
	copy = arena_strdup(a, text == NULL ? "" : text);
	cJSON_free(text);
	cJSON_Delete(package);
	return copy;
}

static void
check_name(struct service_folder *f, const struct service_file *file)
{
	const char *id = def_string(file->json, "id");
	const char *name = base_name(f->arena, f->dir);

	if (id != NULL && strcmp(id, name) != 0 && strcmp(name, ".") != 0)
		form_mistake_add(f->mistakes, file->name, "id",
		    "name the folder as the service",
		    "the service is \"%s\", its folder \"%s\"", id, name);
}

int
service_read_folder(struct arena *a, const char *dir, struct service **out,
    const char **package, struct form_mistakes *mistakes, struct err *err)
{
	struct service_folder f = { .arena = a, .mistakes = mistakes,
		.dir = dir };
	struct service_source source;
	const struct service_file *file[3 + LANG_COUNT];
	cJSON *texts[LANG_COUNT];
	size_t before = form_mistakes_count(mistakes), first = mistakes->n;
	struct stat st;

	*out = NULL;
	*package = NULL;
	if (stat(dir, &st) == -1 || !S_ISDIR(st.st_mode))
		return err_set(err, ERR_NOT_FOUND, "%s: no such folder", dir);
	file[0] = service_file_read(&f, "service.json", true);
	file[1] = service_file_read(&f, "form.json", true);
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		file[2 + l] = service_file_read(
		    &f, text_file(a, l), l == lang_base(l));
	file[2 + LANG_COUNT] = service_file_read(&f, "xoev.json", false);
	if (form_mistakes_count(mistakes) > before)
		return 0;
	check_name(&f, file[0]);
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		texts[l] = file[2 + l]->json;
	service_blocks_expand(&f, file[1]->json, texts);
	service_messages_expand(&f, file[2 + LANG_COUNT]->json);
	source = (struct service_source){
		.service = file[0]->json,
		.form = file[1]->json,
		.xoev = file[2 + LANG_COUNT]->json,
	};
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		source.texts[l] = texts[l];
	*out = service_compile(a, &source, true, mistakes);
	for (size_t i = first; i < mistakes->n; i++)
		locate(&f, &mistakes->mistake[i], file, nitems(file));
	if (form_mistakes_count(mistakes) > before)
		*out = NULL;
	else
		*package = package_of(a, &source);
	return 0;
}
