/*
 * A client of an intermediary (OSCI-Transport 1.2, part 1, dialogs; supplement
 * EFFI): one exchange after the other, each signed and encrypted. An answer
 * counts only if it is encrypted for us, signed with the certificate that the
 * operator registered for this intermediary, and belongs to the request.
 *
 * Outside a dialog requests are implicit ones. A client serves one thread.
 */
#ifndef OSCI_CLIENT_H
#define OSCI_CLIENT_H

#include "common/osci/osci_http.h"
#include "common/osci/osci_identity_store.h"
#include "common/osci/osci_reply.h"
#include "common/osci/osci_request.h"
#include "common/osci/osci_trust.h"

/* The intermediary, as it was registered. */
struct osci_client_peer {
	const char *uri;
	struct osci_cert cipher, sign;
	int64_t chunk_kib; /* larger messages go in chunks; 0: as it says */
};

struct osci_client_settings {
	struct osci_http *http;
	struct osci_trust *trust; /* NULL: certificates are not looked at */
	struct osci_packet_limits limits; /* of an answer */
	struct osci_crypto_policy policy; /* likewise */
	int64_t chunk_kib;		  /* of our own */
	int64_t whole_max;		  /* a fetched message in chunks */
};

struct osci_client;

/* What it is given must outlive it. Lives in arena a. */
struct osci_client *osci_client_new(struct arena *a,
    const struct osci_client_settings *settings,
    const struct osci_client_peer *peer, const struct osci_own *own);

struct osci_client_answer {
	struct osci_packet *packet;
	struct osci_message message;
	struct osci_reply reply;
	/* the message as it came, after transport decryption */
	struct crypto_spool *bytes;
	const char *code; /* the result: "0800"; of a fault its code */
	bool is_good;	  /* the order was carried out */
	bool is_fault;	  /* told by a SOAP fault, which nobody signs */
	bool was_sent;	  /* it may have arrived, whatever was returned */
	/* A delivery that came whole, signed by the intermediary, and says what
	 * we cannot read: is_good is false, code 9100, and the dialog goes on.
	 * Why, for operators; NULL: it is none. */
	const char *unreadable;
};

/*
 * Sends a request and reads its answer into arena a. The caller fills in type,
 * names, selection, chunk and content, and in cert the certificates of others
 * (addressee); control block, our own certificates, features and the signature
 * are put in here. 0: there is an answer, good or not. -1: there is none that
 * counts; a fault is such a one (its code in err.field). *out is filled in in
 * either case as far as it goes. After -1 a dialog is over.
 */
int osci_client_call(struct osci_client *c, struct arena *a,
    const struct osci_request *request, struct osci_client_answer *out,
    struct err *err);

/* InitDialog; *out may be NULL. -1 also when the answer is not good. */
int osci_client_begin(struct osci_client *c, struct err *err);
/* ExitDialog, if a dialog is open: acknowledges what was handed out last. */
int osci_client_end(struct osci_client *c, struct err *err);
bool osci_client_is_open(const struct osci_client *c);
/* What the intermediary told of itself in this dialog; zeroes before. */
const struct osci_features *osci_client_features(const struct osci_client *c);

/* The certificates of our own that a request of this type carries, and the
 * caller's; in arena a. The signature certificate is named as *sign_id. */
const struct osci_role_cert *osci_client_certs(struct osci_client *c,
    struct arena *a, const struct osci_request *request, size_t *n,
    const char **sign_id);

/* ---- chunks (osci_client_chunks.c) ---- */

/* Bytes beyond which a message for this peer goes in chunks. */
int64_t osci_client_whole_max(const struct osci_client *c);

/*
 * Builds the message that is cut into chunks: a plain StoreDelivery. The bytes
 * are to be kept until it is through: chunks of two buildings do not fit.
 */
int osci_client_freeze(struct osci_client *c, struct arena *a,
    const struct osci_request *request, struct crypto_spool **out,
    struct err *err);
/*
 * Sends what of it the intermediary does not have yet, within the open dialog.
 * *out: the last answer; its reply.inside is the order's result, when there is
 * one (out->is_good tells of that); *is_done false: it is still working, ask
 * again later.
 */
int osci_client_store_chunks(struct osci_client *c, struct arena *a,
    const struct osci_request *request, struct crypto_spool *frozen,
    struct osci_client_answer *out, bool *is_done, struct err *err);

/*
 * Where chunks are kept that were fetched, so that whoever dies does not begin
 * anew. One message at a time: load names it.
 */
struct osci_client_keep {
	void *arg;
	/*
	 * Appends to joined what there is of a message that is cut like this
	 * (size_kib, total_number, total_size_kib); *n: its first chunks. What
	 * is there of another cut goes.
	 */
	int (*load)(void *arg, const char *message_id,
	    const struct osci_chunk *cut, struct crypto_spool *joined,
	    int64_t *n, struct err *err);
	/* The chunk of this number is joined's bytes from offset on. */
	int (*save)(void *arg, int64_t number, struct crypto_spool *joined,
	    int64_t offset, struct err *err);
	/* They do not fit together. */
	int (*drop)(void *arg, struct err *err);
};

/*
 * Fetches the next delivery, or a certain one, in chunks if need be, within the
 * open dialog. *out: as of a FetchDelivery; what was joined is read anew. keep
 * may be NULL.
 */
int osci_client_fetch(struct osci_client *c, struct arena *a,
    const struct osci_selection *selection,
    const struct osci_client_keep *keep, struct osci_client_answer *out,
    struct err *err);

#endif
