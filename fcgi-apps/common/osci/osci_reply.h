/*
 * Reading what an intermediary (or a passive recipient) answers, as a client
 * (OSCI-Transport 1.2, part 1, responses; supplement EFFI).
 */
#ifndef OSCI_REPLY_H
#define OSCI_REPLY_H

#include "common/osci/osci_feedback.h"
#include "common/osci/osci_order.h"

struct osci_reply {
	enum osci_type type;
	const struct osci_entry *entry; /* the first is the result */
	size_t nentry;
	const struct osci_entry *inside; /* InsideFeedback */
	size_t ninside;
	const char *message_id, *subject; /* NULL when absent */
	struct osci_card card, reply_card;
	bool has_card, has_reply_card;
	const struct osci_card *cards; /* FetchProcessCard */
	size_t ncards;
	struct osci_chunk chunk;
	bool has_features;
	struct osci_features features;
	struct osci_certs certs;
	const struct xml_node *content; /* ContentPackage, or NULL */
	const struct osci_packet_part *chunk_part; /* of a partial fetch */
};

/* Code 9100. */
int osci_reply_read(struct arena *a, const struct osci_message *m,
    struct osci_reply *out, struct err *err);

/*
 * Whether the answer belongs to the request: type, Response = our Challenge,
 * ConversationId, SequenceNumber. Code 9400.
 */
int osci_reply_match(enum osci_type request, const struct osci_control *sent,
    const struct osci_message *answer, struct err *err);

/* Reads a SOAP fault's code ("9100"); "9811" when it has none that we know. */
const char *osci_fault_code(struct arena *a, const struct osci_message *m);

#endif
