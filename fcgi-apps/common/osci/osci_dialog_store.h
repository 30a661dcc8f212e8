/*
 * Explicit dialogs of the intermediary (OSCI-Transport 1.2, part 1, dialogs):
 * in the database, so that any process may answer the next request. A dialog
 * works on one request at a time.
 */
#ifndef OSCI_DIALOG_STORE_H
#define OSCI_DIALOG_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_cert.h"

struct osci_dialog {
	int64_t id; /* ConversationId, 18 digits */
	struct osci_cert client;
	/* who signed InitDialog; NULL: nobody */
	const uint8_t *signer;
	const char *challenge; /* the last of ours */
	int64_t sequence;      /* of the last request; -1: InitDialog */
	/* whether all answers so far could only be read by the client */
	bool is_proved;
	bool has_fetched;
	struct id fetched; /* delivery in the last answer */
};

/* A new one; fills in id. The rest is the caller's. */
int osci_dialog_insert(struct db *db, struct osci_dialog *d, int64_t now_ms,
    struct err *err);

/*
 * Takes it for one request, until it is given back; who dies before that gives
 * it back so (lock_store.h). ERR_NOT_FOUND: there is none (any more, idle_ms
 * after its last request), or it works on another request.
 */
int osci_dialog_enter(struct db *db, struct arena *a, int64_t id,
    int64_t now_ms, int64_t idle_ms, struct osci_dialog *out,
    struct err *err);
/* Gives it back as it was: the request was none of its. */
int osci_dialog_release(struct db *db, int64_t id, struct err *err);
/* Gives it back with what the next request must say. ERR_CONFLICT: the same
 * request was answered by somebody else meanwhile. */
int osci_dialog_leave(struct db *db, const struct osci_dialog *d,
    bool is_closed, int64_t now_ms, struct err *err);

/* Deletes those not used since. */
int osci_dialog_sweep(
    struct db *db, int64_t before_ms, int64_t *n, struct err *err);

#endif
