#include "common/osci/osci_cache.h"

#include <openssl/x509.h>
#include <pthread.h>
#include <string.h>

#define SLOTS 256 /* each digest has one place */

struct cache {
	pthread_mutex_t lock;
	int (*hold)(void *what);
	void (*drop)(void *what);
	struct {
		uint8_t sha256[CRYPTO_DIGEST_LEN];
		void *what;
	} slot[SLOTS];
};

static int
hold_cert(void *cert)
{
	return X509_up_ref(cert);
}

static void
drop_cert(void *cert)
{
	X509_free(cert);
}

static int
hold_key(void *key)
{
	return EVP_PKEY_up_ref(key);
}

static void
drop_key(void *key)
{
	EVP_PKEY_free(key);
}

static struct cache certs = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.hold = hold_cert,
	.drop = drop_cert };
static struct cache keys = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.hold = hold_key,
	.drop = drop_key };

static void *
find(struct cache *c, const uint8_t sha256[CRYPTO_DIGEST_LEN])
{
	void *found = NULL;

	(void)pthread_mutex_lock(&c->lock);
	if (c->slot[*sha256].what != NULL &&
	    memcmp(c->slot[*sha256].sha256, sha256, CRYPTO_DIGEST_LEN) == 0 &&
	    c->hold(c->slot[*sha256].what) == 1)
		found = c->slot[*sha256].what;
	(void)pthread_mutex_unlock(&c->lock);
	return found;
}

static void
keep(struct cache *c, const uint8_t sha256[CRYPTO_DIGEST_LEN], void *what)
{
	void *old;

	if (c->hold(what) != 1)
		return;
	(void)pthread_mutex_lock(&c->lock);
	old = c->slot[*sha256].what;
	c->slot[*sha256].what = what;
	memcpy(c->slot[*sha256].sha256, sha256, CRYPTO_DIGEST_LEN);
	(void)pthread_mutex_unlock(&c->lock);
	if (old != NULL)
		c->drop(old);
}

X509 *
osci_cache_cert(const uint8_t sha256[CRYPTO_DIGEST_LEN])
{
	return find(&certs, sha256);
}

void
osci_cache_keep_cert(const uint8_t sha256[CRYPTO_DIGEST_LEN], X509 *cert)
{
	keep(&certs, sha256, cert);
}

EVP_PKEY *
osci_cache_key(const uint8_t sha256[CRYPTO_DIGEST_LEN])
{
	return find(&keys, sha256);
}

void
osci_cache_keep_key(const uint8_t sha256[CRYPTO_DIGEST_LEN], EVP_PKEY *key)
{
	keep(&keys, sha256, key);
}
