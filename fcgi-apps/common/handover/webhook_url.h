/* Addresses that notices may go to. */
#ifndef WEBHOOK_URL_H
#define WEBHOOK_URL_H

#include <stdbool.h>

#include "common/err.h"

#define WEBHOOK_URL_MAX 500

/*
 * https://HOST[:PORT]/..., printable ASCII, without user and fragment; in a
 * demo also http:// to localhost, 127.*, [::1]. ERR_BAD_REQUEST says what is
 * wrong. Where the name leads is decided when it is connected to.
 */
int webhook_url_check(const char *url, bool is_demo, struct err *err);

#endif
