/*
 * Making, taking in and writing out key pairs for OSCI: RSA for encryption, RSA
 * or P-256 for signatures; certificates signed by themselves, requests for a
 * certificate (PKCS#10), and PKCS#12 and PEM files from elsewhere.
 */
#ifndef OSCI_KEY_H
#define OSCI_KEY_H

#include "common/osci/osci_cert.h"

#define OSCI_KEY_DER_MAX 11000 /* bytes of a private key as PKCS#8 */

enum osci_key_kind { OSCI_KEY_RSA3072, OSCI_KEY_RSA4096, OSCI_KEY_P256 };

/* "rsa3072", "rsa4096", "p256"; ERR_BAD_REQUEST. */
int osci_key_kind_parse(
    const char *name, enum osci_key_kind *out, struct err *err);

/* A new private key; freed with the arena. */
void osci_key_create(
    struct arena *a, enum osci_key_kind kind, struct osci_key *out);

/* As PKCS#8 in DER, in arena a; the caller wipes it. ERR_CONFIG: a key that
 * stays in its token, or is too long. */
int osci_key_to_der(struct arena *a, const struct osci_key *key,
    uint8_t **out, size_t *len, struct err *err);
int osci_key_from_der(struct arena *a, const void *der, size_t len,
    struct osci_key *out, struct err *err);

/* Whether the certificate is this key's. */
bool osci_key_fits(const struct osci_key *key, const struct osci_cert *cert);

/*
 * A certificate that the key signs itself, from now on for days. subject:
 * "CN=Stadt Quellstadt,O=...,C=DE" (a comma in a value: "\,"). is_cipher: for
 * encryption, else for signatures. ERR_BAD_REQUEST names what is wrong with the
 * subject.
 */
int osci_key_self_sign(struct arena *a, const struct osci_key *key,
    const char *subject, bool is_cipher, int days, struct osci_cert *out,
    struct err *err);
/* A request for a certificate, PKCS#10 in PEM; subject NULL: that of cert. */
int osci_key_request(struct arena *a, const struct osci_key *key,
    const char *subject, const struct osci_cert *cert, bool is_cipher,
    const char **pem, struct err *err);

/*
 * Key and certificate of a PKCS#12 file, old ways of encryption included.
 * ERR_FORBIDDEN: another password. ERR_CONFIG: no such file, or none of both in
 * it.
 */
int osci_key_read_p12(struct arena *a, const char *path,
    const char *password, struct osci_key *key, struct osci_cert *cert,
    struct err *err);
/* A key in PEM, encrypted with a password or not (password NULL). */
int osci_key_read_pem(struct arena *a, const char *path,
    const char *password, struct osci_key *out, struct err *err);

/* A certificate in PEM, in arena a. */
const char *osci_cert_to_pem(struct arena *a, const struct osci_cert *cert);

#endif
