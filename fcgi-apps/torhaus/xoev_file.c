/* torhaus xoev check */
#include "torhaus/commands.h"

#include "common/code_list/code_list_store.h"
#include "common/date.h"
#include "common/file.h"
#include "common/xoev/xoev.h"

struct checking {
	struct tool *tool;
	struct xoev_rules rules;
	struct texts *texts; /* NULL: the sentences cannot be read */
	const char *set;     /* whose files are compared */
	size_t wrong, failed;
};

/* ---- the sets ---- */

static void
print_file(void *arg, const char *path, const char *what)
{
	struct checking *c = arg;

	c->wrong++;
	(void)printf("%s: %s: %s\n", c->set, path,
	    strcmp(what, "extra") == 0	       ? "does not belong to the set"
		: strcmp(what, "missing") == 0 ? "is missing"
					       : "was changed");
}

static void
check_set(struct checking *c, const struct xoev_set *set)
{
	size_t before = c->wrong;
	struct err err = { 0 };

	c->set = set->id;
	if (xoev_set_verify(set, print_file, c, &err) == -1) {
		c->wrong++;
		(void)printf("%s: %s\n", set->id, err.msg);
	}
	if (c->wrong == before &&
	    xoev_sets_compile(c->rules.sets, set, &err) == -1) {
		c->wrong++;
		(void)printf("%s: %s\n", set->id, err.msg);
	}
	if (c->wrong == before)
		(void)printf("%s: %zu files are what was installed, %zu "
			     "schemas compile\n",
		    set->id, set->nfile, set->nschema);
}

/* ---- messages ---- */

/* All lists that are imported; without a database codes are not looked up. */
static void
load_lists(struct checking *c)
{
	struct err err = { 0 };

	c->tool->db = db_new(&c->tool->config);
	if (code_list_all(c->tool->db, c->tool->arena, &c->rules.lists, &err) ==
	    -1)
		(void)fprintf(stderr,
		    "torhaus: codes are not looked up: %s\n", err.msg);
}

static const char *
sentence(const struct checking *c, const char *key)
{
	const char *text =
	    c->texts == NULL ? NULL : text_find(c->texts, LANG_EN, key);

	return text == NULL ? key : text;
}

static void
print_message(const char *path, const struct xoev_head *head,
    const struct xoev_findings *found)
{
	if (*head->root != '\0')
		(void)printf("%s: %s %s, %s, from %s to %s%s\n", path,
		    head->standard, head->version, head->root,
		    *head->author.key == '\0' ? "-" : head->author.key,
		    *head->reader.key == '\0' ? "-" : head->reader.key,
		    head->is_test ? ", a test" : "");
	if (found->n == 0)
		(void)printf("%s: valid", path);
	if (found->n == 0 && found->unknown_lists > 0)
		(void)printf("; %zu codes are of lists that are not imported",
		    found->unknown_lists);
	if (found->n == 0)
		(void)printf("\n");
}

/* What cannot be read, or not be judged, is told, and the next one is looked
 * at. */
static void
check_file(struct checking *c, const char *path)
{
	struct arena a = { 0 };
	struct xoev_findings found;
	struct xoev_head head;
	struct err err = { 0 };
	char *data;
	size_t len;

	if (file_read(&a, path, XOEV_MESSAGE_MAX, &data, &len, &err) == 0 &&
	    xoev_check(&a, &c->rules, data, len, &found, &head, &err) == 0) {
		print_message(path, &head, &found);
		for (size_t i = 0; i < found.n; i++)
			(void)printf("%s: %s %s: %s\n", path,
			    found.finding[i].code, found.finding[i].path,
			    sentence(c, found.finding[i].key));
		c->wrong += found.n;
	} else if (err.code == ERR_TOO_LARGE) {
		c->wrong++;
		(void)printf("%s: X000 : %s\n", path,
		    sentence(c, "xoev.fault.limit"));
	} else {
		c->failed++;
		(void)tool_fail(&err);
	}
	arena_free(&a);
}

static void
check_all(struct checking *c, int argc, char **argv)
{
	static const char *const no_flags[] = { NULL };
	const char *path = tool_word(argc, argv, 0, no_flags);

	if (path == NULL) {
		for (size_t i = 0; i < xoev_sets_count(c->rules.sets); i++)
			check_set(c, xoev_sets_get(c->rules.sets, i));
		if (xoev_sets_count(c->rules.sets) == 0)
			(void)printf("no set is installed in %s\n",
			    c->tool->config.xoev_dir);
		return;
	}
	load_lists(c);
	(void)texts_load(c->tool->config.texts_dir, &c->texts,
	    &(struct err){ 0 }); /* else the keys must do */
	for (int i = 0; path != NULL; path = tool_word(argc, argv, ++i,
					  no_flags))
		check_file(c, path);
}

int
cmd_xoev_check(struct tool *t, int argc, char **argv)
{
	struct checking c = { .tool = t };
	const char *on = tool_option(argc, argv, "--on");
	struct err err = { 0 };

	c.rules.day = date_of_instant(date_now_ms());
	if (on != NULL && date_parse(on, &c.rules.day, &err) == -1)
		return tool_usage("--on takes a day such as 2026-06-01");
	if (xoev_sets_load(t->config.xoev_dir, &c.rules.sets, &err) == -1)
		return tool_fail(&err);
	check_all(&c, argc, argv);
	xoev_sets_free(c.rules.sets);
	texts_free(c.texts);
	if (c.failed > 0)
		return EXIT_FAILED;
	return c.wrong == 0 ? EXIT_OK : EXIT_FINDINGS;
}
