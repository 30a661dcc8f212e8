#include "common/osci/osci_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "common/log.h"
#include "common/osci/osci_cache.h"

#define SERIAL_BITS 127
#define TEXT_MAX 200 /* bytes of one part of a name */

static void
free_key(void *arg)
{
	EVP_PKEY_free(arg);
}

int
osci_key_kind_parse(const char *name, enum osci_key_kind *out, struct err *err)
{
	static const char *const names[] = {
	    [OSCI_KEY_RSA3072] = "rsa3072",
	    [OSCI_KEY_RSA4096] = "rsa4096",
	    [OSCI_KEY_P256] = "p256",
	};

	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum osci_key_kind)i;
			return 0;
		}
	return err_set(err, ERR_BAD_REQUEST,
	    "no kind of key '%.40s': rsa3072, rsa4096, p256", name);
}

void
osci_key_create(
    struct arena *a, enum osci_key_kind kind, struct osci_key *out)
{
	out->key = kind == OSCI_KEY_P256
	    ? EVP_EC_gen("P-256")
	    : EVP_RSA_gen(kind == OSCI_KEY_RSA3072 ? 3072U : 4096U);
	if (out->key == NULL)
		log_fatal("OpenSSL: no key could be made");
	arena_defer(a, free_key, out->key);
}

int
osci_key_to_der(struct arena *a, const struct osci_key *key, uint8_t **out,
    size_t *len, struct err *err)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->key);
	unsigned char *der = NULL;
	int n = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	int rc = 0;

	PKCS8_PRIV_KEY_INFO_free(info);
	if (n <= 0)
		rc = err_set(err, ERR_CONFIG, "the key cannot be written out");
	else if (n > OSCI_KEY_DER_MAX)
		rc = err_set(err, ERR_CONFIG, "the key is too long");
	else {
		*out = (uint8_t *)arena_dup(a, der, (size_t)n);
		*len = (size_t)n;
	}
	if (n > 0)
		OPENSSL_clear_free(der, (size_t)n);
	return rc;
}

int
osci_key_from_der(struct arena *a, const void *der, size_t len,
    struct osci_key *out, struct err *err)
{
	uint8_t sha256[CRYPTO_DIGEST_LEN];
	const unsigned char *p = der;

	crypto_sha256(der, len, sha256);
	out->key = osci_cache_key(sha256);
	if (out->key == NULL) {
		out->key = len > OSCI_KEY_DER_MAX
		    ? NULL
		    : d2i_AutoPrivateKey(NULL, &p, (long)len);
		if (out->key == NULL)
			return err_set(
			    err, ERR_CRYPTO, "no private key in PKCS#8");
		osci_cache_keep_key(sha256, out->key);
	}
	arena_defer(a, free_key, out->key);
	return 0;
}

bool
osci_key_fits(const struct osci_key *key, const struct osci_cert *cert)
{
	return EVP_PKEY_eq(key->key, cert->key) == 1;
}

/* ---- names ---- */

/* The next part of a subject, up to a comma that is not escaped; "\" is taken
 * away. Returns what is behind it, NULL when it is too long. */
static const char *
next_part(const char *p, char out[TEXT_MAX])
{
	size_t n = 0;

	for (p += strspn(p, " "); *p != '\0' && *p != ','; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		if (n + 1 == TEXT_MAX)
			return NULL;
		out[n++] = *p;
	}
	out[n] = '\0';
	return *p == ',' ? p + 1 : p;
}

static int
parse_name(const char *subject, X509_NAME *name, struct err *err)
{
	const char *p = subject;

	while (p != NULL && *p != '\0') {
		char part[TEXT_MAX], *equals;

		if ((p = next_part(p, part)) == NULL)
			break;
		if ((equals = strchr(part, '=')) == NULL)
			return err_set(err, ERR_BAD_REQUEST,
			    "subject: '%s' is not of the form CN=name", part);
		*equals = '\0';
		if (X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8,
			(const unsigned char *)equals + 1, -1, -1, 0) != 1)
			return err_set(err, ERR_BAD_REQUEST,
			    "subject: %s=%s is not possible", part,
			    equals + 1);
	}
	if (p == NULL)
		return err_set(err, ERR_BAD_REQUEST, "subject: too long");
	if (X509_NAME_entry_count(name) == 0)
		return err_set(err, ERR_BAD_REQUEST, "subject: empty");
	return 0;
}

