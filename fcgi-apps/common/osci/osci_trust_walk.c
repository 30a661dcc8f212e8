/*
 * The way from a certificate to its anchor. Each link is a signature to check,
 * and partners show the same certificates in every message: what was found for
 * the same certificates with the same anchors and lists in the same second is
 * not worked out again.
 */
#include "common/osci/osci_trust_part.h"

#include <openssl/x509_vfy.h>
#include <pthread.h>

#include "common/log.h"

#define AUTH_LEVEL 2 /* 112 bits: RSA 2048, no SHA-1 */
#define SLOTS 64     /* each digest has one place */

struct trust_walks {
	pthread_mutex_t lock;
	struct slot {
		uint8_t key[CRYPTO_DIGEST_LEN];
		X509_STORE *store; /* NULL: empty */
		int64_t now_s;
		struct trust_walk walk;
		STACK_OF(X509) *chain;
	} slot[SLOTS];
};

/* ---- walking ---- */

static bool
is_about_time(int error)
{
	return error == X509_V_ERR_CERT_HAS_EXPIRED ||
	    error == X509_V_ERR_CERT_NOT_YET_VALID;
}

/* There is no list, or none that says anything. */
static bool
is_about_missing_list(int error)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case X509_V_ERR_CRL_NOT_YET_VALID:
		return true;
	default:
		return false;
	}
}

/* There is a list, but nobody need believe it. */
static bool
is_about_bad_list(int error)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
		return true;
	default:
		return false;
	}
}

/* Notes what is wrong; 1 goes on to find out the rest. */
static int
note(int ok, X509_STORE_CTX *ctx)
{
	struct trust_walk *w = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	int depth = X509_STORE_CTX_get_error_depth(ctx);

	if (ok == 1)
		return 1;
	if (depth < 0 || (size_t)depth >= nitems(w->lacks_list)) {
		w->error = X509_V_ERR_CERT_CHAIN_TOO_LONG;
		return 0;
	}
	if (is_about_time(error))
		w->is_out_of_time = true;
	else if (is_about_missing_list(error))
		w->lacks_list[depth] = true;
	else if (is_about_bad_list(error))
		w->lacks_list[depth] = w->has_bad_list[depth] = true;
	else if (error == X509_V_ERR_CERT_REVOKED) {
		if (!w->has_bad_list[depth])
			w->is_revoked = true;
	} else {
		w->error = error;
		return 0;
	}
	return 1;
}

static STACK_OF(X509) *
links(const struct osci_certs *more)
{
	STACK_OF(X509) *stack = sk_X509_new_null();

	if (stack == NULL)
		log_fatal("OpenSSL: out of memory");
	for (size_t i = 0; more != NULL && i < more->n; i++)
		if (sk_X509_push(stack, more->cert[i].cert.x509) == 0)
			log_fatal("OpenSSL: out of memory");
	return stack;
}

/* Builds the chain, *chain (the caller frees it), and checks it. */
static void
walk(const struct osci_trust_settings *settings, X509_STORE *store,
    X509 *cert, const struct osci_certs *more, int64_t now_s,
    struct trust_walk *w, STACK_OF(X509) **chain)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *untrusted = links(more);
	X509_VERIFY_PARAM *param;

	if (ctx == NULL ||
	    X509_STORE_CTX_init(ctx, store, cert, untrusted) != 1)
		log_fatal("OpenSSL: out of memory");
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)now_s);
	X509_VERIFY_PARAM_set_depth(param, TRUST_DEPTH_MAX);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	if (*settings->crl_dir != '\0')
		(void)X509_VERIFY_PARAM_set_flags(param,
		    X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	(void)X509_STORE_CTX_set_app_data(ctx, w);
	X509_STORE_CTX_set_verify_cb(ctx, note);
	if (X509_verify_cert(ctx) != 1 && w->error == X509_V_OK)
		w->error = X509_STORE_CTX_get_error(ctx) == X509_V_OK
		    ? X509_V_ERR_UNSPECIFIED
		    : X509_STORE_CTX_get_error(ctx);
	*chain = X509_STORE_CTX_get1_chain(ctx);
	sk_X509_free(untrusted);
	X509_STORE_CTX_free(ctx);
}

