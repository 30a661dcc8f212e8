/* Documents on their way out, decrypted chunk by chunk. */
#include "common/app.h"
#include "common/date.h"
#include "common/document_files.h"
#include "common/document_store.h"
#include "common/draft/draft_access.h"
#include "common/draft/draft_cookie.h"
#include "documents/bearer.h"
#include "common/file_name.h"
#include "documents/routes.h"

static int
write_piece(void *arg, const void *data, size_t n, struct err *err)
{
	return http_stream_write(arg, data, n, err);
}

/*
 * Never shown within our pages: saved, or opened by the program that the
 * reader chose for its type, which the browser must not guess.
 */
static int
send(struct app *app, struct request *req, const struct document *d,
    const struct crypto_key *key, struct err *err)
{
	http_reply(req, 200, d->media_type);
	http_reply_header(req, "Content-Disposition",
	    file_name_disposition(req->arena, d->name));
	http_reply_header(req, "X-Content-Type-Options", "nosniff");
	http_reply_header(
	    req, "Content-Security-Policy", "default-src 'none'; sandbox");
	http_reply_header(req, "Cache-Control", "private, no-store");
	if (http_stream_begin(req, 200, d->media_type, d->size, err) == -1)
		return -1;
	if (req->method == HTTP_HEAD)
		return 0;
	return document_file_read(app->config->documents_dir, req->town->id,
	    &d->id, key, write_piece, req, err);
}

static int
read_id(const char *s, struct id *out, struct err *err)
{
	if (id_parse(s, out, err) == -1)
		return err_set(err, ERR_NOT_FOUND, "no such document");
	return 0;
}

static int
send_draft(struct app *app, struct request *req, const char *submission_hex,
    const char *hex, struct err *err)
{
	struct id submission, id;
	struct document d;
	struct data_key key;

	if (read_id(submission_hex, &submission, err) == -1 ||
	    read_id(hex, &id, err) == -1 ||
	    document_of_draft(app->db, req->arena, req->town, &submission,
		&id, &d, &key, err) == -1)
		return -1;
	return send(app, req, &d, &key.key, err);
}

/* Of a stepped draft: for browsers that have its secret. */
static int
send_stepped(struct app *app, struct request *req, struct err *err)
{
	struct draft_secret browser;
	struct draft draft;
	struct document d;
	struct id submission, id;

	if (!draft_cookie_read(req, &browser))
		return err_set(err, ERR_NOT_FOUND, "no cookie");
	if (read_id(req->arg[0], &submission, err) == -1 ||
	    read_id(req->arg[1], &id, err) == -1 ||
	    draft_access_open(app->db, req->arena, req->town, &submission,
		&browser, date_now_ms(), &draft, err) == -1 ||
	    document_of_open_draft(app->db, req->arena, &draft.key.key,
		&submission, &id, &d, err) == -1)
		return -1;
	return send(app, req, &d, &draft.key.key, err);
}

int
download_draft(struct app *app, struct request *req, struct err *err)
{
	if (send_draft(app, req, req->arg[0], req->arg[1], err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	return send_stepped(app, req, err);
}

int
download_api_draft(struct app *app, struct request *req, struct err *err)
{
	return send_draft(app, req, http_header(req, "Idempotency-Key"),
	    req->arg[0], err);
}

static int
send_vorgang(struct app *app, struct request *req,
    const uint8_t token[ID_TOKEN_LEN], const char *hex, struct err *err)
{
	struct id id;
	struct document d;
	struct data_key key;

	if (read_id(hex, &id, err) == -1 ||
	    document_of_token(app->db, req->arena, req->town, token, &id,
		date_now_ms(), &d, &key, err) == -1)
		return -1;
	return send(app, req, &d, &key.key, err);
}

int
download_vorgang(struct app *app, struct request *req, struct err *err)
{
	uint8_t token[ID_TOKEN_LEN];

	if (bearer_of_path(req, token, err) == -1)
		return -1;
	return send_vorgang(app, req, token, req->arg[1], err);
}

int
download_api(struct app *app, struct request *req, struct err *err)
{
	uint8_t token[ID_TOKEN_LEN];

	if (bearer_of_header(req, token, err) == -1)
		return -1;
	return send_vorgang(app, req, token, req->arg[0], err);
}
