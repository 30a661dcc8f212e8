/*
 * libfcgi's door. Each thread waits in epoll for the listening socket, which
 * does not block: FCGX_Accept_r then returns -EAGAIN when nothing waits.
 */
#include "common/http/http_server.h"

#include <errno.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/db/db.h"
#include "common/http/http_io.h"
#include "common/log.h"

/* nginx gives up on a silent client after the same time. */
#define BODY_IDLE_S 60

struct worker {
	struct http_server *server;
	pthread_t thread;
	struct app app;
	int epoll;
	bool is_running;
};

struct http_server {
	const struct program *program;
	const struct http_listener *listener;
	int stop_event; /* readable from the stop on */
	atomic_bool is_stopping;
	/* start-up: threads report here, then wait for the others */
	pthread_mutex_t lock;
	pthread_cond_t reported;
	size_t nreported, nfailed;
	struct err first; /* the first thread's error */
	struct worker *worker;
	size_t nworker;
};

/* One request's connection. */
struct fcgi_io {
	struct http_io io; /* must stay first */
	FCGX_Request *fcgi;
	bool has_timeout;
};

static const char *
io_param(struct http_io *io, const char *name)
{
	return FCGX_GetParam(name, ((struct fcgi_io *)io)->fcgi->envp);
}

/*
 * Hands out the stream's own buffer: FCGX_GetChar fills it when it is empty,
 * and steps back by one. So a byte is copied once, by the kernel; pieces are
 * at most 8 KiB, libfcgi's buffer.
 */
static ssize_t
io_read(struct http_io *io, const void **data, struct err *err)
{
	struct fcgi_io *conn = (struct fcgi_io *)io;
	FCGX_Stream *in = conn->fcgi->in;
	ssize_t n;

	if (!conn->has_timeout) {
		const struct timeval idle = {.tv_sec = BODY_IDLE_S};

		/* Without it, only nginx watches over a silent client. */
		(void)setsockopt(conn->fcgi->ipcFd, SOL_SOCKET, SO_RCVTIMEO,
		    &idle, sizeof(idle));
		conn->has_timeout = true;
	}
	if (FCGX_GetChar(in) == EOF) {
		int code = FCGX_GetError(in);

		if (code == 0)
			return 0;
		if (code == EAGAIN)
			return err_set(err, ERR_TIMEOUT,
			    "nothing of the body for %d s", BODY_IDLE_S);
		return err_set(
		    err, ERR_BAD_REQUEST, "client broke off (%d)", code);
	}
	in->rdNext--;
	*data = in->rdNext;
	n = in->stop - in->rdNext;
	in->rdNext = in->stop;
	return n;
}

static int
io_write(struct http_io *io, const void *data, size_t n)
{
	FCGX_Stream *out = ((struct fcgi_io *)io)->fcgi->out;
	const char *p = data;

	while (n > 0) {
		int part = n > (1 << 20) ? 1 << 20 : (int)n;

		if (FCGX_PutStr(p, part, out) != part)
			return -1;
		p += part;
		n -= (size_t)part;
	}
	return 0;
}

/* Whether nothing of the body can be on its way any more. */
static bool
is_read(const struct request *req)
{
	return req->content_length == -1 ? req->method != HTTP_POST
					 : req->body_read == req->content_length;
}

static void
answer(struct worker *w, FCGX_Request *fcgi)
{
	struct arena arena = {0};
	struct fcgi_io conn = {
	    .io = {.param = io_param, .read = io_read, .write = io_write},
	    .fcgi = fcgi};
	struct request req = {.arena = &arena, .io = &conn.io};

	http_dispatch(&w->app, w->server->program, &req);
	/*
	 * libfcgi lingers up to 2 s for the peer to close, so that an answer
	 * is not lost when some of the request was left unread. Otherwise a
	 * thread has better things to do than to watch nginx close. The
	 * record that ends the body comes behind its last byte, maybe later;
	 * were it left unread, the kernel would reset the connection.
	 */
	if (is_read(&req) && FCGX_GetChar(fcgi->in) == EOF)
		(void)FCGX_Detach(fcgi);
	FCGX_Finish_r(fcgi); /* before memory is tidied: the client waits */
	arena_free(&arena);
}

