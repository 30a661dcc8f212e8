/* torhaus vorgang list, show */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/form/form_summary.h"
#include "common/num.h"
#include "common/service/service_fill.h"
#include "torhaus/vorgang_office.h"

#define LIST_MAX 1000

struct list_request {
	const struct department *department;
	const char *state;
	bool is_closed;
	struct id before;
	bool has_before;
	int64_t limit;
};

static int
read_list_request(const struct town *town, int argc, char **argv,
    struct list_request *out, struct err *err)
{
	const char *slug = tool_option(argc, argv, "--department");
	const char *limit = tool_option(argc, argv, "--limit");
	const char *after = tool_option(argc, argv, "--after");

	out->state = tool_option(argc, argv, "--state");
	out->is_closed = tool_flag(argc, argv, "--closed");
	out->limit = 50;
	if (limit != NULL &&
	    num_parse(limit, 1, LIST_MAX, &out->limit, err) == -1)
		return err_set(err, ERR_FIELD_INVALID,
		    "--limit takes a number from 1 to %d", LIST_MAX);
	if (after != NULL && id_parse(after, &out->before, err) == -1)
		return err_set(err, ERR_FIELD_INVALID,
		    "--after takes the id from a list's last line");
	out->has_before = after != NULL;
	if (slug == NULL)
		return 0;
	if ((out->department = town_department(town, slug)) == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "%s has no department '%s'", town->name, slug);
	return 0;
}

static bool
is_wanted(const struct list_request *r, const struct vorgang_line *line)
{
	if (r->state != NULL && strcmp(line->state, r->state) != 0)
		return false;
	return r->department == NULL ||
	    line->department_id == r->department->id;
}

static void
print_line(struct tool *t, const struct vorgang_line *line)
{
	const struct service *s =
	    service_set_version(t->set, line->service_version_id);

	(void)printf("%-13s %s  %-10s %-18s %s%s\n",
	    id_reference_show(t->arena, line->reference),
	    date_to_german(t->arena, date_of_instant(line->created_ms)),
	    line->due == 0 ? "-" : date_to_german(t->arena, line->due),
	    line->state, s == NULL ? "?" : s->slug,
	    line->is_urgent ? "  URGENT" : "");
}

/*
 * Pages through the town's list until enough lines fit; the caseworkers' own
 * list will use the inbox's index instead.
 */
static int
list_cases(struct tool *t, struct list_request *r, struct err *err)
{
	struct vorgang_line *line;
	int64_t shown = 0;
	size_t n;

	do {
		if (vorgang_list(t->db, t->arena, r->is_closed,
			r->has_before ? &r->before : NULL, LIST_MAX, &line, &n,
			err) == -1)
			return -1;
		for (size_t i = 0; i < n && shown < r->limit; i++) {
			r->before = line[i].id;
			r->has_before = true;
			if (!is_wanted(r, &line[i]))
				continue;
			print_line(t, &line[i]);
			shown++;
		}
	} while (n == LIST_MAX && shown < r->limit);
	if (shown == 0)
		(void)fprintf(stderr, "no application fits\n");
	else if (shown == r->limit)
		(void)fprintf(stderr, "more: --after %s\n",
		    id_hex(t->arena, &r->before));
	return 0;
}

int
cmd_vorgang_list(struct tool *t, int argc, char **argv)
{
	struct list_request r = {0};
	const struct town *town;
	struct err err = {0};

	if ((town = tool_town(t, tool_option(argc, argv, "--town"), &err)) ==
		NULL ||
	    read_list_request(town, argc, argv, &r, &err) == -1 ||
	    list_cases(t, &r, &err) == -1)
		return tool_fail(&err);
	return EXIT_OK;
}

/* A text of the package with the town's names and settings. */
static const char *
say(struct tool *t, const struct town *town, const struct town_service *words,
    enum lang lang, const char *key)
{
	return service_fill(t->arena,
	    service_text(words->service, lang, key), town->name,
	    words->settings, lang);
}

