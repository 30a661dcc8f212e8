#include <assert.h>

#include "forms/antrag.h"

#include "common/date.h"
#include "common/document_store.h"
#include "common/service/service_adviser.h"
#include "common/utf8.h"
#include "common/vorgang/vorgang_store.h"

int
antrag_find(struct request *req, struct antrag *a, struct err *err)
{
	a->offer = service_set_offer(req->services, req->town, req->arg[0]);
	if (a->offer == NULL)
		return err_set(
		    err, ERR_NOT_FOUND, "no such service in this town");
	a->service = a->offer->service;
	http_request_offer(req, a->service->languages);
	a->action = "submit";
	a->version = a->not_shown = "";
	a->context = (struct form_context){
	    .now_ms = date_now_ms(), .settings = a->offer->settings};
	return 0;
}

static const char *
pair(const struct http_pairs *pairs, const char *name)
{
	const char *value = http_pair_get(pairs, name);

	return value != NULL ? value : "";
}

/* The same of what a page shows again: "" when it is no clean text. */
static const char *
clean_pair(
    struct request *req, const struct http_pairs *pairs, const char *name)
{
	const char *value = pair(pairs, name), *clean;
	struct err ignored = {0};

	return utf8_clean(req->arena, value, strlen(value), &clean,
		   &ignored) == 0
	    ? clean
	    : "";
}

bool
antrag_is_own_name(const char *name)
{
	static const char *const own[] = {"action", "from", "invitation",
	    "not_shown", "page_revision", "submission_id", "version"};

	for (size_t i = 0; i < nitems(own); i++)
		if (strcmp(own[i], name) == 0)
			return true;
	return false;
}

/*
 * The last action wins: browsers send one button, and what a page adds before
 * it is a default.
 */
static const char *
last_action(const struct http_pairs *pairs)
{
	const char *action = "show";

	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->pair[i].name, "action") == 0)
			action = pairs->pair[i].value;
	return action;
}

int
antrag_read_pairs(struct request *req, struct antrag *a,
    const struct http_pairs *pairs, struct err *err)
{
	struct err ignored = {0};

	a->pairs = pairs;
	a->action = last_action(pairs);
	a->version = pair(pairs, "version");
	a->not_shown = pair(pairs, "not_shown");
	a->invitation = clean_pair(req, pairs, "invitation");
	a->has_id = id_parse(pair(pairs, "submission_id"), &a->submission_id,
			&ignored) == 0;
	return form_read_pairs(
	    req->arena, a->service->form, pairs, &a->answers, err);
}

/* Looks an uploaded file up among the answers. */
struct file_search {
	struct arena *arena;
	const struct id *id;
	const char *path;
	size_t files;
};

static void
search_file(void *arg, const char *path, const struct answer *answer)
{
	struct file_search *s = arg;

	s->files += answer->nfile;
	if (s->id == NULL || s->path != NULL)
		return;
	for (size_t i = 0; i < answer->nfile; i++)
		if (id_equal(&answer->file[i].id, s->id))
			s->path = arena_strdup(s->arena, path);
}

bool
antrag_has_files(const struct antrag *a)
{
	struct file_search s = {.id = NULL};

	if (!a->service->form->has_files)
		return false;
	form_each(a->answers, search_file, &s);
	return s.files > 0;
}

/* Two requests that were sent at once bring a file twice. */
static bool
is_repeated(const struct document *document, size_t i)
{
	const struct document *d = &document[i];

	for (size_t j = 0; j < i; j++)
		if (document[j].size == d->size &&
		    strcmp(document[j].field, d->field) == 0 &&
		    strcmp(document[j].name, d->name) == 0 &&
		    memcmp(document[j].sha256, d->sha256,
			sizeof(d->sha256)) == 0)
			return true;
	return false;
}

/*
 * Puts the uploads into their fields: where the answers name them, else where
 * they were uploaded, each once.
 */
static void
attach_documents(struct request *req, struct antrag *a,
    const struct document *document, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct document *d = &document[i];
		struct file_search s = {.arena = req->arena, .id = &d->id};
		const struct answer_file file = {.id = d->id,
		    .name = d->name,
		    .media_type = d->media_type,
		    .size = d->size};

		form_each(a->answers, search_file, &s);
		if (s.path == NULL && is_repeated(document, i))
			continue;
		form_attach_file(req->arena, a->answers,
		    s.path != NULL ? s.path : d->field, &file);
	}
}

bool
antrag_owns_file(const struct antrag *a, const struct id *file)
{
	for (size_t i = 0; i < a->ndocument; i++)
		if (id_equal(&a->document[i].id, file))
			return true;
	return false;
}

/* Files by id alone, with the places that name them. */
struct bare_files {
	struct arena *arena;
	struct document *file; /* id and field */
	size_t n, room;
};

static void
note_bare_files(void *arg, const char *path, const struct answer *answer)
{
	struct bare_files *b = arg;

	for (size_t i = 0; i < answer->nfile && b->n < b->room; i++)
		if (answer->file[i].name == NULL)
			b->file[b->n++] =
			    (struct document){.id = answer->file[i].id,
				.field = arena_strdup(b->arena, path)};
}

