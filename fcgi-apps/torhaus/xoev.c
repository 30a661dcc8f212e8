/* torhaus xoev add, list */
#include "torhaus/commands.h"

#include "common/date.h"
#include "torhaus/xoev_install.h"

static const char *
day_text(struct arena *a, int32_t day)
{
	return day == XOEV_ALWAYS || day == XOEV_FOREVER ? "-"
							 : date_to_iso(a, day);
}

static void
print_set(struct arena *a, const struct xoev_set *set)
{
	(void)printf("%s: %s %s, valid %s to %s, %zu files, %s\n", set->id,
	    set->name, set->version, day_text(a, set->valid_from),
	    day_text(a, set->valid_until), set->nfile,
	    set->is_strict ? "strict" : "checked by schema alone");
	if (*set->source != '\0')
		(void)printf("  published at %s\n", set->source);
	for (size_t i = 0; i < set->nschema; i++)
		(void)printf("  %s%s%s\n", set->schema[i].uri,
		    *set->schema[i].version == '\0' ? "" : ", version ",
		    set->schema[i].version);
}

/* ---- add ---- */

static const char *const no_flags[] = { NULL };

int
cmd_xoev_add(struct tool *t, int argc, char **argv)
{
	const struct xoev_claim claim = {
		.name = tool_option(argc, argv, "--name"),
		.version = tool_option(argc, argv, "--version"),
		.source = tool_option(argc, argv, "--source"),
		.valid_from = tool_option(argc, argv, "--from"),
		.valid_until = tool_option(argc, argv, "--until"),
		.sums = tool_option(argc, argv, "--sums"),
	};
	const char *path = tool_word(argc, argv, 0, no_flags);
	struct xoev_set *set;
	struct err err = { 0 };

	if (path == NULL || tool_word(argc, argv, 1, no_flags) != NULL)
		return tool_usage("which folder or ZIP file?");
	if (xoev_install(t->arena, t->config.xoev_dir, path, &claim, &set,
		&err) == -1)
		return tool_fail(&err);
	print_set(t->arena, set);
	(void)printf("installed in %s\n", set->dir);
	return EXIT_OK;
}

/* ---- list ---- */

int
cmd_xoev_list(struct tool *t, int argc, char **argv)
{
	struct xoev_sets *sets;
	struct err err = { 0 };

	(void)argc;
	(void)argv;
	if (xoev_sets_load(t->config.xoev_dir, &sets, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < xoev_sets_count(sets); i++) {
		const struct xoev_set *set = xoev_sets_get(sets, i);

		print_set(t->arena, set);
		(void)printf("  digest %.16s\n", set->digest);
	}
	if (xoev_sets_count(sets) == 0)
		(void)printf("no set is installed in %s\n",
		    t->config.xoev_dir);
	xoev_sets_free(sets);
	return EXIT_OK;
}
