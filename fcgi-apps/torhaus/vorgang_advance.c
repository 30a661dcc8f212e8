/* torhaus vorgang advance */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/file.h"
#include "common/vorgang/office_step.h"
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

static int
write_change(struct tool *t, const struct advance *a, bool *is_mailed,
    struct err *err)
{
	const struct office_step step = {.config = &t->config,
	    .town = a->town,
	    .vorgang = &a->whole.vorgang,
	    .service = a->words.service,
	    .by = tool_user(t->arena),
	    .to = a->to,
	    .note = a->note};
	struct vorgang_change change;

	office_step_write(t->arena, &step, date_now_ms(), &change);
	*is_mailed = change.noutbox > 0;
	return vorgang_change(t->db, t->arena, a->town,
	    &a->whole.vorgang.id, &change, err);
}

static int
advance_to(struct tool *t, struct advance *a, const char *to, bool *is_mailed,
    struct err *err)
{
	a->to = service_state(a->words.service, to);
	if (a->to == NULL || !office_step_leads(a->from, to))
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
