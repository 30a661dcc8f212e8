/*
 * A public key infrastructure made while a test runs: authorities,
 * certificates, revocation lists, and a responder (OCSP) on a port of its own
 * that misbehaves on demand. Keys are P-256, since they are quickly made.
 */
#ifndef OSCI_PKI_H
#define OSCI_PKI_H

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/osci/osci_cert.h"

#define PKI_DAY 86400L

struct pki_pair {
	X509 *cert;
	EVP_PKEY *key;
};

struct pki_want {
	const char *name;
	const struct pki_pair *issuer; /* NULL: self-signed */
	bool is_ca;
	const char *usage;    /* keyUsage, NULL for none */
	const char *extended; /* extendedKeyUsage, NULL for none */
	const char *ocsp;     /* AIA, NULL for none */
	long from, until;     /* seconds from now; 0, 0: a day around */
	long serial;
	bool is_forged;	      /* signed with another key */
};

static inline void
pki_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(cert, e, -1), 1);
	X509_EXTENSION_free(e);
}

static inline void
pki_make(struct pki_pair *out, const struct pki_want *w)
{
	X509 *c = X509_new(), *issuer = w->issuer == NULL ? c
							  : w->issuer->cert;
	EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
	X509_NAME *name = X509_get_subject_name(c);
	char aia[200];

	assert_non_null(c);
	assert_non_null(key);
	(void)X509_set_version(c, X509_VERSION_3);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(c), w->serial);
	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)w->name, -1, -1, 0);
	(void)X509_set_issuer_name(c, X509_get_subject_name(issuer));
	(void)X509_gmtime_adj(X509_getm_notBefore(c),
	    w->from == 0 ? -PKI_DAY : w->from);
	(void)X509_gmtime_adj(X509_getm_notAfter(c),
	    w->until == 0 ? PKI_DAY : w->until);
	(void)X509_set_pubkey(c, key);
	pki_extension(c, issuer, NID_basic_constraints,
	    w->is_ca ? "critical,CA:TRUE" : "CA:FALSE");
	pki_extension(c, issuer, NID_subject_key_identifier, "hash");
	if (w->issuer != NULL)
		pki_extension(
		    c, issuer, NID_authority_key_identifier, "keyid:always");
	if (w->usage != NULL)
		pki_extension(c, issuer, NID_key_usage, w->usage);
	if (w->extended != NULL)
		pki_extension(c, issuer, NID_ext_key_usage, w->extended);
	if (w->ocsp != NULL) {
		(void)snprintf(aia, sizeof(aia), "OCSP;URI:%s", w->ocsp);
		pki_extension(c, issuer, NID_info_access, aia);
	}
	assert_true(X509_sign(c,
			w->is_forged	       ? other
			    : w->issuer == NULL ? key
						: w->issuer->key,
			EVP_sha256()) > 0);
	EVP_PKEY_free(other);
	out->cert = c;
	out->key = key;
}

static inline void
pki_free(struct pki_pair *p)
{
	X509_free(p->cert);
	EVP_PKEY_free(p->key);
	*p = (struct pki_pair){NULL, NULL};
}

/* The certificate as the product reads it. */
static inline struct osci_cert
pki_cert(struct arena *a, const struct pki_pair *p)
{
	struct osci_cert out = {0};
	unsigned char *der = NULL;
	struct err err = {0};
	int n = i2d_X509(p->cert, &der);

	assert_true(n > 0);
	assert_int_equal(osci_cert_parse(a, der, (size_t)n, &out, &err), 0);
	OPENSSL_free(der);
	return out;
}

static inline void
pki_write_certs(const char *path, const struct pki_pair *const *pair, size_t n)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(PEM_write_X509(f, pair[i]->cert), 1);
	assert_int_equal(fclose(f), 0);
}

