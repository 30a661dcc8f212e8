/*
 * The intermediary's mailboxes: found by SHA-256 of the cipher certificate that
 * a message names as its addressee's.
 */
#ifndef OSCI_MAILBOX_STORE_H
#define OSCI_MAILBOX_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_cert.h"

enum osci_senders {
	OSCI_SENDERS_ANY = 1, /* whose certificates are trusted */
	OSCI_SENDERS_LISTED = 2,
};

struct osci_mailbox {
	uint32_t id, town_id; /* town 0: of nobody here */
	uint8_t fingerprint[CRYPTO_DIGEST_LEN];
	const char *name;
	const uint8_t *cert; /* DER */
	size_t cert_len;
	int64_t quota, max_message; /* bytes; 0: as configured */
	enum osci_senders senders;
	bool is_open;
	int64_t used_bytes, created_ms;
	int64_t waiting, kept; /* messages; of osci_mailbox_list */
};

/* ERR_NOT_FOUND. */
int osci_mailbox_find(struct db *db, struct arena *a,
    const uint8_t fingerprint[CRYPTO_DIGEST_LEN], struct osci_mailbox *out,
    struct err *err);
/* Fills m->id. ERR_DUPLICATE: it has one. */
int osci_mailbox_insert(
    struct db *db, struct osci_mailbox *m, struct err *err);
/* All, by name. */
int osci_mailbox_list(struct db *db, struct arena *a,
    struct osci_mailbox **out, size_t *n, struct err *err);
/* Changes quota, max_message, senders, is_open and name. */
int osci_mailbox_update(
    struct db *db, const struct osci_mailbox *m, struct err *err);

struct osci_sender {
	uint8_t fingerprint[CRYPTO_DIGEST_LEN];
	const char *name;
};

/* Lets (or no longer lets) the owner of a certificate send to the mailbox. */
int osci_sender_add(struct db *db, uint32_t mailbox,
    const struct osci_sender *s, struct err *err);
int osci_sender_remove(struct db *db, uint32_t mailbox,
    const uint8_t fingerprint[CRYPTO_DIGEST_LEN], struct err *err);
int osci_sender_list(struct db *db, struct arena *a, uint32_t mailbox,
    struct osci_sender **out, size_t *n, struct err *err);
/* Whether one of the two certificates is listed; either may be NULL. */
int osci_sender_is_listed(struct db *db, struct arena *a, uint32_t mailbox,
    const struct osci_cert *cipher, const struct osci_cert *signer, bool *out,
    struct err *err);

/* Whether the operator registered this very certificate: of a mailbox, of one
 * who may send to it, of a partner, or our own. */
int osci_cert_is_registered(struct db *db, struct arena *a,
    const struct osci_cert *cert, bool *out, struct err *err);

#endif
