#include "common/date.h"
#include "common/form/form_def.h"
#include "common/service/opening_def.h"
#include "common/utf8.h"

#define PATH "opening"
#define INITIALS_MAX 8 /* characters of a beginning */

static bool
day(struct form_def *d, const cJSON *json, const char *name, int32_t *out)
{
	const char *s = def_string(json, name);
	struct err err = { 0 };

	if (s == NULL)
		return false;
	if (date_parse(s, out, &err) == 0)
		return true;
	def_mistake(d, def_member(d, PATH, name), "write it as 2026-12-31",
	    "\"%s\" is no day", s);
	return false;
}

static void
days(struct form_def *d, const cJSON *json, struct service_opening *o)
{
	o->has_from = day(d, json, "from", &o->from);
	o->has_until = day(d, json, "until", &o->until);
	o->has_all_from = day(d, json, "all_from", &o->all_from);
	if (o->has_from && o->has_until && o->until < o->from)
		def_mistake(d, PATH ".until", "swap them",
		    "it closes before it opens");
	if (o->has_all_from && o->has_from && o->all_from < o->from)
		def_mistake(d, PATH ".all_from", "swap them",
		    "it is open to all before it opens");
	if (o->has_all_from && o->has_until && o->all_from > o->until)
		def_mistake(d, PATH ".all_from", "take it out, or put "
		    "\"until\" off", "it opens to all after it closes");
}

/* A field whose answer a rule goes by; NULL after a mistake. */
static const char *
field_path(struct form_def *d, const struct form *form, const cJSON *json,
    const char *path)
{
	const char *name = def_string(json, "field");
	const struct form_field *f = form_field_find(form, name);
	const struct form_field *outer;

	path = def_member(d, path, "field");
	if (f == NULL || f->nchild > 0 || f->type == FORM_STATIC ||
	    f->type == FORM_FILE) {
		def_mistake(d, path,
		    "write the path of a field of the form: "
		    "\"person.family_name\"",
		    f == NULL ? "the form has no field \"%s\""
			      : "\"%s\" has no text to go by",
		    name);
		return NULL;
	}
	for (outer = f->parent; outer != NULL; outer = outer->parent)
		if (outer->type == FORM_REPEAT) {
			def_mistake(d, path,
			    "use a field that is asked once",
			    "\"%s\" is asked in every item of \"%s\"", name,
			    outer->path);
			return NULL;
		}
	return f->path;
}

/* "A-K", "M", "Sa-Sch" */
static bool
range_compile(struct form_def *d, const char *s, struct opening_range *out)
{
	const char *hyphen = strchr(s, '-');

	out->shown = s;
	out->first = utf8_fold(d->arena,
	    hyphen == NULL ? s
			   : arena_dup(d->arena, s, (size_t)(hyphen - s)));
	out->last = hyphen == NULL ? out->first
				   : utf8_fold(d->arena, hyphen + 1);
	return *out->first != '\0' && *out->last != '\0' &&
	    strlen(out->first) <= INITIALS_MAX &&
	    strlen(out->last) <= INITIALS_MAX &&
	    strncmp(out->first, out->last, strlen(out->last)) <= 0;
}

static void
initials(struct form_def *d, const struct form *form, const cJSON *json,
    struct service_opening *o)
{
	static const struct def_key keys[] = {
		{ "field", cJSON_String, true },
		{ "ranges", cJSON_Array, true },
		{ NULL, 0, false },
	};
	const char *path = PATH ".initials";
	const char *const *range;
	struct opening_range *out;
	size_t n;

	if (json == NULL || !def_check_keys(d, json, path, keys))
		return;
	o->initials.path = field_path(d, form, json, path);
	range = def_strings(d, json, path, "ranges", &n);
	path = def_member(d, path, "ranges");
	if (n == 0)
		def_mistake(d, path, "write [\"A-K\"], or take it out",
		    "no initials: nobody could apply");
	out = arena_new(d->arena, struct opening_range, n);
	for (size_t i = 0; i < n; i++)
		if (!range_compile(d, range[i], &out[i]))
			def_mistake(d, def_item(d, path, i),
			    "write \"A-K\", \"M\" or \"Sa-Sch\", from first "
			    "to last",
			    "\"%s\" is no range of initials", range[i]);
	o->initials.range = out;
	o->initials.n = n;
}

