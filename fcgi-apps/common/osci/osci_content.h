/*
 * Content of OSCI-Transport 1.2 messages (part 1, ContentPackage): containers
 * with contents and attachments, signed by authors, encrypted for readers.
 * What an intermediary never opens, and a client makes and reads.
 */
#ifndef OSCI_CONTENT_H
#define OSCI_CONTENT_H

#include "common/osci/osci_certs.h"
#include "common/osci/osci_encryption.h"
#include "common/osci/osci_out.h"
#include "common/osci/osci_transport.h"

#define OSCI_CONTENTS_MAX 64
#define OSCI_CONTENT_DEPTH 4 /* containers in containers */
#define OSCI_CONTENT_SIGNERS_MAX 8

/* An author whose signature over a content holds. Whether the certificate may
 * be trusted is osci_trust.h's matter. */
struct osci_content_signer {
	const struct osci_role_cert *cert; /* in the message's osci_certs */
	int64_t at_ms; /* XAdES SigningTime, as told by the signer; 0: none */
};

/* One piece of content: bytes of a spool. */
struct osci_content {
	const char *id;	  /* making, NULL: "content-1", ... */
	const char *part; /* Content-ID when it is an attachment, else NULL */
	const char *type; /* of the attachment's part */
	struct crypto_spool *spool;
	int64_t offset, len;
	/* reading */
	struct osci_content_signer signer[OSCI_CONTENT_SIGNERS_MAX];
	size_t nsigner;
	bool was_encrypted;
};

/* ---- making ---- */

struct osci_content_out; /* canonical ContentPackage and its parts */

/* One container. With readers the container and its attachments are
 * encrypted for every one of them. */
struct osci_content_plan {
	const struct osci_content *content;
	size_t ncontent;
	const struct osci_signer *author; /* NULL: not signed by an author */
	const struct osci_role_cert *reader; /* none: not encrypted */
	size_t nreader;
};

/* The contents' spools must outlive the message. */
int osci_content_make(struct arena *a, const struct osci_content_plan *plan,
    const struct osci_packet_limits *limits, struct osci_content_out **out,
    struct err *err);
/* Puts it into a message's body and parts; as often as wanted. */
int osci_content_put(const struct osci_content_out *c, struct osci_out *o,
    struct err *err);

/* ---- reading ---- */

struct osci_content_in {
	const struct osci_content *content; /* containers flattened, in order */
	size_t ncontent;
	bool was_encrypted;
	size_t nclosed; /* containers that are for other readers only; filled
			 * in too when nothing is for us */
};

/*
 * Reads a delivery's ContentPackage with our keys: opens what is encrypted for
 * one of own, checks every author's signature. What is handed out is what the
 * signatures cover, byte for byte; a container whose signature does not cover
 * all that is in it is refused as a whole. Codes: 9202 (nothing is for us, or
 * it does not open), 9601, 9602, 9100.
 */
int osci_content_read(struct arena *a, const struct osci_message *m,
    const struct xml_node *package, const struct osci_certs *certs,
    const struct osci_identity *own, size_t nown,
    const struct osci_crypto_policy *policy,
    const struct osci_packet_limits *limits, struct osci_content_in *out,
    struct err *err);

#endif
