#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/date.h"
#include "common/osci/osci_encryption.h"
#include "common/osci/osci_key.h"
#include "common/osci/osci_pkcs11.h"
#include "common/osci/osci_signature.h"

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"
#define VECTORS "../shared/osci/vectors/keys"

static char dir[40];
/* RSA keys take long to make: one for all tests */
static struct arena kept;
static struct osci_key rsa_key;
static struct osci_cert rsa_cert;

static int
set_up(void **state)
{
	struct err err = {0};

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/torhaus-key-XXXXXX");
	osci_key_create(&kept, OSCI_KEY_RSA3072, &rsa_key);
	return osci_key_self_sign(&kept, &rsa_key, "CN=x", true, 1, &rsa_cert,
		   &err) == -1 ||
		mkdtemp(dir) == NULL
	    ? -1
	    : 0;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&kept);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *
in_dir(struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", dir, name);
}

#define OK(call)                                                               \
	do {                                                                   \
		if ((call) == -1)                                              \
			fail_msg("%s:%d: %s: %s", __FILE__, __LINE__, #call,   \
			    err.msg);                                          \
	} while (0)

/* Whether the key opens what is wrapped for the certificate. */
static void
assert_opens(const struct osci_key *key, const struct osci_cert *cert,
    const char *digest)
{
	const uint8_t secret[32] = {1, 2, 3}, *wrapped;
	struct osci_wrapped_key w = {.digest = digest, .mask = digest};
	struct osci_wrap_kind kind = {.wrap = OSCI_OAEP};
	uint8_t out[OSCI_KEY_MAX];
	struct arena a = {0};
	struct err err = {0};

	OK(osci_key_wrap(
	    &a, cert, digest, secret, sizeof(secret), &wrapped, &w.len, &err));
	w.bytes = wrapped;
	w.kind = &kind;
	OK(osci_key_unwrap(&a, &w, key, sizeof(secret), out, &err));
	assert_memory_equal(out, secret, sizeof(secret));
	arena_free(&a);
}

/* Whether the certificate verifies what the key signs. */
static void
assert_signs(const struct osci_key *key, const struct osci_cert *cert,
    const char *uri)
{
	const struct osci_signing *method = osci_signing_find(uri);
	const uint8_t *value;
	struct arena a = {0};
	struct err err = {0};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx;
	size_t len;

	assert_non_null(method);
	OK(osci_sign(&a, method, key, "text", 4, &value, &len, &err));
	assert_int_equal(EVP_DigestVerifyInit_ex(ctx, &key_ctx,
			     method->digest, NULL, NULL, cert->key, NULL),
	    1);
	if (method->scheme == OSCI_RSA_PSS) {
		(void)EVP_PKEY_CTX_set_rsa_padding(
		    key_ctx, RSA_PKCS1_PSS_PADDING);
		(void)EVP_PKEY_CTX_set_rsa_pss_saltlen(
		    key_ctx, RSA_PSS_SALTLEN_DIGEST);
	}
	if (method->scheme == OSCI_ECDSA) {
		ECDSA_SIG *sig = ECDSA_SIG_new();
		unsigned char *der = NULL;
		int n;

		assert_int_equal(len, 64);
		(void)ECDSA_SIG_set0(sig, BN_bin2bn(value, 32, NULL),
		    BN_bin2bn(value + 32, 32, NULL));
		n = i2d_ECDSA_SIG(sig, &der);
		assert_int_equal(
		    EVP_DigestVerify(ctx, der, (size_t)n,
			(const unsigned char *)"text", 4),
		    1);
		OPENSSL_free(der);
		ECDSA_SIG_free(sig);
	} else
		assert_int_equal(EVP_DigestVerify(ctx, value, len,
				     (const unsigned char *)"text", 4),
		    1);
	EVP_MD_CTX_free(ctx);
	arena_free(&a);
}

static void
test_create(void **state)
{
	static const struct {
		const char *kind, *text;
		bool is_cipher;
	} cases[] = {
	    {"rsa3072", "RSA 3072", true},
	    {"rsa3072", "RSA 3072", false},
	    {"p256", "EC P-256", false},
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena a = {0};
		struct err err = {0};
		struct osci_key key, again;
		struct osci_cert cert;
		enum osci_key_kind kind;
		uint8_t *der;
		size_t len;

		OK(osci_key_kind_parse(cases[i].kind, &kind, &err));
		if (kind == OSCI_KEY_RSA3072)
			key = rsa_key;
		else
			osci_key_create(&a, kind, &key);
		OK(osci_key_self_sign(&a, &key,
		    "CN=Stadt M\xc3\xbchlstadt\\, Amt, O=Stadt,C=DE",
		    cases[i].is_cipher, 30, &cert, &err));
		assert_string_equal(osci_cert_subject(&a, &cert),
		    "C=DE,O=Stadt,CN=Stadt M\\C3\\BChlstadt\\, Amt");
		assert_string_equal(osci_cert_issuer(&a, &cert),
		    osci_cert_subject(&a, &cert));
		assert_string_equal(
		    osci_cert_key_text(&a, &cert), cases[i].text);
		assert_int_equal(
		    osci_cert_may_encipher(&cert), cases[i].is_cipher);
		assert_int_equal(
		    osci_cert_may_sign(&cert), !cases[i].is_cipher);
		assert_true(osci_cert_is_current(&cert, date_now_ms()));
		assert_true(osci_cert_is_current(
		    &cert, date_now_ms() + 29 * 86400000LL));
		assert_false(osci_cert_is_current(
		    &cert, date_now_ms() + 31 * 86400000LL));
		assert_true(osci_key_fits(&key, &cert));
		OK(osci_key_to_der(&a, &key, &der, &len, &err));
		OK(osci_key_from_der(&a, der, len, &again, &err));
		assert_true(osci_key_fits(&again, &cert));
		if (cases[i].is_cipher)
			assert_opens(&again, &cert, "SHA256");
		else
			assert_signs(&again, &cert, osci_key_method(&again));
		arena_free(&a);
	}
}

