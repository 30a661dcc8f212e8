/* links: osci/boxes osci/answer osci/card_order osci/counts osci/dialog osci/fetch_order osci/forward osci/forward_order osci/intermediary osci/keep osci/mailbox osci/mediate_order osci/message_id osci/partial_fetch osci/partial_inner osci/partial_store osci/prove osci/rates osci/relay osci/request osci/store_order osci/waiting osci/worker */
/*
 * Our client with our intermediary behind a small HTTP server: chunks that are
 * fetched, go on after a crash, and do not make sense.
 */
#include "osci_program.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "common/osci/osci_client.h"
#include "common/osci/osci_files.h"
#include "common/osci/osci_partial_store.h"

/* ---- the server ---- */

static struct {
	int fd, stop[2];
	pthread_t thread;
	char uri[64];
} server;

/* The body of one request; NULL: the connection is over. */
static const char *
read_request(struct arena *a, int fd, size_t *len)
{
	struct buf *in = buf_new(a, 16 << 20);
	const char *head = NULL, *at;
	char piece[65536];
	ssize_t n;

	*len = 0;
	while (head == NULL || in->len < (size_t)(head - in->data) + *len) {
		if ((n = recv(fd, piece, sizeof(piece), 0)) <= 0)
			return NULL;
		buf_put(in, piece, (size_t)n);
		head = memmem(buf_text(in), in->len, "\r\n\r\n", 4);
		if (head == NULL)
			continue;
		head += 4;
		at = strcasestr(buf_text(in), "\r\nContent-Length: ");
		*len = at == NULL ? 0 : strtoul(at + 18, NULL, 10);
	}
	return head;
}

static void
serve(int fd)
{
	struct arena a = {0};
	const char *body, *answer, *head;
	size_t len, n;

	while ((body = read_request(&a, fd, &len)) != NULL) {
		program_post(&a, body, len, &answer, &n);
		head = arena_printf(&a,
		    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
		if (send(fd, head, strlen(head), MSG_NOSIGNAL) == -1 ||
		    send(fd, answer, n, MSG_NOSIGNAL) == -1)
			break;
	}
	(void)close(fd);
	arena_free(&a);
}

static void *
server_run(void *arg)
{
	struct pollfd p[2] = {{.fd = server.fd, .events = POLLIN},
	    {.fd = server.stop[0], .events = POLLIN}};

	(void)arg;
	while (poll(p, 2, -1) > 0 && p[1].revents == 0)
		serve(accept(server.fd, NULL, NULL));
	return NULL;
}

static void
server_start(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET,
	    .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(here);

	server.fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server.fd, (struct sockaddr *)&here, len), 0);
	assert_int_equal(listen(server.fd, 8), 0);
	assert_int_equal(
	    getsockname(server.fd, (struct sockaddr *)&here, &len), 0);
	assert_int_equal(pipe(server.stop), 0);
	(void)snprintf(server.uri, sizeof(server.uri),
	    "http://127.0.0.1:%d/osci", ntohs(here.sin_port));
	assert_int_equal(
	    pthread_create(&server.thread, NULL, server_run, NULL), 0);
}

static void
server_stop(void)
{
	assert_int_equal(write(server.stop[1], "x", 1), 1);
	assert_int_equal(pthread_join(server.thread, NULL), 0);
	(void)close(server.fd);
	(void)close(server.stop[0]);
	(void)close(server.stop[1]);
}

/* ---- the client ---- */

struct setting {
	struct osci_http_settings http;
	struct osci_client_settings settings;
	struct osci_client_peer peer;
	struct osci_own own;
	struct osci_client *client;
};

static void
client_start(struct arena *a, struct setting *s)
{
	*s = (struct setting){
	    .http = {.allows_plain = true, .allows_internal = true,
		.ca_file = "", .proxy = "", .connect_ms = 10000,
		.timeout_ms = 60000, .answer_max = 16 << 20},
	    .settings = {.limits = {.dir = folder, .max = 16 << 20},
		.chunk_kib = 16, .whole_max = 16 << 20},
	    .peer = {.uri = server.uri,
		.cipher = keys.own[INTERMEDIARY].cert,
		.sign = keys.signer[INTERMEDIARY].cert},
	    .own = {.cipher = &keys.own[ADDRESSEE], .ncipher = 1,
		.sign = {.cert = keys.signer[ADDRESSEE].cert,
		    .key = keys.signer[ADDRESSEE].key}}};
	s->settings.http = osci_http_new(&s->http);
	s->client = osci_client_new(a, &s->settings, &s->peer, &s->own);
}

static void
client_stop(struct setting *s)
{
	osci_http_free(s->settings.http);
}

/* From originator to addressee; its id. */
static const char *
put_one(struct arena *a, size_t n)
{
	struct client c = client_new(a, ORIGINATOR);
	const char *id = client_id(&c);

	assert_string_equal(client_store(&c, id, n), "0800");
	return id;
}

/* ---- where chunks are kept ---- */

struct memory {
	struct crypto_spool *bytes;
	int64_t chunks, dies_at; /* 0: never */
	bool was_dropped;
};

static int
load(void *arg, const char *message_id, const struct osci_chunk *cut,
    struct crypto_spool *joined, int64_t *n, struct err *err)
{
	struct memory *m = arg;

