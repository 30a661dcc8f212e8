/* links: osci/answer osci/boxes osci/card_order osci/counts osci/dialog osci/fetch_order osci/forward osci/forward_order osci/intermediary osci/keep osci/mailbox osci/mediate_order osci/message_id osci/partial_fetch osci/partial_inner osci/partial_store osci/prove osci/rates osci/recipient osci/recipient_keep osci/recipient_reply osci/relay osci/request osci/store_order osci/waiting osci/worker */
/*
 * The program osci as a whole, without FastCGI: ForwardDelivery and
 * MediateDelivery against a foreign recipient that behaves and misbehaves
 * (tests/osci/recipient.c), and our own passive recipient.
 */
#include "osci_fixture.h"
#include "db_fixture.h"

#include "osci_pki.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/file.h"
#include "common/http/http_io.h"
#include "common/metrics.h"
#include "common/osci/osci_answer.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_forward_store.h"
#include "common/osci/osci_identity_store.h"
#include "common/osci/osci_message_id_store.h"
#include "common/osci/osci_reply.h"
#include "common/osci/osci_request.h"
#include "common/service/service.h"
#include "osci/osci.h"

#define AMT "amt"

static struct osci_fixture keys;
static struct osci_signer mallory;
static struct texts *texts;
static struct app app;
static struct pki_pair authority, stranger; /* who signs at /fremd */
static pid_t foreign; /* the recipient */
static int port;
static char dir[] = "/tmp/test_osci_relay.XXXXXX";

/* ---- the program ---- */

static const struct route routes[] = {
	{ HTTP_POST, "/osci", intermediary_post,
	    ROUTE_STREAM | ROUTE_NO_TOWN | ROUTE_API },
	{ HTTP_POST, "/osci/empfang", recipient_post,
	    ROUTE_STREAM | ROUTE_NO_TOWN | ROUTE_API },
};

static const struct program program = { .name = "osci",
	.route = routes,
	.nroute = nitems(routes) };

struct exchange {
	struct http_io io;
	const char *path, *body;
	size_t len;
	bool is_read;
	struct buf *sent;
};

static const char *
io_param(struct http_io *io, const char *name)
{
	const struct exchange *x = (struct exchange *)io;

	if (strcmp(name, "REQUEST_METHOD") == 0)
		return "POST";
	if (strcmp(name, "DOCUMENT_URI") == 0)
		return x->path;
	if (strcmp(name, "REQUEST_ID") == 0)
		return "0123abcd";
	if (strcmp(name, "REMOTE_ADDR") == 0)
		return "127.0.0.1";
	return strcmp(name, "HTTP_HOST") == 0 ? "osci.localhost" : NULL;
}

static ssize_t
io_read(struct http_io *io, const void **data, struct err *err)
{
	struct exchange *x = (struct exchange *)io;

	(void)err;
	if (x->is_read)
		return 0;
	x->is_read = true;
	*data = x->body;
	return (ssize_t)x->len;
}

static int
io_write(struct http_io *io, const void *data, size_t n)
{
	buf_put(((struct exchange *)io)->sent, data, n);
	return 0;
}

/* Posts a message; the answer's body. */
static const char *
post(struct arena *a, const char *path, const struct buf *message, size_t *len)
{
	struct arena own = { 0 };
	struct exchange x = { .io = { io_param, io_read, io_write },
		.path = path,
		.body = buf_text(message),
		.len = message->len,
		.sent = buf_new(a, 1 << 24) };
	struct request req = { .arena = &own, .io = &x.io };
	const char *body;

	http_dispatch(&app, &program, &req);
	arena_free(&own);
	body = strstr(buf_text(x.sent), "\r\n\r\n");
	if (body == NULL || strstr(buf_text(x.sent), "text/xml") == NULL)
		fail_msg("%.300s", buf_text(x.sent));
	body += 4;
	*len = x.sent->len - (size_t)(body - buf_text(x.sent));
	return body;
}

/* ---- a client ---- */

struct talk {
	struct arena arena;
	struct osci_request request;
	struct osci_message answer;
	struct osci_reply reply;
};

static void
ask(struct talk *t, const char *path, const struct osci_cert *cipher)
{
	struct arena *a = &t->arena;
	struct buf *text = buf_new(a, 1 << 24);
	struct err err = { 0 };
	struct osci_out *o;
	const char *body;
	size_t len;

	t->request.control.challenge = osci_challenge(a);
	OK(osci_request_build(
	    a, &t->request, &osci_fixture_limits, &o, &err));
	OK(osci_out_send(o, cipher, osci_fixture_append, text, &err));
	body = post(a, path, text, &len);
	OK(osci_fixture_read(a, &keys, body, len, &t->answer, &err));
	if (t->answer.type == OSCI_FAULT)
		fail_msg("fault %s", osci_fault_code(a, &t->answer));
	OK(osci_fixture_verify(a, &t->answer, &err));
	OK(osci_reply_match(
	    t->request.type, &t->request.control, &t->answer, &err));
	OK(osci_reply_read(a, &t->answer, &t->reply, &err));
}

