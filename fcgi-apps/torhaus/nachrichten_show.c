/* torhaus nachrichten show */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/json.h"
#include "common/osci_transfer.h"
#include "common/text.h"
#include "common/vorgang_store.h"
#include "common/xml_tree.h"
#include "torhaus/nachrichten.h"

#define VALUE_MAX 4000 /* bytes of a value that are shown */
#define LABEL_WIDTH 16

static const struct xml_limits limits = {.depth = 64,
    .nodes = 200000,
    .attributes = 64,
    .memory = 64 << 20,
    .text = 1 << 16};

static void
put(const char *label, const char *value)
{
	if (value != NULL && *value != '\0')
		(void)printf("%-*s %s\n", LABEL_WIDTH, label, value);
}

static const char *
when(struct tool *t, int64_t ms)
{
	return ms == 0 ? NULL : date_instant_to_xsd(t->arena, ms);
}

/* ---- the message as a table ---- */

struct table {
	struct tool *tool;
	const struct xml_tree *tree;
};

/* One line for each element that holds text, by its path of names. */
static void
put_element(const struct table *x, const struct xml_node *node,
    const char *path)
{
	const struct xml_node *child = xml_first(node);
	const char *own = arena_printf(x->tool->arena, "%s%s%s", path,
	    *path == '\0' ? "" : "/", node->name);
	const char *text;
	struct err err = {0};

	for (; child != NULL; child = xml_next(child))
		put_element(x, child, own);
	if (xml_first(node) != NULL)
		return;
	if (xml_text(x->tool->arena, x->tree, node, VALUE_MAX, &text, &err) ==
	    -1)
		text = "(long; see --xml)";
	if (*text != '\0')
		(void)printf("  %s: %s\n", own, text);
}

static void
put_table(struct tool *t, const struct exchange *e)
{
	struct crypto_spool *spool =
	    crypto_spool_new(t->arena, "/tmp", EXCHANGE_BODY_MAX);
	struct xml_reader *reader = xml_reader_new(t->arena, &limits, spool);
	struct table x = {.tool = t};
	struct xml_tree tree;
	struct err err = {0};

	(void)puts("");
	if (e->body == NULL) {
		(void)puts("  what it said was erased with its application");
		return;
	}
	if (xml_reader_put(reader, e->body, e->len, &err) == -1 ||
	    xml_reader_end(reader, &tree, &err) == -1) {
		(void)printf("  not to be read as XML: %s\n", err.msg);
		return;
	}
	x.tree = &tree;
	put_element(&x, tree.root, "");
}

/* ---- why it waits ---- */

static void
put_findings(struct tool *t, const struct exchange *e, enum lang lang,
    const struct texts *texts)
{
	struct err err = {0};
	const cJSON *one;
	cJSON *list;

	if (*e->finding == '\0' ||
	    json_parse(t->arena, e->finding, strlen(e->finding),
		&json_limits_request, &list, &err) == -1)
		return;
	cJSON_ArrayForEach (one, list) {
		const char *code = json_string(one, "code");
		const char *path = json_string(one, "path");
		const char *key = json_string(one, "key");

		(void)printf("%-*s %s %s%s%s\n", LABEL_WIDTH, "finding",
		    code == NULL ? "" : code,
		    key == NULL ? "" : text_get(texts, lang, key),
		    path == NULL || *path == '\0' ? "" : " at ",
		    path == NULL ? "" : path);
	}
}

/* ---- how it travelled ---- */

static int
put_transfer(struct tool *t, const struct town *town,
    const struct exchange *e, struct err *err)
{
	struct osci_transfer_step *step;
	struct osci_transfer transfer;
	size_t n;

	if (osci_transfer_find(t->db, t->arena, town, &e->transfer, &transfer,
		err) == -1 ||
	    osci_transfer_steps(
		t->db, t->arena, &transfer.id, &step, &n, err) == -1)
		return -1;
	(void)puts("");
	put("transfer", id_hex(t->arena, &transfer.id));
	put("message id", transfer.message_id);
	put("process card", transfer.creation_ms == 0 ? NULL : "");
	put("  creation", when(t, transfer.creation_ms));
	put("  forwarding", when(t, transfer.forwarding_ms));
	put("  reception", when(t, transfer.reception_ms));
	for (size_t i = 0; i < n; i++)
		(void)printf("  %s  %-10s %s %s\n",
		    date_instant_to_xsd(t->arena, step[i].at_ms),
		    osci_transfer_state_name(step[i].state), step[i].code,
		    step[i].note);
	return 0;
}

static int
put_head(struct tool *t, const struct town *town, const struct exchange *e,
    struct err *err)
{
	struct vorgang_whole whole;

	put("message", id_hex(t->arena, &e->id));
	put("direction", e->is_incoming ? "in" : "out");
	put("state", exchange_state_name(e->state));
	put("type",
	    arena_printf(
		t->arena, "%s %s %s", e->standard, e->version, e->type));
	put("uuid", e->has_uuid ? id_hex(t->arena, &e->uuid) : NULL);
	put("answers", e->has_refers_to ? id_hex(t->arena, &e->refers_to)
					: NULL);
	put("partner",
	    arena_printf(t->arena, "%s %s", e->partner, e->partner_key));
	put("created", when(t, e->created_ms));
	put("changed", when(t, e->changed_ms));
	put("answer due", when(t, e->answer_due_ms));
	if (!e->has_vorgang)
		return 0;
	if (vorgang_by_id(t->db, t->arena, town, &e->vorgang, &whole, err) ==
	    -1) {
		if (err->code != ERR_GONE && err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		put("application", "erased");
		return 0;
	}
	put("application",
	    id_reference_show(t->arena, whole.vorgang.reference));
	return 0;
}

int
cmd_nachrichten_show(struct tool *t, int argc, char **argv)
{
	const struct town *town;
	struct texts *texts;
	struct exchange e;
	struct err err = {0};
	struct id id;

	if (message_word(t, argc, argv, &town, &id, &err) == -1 ||
	    exchange_find(t->db, t->arena, town, &id, &e, &err) == -1)
		return tool_fail(&err);
	if (tool_flag(argc, argv, "--xml") && e.body != NULL) {
		(void)fwrite(e.body, 1, e.len, stdout);
		return EXIT_OK;
	}
	if (texts_load(t->config.texts_dir, &texts, &err) == -1 ||
	    put_head(t, town, &e, &err) == -1)
		return tool_fail(&err);
	put_findings(t, &e, tool_lang(argc, argv), texts);
	texts_free(texts);
	if (put_transfer(t, town, &e, &err) == -1)
		return tool_fail(&err);
	put_table(t, &e);
	return EXIT_OK;
}
