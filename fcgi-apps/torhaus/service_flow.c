/* torhaus service flow */
#include "torhaus/commands.h"

#include <unistd.h>

#include "torhaus/service_flow.h"
#include "torhaus/service_mistakes.h"

#define FLOW_MAX ((size_t)8 << 20)

/* The catalogue: --texts, the installed one, or that of a source tree. */
static int
load_texts(struct tool *t, const char *dir, const char *given,
    struct texts **out, struct err *err)
{
	const char *beside = arena_printf(t->arena, "%s/../../texts", dir);

	if (given != NULL)
		return texts_load(given, out, err);
	if (access(beside, R_OK) == 0)
		return texts_load(beside, out, err);
	return texts_load(TORHAUS_SHARE "/texts", out, err);
}

static int
write_flow(struct tool *t, const struct service *s, struct texts *texts,
    enum lang lang, struct err *err)
{
	const struct form_words w = {.arena = t->arena,
	    .texts = texts,
	    .service = s,
	    .town = text_get(texts, lang, "flow.town"),
	    .settings = s->settings_json,
	    .lang = lang};
	struct buf *out = buf_new(t->arena, FLOW_MAX);

	if (service_flow_write(&w, out, err) == -1)
		return -1;
	if (fwrite(buf_text(out), 1, out->len, stdout) != out->len)
		return err_set(err, ERR_IO, "the drawing could not be written");
	return 0;
}

int
cmd_service_flow(struct tool *t, int argc, char **argv)
{
	const char *dir = tool_word(argc, argv, 0, NULL);
	struct form_mistakes mistakes = {.arena = t->arena};
	struct texts *texts;
	struct service *s;
	const char *package;
	struct err err = {0};
	int rc;

	if (dir == NULL)
		return tool_usage("which folder?");
	if (service_read_folder(
		t->arena, dir, &s, &package, &mistakes, &err) == -1)
		return tool_fail(&err);
	service_mistakes_print(dir, &mistakes);
	if (s == NULL)
		return EXIT_FINDINGS;
	if (load_texts(t, dir, tool_option(argc, argv, "--texts"), &texts,
		&err) == -1)
		return tool_fail(&err);
	rc = write_flow(t, s, texts, tool_lang(argc, argv), &err);
	texts_free(texts);
	return rc == 0 ? EXIT_OK : tool_fail(&err);
}