static bool
has_code(const struct osci_reply *r, const char *code)
{
	for (size_t i = 0; i < r->nentry; i++)
		if (strcmp(r->entry[i].code, code) == 0)
			return true;
	return false;
}

static struct osci_content_out *
make_content(struct arena *a, const char *text)
{
	struct crypto_spool *spool = crypto_spool_new(a, "/tmp", 1000);
	const struct osci_content content = {
		.spool = spool, .len = (int64_t)strlen(text) };
	const struct osci_content_plan plan = {
		.content = &content, .ncontent = 1 };
	struct osci_content_out *out;
	struct err err = { 0 };

	OK(crypto_spool_put(spool, text, strlen(text), &err));
	OK(osci_content_make(a, &plan, &osci_fixture_limits, &out, &err));
	return out;
}

static const char *
new_id(struct arena *a)
{
	struct err err = { 0 };
	const char *id;

	OK(osci_message_id_issue(app.db, a,
	    keys.own[ORIGINATOR].cert.sha256, date_now_ms(), &id, &err));
	return id;
}

static void
fill(struct talk *t, enum osci_type type, const char *id, const char *uri,
    const char *text)
{
	struct arena *a = &t->arena;
	struct osci_role_cert *cert = arena_new(a, struct osci_role_cert, 3);

	cert[0] = (struct osci_role_cert){ OSCI_CIPHER_ORIGINATOR,
		"originator_cipher_1", keys.own[ORIGINATOR].cert };
	cert[1] = (struct osci_role_cert){ OSCI_SIGN_ORIGINATOR,
		"originator_signature_1", keys.signer[ORIGINATOR].cert };
	cert[2] = (struct osci_role_cert){ OSCI_CIPHER_ADDRESSEE,
		"addressee_cipher_1", keys.own[ADDRESSEE].cert };
	t->request = (struct osci_request){
		.type = type,
		.control = { .sequence = 0 },
		.message_id = id,
		.subject = "Betreff & mehr",
		.receiver = uri,
		.cert = cert,
		.ncert = 3,
		.package = make_content(a, text),
		.signer = &keys.signer[ORIGINATOR],
	};
}

static void
forward(struct talk *t, const char *id, const char *uri, const char *text)
{
	fill(t, OSCI_FORWARD_DELIVERY, id, uri, text);
	ask(t, "/osci", &keys.own[INTERMEDIARY].cert);
}

/* ---- the foreign recipient ---- */

static void
start_foreign(void)
{
	char path[400], keys_dir[400], line[32] = "";
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 100);
	int fd[2];

	assert_true(n > 0);
	path[n] = '\0';
	for (int i = 0; i < 2; i++)
		*strrchr(path, '/') = '\0';
	memcpy(path + strlen(path), "/osci/recipient", 16);
	(void)snprintf(keys_dir, sizeof(keys_dir), "%s/keys", dir);
	assert_int_equal(pipe(fd), 0);
	foreign = fork();
	if (foreign == 0) {
		(void)dup2(fd[1], STDOUT_FILENO);
		(void)execl(path, path, "0", keys_dir, NULL);
		_exit(127);
	}
	(void)close(fd[1]);
	assert_true(read(fd[0], line, sizeof(line) - 1) > 0);
	(void)close(fd[0]);
	port = (int)strtol(line, NULL, 10);
	assert_true(port > 0);
}

static const char *
uri_of(struct arena *a, const char *path)
{
	return arena_printf(a, "http://127.0.0.1:%d%s", port, path);
}

/* How often a message came there. */
static int
came(struct arena *a, const char *id)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct buf *text = buf_new(a, 1 << 20);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char piece[4096];
	const char *at;
	ssize_t n;

	assert_int_equal(
	    connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(send(fd, "GET /stand HTTP/1.0\r\n\r\n", 23, 0), 23);
	while ((n = recv(fd, piece, sizeof(piece), 0)) > 0)
		buf_put(text, piece, (size_t)n);
	(void)close(fd);
	at = strstr(buf_text(text), id);
	return at == NULL ? 0 : (int)strtol(at + strlen(id), NULL, 10);
}

/* ---- setting up ---- */

