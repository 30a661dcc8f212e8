/* torhaus service check */
#include "torhaus/commands.h"

#include "common/file.h"
#include "common/service/service.h"
#include "torhaus/service_mistakes.h"

#define EXAMPLES_MAX (4 * 1024 * 1024)

static size_t
count_stops(const struct form_mistakes *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += !m->mistake[i].is_warning;
	return n;
}

/* The examples beside the package; a package may have none. */
static int
run_examples(struct arena *a, const char *dir, const struct service *s,
    struct form_mistakes *m, size_t *n, struct err *err)
{
	const char *path = arena_printf(a, "%s/examples.json", dir);
	char *text;
	size_t len;

	*n = 0;
	if (file_read(a, path, EXAMPLES_MAX, &text, &len, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	return service_run_examples(a, s, text, len, m, n, err);
}

static int
check_folder(const char *dir, size_t *stops, struct err *err)
{
	struct arena a = {0};
	struct form_mistakes mistakes = {.arena = &a};
	struct service *s = NULL;
	const char *package;
	size_t examples = 0;
	int rc = service_read_folder(&a, dir, &s, &package, &mistakes, err);

	if (rc == 0 && s != NULL)
		rc = run_examples(&a, dir, s, &mistakes, &examples, err);
	service_mistakes_print(dir, &mistakes);
	*stops += count_stops(&mistakes);
	if (rc == 0 && count_stops(&mistakes) == 0)
		(void)printf("%s: %s %s is fine, %zu examples hold\n", dir,
		    s->slug, s->version, examples);
	arena_free(&a);
	return rc;
}

int
cmd_service_check(struct tool *t, int argc, char **argv)
{
	const char *dir = tool_word(argc, argv, 0, NULL);
	struct err err = {0};
	size_t stops = 0;

	(void)t; /* needs no configuration */
	if (dir == NULL)
		return tool_usage("which folder?");
	for (int i = 0; dir != NULL; dir = tool_word(argc, argv, ++i, NULL))
		if (check_folder(dir, &stops, &err) == -1)
			return tool_fail(&err);
	return stops == 0 ? EXIT_OK : EXIT_FINDINGS;
}
