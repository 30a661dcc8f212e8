/* torhaus webhook add, remove, list, show, retry */
#include "common/base64.h"
#include "common/date.h"
#include "common/num.h"
#include "common/handover/webhook_store.h"
#include "common/handover/webhook_url.h"
#include "torhaus/client.h"
#include "torhaus/commands.h"

#define LIST_DEFAULT "50"
#define LIST_MAX 10000

static const char *const flags[] = {"--dead", NULL};

static const enum webhook_event all_events[] = {
    WEBHOOK_NEW, WEBHOOK_CHANGED, WEBHOOK_WITHDRAWN};

/* "new,withdrawn"; all of them when absent. */
static int
read_events(const char *list, unsigned *out, struct err *err)
{
	*out = WEBHOOK_NEW | WEBHOOK_CHANGED | WEBHOOK_WITHDRAWN;
	if (list == NULL)
		return 0;
	*out = 0;
	while (*list != '\0') {
		size_t len = strcspn(list, ","), i;

		for (i = 0; i < nitems(all_events); i++) {
			const char *name = webhook_event_name(all_events[i]);

			if (strlen(name) == len &&
			    memcmp(name, list, len) == 0)
				break;
		}
		if (i == nitems(all_events))
			return err_set(err, ERR_BAD_REQUEST,
			    "'%.*s' is no event: new, changed, withdrawn",
			    (int)len, list);
		*out |= (unsigned)all_events[i];
		list += len + (list[len] == ',');
	}
	return *out != 0 ? 0
			 : err_set(err, ERR_BAD_REQUEST,
			       "--events names none: new, changed, withdrawn");
}

static int
add(struct tool *t, int argc, char **argv, const char *slug, struct err *err)
{
	const char *url = tool_option(argc, argv, "--url");
	bool is_demo = strcmp(t->config.public_scheme, "http") == 0;
	struct buf *shown = buf_new(t->arena, 100);
	const struct town *town;
	struct crypto_key secret;
	struct client c;
	unsigned events;
	uint32_t id;
	int rc;

	if (url == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "give --url https://...: where the notices shall go");
	if (client_of_command(t, argc, argv, slug, &c, err) == -1 ||
	    (town = tool_town(t, tool_option(argc, argv, "--town"), err)) ==
		NULL ||
	    webhook_url_check(url, is_demo, err) == -1 ||
	    read_events(tool_option(argc, argv, "--events"), &events, err) ==
		-1)
		return -1;
	crypto_random(&secret, sizeof(secret));
	base64_put(shown, secret.byte, sizeof(secret.byte));
	rc = webhook_insert(t->db, t->arena, town, c.id, url, events, &secret,
	    date_now_ms(), &id, err);
	explicit_bzero(&secret, sizeof(secret));
	if (rc == 0)
		(void)printf("webhook %u: added for %s\n"
			     "Secret of its signatures (shown once):\n"
			     "  whsec_%s\n", id, slug, buf_text(shown));
	buf_wipe(shown);
	return rc;
}

int
cmd_webhook_add(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_word(argc, argv, 0, flags);
	struct err err = {0};

	if (slug == NULL)
		return tool_usage("for which client?");
	if (add(t, argc, argv, slug, &err) == -1)
		return tool_fail(&err);
	return EXIT_OK;
}

int
cmd_webhook_remove(struct tool *t, int argc, char **argv)
{
	const char *word = tool_word(argc, argv, 0, flags);
	struct err err = {0};
	int64_t id;

	if (word == NULL || num_parse(word, 1, UINT32_MAX, &id, &err) == -1)
		return tool_usage("which webhook? torhaus webhook list "
				  "shows their numbers");
	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    webhook_remove(t->db, (uint32_t)id, date_now_ms(), &err) == -1)
		return tool_fail(&err);
	(void)printf("webhook %lld: removed\n", (long long)id);
	return EXIT_OK;
}

/* ---- the ledger ---- */

static const char *
state_name(enum webhook_state state)
{
	static const char *const names[] = {
	    "waiting", "being sent", "delivered", "DEAD"};

	return names[state];
}

