/* What the courier's jobs share. */
#ifndef COURIER_H
#define COURIER_H

#include "common/config.h"
#include "common/crypto/crypto_sign.h"
#include "common/db/db.h"
#include "common/service/service.h"
#include "courier/smtp.h"

struct courier {
	const struct config *config;
	const struct texts *texts;
	struct db *db;
	const struct service_set *services; /* held; changed by reload */
	struct smtp *smtp;
	struct crypto_signer *signer;
	char name[60]; /* unique among couriers: host and process */
};

/*
 * Claims a batch of due rows, sends it and records what became of each.
 * *n: rows handled, 0 when nothing was due.
 */
int deliver_batch(struct courier *c, size_t *n, struct err *err);

/* Seals what is new in every town; *events tells how many events. */
int seal_towns(struct courier *c, size_t *events, struct err *err);

/* Queues mails about drafts that end within a week or a day. */
int announce_drafts(struct courier *c, struct err *err);

/* Deletes what has expired: drafts with their files, secrets, rate limits. */
int sweep(struct courier *c, struct err *err);
/* Removes what interrupted uploads left in the store of files. */
int sweep_files(struct courier *c, struct err *err);

/* The same for the OSCI intermediary's messages, ids, dialogs and chunks. */
int sweep_osci(struct courier *c, struct err *err);
int sweep_osci_files(struct courier *c, struct err *err);

#endif
