/* torhaus nachrichten show */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/json.h"
#include "common/osci/osci_transfer.h"
#include "common/text.h"
#include "common/vorgang/vorgang_store.h"
#include "torhaus/nachrichten.h"

#define LABEL_WIDTH 16

static void
put(struct tool *t, const char *label, const char *value)
{
	if (value != NULL && *value != '\0')
		(void)printf("%-*s %s\n", LABEL_WIDTH, label,
		    message_clean(t->arena, value));
}

/* As messages write it: "08d1c202-e409-4ae5-83d1-8db0352ef1d7". */
static const char *
uuid(struct tool *t, bool is_there, const struct id *id)
{
	const char *hex = id_hex(t->arena, id);

	return !is_there ? NULL
			 : arena_printf(t->arena, "%.8s-%.4s-%.4s-%.4s-%s",
			       hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static const char *
when(struct tool *t, int64_t ms)
{
	return ms == 0 ? NULL : date_instant_to_xsd(t->arena, ms);
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
	put(t, "transfer", id_hex(t->arena, &transfer.id));
	put(t, "message id", transfer.message_id);
	if (transfer.creation_ms != 0)
		(void)puts("process card");
	put(t, "  creation", when(t, transfer.creation_ms));
	put(t, "  forwarding", when(t, transfer.forwarding_ms));
	put(t, "  reception", when(t, transfer.reception_ms));
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

	put(t, "message", id_hex(t->arena, &e->id));
	put(t, "direction", e->is_incoming ? "in" : "out");
	put(t, "state", exchange_state_name(e->state));
	put(t, "type",
	    *e->type == '\0' ? "unknown"
			     : arena_printf(t->arena, "%s %s %s", e->standard,
				   e->version, e->type));
	put(t, "uuid", uuid(t, e->has_uuid, &e->uuid));
	put(t, "answers", uuid(t, e->has_refers_to, &e->refers_to));
	put(t, "partner",
	    *e->partner == '\0' ? "unknown"
				: arena_printf(t->arena, "%s %s", e->partner,
				      e->partner_key));
	put(t, "created", when(t, e->created_ms));
	put(t, "changed", when(t, e->changed_ms));
	put(t, "answer due", when(t, e->answer_due_ms));
	if (e->unusable > 0)
		put(t, "sent back",
		    arena_printf(t->arena, "%u answers that were not valid",
			e->unusable));
	if (!e->has_vorgang)
		return 0;
	if (vorgang_by_id(t->db, t->arena, town, &e->vorgang, &whole, err) ==
	    -1) {
		if (err->code != ERR_GONE && err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		put(t, "application", "erased");
		return 0;
	}
	put(t, "application",
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
	if (tool_flag(argc, argv, "--xml") && e.body == NULL) {
		(void)err_set(&err, ERR_GONE,
		    "what it said was erased with its application");
		return tool_fail(&err);
	}
	if (tool_flag(argc, argv, "--xml")) {
		(void)fwrite(e.body, 1, e.len, stdout);
		return EXIT_OK;
	}
	if (texts_load(t->config.texts_dir, &texts, &err) == -1 ||
	    put_head(t, town, &e, &err) == -1)
		return tool_fail(&err);
	put_findings(t, &e, tool_lang(argc, argv), texts);
	if (put_transfer(t, town, &e, &err) == -1)
		return tool_fail(&err);
	(void)puts("");
	if (e.body == NULL)
		(void)puts("what it said was erased with its application");
	else if (message_table(t, e.body, e.len, texts,
		     tool_lang(argc, argv), &err) == -1)
		return tool_fail(&err);
	texts_free(texts);
	return EXIT_OK;
}