static void
print_webhook(const struct webhook *w)
{
	const char *comma = "";

	(void)printf("%u  %s  %s  (", w->id, w->client, w->url);
	for (size_t i = 0; i < nitems(all_events); i++)
		if (w->events & (unsigned)all_events[i]) {
			(void)printf("%s%s", comma,
			    webhook_event_name(all_events[i]));
			comma = ", ";
		}
	(void)puts(")");
}

static void
print_line(struct arena *a, const struct webhook_line *line)
{
	(void)printf("%s  %s  %s  %-9s  %-10s  %u attempts%s%s\n",
	    id_hex(a, &line->id), date_instant_to_xsd(a, line->created_ms),
	    line->client, webhook_event_name(line->event),
	    state_name(line->state), line->attempts,
	    line->error[0] == '\0' ? "" : "  ", line->error);
}

int
cmd_webhook_list(struct tool *t, int argc, char **argv)
{
	struct webhook *webhook;
	struct webhook_line *line;
	struct err err = {0};
	size_t nwebhook, nline;
	int64_t max;

	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    client_number(argc, argv, "--limit", LIST_DEFAULT, LIST_MAX, &max,
		&err) == -1 ||
	    webhook_list(t->db, t->arena, &webhook, &nwebhook, &err) == -1 ||
	    webhook_lines(t->db, t->arena, tool_flag(argc, argv, "--dead"),
		(size_t)max, &line, &nline, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < nwebhook; i++)
		print_webhook(&webhook[i]);
	if (nwebhook == 0)
		(void)fprintf(stderr, "no webhook is registered\n");
	if (nline > 0)
		(void)puts("");
	for (size_t i = 0; i < nline; i++)
		print_line(t->arena, &line[i]);
	return EXIT_OK;
}

int
cmd_webhook_show(struct tool *t, int argc, char **argv)
{
	const char *word = tool_word(argc, argv, 0, flags);
	struct arena *a = t->arena;
	struct webhook_line line;
	struct err err = {0};
	struct id id;

	if (word == NULL || id_parse(word, &id, &err) == -1)
		return tool_usage("which notice? torhaus webhook list shows "
				  "their ids");
	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    webhook_line(t->db, a, &id, &line, &err) == -1)
		return tool_fail(&err);
	(void)printf("Notice      %s (%s)\n", word,
	    webhook_event_name(line.event));
	(void)printf("Vorgang     %s\n", id_hex(a, &line.vorgang_id));
	(void)printf("To          %s, %s (webhook %u)\n", line.client,
	    line.url, line.webhook_id);
	(void)printf("State       %s, %u attempts\n", state_name(line.state),
	    line.attempts);
	(void)printf("Made        %s\n",
	    date_instant_to_xsd(a, line.created_ms));
	if (line.state == WEBHOOK_WAITING)
		(void)printf(
		    "Next try    %s\n", date_instant_to_xsd(a, line.next_ms));
	if (line.delivered_ms != 0)
		(void)printf("Delivered   %s\n",
		    date_instant_to_xsd(a, line.delivered_ms));
	if (line.answer != 0)
		(void)printf("Answer      %d\n", line.answer);
	if (line.error[0] != '\0')
		(void)printf("Last error  %s\n", line.error);
	return EXIT_OK;
}

static int
retry(struct tool *t, const struct id *id, int64_t *sum, struct err *err)
{
	int64_t count;

	if (webhook_retry(t->db, id, date_now_ms(), &count, err) == -1)
		return -1;
	*sum += count;
	return 0;
}

int
cmd_webhook_retry(struct tool *t, int argc, char **argv)
{
	const char *word = tool_word(argc, argv, 0, flags);
	struct err err = {0};
	int64_t sum = 0;

	if (tool_flag(argc, argv, "--dead") == (word != NULL))
		return tool_usage("name notices, or --dead for all dead ones");
	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    (word == NULL && retry(t, NULL, &sum, &err) == -1))
		return tool_fail(&err);
	for (int i = 0; word != NULL;
	     word = tool_word(argc, argv, ++i, flags)) {
		struct id id;

		if (id_parse(word, &id, &err) == -1)
			return tool_usage("'%s' is no id of a notice", word);
		if (retry(t, &id, &sum, &err) == -1)
			return tool_fail(&err);
	}
	(void)printf("%lld notices are due again\n", (long long)sum);
	return EXIT_OK;
}
