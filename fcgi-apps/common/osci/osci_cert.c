#include "common/osci/osci_cert.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "common/base64.h"
#include "common/date.h"
#include "common/file.h"
#include "common/log.h"
#include "common/osci/osci_cache.h"
#include "common/osci/osci_key.h"
#include "common/osci/osci_pkcs11.h"

#define CACHED_MAX 4096 /* no room for those that are odd */

static void
free_x509(void *arg)
{
	X509_free(arg);
}

int
osci_cert_parse(struct arena *a, const uint8_t *der, size_t len,
    struct osci_cert *out, struct err *err)
{
	const unsigned char *p;

	*out = (struct osci_cert){ .len = len };
	if (len > OSCI_CERT_MAX)
		return err_set(err, ERR_BAD_REQUEST, "certificate: too long");
	p = out->der = (const uint8_t *)arena_dup(a, der, len);
	crypto_sha256(out->der, len, out->sha256);
	if ((out->x509 = osci_cache_cert(out->sha256)) != NULL) {
		arena_defer(a, free_x509, out->x509);
		out->key = X509_get0_pubkey(out->x509);
		return 0;
	}
	out->x509 = d2i_X509(NULL, &p, (long)len);
	if (out->x509 == NULL || p != out->der + len) {
		X509_free(out->x509);
		out->x509 = NULL;
		return err_set(err, ERR_BAD_REQUEST, "certificate: no DER");
	}
	arena_defer(a, free_x509, out->x509);
	if ((out->key = X509_get0_pubkey(out->x509)) == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "certificate: unknown kind of key");
	if (len <= CACHED_MAX)
		osci_cache_keep_cert(out->sha256, out->x509);
	return 0;
}

int
osci_cert_parse_text(struct arena *a, const char *text, size_t len,
    struct osci_cert *out, struct err *err)
{
	uint8_t *der;
	size_t n;

	if (len > OSCI_CERT_MAX * 2)
		return err_set(err, ERR_BAD_REQUEST, "certificate: too long");
	return base64_decode(a, text, len, &der, &n, err) == -1
	    ? -1
	    : osci_cert_parse(a, der, n, out, err);
}

#define FILE_MAX (4 << 20)
#define CERTS_MAX 1000

static BIO *
open_bytes(const char *bytes, size_t len)
{
	BIO *bio = BIO_new_mem_buf(bytes, (int)len);

	if (bio == NULL)
		log_fatal("OpenSSL: out of memory");
	return bio;
}

/* Else OpenSSL asks on the terminal. */
static int
no_password(char *out, int size, int is_writing, void *arg)
{
	(void)out;
	(void)size;
	(void)is_writing;
	(void)arg;
	return -1;
}

/* The next certificate of a file; NULL behind the last. */
static X509 *
next_cert(BIO *bio, bool is_pem)
{
	X509 *x = is_pem ? PEM_read_bio_X509(bio, NULL, no_password, NULL)
			 : d2i_X509_bio(bio, NULL);

	ERR_clear_error();
	return x;
}

static int
read_certs(struct arena *a, const char *path, size_t max,
    struct osci_cert *out, size_t *n, struct err *err)
{
	char *text;
	size_t size;
	X509 *x509;
	BIO *bio;
	bool is_pem;
	int rc = 0;

	if (file_read(a, path, FILE_MAX, &text, &size, err) == -1)
		return -1;
	bio = open_bytes(text, size);
	is_pem = memmem(text, size, "-----BEGIN", 10) != NULL;
	for (*n = 0; rc == 0 && *n < max &&
	     (x509 = next_cert(bio, is_pem)) != NULL;) {
		unsigned char *der = NULL;
		int len = i2d_X509(x509, &der);

		X509_free(x509);
		rc = osci_cert_parse(
		    a, der, len < 0 ? 0 : (size_t)len, &out[(*n)++], err);
		OPENSSL_free(der);
	}
	BIO_free(bio);
	if (rc == 0 && *n == 0)
		return err_set(
		    err, ERR_CONFIG, "%s: no certificate in PEM or DER", path);
	return rc;
}

int
osci_cert_read(struct arena *a, const char *path, struct osci_cert *out,
    struct err *err)
{
	size_t n;

	return read_certs(a, path, 1, out, &n, err);
}

