/*
 * Writing XML signatures as OSCI-Transport 1.2 has them, canonically: the
 * references first, then the signature over them. For messages (osci_out) and
 * for authors (osci_content_make).
 */
#ifndef OSCI_SIGNATURE_MAKE_H
#define OSCI_SIGNATURE_MAKE_H

#include "common/buf.h"
#include "common/osci/osci_signature.h"

/* How something is signed. */
struct osci_signer {
	struct osci_cert cert;
	struct osci_key key;
	const char *cert_id;	/* of its certificate in the message */
	const char *method;	/* URI, NULL: by the key */
	const char *digest;	/* URI, NULL: SHA-256 */
};

const struct osci_digest *osci_signer_digest(const struct osci_signer *s);

/*
 * A reference to "#id" or "cid:id" (scheme). transform: its only one, by URI,
 * or NULL. references: the buffer of all of them.
 */
void osci_reference_put(struct buf *references, const char *scheme,
    const char *id, const char *transform, const struct osci_digest *digest,
    const uint8_t *value);

/* Writes <ds:Signature> where the five namespaces of osci_out.h are in scope,
 * and no others. */
int osci_signature_put(struct arena *a, struct buf *b,
    const struct osci_signer *signer, const struct buf *references,
    struct err *err);

#endif
