/*
 * The server on a real socket, spoken to in FastCGI records: threads, streamed
 * bodies, stopping and the hand-over of the socket to a successor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/http/http.h"
#include "common/http/http_server.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/service/service.h"
#include "common/text.h"

/* No towns are needed: all routes have ROUTE_NO_TOWN. */

const struct service_set *
service_set_hold(void)
{
	return NULL;
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
	(void)host;
	return NULL;
}

size_t
service_set_towns(const struct service_set *s, const struct town *const **out)
{
	(void)s;
	(void)out;
	return 0;
}

int
service_set_generation(struct db *db, int64_t *out, struct err *err)
{
	(void)db;
	*out = 1;
	(void)err;
	return 0;
}

/* ---- the program ---- */

static atomic_int threads_begun, threads_ended, sleeping;

static int
thread_start(struct app *app, struct err *err)
{
	static int own;

	(void)err;
	app->own = &own;
	threads_begun++;
	return 0;
}

static void
thread_stop(struct app *app)
{
	if (app->own != NULL)
		threads_ended++;
}

static int
hello(struct app *app, struct request *req, struct err *err)
{
	(void)err;
	http_reply(req, 200, "text/plain");
	buf_puts(req->out, app->own == NULL ? "no thread_start" : "hello");
	return 0;
}

static int
wait_a_moment(struct app *app, struct request *req, struct err *err)
{
	static const struct timespec moment = {.tv_nsec = 300 * 1000000};

	sleeping++;
	(void)nanosleep(&moment, NULL);
	return hello(app, req, err);
}

/* Answers how many bytes came, and their sum. */
static int
sum(struct app *app, struct request *req, struct err *err)
{
	unsigned long long total = 0;
	const void *data;
	ssize_t n, len = 0;

	(void)app;
	while ((n = http_body_next(req, &data, err)) > 0) {
		const unsigned char *p = data;

		for (ssize_t i = 0; i < n; i++)
			total += p[i];
		len += n;
	}
	if (n == -1)
		return -1;
	http_reply(req, 200, "text/plain");
	buf_printf(req->out, "%zd bytes, sum %llu", len, total);
	return 0;
}

static int
large(struct app *app, struct request *req, struct err *err)
{
	(void)app;
	(void)err;
	http_reply(req, 200, "text/plain");
	for (int i = 0; i < 30000; i++)
		buf_printf(req->out, "%09d\n", i);
	return 0;
}

static const struct route routes[] = {
    {HTTP_GET, "/hello", hello, ROUTE_NO_TOWN | ROUTE_API},
    {HTTP_GET, "/wait", wait_a_moment, ROUTE_NO_TOWN | ROUTE_API},
    {HTTP_GET, "/large", large, ROUTE_NO_TOWN | ROUTE_API},
    {HTTP_POST, "/sum", sum, ROUTE_NO_TOWN | ROUTE_API | ROUTE_STREAM},
};
static const struct program program = {.name = "test",
    .route = routes,
    .nroute = nitems(routes),
    .thread_start = thread_start,
    .thread_stop = thread_stop};

static struct config config = {.threads = 4,
    .request_max = 1000,
    .upload_time_max_s = 60,
    .public_scheme = "http",
    .database_socket = "/nowhere",
    .database_name = "x",
    .database_user = "x",
    .database_password_file = ""};
static struct app app = {.program = "test", .config = &config};
static char dir[] = "/tmp/torhaus-server-XXXXXX";
static char path[100];

static int
setup(void **state)
{
	struct texts *texts;
	struct err err = {0};

	(void)state;
	log_open("test", LOG_ERROR);
	if (mkdtemp(dir) == NULL ||
	    texts_load("fcgi-apps/texts", &texts, &err) == -1)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/x.sock", dir);
	app.texts = texts;
	app.metrics = metrics_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	texts_free((struct texts *)(uintptr_t)app.texts);
	metrics_free(app.metrics);
	return rmdir(dir);
}

struct service_point {
	struct http_listener listener;
	struct http_server *server;
};

static void
start(struct service_point *s)
{
	struct err err = {0};

	threads_begun = threads_ended = 0;
	if (http_listen(path, &s->listener, &err) == -1 ||
	    http_server_start(
		&program, &app, &s->listener, &s->server, &err) == -1 ||
	    http_listen_publish(&s->listener, &err) == -1)
		fail_msg("%s", err.msg);
}

static void
stop(struct service_point *s)
{
	http_listen_unlink(&s->listener);
	assert_true(http_server_stop(s->server, 5000));
	http_server_free(s->server);
	http_listen_close(&s->listener);
}

/* ---- a FastCGI client ---- */

