/*
 * Building requests as a client, and AcceptDelivery and ProcessDelivery as an
 * intermediary (OSCI-Transport 1.2, part 1, orders; supplement EFFI).
 */
#ifndef OSCI_REQUEST_H
#define OSCI_REQUEST_H

#include "common/osci/osci_order.h"
#include "common/osci/osci_out.h"

struct osci_content_out;

struct osci_request {
	enum osci_type type;
	struct osci_control control;
	const char *languages;	   /* "de" */
	const char *message_id;	   /* NULL: none */
	const char *subject;	   /* NULL: none; plain text */
	const char *receiver;	   /* ContentReceiver URI */
	const char *response_message_id; /* processDelivery */
	const struct osci_card *card;	 /* accept, process */
	struct osci_selection selection; /* rule, quantity not used */
	struct osci_chunk chunk;
	/* certificates: NonIntermediary..., and our own of accept, process */
	const struct osci_role_cert *cert;
	size_t ncert;
	/* the content: of another message, or a ready ContentPackage in
	 * canonical form with its parts (osci_content.h); both NULL: empty */
	const struct osci_message *content;
	const struct osci_content_out *package;
	/* a chunk: bytes of a spool as part "ChunkBlobStoreDelivery" */
	struct crypto_spool *chunk_bytes;
	int64_t chunk_offset, chunk_len;
	bool has_quality; /* mediate with process cards; others: by type */
	const struct osci_features *features; /* our limits; NULL: no block */
	const struct osci_signer *signer;     /* NULL: unsigned */
};

/*
 * Builds and signs; send it by osci_out_send. What a type must have (message
 * id, receiver, card) is the caller's to give; content and chunk_bytes outlive
 * it. Of a delivery that is passed on (content) the certificates go in as they
 * came.
 */

int osci_request_build(struct arena *a, const struct osci_request *request,
    const struct osci_packet_limits *limits, struct osci_out **out,
    struct err *err);

/* A challenge: base64 of 10 random bytes, as the official library's. */
const char *osci_challenge(struct arena *a);

#endif
