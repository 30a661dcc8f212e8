/*
 * A socket between a program under test and the database, which breaks the
 * connection at a COMMIT: before the server hears of it, or after it has
 * carried it out and before its answer gets through.
 */
#ifndef DB_PROXY_H
#define DB_PROXY_H

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum proxy_cut { PROXY_NEVER, PROXY_BEFORE, PROXY_AFTER };

struct proxy {
	char path[108];
	const char *server;
	int listener;
	pthread_t thread;
	/* One COMMIT in so many is cut, alternately before and after; 0: none
	 * but the next one, as next says. */
	unsigned every;
	_Atomic int next;
	_Atomic unsigned commits, cuts_before, cuts_after;
	_Atomic unsigned open;
};

struct proxy_pair {
	struct proxy *proxy;
	int client;
};

static inline int
proxy_connect(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static inline enum proxy_cut
proxy_decide(struct proxy *p, const uint8_t *data, size_t n)
{
	static const uint8_t commit[] = "\x07\0\0\0\x03" "COMMIT";
	unsigned count;

	if (n != sizeof(commit) - 1 || memcmp(data, commit, n) != 0)
		return PROXY_NEVER;
	count = atomic_fetch_add(&p->commits, 1) + 1;
	if (p->every == 0)
		return (enum proxy_cut)atomic_exchange(&p->next, PROXY_NEVER);
	if (count % p->every != 0)
		return PROXY_NEVER;
	return count / p->every % 2 == 0 ? PROXY_BEFORE : PROXY_AFTER;
}

static inline bool
proxy_write(int fd, const uint8_t *data, size_t n)
{
	while (n > 0) {
		ssize_t done = send(fd, data, n, MSG_NOSIGNAL);

		if (done <= 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

/* Carries bytes both ways until one side ends or a cut is due. */
static inline void *
proxy_carry(void *arg)
{
	struct proxy_pair pair = *(struct proxy_pair *)arg;
	struct proxy *p = pair.proxy;
	int server = proxy_connect(p->server);
	uint8_t data[65536];

	free(arg);
	while (server != -1) {
		struct pollfd fd[] = { { .fd = pair.client, .events = POLLIN },
			{ .fd = server, .events = POLLIN } };
		enum proxy_cut cut = PROXY_NEVER;
		ssize_t n;

		(void)poll(fd, 2, -1);
		if (fd[0].revents != 0) {
			n = read(pair.client, data, sizeof(data));
			if (n > 0)
				cut = proxy_decide(p, data, (size_t)n);
			if (cut == PROXY_BEFORE)
				atomic_fetch_add(&p->cuts_before, 1);
			if (n <= 0 || cut == PROXY_BEFORE ||
			    !proxy_write(server, data, (size_t)n))
				break;
			if (cut == PROXY_AFTER) {
				(void)!read(server, data, sizeof(data));
				atomic_fetch_add(&p->cuts_after, 1);
				break;
			}
		}
		if (fd[1].revents != 0) {
			n = read(server, data, sizeof(data));
			if (n <= 0 ||
			    !proxy_write(pair.client, data, (size_t)n))
				break;
		}
	}
	(void)close(pair.client);
	if (server != -1)
		(void)close(server);
	atomic_fetch_sub(&p->open, 1);
	return NULL;
}

static inline void *
proxy_accept(void *arg)
{
	struct proxy *p = arg;
	int client;

	while ((client = accept(p->listener, NULL, NULL)) != -1) {
		struct proxy_pair *pair = malloc(sizeof(*pair));
		pthread_t thread;

		*pair = (struct proxy_pair){ p, client };
		atomic_fetch_add(&p->open, 1);
		if (pthread_create(&thread, NULL, proxy_carry, pair) == 0)
			(void)pthread_detach(thread);
	}
	return NULL;
}

static inline void
proxy_start(struct proxy *p, const char *server, unsigned every)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	*p = (struct proxy){ .server = server, .every = every };
	(void)snprintf(p->path, sizeof(p->path), "%s.%d.proxy", server,
	    (int)getpid());
	(void)unlink(p->path);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", p->path);
	p->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(p->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(p->listener, 64), 0);
	assert_int_equal(
	    pthread_create(&p->thread, NULL, proxy_accept, p), 0);
}

/* After the databases that go through it were freed. */
static inline void
proxy_stop(struct proxy *p)
{
	(void)shutdown(p->listener, SHUT_RDWR);
	(void)pthread_join(p->thread, NULL);
	(void)close(p->listener);
	(void)unlink(p->path);
	while (atomic_load(&p->open) > 0)
		(void)usleep(1000);
}

#endif
