/* Which addresses messages may go to, and what comes of those that may not. */
#include <setjmp.h>
#include <stdarg.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/osci/osci_http.h"

static const struct osci_http_settings strict = { .ca_file = "", .proxy = "",
	.connect_ms = 1000, .timeout_ms = 1000, .answer_max = 1000 };
static const struct osci_http_settings plain = { .allows_plain = true,
	.ca_file = "", .proxy = "", .connect_ms = 1000, .timeout_ms = 1000,
	.answer_max = 1000 };

static const struct {
	const char *uri;
	enum err_code want;
} uris[] = {
	{ "https://osci.example.org/empfang", ERR_NONE },
	{ "https://osci.example.org:8443/a?b=c", ERR_NONE },
	{ "http://osci.example.org/", ERR_FORBIDDEN },
	{ "ftp://osci.example.org/", ERR_FORBIDDEN },
	{ "file:///etc/passwd", ERR_BAD_REQUEST },
	{ "gopher://osci.example.org/", ERR_FORBIDDEN },
	{ "https://name:pass@osci.example.org/", ERR_BAD_REQUEST },
	{ "https://osci.example.org@127.0.0.1/", ERR_BAD_REQUEST },
	{ "https://osci.example.org/#a", ERR_BAD_REQUEST },
	{ "https:///empfang", ERR_BAD_REQUEST },
	{ "osci.example.org", ERR_BAD_REQUEST },
	{ "", ERR_BAD_REQUEST },
	{ "https://osci.example.org/ ", ERR_BAD_REQUEST },
	{ "https://osci.example.org/\r\nHost: x", ERR_BAD_REQUEST },
	{ "https://b\xc3\xbchl.example.org/", ERR_BAD_REQUEST },
};

static void
test_uris(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(uris); i++) {
		struct err err = { 0 };

		(void)osci_http_check(&strict, uris[i].uri, &err);
		if (err.code != uris[i].want)
			fail_msg("%s: %s", uris[i].uri, err_wire(err.code));
	}
}

/* All of them lead here, or to where the Internet does not. */
static const char *const internal[] = {
	"http://127.0.0.1:%d/", "http://localhost:%d/", "http://127.1:%d/",
	"http://2130706433:%d/", "http://0x7f.1:%d/", "http://0:%d/",
	"http://0.0.0.0:%d/", "http://[::1]:%d/", "http://[::]:%d/",
	"http://[::ffff:127.0.0.1]:%d/", "http://[64:ff9b::7f00:1]:%d/",
	"http://[2002:7f00:1::]:%d/", "http://10.0.0.1:%d/",
	"http://172.16.0.1:%d/", "http://192.168.1.1:%d/",
	"http://169.254.169.254:%d/", "http://100.64.0.1:%d/",
	"http://[fe80::1]:%d/", "http://[fd00::1]:%d/",
	"http://[2001:db8::1]:%d/", "http://224.0.0.1:%d/",
	"http://255.255.255.255:%d/", "http://192.0.2.1:%d/",
};

static int
refuse(void *arg, const void *data, size_t n, struct err *err)
{
	(void)arg;
	(void)data;
	(void)n;
	return err_set(err, ERR_INTERNAL, "an answer");
}

/* Somebody listens, and nobody comes. */
static void
test_internal(void **state)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct osci_http *h = osci_http_new(&plain);
	struct arena a = { 0 };
	struct crypto_spool *message = crypto_spool_new(&a, "/tmp", 100);
	struct err err = { 0 };

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&here, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &len), 0);
	assert_int_equal(crypto_spool_put(message, "x", 1, &err), 0);
	for (size_t i = 0; i < nitems(internal); i++) {
		char uri[100];
		bool was_sent;

		(void)snprintf(uri, sizeof(uri), "%.*s%d/",
		    (int)(strlen(internal[i]) - 3), internal[i],
		    ntohs(here.sin_port));
		err_clear(&err);
		if (osci_http_post(
			h, uri, message, refuse, NULL, &was_sent, &err) == 0 ||
		    err.code == ERR_INTERNAL)
			fail_msg("%s: reached", uri);
		/* ERR_IO: it has no such address at all */
		if (was_sent ||
		    (err.code != ERR_FORBIDDEN && err.code != ERR_IO))
			fail_msg("%s: %s", uri, err.msg);
		assert_int_equal(accept(fd, NULL, NULL), -1);
	}
	(void)close(fd);
	osci_http_free(h);
	arena_free(&a);
}

