/* torhaus vorgang advance */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/file.h"
#include "common/json.h"
#include "common/outbox_mail.h"
#include "common/public_link.h"
#include "common/utf8.h"
#include "torhaus/vorgang_office.h"

#define NOTE_MAX 16000 /* bytes */

struct advance {
	const struct town *town;
	struct vorgang_whole whole;
	struct town_service words;
	const struct service_state *from, *to;
	const char *note; /* "" for none */
};

/* Where it may go from here, one line each. */
static void
print_ways(struct tool *t, const struct advance *a)
{
	(void)printf("%s is in state %s. Possible next states:\n",
	    id_reference_show(t->arena, a->whole.vorgang.reference),
	    a->whole.vorgang.state);
	for (size_t i = 0; i < a->from->nnext; i++)
		(void)printf("  %-18s %s\n", a->from->next[i],
		    service_text(a->words.service, LANG_DE,
			arena_printf(t->arena, "state.%s.label",
			    a->from->next[i])));
	if (a->from->nnext == 0)
		(void)puts("  none: it is closed");
}

static bool
leads_to(const struct service_state *from, const char *to)
{
	for (size_t i = 0; i < from->nnext; i++)
		if (strcmp(from->next[i], to) == 0)
			return true;
	return false;
}

static int
read_note(struct tool *t, int argc, char **argv, const char **out,
    struct err *err)
{
	const char *text = tool_option(argc, argv, "--note");
	const char *path = tool_option(argc, argv, "--note-file");
	char *data;
	size_t len;

	*out = "";
	if (text == NULL && path == NULL)
		return 0;
	if (path != NULL) {
		if (file_read(t->arena, path, NOTE_MAX, &data, &len, err) ==
		    -1)
			return -1;
		text = data;
	}
	len = strlen(text);
	if (len > NOTE_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "the note is longer than %d bytes", NOTE_MAX);
	return utf8_clean(t->arena, text, len, out, err);
}

/* The state's event for everybody, and who did it for the office. */
static void
make_events(struct tool *t, const struct advance *a, struct event event[2])
{
	struct buf *shown = buf_new(t->arena, NOTE_MAX * 8);
	struct buf *kept = buf_new(t->arena, 4096);
	struct json_out j;

	json_begin(&j, shown);
	json_open_object(&j);
	json_pair(&j, "state", a->to->id);
	if (a->note[0] != '\0')
		json_pair(&j, "note", a->note);
	json_close_object(&j);
	json_begin(&j, kept);
	json_open_object(&j);
	json_pair(&j, "by", tool_user(t->arena));
	json_pair(&j, "from", a->from->id);
	json_pair(&j, "to", a->to->id);
	json_close_object(&j);
	event[0] = (struct event){.kind = "state",
	    .actor = ACTOR_OFFICE,
	    .is_public = true,
	    .data = buf_text(shown)};
	event[1] = (struct event){.kind = "handled",
	    .actor = ACTOR_OFFICE,
	    .data = buf_text(kept)};
}

static size_t
make_mail(struct tool *t, const struct advance *a, struct outbox_new *out)
{
	const struct vorgang *v = &a->whole.vorgang;
	struct buf *payload = buf_new(t->arena, NOTE_MAX * 8);
	const struct outbox_mail mail = {
	    .template = "state",
	    .to = v->mail,
	    .lang = v->lang,
	    .service_version_id = v->service_version_id,
	    .reference = id_reference_show(t->arena, v->reference),
	    .link = public_link(
		t->arena, &t->config, a->town, v->link_token),
	    .state = a->to->id,
	    .note = a->note,
	};

	/* A note always goes out: the applicant would not look otherwise. */
	if (v->mail == NULL || v->mail[0] == '\0' ||
	    (!a->to->notifies && a->note[0] == '\0'))
		return 0;
	outbox_mail_write(&mail, payload);
	*out = (struct outbox_new){"mail", buf_text(payload)};
	return 1;
}

static int
write_change(struct tool *t, const struct advance *a, bool *is_mailed,
    struct err *err)
{
	struct event event[2];
	struct outbox_new mail;
	struct vorgang_change change = {.now_ms = date_now_ms(),
	    .expected_state = a->from->id,
	    .state = a->to->id,
	    .is_final = a->to->is_final,
	    .event = event,
	    .nevent = nitems(event),
	    .outbox = &mail};

	make_events(t, a, event);
	change.noutbox = make_mail(t, a, &mail);
	if (a->to->due_days > 0)
		change.due = date_of_instant(change.now_ms) +
		    (int32_t)a->to->due_days;
	*is_mailed = change.noutbox > 0;
	return vorgang_change(t->db, t->arena, a->town,
	    &a->whole.vorgang.id, &change, err);
}

static int
advance_to(struct tool *t, struct advance *a, const char *to, bool *is_mailed,
    struct err *err)
{
	a->to = service_state(a->words.service, to);
	if (a->to == NULL || !leads_to(a->from, to))
		return err_set(err, ERR_CONFLICT,
		    "it cannot go from %s to %s; without --to the possible "
		    "states are listed",
		    a->from->id, to);
	return write_change(t, a, is_mailed, err);
}

static int
read_case(struct tool *t, const char *town, const char *reference,
    struct advance *a, struct err *err)
{
	if ((a->town = tool_town(t, town, err)) == NULL ||
	    office_read(t, a->town, reference, &a->whole, err) == -1)
		return -1;
	if (!office_words(t, a->town, &a->whole.vorgang, &a->words) ||
	    (a->from = service_state(
		 a->words.service, a->whole.vorgang.state)) == NULL)
		return err_set(err, ERR_INTERNAL,
		    "its service version or state is not known any more");
	return 0;
}

int
cmd_vorgang_advance(struct tool *t, int argc, char **argv)
{
	const char *reference = tool_word(argc, argv, 0, NULL);
	const char *to = tool_option(argc, argv, "--to");
	struct advance a = {0};
	struct err err = {0};
	bool is_mailed = false;

	if (reference == NULL)
		return tool_usage("which application?");
	if (read_case(t, tool_option(argc, argv, "--town"), reference, &a,
		&err) == -1 ||
	    read_note(t, argc, argv, &a.note, &err) == -1)
		return tool_fail(&err);
	if (to == NULL) {
		print_ways(t, &a);
		return EXIT_OK;
	}
	if (advance_to(t, &a, to, &is_mailed, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s: %s -> %s%s\n",
	    id_reference_show(t->arena, a.whole.vorgang.reference),
	    a.from->id, a.to->id,
	    is_mailed ? "; a mail to the applicant is queued" : "");
	return EXIT_OK;
}
