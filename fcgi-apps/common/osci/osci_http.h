/*
 * Messages to other systems: one POST and its answer (libcurl behind). Who is
 * spoken to is the caller's to decide; that an address chosen by a stranger
 * does not lead into our own network is decided here, when it is connected to,
 * so that no name server changes its mind in between.
 */
#ifndef OSCI_HTTP_H
#define OSCI_HTTP_H

#include "common/config.h"
#include "common/osci/osci_packet.h"

struct osci_http;

struct osci_http_settings {
	bool allows_plain;    /* http:// as well as https:// */
	bool allows_internal; /* addresses that are not public */
	const char *ca_file;  /* of https; "": the system's */
	const char *proxy;    /* "": none, whatever the environment says */
	int64_t connect_ms;   /* to be connected */
	int64_t timeout_ms;   /* for all of a call */
	int64_t answer_max;   /* bytes of an answer */
};

/* As the configuration has them. */
void osci_http_settings(
    const struct config *config, struct osci_http_settings *out);

/* A connection that may be used again; for one thread. The settings' strings
 * must outlive it. Never NULL. */
struct osci_http *osci_http_new(const struct osci_http_settings *settings);
void osci_http_free(struct osci_http *h);

/*
 * Whether messages could go there at all: https (or http, if allowed) with a
 * host, no user, no fragment. ERR_FORBIDDEN, ERR_BAD_REQUEST.
 */
int osci_http_check(
    const struct osci_http_settings *settings, const char *uri,
    struct err *err);
/* Its host in lower case, in arena a; NULL when it is no URI. */
const char *osci_http_host(struct arena *a, const char *uri);

/*
 * Sends a message and hands the answer to sink in pieces. An answer of status
 * 200 or 500 counts (SOAP tells faults so, SOAP 1.1, 6.2). *was_sent: whether
 * any of it went out, so that it may have arrived whatever is returned; it goes
 * out once, even when a kept connection turns out to be broken.
 * ERR_FORBIDDEN: an address or protocol that is not allowed; ERR_TIMEOUT;
 * ERR_TOO_LARGE: the answer; ERR_IO; or what sink says.
 */
int osci_http_post(struct osci_http *h, const char *uri,
    struct crypto_spool *message,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, bool *was_sent, struct err *err);

#endif
