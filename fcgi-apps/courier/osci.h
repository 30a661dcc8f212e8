/*
 * The courier's messages by OSCI-Transport: in a thread with a database
 * connection of its own, so that mails do not wait for other authorities'
 * intermediaries.
 */
#ifndef COURIER_OSCI_H
#define COURIER_OSCI_H

#include "common/osci/osci_client.h"
#include "common/osci/osci_transfer_store.h"
#include "common/service/service.h"

struct osci_courier; /* the thread */

/* Never NULL. While certificates or lists cannot be read, mail waits. */
struct osci_courier *osci_courier_start(
    const struct config *config, const struct crypto_key *master);
/* Ends it after what it is just doing. NULL is fine. */
void osci_courier_stop(struct osci_courier *c);

/* ---- what its parts share ---- */

/* A claim of a courier that died is free again after this; every step of who
 * lives renews it. */
#define OSCI_LEASE_MS (10 * 60 * 1000)

/* What the thread has. */
struct osci_work {
	const struct config *config;
	const struct crypto_key *master;
	struct db *db;
	const struct service_set *services; /* of this round */
	struct osci_trust *trust; /* never NULL in a round */
	/* to others, and to our own intermediary, which may be near */
	struct osci_http_settings http_settings, near_settings;
	struct osci_http *http, *near;
	char name[60]; /* as claimer */
};

/* An exchange of a town's identity with an intermediary. */
struct osci_exchange {
	const struct town *town;
	struct osci_own own;
	struct osci_client_peer peer;
	struct osci_client_settings settings;
	struct osci_client *client;
};

/* peer 0: our own intermediary. Enters the town. ERR_CONFIG, ERR_NOT_FOUND:
 * something is not set up. */
int osci_exchange_open(struct osci_work *w, struct arena *a, uint32_t town,
    const char *identity, uint32_t peer, struct osci_exchange *out,
    struct err *err);

/* Transfers that are due; *n: how many. */
int osci_send_due(struct osci_work *w, size_t *n, struct err *err);
/* The mailbox that is due longest; *n: messages that arrived. */
int osci_fetch_due(struct osci_work *w, size_t *n, struct err *err);

/* After something was sent: how soon its answer is looked for. */
#define OSCI_SOON_MS 300

/* 2 s, 8 s, 32 s, 2 min ... 6 h (osci_retry.c). */
int64_t osci_wait_ms(uint32_t attempts);
/* Whether an order that was answered with this code is never to be sent again
 * as it is. */
bool osci_is_final(const char *code);

#endif
