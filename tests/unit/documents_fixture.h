/*
 * documents as a whole, driven through the dispatcher without libfcgi: one
 * town and one service in place of the database's, a scratch database for
 * drafts and documents, a scratch folder for the files.
 */
#ifndef DOCUMENTS_FIXTURE_H
#define DOCUMENTS_FIXTURE_H

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/http/http_io.h"
#include "common/metrics.h"
#include "common/service/service.h"
#include "common/text.h"
#include "documents/routes.h"
#include "common/vorgang/vorgang_change.h"
#include "vorgang_fixture.h"

#define PDF "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
#define OTHER_PDF "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n2 0 obj\n<<>>\n"
#define BOUNDARY "----b"

static struct fixture *f;
static struct service *service;
static struct town_service offer;
static char files[] = "/tmp/test_documents.XXXXXX";
static struct app app;

static const char package[] =
    "{\"format\":1,\"service\":{\"id\":\"probe\",\"version\":\"1.0.0\","
    "\"leika_key\":\"\",\"life_situations\":[\"tiere\"],"
    "\"languages\":[\"de\",\"en\"],\"trust_level\":\"none\","
    "\"legal_basis\":[\"x\"],"
    "\"retention\":{\"draft_days\":30,\"closed_days\":365},"
    "\"department\":\"steueramt\",\"routing\":[],\"outcomes\":{},"
    "\"settings\":{},\"states\":[{\"id\":\"submitted\",\"initial\":true,"
    "\"next\":[\"done\"]},{\"id\":\"done\",\"final\":true,\"next\":[]}]},"
    "\"form\":{\"pages\":[{\"id\":\"p\",\"fields\":["
    "{\"key\":\"name\",\"type\":\"text\",\"max_length\":50},"
    "{\"key\":\"photos\",\"type\":\"file\",\"max_files\":2,"
    "\"accept\":[\"image/jpeg\",\"image/png\"],\"strip_metadata\":true},"
    "{\"key\":\"dogs\",\"type\":\"repeat\",\"min_items\":1,"
    "\"max_items\":5,\"fields\":["
    "{\"key\":\"breed\",\"type\":\"text\",\"max_length\":50},"
    "{\"key\":\"paper\",\"type\":\"file\",\"max_files\":1,"
    "\"accept\":[\"application/pdf\"]}]}]}],\"rules\":[]},"
    "\"texts\":{\"de\":{},\"en\":{}}}";

/* ---- in place of service_set.c ---- */

const struct service_set *
service_set_hold(void)
{
	return (const struct service_set *)&offer;
}

void
service_set_drop(const struct service_set *s)
{
	(void)s;
}

const struct town *
service_set_town(const struct service_set *s, const char *host)
{
	(void)s;
	return strcmp(host, "probe.localhost") == 0 ? &f->town : NULL;
}

size_t
service_set_towns(const struct service_set *s, const struct town *const **out)
{
	(void)s;
	(void)out;
	return 1;
}

const struct town_service *
service_set_offer(
    const struct service_set *s, const struct town *t, const char *slug)
{
	(void)s;
	(void)t;
	return strcmp(slug, "probe") == 0 ? &offer : NULL;
}

const struct service *
service_set_version(const struct service_set *s, uint32_t id)
{
	(void)s;
	return id == f->version_id ? service : NULL;
}

int
service_set_generation(struct db *db, int64_t *out, struct err *err)
{
	(void)db;
	(void)err;
	*out = 1;
	return 0;
}

/* ---- a connection made of strings ---- */

struct exchange {
	struct http_io io;
	struct arena arena;
	const char *param[40]; /* name, value, ... NULL */
	size_t nparam;
	const char *body;
	size_t len, at, piece; /* piece: bytes at once */
	size_t breaks_off;     /* after that many bytes, 0: never */
	struct buf sent;
};

static const char *
io_param(struct http_io *io, const char *name)
{
	struct exchange *x = (struct exchange *)io;

	for (size_t i = 0; i < x->nparam; i += 2)
		if (strcmp(x->param[i], name) == 0)
			return x->param[i + 1];
	return NULL;
}

static ssize_t
io_read(struct http_io *io, const void **data, struct err *err)
{
	struct exchange *x = (struct exchange *)io;
	size_t n = x->len - x->at;

	(void)err;
	if (x->breaks_off != 0 && x->at + n > x->breaks_off)
		n = x->breaks_off - x->at;
	if (n > x->piece)
		n = x->piece;
	*data = x->body + x->at;
	x->at += n;
	return (ssize_t)n;
}

static int
io_write(struct http_io *io, const void *data, size_t n)
{
	buf_put(&((struct exchange *)io)->sent, data, n);
	return 0;
}

static inline void
param(struct exchange *x, const char *name, const char *value)
{
	assert_true(x->nparam + 2 <= nitems(x->param));
	x->param[x->nparam++] = name;
	x->param[x->nparam++] = value;
}

/* A request to come; param() adds headers. */
static inline void
begin(struct exchange *x, const char *method, const char *uri)
{
	const char *query = strchr(uri, '?');

	*x = (struct exchange){.io = {io_param, io_read, io_write},
	    .piece = SIZE_MAX};
	buf_init(&x->sent, 1 << 24);
	param(x, "REQUEST_METHOD", method);
	param(x, "REQUEST_URI", uri);
	param(x, "DOCUMENT_URI", query == NULL ? uri
	    : arena_dup(&x->arena, uri, (size_t)(query - uri)));
	param(x, "QUERY_STRING", query == NULL ? "" : query + 1);
	param(x, "HTTP_HOST", "probe.localhost");
	param(x, "REMOTE_ADDR", "127.0.0.1");
	param(x, "REQUEST_ID", "0123456789abcdef0123456789abcdef");
}