static void
print_head(struct tool *t, const struct town *town,
    const struct vorgang *v, const struct town_service *words, enum lang lang)
{
	const struct department *d =
	    town_department_by_id(town, v->department_id);
	struct arena *a = t->arena;

	(void)printf("%s  %s\n", id_reference_show(a, v->reference),
	    say(t, town, words, lang, "service.name"));
	(void)printf("State       %s (%s)%s\n",
	    say(t, town, words, lang,
		arena_printf(a, "state.%s.label", v->state)),
	    v->state, v->is_urgent ? ", URGENT" : "");
	(void)printf("Received    %s\n",
	    date_instant_to_human(a, v->created_ms, lang_base(lang) == LANG_EN));
	if (v->due != 0)
		(void)printf("Due         %s\n", date_to_german(a, v->due));
	(void)printf("Department  %s\n", d == NULL ? "?" : d->name);
	if (v->mail != NULL && v->mail[0] != '\0')
		(void)printf("Mail        %s\n", v->mail);
}

static void
print_rest(struct tool *t, const struct vorgang_whole *w, enum lang lang)
{
	static const char *const actors[] = {"applicant", "office", "system"};
	struct arena *a = t->arena;

	(void)puts("\nDocuments");
	for (size_t i = 0; i < w->ndocument; i++)
		(void)printf("  %zu  %-40s %-18s %lld bytes\n", i + 1,
		    w->document[i].name, w->document[i].media_type,
		    (long long)w->document[i].size);
	if (w->ndocument == 0)
		(void)puts("  none");
	(void)puts("\nMessages");
	for (size_t i = 0; i < w->nmessage; i++)
		(void)printf("  %s, %s:\n    %s\n",
		    date_instant_to_human(
			a, w->message[i].at_ms, lang_base(lang) == LANG_EN),
		    actors[w->message[i].from], w->message[i].body);
	if (w->nmessage == 0)
		(void)puts("  none");
	(void)puts("\nHistory");
	for (size_t i = 0; i < w->nevent; i++)
		(void)printf("  %3u  %s  %-9s %-12s %s\n", w->event[i].seq,
		    date_instant_to_human(
			a, w->event[i].at_ms, lang_base(lang) == LANG_EN),
		    actors[w->event[i].actor], w->event[i].kind,
		    strcmp(w->event[i].data, "{}") == 0 ? ""
							: w->event[i].data);
}

static int
print_case(struct tool *t, const struct town *town,
    const struct vorgang_whole *w, enum lang lang, struct err *err)
{
	struct form_summary_section *section;
	struct town_service offer;
	struct form_words words;
	struct texts *texts;
	size_t n;

	if (!office_words(t, town, &w->vorgang, &offer))
		return err_set(err, ERR_INTERNAL,
		    "its service version is not in the database");
	if (texts_load(t->config.texts_dir, &texts, err) == -1)
		return -1;
	words = (struct form_words){.arena = t->arena,
	    .texts = texts,
	    .service = offer.service,
	    .town = town->name,
	    .settings = offer.settings,
	    .lang = lang};
	if (form_summary_stored(&words, &w->vorgang, w->document, w->ndocument,
		&section, &n, err) == -1) {
		texts_free(texts);
		return -1;
	}
	print_head(t, town, &w->vorgang, &offer, lang);
	for (size_t i = 0; i < n; i++) {
		(void)printf("\n%s\n", section[i].heading);
		for (size_t k = 0; k < section[i].nrow; k++)
			(void)printf("  %s: %s\n", section[i].row[k].label,
			    section[i].row[k].value);
	}
	print_rest(t, w, lang);
	texts_free(texts);
	return 0;
}

int
cmd_vorgang_show(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {"--json", NULL};
	const char *reference = tool_word(argc, argv, 0, flags);
	const struct town *town;
	struct vorgang_whole w;
	struct err err = {0};

	if (reference == NULL)
		return tool_usage("which application?");
	if ((town = tool_town(t, tool_option(argc, argv, "--town"), &err)) ==
		NULL ||
	    office_read(t, town, reference, &w, &err) == -1 ||
	    office_record_view(t, town, &w, "answers", &err) == -1)
		return tool_fail(&err);
	if (tool_flag(argc, argv, "--json")) {
		(void)printf("%s\n", w.vorgang.answers);
		return EXIT_OK;
	}
	if (print_case(t, town, &w, tool_lang(argc, argv), &err) == -1)
		return tool_fail(&err);
	return EXIT_OK;
}