static void
test_subjects(void **state)
{
	static const char *const bad[] = {"", "Stadt", "XX=Stadt",
	    "C=Deutschland", "CN="};
	struct arena a = {0};
	struct err err = {0};
	struct osci_key key;
	struct osci_cert cert;
	char *huge = arena_new(&a, char, 1000);

	(void)state;
	osci_key_create(&a, OSCI_KEY_P256, &key);
	for (size_t i = 0; i < nitems(bad); i++) {
		if (osci_key_self_sign(
			&a, &key, bad[i], false, 1, &cert, &err) != -1)
			fail_msg("'%s' is taken", bad[i]);
		assert_int_equal(err.code, ERR_BAD_REQUEST);
	}
	memset(huge, 'x', 999);
	memcpy(huge, "CN=", 3);
	assert_int_equal(
	    osci_key_self_sign(&a, &key, huge, false, 1, &cert, &err), -1);
	assert_int_equal(
	    osci_key_kind_parse("rsa1024", &(enum osci_key_kind){0}, &err),
	    -1);
	arena_free(&a);
}

static void
test_request(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct osci_key key;
	struct osci_cert cert;
	const char *pem;
	X509_REQ *r;
	BIO *bio;

	(void)state;
	osci_key_create(&a, OSCI_KEY_P256, &key);
	OK(osci_key_self_sign(&a, &key, "CN=x", false, 1, &cert, &err));
	OK(osci_key_request(&a, &key, NULL, &cert, false, &pem, &err));
	bio = BIO_new_mem_buf(pem, -1);
	r = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
	assert_non_null(r);
	assert_int_equal(X509_REQ_verify(r, key.key), 1);
	assert_int_equal(X509_NAME_cmp(X509_REQ_get_subject_name(r),
			     X509_get_subject_name(cert.x509)),
	    0);
	X509_REQ_free(r);
	BIO_free(bio);
	arena_free(&a);
}

/* kinds of encryption: today's, and what old programs write */
static void
write_p12(const char *path, const struct osci_key *key,
    const struct osci_cert *cert, bool is_old)
{
	OSSL_PROVIDER *now = NULL, *past = NULL;
	PKCS12 *p12;
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	if (is_old) {
		now = OSSL_PROVIDER_load(NULL, "default");
		past = OSSL_PROVIDER_load(NULL, "legacy");
		assert_non_null(past);
	}
	p12 = PKCS12_create("geheim", "name", key->key, cert->x509, NULL,
	    is_old ? NID_pbe_WithSHA1And3_Key_TripleDES_CBC : 0,
	    is_old ? NID_pbe_WithSHA1And40BitRC2_CBC : 0, 0, 0, 0);
	assert_non_null(p12);
	assert_int_equal(i2d_PKCS12_fp(f, p12), 1);
	assert_int_equal(fclose(f), 0);
	PKCS12_free(p12);
	if (is_old) {
		(void)OSSL_PROVIDER_unload(past);
		(void)OSSL_PROVIDER_unload(now);
	}
}

