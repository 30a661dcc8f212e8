#include "documents/upload.h"

#include "common/document_files.h"
#include "common/log.h"
#include "common/photo/photo_strip.h"
#include "common/spawn.h"
#include "common/file_name.h"
#include "documents/media_type.h"

/* Of the filter that makes JPEGs. */
#define CLEAN_TIMEOUT_MS 20000
#define CLEAN_MEMORY ((size_t)1 << 30)
#define CLEAN_OUT_MAX ((size_t)64 << 20)

static const struct {
	const char *code;
	int status;
} refusals[] = {
	[UPLOAD_FINE] = {"", 200},
	[UPLOAD_EMPTY] = {"empty_file", 422},
	[UPLOAD_TOO_LARGE] = {"too_large", 413},
	[UPLOAD_TOO_LARGE_ALL] = {"too_large_all", 413},
	[UPLOAD_TOO_MANY] = {"too_many", 422},
	[UPLOAD_TYPE] = {"type_not_allowed", 415},
	[UPLOAD_DAMAGED] = {"damaged_file", 422},
	[UPLOAD_DISK_FULL] = {"disk_full", 507},
	[UPLOAD_BROKEN] = {"upload_broken", 500},
};

const char *const upload_accept[] = {
	"application/pdf", "image/jpeg", "image/png"};
const size_t upload_naccept = nitems(upload_accept);

struct upload {
	struct app *app;
	struct arena *arena;
	struct upload_for target;
	const char *name; /* as sent */
	const char *media_type;
	enum upload_refusal refusal;
	struct id id;
	char *head; /* the first bytes, until the type is known */
	size_t have;
	bool is_open; /* the type is known */
	struct document_file *file;
	struct photo_strip *strip;
	struct buf *heic; /* a photo that is to become a JPEG, whole */
	int64_t received;
};

const char *
upload_code(enum upload_refusal refusal)
{
	return refusals[refusal].code;
}

int
upload_status(enum upload_refusal refusal)
{
	return refusals[refusal].status;
}

/* However the request ends. */
static void
abort_later(void *arg)
{
	upload_abort(arg);
}

struct upload *
upload_new(struct app *app, struct arena *a, const struct upload_for *target,
    const char *name)
{
	struct upload *u = arena_new(a, struct upload, 1);

	u->app = app;
	u->arena = a;
	u->target = *target;
	if (target->naccept == 0) {
		u->target.accept = upload_accept;
		u->target.naccept = upload_naccept;
	}
	u->name = arena_strdup(a, name);
	arena_defer(a, abort_later, u);
	return u;
}

void
upload_abort(struct upload *u)
{
	if (u == NULL)
		return;
	document_file_abort(u->file);
	u->file = NULL;
}

static void
refuse(struct upload *u, enum upload_refusal refusal)
{
	u->refusal = refusal;
	upload_abort(u);
	if (u->heic != NULL)
		buf_free(u->heic);
	u->heic = NULL;
}

/* A failure while the file was taken: whose, and what to tell. */
static void
fail(struct upload *u, const struct err *err)
{
	switch (err->code) {
	case ERR_FIELD_INVALID: /* photo_strip */
	case ERR_MEDIA_TYPE:	/* photoclean */
		log_info("upload refused: %s", err->msg);
		refuse(u, UPLOAD_DAMAGED);
		return;
	case ERR_TOO_LARGE:
		refuse(u, UPLOAD_TOO_LARGE);
		return;
	case ERR_DISK_FULL:
		log_error("%s", err->msg);
		refuse(u, UPLOAD_DISK_FULL);
		return;
	default:
		log_error("%s", err->msg);
		refuse(u, UPLOAD_BROKEN);
	}
}

static bool
accepts(const struct upload *u, const char *type)
{
	for (size_t i = 0; i < u->target.naccept; i++)
		if (strcmp(u->target.accept[i], type) == 0)
			return true;
	return false;
}

static int
to_file(void *arg, const void *data, size_t n, struct err *err)
{
	return document_file_put(((struct upload *)arg)->file, data, n, err);
}

static int
open_file(struct upload *u, struct err *err)
{
	u->id = id_uuid7();
	return document_file_new(u->app->config->documents_dir,
	    u->target.town_id, &u->id, u->target.key, &u->file, err);
}

/* Phones send HEIC where JPEG is asked for; it becomes one. */
static bool
is_heic(const struct upload *u, const char *type)
{
	return strcmp(type, "image/heic") == 0 &&
	    (accepts(u, "image/jpeg") || accepts(u, "image/heic") ||
		accepts(u, "image/heif"));
}

