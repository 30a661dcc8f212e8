/*
 * The ledger of transfers as rows: for the courier, the operator and
 * osci_transfer.c. Other parts of Torhaus use osci_transfer.h.
 */
#ifndef OSCI_TRANSFER_STORE_H
#define OSCI_TRANSFER_STORE_H

#include "common/crypto/crypto_spool.h"
#include "common/db/db.h"
#include "common/osci/osci_transfer.h"

/* osci_transfer.way */
enum osci_transfer_way {
	OSCI_TRANSFER_STORE = 1,
	OSCI_TRANSFER_FORWARD = 2,
	OSCI_TRANSFER_FETCHED = 4,
	OSCI_TRANSFER_PASSIVE = 5, /* accepted or processed */
};

/* What a row is made of. */
struct osci_transfer_new {
	struct id id;
	const struct town *town; /* entered */
	bool is_incoming;
	enum osci_transfer_way way;
	enum osci_transfer_state state;
	const char *identity;
	uint32_t partner_id, peer_id; /* 0: none, our own */
	const char *message_id;	      /* NULL: none yet */
	const char *private;	      /* JSON; sealed here */
	const struct id *about;	      /* NULL: nothing */
	const uint8_t *sender;	      /* NULL: none */
	int64_t creation_ms, forwarding_ms, reception_ms; /* 0: unknown */
	struct crypto_spool *bytes;
	int64_t next_ms;
	bool is_skipped;  /* lies at the intermediary, not to be asked for */
	const char *note; /* of the first step */
};

/*
 * Inserts the row, its bytes and its first step: within the caller's
 * transaction. ERR_DUPLICATE: the identity has a transfer of this message id in
 * this direction.
 */
int osci_transfer_insert(struct db *db, struct arena *a,
    const struct osci_transfer_new *t, int64_t now_ms, struct err *err);
/* The same in a transaction of its own. *is_new false: it was there before,
 * which is no error; a row without its bytes becomes this one
 * (osci_arriving_store.h). */
int osci_transfer_arrive(struct db *db, struct arena *a,
    const struct osci_transfer_new *t, int64_t now_ms, bool *is_new,
    struct err *err);

/* ---- reading ---- */

struct osci_transfer_row {
	struct osci_transfer is; /* subject is filled in by opening it */
	enum osci_transfer_way way;
	const char *claimed_by; /* NULL: nobody */
	const void *data_key, *private;
	size_t data_key_len, private_len;
};

/* Any of the installation, by id. ERR_NOT_FOUND. */
int osci_transfer_row(struct db *db, struct arena *a, const struct id *id,
    struct osci_transfer_row *out, struct err *err);
/* Newest first; town 0: of all; state 0: in any. */
int osci_transfer_rows(struct db *db, struct arena *a, uint32_t town,
    enum osci_transfer_state state, size_t max,
    struct osci_transfer_row **out, size_t *n, struct err *err);
/* About something, oldest first, of a town. */
int osci_transfer_rows_about(struct db *db, struct arena *a, uint32_t town,
    const struct id *about, struct osci_transfer_row **out, size_t *n,
    struct err *err);
/* Opens private with the town's key; NUL-terminated JSON. */
int osci_transfer_private(struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, char **json, size_t *len,
    struct err *err);

/* ---- bytes ---- */

enum osci_piece_kind {
	OSCI_PIECE_BYTES = 1,  /* contents, or the message that arrived */
	OSCI_PIECE_FROZEN = 2, /* the message that is sent in chunks */
	OSCI_PIECE_CHUNKS = 3, /* of the message that is fetched in chunks */
};

/* Into a spool of its own; ERR_NOT_FOUND: there are none of this kind. */
int osci_transfer_bytes(struct db *db, struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, enum osci_piece_kind kind,
    const char *dir, struct crypto_spool **out, struct err *err);
