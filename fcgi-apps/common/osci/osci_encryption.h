/*
 * Encrypted data of OSCI-Transport 1.2 (XML Encryption 1.1; OSCI part 1,
 * encryption; IvLength of corrigendum 6): what is encrypted how and for whom,
 * and opening it.
 */
#ifndef OSCI_ENCRYPTION_H
#define OSCI_ENCRYPTION_H

#include "common/osci/osci_cert.h"
#include "common/osci/osci_cipher.h"
#include "common/xml/xml_tree.h"

/* A key that is wrapped for one reader. */
struct osci_wrapped_key {
	const struct osci_wrap_kind *kind;
	const char *digest, *mask; /* of OAEP, as OpenSSL names them */
	const uint8_t *bytes;
	size_t len;
	struct osci_cert cert; /* in KeyInfo: x509 NULL when by reference */
	const char *cert_id;   /* RetrievalMethod without "#", or NULL */
};

struct osci_encrypted {
	const struct osci_cipher_kind *kind;
	size_t iv_len;
	const struct osci_wrapped_key *key;
	size_t nkey;
	const uint8_t *raw_key; /* in MgmtData, of attachments; or NULL */
	const struct xml_node *value; /* CipherValue, or NULL: */
	const char *part;	      /* the part's Content-ID */
};

#define OSCI_READERS_MAX 64

/* What is allowed beyond the rule. */
struct osci_crypto_policy {
	bool allows_cbc;   /* AES-CBC and 3DES */
	bool allows_rsa15; /* RSAES-PKCS1-v1_5 */
};

/* Reads an EncryptedData. ERR_BAD_REQUEST: another shape, or an algorithm that
 * is not ours or not allowed. */
int osci_encrypted_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, const struct osci_crypto_policy *policy,
    struct osci_encrypted *out, struct err *err);

/*
 * Opens a wrapped key; out holds key_len bytes. With RSA 1.5 a wrong padding
 * is not told: the key is a random one then, and the contents do not open
 * (RFC 3218). ERR_CRYPTO.
 */
int osci_key_unwrap(struct arena *a, const struct osci_wrapped_key *w,
    const struct osci_key *key, size_t key_len, uint8_t out[OSCI_KEY_MAX],
    struct err *err);

/* Wraps a key with RSA-OAEP, SHA-256 (or the digest named: "SHA512"). */
int osci_key_wrap(struct arena *a, const struct osci_cert *cert,
    const char *digest, const uint8_t *key, size_t key_len,
    const uint8_t **out, size_t *out_len, struct err *err);

#endif
