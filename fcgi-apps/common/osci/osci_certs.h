/*
 * The certificates of a message by their roles (OSCI-Transport 1.2, part 1,
 * IntermediaryCertificates and NonIntermediaryCertificates).
 */
#ifndef OSCI_CERTS_H
#define OSCI_CERTS_H

#include "common/buf.h"
#include "common/osci/osci_cert.h"
#include "common/osci/osci_out.h"

#define OSCI_CERTS_MAX 128

enum osci_role {
	OSCI_CIPHER_ORIGINATOR,
	OSCI_CIPHER_AUTHOR,
	OSCI_CIPHER_ADDRESSEE,
	OSCI_CIPHER_READER,
	OSCI_SIGN_ORIGINATOR,
	OSCI_SIGN_AUTHOR,
	OSCI_SIGN_ADDRESSEE,
	OSCI_CIPHER_INTERMEDIARY,
	OSCI_SIGN_INTERMEDIARY,
	OSCI_ROLES,
};

struct osci_role_cert {
	enum osci_role role;
	const char *id;
	struct osci_cert cert;
};

struct osci_certs {
	struct osci_role_cert *cert;
	size_t n;
	/* the single ones; NULL when absent, and of authors and readers */
	const struct osci_role_cert *by_role[OSCI_ROLES];
};

/* The roles that a message of this type may carry, as bits 1 << role: what the
 * official library accepts there, and a little more of requests. */
unsigned osci_roles_of(enum osci_type type);

/* Code 9100: another shape, a single role twice, a role that this message type
 * must not have, one that is no certificate. */
int osci_certs_read(struct arena *a, const struct osci_message *m,
    struct osci_certs *out, struct err *err);
/* What a RetrievalMethod names; NULL. */
const struct osci_role_cert *osci_certs_by_id(
    const struct osci_certs *c, const char *id);

/* "CipherCertificateOriginator" */
const char *osci_role_element(enum osci_role role);

/*
 * Writes elements in the order of the schema, canonically, into an open block
 * (osci_out.h).
 */
void osci_certs_put(
    struct buf *b, const struct osci_role_cert *cert, size_t n);

#endif
