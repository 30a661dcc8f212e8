/*
 * Building what an intermediary (and a passive recipient) answers: every
 * ResponseTo message (OSCI-Transport 1.2, part 1, responses; supplement EFFI).
 * What stands where is the type's matter; the caller says what there is.
 */
#ifndef OSCI_ANSWER_H
#define OSCI_ANSWER_H

#include "common/osci/osci_content.h"
#include "common/osci/osci_feedback.h"
#include "common/osci/osci_order.h"
#include "common/osci/osci_out.h"

struct osci_answer {
	enum osci_type type; /* OSCI_RESPONSE_TO_... */
	/*
	 * What the type must not have is left out (a challenge at the dialog's
	 * end, everything but the response of a recipient). What it must have
	 * and lacks, since there is no dialog (9802), gets a random value: the
	 * official library reads no such answer without it. In an implicit
	 * dialog there is no challenge.
	 */
	struct osci_control control;
	const struct osci_order *order; /* for languages, echo; or NULL */
	struct osci_feedback feedback;
	const struct osci_feedback *inside; /* InsideFeedback, or NULL */
	const char *message_id;		/* GetMessageId; ProcessDelivery's reply;
					 * the chunked delivery's */
	const char *subject;		/* ProcessDelivery's reply */
	const struct osci_card *card;	/* NULL for none; of mediate: request */
	const struct osci_card *reply_card;
	const struct osci_card *const *cards; /* FetchProcessCard */
	size_t ncards;
	struct osci_chunk chunk;	/* of the two EFFI answers */
	const struct osci_features *features; /* NULL: no block */
	/* ProcessDelivery's reply: with both QualityOfTimestamp blocks */
	bool has_quality;
	/* content of another message, which outlives the answer: its content
	 * and NonIntermediaryCertificates go in as they are, with their Ids
	 * (but roles that the type must not have), its parts as attachments;
	 * NULL: an empty ContentPackage where the type has one */
	const struct osci_message *content;
	/* content of our own (osci_content.h), of ProcessDelivery's reply */
	const struct osci_content_out *package;
	/* certificates of our own to be put in (NonIntermediary...), when there
	 * is no content of another */
	const struct osci_role_cert *cert;
	size_t ncert;
	/* a chunk: bytes of a spool as part "ChunkBlobStoreDelivery"; with it
	 * of content the certificates only */
	struct crypto_spool *chunk_bytes;
	int64_t chunk_offset, chunk_len;
	/* who signs; its certificate goes into IntermediaryCertificates (or,
	 * answering an intermediary, into NonIntermediaryCertificates as
	 * SignatureCertificateAddressee or ...Originator). NULL: unsigned */
	const struct osci_signer *signer;
};

/* Builds and signs; send it by osci_out_send. texts: catalogue. feedback must
 * have a result. */
int osci_answer_build(struct arena *a, const struct osci_answer *answer,
    const struct texts *texts, const struct osci_packet_limits *limits,
    struct osci_out **out, struct err *err);

#endif
