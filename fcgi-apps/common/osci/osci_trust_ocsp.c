/* Asking a responder (RFC 6960), and remembering what it said. */
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <pthread.h>

#include "common/date.h"
#include "common/log.h"
#include "common/osci/osci_trust_part.h"

#define ANSWER_MAX (64 << 10)
#define URL_MAX 2000
#define SKEW_S 300L
#define KEPT 1024		    /* answers remembered */
#define KEEP_MAX_MS (24 * 3600000LL)
#define KEEP_SHORT_MS 300000LL	    /* without a nextUpdate */
#define KEEP_FAILED_MS 60000LL	    /* a responder that does not answer */
#define AGE_MAX_S 3600L		    /* of an answer without a nextUpdate */

struct kept {
	uint8_t key[CRYPTO_DIGEST_LEN];
	enum trust_status status;
	int64_t until_ms; /* 0: empty */
	char why[120];
};

struct trust_ocsp {
	const struct osci_trust_settings *settings;
	pthread_mutex_t lock;
	struct kept kept[KEPT]; /* by the key's first bits */
};

struct trust_ocsp *
trust_ocsp_new(const struct osci_trust_settings *s)
{
	struct trust_ocsp *o = calloc(1, sizeof(*o));

	if (o == NULL || pthread_mutex_init(&o->lock, NULL) != 0)
		log_fatal("out of memory");
	o->settings = s;
	return o;
}

void
trust_ocsp_free(struct trust_ocsp *o)
{
	if (o != NULL)
		(void)pthread_mutex_destroy(&o->lock);
	free(o);
}

/* The digest of both certificates: what answers are remembered by. */
static void
make_key(X509 *cert, X509 *issuer, uint8_t out[CRYPTO_DIGEST_LEN])
{
	uint8_t both[2 * EVP_MAX_MD_SIZE];
	unsigned n = 0, m = 0;

	if (X509_digest(cert, EVP_sha256(), both, &n) != 1 ||
	    X509_digest(issuer, EVP_sha256(), both + n, &m) != 1)
		log_fatal("OpenSSL: SHA-256 is not available");
	crypto_sha256(both, n + m, out);
}

static struct kept *
slot(struct trust_ocsp *o, const uint8_t key[CRYPTO_DIGEST_LEN])
{
	return &o->kept[((size_t)key[0] << 8 | key[1]) % KEPT];
}

static bool
recall(struct trust_ocsp *o, const uint8_t key[CRYPTO_DIGEST_LEN],
    struct kept *out)
{
	bool found;

	(void)pthread_mutex_lock(&o->lock);
	*out = *slot(o, key);
	(void)pthread_mutex_unlock(&o->lock);
	found = out->until_ms > date_now_ms() &&
	    memcmp(out->key, key, CRYPTO_DIGEST_LEN) == 0;
	return found;
}

static void
remember(struct trust_ocsp *o, const struct kept *k)
{
	(void)pthread_mutex_lock(&o->lock);
	*slot(o, k->key) = *k;
	(void)pthread_mutex_unlock(&o->lock);
}

static bool
is_web(const char *url)
{
	return strlen(url) <= URL_MAX &&
	    (strncasecmp(url, "http://", 7) == 0 ||
		strncasecmp(url, "https://", 8) == 0);
}

/* The configured responder, or the certificate's own; NULL without. */
static const char *
responder(struct arena *a, const struct trust_ocsp *o, X509 *cert)
{
	STACK_OF(OPENSSL_STRING) *urls;
	const char *found = NULL;

	if (*o->settings->ocsp_url != '\0')
		return o->settings->ocsp_url;
	urls = X509_get1_ocsp(cert);
	for (int i = 0; i < sk_OPENSSL_STRING_num(urls) && found == NULL; i++)
		if (is_web(sk_OPENSSL_STRING_value(urls, i)))
			found = arena_strdup(
			    a, sk_OPENSSL_STRING_value(urls, i));
	X509_email_free(urls);
	return found;
}

static OCSP_CERTID *
cert_id(X509 *cert, X509 *issuer)
{
	/* SHA-1: a name for the issuer here, and what responders know. */
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), cert, issuer);

	if (id == NULL)
		log_fatal("OpenSSL: SHA-1 is not available");
	return id;
}

static OCSP_REQUEST *
make_request(X509 *cert, X509 *issuer)
{
	OCSP_REQUEST *r = OCSP_REQUEST_new();

	if (r == NULL ||
	    OCSP_request_add0_id(r, cert_id(cert, issuer)) == NULL ||
	    OCSP_request_add1_nonce(r, NULL, -1) != 1)
		log_fatal("OpenSSL: out of memory");
	return r;
}

static int64_t
until(const ASN1_GENERALIZEDTIME *next)
{
	int64_t now = date_now_ms(), end;
	struct tm tm;

	if (next == NULL || ASN1_TIME_to_tm(next, &tm) != 1)
		return now + KEEP_SHORT_MS;
	end = (int64_t)timegm(&tm) * 1000;
	return end < now + KEEP_MAX_MS ? end : now + KEEP_MAX_MS;
}

