/*
 * Messages that the intermediary keeps, with their process cards. The message
 * is a file (osci_files.h) under the row's id, exactly as it came; subject and
 * inspections are sealed under the same data key.
 */
#ifndef OSCI_DELIVERY_STORE_H
#define OSCI_DELIVERY_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_card.h"
#include "common/osci/osci_order.h"

/* How a message came. */
enum osci_way {
	OSCI_WAY_STORE = 1,
	OSCI_WAY_FORWARD = 2,
	OSCI_WAY_MEDIATE = 3,
	OSCI_WAY_MEDIATE_REPLY = 4,
};

enum osci_delivery_state {
	OSCI_DELIVERY_KEPT = 1,
	OSCI_DELIVERY_FORWARDING = 2,
	OSCI_DELIVERY_REFUSED = 3, /* by the recipient */
	OSCI_DELIVERY_FAILED = 4, /* perhaps it reached the recipient */
	OSCI_DELIVERY_UNSENT = 5, /* certainly it did not */
};

/* Fingerprints are SHA-256 of certificates, NULL for none. Times: 0 for none. */
struct osci_delivery {
	struct id id;
	struct data_key key; /* of the file and of what is sealed */
	const char *message_id;
	uint32_t mailbox_id; /* 0: none */
	const uint8_t *originator, *addressee; /* cipher certificates */
	const uint8_t *signer;		       /* of the transport signature */
	enum osci_way way;
	enum osci_delivery_state state;
	const char *subject; /* NULL: none */
	const struct osci_inspection *inspection;
	size_t ninspection;
	bool has_file;
	uint8_t file_sha256[CRYPTO_DIGEST_LEN]; /* of the cipher file */
	int64_t size;				/* of the message */
	const char *receiver;			/* URI; NULL: none */
	const char *response_message_id;	/* NULL: none */
	int64_t created_ms, forwarded_ms, received_ms, modified_ms;
	int64_t fetched_ms; /* handed out last */
	int64_t expires_ms; /* the file goes */
};

/* The key that wraps the data keys, from the master key. */
void osci_delivery_key(
    const struct crypto_key *master, struct crypto_key *out);

/*
 * Inserts the row: id, key and all there is. Within a transaction of the
 * caller's, or by itself. ERR_DUPLICATE: the message id was used before.
 */
int osci_delivery_insert(struct db *db, struct arena *a,
    const struct osci_delivery *d, struct err *err);

/*
 * Takes a message in, in one transaction: uses up its id (osci_message_id_use;
 * code 9801), inserts the row, adds its size to the mailbox. The file must be
 * durable by then. *unknown: the connection broke during the commit, so that
 * the row may or may not be there (keep the file).
 */
int osci_delivery_accept(struct db *db, struct arena *a,
    const struct osci_delivery *d, const uint8_t client[CRYPTO_DIGEST_LEN],
    int64_t issued_from_ms, bool *unknown, struct err *err);

/* Writes state, times, inspections and response_message_id of a row. */
int osci_delivery_update(struct db *db, struct arena *a,
    const struct osci_delivery *d, struct err *err);

/* By its row's id, by its message id. ERR_NOT_FOUND. */
int osci_delivery_by_id(struct db *db, struct arena *a,
    const struct crypto_key *files, const struct id *id,
    struct osci_delivery *out, struct err *err);
int osci_delivery_by_message_id(struct db *db, struct arena *a,
    const struct crypto_key *files, const char *message_id,
    struct osci_delivery *out, struct err *err);

/*
 * The delivery of a mailbox that a selection means: the oldest not received
 * yet, the first created at or after a time, or a certain one. ERR_NOT_FOUND.
 * *more: others have not been received yet.
 */
int osci_delivery_select(struct db *db, struct arena *a,
    const struct crypto_key *files, uint32_t mailbox,
    const struct osci_selection *selection, struct osci_delivery *out,
    bool *more, struct err *err);

/* It is about to be handed out: sets forwarded, fetched and modified, unless it
 * was received before. Changes d as well. */
int osci_delivery_hand_out(
    struct db *db, struct osci_delivery *d, int64_t now_ms, struct err *err);
/* It was received, if it was not before; its file goes at expires_ms. */
int osci_delivery_received(struct db *db, const struct id *id,
    int64_t now_ms, int64_t expires_ms, struct err *err);

/*
 * Process cards of a client, as addressee or originator, that a selection
 * means: at most max; *more: there are others. Oldest first, by the time that
 * the selection is about.
 */
int osci_delivery_cards(struct db *db, struct arena *a,
    const struct crypto_key *files,
    const uint8_t client[CRYPTO_DIGEST_LEN],
    const struct osci_selection *selection, size_t max,
    struct osci_delivery **out, size_t *n, bool *more, struct err *err);

/* For operators: of a mailbox (0: of all), newest first. */
int osci_delivery_list(struct db *db, struct arena *a,
    const struct crypto_key *files, uint32_t mailbox, size_t max,
    struct osci_delivery **out, size_t *n, struct err *err);

/* Its process card. */
void osci_delivery_card(
    const struct osci_delivery *d, struct osci_card *out);

/* ---- sweeping ---- */

/* Ids of deliveries whose files are due to go. */
int osci_delivery_expired(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct id **out, size_t *n, struct err *err);
/* Notes that the file is gone, and gives the mailbox its bytes back. */
int osci_delivery_drop_file(
    struct db *db, const struct id *id, struct err *err);
/* Deletes rows without a file that were created before. */
int osci_delivery_sweep(
    struct db *db, int64_t before_ms, int64_t *n, struct err *err);
/* Whether a row promises this file. */
int osci_delivery_has_file(struct db *db, struct arena *a,
    const struct id *id, bool *out, struct err *err);

#endif
