#include "torhaus/service_offer.h"

#include "common/json.h"
#include "common/service/service_opening.h"
#include "torhaus/service_mistakes.h"

int
offer_find(struct tool *t, const char *slug, struct service_offer_row *out,
    struct err *err)
{
	struct service_offer_row *rows;
	size_t n;

	if (service_offer_rows(t->db, t->arena, &rows, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].town_id != db_town_id(t->db) ||
		    strcmp(rows[i].slug, slug) != 0)
			continue;
		*out = rows[i];
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND,
	    "the town does not offer '%s'; torhaus service list shows what "
	    "it offers",
	    slug);
}

bool
offer_settings_check(struct tool *t, const struct service *s,
    const char *settings, const char *file)
{
	struct form_mistakes mistakes = {.arena = t->arena};
	struct err err = {0};
	const void *merged;
	cJSON *own;

	if (json_parse(t->arena, settings, strlen(settings),
		&json_limits_package, &own, &err) == -1) {
		(void)fprintf(stderr, "%s: %s\n", file, err.msg);
		return false;
	}
	merged = service_settings_merge(t->arena, s, own, &mistakes);
	(void)service_opening_compile(t->arena, s, merged, &mistakes);
	for (size_t i = 0; i < mistakes.n; i++)
		mistakes.mistake[i].file = file;
	service_mistakes_print(NULL, &mistakes);
	return form_mistakes_count(&mistakes) == 0;
}

const char *
offer_settings_stage(struct tool *t, const char *settings, const cJSON *rule)
{
	const char *out = "{}";
	struct err err = {0};
	cJSON *json;

	if (json_parse(t->arena, settings, strlen(settings),
		&json_limits_package, &json, &err) == -1)
		return out; /* the table's constraint keeps this away */
	json = cJSON_Duplicate(json, true);
	cJSON_DeleteItemFromObjectCaseSensitive(json, "opening");
	if (rule != NULL)
		cJSON_AddItemToObject(
		    json, "opening", cJSON_Duplicate(rule, true));
	out = json_print(t->arena, json);
	cJSON_Delete(json);
	return out;
}
