/*
 * Transport security of OSCI-Transport 1.2: opening an encrypted message, and
 * checking the signature over a whole one.
 */
#ifndef OSCI_TRANSPORT_H
#define OSCI_TRANSPORT_H

#include "common/osci/osci_encryption.h"
#include "common/osci/osci_message.h"
#include "common/osci/osci_signature.h"

/* Whom messages may be encrypted to. */
struct osci_identity {
	struct osci_cert cert;
	struct osci_key key;
};

/*
 * Opens an encrypted message into *out (another packet, with its
 * bytes). Codes 9100, 9200 (for
 * somebody else), 9202 (does not open), 9300 (what was in it is no message).
 */
int osci_transport_open(struct arena *a, const struct osci_message *outer,
    const struct osci_identity *own, size_t nown,
    const struct osci_crypto_policy *policy,
    const struct osci_packet_limits *limits, struct osci_packet *out,
    struct err *err);

/*
 * Checks the signature over a message: every header block but the signature
 * itself, the body and every part, by place; nothing less, nothing more, nothing
 * else. The certificate is the caller's to find (sig->cert_id) and to judge.
 * Codes 9600 (none), 9601, 9602 (something is not signed).
 */
int osci_transport_read_signature(struct arena *a,
    const struct osci_message *m, struct osci_signature *sig,
    struct err *err);
int osci_transport_verify(struct arena *a, const struct osci_message *m,
    const struct osci_signature *sig, const struct osci_cert *cert,
    struct err *err);

#endif
