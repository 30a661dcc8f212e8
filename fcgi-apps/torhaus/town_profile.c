#include "torhaus/town_profile.h"

#include <ctype.h>
#include <stdbool.h>

#include "common/file.h"
#include "common/json.h"

#define PROFILE_MAX (64 << 10)
#define CREST_MAX (64 << 10)

static const char *
string_of(const cJSON *object, const char *name)
{
	const char *s = object != NULL ? json_string(object, name) : NULL;

	return s != NULL ? s : "";
}

/* Strings point into the tree, which lives as long as the arena. */
static void
read_both(const cJSON *object, const char *name, const char *out[LANG_COUNT])
{
	const cJSON *member = json_object(object, name);

	for (enum lang l = LANG_DE; l < LANG_COUNT; l++) {
		out[l] = string_of(member, lang_code(l));
		if (*out[l] == '\0')
			out[l] = out[lang_base(l)];
	}
}

static void
read_contact(struct arena *a, const cJSON *object, struct contact *out)
{
	const cJSON *lines, *line;
	const char **address;

	*out = (struct contact){
	    .name = string_of(object, "name"),
	    .mail = string_of(object, "mail"),
	    .phone = string_of(object, "phone"),
	    .url = string_of(object, "url"),
	};
	lines = object != NULL ? json_array(object, "address") : NULL;
	if (lines == NULL)
		return;
	address = arena_new(a, const char *,
	    (size_t)cJSON_GetArraySize(lines) + 1);
	cJSON_ArrayForEach(line, lines) if (cJSON_IsString(line))
	    address[out->naddress++] = line->valuestring;
	out->address = address;
}

static int
read_processors(struct arena *a, const cJSON *list, const char *path,
    struct town_profile *out, struct err *err)
{
	struct town_processor *p;
	const cJSON *one;

	if (list == NULL)
		return 0;
	p = arena_new(
	    a, struct town_processor, (size_t)cJSON_GetArraySize(list) + 1);
	out->processor = p;
	cJSON_ArrayForEach(one, list)
	{
		p->name = string_of(one, "name");
		p->contract = string_of(one, "contract");
		if (*p->name == '\0')
			return err_set(err, ERR_CONFIG,
			    "%s: processors: each needs a \"name\"", path);
		p++;
		out->nprocessor++;
	}
	return 0;
}

static bool
is_colour(const char *s)
{
	if (*s == '\0')
		return true;
	if (*s != '#' || strlen(s) != 7)
		return false;
	for (s++; *s != '\0'; s++)
		if (!isxdigit((unsigned char)*s))
			return false;
	return true;
}

static int
read_colours(const cJSON *object, struct town_profile *out,
    const char *path, struct err *err)
{
	out->accent = string_of(object, "accent");
	out->accent_dark = string_of(object, "accent_dark");
	if (!is_colour(out->accent) || !is_colour(out->accent_dark))
		return err_set(err, ERR_CONFIG,
		    "%s: colours: write them as #1a3da5", path);
	return 0;
}

static int
read_crest(struct arena *a, const char *dir, const char *slug,
    struct town_profile *out, struct err *err)
{
	const char *path = arena_printf(a, "%s/%s/wappen.svg", dir, slug);
	char *text;

	if (file_read(a, path, CREST_MAX, &text, &out->crest_len, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	if (strstr(text, "<svg") == NULL || strstr(text, "<script") != NULL)
		return err_set(err, ERR_CONFIG,
		    "%s: is no SVG picture, or carries a script", path);
	out->crest = text;
	return 0;
}

static int
read_members(struct arena *a, const char *path, struct town_profile *out,
    struct err *err)
{
	static const char none[] = "{}";
	const char *text = none;
	char *read;
	size_t len = strlen(none);
	cJSON *json;

	if (file_read(a, path, PROFILE_MAX, &read, &len, err) == 0)
		text = read;
	else if (err->code == ERR_NOT_FOUND)
		err_clear(err);
	else
		return -1;
	if (json_parse(a, text, len, &json_limits_package, &json, err) == -1)
		return err_set(err, ERR_CONFIG, "%s: is no JSON object", path);
	read_both(json, "kopfzeile", out->kopfzeile);
	read_both(json, "subtitle", out->subtitle);
	read_both(json, "hours", out->hours);
	read_both(json, "represented_by", out->represented_by);
	read_contact(a, json, &out->town);
	out->feedback_mail = string_of(json, "feedback_mail");
	if (*out->feedback_mail == '\0')
		out->feedback_mail = out->town.mail;
	out->vat_id = string_of(json, "vat_id");
	read_contact(a, json_object(json, "data_protection_officer"),
	    &out->data_protection_officer);
	read_contact(a, json_object(json, "supervisory_authority"),
	    &out->supervisory_authority);
	read_contact(a, json_object(json, "enforcement_body"),
	    &out->enforcement_body);
	out->accessibility_checked = string_of(json, "accessibility_checked");
	read_both(json, "third_countries", out->third_countries);
	if (read_processors(a, json_array(json, "processors"), path, out,
		err) == -1)
		return -1;
	return read_colours(json_object(json, "colours"), out, path, err);
}

int
town_profile_read(struct arena *a, const char *dir, const char *slug,
    struct town_profile *out, struct err *err)
{
	*out = (struct town_profile){0};
	if (read_members(a, arena_printf(a, "%s/%s/profile.json", dir, slug),
		out, err) == -1)
		return -1;
	return read_crest(a, dir, slug, out, err);
}

void
town_profile_gaps(const struct town_profile *p,
    void (*f)(void *arg, const char *member), void *arg)
{
	const struct {
		const char *member;
		bool is_given;
	} wanted[] = {
	    {"address", p->town.naddress > 0},
	    {"mail", *p->town.mail != '\0'},
	    {"phone", *p->town.phone != '\0'},
	    {"represented_by", *p->represented_by[LANG_DE] != '\0'},
	    {"data_protection_officer",
		*p->data_protection_officer.mail != '\0'},
	    {"supervisory_authority", *p->supervisory_authority.name != '\0'},
	    {"enforcement_body", *p->enforcement_body.name != '\0'},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (!wanted[i].is_given)
			f(arg, wanted[i].member);
}
