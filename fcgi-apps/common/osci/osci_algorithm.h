/*
 * The algorithms of OSCI-Transport 1.2 (with its corrigenda 1 to 8) by their
 * URIs. What was withdrawn (SHA-1, RIPEMD-160) is not among them; what only old
 * peers use is marked and needs the operator's consent.
 */
#ifndef OSCI_ALGORITHM_H
#define OSCI_ALGORITHM_H

#include <stdbool.h>
#include <stddef.h>

enum osci_mode { OSCI_GCM, OSCI_CBC };
enum osci_scheme { OSCI_RSA_PKCS1, OSCI_RSA_PSS, OSCI_ECDSA };
enum osci_wrap { OSCI_OAEP, OSCI_RSA15 };

struct osci_digest {
	const char *uri, *name; /* name as OpenSSL knows it */
	size_t len;
};

struct osci_signing {
	const char *uri, *name;
	enum osci_scheme scheme;
	const char *digest;
};

struct osci_cipher_kind {
	const char *uri, *name;
	enum osci_mode mode;
	size_t key_len, block; /* block: also the IV of CBC */
	bool is_legacy;
};

struct osci_wrap_kind {
	const char *uri;
	enum osci_wrap wrap;
	bool is_legacy;
};

/* NULL when it is none of ours. */
const struct osci_digest *osci_digest_find(const char *uri);
const struct osci_signing *osci_signing_find(const char *uri);
const struct osci_cipher_kind *osci_cipher_find(const char *uri);
const struct osci_wrap_kind *osci_wrap_find(const char *uri);
/* The digest of a mask generation function's URI, as OpenSSL names it. */
const char *osci_mgf_digest(const char *uri);

#define OSCI_DEFAULT_DIGEST "http://www.w3.org/2001/04/xmlenc#sha256"
#define OSCI_DEFAULT_CIPHER "http://www.w3.org/2009/xmlenc11#aes256-gcm"
#define OSCI_OAEP_URI "http://www.w3.org/2009/xmlenc11#rsa-oaep"

#endif
