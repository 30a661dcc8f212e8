#include "documents/intake.h"

#include "common/date.h"
#include "common/document_files.h"
#include "common/document_store.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/file_name.h"

/*
 * Sees to it that a file without a row goes with the request. The arena frees
 * what is newer first, so a guard reaches only for what is older than itself.
 */
struct guard {
	const char *dir;
	uint32_t town_id;
	struct id id;
	bool is_kept;
};

static void
guard_end(void *arg)
{
	const struct guard *g = arg;
	struct err err = {0};

	if (!g->is_kept && document_file_remove(
		g->dir, g->town_id, &g->id, &err) == -1)
		log_warn("%s", err.msg); /* the sweep gets it */
}

static struct guard *
guard_new(struct intake *in, const struct id *id)
{
	struct guard *g = arena_new(in->req->arena, struct guard, 1);

	g->dir = in->app->config->documents_dir;
	g->town_id = in->req->town->id;
	g->id = *id;
	arena_defer(in->req->arena, guard_end, g);
	return g;
}

struct intake *
intake_new(struct app *app, struct request *req, const struct id *submission,
    const struct crypto_key *key, const struct document *have, size_t nhave)
{
	struct intake *in = arena_new(req->arena, struct intake, 1);

	in->app = app;
	in->req = req;
	in->submission = *submission;
	in->key = *key;
	in->have = have;
	in->nhave = nhave;
	return in;
}

/* Room for one more of everything. */
static void
make_room(struct intake *in)
{
	struct arena *a = in->req->arena;
	size_t most = in->nadded > in->nrefusal ? in->nadded : in->nrefusal;
	size_t room = in->room == 0 ? 8 : in->room * 2;
	struct document *added;
	struct intake_refusal *refusal;
	struct guard **guard;

	if (most < in->room)
		return;
	added = arena_new(a, struct document, room);
	refusal = arena_new(a, struct intake_refusal, room);
	guard = arena_new(a, struct guard *, room);
	for (size_t i = 0; i < in->nadded; i++) {
		added[i] = in->added[i];
		guard[i] = in->guard[i];
	}
	for (size_t i = 0; i < in->nrefusal; i++)
		refusal[i] = in->refusal[i];
	in->added = added;
	in->guard = guard;
	in->refusal = refusal;
	in->room = room;
}

void
intake_refuse(struct intake *in, const char *path, const char *name,
    enum upload_refusal why)
{
	struct arena *a = in->req->arena;

	metrics_add(in->app->metrics, METRIC_UPLOAD_REFUSED, 1);
	make_room(in);
	in->refusal[in->nrefusal++] = (struct intake_refusal){
	    .path = arena_strdup(a, path),
	    .name = file_name_show(a, name),
	    .why = why,
	};
}

/* Bytes that are there already. */
static int64_t
used(const struct intake *in)
{
	int64_t sum = 0;

	for (size_t i = 0; i < in->nhave; i++)
		sum += in->have[i].size;
	for (size_t i = 0; i < in->nadded; i++)
		sum += in->added[i].size;
	return sum;
}

void
intake_begin(struct intake *in, const char *path,
    const struct form_field *field, const char *name)
{
	const struct config *config = in->app->config;
	const struct upload_for target = {
	    .town_id = in->req->town->id,
	    .key = &in->key,
	    .accept = field != NULL ? field->accept : NULL,
	    .naccept = field != NULL ? field->naccept : 0,
	    .strip_metadata = field != NULL && field->strip_metadata,
	    .file_max = config->upload_max,
	    .all_left = config->upload_case_max - used(in),
	};

	in->upload = upload_new(in->app, in->req->arena, &target, name);
	in->path = arena_strdup(in->req->arena, path);
	in->name = arena_strdup(in->req->arena, name);
	in->max_files = field == NULL ? SIZE_MAX
	    : field->max_files > 0 ? field->max_files : 1;
}

void
intake_put(struct intake *in, const void *data, size_t n)
{
	upload_put(in->upload, data, n);
}

static bool
is_same(const struct document *a, const struct document *b)
{
	return a->size == b->size && strcmp(a->field, b->field) == 0 &&
	    strcmp(a->name, b->name) == 0 &&
	    memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0;
}

/* The document that is d already; NULL when there is none. */
static const struct document *
find_same(const struct intake *in, const struct document *d)
{
	for (size_t i = 0; i < in->nhave; i++)
		if (is_same(&in->have[i], d))
			return &in->have[i];
	for (size_t i = 0; i < in->nadded; i++)
		if (is_same(&in->added[i], d))
			return &in->added[i];
	return NULL;
}

static bool
is_full(const struct intake *in)
{
	size_t n = 0, all = in->nhave + in->nadded;

	if (all >= (size_t)in->app->config->upload_count_max)
		return true;
	for (size_t i = 0; i < in->nhave; i++)
		n += strcmp(in->have[i].field, in->path) == 0;
	for (size_t i = 0; i < in->nadded; i++)
		n += strcmp(in->added[i].field, in->path) == 0;
	return n >= in->max_files;
}

static void
remove_file(const struct intake *in, const struct id *id)
{
	struct err err = {0};

	if (document_file_remove(in->app->config->documents_dir,
		in->req->town->id, id, &err) == -1)
		log_warn("%s", err.msg);
}

const struct document *
intake_end(struct intake *in)
{
	struct document d = {.submission_id = in->submission,
	    .field = in->path, .created_ms = date_now_ms(),
	    .origin = ACTOR_APPLICANT};
	const struct document *same;
	enum upload_refusal why;

	why = upload_end(in->upload, &d);
	in->upload = NULL;
	if (why != UPLOAD_FINE) {
		intake_refuse(in, in->path, in->name, why);
		return NULL;
	}
	if ((same = find_same(in, &d)) != NULL) {
		remove_file(in, &d.id);
		return same;
	}
	if (is_full(in)) {
		remove_file(in, &d.id);
		intake_refuse(in, in->path, in->name, UPLOAD_TOO_MANY);
		return NULL;
	}
	make_room(in);
	in->guard[in->nadded] = guard_new(in, &d.id);
	in->added[in->nadded] = d;
	return &in->added[in->nadded++];
}

/* The row is there, or may be: the file stays. */
static void
keep_next(struct intake *in)
{
	in->guard[in->nkept]->is_kept = true;
	metrics_add(in->app->metrics, METRIC_UPLOADED, 1);
	metrics_add(in->app->metrics, METRIC_UPLOAD_BYTES,
	    (uint64_t)in->added[in->nkept].size);
	in->nkept++;
}

int
intake_keep(struct intake *in, struct err *err)
{
	while (in->nkept < in->nadded) {
		int rc = document_add_draft(in->app->db, in->req->arena,
		    &in->key, &in->added[in->nkept], err);

		if (rc == -1 && err->code == ERR_CONFLICT)
			return -1;
		/* If only the answer got lost, the row needs its file; without
		 * a row the sweep takes it. */
		keep_next(in);
		if (rc == -1)
			return -1;
	}
	return 0;
}

void
intake_kept(struct intake *in)
{
	while (in->nkept < in->nadded)
		keep_next(in);
}
