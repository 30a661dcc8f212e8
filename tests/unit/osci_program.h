/*
 * The intermediary as a whole, driven through the dispatcher without libfcgi
 * and nginx: a scratch database and folder, the keys of the vectors, and
 * clients that speak to it as the official library does.
 */
#ifndef OSCI_PROGRAM_H
#define OSCI_PROGRAM_H

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_fixture.h"

#include "osci_fixture.h"

#include "common/http/http_io.h"
#include "common/metrics.h"
#include "common/osci/osci_content.h"
#include "common/osci/osci_mailbox_store.h"
#include "common/osci/osci_reply.h"
#include "common/osci/osci_request.h"
#include "osci/counts.h"
#include "osci/rates.h"
#include "osci/osci.h"

static struct app app;
static struct config config;
static struct osci_fixture keys;
static struct worker worker;
static char folder[] = "/tmp/test_osci.XXXXXX";

static const struct route program_routes[] = {
    {HTTP_POST, "/osci", intermediary_post,
	ROUTE_STREAM | ROUTE_NO_TOWN | ROUTE_API},
};
static const struct program program = {.name = "osci",
    .route = program_routes,
    .nroute = nitems(program_routes)};

/* ---- a connection made of strings ---- */

struct exchange {
	struct http_io io;
	struct arena arena;
	char length[24];
	const char *body;
	size_t len, at;
	struct buf sent;
};

static const char *
io_param(struct http_io *io, const char *name)
{
	static const char *const params[] = {"REQUEST_METHOD", "POST",
	    "DOCUMENT_URI", "/osci", "CONTENT_TYPE", "text/xml",
	    "HTTP_HOST", "anywhere.example", "REMOTE_ADDR", "127.0.0.1",
	    "QUERY_STRING", "", "REQUEST_ID", "test"};

	if (strcmp(name, "CONTENT_LENGTH") == 0)
		return ((struct exchange *)io)->length;
	for (size_t i = 0; i < nitems(params); i += 2)
		if (strcmp(params[i], name) == 0)
			return params[i + 1];
	return NULL;
}

