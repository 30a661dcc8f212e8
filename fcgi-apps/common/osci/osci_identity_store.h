/*
 * Our own certificates and keys, as rows of osci_identity. An identity is who
 * we are towards others: the installation's intermediary, its passive
 * recipient, or a town's authority by name. It has a pair for encryption and
 * one for signatures, and of either any number of pairs:
 *
 *   waiting   not in use yet: is_active false, retired_ms 0
 *   active    the one that others are told and that signs; at most one
 *   retired   no longer told; a cipher key still opens what was encrypted to it
 *
 * Private keys lie sealed in the row, under a key derived from the master key
 * (town: from the town's key), or are named by a "pkcs11:" URI.
 */
#ifndef OSCI_IDENTITY_STORE_H
#define OSCI_IDENTITY_STORE_H

#include "common/config.h"
#include "common/db/db.h"
#include "common/osci/osci_transport.h"

enum osci_identity_role {
	OSCI_IDENTITY_INTERMEDIARY = 1,
	OSCI_IDENTITY_RECIPIENT = 2,
	OSCI_IDENTITY_CLIENT = 3,
};

enum osci_identity_purpose {
	OSCI_IDENTITY_CIPHER = 1,
	OSCI_IDENTITY_SIGN = 2,
};

/* An identity ready for use. */
struct osci_own {
	uint32_t town_id; /* 0: the installation's */
	enum osci_identity_role role;
	const char *name;
	/* what messages may be encrypted to, as osci_transport_open takes it;
	 * [0] is the active one */
	struct osci_identity *cipher;
	uint32_t *cipher_id; /* their rows */
	size_t ncipher;
	struct osci_identity sign; /* the active one */
	uint32_t sign_id;
};

/*
 * Loads all identities of a role that have both an active cipher and an active
 * signature pair; in arena a, ordered by town and name. name NULL: every name;
 * the town is whatever it is. An identity that lacks one of the two is left out.
 * An active key that does not open: ERR_CRYPTO or ERR_CONFIG with the row's
 * number; another one is logged and left out.
 */
int osci_identity_load(struct db *db, struct arena *a,
    const struct config *config, const struct crypto_key *master,
    enum osci_identity_role role, const char *name, struct osci_own **out,
    size_t *n, struct err *err);

/* Changes whenever osci_identity_load would answer something else: a program
 * that looks at it now and then notices new keys without a restart. */
int osci_identity_stamp(
    struct db *db, struct arena *a, int64_t *out, struct err *err);

/* ---- rows, for the operator's command line ---- */

struct osci_identity_row {
	uint32_t id, town_id; /* 0: the installation's */
	enum osci_identity_role role;
	const char *name;
	enum osci_identity_purpose purpose;
	struct osci_cert cert;
	const void *key_sealed; /* NULL: key_uri */
	size_t key_sealed_len;
	const char *key_uri; /* NULL: key_sealed */
	bool is_active;
	int64_t created_ms, retired_ms; /* 0: not retired */
};

/* All rows, ordered by role, town, name, purpose, newest first. */
int osci_identity_rows(struct db *db, struct arena *a,
    struct osci_identity_row **out, size_t *n, struct err *err);
/* ERR_NOT_FOUND. */
int osci_identity_row(struct db *db, struct arena *a, uint32_t id,
    struct osci_identity_row *out, struct err *err);

/*
 * Adds a pair; row->id is filled in. row->cert and either key (sealed here) or
 * row->key_uri. When row->is_active is set it takes the place of the active one,
 * which is retired; in one transaction. ERR_DUPLICATE: the certificate is known.
 */
int osci_identity_insert(struct db *db, struct arena *a,
    const struct crypto_key *master, struct osci_identity_row *row,
    const struct osci_key *key, struct err *err);

/* Makes a waiting or retired pair the active one; the active one is retired. */
int osci_identity_activate(
    struct db *db, uint32_t id, int64_t now_ms, struct err *err);
int osci_identity_retire(
    struct db *db, uint32_t id, int64_t now_ms, struct err *err);
/* Deletes a pair that is not active, with its key. ERR_CONFLICT when transfers
 * or mailboxes still refer to it. */
int osci_identity_delete(struct db *db, uint32_t id, struct err *err);

/* The private key of a row; freed with the arena. */
int osci_identity_key(struct db *db, struct arena *a,
    const struct config *config, const struct crypto_key *master,
    const struct osci_identity_row *row, struct osci_key *out,
    struct err *err);

#endif
