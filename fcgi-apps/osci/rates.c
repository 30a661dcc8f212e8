#include "osci/rates.h"

#include <pthread.h>

#include "common/log.h"

#define MINUTE_MS 60000
#define ROWS 4096 /* how many are told apart in a minute, roughly */
#define NEAR 8	  /* rows that one may be in */

struct row {
	uint8_t who[CRYPTO_DIGEST_LEN];
	int64_t minute, n;
};

struct osci_rates {
	pthread_mutex_t lock;
	struct row row[ROWS];
};

struct osci_rates *
rates_new(void)
{
	struct osci_rates *r = calloc(1, sizeof(*r));

	if (r == NULL)
		log_fatal("rates: out of memory");
	(void)pthread_mutex_init(&r->lock, NULL); /* never fails on Linux */
	return r;
}

void
rates_free(struct osci_rates *r)
{
	if (r == NULL)
		return;
	(void)pthread_mutex_destroy(&r->lock);
	free(r);
}

/* Its row of this minute; where there is no room, who asked least makes some. */
static struct row *
row_of(struct osci_rates *r, const uint8_t who[CRYPTO_DIGEST_LEN],
    int64_t minute)
{
	size_t first = ((size_t)who[0] << 8 | who[1]) % (ROWS - NEAR);
	struct row *least = NULL;

	for (size_t i = 0; i < NEAR; i++) {
		struct row *row = &r->row[first + i];

		if (row->minute != minute)
			row->n = 0; /* free */
		else if (memcmp(row->who, who, sizeof(row->who)) == 0)
			return row;
		if (least == NULL || row->n < least->n)
			least = row;
	}
	memcpy(least->who, who, sizeof(least->who));
	least->minute = minute;
	least->n = 0;
	return least;
}

bool
rates_take(struct osci_rates *r, const uint8_t who[CRYPTO_DIGEST_LEN],
    int64_t max, int64_t now_ms)
{
	struct row *row;
	bool is_free;

	if (max == 0)
		return true;
	(void)pthread_mutex_lock(&r->lock);
	row = row_of(r, who, now_ms / MINUTE_MS);
	is_free = row->n < max;
	if (is_free)
		row->n++;
	(void)pthread_mutex_unlock(&r->lock);
	return is_free;
}

int
rates_check(struct call *c, struct err *err)
{
	const char *address = c->req->remote_addr;
	uint8_t who[CRYPTO_DIGEST_LEN] = { 0 };

	if (c->signer != NULL)
		memcpy(who, c->signer->sha256, sizeof(who));
	else if (address != NULL)
		crypto_sha256(address, strlen(address), who);
	return rates_take(c->worker->rates, who,
		   c->app->config->osci_client_rate, c->now_ms)
	    ? 0
	    : osci_refuse(err, "9811",
		  "client: over %lld message ids and dialogs in a minute "
		  "(osci_client_rate)",
		  (long long)c->app->config->osci_client_rate);
}
