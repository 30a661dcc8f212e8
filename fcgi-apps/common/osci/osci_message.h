/*
 * An OSCI-Transport 1.2 message as read: its type, its header blocks by place,
 * its body. The blocks are what a signature is checked over, and what is used
 * afterwards: nobody looks anything up by name again.
 */
#ifndef OSCI_MESSAGE_H
#define OSCI_MESSAGE_H

#include "common/osci/osci_packet.h"

/* enumerator, name in schemaLocation, element of the order (or of the body),
 * whether it stands in the body, header blocks needed, and allowed as well */
#define OSCI_TYPE_TABLE(X)                                                     \
	X(OSCI_INIT_DIALOG, "InitDialog", "initDialog", true,                  \
	    B_DL | B_NIC, B_CS | B_FD)                                         \
	X(OSCI_EXIT_DIALOG, "ExitDialog", "exitDialog", true,                  \
	    B_DL, B_CS | B_NIC | B_FD)                                         \
	X(OSCI_GET_MESSAGE_ID, "GetMessageId", "getMessageId", true,           \
	    B_DL, B_CS | B_NIC | B_FD)                                         \
	X(OSCI_STORE_DELIVERY, "StoreDelivery", "storeDelivery", false,        \
	    B_DL | B_QC | B_QR | B_NIC, B_CS | B_FD)                           \
	X(OSCI_FETCH_DELIVERY, "FetchDelivery", "fetchDelivery", false,        \
	    B_DL, B_CS | B_NIC | B_FD)                                         \
	X(OSCI_FETCH_PROCESS_CARD, "FetchProcessCard", "fetchProcessCard",     \
	    true, B_DL, B_CS | B_NIC | B_FD)                                   \
	X(OSCI_FORWARD_DELIVERY, "ForwardDelivery", "forwardDelivery", false,  \
	    B_DL | B_QC | B_QR | B_NIC, B_CS | B_FD)                           \
	X(OSCI_MEDIATE_DELIVERY, "MediateDelivery", "mediateDelivery", false,  \
	    B_DL, B_CS | B_QC | B_QR | B_NIC | B_FD)                           \
	X(OSCI_ACCEPT_DELIVERY, "AcceptDelivery", "acceptDelivery", false,     \
	    B_DL, B_CS | B_IC | B_NIC | B_FD)                                  \
	X(OSCI_PROCESS_DELIVERY, "ProcessDelivery", "processDelivery", false,  \
	    B_DL, B_CS | B_IC | B_NIC | B_FD)                                  \
	X(OSCI_PARTIAL_STORE_DELIVERY, "PartialStoreDelivery",                 \
	    "partialStoreDelivery", false, B_DL | B_QC | B_NIC,                \
	    B_CS | B_QR | B_FD)                                                \
	X(OSCI_PARTIAL_FETCH_DELIVERY, "PartialFetchDelivery",                 \
	    "partialFetchDelivery", false, B_DL, B_CS | B_NIC | B_FD)          \
	X(OSCI_RESPONSE_TO_INIT_DIALOG, "ResponseToInitDialog",                \
	    "responseToInitDialog", true, 0, B_SS | B_IC | B_FD)               \
	X(OSCI_RESPONSE_TO_EXIT_DIALOG, "ResponseToExitDialog",                \
	    "responseToExitDialog", true, 0, B_SS | B_IC | B_FD)               \
	X(OSCI_RESPONSE_TO_GET_MESSAGE_ID, "ResponseToGetMessageId",           \
	    "responseToGetMessageId", true, 0, B_SS | B_IC | B_FD)             \
	X(OSCI_RESPONSE_TO_STORE_DELIVERY, "ResponseToStoreDelivery",          \
	    "responseToStoreDelivery", false, 0, B_SS | B_IC | B_FD)           \
	X(OSCI_RESPONSE_TO_FETCH_DELIVERY, "ResponseToFetchDelivery",          \
	    "responseToFetchDelivery", false, 0, B_SS | B_IC | B_NIC | B_FD)   \
	X(OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, "ResponseToFetchProcessCard",   \
	    "responseToFetchProcessCard", true, 0, B_SS | B_IC | B_FD)         \
	X(OSCI_RESPONSE_TO_FORWARD_DELIVERY, "ResponseToForwardDelivery",      \
	    "responseToForwardDelivery", false, 0, B_SS | B_IC | B_FD)         \
	X(OSCI_RESPONSE_TO_MEDIATE_DELIVERY, "ResponseToMediateDelivery",      \
	    "responseToMediateDelivery", false, 0,                             \
	    B_SS | B_IC | B_NIC | B_FD)                                        \
	X(OSCI_RESPONSE_TO_ACCEPT_DELIVERY, "ResponseToAcceptDelivery",        \
	    "responseToAcceptDelivery", false, 0, B_SS | B_NIC | B_FD)         \
	X(OSCI_RESPONSE_TO_PROCESS_DELIVERY, "ResponseToProcessDelivery",      \
	    "responseToProcessDelivery", false, 0,                             \
	    B_SS | B_QC | B_QR | B_NIC | B_FD)                                 \
	X(OSCI_RESPONSE_TO_PARTIAL_STORE_DELIVERY,                             \
	    "ResponseToPartialStoreDelivery",                                  \
	    "responseToPartialStoreDelivery", false, 0, B_SS | B_IC | B_FD)    \
	X(OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY,                             \
	    "ResponseToPartialFetchDelivery",                                  \
	    "responseToPartialFetchDelivery", false, 0,                        \
	    B_SS | B_IC | B_NIC | B_FD)                                        \
	X(OSCI_MESSAGE_ENCRYPTED, "MessageEncrypted", NULL, false, 0, 0)       \
	X(OSCI_FAULT, NULL, NULL, false, 0, 0)

