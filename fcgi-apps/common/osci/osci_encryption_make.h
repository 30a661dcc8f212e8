/*
 * Writing EncryptedData as OSCI-Transport 1.2 has it, canonically: AES-256-GCM
 * with an IV of 12 bytes, RSA-OAEP. For messages (osci_out) and
 * for readers of contents (osci_content_make).
 */
#ifndef OSCI_ENCRYPTION_MAKE_H
#define OSCI_ENCRYPTION_MAKE_H

#include "common/buf.h"
#include "common/osci/osci_encryption.h"

/* <xenc:EncryptionMethod> */
void osci_encryption_put_method(struct buf *b);

/*
 * <xenc:EncryptedKey> for one reader: named by the Id of the certificate in the
 * message, or (id NULL) by the certificate itself. digest: of OAEP and of its
 * mask, "SHA256" or "SHA512". key: 32 bytes.
 */
int osci_encryption_put_key(struct arena *a, struct buf *b,
    const struct osci_cert *cert, const char *id, const char *digest,
    const uint8_t *key, struct err *err);

/* <xenc:CipherData> that lies in a part. */
void osci_encryption_put_part(struct buf *b, const char *part);

#endif