int
antrag_recall_files(struct app *app, struct request *req, struct antrag *a,
    const struct id *vorgang, struct err *err)
{
	struct bare_files bare = {.arena = req->arena,
	    .room = (size_t)app->config->upload_count_max};

	bare.file = arena_new(req->arena, struct document, bare.room);
	form_each(a->answers, note_bare_files, &bare);
	for (size_t i = 0; i < bare.n; i++) {
		struct document d;
		struct data_key key;

		if (document_of_vorgang(app->db, req->arena, req->town,
			vorgang, &bare.file[i].id, &d, &key, err) == 0) {
			d.field = bare.file[i].field;
			attach_documents(req, a, &d, 1);
		} else if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
	}
	return 0;
}

int
antrag_take_documents(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	struct document *document;
	size_t n;

	if (document_list_draft(app->db, req->arena, &a->draft.key.key,
		&a->submission_id, &document, &n, err) == -1)
		return -1;
	attach_documents(req, a, document, n);
	a->document = document;
	a->ndocument = n;
	a->has_draft = true;
	return 0;
}

void
antrag_attach_documents(struct request *req, struct antrag *a)
{
	attach_documents(req, a, a->document, a->ndocument);
}

int
antrag_read_draft(struct app *app, struct request *req, struct antrag *a,
    bool wants_answers, struct err *err)
{
	a->has_looked_for_draft = true;
	if (draft_read(app->db, req->arena, req->town, &a->submission_id,
		&a->draft, err) == -1)
		return -1;
	if (wants_answers && a->draft.answers != NULL) {
		if (form_read_draft(req->arena, a->service->form,
			a->draft.answers, a->draft.answers_len, &a->answers,
			err) == -1)
			return -1;
	} else if (wants_answers)
		a->answers = form_answers_new(req->arena, a->service->form);
	if (antrag_take_documents(app, req, a, err) == -1)
		return -1;
	/* Submitted between the two readings: the uploads went along. */
	if (a->ndocument == 0 && a->service->form->has_files &&
	    draft_read(app->db, req->arena, req->town, &a->submission_id,
		&a->draft, err) == -1) {
		a->has_draft = false;
		return -1;
	}
	return 0;
}

/* Advice that does not lead on to an application stands against one. */
static void
judge_advice(struct request *req, struct antrag *a)
{
	struct form_error *more;

	if (service_adviser_judge(req->arena, a->service, a->answers,
		&a->context, NULL) != ADVISER_STOPS)
		return;
	more = arena_new(req->arena, struct form_error, a->nerror + 1);
	if (a->nerror > 0)
		memcpy(more, a->error, a->nerror * sizeof(*more));
	more[a->nerror++] =
	    (struct form_error){.path = "", .code = ADVISER_STOP_CODE};
	a->error = more;
	a->answers->nerror++;
}

void
antrag_judge(struct request *req, struct antrag *a)
{
	form_evaluate(
	    req->arena, a->answers, &a->context, &a->error, &a->nerror);
	judge_advice(req, a);
}

/* Reads the draft if there is one; none is no error. */
static int
look_for_draft(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	if (a->has_looked_for_draft || !a->has_id ||
	    antrag_read_draft(app, req, a, false, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	return 0;
}

/*
 * The uploads that the answers name: the draft's, or of what was submitted
 * from it before, when the same is sent again.
 */
static int
look_for_files(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	struct vorgang v;
	bool found;

	if (!antrag_has_files(a))
		return 0;
	if (look_for_draft(app, req, a, err) == -1)
		return -1;
	if (a->has_draft || !a->has_id)
		return 0;
	if (vorgang_by_submission(app->db, req->arena, req->town,
		&a->submission_id, &v, &found, err) == -1)
		return -1;
	return found ? antrag_recall_files(app, req, a, &v.id, err) : 0;
}

int
antrag_judge_whole(struct app *app, struct request *req, struct antrag *a,
    struct err *err)
{
	if (look_for_files(app, req, a, err) == -1)
		return -1;
	antrag_judge(req, a);
	if (a->answers->nerror == 0 || !a->service->form->has_files ||
	    a->has_looked_for_draft)
		return 0;
	if (look_for_draft(app, req, a, err) == -1)
		return -1;
	if (a->has_draft)
		antrag_judge(req, a);
	return 0;
}

bool
antrag_is_outdated(const struct antrag *a)
{
	return *a->version != '\0' &&
	    strcmp(a->version, a->service->version) != 0;
}

struct form_notice *
antrag_notice(struct antrag *a, enum form_notice_level level,
    const char *title, const char *text)
{
	struct form_notice *n = &a->notice[a->nnotice];

	assert(a->nnotice < ANTRAG_NOTICES);
	a->nnotice++;
	*n = (struct form_notice){.level = level, .title = title, .text = text};
	return n;
}

struct form_words
antrag_words(
    const struct app *app, const struct request *req, const struct antrag *a)
{
	return (struct form_words){
	    .arena = req->arena,
	    .texts = app->texts,
	    .service = a->service,
	    .town = req->town->name,
	    .settings = a->context.settings,
	    .lang = req->lang,
	    .upload_max = app->config->upload_max,
	    .upload_count_max = app->config->upload_count_max,
	};
}

bool
antrag_offers_simulation(const struct app *app, const struct antrag *a)
{
	return strcmp(app->config->identity, IDENTITY_SIMULATED) == 0 &&
	    identity_level(a->service->trust_level) >= IDENTITY_SUBSTANTIAL;
}

void
antrag_simulate(struct antrag *a)
{
	a->identity = (struct identity){
		.level = identity_level(a->service->trust_level),
		.method = IDENTITY_SIMULATED,
		.at_ms = a->context.now_ms,
	};
}