static int
dial(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
send_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return; /* the server has answered already */
		p += sent;
		n -= (size_t)sent;
	}
}

static void
send_record(int fd, unsigned char type, const void *data, size_t n)
{
	unsigned char head[8] = {1, type, 0, 1, (unsigned char)(n >> 8),
	    (unsigned char)n, 0, 0};

	send_all(fd, head, sizeof(head));
	send_all(fd, data, n);
}

static void
send_head(int fd, const char *method, const char *uri, const char *length)
{
	static const unsigned char begin[8] = {0, 1};
	const char *param[] = {"REQUEST_METHOD", method, "DOCUMENT_URI", uri,
	    "CONTENT_LENGTH", length, "REMOTE_ADDR", "127.0.0.1"};
	struct buf b;

	buf_init(&b, 10000);
	for (size_t i = 0; i < nitems(param); i += 2) {
		unsigned char n[2] = {(unsigned char)strlen(param[i]),
		    (unsigned char)strlen(param[i + 1])};

		buf_put(&b, n, sizeof(n));
		buf_puts(&b, param[i]);
		buf_puts(&b, param[i + 1]);
	}
	send_record(fd, 1, begin, sizeof(begin));
	send_record(fd, 4, b.data, b.len);
	send_record(fd, 4, NULL, 0);
	buf_free(&b);
}