int
osci_cert_read_all(struct arena *a, const char *path, struct osci_cert **out,
    size_t *n, struct err *err)
{
	*out = arena_new(a, struct osci_cert, CERTS_MAX);
	return read_certs(a, path, CERTS_MAX, *out, n, err);
}

bool
osci_cert_equal(const struct osci_cert *x, const struct osci_cert *y)
{
	return x->len == y->len && memcmp(x->der, y->der, x->len) == 0;
}

static bool
may(const struct osci_cert *c, uint32_t bits)
{
	uint32_t usage = X509_get_key_usage(c->x509);

	return usage == UINT32_MAX || (usage & bits) != 0;
}

bool
osci_cert_may_sign(const struct osci_cert *c)
{
	return may(c, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
}

bool
osci_cert_may_encipher(const struct osci_cert *c)
{
	return may(c, KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT);
}

bool
osci_cert_is_weak(const struct osci_cert *c)
{
	return EVP_PKEY_get_security_bits(c->key) < 112;
}

bool
osci_cert_may_issue(const struct osci_cert *c)
{
	return X509_check_ca(c->x509) > 0;
}

const char *
osci_name_text(struct arena *a, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text;
	char *copy;
	long len;

	if (bio == NULL ||
	    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) == -1)
		log_fatal("OpenSSL: out of memory");
	len = BIO_get_mem_data(bio, &text);
	copy = arena_dup(a, text, (size_t)len);
	BIO_free(bio);
	return copy;
}

const char *
osci_cert_subject(struct arena *a, const struct osci_cert *c)
{
	return osci_name_text(a, X509_get_subject_name(c->x509));
}

const char *
osci_cert_issuer(struct arena *a, const struct osci_cert *c)
{
	return osci_name_text(a, X509_get_issuer_name(c->x509));
}

const char *
osci_cert_serial(struct arena *a, const struct osci_cert *c)
{
	BIGNUM *n = ASN1_INTEGER_to_BN(
	    X509_get0_serialNumber(c->x509), NULL);
	char *text = n == NULL ? NULL : BN_bn2dec(n);
	const char *copy;

	if (text == NULL)
		log_fatal("OpenSSL: out of memory");
	copy = arena_strdup(a, text);
	OPENSSL_free(text);
	BN_free(n);
	return copy;
}

static const char *
time_text(struct arena *a, const ASN1_TIME *t)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return "?";
	return date_instant_to_xsd(a, (int64_t)timegm(&tm) * 1000);
}

const char *
osci_cert_not_before(struct arena *a, const struct osci_cert *c)
{
	return time_text(a, X509_get0_notBefore(c->x509));
}

const char *
osci_cert_not_after(struct arena *a, const struct osci_cert *c)
{
	return time_text(a, X509_get0_notAfter(c->x509));
}

const char *
osci_cert_key_text(struct arena *a, const struct osci_cert *c)
{
	char group[64] = "?";
	const char *nist;

	if (EVP_PKEY_get_base_id(c->key) != EVP_PKEY_EC)
		return arena_printf(a, "%s %d",
		    EVP_PKEY_get0_type_name(c->key) == NULL
			? "?"
			: EVP_PKEY_get0_type_name(c->key),
		    EVP_PKEY_get_bits(c->key));
	(void)EVP_PKEY_get_group_name(c->key, group, sizeof(group), NULL);
	nist = EC_curve_nid2nist(OBJ_sn2nid(group));
	return arena_printf(a, "EC %s", nist == NULL ? group : nist);
}

bool
osci_cert_is_current(const struct osci_cert *c, int64_t now_ms)
{
	time_t now = (time_t)(now_ms / 1000);

	return X509_cmp_time(X509_get0_notBefore(c->x509), &now) == -1 &&
	    X509_cmp_time(X509_get0_notAfter(c->x509), &now) == 1;
}

int
osci_key_read(struct arena *a, const char *path, struct osci_key *out,
    struct err *err)
{
	return osci_pkcs11_is_uri(path)
	    ? osci_pkcs11_key(a, path, out, err)
	    : osci_key_read_pem(a, path, NULL, out, err);
}

const char *
osci_key_method(const struct osci_key *key)
{
	return EVP_PKEY_get_base_id(key->key) == EVP_PKEY_EC
	    ? "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	    : "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
}
