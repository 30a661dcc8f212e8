/*
 * The secrets that open a stepped draft: a browser's cookie, a link by mail, a
 * code on paper. The database keeps a keyed digest of each, and the draft's
 * data key wrapped under HKDF(town's key, secret): neither the database nor
 * the master key opens a draft without one of them.
 */
#ifndef DRAFT_SECRET_H
#define DRAFT_SECRET_H

#include "common/crypto/crypto.h"
#include "common/id.h"
#include "common/town.h"

enum draft_access_kind {
	DRAFT_BROWSER = 1, /* the cookie: one for all drafts of a browser */
	DRAFT_LINK = 2,
	DRAFT_CODE = 3
};

struct draft_secret {
	enum draft_access_kind kind;
	size_t len;
	uint8_t byte[ID_DRAFT_CODE_LEN];
};

/* A new one: 128 random bits, or a code of 95. */
void draft_secret_new(enum draft_access_kind kind, struct draft_secret *out);

/*
 * Reads one as a cookie, a link or a person brings it (a code forgivingly, see
 * id_draft_code_parse). ERR_FIELD_INVALID: cannot be one.
 */
int draft_secret_parse(enum draft_access_kind kind, const char *s,
    struct draft_secret *out, struct err *err);

/* As it stands in the cookie, the link, on paper. */
const char *draft_secret_show(struct arena *a, const struct draft_secret *s);

/* What draft_access.hash holds. */
void draft_secret_hash(const struct town *t, const struct draft_secret *s,
    uint8_t out[CRYPTO_DIGEST_LEN]);

/* The key that wraps the data key of that draft. */
void draft_secret_key(const struct town *t, const struct draft_secret *s,
    const struct id *submission, struct crypto_key *out);

#endif
