#include "common/osci_cert_cache.h"

#include <openssl/x509.h>
#include <pthread.h>
#include <string.h>

#define SLOTS 256 /* each digest has one place */

static struct {
	pthread_mutex_t lock;
	struct {
		uint8_t sha256[CRYPTO_DIGEST_LEN];
		X509 *x509;
	} slot[SLOTS];
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

X509 *
osci_cert_cache_find(const uint8_t sha256[CRYPTO_DIGEST_LEN])
{
	X509 *found = NULL;

	(void)pthread_mutex_lock(&cache.lock);
	if (cache.slot[*sha256].x509 != NULL &&
	    memcmp(cache.slot[*sha256].sha256, sha256, CRYPTO_DIGEST_LEN) ==
		0) {
		found = cache.slot[*sha256].x509;
		(void)X509_up_ref(found);
	}
	(void)pthread_mutex_unlock(&cache.lock);
	return found;
}

void
osci_cert_cache_keep(const uint8_t sha256[CRYPTO_DIGEST_LEN], X509 *x509)
{
	X509 *old;

	(void)X509_up_ref(x509);
	(void)pthread_mutex_lock(&cache.lock);
	old = cache.slot[*sha256].x509;
	cache.slot[*sha256].x509 = x509;
	memcpy(cache.slot[*sha256].sha256, sha256, CRYPTO_DIGEST_LEN);
	(void)pthread_mutex_unlock(&cache.lock);
	X509_free(old);
}