/* The first bytes are there: what it is, and the way it takes. */
static int
open_way(struct upload *u, const void *head, size_t n, struct err *err)
{
	enum photo_kind kind;
	const char *type;

	u->is_open = true;
	if (media_type_of(u->arena, head, n, u->target.accept,
		u->target.naccept, &type, err) == -1)
		return -1;
	u->media_type = type;
	if (is_heic(u, type)) {
		u->media_type = "image/jpeg";
		u->heic =
		    buf_new(u->arena, (size_t)u->target.file_max);
		return 0;
	}
	if (!accepts(u, type)) {
		log_info("upload refused: %s", type);
		refuse(u, UPLOAD_TYPE);
		return 0;
	}
	if (open_file(u, err) == -1)
		return -1;
	if (u->target.strip_metadata && photo_kind_of(type, &kind))
		u->strip = photo_strip_new(u->arena, kind, to_file, u);
	return 0;
}

static int
pass_on(struct upload *u, const void *data, size_t n, struct err *err)
{
	if (u->heic != NULL)
		return buf_append(u->heic, data, n, err);
	if (u->strip != NULL)
		return photo_strip_put(u->strip, data, n, err);
	return document_file_put(u->file, data, n, err);
}

/* Opens the way with the first bytes, and sends them along it. */
static void
start(struct upload *u, const void *data, size_t n)
{
	struct err err = {0};

	if (open_way(u, data, n, &err) == -1 ||
	    (u->refusal == UPLOAD_FINE && pass_on(u, data, n, &err) == -1))
		fail(u, &err);
}

static void
take(struct upload *u, const void *data, size_t n)
{
	struct err err = {0};

	if (pass_on(u, data, n, &err) == -1)
		fail(u, &err);
}

static void
hold_back(struct upload *u, const void *data, size_t n)
{
	size_t piece = MEDIA_HEAD - u->have;

	if (u->head == NULL)
		u->head = arena_new(u->arena, char, MEDIA_HEAD);
	if (piece > n)
		piece = n;
	memcpy(u->head + u->have, data, piece);
	u->have += piece;
	if (u->have < MEDIA_HEAD)
		return;
	start(u, u->head, u->have);
	if (n > piece && u->refusal == UPLOAD_FINE)
		take(u, (const char *)data + piece, n - piece);
}

void
upload_put(struct upload *u, const void *data, size_t n)
{
	if (u->refusal != UPLOAD_FINE || n == 0)
		return;
	u->received += (int64_t)n;
	if (u->received > u->target.file_max)
		refuse(u, UPLOAD_TOO_LARGE);
	else if (u->received > u->target.all_left)
		refuse(u, UPLOAD_TOO_LARGE_ALL);
	else if (u->is_open)
		take(u, data, n);
	else if (u->have > 0 || n < MEDIA_HEAD)
		hold_back(u, data, n);
	else
		start(u, data, n);
}

/* The photo is whole: lets the filter make a JPEG of it. */
static int
convert(struct upload *u, struct err *err)
{
	const struct spawn_limits limits = {
	    CLEAN_TIMEOUT_MS, CLEAN_MEMORY, CLEAN_OUT_MAX};
	const char *program = arena_printf(
	    u->arena, "%s/photoclean", u->app->config->libexec_dir);
	struct buf jpeg;
	int rc = -1;

	buf_init(&jpeg, CLEAN_OUT_MAX);
	if (spawn_filter(program, buf_text(u->heic), u->heic->len, &limits,
		&jpeg, err) == 0 &&
	    open_file(u, err) == 0)
		rc = document_file_put(u->file, jpeg.data, jpeg.len, err);
	buf_free(&jpeg);
	buf_free(u->heic);
	u->heic = NULL;
	return rc;
}

static int
finish(struct upload *u, struct document *out, struct err *err)
{
	struct document_file_info info;
	struct document_file *file;

	if (u->heic != NULL && convert(u, err) == -1)
		return -1;
	if (u->strip != NULL && photo_strip_end(u->strip, err) == -1)
		return -1;
	file = u->file;
	u->file = NULL; /* commit frees it */
	if (document_file_commit(file, &info, err) == -1)
		return -1;
	out->id = u->id;
	out->name = file_name_clean(u->arena, u->name, u->media_type,
	    media_type_endings(u->media_type));
	out->media_type = u->media_type;
	out->size = info.size;
	memcpy(out->sha256, info.sha256, sizeof(out->sha256));
	memcpy(out->cipher_sha256, info.cipher_sha256,
	    sizeof(out->cipher_sha256));
	return 0;
}

enum upload_refusal
upload_end(struct upload *u, struct document *out)
{
	struct err err = {0};

	if (u->refusal == UPLOAD_FINE && !u->is_open) {
		if (u->have == 0)
			refuse(u, UPLOAD_EMPTY);
		else
			start(u, u->head, u->have);
	}
	if (u->refusal == UPLOAD_FINE && finish(u, out, &err) == -1)
		fail(u, &err);
	return u->refusal;
}