/* A revocation list of issuer; revoked: NULL for none. */
static inline void
pki_write_crl(const char *path, const struct pki_pair *issuer,
    const struct pki_pair *signer, const X509 *revoked, long from, long until,
    bool is_der)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *t = ASN1_TIME_new();
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	(void)X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	(void)X509_CRL_set_issuer_name(
	    crl, X509_get_subject_name(issuer->cert));
	(void)X509_CRL_set1_lastUpdate(crl, X509_gmtime_adj(t, from));
	(void)X509_CRL_set1_nextUpdate(crl, X509_gmtime_adj(t, until));
	if (revoked != NULL) {
		X509_REVOKED *r = X509_REVOKED_new();

		(void)X509_REVOKED_set_serialNumber(r,
		    (ASN1_INTEGER *)(uintptr_t)X509_get0_serialNumber(
			revoked));
		(void)X509_REVOKED_set_revocationDate(
		    r, X509_gmtime_adj(t, from));
		(void)X509_CRL_add0_revoked(crl, r);
	}
	(void)X509_CRL_sort(crl);
	assert_true(X509_CRL_sign(crl, signer->key, EVP_sha256()) > 0);
	assert_int_equal(is_der ? i2d_X509_CRL_fp(f, crl)
				: PEM_write_X509_CRL(f, crl),
	    1);
	assert_int_equal(fclose(f), 0);
	ASN1_TIME_free(t);
	X509_CRL_free(crl);
}

/* ---- the responder ---- */

enum pki_mood {
	PKI_GOOD,
	PKI_REVOKED,
	PKI_UNKNOWN,
	PKI_NO_NONCE,
	PKI_OTHER_NONCE,
	PKI_STALE,
	PKI_OTHER_CERT,
	PKI_FOREIGN_SIGNER,
	PKI_TRY_LATER,
	PKI_REDIRECT,
	PKI_GARBAGE,
	PKI_LONG,
	PKI_SILENT,
	PKI_ERROR,
};

struct pki_responder {
	int fd;
	char url[64];
	pthread_t thread;
	_Atomic int mood;
	atomic_int asked;
	const struct pki_pair *issuer, *signer, *stranger, *other;
};

static inline OCSP_BASICRESP *
pki_basic(const struct pki_responder *r, OCSP_REQUEST *request, int mood)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_onereq_get0_id(
	    OCSP_request_onereq_get0(request, 0));
	OCSP_CERTID *other = OCSP_cert_to_id(
	    EVP_sha1(), r->other->cert, r->issuer->cert);
	const struct pki_pair *signer =
	    mood == PKI_FOREIGN_SIGNER ? r->stranger : r->signer;
	long from = mood == PKI_STALE ? -10 * PKI_DAY : -60;
	ASN1_TIME *this = X509_gmtime_adj(NULL, from);
	ASN1_TIME *next = X509_gmtime_adj(NULL, from + PKI_DAY);
	int status = mood == PKI_REVOKED ? V_OCSP_CERTSTATUS_REVOKED
	    : mood == PKI_UNKNOWN	 ? V_OCSP_CERTSTATUS_UNKNOWN
					 : V_OCSP_CERTSTATUS_GOOD;

	(void)OCSP_basic_add1_status(basic,
	    mood == PKI_OTHER_CERT ? other : id, status,
	    status == V_OCSP_CERTSTATUS_REVOKED ? OCSP_REVOKED_STATUS_KEYCOMPROMISE
						: 0,
	    status == V_OCSP_CERTSTATUS_REVOKED ? this : NULL, this, next);
	if (mood == PKI_OTHER_NONCE)
		(void)OCSP_basic_add1_nonce(basic, NULL, -1);
	else if (mood != PKI_NO_NONCE)
		(void)OCSP_copy_nonce(basic, request);
	(void)OCSP_basic_sign(
	    basic, signer->cert, signer->key, EVP_sha256(), NULL, 0);
	OCSP_CERTID_free(other);
	ASN1_TIME_free(this);
	ASN1_TIME_free(next);
	return basic;
}

