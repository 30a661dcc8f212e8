/* Documents: fetched as they were handed in, and notices on their way back. */
#include "common/date.h"
#include "common/document_files.h"
#include "common/document_store.h"
#include "common/file_name.h"
#include "common/log.h"
#include "handover/action.h"
#include "handover/trace.h"

#define PDF "application/pdf"
#define PDF_MARK "%PDF-"
#define FIELD "bescheid" /* of what the office adds */

/* ---- out ---- */

static int
write_piece(void *arg, const void *data, size_t n, struct err *err)
{
	return http_stream_write(arg, data, n, err);
}

static const struct document *
find_document(const struct opened *o, const struct id *id)
{
	for (size_t i = 0; i < o->whole.ndocument; i++)
		if (id_equal(&o->whole.document[i].id, id))
			return &o->whole.document[i];
	return NULL;
}

static int
send_document(struct app *app, struct request *req, const struct opened *o,
    const struct document *d, const char *tag, struct err *err)
{
	http_reply(req, 200, d->media_type);
	http_reply_header(req, "ETag", tag);
	http_reply_header(req, "Cache-Control", "private, no-cache");
	http_reply_header(req, "Content-Disposition",
	    file_name_disposition(req->arena, d->name));
	http_reply_header(req, "X-Content-Type-Options", "nosniff");
	http_reply_header(
	    req, "Content-Security-Policy", "default-src 'none'; sandbox");
	if (http_stream_begin(req, 200, d->media_type, d->size, err) == -1)
		return -1;
	if (req->method == HTTP_HEAD)
		return 0;
	return document_file_read(app->config->documents_dir, req->town->id,
	    &d->id, &o->whole.vorgang.key.key, write_piece, req, err);
}

