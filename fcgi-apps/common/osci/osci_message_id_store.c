#include "common/osci/osci_message_id_store.h"

#include "common/osci/osci_code.h"

static void
hash_of(const char *id, uint8_t out[CRYPTO_DIGEST_LEN])
{
	crypto_sha256(id, strlen(id), out);
}

int
osci_message_id_issue(struct db *db, struct arena *a,
    const uint8_t client[CRYPTO_DIGEST_LEN], int64_t now_ms, const char **out,
    struct err *err)
{
	const struct id id = id_random(); /* nobody can guess the next one */
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_blob(hash, sizeof(hash)),
		db_blob(client, CRYPTO_DIGEST_LEN), db_time(now_ms) };

	*out = arena_printf(a, "torhaus-%s", id_hex(a, &id));
	hash_of(*out, hash);
	return db_exec(db,
	    "INSERT INTO osci_message_id (hash, issued_to, issued_at)"
	    " VALUES (?, ?, ?)", p, nitems(p), NULL, err);
}

int
osci_message_id_is_good(struct db *db, struct arena *a, const char *id,
    const uint8_t client[CRYPTO_DIGEST_LEN], int64_t issued_from_ms,
    bool *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_blob(hash, sizeof(hash)),
		db_blob(client, CRYPTO_DIGEST_LEN), db_time(issued_from_ms) };
	struct db_rows rows;

	hash_of(id, hash);
	if (db_query(db, a,
		"SELECT 1 FROM osci_message_id WHERE hash = ?"
		" AND issued_to = ? AND issued_at >= ?", p, nitems(p), 1,
		&rows, err) == -1)
		return -1;
	*out = rows.n == 1;
	return 0;
}

int
osci_message_id_use(struct db *db, const char *id,
    const uint8_t client[CRYPTO_DIGEST_LEN], int64_t issued_from_ms,
    struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_blob(hash, sizeof(hash)),
		db_blob(client, CRYPTO_DIGEST_LEN), db_time(issued_from_ms) };
	int64_t n;

	hash_of(id, hash);
	if (db_exec(db,
		"DELETE FROM osci_message_id WHERE hash = ?"
		" AND issued_to = ? AND issued_at >= ?", p, nitems(p), &n,
		err) == -1)
		return -1;
	return n == 1 ? 0
		      : osci_refuse(err, "9801",
			    "message id: not issued to this client, or used");
}

int
osci_message_id_sweep(struct db *db, int64_t before_ms, int64_t *n,
    struct err *err)
{
	const struct db_param p[] = { db_time(before_ms) };

	return db_exec(db,
	    "DELETE FROM osci_message_id WHERE issued_at < ? LIMIT 10000", p,
	    nitems(p), n, err);
}
