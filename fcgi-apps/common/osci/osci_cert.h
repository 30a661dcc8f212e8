/*
 * X.509 certificates as OSCI carries them (OpenSSL behind). Whether one may be
 * trusted is osci_trust.h's matter.
 */
#ifndef OSCI_CERT_H
#define OSCI_CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/crypto/crypto.h"
#include "common/err.h"

#define OSCI_CERT_MAX 16384 /* bytes of one in DER */

struct X509_name_st;
struct x509_st;
struct evp_pkey_st;

struct osci_cert {
	const uint8_t *der;
	size_t len;
	uint8_t sha256[CRYPTO_DIGEST_LEN]; /* of der: how it is looked up */
	struct x509_st *x509;		   /* freed with the arena */
	struct evp_pkey_st *key;	   /* its public key; x509's */
};

/* A certificate in DER; copied. ERR_BAD_REQUEST when it is none. */
int osci_cert_parse(struct arena *a, const uint8_t *der, size_t len,
    struct osci_cert *out, struct err *err);
/* The same from Base64, blanks ignored. */
int osci_cert_parse_text(struct arena *a, const char *text, size_t len,
    struct osci_cert *out, struct err *err);
/* From a file in PEM (the first certificate in it) or DER. */
int osci_cert_read(struct arena *a, const char *path, struct osci_cert *out,
    struct err *err);

/* All of a PEM file, or the one of a DER file. */
int osci_cert_read_all(struct arena *a, const char *path,
    struct osci_cert **out, size_t *n, struct err *err);

bool osci_cert_equal(const struct osci_cert *x, const struct osci_cert *y);
/* Whether its key usage, if it names any, allows to sign (digitalSignature or
 * nonRepudiation), to encipher keys (keyEncipherment or dataEncipherment). */
bool osci_cert_may_sign(const struct osci_cert *c);
bool osci_cert_may_encipher(const struct osci_cert *c);
/* A key of less than 112 bits of strength, such as RSA below 2048. */
bool osci_cert_is_weak(const struct osci_cert *c);
bool osci_cert_may_issue(const struct osci_cert *c); /* an authority */
/* Names as RFC 2253 writes them; the serial number in decimal. In arena a. */
const char *osci_name_text(struct arena *a, const struct X509_name_st *name);
const char *osci_cert_subject(struct arena *a, const struct osci_cert *c);
const char *osci_cert_issuer(struct arena *a, const struct osci_cert *c);
const char *osci_cert_serial(struct arena *a, const struct osci_cert *c);
/* Its first and last second as XML Schema has them, UTC. */
const char *osci_cert_not_before(struct arena *a, const struct osci_cert *c);
const char *osci_cert_not_after(struct arena *a, const struct osci_cert *c);
/* "RSA 4096", "EC P-256". */
const char *osci_cert_key_text(struct arena *a, const struct osci_cert *c);
/* Whether now_ms lies within its validity. */
bool osci_cert_is_current(const struct osci_cert *c, int64_t now_ms);

/* A private key: a PEM file without password, or a token's ("pkcs11:...", see
 * osci_pkcs11.h); freed with the arena. osci_key.h has more ways. */
struct osci_key {
	struct evp_pkey_st *key;
};
int osci_key_read(struct arena *a, const char *path, struct osci_key *out,
    struct err *err);
/* The URI of the usual signature method for a key: RSA or ECDSA, SHA-256. */
const char *osci_key_method(const struct osci_key *key);

#endif
