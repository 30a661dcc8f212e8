/*
 * What an order says, read from its block and body (OSCI-Transport 1.2, part 1,
 * orders; supplement EFFI): of requests. Answers: osci_reply.h.
 */
#ifndef OSCI_ORDER_H
#define OSCI_ORDER_H

#include "common/osci/osci_card.h"
#include "common/osci/osci_certs.h"
#include "common/osci/osci_features.h"
#include "common/osci/osci_message.h"

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
	const char *from; /* as it was written, for an echo; or NULL */
	bool no_reception;
	enum osci_select_role role;
	int64_t limit; /* 0 when not given */
};

/* ChunkInformation. What does not fit together is the server's to find. */
struct osci_chunk {
	bool is_info_only;
	int64_t number;		    /* from 1; 0 when absent */
	int64_t size_kib;	    /* 0 when absent */
	int64_t total_number;	    /* 0 when absent */
	int64_t total_size_kib;	    /* -1 when absent */
	const int64_t *received;    /* ReceivedChunks, in order as given */
	size_t nreceived;
};

struct osci_order {
	enum osci_type type;
	const char *languages;
	bool wants_crypto_creation, wants_crypto_reception; /* time stamps */
	const char *message_id; /* decoded, NULL when absent or empty */
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
	const struct osci_packet_part *chunk_part; /* PartialStoreDelivery's */
};

/*
 * Reads a request. Code 9100: another shape; 9300: no request, or one that makes
 * no sense; 9400: it has no challenge. The rest of the control block is the
 * dialog's matter.
 */
int osci_order_read(struct arena *a, const struct osci_message *m,
    struct osci_order *out, struct err *err);

/* ---- its pieces, which answers have as well; code 9100 ---- */

/* has_cards: of FetchProcessCard, which knows more rules. node: SelectionRule. */
int osci_selection_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, bool has_cards, struct osci_selection *out,
    struct err *err);
int osci_chunk_read(struct arena *a, const struct xml_node *node,
    struct osci_chunk *out, struct err *err);
/* The children of a ContentPackage: encrypted data and containers only. */
int osci_package_check(const struct xml_node *package, struct err *err);
/* The part that is a chunk: of a package with one container and one content
 * that refers to it. */
int osci_chunk_part(const struct osci_message *m,
    const struct xml_node *package, const struct osci_packet_part **out,
    struct err *err);

#endif