static inline void
pki_say(int fd, const char *head, const void *body, size_t n)
{
	char text[300];
	int len = snprintf(text, sizeof(text),
	    "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
	    head, n);

	(void)!write(fd, text, (size_t)len);
	(void)!write(fd, body, n);
}

static inline void
pki_answer(struct pki_responder *r, int fd, const uint8_t *body, size_t n)
{
	const unsigned char *p = body;
	OCSP_REQUEST *request = d2i_OCSP_REQUEST(NULL, &p, (long)n);
	int mood = atomic_load(&r->mood), len;
	unsigned char *der = NULL;
	OCSP_BASICRESP *basic;
	OCSP_RESPONSE *answer;

	if (request == NULL)
		return;
	basic = pki_basic(r, request, mood);
	answer = OCSP_response_create(mood == PKI_TRY_LATER
		? OCSP_RESPONSE_STATUS_TRYLATER
		: OCSP_RESPONSE_STATUS_SUCCESSFUL,
	    mood == PKI_TRY_LATER ? NULL : basic);
	len = i2d_OCSP_RESPONSE(answer, &der);
	pki_say(fd, mood == PKI_ERROR ? "500 Broken" : "200 OK", der,
	    (size_t)len);
	OPENSSL_free(der);
	OCSP_RESPONSE_free(answer);
	OCSP_BASICRESP_free(basic);
	OCSP_REQUEST_free(request);
}

static inline void
pki_serve(struct pki_responder *r, int fd)
{
	static uint8_t junk[200000];
	char in[8192], *body = NULL;
	size_t n = 0, want = SIZE_MAX;
	ssize_t got;

	while (n < want && n < sizeof(in) - 1 &&
	    (got = read(fd, in + n, sizeof(in) - 1 - n)) > 0) {
		n += (size_t)got;
		in[n] = '\0';
		if (body == NULL &&
		    (body = strstr(in, "\r\n\r\n")) != NULL) {
			const char *length =
			    strcasestr(in, "\r\nContent-Length: ");

			body += 4;
			assert_non_null(length);
			want = (size_t)(body - in) +
			    strtoul(length + 18, NULL, 10);
		}
	}
	atomic_fetch_add(&r->asked, 1);
	switch (atomic_load(&r->mood)) {
	case PKI_SILENT:
		while (read(fd, in, sizeof(in)) > 0)
			; /* until they hang up */
		break;
	case PKI_REDIRECT:
		pki_say(fd, "307 There\r\nLocation: /", "", 0);
		break;
	case PKI_GARBAGE:
		pki_say(fd, "200 OK", "hello", 5);
		break;
	case PKI_LONG:
		pki_say(fd, "200 OK", junk, sizeof(junk));
		break;
	default:
		pki_answer(r, fd, (const uint8_t *)body,
		    n - (size_t)(body - in));
	}
}

static inline void *
pki_listen(void *arg)
{
	struct pki_responder *r = arg;
	int fd;

	while ((fd = accept(r->fd, NULL, NULL)) != -1) {
		pki_serve(r, fd);
		(void)close(fd);
	}
	return NULL;
}

static inline void
pki_responder_start(struct pki_responder *r)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sin);

	r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(r->fd, (struct sockaddr *)&sin, len), 0);
	assert_int_equal(listen(r->fd, 16), 0);
	assert_int_equal(
	    getsockname(r->fd, (struct sockaddr *)&sin, &len), 0);
	(void)snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%u/ocsp",
	    ntohs(sin.sin_port));
	assert_int_equal(
	    pthread_create(&r->thread, NULL, pki_listen, r), 0);
}

static inline void
pki_responder_stop(struct pki_responder *r)
{
	(void)shutdown(r->fd, SHUT_RDWR);
	(void)pthread_join(r->thread, NULL);
	(void)close(r->fd);
}

#endif