/* What the answer says about one certificate; NULL, or why it says nothing. */
static const char *
read_status(OCSP_BASICRESP *basic, X509 *cert, X509 *issuer, struct kept *out)
{
	ASN1_GENERALIZEDTIME *this = NULL, *next = NULL;
	OCSP_CERTID *id = cert_id(cert, issuer);
	int status, found, reason;

	found = OCSP_resp_find_status(
	    basic, id, &status, &reason, NULL, &this, &next);
	OCSP_CERTID_free(id);
	if (found != 1)
		return "the answer is about another certificate";
	if (OCSP_check_validity(
		this, next, SKEW_S, next == NULL ? AGE_MAX_S : -1) != 1)
		return "the answer is out of date";
	if (status == V_OCSP_CERTSTATUS_UNKNOWN)
		return "the responder does not know the certificate";
	out->status = status == V_OCSP_CERTSTATUS_REVOKED ? TRUST_REVOKED
							  : TRUST_GOOD;
	out->until_ms = until(next);
	return NULL;
}

static const char *
read_basic(OCSP_BASICRESP *basic, OCSP_REQUEST *request, X509_STORE *store,
    STACK_OF(X509) *chain, int index, struct kept *out)
{
	/* -1: a responder without nonces, whose answers have times. */
	if (OCSP_check_nonce(request, basic) == 0)
		return "the answer belongs to another question";
	if (OCSP_basic_verify(basic, chain, store, 0) != 1)
		return "the answer's signature is not the issuer's";
	return read_status(basic, sk_X509_value(chain, index),
	    sk_X509_value(chain, index + 1), out);
}

static const char *
read_answer(const uint8_t *der, size_t len, OCSP_REQUEST *request,
    X509_STORE *store, STACK_OF(X509) *chain, int index, struct kept *out)
{
	const unsigned char *p = der;
	OCSP_RESPONSE *answer = d2i_OCSP_RESPONSE(NULL, &p, (long)len);
	OCSP_BASICRESP *basic = NULL;
	const char *why;

	if (answer == NULL || p != der + len)
		why = "the answer is not OCSP";
	else if (OCSP_response_status(answer) !=
	    OCSP_RESPONSE_STATUS_SUCCESSFUL)
		why = OCSP_response_status_str(OCSP_response_status(answer));
	else if ((basic = OCSP_response_get1_basic(answer)) == NULL)
		why = "the answer is of an unknown kind";
	else
		why = read_basic(basic, request, store, chain, index, out);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(answer);
	return why;
}

/* Asks; NULL, or why the answer is of no use. */
static const char *
ask(struct arena *a, const char *url, X509_STORE *store,
    STACK_OF(X509) *chain, int index, int64_t timeout_ms, struct kept *out)
{
	OCSP_REQUEST *request = make_request(
	    sk_X509_value(chain, index), sk_X509_value(chain, index + 1));
	unsigned char *der = NULL;
	int n = i2d_OCSP_REQUEST(request, &der);
	const uint8_t *answer;
	struct err err = {0};
	const char *why;
	size_t len;

	if (n <= 0)
		log_fatal("OpenSSL: out of memory");
	why = trust_http_post(a, url, "application/ocsp-request", der,
		  (size_t)n, timeout_ms, ANSWER_MAX, &answer, &len,
		  &err) == -1
	    ? arena_strdup(a, err.msg)
	    : read_answer(answer, len, request, store, chain, index, out);
	OPENSSL_free(der);
	OCSP_REQUEST_free(request);
	return why;
}

enum trust_status
trust_ocsp_ask(struct trust_ocsp *o, struct arena *a, X509_STORE *store,
    STACK_OF(X509) *chain, int index, int64_t until_ms, const char **why)
{
	X509 *cert = sk_X509_value(chain, index);
	const char *url = responder(a, o, cert), *trouble;
	uint8_t key[CRYPTO_DIGEST_LEN];
	struct kept k;

	if (url == NULL) {
		*why = "no OCSP responder is known";
		return TRUST_UNKNOWN;
	}
	make_key(cert, sk_X509_value(chain, index + 1), key);
	if (recall(o, key, &k)) {
		*why = k.status == TRUST_UNKNOWN ? arena_strdup(a, k.why) : "";
		return k.status;
	}
	k = (struct kept){.status = TRUST_UNKNOWN};
	memcpy(k.key, key, sizeof(k.key));
	trouble = ask(
	    a, url, store, chain, index, until_ms - trust_clock_ms(), &k);
	*why = "";
	if (trouble != NULL) {
		k.until_ms = date_now_ms() + KEEP_FAILED_MS;
		(void)snprintf(
		    k.why, sizeof(k.why), "OCSP: %s", trouble);
		*why = arena_strdup(a, k.why);
		log_warn("%s: %.100s", url, k.why);
	}
	remember(o, &k);
	return k.status;
}
