/* torhaus migrate */
#include "torhaus/commands.h"
#include "torhaus/migrate.h"

static void
say(const char *line)
{
	(void)printf("%s\n", line);
}

/* The pattern that the admin account's name was made from. */
static int
account_pattern(struct tool *t, const char **out, struct err *err)
{
	const char *user = t->config.database_user;
	size_t len = strlen(user), tail = strlen("admin");

	if (len < tail || strcmp(user + len - tail, "admin") != 0)
		return err_set(err, ERR_CONFIG,
		    "database_user must hold %%p, so that each program has "
		    "an account of its own");
	*out = arena_printf(
	    t->arena, "%.*s%%p", (int)(len - tail), user);
	return 0;
}

static int
migrate(struct tool *t, const char *dir, const char *grants, struct err *err)
{
	struct migrate_report report;
	const char *pattern = NULL;

	if (migrate_run(t->db, t->arena, dir, say, &report, err) == -1 ||
	    account_pattern(t, &pattern, err) == -1 ||
	    migrate_grants(t->db, t->arena, grants, pattern, say, err) == -1)
		return -1;
	(void)printf("%zu of %zu files applied now; the schema is at %s\n",
	    report.applied, report.total, report.last);
	return 0;
}

int
cmd_migrate(struct tool *t, int argc, char **argv)
{
	const char *dir = tool_option(argc, argv, "--dir");
	const char *grants = tool_option(argc, argv, "--grants");
	struct migrate_report report;
	struct err err = {0};

	if (dir == NULL)
		dir = t->config.sql_dir;
	if (grants == NULL)
		grants = dir;
	t->db = db_new(&t->config);
	if (!tool_flag(argc, argv, "--dry-run"))
		return migrate(t, dir, grants, &err) == -1 ? tool_fail(&err)
							   : EXIT_OK;
	if (migrate_check(t->db, t->arena, dir, &report, &err) == -1)
		return tool_fail(&err);
	(void)printf("%zu of %zu files are still to be applied\n",
	    report.pending, report.total);
	return EXIT_OK;
}
