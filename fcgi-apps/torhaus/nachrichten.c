/* torhaus nachrichten list, waiting, again, back, file, settle */
#include "torhaus/commands.h"

#include "common/code_list/code_list_store.h"
#include "common/date.h"
#include "common/handover/exchange_act.h"
#include "common/num.h"
#include "common/vorgang/vorgang_store.h"
#include "torhaus/nachrichten.h"

#define LIST_MAX 10000
#define LIST_USUAL 50

static const struct town *
open_town(struct tool *t, int argc, char **argv, struct err *err)
{
	return tool_town(t, tool_option(argc, argv, "--town"), err);
}

int
message_word(struct tool *t, int argc, char **argv, const struct town **town,
    struct id *id, struct err *err)
{
	const char *word = tool_word(argc, argv, 0, NULL);

	if (word == NULL)
		return err_set(err, ERR_FIELD_INVALID,
		    "which message? torhaus nachrichten list shows their ids");
	if (id_parse(word, id, err) == -1)
		return err_set(err, ERR_FIELD_INVALID,
		    "'%s' is no id of a message", word);
	*town = open_town(t, argc, argv, err);
	return *town == NULL ? -1 : 0;
}

/* ---- lists ---- */

static void
print_line(struct tool *t, const struct exchange *e)
{
	(void)printf("%s  %s  %-3s  %-11s  %-14s  %s\n",
	    id_hex(t->arena, &e->id),
	    date_instant_to_xsd(t->arena, e->created_ms),
	    e->is_incoming ? "in" : "out", exchange_state_name(e->state),
	    *e->type == '\0'
		? "?"
		: message_clean(t->arena,
		      arena_printf(t->arena, "%s %s", e->standard, e->type)),
	    message_clean(t->arena, e->partner));
}

