/* What the files of osci_trust share. */
#ifndef OSCI_TRUST_PART_H
#define OSCI_TRUST_PART_H

#include <openssl/x509.h>

#include "common/osci/osci_trust.h"

#define TRUST_DEPTH_MAX 8 /* links between a certificate and its anchor */

/* ---- osci_trust.c ---- */

/* The clock that time-outs are measured by. */
int64_t trust_clock_ms(void);

/* ---- osci_trust_walk.c ---- */

/* What OpenSSL says on the way from a certificate to its anchor. */
struct trust_walk {
	int error; /* X509_V_ERR_... that breaks the chain, 0 */
	bool is_out_of_time, is_revoked;
	bool lacks_list[TRUST_DEPTH_MAX + 3]; /* by depth */
	bool has_bad_list[TRUST_DEPTH_MAX + 3];
};

struct trust_walks; /* remembered ones, for all threads */
struct trust_walks *trust_walks_new(void);
void trust_walks_free(struct trust_walks *w);

/* Builds the chain as of now_ms and checks it; *chain is the caller's to free,
 * NULL when there is none. */
void trust_walk(struct trust_walks *w,
    const struct osci_trust_settings *settings, X509_STORE *store,
    const struct osci_cert *cert, const struct osci_certs *more,
    int64_t now_ms, struct trust_walk *out, STACK_OF(X509) **chain);

/* ---- osci_trust_files.c ---- */

/* What changes when a file of the settings does: digest of names, times,
 * sizes. */
void trust_files_stamp(const struct osci_trust_settings *s,
    uint8_t out[CRYPTO_DIGEST_LEN]);
/* Reads anchors and revocation lists into a new store. */
int trust_files_read(const struct osci_trust_settings *s, X509_STORE **out,
    struct err *err);

/* ---- osci_trust_ocsp.c ---- */

enum trust_status { TRUST_UNKNOWN, TRUST_GOOD, TRUST_REVOKED };

struct trust_ocsp; /* remembered answers */
struct trust_ocsp *trust_ocsp_new(const struct osci_trust_settings *s);
void trust_ocsp_free(struct trust_ocsp *o);

/*
 * What the responder says about cert, whose issuer is the next in chain.
 * until_ms: of trust_clock_ms. *why (arena a) says why it is unknown.
 */
enum trust_status trust_ocsp_ask(struct trust_ocsp *o, struct arena *a,
    X509_STORE *store, STACK_OF(X509) *chain, int index, int64_t until_ms,
    const char **why);

/* ---- osci_trust_http.c ---- */

/* Once, before the first POST. */
int trust_http_start(struct err *err);

/*
 * One POST within timeout_ms; http and https, no redirect, at most max bytes of
 * answer, in arena a. ERR_IO, ERR_TOO_LARGE.
 */
int trust_http_post(struct arena *a, const char *url, const char *type,
    const void *body, size_t n, int64_t timeout_ms, size_t max,
    const uint8_t **out, size_t *len, struct err *err);

#endif