static ssize_t
io_read(struct http_io *io, const void **data, struct err *err)
{
	struct exchange *x = (struct exchange *)io;
	size_t n = x->len - x->at;

	(void)err;
	if (n > 8192)
		n = 8192;
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

/* Sends a message; the answer's body lives in arena a. */
static void
program_post(struct arena *a, const char *body, size_t len, const char **out,
    size_t *out_len)
{
	struct exchange x = {
	    .io = {.param = io_param, .read = io_read, .write = io_write},
	    .body = body,
	    .len = len};
	struct request req = {.arena = &x.arena, .io = &x.io};
	const char *end;

	(void)snprintf(x.length, sizeof(x.length), "%zu", len);
	buf_init(&x.sent, 64 << 20);
	http_dispatch(&app, &program, &req);
	assert_int_equal(req.status, 200);
	end = strstr(buf_text(&x.sent), "\r\n\r\n");
	assert_non_null(end);
	*out_len = x.sent.len - (size_t)(end + 4 - x.sent.data);
	*out = arena_dup(a, end + 4, *out_len);
	buf_free(&x.sent);
	arena_free(&x.arena);
}

/* ---- set-up ---- */

static inline int
remove_one(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int
program_set_up(void **state)
{
	struct osci_trust_settings *trust;
	struct texts *texts;
	struct err err = {0};

	(void)state;
	if (getenv("TORHAUS_TEST_DB_SOCKET") == NULL)
		return 0;
	config = fixture_config(NULL);
	if (mkdtemp(folder) == NULL)
		fail_msg("no %s", folder);
	config.osci_dir = folder;
	config.osci_message_max = 64 << 20;
	config.osci_chunk_max_kib = 1024;
	config.osci_chunked_max = 64 << 20;
	config.osci_mailboxes = "open";
	config.osci_signatures = "required";
	config.osci_encryption = "required";
	config.osci_dialog_timeout_s = 900;
	config.osci_message_id_h = 24;
	config.osci_partial_h = 24;
	config.osci_retention_days = 90;
	config.osci_received_days = 14;
	config.osci_card_days = 900;
	config.osci_transfer_days = 365;
	config.osci_quota = 1 << 30;
	config.osci_forwards_max = 2;
	config.osci_http_plain = "no";
	config.osci_http_internal = "no";
	config.osci_http_ca_file = "";
	config.osci_http_proxy = "";
	config.osci_receivers = "";
	config.osci_http_timeout_s = 5;
	config.osci_http_answer_max = 1 << 20;
	config.upload_time_max_s = 600;
	config.public_scheme = "http";
	osci_fixture_keys(&keys);
	OK(texts_load("fcgi-apps/texts", &texts, &err));
	app = (struct app){.program = "osci",
	    .config = &config,
	    .texts = texts,
	    .db = db_new(&config),
	    .metrics = metrics_new(),
	    .own = &worker};
	trust = arena_new(&keys.arena, struct osci_trust_settings, 1);
	*trust = (struct osci_trust_settings){
	    .ca_file = VECTORS "/keys/ca.cert.pem",
	    .crl_dir = "",
	    .ocsp_url = "",
	    .ocsp_timeout_ms = 100};
	crypto_random(&worker.files, sizeof(worker.files));
	worker.limits = (struct osci_packet_limits){
	    .dir = folder, .max = config.osci_message_max};
	worker.counts = counts_new();
	worker.rates = rates_new();
	worker.intermediary = (struct party){
	    .cipher = &keys.own[INTERMEDIARY],
	    .ncipher = 1,
	    .signer = keys.signer[INTERMEDIARY],
	    .cert = {{.role = OSCI_CIPHER_INTERMEDIARY,
			 .id = "intermed_cipher_1",
			 .cert = keys.own[INTERMEDIARY].cert},
		{.role = OSCI_SIGN_INTERMEDIARY,
		    .id = keys.signer[INTERMEDIARY].cert_id,
		    .cert = keys.signer[INTERMEDIARY].cert}}};
	worker.looked_ms = INT64_MAX / 2; /* these and no others */
	OK(osci_trust_new(trust, &worker.trust, &err));
	return 0;
}

static inline int
program_tear_down(void **state)
{
	(void)state;
	if (app.db == NULL)
		return 0;
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	osci_trust_free(worker.trust);
	counts_free(worker.counts);
	rates_free(worker.rates);
	metrics_free(app.metrics);
	texts_free((struct texts *)(uintptr_t)app.texts);
	db_free(app.db);
	arena_free(&keys.arena);
	return 0;
}

/* ---- clients ---- */

/* One who speaks to the intermediary, in one dialog after the other. */
struct client {
	struct arena *arena;
	size_t who; /* of keys */
	const struct osci_signer *by; /* who signs; NULL: who */
	bool is_plain, is_unsigned;
	const char *conversation; /* NULL: none is open */
	const char *response;	  /* the intermediary's last challenge */
	int64_t sequence;
	size_t addressee; /* whom StoreDelivery is for */
	/* the last answer */
	struct osci_control sent;
	struct osci_message message;
	struct osci_reply reply;
	const char *code; /* the first, or the fault's */
	bool is_fault;
};

static inline struct client
client_new(struct arena *a, size_t who)
{
	return (struct client){
	    .arena = a, .who = who, .addressee = ADDRESSEE};
}

static inline struct osci_role_cert
role_cert(const struct client *c, enum osci_role role, const char *id,
    const struct osci_cert *cert)
{
	return (struct osci_role_cert){.role = role,
	    .id = arena_printf(c->arena, "%s_1", id),
	    .cert = *cert};
}

/* Fills in the certificates and who signs, and makes a message of it. */
static inline void
client_build(struct client *c, struct osci_request *r, struct buf *out)
{
	struct osci_signer signer =
	    c->by == NULL ? keys.signer[c->who] : *c->by;
	struct osci_role_cert cert[3] = {
	    role_cert(c, OSCI_CIPHER_ORIGINATOR, "originator_cipher",
		&keys.own[c->who].cert),
	    role_cert(c, OSCI_CIPHER_ADDRESSEE, "addressee_cipher",
		&keys.own[c->addressee].cert),
	    role_cert(c, OSCI_SIGN_ORIGINATOR, "originator_signature",
		&signer.cert)};
	struct osci_out *o;
	struct err err = {0};

	if (r->type != OSCI_STORE_DELIVERY &&
	    r->type != OSCI_PARTIAL_STORE_DELIVERY)
		cert[1] = cert[2];
	signer.cert_id = cert[2].id;
	r->languages = "de en";
	r->cert = cert;
	r->ncert = r->type == OSCI_STORE_DELIVERY ||
		r->type == OSCI_PARTIAL_STORE_DELIVERY ? 3 : 2;
	r->signer = c->is_unsigned ? NULL : &signer;
	OK(osci_request_build(
	    c->arena, r, &osci_fixture_limits, &o, &err));
	OK(osci_out_send(o,
	    c->is_plain ? NULL : &keys.own[INTERMEDIARY].cert,
	    osci_fixture_append, out, &err));
}

/* Takes an answer; checks that it belongs to the request and is signed. */
static inline void
client_take(struct client *c, enum osci_type type, const char *text,
    size_t len)
{
	struct err err = {0};

	if (osci_fixture_read(c->arena, &keys, text, len, &c->message,
		&err) == -1)
		fail_msg("answer: %s %s", err.field, err.msg);
	c->is_fault = c->message.type == OSCI_FAULT;
	if (c->is_fault) {
		c->code = osci_fault_code(c->arena, &c->message);
		return;
	}
	OK(osci_reply_match(type, &c->sent, &c->message, &err));
	OK(osci_fixture_verify(c->arena, &c->message, &err));
	OK(osci_reply_read(c->arena, &c->message, &c->reply, &err));
	assert_true(c->is_plain ==
	    (strstr(text, "soapMessageEncrypted") == NULL));
	c->code = c->reply.entry[0].code;
	if (type == OSCI_INIT_DIALOG && strcmp(c->code, "0801") == 0) {
		c->conversation = c->message.control.conversation_id;
		c->sequence = -1;
	}
	if (c->conversation != NULL) {
		c->response = c->message.control.challenge;
		c->sequence++;
	}
	if (type == OSCI_EXIT_DIALOG)
		c->conversation = NULL;
}

static inline const char *
client_send(struct client *c, struct osci_request *r)
{
	const char *answer;
	struct buf *out = buf_new(c->arena, 64 << 20);
	size_t len;

	r->control = (struct osci_control){
	    .challenge = osci_challenge(c->arena),
	    .sequence = r->type == OSCI_INIT_DIALOG ? -1 : 0};
	if (c->conversation != NULL) {
		r->control.conversation_id = c->conversation;
		r->control.response = c->response;
		r->control.sequence = c->sequence;
	}
	c->sent = r->control;
	client_build(c, r, out);
	program_post(c->arena, buf_text(out), out->len, &answer, &len);
	client_take(c, r->type, answer, len);
	return c->code;
}

static inline const char *
client_order(struct client *c, enum osci_type type)
{
	struct osci_request r = {.type = type};

	return client_send(c, &r);
}

static inline void
client_open(struct client *c)
{
	c->conversation = NULL;
	assert_string_equal(client_order(c, OSCI_INIT_DIALOG), "0801");
}

/* A content of n bytes, one container with one attachment. */
static inline const struct osci_content_out *
client_package(struct client *c, size_t n)
{
	struct crypto_spool *spool =
	    crypto_spool_new(c->arena, "/tmp", (int64_t)n);
	const struct osci_content content = {.id = "c1",
	    .part = "attachment1",
	    .type = "application/octet-stream",
	    .spool = spool,
	    .len = (int64_t)n};
	const struct osci_content_plan plan = {
	    .content = &content, .ncontent = 1};
	struct osci_content_out *out;
	char block[8192];
	struct err err = {0};

	for (size_t at = 0; at < n; at += sizeof(block)) {
		size_t piece = n - at < sizeof(block) ? n - at : sizeof(block);

		for (size_t i = 0; i < piece; i++)
			block[i] = (char)((at + i) * 31 % 251);
		OK(crypto_spool_put(spool, block, piece, &err));
	}
	OK(osci_content_make(
	    c->arena, &plan, &osci_fixture_limits, &out, &err));
	return out;
}

/* Whether the answer's content is such one. */
static inline void
expect_content(struct client *c, const struct osci_message *m, size_t n)
{
	const struct osci_packet_part *part =
	    osci_packet_part(m->packet, "attachment1");
	char *bytes;
	struct err err = {0};

	assert_non_null(part);
	assert_int_equal(part->len, n);
	bytes = arena_alloc(c->arena, n + 1, 1);
	OK(crypto_spool_read(m->packet->spool, part->offset, bytes, n, &err));
	for (size_t i = 0; i < n; i++)
		if (bytes[i] != (char)(i * 31 % 251))
			fail_msg("content differs at %zu", i);
}

static inline const char *
client_id(struct client *c)
{
	const char *code = client_order(c, OSCI_GET_MESSAGE_ID);

	assert_string_equal(code, c->conversation == NULL ? "0800" : "0801");
	return c->reply.message_id;
}

static inline const char *
client_store(struct client *c, const char *id, size_t n)
{
	struct osci_request r = {.type = OSCI_STORE_DELIVERY,
	    .message_id = id,
	    .subject = "Anmeldung <&>",
	    .has_quality = true,
	    .package = client_package(c, n)};

	return client_send(c, &r);
}

#endif
