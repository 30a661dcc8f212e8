/* torhaus vorgang fields: what the office fills in. */
#include "torhaus/commands.h"

#include "common/clerk_store.h"
#include "common/date.h"
#include "common/form/form_answers.h"
#include "common/form/form_text.h"
#include "common/json.h"
#include "torhaus/vorgang_office.h"

#define ANSWERS_MAX ((size_t)8 << 20)
#define SETS_MAX 500

struct desk {
	struct tool *tool;
	const struct town *town;
	struct vorgang_whole whole;
	struct town_service offer;
	const struct form *form;
	struct clerk_answers stored;
	struct form_answers *answers;
	struct form_context context;
	struct form_error *error;
	size_t nerror;
	struct form_words words;
	struct http_pairs set; /* path and value, as typed */
};

static int
open_desk(struct desk *d, const char *town, const char *reference,
    struct err *err)
{
	struct tool *t = d->tool;

	if ((d->town = tool_town(t, town, err)) == NULL ||
	    office_read(t, d->town, reference, &d->whole, err) == -1)
		return -1;
	if (!office_words(t, d->town, &d->whole.vorgang, &d->offer))
		return err_set(err, ERR_INTERNAL,
		    "its service version is not in the database");
	d->form = d->offer.service->clerk_form;
	if (d->form == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "%s has no fields for the office: its form has no page "
		    "with \"clerk\": true",
		    d->offer.service->slug);
	d->context = (struct form_context){
	    .now_ms = date_now_ms(), .settings = d->offer.settings};
	if (clerk_read(t->db, t->arena, &d->whole.vorgang, &d->stored, err) ==
		-1 ||
	    form_read_draft(t->arena, d->form, d->stored.answers,
		d->stored.len, &d->answers, err) == -1)
		return -1;
	return 0;
}

/* ---- setting ---- */

/* The options "--set path=value". */
static int
read_sets(struct desk *d, int argc, char **argv, struct err *err)
{
	struct arena *a = d->tool->arena;

	d->set.pair = arena_new(a, struct http_pair, SETS_MAX);
	for (int i = 0; i < argc; i++) {
		const char *one = NULL, *equals;
		struct http_pair *p = &d->set.pair[d->set.n];

		if (strcmp(argv[i], "--set") == 0)
			one = ++i < argc ? argv[i] : "";
		else if (strncmp(argv[i], "--set=", 6) == 0)
			one = argv[i] + 6;
		if (one == NULL)
			continue;
		equals = strchr(one, '=');
		if (equals == NULL || equals == one)
			return err_set(err, ERR_BAD_REQUEST,
			    "--set '%s': write --set path=value", one);
		if (d->set.n == SETS_MAX)
			return err_set(err, ERR_TOO_LARGE,
			    "more than %d fields at once", SETS_MAX);
		p->name = arena_dup(a, one, (size_t)(equals - one));
		p->value = equals + 1;
		p->value_len = strlen(p->value);
		d->set.n++;
	}
	return 0;
}

/* "visits.2.day" needs a third visit; the next one may be begun. */
static void
add_items(struct desk *d, const char *path)
{
	struct arena *a = d->tool->arena;

	for (size_t n = strcspn(path, "."); path[n] != '\0';
	     n += 1 + strcspn(path + n + 1, ".")) {
		struct answer *repeat =
		    form_find(d->answers, arena_dup(a, path, n));
		const char *next;
		struct err ignored = {0};

		if (repeat == NULL || repeat->field->type != FORM_REPEAT)
			continue;
		next = arena_printf(a, "%zu.", repeat->nitem);
		if (strncmp(path + n + 1, next, strlen(next)) == 0)
			(void)form_item_add(a, d->answers, repeat, &ignored);
	}
}

/* Replaces an answer by what was typed; "" empties it. */
static void
put(struct arena *a, struct answer *to, const struct http_pair *typed)
{
	to->raw = to->read_error = NULL;
	to->is_given = false;
	to->nlist = 0;
	if (to->field->type != FORM_MULTI_CHOICE) {
		form_answer_put(a, to, typed->value, typed->value_len);
		return;
	}
	for (const char *s = typed->value; *s != '\0';) {
		size_t n = strcspn(s, ",");

		form_answer_choose(a, to, s, n);
		s += n + (s[n] == ',');
	}
}

/* Puts what was typed over what is stored, and judges all of it. */
static int
apply_sets(struct desk *d, struct err *err)
{
	struct arena *a = d->tool->arena;

	for (size_t i = 0; i < d->set.n; i++) {
		const char *path = d->set.pair[i].name;
		struct answer *to;

		add_items(d, path);
		to = form_find(d->answers, path);
		if (to == NULL || to->field->nchild > 0 ||
		    !form_is_asked(to->field))
			return err_set(err, ERR_FIELD_INVALID,
			    "the office has no field '%s'; without --set all "
			    "are listed", path);
		put(a, to, &d->set.pair[i]);
	}
	form_evaluate(a, d->answers, &d->context, &d->error, &d->nerror);
	return 0;
}

