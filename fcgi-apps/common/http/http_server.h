/*
 * The threads of a FastCGI program: each in its own accept loop with its own
 * database connection.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "common/app.h"
#include "common/http/http.h"
#include "common/http/http_listen.h"

struct http_server;

/*
 * Starts config->threads threads that answer what comes in on the listener.
 * shared is copied to each, with a db of its own; what it points to, program
 * and listener must outlive the server.
 */
int http_server_start(const struct program *program, const struct app *shared,
    const struct http_listener *listener, struct http_server **out,
    struct err *err);

/*
 * Has the threads serve what waits (unless a supervisor's socket keeps it for
 * the next process) and leave. False when some are still at work after
 * timeout_ms: then nothing that they use may be freed.
 */
bool http_server_stop(struct http_server *s, int timeout_ms);

/* Only after http_server_stop returned true. */
void http_server_free(struct http_server *s);

#endif
