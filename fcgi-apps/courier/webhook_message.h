/* What a notice says, and how it is signed (Standard Webhooks 1.0.0). */
#ifndef WEBHOOK_MESSAGE_H
#define WEBHOOK_MESSAGE_H

#include "common/handover/webhook_store.h"

struct webhook_message {
	const char *id;	       /* of the delivery: the same at every attempt */
	const char *timestamp; /* seconds since 1970 of this attempt */
	const char *signature; /* "v1,<Base64 of the HMAC-SHA-256>" */
	const char *body;      /* JSON: nothing but ids, service and state */
};

/* In arena a; at_s: now. */
void webhook_message_write(struct arena *a, const struct webhook_job *job,
    const struct crypto_key *secret, int64_t at_s,
    struct webhook_message *out);

#endif
