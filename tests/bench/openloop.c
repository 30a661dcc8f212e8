/*
 * openloop PORT RATE SECONDS CONNECTIONS FILE: sends the HTTP request in FILE
 * RATE times a second, whether or not answers come, and takes each one's time
 * from the moment at which it was due. "@ID@" in FILE becomes 32 hex digits, a
 * new number each time. Prints: sent, failed, p50, p99, longest (microseconds).
 * A request waits when all connections are busy; that counts as its time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/err.h"
#include "common/num.h"

#define REQUEST_MAX 65536
#define MARK "@ID@"
#define ID_HEX 32

struct conn {
	int fd;
	bool is_busy;
	int64_t due;
	char head[16384];
	size_t nhead;
	int64_t body_left; /* -1: the headers are still coming */
};

static char request[REQUEST_MAX + ID_HEX];
static size_t request_len, id_at;
static int port, epoll;
static uint64_t run_id, next_id;
static int64_t *took, ntook, nfailed;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
read_request(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *mark;
	size_t n;

	if (f == NULL)
		die(path);
	n = fread(request, 1, REQUEST_MAX, f);
	(void)fclose(f);
	request[n] = '\0';
	mark = strstr(request, MARK);
	id_at = SIZE_MAX;
	request_len = n;
	if (mark == NULL)
		return;
	id_at = (size_t)(mark - request);
	memmove(mark + ID_HEX, mark + sizeof(MARK) - 1,
	    n - id_at - (sizeof(MARK) - 1) + 1);
	request_len = n - (sizeof(MARK) - 1) + ID_HEX;
}

static void
conn_open(struct conn *c)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd == -1 || connect(c->fd, (struct sockaddr *)&to, sizeof(to)) ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &ev) == -1)
		die("connect");
}

static bool
try_write(struct conn *c)
{
	size_t done = 0;

	while (done < request_len) {
		ssize_t n = send(c->fd, request + done, request_len - done,
		    MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static void
conn_send(struct conn *c, int64_t due)
{
	if (id_at != SIZE_MAX) {
		char hex[ID_HEX + 1];

		(void)snprintf(hex, sizeof(hex), "%016llx%016llx",
		    (unsigned long long)run_id, (unsigned long long)next_id++);
		memcpy(request + id_at, hex, ID_HEX);
	}
	c->is_busy = true;
	c->due = due;
	c->nhead = 0;
	c->body_left = -1;
	if (!try_write(c)) { /* closed while idle */
		(void)close(c->fd);
		conn_open(c);
		if (!try_write(c))
			die("send");
	}
}

static void
conn_end(struct conn *c, bool is_fine)
{
	took[ntook++] = now_us() - c->due;
	nfailed += !is_fine;
	c->is_busy = false;
}

/* Takes the headers in; the answers measured have a Content-Length, or are
 * chunked and end with the last chunk's mark. */
static void
conn_read(struct conn *c)
{
	static char data[65536];
	ssize_t n = recv(c->fd, data, sizeof(data), 0);
	size_t from = 0, take;
	const char *end, *length;

	if (n <= 0) {
		(void)close(c->fd);
		if (c->is_busy)
			conn_end(c, false);
		conn_open(c);
		return;
	}
	if (c->body_left == -1) {
		take = sizeof(c->head) - 1 - c->nhead;
		if (take > (size_t)n)
			take = (size_t)n;
		memcpy(c->head + c->nhead, data, take);
		c->nhead += take;
		c->head[c->nhead] = '\0';
		end = strstr(c->head, "\r\n\r\n");
		if (end == NULL)
			return;
		from = (size_t)n - (c->nhead - (size_t)(end + 4 - c->head));
		length = strcasestr(c->head, "\r\nContent-Length:");
		c->body_left = INT64_MAX;
		if (length != NULL && length < end) {
			struct err err = {0};
			char digits[20] = "";

			(void)snprintf(digits, sizeof(digits), "%.*s",
			    (int)strspn(length + 18, "0123456789"),
			    length + 18);
			if (num_parse(digits, 0, INT64_MAX / 2,
				&c->body_left, &err) == -1)
				die("Content-Length");
		}
	}
	if (c->body_left == INT64_MAX) {
		if (n >= 5 && memcmp(data + n - 5, "0\r\n\r\n", 5) == 0)
			c->body_left = 0;
	} else
		c->body_left -= n - (ssize_t)from;
	if (c->body_left <= 0 && c->is_busy)
		conn_end(c, c->head[9] == '2' || c->head[9] == '3');
}

static int
by_time(const void *x, const void *y)
{
	const int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

int
main(int argc, char **argv)
{
	struct err err = {0};
	int64_t port64, rate, seconds, nconn, begun, sent = 0, total;
	struct conn *conn;

	if (argc != 6 || num_parse(argv[1], 1, 65535, &port64, &err) == -1 ||
	    num_parse(argv[2], 1, 200000, &rate, &err) == -1 ||
	    num_parse(argv[3], 1, 120, &seconds, &err) == -1 ||
	    num_parse(argv[4], 1, 4096, &nconn, &err) == -1) {
		(void)fprintf(stderr,
		    "usage: openloop PORT RATE SECONDS CONNECTIONS FILE\n");
		return 2;
	}
	port = (int)port64;
	read_request(argv[5]);
	total = rate * seconds;
	conn = calloc((size_t)nconn, sizeof(*conn));
	took = calloc((size_t)total, sizeof(*took));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (conn == NULL || took == NULL || epoll == -1 ||
	    getrandom(&run_id, sizeof(run_id), 0) != sizeof(run_id))
		die("start");
	for (int64_t i = 0; i < nconn; i++)
		conn_open(&conn[i]);
	begun = now_us();
	while (ntook < total && now_us() - begun < (seconds + 10) * 1000000) {
		struct epoll_event ev[64];
		int64_t due = begun + sent * 1000000 / rate, k = 0;
		int64_t wait = due - now_us();
		int n;

		while (sent < total && due <= now_us()) {
			while (k < nconn && conn[k].is_busy)
				k++;
			if (k == nconn)
				break;
			conn_send(&conn[k], due);
			due = begun + ++sent * 1000000 / rate;
		}
		wait = sent < total ? due - now_us() : 100000;
		if (wait < 0)
			wait = k == nconn ? 1000 : 0;
		n = epoll_pwait2(epoll, ev, 64,
		    &(struct timespec){.tv_sec = wait / 1000000,
			.tv_nsec = wait % 1000000 * 1000}, NULL);
		for (int i = 0; i < n; i++)
			conn_read(ev[i].data.ptr);
	}
	nfailed += sent - ntook;
	if (ntook == 0)
		die("no answer");
	qsort(took, (size_t)ntook, sizeof(*took), by_time);
	(void)printf("%lld %lld %lld %lld %lld\n", (long long)sent,
	    (long long)nfailed, (long long)took[ntook / 2],
	    (long long)took[ntook * 99 / 100], (long long)took[ntook - 1]);
	return 0;
}
