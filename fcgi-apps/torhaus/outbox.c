/* torhaus outbox list, outbox restart */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/vorgang/outbox_store.h"

#define LIST_MAX 1000

int
cmd_outbox_list(struct tool *t, int argc, char **argv)
{
	struct outbox_count count;
	struct outbox_line *line;
	struct err err = {0};
	size_t n;

	(void)argc; /* takes no arguments */
	(void)argv;
	if (outbox_count(t->db, t->arena, date_now_ms(), &count, &err) ==
		-1 ||
	    outbox_given_up(t->db, t->arena, LIST_MAX, &line, &n, &err) == -1)
		return tool_fail(&err);
	(void)printf("waiting %lld, being sent %lld, given up %lld\n",
	    (long long)count.waiting, (long long)count.claimed,
	    (long long)count.given_up);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s  %s  %u attempts  %s\n",
		    id_hex(t->arena, &line[i].id),
		    date_instant_to_xsd(t->arena, line[i].created_ms),
		    line[i].attempts, line[i].error);
	return EXIT_OK;
}

static int
restart(struct tool *t, const struct id *id, int64_t *sum, struct err *err)
{
	int64_t count;

	if (outbox_requeue(t->db, id, date_now_ms(), &count, err) == -1)
		return -1;
	*sum += count;
	return 0;
}

int
cmd_outbox_restart(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {"--failed", NULL};
	const char *word = tool_word(argc, argv, 0, flags);
	struct err err = {0};
	int64_t sum = 0;

	if (tool_flag(argc, argv, "--failed") == (word != NULL))
		return tool_usage("name deliveries, or --failed for all");
	if (word == NULL && restart(t, NULL, &sum, &err) == -1)
		return tool_fail(&err);
	for (int i = 0; word != NULL; word = tool_word(argc, argv, ++i, flags)) {
		struct id id;

		if (id_parse(word, &id, &err) == -1)
			return tool_usage("'%s' is no id of a delivery", word);
		if (restart(t, &id, &sum, &err) == -1)
			return tool_fail(&err);
	}
	(void)printf("%lld deliveries are due again\n", (long long)sum);
	return EXIT_OK;
}