static bool
receive(int fd, void *to, size_t n)
{
	char *p = to;

	while (n > 0) {
		ssize_t got = recv(fd, p, n, 0);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

/* Everything on the output stream; false when the request did not end. */
static bool
answer(int fd, struct buf *out)
{
	unsigned char head[8];
	char content[65536 + 256];

	buf_reset(out);
	while (receive(fd, head, sizeof(head))) {
		size_t n = (size_t)head[4] << 8 | head[5];

		if (!receive(fd, content, n + head[6]))
			return false;
		if (head[1] == 6)
			buf_put(out, content, n);
		if (head[1] == 3)
			return true;
	}
	return false;
}

static void
get(const char *uri, struct buf *out)
{
	int fd = dial();

	assert_true(fd != -1);
	send_head(fd, "GET", uri, "");
	send_record(fd, 5, NULL, 0);
	if (!answer(fd, out))
		fail_msg("%s: cut off: %s", uri, buf_text(out));
	close(fd);
}

static void
expect(const struct buf *out, const char *text)
{
	if (strstr(buf_text(out), text) == NULL)
		fail_msg("no %s in %s", text, buf_text(out));
}

/* ---- tests ---- */

static void
test_answers(void **state)
{
	struct service_point s;
	struct stat st;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	start(&s);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	for (int i = 0; i < 50; i++) {
		get("/hello", &out);
		expect(&out, "Status: 200 OK\r\n");
		expect(&out, "\r\n\r\nhello");
	}
	get("/large", &out);
	expect(&out, "Content-Length: 300000\r\n");
	expect(&out, "000029999\n");
	get("/nowhere", &out);
	expect(&out, "Status: 404 ");
	stop(&s);
	assert_int_equal(threads_begun, 4);
	assert_int_equal(threads_ended, 4);
	assert_int_equal(access(path, F_OK), -1);
	buf_free(&out);
}

/* A body in records of odd sizes arrives byte for byte. */
static void
test_body(void **state)
{
	static unsigned char body[1000003];
	unsigned long long total = 0;
	struct service_point s;
	char want[80], length[20];
	struct buf out;
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(body); i++) {
		body[i] = (unsigned char)(i * 31 + i / 256);
		total += body[i];
	}
	buf_init(&out, 1 << 20);
	start(&s);
	fd = dial();
	(void)snprintf(length, sizeof(length), "%zu", sizeof(body));
	send_head(fd, "POST", "/sum", length);
	for (size_t at = 0, n; at < sizeof(body); at += n) {
		n = 1 + at * 7 % 40000;
		if (n > sizeof(body) - at)
			n = sizeof(body) - at;
		send_record(fd, 5, body + at, n);
	}
	send_record(fd, 5, NULL, 0);
	assert_true(answer(fd, &out));
	(void)snprintf(
	    want, sizeof(want), "%zu bytes, sum %llu", sizeof(body), total);
	expect(&out, want);
	close(fd);
	stop(&s);
	buf_free(&out);
}

static void
test_broken_off(void **state)
{
	struct service_point s;
	struct buf out;
	int fd;

	(void)state;
	buf_init(&out, 1 << 20);
	start(&s);
	fd = dial(); /* ends the stream early */
	send_head(fd, "POST", "/sum", "100");
	send_record(fd, 5, "abc", 3);
	send_record(fd, 5, NULL, 0);
	assert_true(answer(fd, &out));
	expect(&out, "Status: 400 ");
	close(fd);
	fd = dial(); /* goes away inside a record, as nginx does */
	send_head(fd, "POST", "/sum", "100");
	send_all(fd, "\1\5\0\1\0\144\0\0abc", 11);
	(void)shutdown(fd, SHUT_WR);
	(void)answer(fd, &out);
	expect(&out, "Status: 400 ");
	close(fd);
	get("/hello", &out);
	expect(&out, "hello");
	stop(&s);
	buf_free(&out);
}

static atomic_int sent, served;

static void *
ask_once(void *arg)
{
	struct buf out;
	int fd = dial();

	(void)arg;
	buf_init(&out, 1 << 20);
	send_head(fd, "GET", "/wait", "");
	send_record(fd, 5, NULL, 0);
	sent++;
	if (answer(fd, &out) && strstr(buf_text(&out), "hello") != NULL)
		served++;
	close(fd);
	buf_free(&out);
	return NULL;
}

/* What runs is finished, what waits in the queue is served. */
static void
test_stop_serves_the_queue(void **state)
{
	struct service_point s;
	pthread_t client[12];

	(void)state;
	start(&s);
	sleeping = sent = served = 0;
	for (size_t i = 0; i < nitems(client); i++)
		assert_int_equal(
		    pthread_create(&client[i], NULL, ask_once, NULL), 0);
	while (sleeping < 4 || sent < 12) /* all threads busy, eight wait */
		(void)usleep(1000);
	stop(&s);
	for (size_t i = 0; i < nitems(client); i++)
		assert_int_equal(pthread_join(client[i], NULL), 0);
	assert_int_equal(served, 12);
}

static atomic_bool is_over;
static atomic_int answered, failed;

static void *
keep_asking(void *arg)
{
	struct buf out;

	(void)arg;
	buf_init(&out, 1 << 20);
	while (!is_over) {
		int fd = dial();

		if (fd == -1) {
			failed++;
			continue;
		}
		send_head(fd, "GET", "/hello", "");
		send_record(fd, 5, NULL, 0);
		if (answer(fd, &out) && strstr(buf_text(&out), "hello"))
			answered++;
		else
			failed++;
		close(fd);
	}
	buf_free(&out);
	return NULL;
}

/* Successors take the path over again and again; nobody is turned away. */
static void
test_hand_over(void **state)
{
	struct service_point point[6];
	pthread_t client[3];

	(void)state;
	is_over = false;
	answered = failed = 0;
	start(&point[0]);
	for (size_t i = 0; i < nitems(client); i++)
		assert_int_equal(
		    pthread_create(&client[i], NULL, keep_asking, NULL), 0);
	for (size_t i = 1; i < nitems(point); i++) {
		(void)usleep(50000);
		start(&point[i]);
		stop(&point[i - 1]); /* leaves the successor's path alone */
		assert_int_equal(access(path, F_OK), 0);
	}
	(void)usleep(50000);
	is_over = true;
	for (size_t i = 0; i < nitems(client); i++)
		assert_int_equal(pthread_join(client[i], NULL), 0);
	stop(&point[nitems(point) - 1]);
	assert_int_equal(failed, 0);
	assert_true(answered > 20);
}

static int
refuse_start(struct app *a, struct err *err)
{
	(void)a;
	return err_set(err, ERR_CONFIG, "no magic");
}

static void
test_start_fails(void **state)
{
	struct program broken = program;
	struct http_listener listener;
	struct http_server *server;
	struct err err = {0};

	(void)state;
	broken.thread_start = refuse_start;
	assert_int_equal(http_listen(path, &listener, &err), 0);
	assert_int_equal(
	    http_server_start(&broken, &app, &listener, &server, &err), -1);
	assert_string_equal(err.msg, "no magic");
	http_listen_unlink(&listener);
	http_listen_close(&listener);
}

static void
test_listen_mistakes(void **state)
{
	struct http_listener listener;
	struct err err = {0};
	char deep[200];

	(void)state;
	memset(deep, 'a', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(http_listen(deep, &listener, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_int_equal(http_listen("/nowhere/x.sock", &listener, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(http_listen(NULL, &listener, &err), -1);
	assert_non_null(strstr(err.msg, "give --listen SOCKET"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_body),
	    cmocka_unit_test(test_broken_off),
	    cmocka_unit_test(test_stop_serves_the_queue),
	    cmocka_unit_test(test_hand_over),
	    cmocka_unit_test(test_start_fails),
	    cmocka_unit_test(test_listen_mistakes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
