/*
 * Access without an account: the receipt's link (128 random bits, of which the
 * database keeps the hash) and reference with code.
 */
#ifndef ACCESS_STORE_H
#define ACCESS_STORE_H

#include "common/db/commit_group.h"
#include "common/db/db.h"
#include "common/town.h"

enum access_kind {
	ACCESS_LINK = 1,
	ACCESS_SENT = 2 /* no token: draft_sent_unit */
};

/* What access_token.hash holds. */
void access_token_hash(const uint8_t token[ID_TOKEN_LEN],
    uint8_t out[CRYPTO_DIGEST_LEN]);

/* What vorgang.code_hash holds: HMAC under the town's index key of "code", the
 * reference and the code, as parsed. */
void access_code_hash(const struct town *t, const char *reference,
    const char *code, uint8_t out[CRYPTO_DIGEST_LEN]);

/* Adds the link of a Vorgang to what a submission writes. */
void access_unit(struct db *db, struct arena *a, const struct id *vorgang,
    const uint8_t token[ID_TOKEN_LEN], int64_t now_ms, struct commit_unit *u);

#endif
