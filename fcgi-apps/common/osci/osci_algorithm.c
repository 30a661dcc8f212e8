#include "common/osci/osci_algorithm.h"

#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define XENC11 "http://www.w3.org/2009/xmlenc11#"
#define MORE01 "http://www.w3.org/2001/04/xmldsig-more#"
#define MORE07 "http://www.w3.org/2007/05/xmldsig-more#"

static const struct osci_digest digests[] = {
	{ XENC "sha256", "SHA256", 32 },
	{ XENC "sha512", "SHA512", 64 },
	{ MORE07 "sha3-256", "SHA3-256", 32 },
	{ MORE07 "sha3-384", "SHA3-384", 48 },
	{ MORE07 "sha3-512", "SHA3-512", 64 },
};

static const struct osci_signing signings[] = {
	{ MORE01 "rsa-sha256", "RSA, SHA-256", OSCI_RSA_PKCS1, "SHA256" },
	{ MORE01 "rsa-sha512", "RSA, SHA-512", OSCI_RSA_PKCS1, "SHA512" },
	{ MORE01 "ecdsa-sha256", "ECDSA, SHA-256", OSCI_ECDSA, "SHA256" },
	{ MORE01 "ecdsa-sha512", "ECDSA, SHA-512", OSCI_ECDSA, "SHA512" },
	{ MORE07 "sha256-rsa-MGF1", "RSA-PSS, SHA-256", OSCI_RSA_PSS,
	    "SHA256" },
	{ MORE07 "sha512-rsa-MGF1", "RSA-PSS, SHA-512", OSCI_RSA_PSS,
	    "SHA512" },
	{ MORE07 "sha3-256-rsa-MGF1", "RSA-PSS, SHA3-256", OSCI_RSA_PSS,
	    "SHA3-256" },
	{ MORE07 "sha3-384-rsa-MGF1", "RSA-PSS, SHA3-384", OSCI_RSA_PSS,
	    "SHA3-384" },
	{ MORE07 "sha3-512-rsa-MGF1", "RSA-PSS, SHA3-512", OSCI_RSA_PSS,
	    "SHA3-512" },
};

static const struct osci_cipher_kind ciphers[] = {
	{ XENC11 "aes256-gcm", "AES-256-GCM", OSCI_GCM, 32, 16, false },
	{ XENC11 "aes192-gcm", "AES-192-GCM", OSCI_GCM, 24, 16, false },
	{ XENC11 "aes128-gcm", "AES-128-GCM", OSCI_GCM, 16, 16, false },
	{ XENC "aes256-cbc", "AES-256-CBC", OSCI_CBC, 32, 16, true },
	{ XENC "aes192-cbc", "AES-192-CBC", OSCI_CBC, 24, 16, true },
	{ XENC "aes128-cbc", "AES-128-CBC", OSCI_CBC, 16, 16, true },
	{ XENC "tripledes-cbc", "DES-EDE3-CBC", OSCI_CBC, 24, 8, true },
};

static const struct osci_wrap_kind wraps[] = {
	{ OSCI_OAEP_URI, OSCI_OAEP, false },
	{ XENC "rsa-1_5", OSCI_RSA15, true },
};

static const struct {
	const char *uri, *digest;
} masks[] = {
	{ XENC11 "mgf1sha256", "SHA256" },
	{ XENC11 "mgf1sha384", "SHA384" },
	{ XENC11 "mgf1sha512", "SHA512" },
};

#define FIND(table)                                                            \
	for (size_t i = 0; i < nitems(table); i++)                             \
		if (strcmp(table[i].uri, uri) == 0)                            \
			return &table[i];                                      \
	return NULL

const struct osci_digest *
osci_digest_find(const char *uri)
{
	FIND(digests);
}

const struct osci_signing *
osci_signing_find(const char *uri)
{
	FIND(signings);
}

const struct osci_cipher_kind *
osci_cipher_find(const char *uri)
{
	FIND(ciphers);
}

const struct osci_wrap_kind *
osci_wrap_find(const char *uri)
{
	FIND(wraps);
}

const char *
osci_mgf_digest(const char *uri)
{
	for (size_t i = 0; i < nitems(masks); i++)
		if (strcmp(masks[i].uri, uri) == 0)
			return masks[i].digest;
	return NULL;
}
