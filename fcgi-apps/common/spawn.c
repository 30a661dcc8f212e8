#include "common/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/config.h"

#define PIECE 65536
#define EXIT_NOT_RUN 127
#define EXIT_DATA 65 /* EX_DATAERR */

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0 /* its shadow needs more address space than any limit */
#endif

struct child {
	pid_t pid;
	int fd; /* its standard input and output */
	struct timespec deadline;
};

static void
limit(int resource, rlim_t value)
{
	const struct rlimit l = {.rlim_cur = value, .rlim_max = value};

	if (setrlimit((__rlimit_resource_t)resource, &l) == -1)
		_exit(EXIT_NOT_RUN);
}

/*
 * In the child of a threaded process: only calls that are safe in signal
 * handlers, since another thread may have held any lock.
 */
_Noreturn static void
become(const char *path, char *const envp[], int fd,
    const struct spawn_limits *limits)
{
	char *const argv[] = {(char *)(uintptr_t)path, NULL};
	sigset_t none;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (dup2(fd, STDIN_FILENO) == -1 || dup2(fd, STDOUT_FILENO) == -1 ||
	    close_range(STDERR_FILENO + 1, ~0U, 0) == -1)
		_exit(EXIT_NOT_RUN);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, 64);
	limit(RLIMIT_CPU, (rlim_t)limits->timeout_ms / 1000 + 1);
	if (!HAS_ASAN)
		limit(RLIMIT_AS, limits->memory);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execve(path, argv, envp);
	_exit(EXIT_NOT_RUN);
}

/* LANG, and where fontconfig looks, if that was set for us. */
static char *const *
environment(struct arena *a)
{
	static const char *const names[] = {
	    "FONTCONFIG_FILE", "FONTCONFIG_PATH"};
	char **envp = arena_new(a, char *, nitems(names) + 2);
	size_t n = 0;

	envp[n++] = arena_strdup(a, "LANG=C.UTF-8");
	for (size_t i = 0; i < nitems(names); i++) {
		const char *value = config_environment(names[i]);

		if (value != NULL)
			envp[n++] = arena_printf(a, "%s=%s", names[i], value);
	}
	return envp;
}

static int
start(const char *path, const struct spawn_limits *limits, struct child *c,
    struct err *err)
{
	struct arena arena = {0};
	char *const *envp = environment(&arena);
	int sv[2], rc = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &c->deadline);
	c->deadline.tv_sec += limits->timeout_ms / 1000;
	c->deadline.tv_nsec += (long)(limits->timeout_ms % 1000) * 1000000;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1) {
		arena_free(&arena);
		return err_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
	}
	if ((c->pid = fork()) == 0)
		become(path, envp, sv[1], limits);
	if (c->pid == -1) {
		rc = err_set(
		    err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
		(void)close(sv[0]);
	}
	(void)close(sv[1]); /* ours is sv[0]; nothing was sent yet */
	c->fd = sv[0];
	arena_free(&arena);
	return rc;
}

/* Milliseconds until the deadline, 0 when it is over. */
static int
time_left(const struct child *c)
{
	struct timespec now;
	int64_t ms;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (int64_t)(c->deadline.tv_sec - now.tv_sec) * 1000 +
	    (c->deadline.tv_nsec - now.tv_nsec) / 1000000;
	return ms < 0 ? 0 : (int)ms;
}

/* Sends what the socket takes; -1 when the child reads no more. */
static ssize_t
feed(int fd, const char *in, size_t n)
{
	ssize_t sent = send(fd, in, n, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return sent;
}

/* 1: took something, 0: it has closed its output, -1: err is set. */
static int
take(int fd, const struct spawn_limits *limits, size_t *taken,
    struct buf *out, struct err *err)
{
	char piece[PIECE];
	ssize_t n = recv(fd, piece, sizeof(piece), MSG_DONTWAIT);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 1;
	if (n <= 0) /* a reset: it left without reading all, which is fine */
		return 0;
	*taken += (size_t)n;
	if (*taken > limits->out_max)
		return err_set(err, ERR_INTERNAL, "answer over %zu bytes",
		    limits->out_max);
	return buf_append(out, piece, (size_t)n, err) == -1 ? -1 : 1;
}

/* Feeds and takes until the child closes its output. */
static int
converse(struct child *c, const char *in, size_t len,
    const struct spawn_limits *limits, struct buf *out, struct err *err)
{
	struct pollfd pfd = {.fd = c->fd};
	bool feeds = true;
	size_t taken = 0;
	int rc;

	for (;;) {
		if (feeds && len == 0) {
			(void)shutdown(c->fd, SHUT_WR); /* its end of input */
			feeds = false;
		}
		pfd.events = (short)(POLLIN | (feeds ? POLLOUT : 0));
		if (poll(&pfd, 1, time_left(c)) == 0)
			return err_set(err, ERR_INTERNAL, "not done in %d ms",
			    limits->timeout_ms);
		if (feeds && pfd.revents & POLLOUT) {
			ssize_t n = feed(c->fd, in, len);

			in += n == -1 ? 0 : n;
			len -= n == -1 ? len : (size_t)n;
		}
		if (pfd.revents & (POLLIN | POLLHUP | POLLERR) &&
		    (rc = take(c->fd, limits, &taken, out, err)) != 1)
			return rc;
	}
}

/* Waits for the end, or makes it. */
static int
reap(struct child *c, bool is_done, int *status)
{
	struct pollfd pfd = {
	    .fd = is_done ? pidfd_open(c->pid, 0) : -1, .events = POLLIN};
	bool has_left =
	    pfd.fd != -1 && poll(&pfd, 1, time_left(c)) == 1;

	if (pfd.fd != -1)
		(void)close(pfd.fd);
	if (!has_left)
		(void)kill(c->pid, SIGKILL);
	while (waitpid(c->pid, status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return has_left ? 0 : -1;
}

int
spawn_filter(const char *path, const void *in, size_t len,
    const struct spawn_limits *limits, struct buf *out, struct err *err)
{
	struct child c;
	int status, rc;

	if (start(path, limits, &c, err) == -1)
		return -1;
	rc = converse(&c, in, len, limits, out, err);
	(void)close(c.fd); /* all that matters was read */
	if (reap(&c, rc == 0, &status) == -1) {
		if (rc == 0)
			err_set(err, ERR_INTERNAL, "did not end");
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DATA)
		return err_set(
		    err, ERR_MEDIA_TYPE, "%s refused its input", path);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOT_RUN)
		return err_set(err, ERR_INTERNAL, "%s cannot be run", path);
	if (WIFEXITED(status))
		return err_set(err, ERR_INTERNAL, "%s: exit status %d", path,
		    WEXITSTATUS(status));
	return err_set(
	    err, ERR_INTERNAL, "%s: signal %d", path, WTERMSIG(status));
}