/* ---- a server that breaks a kept connection ---- */

struct breaker {
	int fd, stop[2];
	int requests;
};

/* Reads one request, whose body is known; false at the connection's end. */
static bool
read_request(int fd)
{
	char text[4096];
	size_t len = 0;

	for (;;) {
		ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);

		if (n <= 0)
			return false;
		len += (size_t)n;
		text[len] = '\0';
		if (strstr(text, "\r\n\r\n<nachricht/>") != NULL)
			return true;
	}
}

/* The second request of a connection gets no answer. */
static void
serve(struct breaker *b, int fd)
{
	static const char answer[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

	for (int i = 0; read_request(fd); i++) {
		b->requests++;
		if (i == 1 || write(fd, answer, sizeof(answer) - 1) == -1)
			break;
	}
	(void)close(fd);
}

static void *
breaker_run(void *arg)
{
	struct breaker *b = arg;
	struct pollfd p[2] = { { .fd = b->fd, .events = POLLIN },
		{ .fd = b->stop[0], .events = POLLIN } };

	while (poll(p, 2, -1) > 0 && p[1].revents == 0)
		serve(b, accept(b->fd, NULL, NULL));
	return NULL;
}

static int
swallow(void *arg, const void *data, size_t n, struct err *err)
{
	(void)data;
	(void)err;
	*(size_t *)arg += n;
	return 0;
}

/* A message that may have arrived does not go out a second time. */
static void
test_once(void **state)
{
	const struct osci_http_settings near = { .allows_plain = true,
		.allows_internal = true, .ca_file = "", .proxy = "",
		.connect_ms = 10000, .timeout_ms = 60000, .answer_max = 1000 };
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(here);
	struct breaker b = { .fd = socket(AF_INET, SOCK_STREAM, 0) };
	struct osci_http *h = osci_http_new(&near);
	struct arena a = { 0 };
	struct crypto_spool *message = crypto_spool_new(&a, "/tmp", 100);
	struct err err = { 0 };
	pthread_t thread;
	bool was_sent;
	size_t got = 0;
	char uri[100];

	(void)state;
	assert_int_equal(bind(b.fd, (struct sockaddr *)&here, len), 0);
	assert_int_equal(listen(b.fd, 8), 0);
	assert_int_equal(getsockname(b.fd, (struct sockaddr *)&here, &len), 0);
	assert_int_equal(pipe(b.stop), 0);
	assert_int_equal(pthread_create(&thread, NULL, breaker_run, &b), 0);
	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%d/",
	    ntohs(here.sin_port));
	assert_int_equal(
	    crypto_spool_put(message, "<nachricht/>", 12, &err), 0);
	assert_int_equal(osci_http_post(
	    h, uri, message, swallow, &got, &was_sent, &err), 0);
	assert_int_equal(got, 2);
	/* The kept connection breaks when it is there. */
	assert_int_equal(osci_http_post(
	    h, uri, message, swallow, &got, &was_sent, &err), -1);
	assert_true(was_sent);
	assert_int_equal(got, 2);
	/* And the next is well. */
	err_clear(&err);
	assert_int_equal(osci_http_post(
	    h, uri, message, swallow, &got, &was_sent, &err), 0);
	osci_http_free(h);
	assert_int_equal(write(b.stop[1], "x", 1), 1);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(b.requests, 3);
	(void)close(b.fd);
	(void)close(b.stop[0]);
	(void)close(b.stop[1]);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_internal),
		cmocka_unit_test(test_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