static void
test_p12(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct osci_key key = rsa_key, read;
	struct osci_cert cert = rsa_cert, back;
	const char *path = in_dir(&a, "pair.p12");

	(void)state;
	for (int is_old = 0; is_old < 2; is_old++) {
		write_p12(path, &key, &cert, is_old == 1);
		OK(osci_key_read_p12(&a, path, "geheim", &read, &back, &err));
		assert_true(osci_cert_equal(&cert, &back));
		assert_true(osci_key_fits(&read, &cert));
		assert_opens(&read, &back, "SHA512");
		assert_int_equal(
		    osci_key_read_p12(&a, path, "falsch", &read, &back, &err),
		    -1);
		assert_int_equal(err.code, ERR_FORBIDDEN);
		err_clear(&err);
	}
	assert_int_equal(truncate(path, 100), 0);
	assert_int_equal(
	    osci_key_read_p12(&a, path, "geheim", &read, &back, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	arena_free(&a);
}

static void
test_vectors(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct osci_key key;
	struct osci_cert cert;

	(void)state;
	if (access(VECTORS, R_OK) == -1)
		skip();
	OK(osci_key_read_p12(&a, VECTORS "/intermediary_cipher.p12",
	    "osci-test", &key, &cert, &err));
	assert_opens(&key, &cert, "SHA256");
	arena_free(&a);
}

static void
test_pem(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct osci_key key, read;
	struct osci_cert cert;
	const char *path = in_dir(&a, "key.pem");
	FILE *f = fopen(path, "we");

	(void)state;
	osci_key_create(&a, OSCI_KEY_P256, &key);
	OK(osci_key_self_sign(&a, &key, "CN=x", false, 1, &cert, &err));
	assert_int_equal(PEM_write_PKCS8PrivateKey(f, key.key,
			     EVP_aes_256_cbc(), "geheim", 6, NULL, NULL),
	    1);
	assert_int_equal(fclose(f), 0);
	OK(osci_key_read_pem(&a, path, "geheim", &read, &err));
	assert_true(osci_key_fits(&read, &cert));
	assert_int_equal(
	    osci_key_read_pem(&a, path, "falsch", &read, &err), -1);
	assert_int_equal(osci_key_read(&a, path, &read, &err), -1);
	assert_non_null(strstr(err.msg, "needs no password"));
	assert_int_equal(
	    osci_key_read(&a, in_dir(&a, "none"), &read, &err), -1);
	arena_free(&a);
}

/* ---- a token ---- */

static void
run(const char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		(void)!freopen("/dev/null", "w", stdout);
		(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		fail_msg("%s %s: status %#x", argv[0], argv[1], status);
}

static void
write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

/* Puts a key into the token under label. */
static void
put_in_token(struct arena *a, const char *label, const char *id,
    const struct osci_key *key)
{
	const char *path = in_dir(a, label);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(PEM_write_PKCS8PrivateKey(
			     f, key->key, NULL, NULL, 0, NULL, NULL),
	    1);
	assert_int_equal(fclose(f), 0);
	run((const char *const[]){"softhsm2-util", "--import", path,
	    "--token", "torhaus", "--label", label, "--id", id, "--pin",
	    "1234", NULL});
}

static void
test_token(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	struct osci_cert ec, other;
	struct osci_key key;
	const char *conf = in_dir(&a, "softhsm2.conf"),
		   *pin = in_dir(&a, "pin"), *pem;

	(void)state;
	if (access(SOFTHSM, R_OK) == -1 ||
	    access("/usr/bin/softhsm2-util", X_OK) == -1)
		skip();
	assert_int_equal(mkdir(in_dir(&a, "tokens"), 0700), 0);
	write_text(conf,
	    arena_printf(&a,
		"directories.tokendir = %s\nobjectstore.backend = file\n",
		in_dir(&a, "tokens")));
	write_text(pin, "1234\n");
	assert_int_equal(setenv("SOFTHSM2_CONF", conf, 1), 0);
	run((const char *const[]){"softhsm2-util", "--init-token", "--free",
	    "--label", "torhaus", "--so-pin", "5678", "--pin", "1234", NULL});
	put_in_token(&a, "cipher", "01", &rsa_key);
	osci_key_create(&a, OSCI_KEY_P256, &key);
	OK(osci_key_self_sign(&a, &key, "CN=x", false, 1, &ec, &err));
	put_in_token(&a, "sign", "02", &key);

	assert_int_equal(chmod(pin, 0644), 0);
	assert_int_equal(osci_pkcs11_open(SOFTHSM, pin, &err), -1);
	assert_non_null(strstr(err.msg, "chmod 600"));
	assert_int_equal(chmod(pin, 0600), 0);
	err_clear(&err);
	OK(osci_pkcs11_open(SOFTHSM, pin, &err));

	OK(osci_key_read(&a, "pkcs11:token=torhaus;object=cipher", &key, &err));
	assert_true(osci_key_fits(&key, &rsa_cert));
	assert_opens(&key, &rsa_cert, "SHA256");
	assert_opens(&key, &rsa_cert, "SHA512");
	assert_signs(&key, &rsa_cert, osci_key_method(&key));
	assert_signs(&key, &rsa_cert,
	    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1");
	assert_int_equal(
	    osci_key_to_der(&a, &key, &(uint8_t *){NULL}, &(size_t){0}, &err),
	    -1);

	OK(osci_key_read(&a, "pkcs11:token=torhaus;object=sign", &key, &err));
	assert_signs(&key, &ec, osci_key_method(&key));
	OK(osci_key_request(&a, &key, "CN=y", NULL, false, &pem, &err));
	OK(osci_key_self_sign(&a, &key, "CN=y", false, 1, &other, &err));
	assert_true(osci_key_fits(&key, &other));

	assert_int_equal(
	    osci_key_read(&a, "pkcs11:token=torhaus;object=no", &key, &err),
	    -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_int_equal(
	    osci_key_read(&a, "pkcs11:token=torhaus;object=sign?pin-value=1",
		&key, &err),
	    -1);
	assert_non_null(strstr(err.msg, "osci_pkcs11_pin_file"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_create),
	    cmocka_unit_test(test_subjects),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_p12),
	    cmocka_unit_test(test_vectors),
	    cmocka_unit_test(test_pem),
	    cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