static const char *
usage(bool is_cipher)
{
	return is_cipher ? "critical,keyEncipherment,dataEncipherment"
			 : "critical,digitalSignature,nonRepudiation";
}

/* ---- certificates ---- */

static void
add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (e == NULL || X509_add_ext(x, e, -1) != 1)
		log_fatal("OpenSSL: an extension could not be made");
	X509_EXTENSION_free(e);
}

static void
set_serial(X509 *x)
{
	BIGNUM *n = BN_new();

	if (n == NULL ||
	    BN_rand(n, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) !=
		1 ||
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) == NULL)
		log_fatal("OpenSSL: no random number");
	BN_free(n);
}

static int
take_x509(struct arena *a, X509 *x, struct osci_cert *out, struct err *err)
{
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der), rc;

	if (n <= 0)
		return err_set(err, ERR_CRYPTO, "no certificate in DER");
	rc = osci_cert_parse(a, der, (size_t)n, out, err);
	OPENSSL_free(der);
	return rc;
}

int
osci_key_self_sign(struct arena *a, const struct osci_key *key,
    const char *subject, bool is_cipher, int days, struct osci_cert *out,
    struct err *err)
{
	X509 *x = X509_new();
	X509_NAME *name = x == NULL ? NULL : X509_get_subject_name(x);
	int rc = -1;

	if (x == NULL)
		log_fatal("OpenSSL: out of memory");
	if (parse_name(subject, name, err) == -1)
		goto out;
	set_serial(x);
	if (X509_set_version(x, X509_VERSION_3) != 1 ||
	    X509_set_issuer_name(x, name) != 1 ||
	    X509_gmtime_adj(X509_getm_notBefore(x), -60) == NULL ||
	    X509_time_adj_ex(X509_getm_notAfter(x), days, 0, NULL) == NULL ||
	    X509_set_pubkey(x, key->key) != 1)
		log_fatal("OpenSSL: out of memory");
	add_extension(x, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(x, NID_key_usage, usage(is_cipher));
	add_extension(x, NID_subject_key_identifier, "hash");
	rc = X509_sign(x, key->key, EVP_sha256()) > 0
	    ? take_x509(a, x, out, err)
	    : err_set(err, ERR_CRYPTO, "the key does not sign");
out:
	X509_free(x);
	return rc;
}

static void
request_usage(X509_REQ *r, bool is_cipher)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(
	    NULL, NULL, NID_key_usage, usage(is_cipher));
	STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();

	if (e == NULL || list == NULL ||
	    sk_X509_EXTENSION_push(list, e) == 0 ||
	    X509_REQ_add_extensions(r, list) != 1)
		log_fatal("OpenSSL: out of memory");
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}

static const char *
read_bio(struct arena *a, BIO *bio)
{
	const char *text, *copy;
	long n = BIO_get_mem_data(bio, &text);

	copy = arena_dup(a, text, (size_t)n);
	BIO_free(bio);
	return copy;
}

int
osci_key_request(struct arena *a, const struct osci_key *key,
    const char *subject, const struct osci_cert *cert, bool is_cipher,
    const char **pem, struct err *err)
{
	X509_REQ *r = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	int rc = -1;

	if (r == NULL || bio == NULL || X509_REQ_set_version(r, 0) != 1 ||
	    X509_REQ_set_pubkey(r, key->key) != 1)
		log_fatal("OpenSSL: out of memory");
	if (subject != NULL) {
		if (parse_name(subject, X509_REQ_get_subject_name(r), err) ==
		    -1)
			goto out;
	} else if (X509_REQ_set_subject_name(
		       r, X509_get_subject_name(cert->x509)) != 1)
		log_fatal("OpenSSL: out of memory");
	request_usage(r, is_cipher);
	if (X509_REQ_sign(r, key->key, EVP_sha256()) <= 0) {
		(void)err_set(err, ERR_CRYPTO, "the key does not sign");
		goto out;
	}
	if (PEM_write_bio_X509_REQ(bio, r) != 1)
		log_fatal("OpenSSL: out of memory");
	*pem = read_bio(a, bio);
	bio = NULL;
	rc = 0;
out:
	BIO_free(bio);
	X509_REQ_free(r);
	return rc;
}

const char *
osci_cert_to_pem(struct arena *a, const struct osci_cert *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (bio == NULL || PEM_write_bio_X509(bio, cert->x509) != 1)
		log_fatal("OpenSSL: out of memory");
	return read_bio(a, bio);
}
