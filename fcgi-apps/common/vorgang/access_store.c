#include "common/vorgang/access_store.h"

void
access_token_hash(
    const uint8_t token[ID_TOKEN_LEN], uint8_t out[CRYPTO_DIGEST_LEN])
{
	crypto_sha256(token, ID_TOKEN_LEN, out);
}

void
access_code_hash(const struct town *t, const char *reference,
    const char *code, uint8_t out[CRYPTO_DIGEST_LEN])
{
	char text[sizeof("code::") + ID_REFERENCE_LEN + ID_CODE_LEN];

	(void)snprintf(text, sizeof(text), "code:%s:%s", reference, code);
	crypto_hmac(&t->index_key, text, strlen(text), out);
	explicit_bzero(text, sizeof(text));
}

void
access_unit(struct db *db, struct arena *a, const struct id *vorgang,
    const uint8_t token[ID_TOKEN_LEN], int64_t now_ms, struct commit_unit *u)
{
	struct db_param *p = arena_new(a, struct db_param, 5);
	uint8_t hash[CRYPTO_DIGEST_LEN];

	access_token_hash(token, hash);
	p[0] = db_blob(arena_dup(a, hash, sizeof(hash)), sizeof(hash));
	p[1] = db_town(db);
	p[2] = db_int(ACCESS_LINK);
	p[3] = db_id(vorgang);
	p[4] = db_time(now_ms);
	commit_unit_add(u,
	    "INSERT INTO access_token (hash, town_id, kind, vorgang_id,"
	    " created_at) VALUES (?, ?, ?, ?, ?)", p, 5);
}