static inline void
body(struct exchange *x, const char *type, const void *data, size_t n)
{
	x->body = data;
	x->len = n;
	param(x, "CONTENT_TYPE", type);
	param(x, "CONTENT_LENGTH", arena_printf(&x->arena, "%zu", n));
}

/* Serves it; the answer, header and all, lives until end(). */
static inline const char *
serve(struct exchange *x)
{
	struct request req = {.arena = &x->arena, .io = &x->io};
	const struct program program = {
	    .name = "documents", .route = documents_routes,
	    .nroute = documents_nroute};

	http_dispatch(&app, &program, &req);
	arena_free(&x->arena); /* as the server does, with what it defers */
	return buf_text(&x->sent);
}

static inline void
end(struct exchange *x)
{
	buf_free(&x->sent);
}

/* ---- multipart bodies ---- */

struct form_body {
	struct buf b;
};

static inline void
form_field(struct form_body *m, const char *name, const char *value)
{
	buf_printf(&m->b, "--" BOUNDARY "\r\nContent-Disposition: form-data; "
	    "name=\"%s\"\r\n\r\n%s\r\n", name, value);
}

static inline void
form_file(struct form_body *m, const char *name, const char *filename,
    const void *data, size_t n)
{
	buf_printf(&m->b, "--" BOUNDARY "\r\nContent-Disposition: form-data; "
	    "name=\"%s\"; filename=\"%s\"\r\nContent-Type: image/jpeg\r\n\r\n",
	    name, filename);
	buf_put(&m->b, data, n);
	buf_puts(&m->b, "\r\n");
}

/* Posts it and frees it. */
static inline const char *
post_form(struct exchange *x, const char *uri, struct form_body *m,
    size_t breaks_off)
{
	const char *sent;

	buf_puts(&m->b, "--" BOUNDARY "--\r\n");
	begin(x, "POST", uri);
	x->piece = 8192;
	x->breaks_off = breaks_off;
	body(x, "multipart/form-data; boundary=" BOUNDARY, m->b.data,
	    m->b.len);
	sent = serve(x);
	buf_free(&m->b);
	return sent;
}

static inline struct form_body
form_new(const char *submission)
{
	struct form_body m;

	buf_init(&m.b, 1 << 24);
	if (submission != NULL)
		form_field(&m, "submission_id", submission);
	return m;
}

/* ---- what is left ---- */

static int file_count;

static inline int
count_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)ftw;
	file_count += flag == FTW_F;
	return 0;
}

static inline int
count_files(void)
{
	file_count = 0;
	assert_int_equal(nftw(files, count_one, 16, FTW_PHYS), 0);
	return file_count;
}

static inline int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

#define HAS(text, part)                                                        \
	do {                                                                   \
		if (strstr((text), (part)) == NULL)                            \
			fail_msg("%s:%d: no \"%s\" in: %.600s", __FILE__,      \
			    __LINE__, (part), (text));                         \
	} while (0)
#define HAS_NOT(text, part)                                                    \
	do {                                                                   \
		if (strstr((text), (part)) != NULL)                            \
			fail_msg("%s:%d: \"%s\" in: %.600s", __FILE__,         \
			    __LINE__, (part), (text));                         \
	} while (0)

static inline int
documents_setup(void **state)
{
	struct form_mistakes mistakes = {0};
	struct texts *texts;
	struct err err = {0};

	if (fixture_setup(state) == -1 || mkdtemp(files) == NULL)
		return -1;
	f = *state;
	mistakes.arena = &f->arena;
	if (service_read_package(&f->arena, package, sizeof(package) - 1,
		&service, &mistakes, &err) == -1 || service == NULL) {
		print_error("package: %s\n", err.msg);
		for (size_t i = 0; i < mistakes.n; i++)
			print_error("%s: %s\n", mistakes.mistake[i].path,
			    mistakes.mistake[i].text);
		return -1;
	}
	service->version_id = f->version_id;
	offer = (struct town_service){.service = service,
	    .department = "steueramt", .is_open = true};
	if (texts_load("fcgi-apps/texts", &texts, &err) == -1) {
		print_error("%s\n", err.msg);
		return -1;
	}
	f->config.documents_dir = files;
	f->config.libexec_dir = access("build/release/bin/photoclean",
	    X_OK) == 0 ? "build/release/bin" : "build/san/bin";
	f->config.public_scheme = "https";
	f->config.request_max = 1 << 20;
	f->config.upload_max = 300000;
	f->config.upload_case_max = 500000;
	f->config.upload_count_max = 5;
	f->config.upload_time_max_s = 60;
	app = (struct app){.program = "documents", .config = &f->config,
	    .texts = texts, .db = f->db, .metrics = metrics_new()};
	return 0;
}

static inline int
documents_teardown(void **state)
{
	texts_free((struct texts *)(uintptr_t)app.texts);
	metrics_free(app.metrics);
	(void)nftw(files, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return fixture_teardown(state);
}

#endif