	assert_non_null(message_id);
	assert_int_equal(cut->size_kib, 16);
	*n = m->chunks;
	return crypto_spool_each(m->bytes, 0, crypto_spool_len(m->bytes),
	    crypto_spool_sink, joined, err);
}

static int
save(void *arg, int64_t number, struct crypto_spool *joined, int64_t offset,
    struct err *err)
{
	struct memory *m = arg;

	if (number == m->dies_at)
		return err_set(err, ERR_IO, "died");
	assert_int_equal(number, m->chunks + 1);
	m->chunks = number;
	return crypto_spool_each(joined, offset,
	    crypto_spool_len(joined) - offset, crypto_spool_sink, m->bytes,
	    err);
}

static int
drop(void *arg, struct err *err)
{
	struct memory *m = arg;

	(void)err;
	m->was_dropped = true;
	return 0;
}

static const struct osci_selection any = {.by = OSCI_SELECT_ANY, .limit = -1};

static void
test_goes_on(void **state)
{
	struct arena a = {0};
	struct memory m = {.dies_at = 3};
	const struct osci_client_keep keep = {&m, load, save, drop};
	struct osci_client_answer answer;
	struct setting s;
	struct err err = {0};
	const char *id;

	(void)state;
	NEED_DB();
	id = put_one(&a, 60000);
	server_start();
	client_start(&a, &s);
	m.bytes = crypto_spool_new(&a, folder, 16 << 20);
	OK(osci_client_begin(s.client, &err));
	FAILS(osci_client_fetch(s.client, &a, &any, &keep, &answer, &err),
	    ERR_IO);
	assert_int_equal(m.chunks, 2);
	/* Another process, another dialog. */
	m.dies_at = 0;
	OK(osci_client_begin(s.client, &err));
	OK(osci_client_fetch(s.client, &a, &any, &keep, &answer, &err));
	assert_true(answer.is_good);
	assert_string_equal(answer.reply.card.message_id, id);
	assert_int_equal(
	    osci_packet_part(answer.packet, "attachment1")->len, 60000);
	assert_false(m.was_dropped);
	OK(osci_client_end(s.client, &err));

	/* Chunks of something else: they are dropped, and it begins anew. */
	id = put_one(&a, 60000);
	OK(osci_client_begin(s.client, &err));
	m.chunks = 2;
	m.bytes = crypto_spool_new(&a, folder, 16 << 20);
	for (int i = 0; i < 2048; i++)
		OK(crypto_spool_put(m.bytes, "etwas ganz andere", 16, &err));
	FAILS(osci_client_fetch(s.client, &a, &any, &keep, &answer, &err),
	    ERR_IO);
	assert_true(m.was_dropped);
	OK(osci_client_begin(s.client, &err));
	OK(osci_client_fetch(s.client, &a, &any, NULL, &answer, &err));
	assert_true(answer.is_good);
	assert_string_equal(answer.reply.card.message_id, id);
	OK(osci_client_end(s.client, &err));
	client_stop(&s); /* which ends its connection */
	server_stop();
	arena_free(&a);
}

/* The answer that chunks are cut from becomes n blanks. */
static void
spoil(struct arena *a, const char *id)
{
	const uint8_t *client = keys.own[ADDRESSEE].cert.sha256;
	struct crypto_spool *blank = crypto_spool_new(a, folder, 16 << 20);
	struct document_file_info info;
	struct osci_partial p;
	struct err err = {0};

	OK(osci_partial_find(app.db, a, &worker.files, OSCI_PARTIAL_OUT, id,
	    client, &p, &err));
	for (int64_t i = 0; i < p.size; i++)
		OK(crypto_spool_put(blank, " ", 1, &err));
	osci_file_remove(&config, &p.id);
	OK(osci_file_write(
	    &config, &p.id, &p.key.key, blank, 0, p.size, &info, &err));
}

/* What came whole and makes no sense is had all the same, and acknowledged. */
static void
test_unreadable(void **state)
{
	struct arena a = {0};
	struct memory m = {.dies_at = 1};
	const struct osci_client_keep keep = {&m, load, save, drop};
	struct osci_client_answer answer;
	struct setting s;
	struct err err = {0};
	const char *id, *next;

	(void)state;
	NEED_DB();
	id = put_one(&a, 60000);
	next = put_one(&a, 100);
	server_start();
	client_start(&a, &s);
	m.bytes = crypto_spool_new(&a, folder, 16 << 20);
	OK(osci_client_begin(s.client, &err));
	FAILS(osci_client_fetch(s.client, &a, &any, &keep, &answer, &err),
	    ERR_IO);
	spoil(&a, id);
	OK(osci_client_begin(s.client, &err));
	OK(osci_client_fetch(s.client, &a, &any, NULL, &answer, &err));
	assert_false(answer.is_good);
	assert_non_null(answer.unreadable);
	assert_string_equal(answer.code, "9100");
	assert_string_equal(answer.reply.message_id, id);
	assert_true(crypto_spool_len(answer.bytes) > 60000);
	/* The dialog goes on, and with it the mailbox. */
	OK(osci_client_fetch(s.client, &a, &any, NULL, &answer, &err));
	assert_true(answer.is_good);
	assert_string_equal(answer.reply.card.message_id, next);
	OK(osci_client_end(s.client, &err));
	client_stop(&s); /* which ends its connection */
	server_stop();
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_goes_on),
	    cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(
	    tests, program_set_up, program_tear_down);
}
