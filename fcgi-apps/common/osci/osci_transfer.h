/*
 * Exchanging messages by OSCI-Transport, for other parts of Torhaus: what is to
 * be sent is written down in the caller's transaction, and the courier sends
 * it, once; what arrived is written down before it is acknowledged, and waits
 * here until somebody handled it.
 *
 * Whoever sends and receives is an identity of the town (role client, such as
 * "buergeramt"), whom with is a partner (osci_partner_store.h).
 */
#ifndef OSCI_TRANSFER_H
#define OSCI_TRANSFER_H

#include "common/osci/osci_content.h"
#include "common/osci/osci_identity_store.h"
#include "common/osci/osci_trust.h"
#include "common/town.h"

/* osci_transfer.state */
enum osci_transfer_state {
	OSCI_TRANSFER_BUILT = 1,
	OSCI_TRANSFER_RESERVED = 2, /* its message id is written down */
	OSCI_TRANSFER_SENT = 3,	    /* no answer seen yet */
	OSCI_TRANSFER_ACCEPTED = 4, /* the intermediary has it */
	OSCI_TRANSFER_FORWARDED = 5, /* it was handed out to the partner */
	OSCI_TRANSFER_RECEIVED = 6,  /* the partner acknowledged it */
	OSCI_TRANSFER_FAILED = 7,    /* given up; by hand: retry */
	OSCI_TRANSFER_ARRIVED = 8,   /* to us, not handled yet */
	OSCI_TRANSFER_HANDLED = 9,
	OSCI_TRANSFER_ARRIVING = 10, /* some of its chunks are here */
};

/* "built", "reserved", ... */
const char *osci_transfer_state_name(enum osci_transfer_state state);

/* ---- sending ---- */

#define OSCI_TRANSFER_CONTENTS_MAX 32

/* part NULL: in the message itself; else an attachment of that Content-ID. */
struct osci_transfer_content {
	const char *part, *type; /* "bescheid.pdf", "application/pdf" */
	const void *bytes;
	size_t len;
};

struct osci_transfer_order {
	const struct town *town;
	const char *identity; /* NULL: the town's only one */
	const char *partner;  /* its name */
	const char *subject;  /* readable for intermediaries; NULL: none */
	const struct osci_transfer_content *content;
	size_t ncontent;
	const struct id *about; /* a Vorgang, say; NULL: nothing */
};

/*
 * Writes an order down, within the caller's transaction (or without one); the
 * courier signs it, encrypts it for the partner and sends it. *out: its id.
 * ERR_NOT_FOUND: no such partner or identity; ERR_TOO_LARGE.
 */
int osci_transfer_send(struct db *db, struct arena *a,
    const struct osci_transfer_order *order, int64_t now_ms, struct id *out,
    struct err *err);

/* ---- what became of it, and what arrived ---- */

struct osci_transfer_step {
	int64_t at_ms;
	enum osci_transfer_state state;
	const char *code; /* OSCI's, "" when none */
	const char *note;
};

struct osci_transfer {
	struct id id;
	uint32_t town_id;
	bool is_incoming;
	enum osci_transfer_state state;
	const char *identity;
	uint32_t partner_id; /* 0: nobody who is registered */
	const char *partner; /* its name, NULL when there is none */
	uint32_t peer_id;    /* the intermediary; 0: our own */
	const char *message_id, *subject; /* NULL when there is none */
	bool has_about;
	struct id about;
	const uint8_t *sender; /* incoming: SHA-256 of the signature
				* certificate that sent it, NULL: none */
	int64_t size;	       /* bytes that are kept */
	uint32_t attempts;
	int64_t created_ms, changed_ms, next_ms; /* next: 0 for none */
	/* as far as they are known, else 0 */
	int64_t creation_ms, forwarding_ms, reception_ms;
};

/* One of the town's. ERR_NOT_FOUND. */
int osci_transfer_find(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct osci_transfer *out, struct err *err);
/* The town's transfers about something, oldest first. */
int osci_transfer_about(struct db *db, struct arena *a, const struct town *t,
    const struct id *about, struct osci_transfer **out, size_t *n,
    struct err *err);
/* Its ledger, oldest first. */
int osci_transfer_steps(struct db *db, struct arena *a, const struct id *id,
    struct osci_transfer_step **out, size_t *n, struct err *err);

/*
 * Takes the town's oldest message that has arrived, is due and nobody else
 * holds; it is the claimer's until now_ms + lease_ms. identity NULL: any.
 * ERR_NOT_FOUND: there is none.
 */
int osci_transfer_next_arrived(struct db *db, struct arena *a,
    const struct town *t, const char *identity, const char *claimer,
    int64_t now_ms, int64_t lease_ms, struct osci_transfer *out,
    struct err *err);

/* A message that arrived, opened. All of it lives in the arena. */
struct osci_transfer_in {
	struct osci_message message;
	struct osci_certs certs;
	struct osci_content_in content;
	const char *message_id, *subject; /* NULL when there is none */
	/* every content is signed by an author whose certificate is trusted or
	 * the partner's registered one; else why not */
	bool is_signed;
	const char *why_unsigned; /* "" when it is */
};

/*
 * Opens one with the keys of the identity: signatures over contents are
 * checked (codes 9601, 9602, 9202, 9100). trust NULL: only registered
 * certificates count.
 */
int osci_transfer_open(struct db *db, struct arena *a,
    const struct config *config, const struct crypto_key *master,
    const struct town *t, struct osci_trust *trust,
    const struct osci_transfer *transfer, struct osci_transfer_in *out,
    struct err *err);

/*
 * It was handled, or could not be: then it is due again at next_ms, or (0)
 * stays failed until somebody retries it, unless somebody else handled it
 * meanwhile, which is no error. Within the caller's transaction or without one.
 * note: for operators, never of the content.
 */
int osci_transfer_handled(struct db *db, const struct id *id, int64_t now_ms,
    struct err *err);
int osci_transfer_unhandled(struct db *db, const struct id *id,
    int64_t now_ms, int64_t next_ms, const char *note, struct err *err);

#endif