static void
districts(struct form_def *d, const struct form *form, const cJSON *json,
    struct service_opening *o)
{
	static const struct def_key keys[] = {
		{ "field", cJSON_String, true },
		{ "values", cJSON_Array, true },
		{ NULL, 0, false },
	};
	const char *path = PATH ".districts";

	if (json == NULL || !def_check_keys(d, json, path, keys))
		return;
	o->districts.path = field_path(d, form, json, path);
	o->districts.value =
	    def_strings(d, json, path, "values", &o->districts.n);
	if (o->districts.n == 0)
		def_mistake(d, def_member(d, path, "values"),
		    "write [\"12345\"], or take it out",
		    "no districts: nobody could apply");
}

/* The offices that the service can go to, as the town calls them. */
static bool
is_office(const struct service *s, const void *settings, const char *slug)
{
	if (strcmp(slug, service_department_name(s->department, settings)) ==
	    0)
		return true;
	for (size_t i = 0; i < s->nroute; i++)
		if (strcmp(slug,
			service_department_name(
			    s->route[i].department, settings)) == 0)
			return true;
	return false;
}

static void
offices(struct form_def *d, const struct service *s, const void *settings,
    const cJSON *json, struct service_opening *o)
{
	o->office = def_strings(d, json, PATH, "offices", &o->noffice);
	if (o->office != NULL && o->noffice == 0)
		def_mistake(d, PATH ".offices",
		    "name departments, or take it out",
		    "no offices: nobody could apply");
	for (size_t i = 0; i < o->noffice; i++)
		if (!is_office(s, settings, o->office[i]))
			def_mistake(d, def_item(d, PATH ".offices", i),
			    arena_printf(d->arena,
				"name a department that the routing leads "
				"to, such as \"%s\"",
				service_department_name(
				    s->department, settings)),
			    "no application of this service goes to \"%s\"",
			    o->office[i]);
}

const struct service_opening *
service_opening_compile(struct arena *a, const struct service *s,
    const void *settings, struct form_mistakes *mistakes)
{
	static const struct def_key keys[] = {
		{ "from", cJSON_String, false },
		{ "until", cJSON_String, false },
		{ "all_from", cJSON_String, false },
		{ "initials", cJSON_Object, false },
		{ "districts", cJSON_Object, false },
		{ "offices", cJSON_Array, false },
		{ "invited", cJSON_True, false },
		{ "share", cJSON_Number, false },
		{ NULL, 0, false },
	};
	const cJSON *json =
	    cJSON_GetObjectItemCaseSensitive((const cJSON *)settings, PATH);
	struct form_def d = { .arena = a, .mistakes = mistakes,
		.file = "settings" };
	size_t before = form_mistakes_count(mistakes);
	struct service_opening *o;

	if (json == NULL || (cJSON_IsObject(json) && json->child == NULL))
		return NULL;
	if (!def_check_keys(&d, json, PATH, keys))
		return NULL;
	o = arena_new(a, struct service_opening, 1);
	days(&d, json, o);
	o->is_invited = def_bool(json, "invited", false);
	o->share = (int)def_size(&d, json, PATH, "share", 1, 100, 100);
	initials(&d, s->form,
	    cJSON_GetObjectItemCaseSensitive(json, "initials"), o);
	districts(&d, s->form,
	    cJSON_GetObjectItemCaseSensitive(json, "districts"), o);
	offices(&d, s, settings, json, o);
	if (o->is_invited &&
	    (o->share < 100 || o->initials.path != NULL ||
		o->districts.path != NULL || o->noffice > 0))
		form_warning_add(mistakes, d.file, PATH ".invited",
		    "take out what does not count, or \"invited\"",
		    "only dates count beside \"invited\"");
	return form_mistakes_count(mistakes) > before ? NULL : o;
}
