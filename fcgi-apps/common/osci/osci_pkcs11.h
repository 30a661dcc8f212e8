/*
 * Private keys that never leave a token (PKCS#11), by OpenSSL's engine for it
 * (Debian: libengine-pkcs11-openssl). Opened once a process.
 */
#ifndef OSCI_PKCS11_H
#define OSCI_PKCS11_H

#include <stdbool.h>

#include "common/osci/osci_cert.h"

/* "pkcs11:...", RFC 7512. */
bool osci_pkcs11_is_uri(const char *text);

/*
 * module: the token's library, "" for p11-kit's; pin_file: a file with the PIN
 * in one line, without rights for group and others, "" for none. The first call
 * counts, further ones do nothing. ERR_CONFIG says what is missing.
 */
int osci_pkcs11_open(
    const char *module, const char *pin_file, struct err *err);

/* The key of a URI; freed with the arena. A PIN in the URI itself is refused:
 * it would lie open in the database. ERR_CONFIG. */
int osci_pkcs11_key(struct arena *a, const char *uri, struct osci_key *out,
    struct err *err);

#endif