static void
add_identity(struct fixture *f, enum osci_identity_role role, int party,
    enum osci_identity_purpose purpose)
{
	const struct crypto_key master = { { 7 } };
	struct osci_identity_row row = { .role = role,
		.town_id = role == OSCI_IDENTITY_CLIENT ? f->town.id : 0,
		.name = role == OSCI_IDENTITY_CLIENT ? AMT : "aaa",
		.purpose = purpose,
		.cert = purpose == OSCI_IDENTITY_CIPHER
		    ? keys.own[party].cert
		    : keys.signer[party].cert,
		.is_active = true,
		.created_ms = date_now_ms() };
	struct err err = { 0 };

	OK(osci_identity_insert(f->db, &f->arena, &master, &row,
	    purpose == OSCI_IDENTITY_CIPHER ? &keys.own[party].key
					    : &keys.signer[party].key,
	    &err));
}

/* The recipient's folder of keys: the vectors', and a stranger's whose authority
 * nobody trusts yet. */
static void
make_keys(void)
{
	static const char *const files[] = { "addressee_cipher.cert.pem",
		"addressee_cipher.key.pem", "addressee_sign.cert.pem",
		"addressee_sign.key.pem" };
	const struct pki_pair *const one[] = { &stranger };
	char from[400], to[400], here[200];
	FILE *file;

	assert_non_null(getcwd(here, sizeof(here)));
	(void)snprintf(to, sizeof(to), "%s/keys", dir);
	assert_int_equal(mkdir(to, 0700), 0);
	for (size_t i = 0; i < nitems(files); i++) {
		(void)snprintf(from, sizeof(from), "%s%s" VECTORS "/keys/%s",
		    VECTORS[0] == '/' ? "" : here,
		    VECTORS[0] == '/' ? "" : "/", files[i]);
		(void)snprintf(to, sizeof(to), "%s/keys/%s", dir, files[i]);
		assert_int_equal(symlink(from, to), 0);
	}
	pki_make(&authority, &(struct pki_want){ .name = "Fremde CA",
	    .is_ca = true, .usage = "critical,keyCertSign,cRLSign",
	    .serial = 1 });
	pki_make(&stranger, &(struct pki_want){ .name = "Fremdes Amt",
	    .issuer = &authority, .usage = "critical,digitalSignature",
	    .serial = 2 });
	(void)snprintf(to, sizeof(to), "%s/keys/mallory_sign.cert.pem", dir);
	pki_write_certs(to, one, 1);
	(void)snprintf(to, sizeof(to), "%s/keys/mallory_sign.key.pem", dir);
	file = fopen(to, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_PrivateKey(
	    file, stranger.key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(fclose(file), 0);
}

/* Another authority's keys, which do not open: its own misfortune. */
static void
add_broken(struct fixture *f)
{
	const struct osci_cert *cert[] = { &keys.own[READER].cert,
		&keys.signer[READER].cert };
	struct err err = { 0 };

	for (int i = 0; i < 2; i++) {
		const struct db_param p[] = { db_int(f->town.id),
			db_int(i + 1), db_blob(cert[i]->der, cert[i]->len),
			db_blob(cert[i]->sha256, 32), db_blob("nichts", 6),
			db_time(date_now_ms()) };

		OK(db_exec(f->db,
		    "INSERT INTO osci_identity (town_id, role, name, purpose,"
		    " cert, fingerprint, key_sealed, created_at)"
		    " VALUES (?, 3, 'aaa', ?, ?, ?, ?, ?)", p, nitems(p), NULL,
		    &err));
	}
}

static void
add_partner(struct fixture *f, const char *path)
{
	const char *uri = uri_of(&f->arena, path);
	const struct osci_cert *cipher = &keys.own[ADDRESSEE].cert;
	const struct osci_cert *sign = &keys.signer[ADDRESSEE].cert;
	const struct db_param p[] = {
		db_text(arena_printf(&f->arena, "%s %d", path, port)),
		db_blob(cipher->der, cipher->len),
		db_blob(sign->der, sign->len), db_blob(cipher->sha256, 32),
		db_blob(sign->sha256, 32), db_text(uri),
		db_time(date_now_ms()) };
	struct err err = { 0 };

	OK(db_exec(f->db,
	    "INSERT INTO osci_partner (name, cipher_cert, sign_cert,"
	    " cipher_fingerprint, sign_fingerprint, receiver_uri, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)", p, nitems(p), NULL, &err));
}

static const char *const paths[] = { "/gut", "/ablehnung", "/unsigniert",
	"/klar", "/muell", "/halb", "/falsch", "/fremd", "/nie", "/weg",
	"/einmal-weg", "/fehler", "/503", "/leer", "/anderes", "/zweimal",
	"/art" };

static void
configure(struct fixture *f)
{
	struct config *c = &f->config;
	struct err err = { 0 };
	uint8_t master[CRYPTO_KEY_LEN] = { 7 };
	FILE *file;

	assert_non_null(mkdtemp(dir));
	c->master_key_file = arena_printf(&f->arena, "%s/master", dir);
	file = fopen(c->master_key_file, "w");
	assert_non_null(file);
	assert_int_equal(chmod(c->master_key_file, 0600), 0);
	assert_int_equal(fwrite(master, sizeof(master), 1, file), 1);
	assert_int_equal(fclose(file), 0);
	c->public_scheme = "http";
	c->upload_time_max_s = 60;
	c->osci_dir = dir;
	c->osci_ca_file = VECTORS "/keys/ca.cert.pem";
	c->osci_crl_dir = c->osci_ocsp_url = c->osci_http_ca_file = "";
	c->osci_http_proxy = c->osci_receivers = "";
	c->osci_pkcs11_module = c->osci_pkcs11_pin_file = "";
	c->osci_ocsp = c->osci_allow_cbc = c->osci_allow_rsa15 = "no";
	c->osci_http_plain = c->osci_http_internal = "yes";
	c->osci_mailboxes = "open";
	c->osci_signatures = c->osci_encryption = "required";
	c->osci_http_timeout_s = 1;
	c->osci_http_answer_max = c->osci_message_max = 16 << 20;
	c->threads = 16;
	c->osci_forwards_max = 4;
	c->osci_dialog_timeout_s = 600;
	c->osci_message_id_h = c->osci_partial_h = 24;
	c->osci_retention_days = c->osci_received_days = 30;
	c->osci_card_days = 90;
	OK(texts_load("fcgi-apps/texts", &texts, &err));
}

static int
set_up(void **state)
{
	const struct crypto_key master = { { 7 } };
	struct service_set *services;
	struct err err = { 0 };
	struct fixture *f;

	if (fixture_setup(state) == -1)
		return -1;
	f = *state;
	if (f->db == NULL)
		return 0;
	/* What other tests left, tokens that are nowhere among it. */
	OK(db_script(f->db, "DELETE FROM osci_identity", &err));
	osci_fixture_keys(&keys);
	OK(osci_cert_read(&keys.arena, VECTORS "/keys/mallory_sign.cert.pem",
	    &mallory.cert, &err));
	OK(osci_key_read(&keys.arena, VECTORS "/keys/mallory_sign.key.pem",
	    &mallory.key, &err));
	configure(f);
	make_keys();
	start_foreign();
	for (size_t i = 0; i < nitems(paths); i++)
		add_partner(f, paths[i]);
	add_identity(f, OSCI_IDENTITY_INTERMEDIARY, INTERMEDIARY,
	    OSCI_IDENTITY_CIPHER);
	add_identity(
	    f, OSCI_IDENTITY_INTERMEDIARY, INTERMEDIARY, OSCI_IDENTITY_SIGN);
	add_identity(f, OSCI_IDENTITY_CLIENT, ADDRESSEE, OSCI_IDENTITY_CIPHER);
	add_identity(f, OSCI_IDENTITY_CLIENT, ADDRESSEE, OSCI_IDENTITY_SIGN);
	add_broken(f);
	OK(service_set_load(f->db, &master, &services, &err));
	service_set_publish(services);
	app = (struct app){ .program = "osci",
		.table = &program,
		.config = &f->config,
		.texts = texts,
		.db = f->db,
		.metrics = metrics_new() };
	OK(worker_process_start(&app, &err));
	OK(worker_start(&app, &err));
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };

	if (f->db != NULL) {
		(void)kill(foreign, SIGKILL);
		(void)waitpid(foreign, NULL, 0);
		worker_stop(&app);
		worker_process_stop(&app);
		service_set_publish(NULL);
		metrics_free(app.metrics);
		texts_free(texts);
		/* for tests that count identities and partners */
		OK(db_script(f->db,
		    "DELETE FROM osci_identity WHERE name IN ('aaa', 'amt');"
		    "DELETE FROM osci_transfer;"
		    "DELETE FROM osci_partner;", &err));
		(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		pki_free(&stranger);
		pki_free(&authority);
	}
	arena_free(&keys.arena);
	return fixture_teardown(state);
}

/* ---- forwarding ---- */

static const struct {
	const char *path, *code, *warning;
	bool is_sent, is_received;
} answers[] = {
	{ "/gut", "0800", NULL, true, true },
	{ "/zweimal", "0800", NULL, true, true },
	{ "/unsigniert", "0800", "3802", true, true },
	{ "/klar", "0800", "3803", true, true },
	{ "/ablehnung", "9805", NULL, true, false },
	{ "/falsch", "9807", NULL, true, false },
	{ "/fremd", "9807", NULL, true, false },
	{ "/muell", "9808", NULL, true, false },
	{ "/halb", "9808", NULL, true, false },
	{ "/anderes", "9808", NULL, true, false },
	{ "/art", "9808", NULL, true, false },
	{ "/weg", "9808", NULL, true, false },
	{ "/fehler", "9808", NULL, true, false },
	{ "/503", "9808", NULL, true, false },
	{ "/nie", "9808", NULL, true, false },
};

static void
test_answers(void **state)
{
	NEED_DB();
	(void)state;
	for (size_t i = 0; i < nitems(answers); i++) {
		struct talk t = { 0 };
		const char *id = new_id(&t.arena);
		const struct osci_card *card = &t.reply.card;

		forward(&t, id, uri_of(&t.arena, answers[i].path), "Inhalt");
		if (strcmp(t.reply.entry[0].code, answers[i].code) != 0)
			fail_msg("%s: %s", answers[i].path,
			    t.reply.entry[0].code);
		if (answers[i].warning != NULL &&
		    !has_code(&t.reply, answers[i].warning))
			fail_msg("%s: no %s", answers[i].path,
			    answers[i].warning);
		assert_true(t.reply.has_card);
		assert_string_equal(card->message_id, id);
		assert_string_equal(card->subject, "Betreff & mehr");
		assert_true(card->creation_ms != 0);
		if ((card->forwarding_ms != 0) != answers[i].is_sent ||
		    (card->reception_ms != 0) != answers[i].is_received)
			fail_msg("%s: the card is not true", answers[i].path);
		assert_int_equal(came(&t.arena, id), 1);
		arena_free(&t.arena);
	}
}

/* Nobody there, nobody allowed: nothing goes out. */
static void
test_unreachable(void **state)
{
	struct fixture *f = *state;
	struct talk t = { 0 };

	NEED_DB();
	f->config.osci_receivers = "127.0.0.1 example.org";
	forward(&t, new_id(&t.arena), "http://127.0.0.1:1/empfang", "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9809");
	/* the time of forwarding is when the message was built (OSCI part 1) */
	assert_true(t.reply.has_card && t.reply.card.forwarding_ms != 0);
	assert_int_equal(t.reply.card.reception_ms, 0);
	f->config.osci_receivers = "";
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/fremder"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9809");
	forward(&t, new_id(&t.arena), "file:///etc/passwd", "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9809");
	/* an address of ours, once more without the operator's consent */
	f->config.osci_http_internal = "no";
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/gut"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9809");
	f->config.osci_http_internal = "yes";
	f->config.osci_http_plain = "no";
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/gut"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9809");
	f->config.osci_http_plain = "yes";
	/* too many wait already */
	f->config.osci_forwards_max = 0;
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/gut"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9811");
	f->config.osci_forwards_max = 4;
	arena_free(&t.arena);
}