enum osci_type {
#define OSCI_ENUM(type, name, element, in_body, needs, may) type,
	OSCI_TYPE_TABLE(OSCI_ENUM)
#undef OSCI_ENUM
};

/* Header blocks. */
enum osci_block_kind {
	OSCI_CONTROL_BLOCK,
	OSCI_SIGNATURE_BLOCK, /* ClientSignature, SupplierSignature */
	OSCI_DESIRED_LANGUAGES,
	OSCI_QUALITY_CREATION,
	OSCI_QUALITY_RECEPTION,
	OSCI_ORDER, /* storeDelivery, responseToFetchDelivery, ... */
	OSCI_INTERMEDIARY_CERTIFICATES,
	OSCI_OTHER_CERTIFICATES, /* NonIntermediaryCertificates */
	OSCI_FEATURES,
	OSCI_FOREIGN, /* of another namespace: carried along */
	OSCI_BLOCK_KINDS,
};

struct osci_block {
	enum osci_block_kind kind;
	const struct xml_node *node;
	const char *id;
};

#define OSCI_BLOCKS_MAX 64

struct osci_control {
	const char *response, *challenge; /* NULL when absent */
	const char *conversation_id;	  /* digits, NULL when absent */
	int64_t sequence;		  /* -1 when absent */
};

struct osci_message {
	const struct osci_packet *packet;
	enum osci_type type;
	const struct xml_node *envelope, *header, *body;
	const char *body_id;
	struct osci_block block[OSCI_BLOCKS_MAX];
	size_t nblock;
	/* by kind, foreign ones aside; NULL when absent */
	const struct xml_node *by_kind[OSCI_BLOCK_KINDS];
	/* the element that is the order or the answer to it */
	const struct xml_node *order;
	/* of the control block */
	struct osci_control control;
};

const char *osci_type_name(enum osci_type type); /* "StoreDelivery" */
bool osci_type_is_request(enum osci_type type);

/*
 * Reads the envelope of a packet. Errors carry code 9100: another shape, a
 * block twice, an Id twice anywhere. Of an encrypted message and of a fault
 * only the body.
 */
int osci_message_read(struct arena *a, const struct osci_packet *packet,
    struct osci_message *out, struct err *err);

#endif
