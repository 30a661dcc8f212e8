/* torhaus efile export, receive, list, erase */
#include "torhaus/efile.h"

#include <sys/stat.h>

#include "common/date.h"
#include "common/file.h"
#include "common/handover/handover_store.h"
#include "common/json.h"
#include "common/utf8.h"
#include "common/vorgang/vorgang_change.h"
#include "torhaus/client.h"
#include "torhaus/commands.h"
#include "torhaus/efile_zip.h"

#define EXPORT_MAX 10000
#define LIST_DEFAULT "100"
#define LIST_MAX 100000
#define ANSWER_LEN 480 /* bytes of what the e-file said */

static const char *const flags[] = {
    "--refused", "--imported", "--deleted", NULL};

static const char *const state_names[] = {
    "exported", "received", "imported", "REFUSED"};

/* ---- export ---- */

static int
read_target(struct tool *t, int argc, char **argv, struct efile_target *out,
    struct err *err)
{
	const char *plan = tool_option(argc, argv, "--plan");
	const char *equals = plan == NULL ? NULL : strchr(plan, '=');
	struct stat st;

	*out = (struct efile_target){.plan_key = "", .plan_name = ""};
	out->town = tool_town(t, tool_option(argc, argv, "--town"), err);
	if (out->town == NULL)
		return -1;
	out->dir = tool_option(argc, argv, "--out");
	if (out->dir == NULL || stat(out->dir, &st) == -1 ||
	    !S_ISDIR(st.st_mode))
		return err_set(err, ERR_BAD_REQUEST,
		    "give --out DIR: a folder that is there");
	out->recipient = tool_option(argc, argv, "--to");
	if (out->recipient == NULL)
		out->recipient = arena_printf(
		    t->arena, "E-Akte %s", out->town->name);
	if (utf8_clean(t->arena, out->recipient, strlen(out->recipient),
		&out->recipient, err) == -1)
		return -1;
	if (plan == NULL)
		return 0;
	if (equals == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "--plan %.60s: write KEY=NAME", plan);
	out->plan_key =
	    arena_dup(t->arena, plan, (size_t)(equals - plan));
	out->plan_name = equals + 1;
	return 0;
}

/* One; what went wrong with it is told, and the others go on. */
static bool
export_one(struct tool *t, const struct efile_target *target,
    const struct id *vorgang)
{
	struct efile_parcel parcel;
	struct err err = {0};

	if (efile_export(t, target, vorgang, &parcel, &err) == -1) {
		(void)tool_fail(&err);
		return false;
	}
	(void)printf("%s  %u documents  %s\n",
	    id_reference_show(t->arena, parcel.reference), parcel.documents,
	    parcel.file_name);
	return true;
}

static int
export_named(struct tool *t, const struct efile_target *target, int argc,
    char **argv)
{
	bool is_fine = true;
	const char *word;

	for (int i = 0; (word = tool_word(argc, argv, i, flags)) != NULL;
	     i++) {
		char reference[ID_REFERENCE_LEN + 1];
		struct err err = {0};
		struct id id;

		if (id_reference_parse(word, reference, &err) == -1)
			return tool_usage("'%s' is no reference", word);
		if (vorgang_find(t->db, t->arena, reference, &id, &err) ==
		    -1) {
			(void)tool_fail(&err);
			is_fine = false;
			continue;
		}
		is_fine &= export_one(t, target, &id);
	}
	return is_fine ? EXIT_OK : EXIT_FAILED;
}

