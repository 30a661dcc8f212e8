/* torhaus feedback list, feedback done */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/feedback_store.h"
#include "common/num.h"

#define LIST_MAX 10000
#define MS_PER_DAY INT64_C(86400000)

/* "YYYY-MM-DD" as the first moment of that day in UTC; 0 without the option. */
static int
read_since(int argc, char **argv, int64_t *out, struct err *err)
{
	const char *text = tool_option(argc, argv, "--since");
	int32_t day;

	*out = 0;
	if (text == NULL)
		return 0;
	if (date_parse(text, &day, err) == -1)
		return -1;
	*out = day * MS_PER_DAY;
	return 0;
}

/* A remark in one line. */
static const char *
in_line(struct arena *a, const char *remark)
{
	char *line = arena_strdup(a, remark);

	for (char *s = line; *s != '\0'; s++)
		if (*s == '\n' || *s == '\t')
			*s = ' ';
	return line;
}

static void
print_one(struct tool *t, const struct feedback *f)
{
	(void)printf("%lld  %s  %-3s  %-6s  %s%s%s%s\n", (long long)f->id,
	    date_instant_to_xsd(t->arena, f->at_ms),
	    f->is_helpful ? "yes" : "no", lang_code(f->lang), f->page,
	    f->done_ms != 0 ? "  (done)" : "", *f->remark != '\0' ? "  " : "",
	    in_line(t->arena, f->remark));
}

int
cmd_feedback_list(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_option(argc, argv, "--town");
	const char *page = tool_option(argc, argv, "--page");
	struct feedback *f;
	struct err err = {0};
	int64_t since_ms;
	size_t n, helpful = 0;

	if (slug == NULL)
		return tool_usage("--town SLUG is missing");
	if (read_since(argc, argv, &since_ms, &err) == -1)
		return tool_usage("--since: write the day as 2026-11-22");
	if (tool_town(t, slug, &err) == NULL ||
	    feedback_list(t->db, t->arena, page, since_ms,
		tool_flag(argc, argv, "--all") != 0, LIST_MAX, &f, &n,
		&err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++) {
		helpful += f[i].is_helpful;
		print_one(t, &f[i]);
	}
	(void)printf("%zu answers, %zu found the page helpful\n", n, helpful);
	return EXIT_OK;
}

int
cmd_feedback_done(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {NULL};
	const char *slug = tool_option(argc, argv, "--town");
	const char *word = tool_word(argc, argv, 0, flags);
	struct err err = {0};

	if (slug == NULL || word == NULL)
		return tool_usage("name remarks, and --town SLUG");
	if (tool_town(t, slug, &err) == NULL)
		return tool_fail(&err);
	for (int i = 0; word != NULL; word = tool_word(argc, argv, ++i, flags)) {
		int64_t id, count;

		if (num_parse(word, 1, UINT32_MAX, &id, &err) == -1)
			return tool_usage("'%s' is no number of a remark", word);
		if (feedback_done(t->db, id, date_now_ms(), &count, &err) ==
		    -1)
			return tool_fail(&err);
		if (count == 0) {
			(void)err_set(&err, ERR_NOT_FOUND,
			    "no open remark %lld in this town", (long long)id);
			return tool_fail(&err);
		}
	}
	return EXIT_OK;
}