/* Keeps a message in a transaction of its own, in place of an earlier one. */
int osci_transfer_freeze(struct db *db, struct arena *a, const struct town *t,
    const struct osci_transfer_row *row, struct crypto_spool *frozen,
    struct err *err);

/* ---- work ---- */

/*
 * Claims up to max outgoing rows that are due, those first that no intermediary
 * has yet, until now_ms + lease_ms; a claim that ran out counts no more. Each is
 * an attempt.
 */
int osci_transfer_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, size_t max,
    struct osci_transfer_row **out, size_t *n, struct err *err);
/* The oldest arrived one of the entered town that is due; ERR_NOT_FOUND. */
int osci_transfer_claim_arrived(struct db *db, struct arena *a,
    const char *identity, const char *claimer, int64_t now_ms,
    int64_t lease_ms, struct osci_transfer_row *out, struct err *err);

/* Who holds claims of transfers and fetches that are due. */
int osci_claimers(struct db *db, struct arena *a, int64_t now_ms,
    const char ***out, size_t *n, struct err *err);
/* How many transfers and fetches have been due since before that time, and
 * nobody took them up. */
int osci_late(struct db *db, struct arena *a, int64_t before_ms,
    int64_t *transfers, int64_t *fetches, struct err *err);
/* Gives up the claims of one who is gone. */
int osci_claims_drop(
    struct db *db, const char *claimer, int64_t now_ms, struct err *err);

/* A step: what the row says afterwards. */
struct osci_transfer_change {
	struct id id;
	const char *claimer; /* who must hold it; NULL: anybody */
	int64_t lease_ms; /* keeps the claim so much longer; 0: lets go */
	enum osci_transfer_state from; /* it must be in; 0: in any */
	enum osci_transfer_state state;
	const char *message_id; /* NULL: as it is */
	int64_t next_ms;	/* 0: never by itself */
	bool resets_attempts;
	/* 0: as they are */
	int64_t creation_ms, forwarding_ms, reception_ms;
	const char *code, *note; /* "" when none */
	bool is_silent;		 /* no step in the ledger */
};

/* Writes row and step, in a transaction of its own or within the caller's.
 * ERR_CONFLICT: somebody else holds it, or moved it on, meanwhile. */
int osci_transfer_change(struct db *db, struct arena *a,
    const struct osci_transfer_change *c, int64_t now_ms, struct err *err);
int osci_transfer_change_within(struct db *db, struct arena *a,
    const struct osci_transfer_change *c, int64_t now_ms, struct err *err);

/* ---- fetching ---- */

/* An identity's mail at an intermediary. */
struct osci_fetch {
	uint32_t town_id;
	const char *identity;
	uint32_t peer_id; /* 0: our own */
	int64_t every_s;  /* 0: only by hand */
	int64_t next_ms, last_ms; /* 0: none */
	int64_t sent_ms; /* when the identity sent something last; 0: never */
	const char *last_note; /* "" when all was well */
};

/* Adds or changes one; due at next_ms, whoever holds it. */
int osci_fetch_put(
    struct db *db, const struct osci_fetch *f, struct err *err);
int osci_fetch_list(struct db *db, struct arena *a, struct osci_fetch **out,
    size_t *n, struct err *err);
/* The one that is due longest; ERR_NOT_FOUND. */
int osci_fetch_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, struct osci_fetch *out,
    struct err *err);
/* An identity has sent something: its mail is due again at next_ms, unless it
 * is fetched by hand only. */
int osci_fetch_sent(struct db *db, uint32_t town, const char *identity,
    int64_t now_ms, int64_t next_ms, struct err *err);
/* Keeps the claim until then. ERR_CONFLICT: somebody else has it. */
int osci_fetch_renew(struct db *db, const struct osci_fetch *f,
    const char *claimer, int64_t until_ms, struct err *err);
int osci_fetch_done(struct db *db, const char *claimer,
    const struct osci_fetch *f, int64_t now_ms, int64_t next_ms,
    const char *note, struct err *err);

#endif
