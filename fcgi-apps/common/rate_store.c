#include "common/rate_store.h"

#include <arpa/inet.h>

#define HOUR_MS INT64_C(3600000)
#define BUCKET_LEN 16

/*
 * HMAC of kind and address. One household, or one attacker, has a whole IPv6
 * /64, so that is what counts.
 */
static void
bucket(const struct town *t, const char *kind, const char *address,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	char text[128];
	struct in6_addr six;

	if (inet_pton(AF_INET6, address, &six) == 1) {
		if (!IN6_IS_ADDR_V4MAPPED(&six))
			memset(six.s6_addr + 8, 0, 8);
		(void)snprintf(text, sizeof(text), "rate:%s:", kind);
		(void)inet_ntop(AF_INET6, &six, text + strlen(text),
		    (socklen_t)(sizeof(text) - strlen(text)));
	} else {
		(void)snprintf(
		    text, sizeof(text), "rate:%s:%s", kind, address);
	}
	crypto_hmac(&t->index_key, text, strlen(text), out);
}

static int64_t
window_start(int64_t now_ms)
{
	return now_ms - now_ms % HOUR_MS;
}

int
rate_check(struct db *db, struct arena *a, const struct town *t,
    const char *kind, const char *address, int64_t max, int64_t now_ms,
    int64_t *wait_s, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	struct db_rows rows;

	*wait_s = 0;
	if (max == 0)
		return 0;
	bucket(t, kind, address, hash);
	{
		const struct db_param p[] = { db_town(db),
			db_blob(hash, BUCKET_LEN),
			db_time(window_start(now_ms)) };

		if (db_query(db, a,
			"SELECT hits FROM rate_limit WHERE town_id = ?"
			" AND bucket = ? AND window_start = ?", p, nitems(p),
			1, &rows, err) == -1)
			return -1;
	}
	if (rows.n == 1 && db_cell(&rows, 0, 0)->i >= max)
		*wait_s = (window_start(now_ms) + HOUR_MS - now_ms) / 1000 + 1;
	return 0;
}

int
rate_hit(struct db *db, const struct town *t, const char *kind,
    const char *address, int64_t now_ms, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	bucket(t, kind, address, hash);
	{
		const struct db_param p[] = { db_town(db),
			db_blob(hash, BUCKET_LEN),
			db_time(window_start(now_ms)) };

		return db_exec(db,
		    "INSERT INTO rate_limit (town_id, bucket, window_start,"
		    " hits) VALUES (?, ?, ?, 1)"
		    " ON DUPLICATE KEY UPDATE hits = hits + 1", p, nitems(p),
		    NULL, err);
	}
}

int
rate_sweep(struct db *db, int64_t now_ms, int64_t *count, struct err *err)
{
	const struct db_param p[] = { db_time(window_start(now_ms)) };

	return db_exec(db, "DELETE FROM rate_limit WHERE window_start < ?", p,
	    nitems(p), count, err);
}
