/* torhaus service import, list, open, close */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/file.h"
#include "common/json.h"
#include "common/service/service_store.h"
#include "torhaus/service_mistakes.h"
#include "torhaus/service_settings.h"
#include "torhaus/service_offer.h"

/*
 * A town that offers the service already keeps its opening rule, unless the
 * new settings bring one: no import opens to all by oversight.
 */
static const char *
with_opening(struct tool *t, const char *slug, const char *settings)
{
	struct service_offer_row row;
	struct err ignored = {0};
	cJSON *own, *now;

	if (offer_find(t, slug, &row, &ignored) == -1 ||
	    json_parse(t->arena, settings, strlen(settings),
		&json_limits_package, &own, &ignored) == -1 ||
	    json_parse(t->arena, row.settings, row.settings_len,
		&json_limits_package, &now, &ignored) == -1 ||
	    cJSON_HasObjectItem(own, "opening") ||
	    json_object(now, "opening") == NULL)
		return settings;
	return offer_settings_stage(
	    t, settings, json_object(now, "opening"));
}

static int
publish(struct tool *t, const struct service *s, const char *package,
    const char *settings, bool *is_new, struct err *err)
{
	uint32_t version;

	if (service_publish(t->db, t->arena, s->slug, s->version, package,
		strlen(package), date_now_ms(), &version, is_new, err) == -1)
		return -1;
	return service_offer(t->db, version, settings, true, err);
}

int
cmd_service_import(struct tool *t, int argc, char **argv)
{
	const char *dir = tool_word(argc, argv, 0, NULL);
	const char *settings, *package, *file;
	struct form_mistakes mistakes = {.arena = t->arena};
	const struct service *bound;
	struct service *s;
	struct err err = {0};
	bool is_new;

	if (dir == NULL)
		return tool_usage("which folder?");
	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    service_read_folder(
		t->arena, dir, &s, &package, &mistakes, &err) == -1)
		return tool_fail(&err);
	bound = s;
	if (s != NULL && service_bind_lists(t->db, t->arena, &bound, 1,
			     &mistakes, &err) == -1)
		return tool_fail(&err);
	service_mistakes_print(dir, &mistakes);
	if (s == NULL || form_mistakes_count(&mistakes) > 0)
		return EXIT_FINDINGS;
	if (service_settings_read(t->arena,
		tool_option(argc, argv, "--settings"), s->slug,
		&settings, &err) == -1)
		return tool_fail(&err);
	settings = with_opening(t, s->slug, settings);
	file = tool_option(argc, argv, "--settings");
	if (!offer_settings_check(
		t, s, settings, file == NULL ? "settings" : file))
		return EXIT_FINDINGS;
	if (publish(t, s, package, settings, &is_new, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s %s: %s\n", s->slug, s->version,
	    is_new ? "published" : "was published already; on offer");
	return EXIT_OK;
}

static void
list_town(struct tool *t, const struct town *town)
{
	const struct town_service *const *offers;
	size_t n = service_set_offers(t->set, town, &offers);

	for (size_t i = 0; i < n; i++)
		(void)printf("%-16s %-26s %-10s %-7s %s\n", town->slug,
		    offers[i]->service->slug, offers[i]->service->version,
		    offers[i]->is_open ? "open" : "closed",
		    service_text(
			offers[i]->service, LANG_DE, "service.name"));
}

int
cmd_service_list(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_option(argc, argv, "--town");
	const struct town *const *towns, *town;
	struct err err = {0};
	size_t n;

	if (slug != NULL) {
		if ((town = tool_town(t, slug, &err)) == NULL)
			return tool_fail(&err);
		list_town(t, town);
		return EXIT_OK;
	}
	if (tool_load(t, &err) == -1)
		return tool_fail(&err);
	n = service_set_towns(t->set, &towns);
	for (size_t i = 0; i < n; i++)
		list_town(t, towns[i]);
	return EXIT_OK;
}

/* Writes the offer again with is_open set. */
static int
set_open(struct tool *t, const char *slug, bool is_open, struct err *err)
{
	struct service_offer_row row;

	if (offer_find(t, slug, &row, err) == -1)
		return -1;
	return service_offer(
	    t->db, row.service_version_id, row.settings, is_open, err);
}

static int
open_or_close(struct tool *t, int argc, char **argv, bool is_open)
{
	const char *slug = tool_word(argc, argv, 0, NULL);
	struct err err = {0};

	if (slug == NULL)
		return tool_usage("which service?");
	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    set_open(t, slug, is_open, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s: %s\n", slug, is_open ? "open" : "closed");
	return EXIT_OK;
}

int
cmd_service_open(struct tool *t, int argc, char **argv)
{
	return open_or_close(t, argc, argv, true);
}

int
cmd_service_close(struct tool *t, int argc, char **argv)
{
	return open_or_close(t, argc, argv, false);
}