/* ---- what was found lately ---- */

struct trust_walks *
trust_walks_new(void)
{
	struct trust_walks *w = calloc(1, sizeof(*w));

	if (w == NULL || pthread_mutex_init(&w->lock, NULL) != 0)
		log_fatal("out of memory");
	return w;
}

static void
slot_free(struct slot *s)
{
	sk_X509_pop_free(s->chain, X509_free);
	X509_STORE_free(s->store);
	*s = (struct slot){ 0 };
}

void
trust_walks_free(struct trust_walks *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		slot_free(&w->slot[i]);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}

/* The certificate, and those that may link it, in their order. */
static void
key_of(const struct osci_cert *cert, const struct osci_certs *more,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	struct arena a = { 0 };
	size_t n = more == NULL ? 0 : more->n;
	uint8_t *all = arena_alloc(&a, n + 1, CRYPTO_DIGEST_LEN);

	memcpy(all, cert->sha256, CRYPTO_DIGEST_LEN);
	for (size_t i = 0; i < n; i++)
		memcpy(all + (i + 1) * CRYPTO_DIGEST_LEN,
		    more->cert[i].cert.sha256, CRYPTO_DIGEST_LEN);
	crypto_sha256(all, (n + 1) * CRYPTO_DIGEST_LEN, out);
	arena_free(&a);
}

static STACK_OF(X509) *
hold_chain(STACK_OF(X509) *chain)
{
	STACK_OF(X509) *held =
	    chain == NULL ? NULL : X509_chain_up_ref(chain);

	if (chain != NULL && held == NULL)
		log_fatal("OpenSSL: out of memory");
	return held;
}

static bool
recall(struct trust_walks *w, const uint8_t key[CRYPTO_DIGEST_LEN],
    const X509_STORE *store, int64_t now_s, struct trust_walk *out,
    STACK_OF(X509) **chain)
{
	const struct slot *s = &w->slot[*key % SLOTS];
	bool found;

	(void)pthread_mutex_lock(&w->lock);
	found = s->store == store && s->now_s == now_s &&
	    memcmp(s->key, key, CRYPTO_DIGEST_LEN) == 0;
	if (found) {
		*out = s->walk;
		*chain = hold_chain(s->chain);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return found;
}

static void
remember(struct trust_walks *w, const uint8_t key[CRYPTO_DIGEST_LEN],
    X509_STORE *store, int64_t now_s, const struct trust_walk *walked,
    STACK_OF(X509) *chain)
{
	struct slot fresh = { .store = store, .now_s = now_s,
		.walk = *walked, .chain = hold_chain(chain) };
	struct slot *s = &w->slot[*key % SLOTS], old;

	memcpy(fresh.key, key, CRYPTO_DIGEST_LEN);
	(void)X509_STORE_up_ref(store);
	(void)pthread_mutex_lock(&w->lock);
	old = *s;
	*s = fresh;
	(void)pthread_mutex_unlock(&w->lock);
	slot_free(&old);
}

void
trust_walk(struct trust_walks *w, const struct osci_trust_settings *settings,
    X509_STORE *store, const struct osci_cert *cert,
    const struct osci_certs *more, int64_t now_ms, struct trust_walk *out,
    STACK_OF(X509) **chain)
{
	uint8_t key[CRYPTO_DIGEST_LEN];
	int64_t now_s = now_ms / 1000;

	key_of(cert, more, key);
	if (recall(w, key, store, now_s, out, chain))
		return;
	*out = (struct trust_walk){ 0 };
	*chain = NULL;
	walk(settings, store, cert->x509, more, now_s, out, chain);
	if (out->error != X509_V_ERR_OUT_OF_MEM &&
	    out->error != X509_V_ERR_UNSPECIFIED)
		remember(w, key, store, now_s, out, *chain);
}