/* Whether one of the paths set now is the finding's, or in it. */
static bool
is_set(const struct desk *d, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < d->set.n; i++) {
		const char *name = d->set.pair[i].name;

		if (strncmp(name, path, n) == 0 &&
		    (name[n] == '\0' || name[n] == '.'))
			return true;
	}
	return false;
}

/* What stands against saving; what is merely still open is not. */
static size_t
print_refusals(const struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->nerror; i++) {
		const struct form_error *e = &d->error[i];

		if (e->is_warning || !is_set(d, e->path))
			continue;
		(void)fprintf(stderr, "%s: %s: %s\n", e->path, e->code,
		    form_message(&d->words,
			e->answer == NULL ? NULL : e->answer->field,
			e->code));
		n++;
	}
	return n;
}

/* ---- saving ---- */

static const char *
event_data(const struct desk *d)
{
	struct buf *out = buf_new(d->tool->arena, 65536);
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_pair(&j, "by", tool_user(d->tool->arena));
	json_key(&j, "revision");
	json_put_int(&j, d->stored.revision + 1);
	json_key(&j, "fields");
	json_open_array(&j);
	for (size_t i = 0; i < d->set.n; i++)
		json_put_string(&j, d->set.pair[i].name);
	json_close_array(&j);
	json_close_object(&j);
	return out->failed == ERR_NONE ? buf_text(out) : "{}";
}

static int
save(struct desk *d, struct err *err)
{
	struct buf *json = buf_new(d->tool->arena, ANSWERS_MAX);
	const struct event event = {.kind = "fields",
	    .actor = ACTOR_OFFICE,
	    .data = event_data(d)};
	struct clerk_answers clerk = {.revision = d->stored.revision};
	const struct vorgang_change change = {.now_ms = d->context.now_ms,
	    .event = &event,
	    .nevent = 1,
	    .clerk = &clerk};

	form_write_draft(d->answers, json);
	if (buf_check(json, err) == -1)
		return -1;
	clerk.answers = buf_text(json);
	clerk.len = json->len;
	return vorgang_change(d->tool->db, d->tool->arena, d->town,
	    &d->whole.vorgang.id, &change, err);
}

/* ---- showing ---- */

static void
print_answer(void *arg, const char *path, const struct answer *answer)
{
	const struct desk *d = arg;
	const struct form_field *f = answer->field;
	const char *value = answer->text != NULL ? answer->text : answer->raw;

	if (!answer->is_shown || f->nchild > 0 || f->type == FORM_STATIC)
		return;
	(void)printf("  %-32s %s\n      %s%s%s\n", path,
	    value == NULL ? "-" : value, form_label(&d->words, f),
	    form_is_computed(f) ? " (calculated)" : "",
	    answer->error == NULL
		? ""
		: arena_printf(d->tool->arena, " (%s)", answer->error));
}

static void
print_fields(struct desk *d)
{
	if (d->stored.revision == 0)
		(void)puts("nothing was filled in yet");
	else
		(void)printf("revision %u of %s\n", d->stored.revision,
		    date_instant_to_human(d->tool->arena, d->stored.saved_ms,
			lang_base(d->words.lang) == LANG_EN));
	form_each(d->answers, print_answer, d);
}

static int
show_or_save(struct desk *d, struct err *err)
{
	if (apply_sets(d, err) == -1)
		return tool_fail(err);
	if (d->set.n == 0) {
		if (office_record_view(d->tool, d->town, &d->whole, "fields",
			err) == -1)
			return tool_fail(err);
		print_fields(d);
		return EXIT_OK;
	}
	if (print_refusals(d) > 0) {
		(void)fputs("torhaus: nothing was saved\n", stderr);
		return EXIT_FINDINGS;
	}
	if (save(d, err) == -1)
		return tool_fail(err);
	(void)printf("%s: revision %u saved\n",
	    id_reference_show(d->tool->arena, d->whole.vorgang.reference),
	    d->stored.revision + 1);
	return EXIT_OK;
}

int
cmd_vorgang_fields(struct tool *t, int argc, char **argv)
{
	const char *reference = tool_word(argc, argv, 0, NULL);
	struct desk d = {.tool = t};
	struct texts *texts;
	struct err err = {0};
	int rc;

	if (reference == NULL)
		return tool_usage("which application?");
	if (read_sets(&d, argc, argv, &err) == -1) {
		(void)tool_fail(&err);
		return EXIT_WRONG;
	}
	if (open_desk(&d, tool_option(argc, argv, "--town"), reference,
		&err) == -1 ||
	    texts_load(t->config.texts_dir, &texts, &err) == -1)
		return tool_fail(&err);
	d.words = (struct form_words){.arena = t->arena,
	    .texts = texts,
	    .service = d.offer.service,
	    .town = d.town->name,
	    .settings = d.offer.settings,
	    .lang = tool_lang(argc, argv)};
	rc = show_or_save(&d, &err);
	texts_free(texts);
	return rc;
}
