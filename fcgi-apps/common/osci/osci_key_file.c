/* Keys from files that other programs made. */
#include "common/osci/osci_key.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "common/file.h"
#include "common/log.h"

#define FILE_MAX (1 << 20)

static void
free_key(void *arg)
{
	EVP_PKEY_free(arg);
}

/* ---- PKCS#12 ---- */

/* What is in a file, as plain DER: OpenSSL's own objects would die with the
 * library context that they were read in. */
struct bag {
	struct arena *a;
	uint8_t *key, *cert;
	size_t key_len, cert_len;
};

static int
empty_bag(struct bag *b, EVP_PKEY *key, X509 *cert)
{
	struct osci_key one = {.key = key};
	struct err unused = {0};
	unsigned char *der = NULL;
	int n;

	if (osci_key_to_der(b->a, &one, &b->key, &b->key_len, &unused) == -1)
		return -1;
	if ((n = i2d_X509(cert, &der)) <= 0)
		return -1;
	b->cert = (uint8_t *)arena_dup(b->a, der, (size_t)n);
	b->cert_len = (size_t)n;
	OPENSSL_free(der);
	return 0;
}

enum p12_result { P12_OPEN, P12_PASSWORD, P12_OTHER };

static enum p12_result
open_in(OSSL_LIB_CTX *lib, const char *bytes, size_t len,
    const char *password, struct bag *b)
{
	const unsigned char *p = (const unsigned char *)bytes;
	PKCS12 *p12 = PKCS12_init_ex(NID_pkcs7_data, lib, NULL);
	enum p12_result result = P12_OTHER;
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;

	ERR_clear_error();
	if (p12 != NULL && d2i_PKCS12(&p12, &p, (long)len) != NULL &&
	    PKCS12_parse(p12, password, &key, &cert, NULL) == 1) {
		if (key != NULL && cert != NULL &&
		    empty_bag(b, key, cert) == 0)
			result = P12_OPEN;
	} else if (ERR_GET_REASON(ERR_peek_last_error()) ==
	    PKCS12_R_MAC_VERIFY_FAILURE)
		result = P12_PASSWORD;
	ERR_clear_error();
	EVP_PKEY_free(key);
	X509_free(cert);
	PKCS12_free(p12);
	return result;
}

/* Old files are encrypted by RC2, which OpenSSL keeps with other things of the
 * past in a provider of its own: loaded for the second try only. */
static enum p12_result
open_with(bool is_old, const char *bytes, size_t len, const char *password,
    struct bag *b)
{
	OSSL_LIB_CTX *lib = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *now, *past = NULL;
	enum p12_result result = P12_OTHER;

	if (lib == NULL || (now = OSSL_PROVIDER_load(lib, "default")) == NULL)
		log_fatal("OpenSSL: out of memory");
	if (!is_old || (past = OSSL_PROVIDER_load(lib, "legacy")) != NULL)
		result = open_in(lib, bytes, len, password, b);
	if (past != NULL)
		(void)OSSL_PROVIDER_unload(past);
	(void)OSSL_PROVIDER_unload(now);
	OSSL_LIB_CTX_free(lib);
	return result;
}

int
osci_key_read_p12(struct arena *a, const char *path, const char *password,
    struct osci_key *key, struct osci_cert *cert, struct err *err)
{
	struct bag b = {.a = a};
	enum p12_result result;
	char *bytes;
	size_t len;
	int rc;

	if (file_read(a, path, FILE_MAX, &bytes, &len, err) == -1)
		return -1;
	result = open_with(false, bytes, len, password, &b);
	if (result == P12_OTHER)
		result = open_with(true, bytes, len, password, &b);
	if (result == P12_PASSWORD)
		return err_set(
		    err, ERR_FORBIDDEN, "%s: wrong password", path);
	if (result == P12_OTHER)
		return err_set(err, ERR_CONFIG,
		    "%s: no PKCS#12 with a key and its certificate", path);
	rc = osci_key_from_der(a, b.key, b.key_len, key, err);
	explicit_bzero(b.key, b.key_len);
	return rc == -1 ? -1
			: osci_cert_parse(a, b.cert, b.cert_len, cert, err);
}

/* ---- PEM ---- */

static int
give_password(char *out, int size, int is_writing, void *arg)
{
	const char *password = arg;
	size_t n = password == NULL ? 0 : strlen(password);

	(void)is_writing; /* only read here */
	if (n == 0 || n > (size_t)size)
		return -1; /* else OpenSSL asks on the terminal */
	memcpy(out, password, n);
	return (int)n;
}

int
osci_key_read_pem(struct arena *a, const char *path, const char *password,
    struct osci_key *out, struct err *err)
{
	char *text;
	size_t len;
	BIO *bio;

	if (file_read(a, path, FILE_MAX, &text, &len, err) == -1)
		return -1;
	if ((bio = BIO_new_mem_buf(text, (int)len)) == NULL)
		log_fatal("OpenSSL: out of memory");
	out->key = PEM_read_bio_PrivateKey(bio, NULL, give_password,
	    (void *)(uintptr_t)password);
	BIO_free(bio);
	explicit_bzero(text, len);
	ERR_clear_error();
	if (out->key == NULL)
		return err_set(err, ERR_CONFIG,
		    "%s: no private key in PEM%s", path,
		    password == NULL ? " that needs no password"
				     : ", or another password");
	arena_defer(a, free_key, out->key);
	return 0;
}