int
document_get(struct app *app, struct request *req, struct err *err)
{
	const struct document *d;
	struct err none = {0};
	struct opened o;
	const char *tag;
	bool is_answered;
	struct id id;

	if (door_vorgang(app, req, CLIENT_READ, &o, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	if (id_parse(req->arg[1], &id, &none) == -1 ||
	    (d = find_document(&o, &id)) == NULL)
		return refuse(app, req, ERR_NOT_FOUND, "no-document");
	tag = arena_printf(req->arena, "\"%s\"",
	    id_hex_bytes(req->arena, d->sha256, sizeof(d->sha256)));
	if (tag_matches(req, tag))
		return tag_not_modified(req, tag);
	if (trace_view(app, req, &o,
		arena_printf(req->arena, "document:%s",
		    id_hex(req->arena, &d->id)), err) == -1)
		return -1;
	return send_document(app, req, &o, d, tag, err);
}

/* ---- in ---- */

struct incoming {
	struct app *app;
	struct request *req;
	struct document_file *file; /* while it is written */
	struct document document;
	uint32_t town_id; /* the request may be half gone at its end */
	bool is_kept, is_written;
};

/* What has no row goes with the request. */
static void
incoming_end(void *arg)
{
	struct incoming *in = arg;
	struct err err = {0};

	document_file_abort(in->file);
	if (in->is_written && !in->is_kept &&
	    document_file_remove(in->app->config->documents_dir, in->town_id,
		&in->document.id, &err) == -1)
		log_warn("%s", err.msg); /* the sweep gets it */
}

/* Streams the body into the store; *wrong: the key of what is wrong with it. */
static int
receive(struct incoming *in, const struct opened *o, const char **wrong,
    struct err *err)
{
	struct request *req = in->req;
	const char *dir = in->app->config->documents_dir;
	struct document_file_info info;
	const void *piece;
	char mark[sizeof(PDF_MARK) - 1];
	size_t have = 0;
	int64_t sum = 0;
	ssize_t n;

	if (document_file_new(dir, req->town->id, &in->document.id,
		&o->whole.vorgang.key.key, &in->file, err) == -1)
		return -1;
	while ((n = http_body_next(req, &piece, err)) > 0) {
		size_t take = sizeof(mark) - have;

		if (take > (size_t)n)
			take = (size_t)n;
		memcpy(mark + have, piece, take);
		have += take;
		sum += n;
		if (sum > in->app->config->upload_max)
			*wrong = "document-too-large";
		else if (document_file_put(in->file, piece, (size_t)n, err) ==
		    -1)
			return -1;
	}
	if (n == -1)
		return -1;
	if (*wrong == NULL &&
	    (have < sizeof(mark) || memcmp(mark, PDF_MARK, have) != 0))
		*wrong = "no-pdf";
	if (*wrong != NULL)
		return 0;
	{
		struct document_file *file = in->file;

		in->file = NULL; /* the commit frees it in any case */
		if (document_file_commit(file, &info, err) == -1)
			return -1;
	}
	in->is_written = true;
	in->document.size = info.size;
	memcpy(in->document.sha256, info.sha256, sizeof(info.sha256));
	memcpy(in->document.cipher_sha256, info.cipher_sha256,
	    sizeof(info.cipher_sha256));
	return 0;
}

static const char *
check_head(struct request *req, const struct app *app)
{
	if (!http_body_is(req, PDF))
		return "no-pdf";
	if (req->content_length > app->config->upload_max)
		return "document-too-large"; /* told before it is sent */
	return NULL;
}

static enum err_code
code_of(const char *wrong)
{
	return strcmp(wrong, "no-pdf") == 0 ? ERR_MEDIA_TYPE : ERR_TOO_LARGE;
}

static int
reply_document(struct app *app, struct request *req, struct action *action,
    bool is_again, struct err *err)
{
	struct opened *o = &action->opened;
	const struct document *d;
	struct json_out j;

	if (vorgang_by_id(app->db, req->arena, req->town,
		&action->request.vorgang_id, &o->whole, err) == -1)
		return -1;
	d = find_document(o, &action->request.document_id);
	if (d == NULL)
		return err_set(err, ERR_INTERNAL, "a document has no row");
	http_reply(req, is_again ? 200 : 201, "application/json");
	http_reply_header(req, "Location",
	    arena_printf(req->arena, API_PATH "/vorgaenge/%s/dokumente/%s",
		id_hex(req->arena, &o->whole.vorgang.id),
		id_hex(req->arena, &d->id)));
	if (is_again)
		http_reply_header(req, "Idempotency-Replayed", "true");
	json_begin(&j, req->out);
	json_open_object(&j);
	vorgang_json_document(&j, req->arena, &o->whole.vorgang.id, d);
	json_close_object(&j);
	return 0;
}

/* The same under the same key: answered as before. */
static int
find_again(struct app *app, struct request *req, struct action *action,
    bool *is_answered, struct err *err)
{
	struct client_request there;

	if (client_request_find(app->db, req->arena, action->opened.client.id,
		&action->request.key, &there, is_answered, err) == -1)
		return -1;
	if (!*is_answered)
		return 0;
	if (!there.has_document || memcmp(there.digest,
		action->request.digest, sizeof(there.digest)) != 0)
		return refuse(app, req, ERR_DUPLICATE, "key-used");
	action->request = there;
	return reply_document(app, req, action, true, err);
}

static int
keep(struct incoming *in, struct action *action, struct err *err)
{
	struct app *app = in->app;
	struct request *req = in->req;
	struct office_step step;
	bool is_answered;

	action_step(app, req, action, &step);
	step.document = &in->document;
	step.ndocument = 1;
	action->request.has_document = true;
	action->request.document_id = in->document.id;
	if (action_write(app, req, action, &step, err) == 0) {
		in->is_kept = true;
		return reply_document(app, req, action, false, err);
	}
	/* Perhaps it was written: the sweep will know. */
	in->is_kept = err->code == ERR_DB_UNAVAILABLE;
	if (err->code != ERR_DUPLICATE)
		return -1;
	err_clear(err);
	return find_again(app, req, action, &is_answered, err);
}

int
document_post(struct app *app, struct request *req, struct err *err)
{
	struct action action = {.kind = "dokument"};
	struct incoming *in = arena_new(req->arena, struct incoming, 1);
	const char *wrong;
	bool is_answered;
	struct buf *what;

	if (action_begin(app, req, CLIENT_ANSWER, &action, &is_answered,
		err) == -1)
		return -1;
	if (is_answered)
		return 0;
	if (req->content_length == -1) /* a broken one would look whole */
		return refuse(app, req, ERR_LENGTH_REQUIRED, "no-length");
	if ((wrong = check_head(req, app)) != NULL)
		return refuse(app, req, code_of(wrong), wrong);
	in->app = app;
	in->req = req;
	in->town_id = req->town->id;
	in->document = (struct document){.id = id_uuid7(),
	    .submission_id = action.opened.whole.vorgang.submission_id,
	    .field = FIELD,
	    .name = file_name_clean(req->arena,
		file_name_of_disposition(req->arena,
		    http_header(req, "Content-Disposition")), PDF, ".pdf"),
	    .media_type = PDF,
	    .created_ms = action.now_ms,
	    .origin = ACTOR_OFFICE};
	arena_defer(req->arena, incoming_end, in);
	if (receive(in, &action.opened, &wrong, err) == -1)
		return -1;
	if (wrong != NULL)
		return refuse(app, req, code_of(wrong), wrong);
	what = buf_new(req->arena, 4096);
	buf_puts(what, in->document.name);
	buf_put(what, in->document.sha256, sizeof(in->document.sha256));
	action_digest(&action, buf_text(what), what->len);
	if (find_again(app, req, &action, &is_answered, err) == -1)
		return -1;
	return is_answered ? 0 : keep(in, &action, err);
}
