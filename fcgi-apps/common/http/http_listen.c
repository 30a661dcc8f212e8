#include "common/http/http_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096 /* cut to net.core.somaxconn by the kernel */

static int
set_nonblocking(int fd, struct err *err)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return err_set(err, ERR_IO, "listening socket: %s",
		    strerror(errno));
	return 0;
}

static int
take_inherited(struct http_listener *l, struct err *err)
{
	int is_listening = 0;
	socklen_t len = sizeof(is_listening);

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
		&len) == -1 ||
	    !is_listening)
		return err_set(err, ERR_CONFIG,
		    "descriptor 0 is no listening socket: give --listen "
		    "SOCKET, or start by a supervisor that opens one");
	l->fd = STDIN_FILENO;
	l->path = NULL;
	return set_nonblocking(l->fd, err);
}

/* Binds the temporary name; the caller closes l->fd on failure. */
static int
bind_path(struct http_listener *l, struct err *err)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct stat st;
	mode_t mask;
	int n, rc;

	_Static_assert(sizeof(addr.sun_path) == sizeof(l->bound), "sun_path");
	n = snprintf(l->bound, sizeof(l->bound), "%s.%ld", l->path,
	    (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(l->bound))
		return err_set(err, ERR_CONFIG,
		    "--listen %s: the path is too long for a socket (%zu "
		    "bytes at most)",
		    l->path, sizeof(l->bound) - 12);
	memcpy(addr.sun_path, l->bound, sizeof(l->bound));
	(void)unlink(l->bound); /* of a dead process with our number */
	mask = umask(0117);
	rc = bind(l->fd, (struct sockaddr *)&addr, sizeof(addr));
	(void)umask(mask);
	if (rc == -1 || listen(l->fd, BACKLOG) == -1 ||
	    lstat(l->bound, &st) == -1)
		return err_set(err, ERR_IO, "--listen %s: %s", l->path,
		    strerror(errno));
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	return 0;
}

int
http_listen(const char *path, struct http_listener *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	if (path == NULL)
		return take_inherited(out, err);
	out->path = path;
	out->fd = socket(
	    AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out->fd == -1)
		return err_set(err, ERR_IO, "socket: %s", strerror(errno));
	if (bind_path(out, err) == -1) {
		(void)close(out->fd); /* nothing was sent over it */
		return -1;
	}
	return 0;
}

int
http_listen_publish(const struct http_listener *l, struct err *err)
{
	if (l->path != NULL && rename(l->bound, l->path) == -1)
		return err_set(err, ERR_IO, "--listen %s: %s", l->path,
		    strerror(errno));
	return 0;
}

void
http_listen_unlink(const struct http_listener *l)
{
	struct stat st;

	if (l->path == NULL)
		return;
	(void)unlink(l->bound); /* gone already once it was published */
	if (lstat(l->path, &st) == 0 && st.st_dev == l->dev &&
	    st.st_ino == l->ino)
		(void)unlink(l->path);
}

bool
http_listen_is_own(const struct http_listener *l)
{
	return l->path != NULL;
}

void
http_listen_close(struct http_listener *l)
{
	(void)close(l->fd); /* a listening socket holds no data */
	l->fd = -1;
}