/* A host that is listed: its recipients need certificates that are trusted, but
 * nobody registered them. */
static void
test_listed(void **state)
{
	struct fixture *f = *state;
	struct talk t = { 0 };

	NEED_DB();
	f->config.osci_receivers = "example.org 127.0.0.1";
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/falsch?x"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9807");
	f->config.osci_receivers = "*";
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/gut?x"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "0800");
	f->config.osci_receivers = "";
	arena_free(&t.arena);
}

/* A stranger whose authority is not trusted, is trusted, has revoked it. */
static void
test_signer_certificate(void **state)
{
	struct fixture *f = *state;
	const struct pki_pair *const ca[] = { &authority };
	struct osci_trust_settings s = { .ocsp_url = "",
		.ocsp_timeout_ms = 100, .look_ms = 2000, .crl_dir = "" };
	struct worker *w = app.own;
	struct osci_trust *trust, *usual;
	struct talk t = { 0 };
	struct err err = { 0 };
	char *text;
	size_t len;
	FILE *file;

	NEED_DB();
	usual = w->trust;
	f->config.osci_receivers = "127.0.0.1";
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/fremd?x"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9711");
	assert_true(t.reply.card.forwarding_ms != 0);
	assert_int_equal(t.reply.card.reception_ms, 0);

	s.ca_file = arena_printf(&t.arena, "%s/ca.pem", dir);
	pki_write_certs(s.ca_file, ca, 1);
	OK(file_read(&t.arena, VECTORS "/keys/ca.cert.pem", 1 << 20, &text,
	    &len, &err));
	file = fopen(s.ca_file, "a");
	assert_non_null(file);
	assert_int_equal(fwrite(text, len, 1, file), 1);
	assert_int_equal(fclose(file), 0);
	OK(osci_trust_new(&s, &trust, &err));
	w->trust = trust;
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/fremd?x"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "0800");
	assert_true(t.reply.card.reception_ms != 0);
	osci_trust_free(trust);

	s.crl_dir = arena_printf(&t.arena, "%s/crl.pem", dir);
	pki_write_crl(s.crl_dir, &authority, &authority, stranger.cert,
	    -PKI_DAY, PKI_DAY, false);
	OK(osci_trust_new(&s, &trust, &err));
	w->trust = trust;
	forward(&t, new_id(&t.arena), uri_of(&t.arena, "/fremd?x"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9712");
	assert_int_equal(t.reply.card.reception_ms, 0);
	osci_trust_free(trust);

	w->trust = usual;
	f->config.osci_receivers = "";
	arena_free(&t.arena);
}

/* The recipient has it, and the database does not take that down. */
static void
test_lost(void **state)
{
	struct fixture *f = *state;
	struct talk t = { 0 };
	const char *id = new_id(&t.arena), *uri = uri_of(&t.arena, "/gut");
	struct err err = { 0 };
	int64_t n;

	NEED_DB();
	OK(db_script(f->db,
	    "CREATE TRIGGER osci_lost BEFORE UPDATE ON osci_delivery"
	    " FOR EACH ROW SET NEW.modified_at ="
	    " IF(NEW.state = 1, NULL, NEW.modified_at)", &err));
	forward(&t, id, uri, "Inhalt");
	OK(db_script(f->db, "DROP TRIGGER osci_lost", &err));
	assert_string_equal(t.reply.entry[0].code, "9810");
	assert_int_equal(came(&t.arena, id), 1);
	/* Whoever repeats it learns that it is there. */
	OK(osci_forward_sweep(f->db, date_now_ms() + 3600000, &n, &err));
	assert_int_equal(n, 1);
	forward(&t, id, uri, "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "0800");
	assert_true(t.reply.card.reception_ms != 0);
	arena_free(&t.arena);
}

/* ---- once ---- */

static void
test_repeated(void **state)
{
	struct talk t = { 0 };
	const char *id = new_id(&t.arena), *uri = uri_of(&t.arena, "/gut");
	int64_t reception;

	NEED_DB();
	(void)state;
	forward(&t, id, uri, "Inhalt");
	reception = t.reply.card.reception_ms;
	assert_true(reception != 0);
	forward(&t, id, uri, "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "0800");
	assert_int_equal(t.reply.card.reception_ms, reception);
	assert_int_equal(came(&t.arena, id), 1);
	/* the id with another content, another address, or nobody's */
	forward(&t, id, uri, "Anderer Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9801");
	forward(&t, id, uri_of(&t.arena, "/klar"), "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9801");
	forward(&t, "erfunden", uri, "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9801");
	assert_int_equal(came(&t.arena, "erfunden"), 0);
	/* what was refused stays so */
	id = new_id(&t.arena);
	for (int i = 0; i < 2; i++) {
		forward(&t, id, uri_of(&t.arena, "/ablehnung"), "Inhalt");
		assert_string_equal(t.reply.entry[0].code, "9805");
	}
	assert_int_equal(came(&t.arena, id), 1);
	arena_free(&t.arena);
}

/* Whether it arrived is not known: it goes out under the same id again. */
static void
test_unknown(void **state)
{
	struct talk t = { 0 };
	const char *id = new_id(&t.arena);
	const char *uri = uri_of(&t.arena, "/einmal-weg");

	NEED_DB();
	(void)state;
	forward(&t, id, uri, "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9808");
	assert_int_equal(t.reply.card.reception_ms, 0);
	forward(&t, id, uri, "Anderer Inhalt");
	assert_string_equal(t.reply.entry[0].code, "9801");
	forward(&t, id, uri, "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "0800");
	assert_true(t.reply.card.reception_ms != 0);
	assert_int_equal(came(&t.arena, id), 2);
	arena_free(&t.arena);
}

/* The process died while it waited: its row is swept, and may be repeated. */
static void
test_left_behind(void **state)
{
	struct fixture *f = *state;
	struct talk t = { 0 };
	const char *id = new_id(&t.arena);
	const char *uri = uri_of(&t.arena, "/einmal-weg");
	struct crypto_key files;
	struct osci_forward row;
	struct err err = { 0 };
	int64_t n;
	bool got;

	NEED_DB();
	osci_delivery_key(&((struct worker *)app.own)->master, &files);
	forward(&t, id, uri, "Inhalt");
	OK(osci_forward_find(f->db, &t.arena, &files, id, &row, &err));
	OK(osci_forward_claim(f->db, &row.delivery.id,
	    row.delivery.state, date_now_ms(),
	    date_now_ms() + 60000, &got, &err));
	assert_true(got);
	OK(osci_forward_claim(f->db, &row.delivery.id,
	    row.delivery.state, date_now_ms(),
	    date_now_ms() + 60000, &got, &err));
	assert_false(got); /* somebody has it */
	OK(osci_forward_sweep(f->db, date_now_ms(), &n, &err));
	assert_int_equal(n, 0);
	OK(db_exec(f->db,
	    "UPDATE osci_delivery SET state = 2, busy_until = ?"
	    " WHERE message_id = ?",
	    (const struct db_param[]){ db_time(date_now_ms() - 1000),
		db_blob(id, strlen(id)) }, 2, NULL, &err));
	OK(osci_forward_sweep(f->db, date_now_ms(), &n, &err));
	assert_int_equal(n, 1);
	OK(osci_forward_find(f->db, &t.arena, &files, id, &row, &err));
	assert_int_equal(row.delivery.state, OSCI_DELIVERY_FAILED);
	assert_int_equal(row.delivery.received_ms, 0);
	forward(&t, id, uri, "Inhalt");
	assert_string_equal(t.reply.entry[0].code, "0800");
	OK(osci_forward_find(f->db, &t.arena, &files, id, &row, &err));
	assert_int_equal(row.delivery.state, OSCI_DELIVERY_KEPT);
	assert_int_equal(row.busy_until_ms, 0);
	arena_free(&t.arena);
}

/* ---- mediating ---- */

static struct osci_control dialog;

static void
open_dialog(struct talk *t)
{
	fill(t, OSCI_INIT_DIALOG, NULL, NULL, "");
	t->request.package = NULL;
	t->request.control.sequence = -1;
	t->request.ncert = 2; /* there is no addressee */
	ask(t, "/osci", &keys.own[INTERMEDIARY].cert);
	dialog = t->answer.control;
	dialog.sequence = -1;
}

static void
mediate(struct talk *t, const char *id, const char *path)
{
	fill(t, OSCI_MEDIATE_DELIVERY, id, uri_of(&t->arena, path), "Frage");
	t->request.has_quality = id != NULL;
	t->request.control.conversation_id = dialog.conversation_id;
	t->request.control.response = dialog.challenge;
	t->request.control.sequence = ++dialog.sequence;
	ask(t, "/osci", &keys.own[INTERMEDIARY].cert);
	dialog.challenge = t->answer.control.challenge;
}

/* The first content, opened for the originator. */
static const char *
content_of(struct talk *t, size_t *nsigner)
{
	static const struct osci_crypto_policy policy;
	struct osci_content_in in;
	struct err err = { 0 };
	char *text;

	OK(osci_content_read(&t->arena, &t->answer, t->reply.content,
	    &t->reply.certs, &keys.own[ORIGINATOR], 1, &policy,
	    &osci_fixture_limits, &in, &err));
	assert_int_equal(in.ncontent, 1);
	*nsigner = in.content[0].nsigner;
	text = arena_alloc(&t->arena, (size_t)in.content[0].len + 1, 1);
	OK(crypto_spool_read(in.content[0].spool, in.content[0].offset, text,
	    (size_t)in.content[0].len, &err));
	return text;
}

static void
test_mediated(void **state)
{
	struct talk t = { 0 };
	const char *id = new_id(&t.arena);
	size_t nsigner;

	NEED_DB();
	(void)state;
	open_dialog(&t);
	for (int i = 0; i < 2; i++) { /* the second is a repetition */
		mediate(&t, id, "/gut");
		assert_string_equal(t.reply.entry[0].code, "0801");
		assert_true(t.reply.has_card && t.reply.has_reply_card);
		assert_true(t.reply.card.reception_ms != 0);
		assert_true(t.reply.reply_card.forwarding_ms != 0);
		assert_string_equal(
		    t.reply.reply_card.subject, "Antwort");
		assert_string_equal(content_of(&t, &nsigner),
		    "<antwort>Guten Tag</antwort>");
		assert_int_equal(came(&t.arena, id), 1);
	}
	/* the request after it says that the reply is there */
	assert_true(fixture_number(app.db,
			"SELECT COUNT(*) FROM osci_delivery WHERE kind = 4"
			" AND received_at IS NOT NULL") >= 1);
	/* without id: neither card nor memory */
	mediate(&t, NULL, "/gut");
	assert_string_equal(t.reply.entry[0].code, "0801");
	assert_false(t.reply.has_card || t.reply.has_reply_card);
	assert_string_equal(
	    content_of(&t, &nsigner), "<antwort>Guten Tag</antwort>");
	mediate(&t, new_id(&t.arena), "/leer");
	assert_string_equal(t.reply.entry[0].code, "9806");
	assert_true(t.reply.card.reception_ms != 0);
	mediate(&t, new_id(&t.arena), "/falsch");
	assert_string_equal(t.reply.entry[0].code, "9807");
	assert_int_equal(t.reply.card.reception_ms, 0);
	mediate(&t, new_id(&t.arena), "/ablehnung");
	assert_string_equal(t.reply.entry[0].code, "9805");
	mediate(&t, new_id(&t.arena), "/weg");
	assert_string_equal(t.reply.entry[0].code, "9808");
	arena_free(&t.arena);
}

/* ---- our own recipient ---- */

static void
deliver(struct talk *t, enum osci_type type, const char *id,
    const char *response_id, const char *text,
    const struct osci_signer *signer)
{
	struct arena *a = &t->arena;
	struct osci_role_cert *cert = arena_new(a, struct osci_role_cert, 5);
	struct osci_card *card = arena_new(a, struct osci_card, 1);
	struct osci_signer *by = arena_new(a, struct osci_signer, 1);

	fill(t, type, NULL, NULL, text);
	*by = *signer;
	by->cert_id = "intermed_signature_1";
	memcpy(cert, t->request.cert, 3 * sizeof(*cert));
	cert[3] = (struct osci_role_cert){ OSCI_CIPHER_INTERMEDIARY,
		"intermed_cipher_1", keys.own[INTERMEDIARY].cert };
	cert[4] = (struct osci_role_cert){ OSCI_SIGN_INTERMEDIARY,
		by->cert_id, signer->cert };
	*card = (struct osci_card){ .message_id = id,
		.creation_ms = date_now_ms(),
		.forwarding_ms = date_now_ms(),
		.modification_ms = date_now_ms(),
		.subject = "Betreff" };
	t->request.subject = NULL;
	t->request.control.sequence = -1;
	t->request.card = card;
	t->request.response_message_id = response_id;
	t->request.cert = cert;
	t->request.ncert = 5;
	t->request.signer = by;
	ask(t, "/osci/empfang", &keys.own[ADDRESSEE].cert);
}

static int64_t
transfers(void)
{
	return fixture_number(app.db,
	    "SELECT COUNT(*) FROM osci_transfer WHERE direction = 2"
	    " AND way = 5 AND state = 8");
}

static void
test_accepted(void **state)
{
	const struct osci_signer *own = &keys.signer[INTERMEDIARY];
	struct talk t = { 0 };

	NEED_DB();
	(void)state;
	for (int i = 0; i < 3; i++) { /* once, however often */
		deliver(&t, OSCI_ACCEPT_DELIVERY, "angenommen", NULL, "Inhalt",
		    own);
		assert_string_equal(t.reply.entry[0].code, "0800");
		assert_true(t.reply.certs.by_role[OSCI_SIGN_ADDRESSEE] !=
		    NULL);
		assert_int_equal(transfers(), 1);
	}
	for (int i = 0; i < 2; i++) { /* another one is kept, too */
		deliver(&t, OSCI_ACCEPT_DELIVERY, "angenommen", NULL, "Anderer",
		    own);
		assert_string_equal(t.reply.entry[0].code, "0800");
		assert_int_equal(transfers(), 2);
	}
	deliver(&t, OSCI_ACCEPT_DELIVERY, "fremd", NULL, "Inhalt", &mallory);
	assert_string_equal(t.reply.entry[0].code, "9805");
	assert_int_equal(transfers(), 2);
	assert_int_equal(fixture_number(app.db,
			     "SELECT COUNT(*) FROM osci_transfer t"
			     " JOIN osci_partner p ON p.id = t.partner_id"), 0);
	arena_free(&t.arena);
}

static void
test_processed(void **state)
{
	const struct osci_signer *own = &keys.signer[INTERMEDIARY];
	struct talk t = { 0 };
	const char *first = NULL, *text;
	int64_t before;
	size_t nsigner;

	NEED_DB();
	(void)state;
	before = transfers();
	for (int i = 0; i < 2; i++) {
		deliver(&t, OSCI_PROCESS_DELIVERY, "bearbeitet", "antwort-1",
		    "Frage", own);
		assert_string_equal(t.reply.entry[0].code, "0800");
		assert_string_equal(t.reply.message_id, "antwort-1");
		text = content_of(&t, &nsigner);
		assert_non_null(strstr(text, "<nachricht>bearbeitet<"));
		assert_int_equal(nsigner, 1);
		if (first == NULL)
			first = text;
		assert_string_equal(text, first);
		assert_int_equal(transfers(), before + 1);
	}
	arena_free(&t.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_signer_certificate),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_mediated),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_processed),
	};

	log_open("test_osci_relay", LOG_WARN);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