int
cmd_efile_export(struct tool *t, int argc, char **argv)
{
	struct efile_target target;
	struct err err = {0};
	bool is_fine = true;
	struct id *id;
	size_t n;

	if (read_target(t, argc, argv, &target, &err) == -1)
		return tool_fail(&err);
	if (tool_word(argc, argv, 0, flags) != NULL)
		return export_named(t, &target, argc, argv);
	if (efile_open(t->db, t->arena, tool_flag(argc, argv, "--refused"),
		EXPORT_MAX, &id, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		is_fine &= export_one(t, &target, &id[i]);
	if (n == 0)
		(void)fprintf(stderr, "nothing is closed and not exported\n");
	return is_fine ? EXIT_OK : EXIT_FAILED;
}

/* ---- receive ---- */

/* A message, or a parcel with one in it. */
static int
read_answer(struct tool *t, const char *path, struct xdomea_answer *out,
    struct err *err)
{
	bool is_checked;
	char *data;
	size_t len;

	if (file_read(t->arena, path, XDOMEA_ANSWER_MAX, &data, &len, err) ==
	    -1)
		return -1;
	if (len > 4 && memcmp(data, "PK\x03\x04", 4) == 0 &&
	    efile_zip_read_xml(t->arena, data, len, XDOMEA_ANSWER_MAX, &data,
		&len, err) == -1)
		return -1;
	if (xdomea_answer_read(t->arena, data, len, out, err) == -1)
		return -1;
	return xdomea_check(t->arena, t->config.xoev_dir,
	    date_of_instant(date_now_ms()), data, len, &is_checked, err);
}

struct receipt {
	struct efile_parcel parcel;
	struct handover handover;
};

static int
write_answer(struct db *db, struct arena *a, const struct vorgang *v,
    void *arg, struct err *err)
{
	struct receipt *r = arg;

	(void)a; /* nothing is read */
	if (efile_answer(db, &r->parcel, err) == -1)
		return -1;
	return handover_put(db, &v->id, &r->handover, err);
}

/* What the answer says of the parcel; false: nothing new. */
static int
judge(struct tool *t, const struct xdomea_answer *answer,
    struct efile_parcel *p, int64_t now_ms, bool *is_new, struct err *err)
{
	*is_new = false;
	if (answer->is_receipt) {
		if (p->received_ms != 0 || p->state != EFILE_EXPORTED)
			return 0;
		*is_new = true;
		p->state = EFILE_RECEIVED;
		p->received_ms = now_ms;
		return 0;
	}
	for (size_t i = 0; i < answer->noutcome; i++) {
		const struct xdomea_outcome *o = &answer->outcome[i];
		enum efile_state state =
		    o->is_imported ? EFILE_IMPORTED : EFILE_REFUSED;

		if (!id_equal(&o->object, &p->vorgang_id))
			continue; /* its documents may be told of as well */
		if (p->state == EFILE_IMPORTED && !o->is_imported)
			return err_set(err, ERR_CONFLICT,
			    "it was confirmed as imported before, and is "
			    "refused now: ask the e-file's office");
		*is_new = p->state != state;
		p->state = state;
		p->answered_ms = now_ms;
		p->answer = utf8_cut(t->arena, o->why, ANSWER_LEN);
		return 0;
	}
	return err_set(err, ERR_BAD_REQUEST,
	    "the message does not tell of the parcel's Vorgang");
}

/* The step that citizens see, or a note for the office. */
static struct event
event_of(struct tool *t, const struct receipt *r)
{
	struct buf *data = buf_new(t->arena, 4096);
	struct json_out j;

	if (r->parcel.state != EFILE_REFUSED)
		return handover_event(t->arena, &r->handover,
		    r->handover.answered_ms != 0 ? HANDOVER_ANSWERED
						 : HANDOVER_COLLECTED,
		    ACTOR_OFFICE);
	json_begin(&j, data);
	json_open_object(&j);
	json_pair(&j, "state", "refused");
	json_pair(&j, "why", r->parcel.answer);
	json_close_object(&j);
	return (struct event){.kind = "efile",
	    .actor = ACTOR_OFFICE,
	    .data = buf_text(data)};
}

static int
receive(struct tool *t, const struct town *town, const char *path,
    struct err *err)
{
	struct vorgang_change change = {.now_ms = date_now_ms(),
	    .nevent = 1,
	    .is_look = true,
	    .also = write_answer};
	struct xdomea_answer answer;
	struct receipt r = {0};
	struct event event;
	bool is_new, found;

	if (read_answer(t, path, &answer, err) == -1 ||
	    efile_find(t->db, t->arena, &answer.process, &r.parcel, err) ==
		-1 ||
	    judge(t, &answer, &r.parcel, change.now_ms, &is_new, err) == -1)
		return -1;
	if (!is_new) {
		(void)printf("%s: known already (%s)\n",
		    id_reference_show(t->arena, r.parcel.reference),
		    state_names[r.parcel.state]);
		return 0;
	}
	if (handover_find(t->db, t->arena, &r.parcel.vorgang_id,
		HANDOVER_EFILE, EFILE_PARTNER, EFILE_WHAT, &r.handover,
		&found, err) == -1)
		return -1;
	if (!found)
		return err_set(err, ERR_INTERNAL,
		    "the parcel has no record of its handover");
	if (r.parcel.state != EFILE_REFUSED) {
		if (r.handover.collected_ms == 0) /* no receipt came before */
			r.handover.collected_ms = change.now_ms;
		else
			r.handover.answered_ms = change.now_ms;
	}
	event = event_of(t, &r);
	change.event = &event;
	change.also_arg = &r;
	if (vorgang_change(t->db, t->arena, town, &r.parcel.vorgang_id,
		&change, err) == -1)
		return -1;
	(void)printf("%s: %s%s%s\n",
	    id_reference_show(t->arena, r.parcel.reference),
	    state_names[r.parcel.state],
	    r.parcel.state == EFILE_REFUSED ? ": " : "",
	    r.parcel.state == EFILE_REFUSED ? r.parcel.answer : "");
	return 0;
}

int
cmd_efile_receive(struct tool *t, int argc, char **argv)
{
	const struct town *town;
	struct err err = {0};
	const char *path;
	bool is_fine = true;

	if (tool_word(argc, argv, 0, flags) == NULL)
		return tool_usage("which message of the e-file?");
	town = tool_town(t, tool_option(argc, argv, "--town"), &err);
	if (town == NULL)
		return tool_fail(&err);
	for (int i = 0; (path = tool_word(argc, argv, i, flags)) != NULL;
	     i++) {
		struct err why = {0};

		if (receive(t, town, path, &why) == 0)
			continue;
		(void)fprintf(stderr, "%s:\n", path);
		(void)tool_fail(&why);
		is_fine = false;
	}
	return is_fine ? EXIT_OK : EXIT_FAILED;
}

/* ---- list ---- */

static int
list_deletions(struct tool *t, size_t max, struct err *err)
{
	struct deletion_record *r;
	size_t n;

	if (efile_deletions(t->db, t->arena, max, &r, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		(void)printf("%s  %s  received %s, closed %s, deleted %s by "
			     "%s (%s)\n    parcel %s, SHA-256 %s; %u "
			     "documents, %u messages, %u events\n",
		    id_reference_show(t->arena, r[i].reference), r[i].service,
		    date_instant_to_xsd(t->arena, r[i].received_ms),
		    date_instant_to_xsd(t->arena, r[i].closed_ms),
		    date_instant_to_xsd(t->arena, r[i].deleted_ms),
		    r[i].deleted_by, r[i].reason,
		    id_uuid(t->arena, &r[i].parcel_id),
		    id_hex_bytes(t->arena, r[i].parcel_sha256,
			sizeof(r[i].parcel_sha256)),
		    r[i].documents, r[i].messages, r[i].last_seq);
	return 0;
}

int
cmd_efile_list(struct tool *t, int argc, char **argv)
{
	struct efile_parcel *p;
	struct err err = {0};
	int64_t max;
	size_t n;

	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    client_number(argc, argv, "--limit", LIST_DEFAULT, LIST_MAX, &max,
		&err) == -1)
		return tool_fail(&err);
	if (tool_flag(argc, argv, "--deleted")) {
		if (list_deletions(t, (size_t)max, &err) == -1)
			return tool_fail(&err);
		return EXIT_OK;
	}
	if (efile_list(t->db, t->arena, (size_t)max, &p, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s  %s  %-8s%s  %s%s%s\n",
		    id_reference_show(t->arena, p[i].reference),
		    date_instant_to_xsd(t->arena, p[i].exported_ms),
		    state_names[p[i].state], p[i].is_erased ? " erased" : "",
		    p[i].file_name, p[i].answer[0] == '\0' ? "" : "  ",
		    p[i].answer);
	return EXIT_OK;
}

/* ---- erase ---- */

static int
erase_one(struct tool *t, const struct town *town, const struct id *id,
    const char *reference, struct err *err)
{
	if (efile_erase_vorgang(t, town, id, err) == -1)
		return -1;
	(void)printf("%s: erased; a deletion record stays\n",
	    id_reference_show(t->arena, reference));
	return 0;
}

static int
erase_imported(struct tool *t, const struct town *town, struct err *err)
{
	struct efile_parcel *p;
	size_t n;

	if (efile_list(t->db, t->arena, LIST_MAX, &p, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (p[i].state == EFILE_IMPORTED && !p[i].is_erased &&
		    erase_one(t, town, &p[i].vorgang_id, p[i].reference,
			err) == -1)
			return -1;
	return 0;
}

int
cmd_efile_erase(struct tool *t, int argc, char **argv)
{
	const char *word = tool_word(argc, argv, 0, flags);
	char reference[ID_REFERENCE_LEN + 1];
	const struct town *town;
	struct err err = {0};
	struct id id;

	if (tool_flag(argc, argv, "--imported") == (word != NULL))
		return tool_usage("name applications, or --imported for all "
				  "that the e-file has");
	town = tool_town(t, tool_option(argc, argv, "--town"), &err);
	if (town == NULL ||
	    (word == NULL && erase_imported(t, town, &err) == -1))
		return tool_fail(&err);
	for (int i = 0; word != NULL;
	     word = tool_word(argc, argv, ++i, flags)) {
		if (id_reference_parse(word, reference, &err) == -1)
			return tool_usage("'%s' is no reference", word);
		if (vorgang_find(t->db, t->arena, reference, &id, &err) ==
			-1 ||
		    erase_one(t, town, &id, reference, &err) == -1)
			return tool_fail(&err);
	}
	return EXIT_OK;
}
