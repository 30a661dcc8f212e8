/*
 * Handing a delivery to a passive recipient and reading what it says: what
 * forwarding and mediating have in common. No transaction is open meanwhile.
 */
#ifndef OSCI_RELAY_H
#define OSCI_RELAY_H

#include "common/osci/osci_http.h"
#include "common/osci/osci_receiver_store.h"
#include "common/osci/osci_reply.h"
#include "osci/osci.h"

enum relay_end {
	RELAY_DELIVERED, /* a positive answer was recognised */
	RELAY_REFUSED,	 /* a negative one */
	RELAY_UNSENT,	 /* nothing went out: certainly not delivered */
	RELAY_UNKNOWN,	 /* no answer, or none that counts */
};

struct relay {
	struct call *call;
	enum osci_type type; /* AcceptDelivery, ProcessDelivery */
	struct osci_http_settings http;
	struct osci_receiver *receiver; /* registered at the address */
	size_t nreceiver;
	/* for the caller to fill in */
	struct osci_card *card; /* NULL: none */
	const char *response_message_id;
	bool was_tried; /* an earlier order may have reached the recipient */
	/* what came of it */
	enum relay_end end;
	const char *code; /* OSCI's, when it is not delivered */
	bool was_unsigned, was_plain; /* 3802, 3803 */
	int64_t sent_ms, received_ms;
	struct crypto_spool *bytes; /* the answer, exactly as it came */
	struct osci_message answer; /* if it was one at all */
	struct osci_reply reply;
	struct osci_verdict signer;
	bool has_signer;
};

/*
 * Whether the order's recipient may be written to: a registered partner's
 * address, or a host that the configuration lists. Code 9809.
 */
int relay_prepare(struct relay *r, struct call *c, enum osci_type type,
    struct err *err);
/* SHA-256 over all of the order that a recipient would get. */
int relay_digest(struct call *c, uint8_t out[CRYPTO_DIGEST_LEN],
    struct err *err);
/*
 * Builds, sends, reads, verifies; always fills end and, unless it was delivered,
 * code. The reason for the log is in err. The card's forwarding time is set as
 * soon as the message is built.
 */
void relay_send(struct relay *r, struct err *err);
/* Reads a message of a recipient's (decrypts it, if need be) once more, as it
 * was kept. */
int relay_reopen(struct relay *r, struct crypto_spool *bytes,
    struct err *err);
/* Warnings and the signer's inspection, into the answer to the client. */
void relay_report(struct relay *r);
/* The inspections of the order's certificates and of the recipient's. */
void relay_inspections(const struct relay *r,
    const struct osci_inspection **out, size_t *n);

/* How long a row may be ours: longer than any wait. */
int64_t relay_busy_until(const struct call *c);

/* The code for an order whose outcome could not be kept. */
const char *relay_lost(const struct relay *r);

#endif
