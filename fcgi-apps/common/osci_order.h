/*
 * What an order says, read from its block and body (OSCI-Transport 1.2, part 1,
 * orders; supplement EFFI): of requests. Answers: osci_reply.h.
 */
#ifndef OSCI_ORDER_H
#define OSCI_ORDER_H

#include "common/osci_card.h"
#include "common/osci_certs.h"
#include "common/osci_features.h"
#include "common/osci_message.h"

#define OSCI_MESSAGE_ID_MAX 250 /* bytes */
#define OSCI_SUBJECT_MAX 4000
#define OSCI_URI_MAX 2000
#define OSCI_SELECTED_MAX 1000 /* message ids in one selection rule */
#define OSCI_CHUNKS_MAX 65536

enum osci_select { OSCI_SELECT_ANY, OSCI_SELECT_IDS, OSCI_SELECT_RECEPTION,
	OSCI_SELECT_MODIFICATION };
enum osci_select_role { OSCI_SELECT_BOTH, OSCI_SELECT_ADDRESSEE,
	OSCI_SELECT_ORIGINATOR };

/* SelectionRule and Quantity. */
struct osci_selection {
	enum osci_select by;
	const char *const *id; /* decoded */
	size_t nid;
	int64_t from_ms;
	bool no_reception;
	enum osci_select_role role;
	int64_t limit; /* -1 when not given */
	/* as read, for the answer's echo; NULL when absent */
	const struct xml_node *rule, *quantity;
};

/* ChunkInformation. received: bit i is chunk i + 1. */
struct osci_chunk {
	bool is_info_only;
	int64_t number;		    /* from 1 */
	int64_t size_kib;	    /* 0 when absent */
	int64_t total_number;	    /* 0 when absent */
	int64_t total_size_kib;	    /* -1 when absent */
	const int64_t *received;    /* ReceivedChunks, in order as given */
	size_t nreceived;
};

struct osci_order {
	enum osci_type type;
	const char *languages; /* NULL when absent */
	bool wants_crypto_creation, wants_crypto_reception; /* time stamps */
	const char *message_id; /* decoded, NULL when absent */
	const char *subject;	/* NULL when absent */
	const char *receiver;	/* ContentReceiver URI */
	const char *response_message_id; /* processDelivery */
	struct osci_selection selection;
	struct osci_chunk chunk;
	struct osci_card card; /* acceptDelivery, processDelivery */
	bool has_card, has_features;
	struct osci_features features;
	struct osci_certs certs;
	const struct xml_node *content; /* ContentPackage in the body, or NULL */
};

/* Code 9100 and, where the order itself makes no sense, 9300. */
int osci_order_read(struct arena *a, const struct osci_message *m,
    struct osci_order *out, struct err *err);

#endif
