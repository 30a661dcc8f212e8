/*
 * One POST to an address that the operator registered for a client (libcurl
 * behind). No redirects, a bounded answer that nobody reads, and no way into
 * networks that the configuration does not name: decided by the very address
 * that is connected to.
 */
#ifndef WEBHOOK_HTTP_H
#define WEBHOOK_HTTP_H

#include "common/config.h"
#include "common/net_address.h"
#include "courier/webhook_message.h"

struct webhook_http;

/* For one thread. ERR_CONFIG: webhook_networks cannot be read. */
int webhook_http_new(const struct config *config, struct webhook_http **out,
    struct err *err);
void webhook_http_free(struct webhook_http *h); /* NULL is fine */

/*
 * 0: a status of 2xx came. -1: *status is the answer's, 0 when there was none,
 * and err says why in words for the operator.
 */
int webhook_http_post(struct webhook_http *h, struct arena *a,
    const char *url, const struct webhook_message *message, int *status,
    struct err *err);

#endif