/* Whether a connection was taken and answered. */
static bool
accept_one(struct worker *w, FCGX_Request *fcgi)
{
	static const struct timespec pause = {.tv_nsec = 50000000};
	int rc = FCGX_Accept_r(fcgi);

	if (rc == 0) {
		answer(w, fcgi);
		return true;
	}
	if (rc != -EAGAIN && rc != -EINTR && rc != -ECONNABORTED) {
		/* Out of descriptors, most likely: no reason to spin. */
		log_error("accept: %s", strerror(rc < 0 ? -rc : rc));
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

/*
 * Until the stop, and then until the socket's own queue is empty. What waits
 * on a supervisor's socket is left for the next process.
 */
static void
serve(struct worker *w)
{
	struct http_server *s = w->server;
	bool is_own = http_listen_is_own(s->listener);
	FCGX_Request fcgi;
	struct epoll_event ready;

	if (FCGX_InitRequest(&fcgi, s->listener->fd, 0) != 0)
		log_fatal("FCGX_InitRequest failed");
	for (;;) {
		bool is_stopping = atomic_load(&s->is_stopping);

		if (is_stopping && !is_own)
			break;
		if (accept_one(w, &fcgi))
			continue;
		if (is_stopping)
			break;
		(void)epoll_wait(w->epoll, &ready, 1, -1); /* EINTR: again */
	}
	FCGX_Free(&fcgi, 1);
}

static int
watch(struct worker *w, struct err *err)
{
	/* A connection wakes one thread, the stop wakes all. */
	struct epoll_event listening = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	struct epoll_event stop = {.events = EPOLLIN};

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll == -1 ||
	    epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->server->listener->fd,
		&listening) == -1 ||
	    epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->server->stop_event, &stop) ==
		-1)
		return err_set(err, ERR_IO, "epoll: %s", strerror(errno));
	return 0;
}

static void
report(struct http_server *s, int rc, const struct err *err)
{
	(void)pthread_mutex_lock(&s->lock);
	s->nreported++;
	if (rc == -1 && s->nfailed++ == 0)
		s->first = *err;
	(void)pthread_cond_signal(&s->reported);
	(void)pthread_mutex_unlock(&s->lock);
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	const struct program *program = w->server->program;
	struct err err = {0};
	int rc = watch(w, &err);

	w->app.db = db_new(w->app.config);
	if (rc == 0 && program->thread_start != NULL &&
	    (rc = program->thread_start(&w->app, &err)) == -1)
		w->app.own = NULL;
	report(w->server, rc, &err);
	if (rc == 0) {
		serve(w);
		if (program->thread_stop != NULL)
			program->thread_stop(&w->app);
	}
	db_free(w->app.db);
	if (w->epoll != -1)
		(void)close(w->epoll);
	return NULL;
}

static void
stop_threads(struct http_server *s)
{
	const uint64_t one = 1;

	atomic_store(&s->is_stopping, true);
	if (write(s->stop_event, &one, sizeof(one)) != sizeof(one))
		log_error("eventfd: %s", strerror(errno));
}

static void
start_worker(struct http_server *s, struct worker *w, const struct app *shared)
{
	int rc;

	w->server = s;
	w->app = *shared;
	w->epoll = -1;
	if ((rc = pthread_create(&w->thread, NULL, worker_main, w)) != 0)
		log_fatal("thread: %s", strerror(rc));
	w->is_running = true;
}

int
http_server_start(const struct program *program, const struct app *shared,
    const struct http_listener *listener, struct http_server **out,
    struct err *err)
{
	struct http_server *s = calloc(1, sizeof(*s));

	if (s == NULL || FCGX_Init() != 0)
		log_fatal("FCGX_Init failed");
	s->program = program;
	s->listener = listener;
	s->nworker = (size_t)shared->config->threads;
	s->worker = calloc(s->nworker, sizeof(*s->worker));
	s->stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->worker == NULL || s->stop_event == -1)
		log_fatal("server: %s", strerror(errno));
	(void)pthread_mutex_init(&s->lock, NULL); /* never fails on Linux */
	(void)pthread_cond_init(&s->reported, NULL);
	for (size_t i = 0; i < s->nworker; i++)
		start_worker(s, &s->worker[i], shared);
	(void)pthread_mutex_lock(&s->lock);
	while (s->nreported < s->nworker)
		(void)pthread_cond_wait(&s->reported, &s->lock);
	(void)pthread_mutex_unlock(&s->lock);
	if (s->nfailed > 0) {
		*err = s->first;
		if (http_server_stop(s, 5000))
			http_server_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

bool
http_server_stop(struct http_server *s, int timeout_ms)
{
	struct timespec until;
	bool all_left = true;

	stop_threads(s);
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += timeout_ms / 1000;
	for (size_t i = 0; i < s->nworker; i++) {
		struct worker *w = &s->worker[i];

		if (!w->is_running)
			continue;
		if (pthread_timedjoin_np(w->thread, NULL, &until) == 0)
			w->is_running = false;
		else
			all_left = false;
	}
	return all_left;
}

void
http_server_free(struct http_server *s)
{
	(void)close(s->stop_event);
	(void)pthread_cond_destroy(&s->reported);
	(void)pthread_mutex_destroy(&s->lock);
	free(s->worker);
	free(s);
}
