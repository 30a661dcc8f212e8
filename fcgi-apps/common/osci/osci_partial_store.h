/*
 * Messages in chunks (OSCI-Transport 1.2, supplement EFFI): on their way in,
 * each chunk a file, in any order and over any number of dialogs; on their way
 * out, one frozen file that chunks are cut from.
 */
#ifndef OSCI_PARTIAL_STORE_H
#define OSCI_PARTIAL_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_cert.h"

enum osci_partial_kind { OSCI_PARTIAL_IN = 1, OSCI_PARTIAL_OUT = 2 };

enum osci_partial_state {
	OSCI_PARTIAL_INCOMPLETE = 1,
	OSCI_PARTIAL_DONE = 2,
	OSCI_PARTIAL_FAILED = 3,
};

struct osci_partial {
	struct id id;
	enum osci_partial_kind kind;
	const char *message_id; /* of the whole; not read from the database */
	const uint8_t *client;	/* fingerprint */
	bool has_delivery;
	struct id delivery;
	int64_t chunk_kib, total_chunks, total_kib;
	int64_t size; /* of the chunks that are here, of the frozen file */
	uint32_t mailbox_id; /* of chunks on their way in; 0: none */
	enum osci_partial_state state;
	const char *result; /* codes of the inner order with blanks, or NULL */
	struct data_key key;
	int64_t created_ms;
};

/* ERR_NOT_FOUND. */
int osci_partial_find(struct db *db, struct arena *a,
    const struct crypto_key *files, enum osci_partial_kind kind,
    const char *message_id, const uint8_t client[CRYPTO_DIGEST_LEN],
    struct osci_partial *out, struct err *err);
/* ERR_DUPLICATE: the client has one for this message. */
int osci_partial_insert(
    struct db *db, const struct osci_partial *p, struct err *err);

struct osci_chunk_row {
	int64_t number, size;
	struct id file;
};

/* ERR_DUPLICATE: it is there. */
int osci_chunk_insert(struct db *db, const struct id *partial,
    const struct osci_chunk_row *chunk,
    const uint8_t file_sha256[CRYPTO_DIGEST_LEN], int64_t now_ms,
    struct err *err);
/* Bytes of what has come for a mailbox and is not whole yet, but for one of them
 * (NULL: of all). */
int osci_partial_under_way(struct db *db, struct arena *a, uint32_t mailbox,
    const struct id *but, int64_t *out, struct err *err);
/* In order. */
int osci_chunk_list(struct db *db, struct arena *a, const struct id *partial,
    struct osci_chunk_row **out, size_t *n, struct err *err);

/* Takes the whole for oneself (lock_store.h); *claimed: whether nobody else has
 * it, and it is not at its end. */
int osci_partial_claim(struct db *db, struct arena *a, const struct id *id,
    int64_t now_ms, bool *claimed, struct err *err);
/* Gives it back. */
int osci_partial_release(
    struct db *db, const struct id *id, struct err *err);
/* It is at its end: the chunks' rows go, and the caller removes their files. */
int osci_partial_end(struct db *db, const struct osci_partial *p,
    int64_t now_ms, struct err *err);

/* ---- sweeping ---- */

/* Ids of those not used since; the frozen file has the same id. */
int osci_partial_expired(struct db *db, struct arena *a, int64_t before_ms,
    size_t max, struct id **out, size_t *n, struct err *err);
/* Deletes it and its chunks' rows. */
int osci_partial_delete(
    struct db *db, const struct id *id, struct err *err);
/* Whether a row promises this file: a chunk's or a frozen one. */
int osci_partial_has_file(struct db *db, struct arena *a,
    const struct id *id, bool *out, struct err *err);

#endif
