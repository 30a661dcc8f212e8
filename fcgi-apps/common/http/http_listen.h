/*
 * The socket that a program listens on: a path of its own, or descriptor 0
 * from a supervisor. Handed over without a gap: a successor binds a temporary
 * name and renames it over the path; connections queued on the old socket are
 * still served by the old process.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/err.h"

struct http_listener {
	int fd;
	const char *path; /* NULL: descriptor 0 */
	char bound[108];  /* the temporary name */
	dev_t dev;
	ino_t ino; /* of the socket's file, to know it again */
};

/*
 * path NULL: takes descriptor 0, which must be a listening socket. Else binds
 * a temporary name beside path, for owner and group (0660). The socket does
 * not block. ERR_CONFIG or ERR_IO with a sentence for the operator.
 */
int http_listen(const char *path, struct http_listener *out, struct err *err);

/* Renames the socket over the path: from here on, clients come. */
int http_listen_publish(const struct http_listener *l, struct err *err);

/* Removes path and temporary name, unless a successor has taken the path. */
void http_listen_unlink(const struct http_listener *l);

/*
 * Whether connections that wait must be served by this process: true unless
 * the socket is a supervisor's, who hands them to the next one.
 */
bool http_listen_is_own(const struct http_listener *l);

void http_listen_close(struct http_listener *l);

#endif
