/* Appointments: {"id", "start", "minutes", "de", "en", "full"} in a list of
 * the town's settings. */
#include "common/form/form_slot.h"

#include "common/date.h"
#include "common/form/form_def.h"
#include "common/json.h"

#define MINUTES_MAX 1440

const char *
form_slot_read(const cJSON *json, struct form_slot *out)
{
	struct err err = { 0 };
	const char *start = json_string(json, "start");

	*out = (struct form_slot){ .id = json_string(json, "id") };
	if (out->id == NULL || *out->id == '\0' ||
	    strlen(out->id) > FORM_SLOT_ID || strchr(out->id, ',') != NULL)
		return "\"id\" is missing, too long or has a comma";
	if (start == NULL ||
	    date_instant_parse(start, &out->start_ms, &err) == -1)
		return "\"start\" is no time like \"2026-12-01T09:00\"";
	out->minutes = json_int(json, "minutes", 1, MINUTES_MAX, 0);
	if (out->minutes == 0)
		return "\"minutes\" is no number from 1 to 1440";
	out->is_full =
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "full"));
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		out->label[l] = json_string(json, lang_code(l));
	return NULL;
}

bool
form_slot_split(
    const char *raw, char id[FORM_SLOT_ID + 1], int64_t *start_ms)
{
	size_t n = strcspn(raw, ",");
	struct err err = { 0 };

	if (n > FORM_SLOT_ID)
		return false;
	memcpy(id, raw, n);
	id[n] = '\0';
	*start_ms = INT64_MIN;
	if (raw[n] == ',' &&
	    date_instant_parse(raw + n + 1, start_ms, &err) == -1)
		*start_ms = INT64_MIN;
	return true;
}

const cJSON *
form_slot_list(const struct form_field *f, const void *settings)
{
	return cJSON_GetObjectItemCaseSensitive(
	    settings, f->options_from + strlen("setting."));
}

bool
form_slot_find(const struct form_field *f, const void *settings,
    const char *id, struct form_slot *out)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, form_slot_list(f, settings))
		if (form_slot_read(one, out) == NULL &&
		    strcmp(out->id, id) == 0)
			return true;
	return false;
}

void
form_slots_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const cJSON *list, *one;
	size_t i = 0;

	f->options_from = form_list_setting(d, json, path, "options_from");
	if (f->options_from == NULL) {
		if (!def_has(json, "options_from"))
			def_mistake(d, path,
			    "add \"options_from\": \"setting.slots\"",
			    "appointments without \"options_from\"");
		return;
	}
	list = form_slot_list(f, d->settings);
	cJSON_ArrayForEach (one, list) {
		struct form_slot slot, other;
		const char *why = form_slot_read(one, &slot);

		if (why == NULL &&
		    form_slot_find(f, d->settings, slot.id, &other) &&
		    other.start_ms != slot.start_ms)
			why = "the id is there twice";
		if (why != NULL)
			def_mistake(d, def_member(d, path, "options_from"),
			    "write {\"id\": \"a\", \"start\": "
			    "\"2026-12-01T09:00\", \"minutes\": 30}",
			    "appointment %zu of %s: %s", i, f->options_from,
			    why);
		i++;
	}
}
