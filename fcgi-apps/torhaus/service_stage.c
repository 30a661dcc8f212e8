/* torhaus service stage: who may use a service now. */
#include "torhaus/commands.h"

#include "common/file.h"
#include "common/json.h"
#include "torhaus/service_offer.h"

#define RULE_MAX (1024 * 1024)

static int
read_rule(struct tool *t, const char *path, cJSON **out, struct err *err)
{
	struct err why = {0};
	char *text;
	size_t len;

	if (file_read(t->arena, path, RULE_MAX, &text, &len, err) == -1)
		return -1;
	if (json_parse(t->arena, text, len, &json_limits_package, out, &why) ==
		-1 ||
	    !cJSON_IsObject(*out))
		return err_set(err, ERR_BAD_REQUEST, "%s: %s", path,
		    why.msg[0] == '\0' ? "an object is expected" : why.msg);
	/* A settings file serves as well. */
	if (json_object(*out, "opening") != NULL)
		*out = cJSON_GetObjectItemCaseSensitive(*out, "opening");
	return 0;
}

static int
show(struct tool *t, const struct service_offer_row *row)
{
	struct err err = {0};
	const cJSON *rule = NULL;
	cJSON *settings;
	char *text;

	if (json_parse(t->arena, row->settings, row->settings_len,
		&json_limits_package, &settings, &err) == 0)
		rule = json_object(settings, "opening");
	if (rule == NULL || rule->child == NULL) {
		(void)printf("%s: open to all\n", row->slug);
		return EXIT_OK;
	}
	text = cJSON_Print(rule);
	(void)printf("%s\n", text == NULL ? "{}" : text);
	cJSON_free(text);
	return EXIT_OK;
}

/* Puts the rule into the offer, if it fits the version on offer. */
static int
stage(struct tool *t, const struct service_offer_row *row, const cJSON *rule,
    const char *file, bool *is_fine, struct err *err)
{
	const struct service *s =
	    service_set_version(t->set, row->service_version_id);
	const char *settings = offer_settings_stage(t, row->settings, rule);

	*is_fine = false;
	if (s == NULL)
		return err_set(err, ERR_CONFLICT,
		    "the version of '%s' on offer cannot be used; torhaus "
		    "doctor says why",
		    row->slug);
	if (!offer_settings_check(t, s, settings, file))
		return 0;
	*is_fine = true;
	return service_offer(t->db, row->service_version_id, settings,
	    row->is_open, err);
}

int
cmd_service_stage(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {"--all", NULL};
	const char *slug = tool_word(argc, argv, 0, flags);
	const char *file = tool_word(argc, argv, 1, flags);
	bool is_all = tool_flag(argc, argv, "--all"), is_fine;
	struct service_offer_row row;
	struct err err = {0};
	cJSON *rule = NULL;

	if (slug == NULL)
		return tool_usage("which service?");
	if (is_all && file != NULL)
		return tool_usage("either FILE or --all");
	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    offer_find(t, slug, &row, &err) == -1)
		return tool_fail(&err);
	if (!is_all && file == NULL)
		return show(t, &row);
	if ((file != NULL && read_rule(t, file, &rule, &err) == -1) ||
	    stage(t, &row, rule, file == NULL ? "settings" : file, &is_fine,
		&err) == -1)
		return tool_fail(&err);
	if (!is_fine)
		return EXIT_FINDINGS;
	(void)printf("%s: %s\n", slug,
	    is_all || rule == NULL || rule->child == NULL
		? "open to all"
		: "open to those whom the rule names");
	return EXIT_OK;
}