int
cmd_nachrichten_list(struct tool *t, int argc, char **argv)
{
	const char *name = tool_option(argc, argv, "--state");
	const char *after = tool_option(argc, argv, "--after");
	const char *limit = tool_option(argc, argv, "--limit");
	enum exchange_state state = 0;
	int64_t max = LIST_USUAL;
	struct exchange *list;
	struct err err = {0};
	struct id before;
	size_t n;

	if (name != NULL && exchange_state_parse(name, &state) == -1)
		return tool_usage("'%s' is no state: use handed, delivered, "
				  "answered, silent, refused, undelivered, "
				  "filed, quarantined, rejected, twice or "
				  "settled", name);
	if (limit != NULL && num_parse(limit, 1, LIST_MAX, &max, &err) == -1)
		return tool_usage("--limit takes a number up to %d", LIST_MAX);
	if (after != NULL && id_parse(after, &before, &err) == -1)
		return tool_usage("'%s' is no id of a message", after);
	if (tool_word(argc, argv, 0, NULL) != NULL)
		return tool_usage("one message: torhaus nachrichten show");
	if (open_town(t, argc, argv, &err) == NULL ||
	    exchange_list(t->db, t->arena, state,
		after == NULL ? NULL : &before, (size_t)max, &list, &n,
		&err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		print_line(t, &list[i]);
	if (n == 0)
		(void)puts("no messages");
	else if (n == (size_t)max)
		(void)printf("more with --after %s\n",
		    id_hex(t->arena, &list[n - 1].id));
	return EXIT_OK;
}

static void
print_waiting(struct tool *t, const struct exchange_waiting *w)
{
	(void)printf("application %s: step %s cannot be taken since "
		     "%s (%u times): %s\n",
	    id_hex(t->arena, &w->vorgang), w->step,
	    date_instant_to_xsd(t->arena, w->since_ms), w->attempts,
	    w->reason);
}

/* A message of ours, to which no valid answer came so far. */
static void
print_troubled(struct tool *t, const struct exchange *e)
{
	print_line(t, e);
	(void)printf("  application %s: %u answers were not valid and went "
		     "back; a person takes over %s\n",
	    id_hex(t->arena, &e->vorgang), e->unusable,
	    date_instant_to_xsd(t->arena, e->answer_due_ms));
}

int
cmd_nachrichten_waiting(struct tool *t, int argc, char **argv)
{
	struct exchange *row, *troubled, *stray;
	struct exchange_waiting *list;
	size_t n, nrow, ntroubled, nstray;
	struct err err = {0};

	if (open_town(t, argc, argv, &err) == NULL ||
	    exchange_wait_list(t->db, t->arena, LIST_MAX, &list, &n, &err) ==
		-1 ||
	    exchange_list(t->db, t->arena, EXCHANGE_QUARANTINED, NULL,
		LIST_MAX, &row, &nrow, &err) == -1 ||
	    exchange_troubled(t->db, t->arena, LIST_MAX, &troubled, &ntroubled,
		&err) == -1 ||
	    exchange_stray(
		t->db, t->arena, LIST_MAX, &stray, &nstray, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		print_waiting(t, &list[i]);
	for (size_t i = 0; i < nrow; i++)
		print_line(t, &row[i]);
	for (size_t i = 0; i < ntroubled; i++)
		print_troubled(t, &troubled[i]);
	for (size_t i = 0; i < nstray; i++)
		print_line(t, &stray[i]);
	if (n + nrow + ntroubled + nstray == 0)
		(void)puts("nothing waits for a person");
	return n + nrow + ntroubled + nstray == 0 ? EXIT_OK : EXIT_FINDINGS;
}

/* ---- what can be done ---- */

int
cmd_nachrichten_again(struct tool *t, int argc, char **argv)
{
	const struct town *town;
	struct err err = {0};
	struct id id, next;

	if (message_word(t, argc, argv, &town, &id, &err) == -1 ||
	    exchange_send_again(t->db, t->arena, town, &id, date_now_ms(),
		&next, &err) == -1)
		return tool_fail(&err);
	(void)printf("goes out again as %s\n", id_hex(t->arena, &next));
	return EXIT_OK;
}

static void
free_sets(void *arg)
{
	xoev_sets_free(arg);
}

int
message_rules(struct tool *t, struct xoev_rules *out, struct err *err)
{
	out->day = date_of_instant(date_now_ms());
	if (xoev_sets_load(t->config.xoev_dir, &out->sets, err) == -1)
		return -1;
	arena_defer(t->arena, free_sets, out->sets);
	return code_list_all(t->db, t->arena, &out->lists, err);
}

int
cmd_nachrichten_back(struct tool *t, int argc, char **argv)
{
	const char *code = tool_option(argc, argv, "--code");
	const char *reason = tool_option(argc, argv, "--reason");
	const struct town *town;
	struct xoev_rules rules;
	struct err err = {0};
	struct id id;

	if (code == NULL)
		return tool_usage("--code takes a code of the standard, such "
				  "as S999");
	if (message_word(t, argc, argv, &town, &id, &err) == -1 ||
	    message_rules(t, &rules, &err) == -1 ||
	    exchange_send_back(t->db, t->arena, town, &rules, &id, code,
		reason, date_now_ms(), &err) == -1)
		return tool_fail(&err);
	(void)printf("sent back with code %s\n", code);
	return EXIT_OK;
}

int
cmd_nachrichten_file(struct tool *t, int argc, char **argv)
{
	const char *reference = tool_option(argc, argv, "--vorgang");
	char parsed[ID_REFERENCE_LEN + 1];
	const struct town *town;
	struct err err = {0};
	struct id id, vorgang;

	if (reference == NULL)
		return tool_usage("--vorgang names the application by its "
				  "reference");
	if (id_reference_parse(reference, parsed, &err) == -1)
		return tool_usage("'%s' is no reference of an application: %s",
		    reference, err.msg);
	if (message_word(t, argc, argv, &town, &id, &err) == -1 ||
	    vorgang_find(t->db, t->arena, parsed, &vorgang, &err) == -1 ||
	    exchange_file_to(t->db, t->arena, town, &id, &vorgang,
		tool_user(t->arena), date_now_ms(), &err) == -1)
		return tool_fail(&err);
	(void)printf("filed to %s\n", id_reference_show(t->arena, parsed));
	return EXIT_OK;
}

int
cmd_nachrichten_settle(struct tool *t, int argc, char **argv)
{
	const struct town *town;
	struct err err = {0};
	struct id id;

	if (message_word(t, argc, argv, &town, &id, &err) == -1 ||
	    exchange_file(t->db, &id, NULL, EXCHANGE_SETTLED, date_now_ms(),
		&err) == -1)
		return tool_fail(&err);
	(void)puts("laid aside");
	return EXIT_OK;
}
