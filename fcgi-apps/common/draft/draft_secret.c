#include "common/draft/draft_secret.h"

#define LABEL "draft-access"

void
draft_secret_new(enum draft_access_kind kind, struct draft_secret *out)
{
	char code[ID_DRAFT_CODE_LEN + 1];

	*out = (struct draft_secret){ .kind = kind };
	if (kind != DRAFT_CODE) {
		out->len = ID_TOKEN_LEN;
		crypto_random(out->byte, ID_TOKEN_LEN);
		return;
	}
	id_draft_code_new(code);
	out->len = ID_DRAFT_CODE_LEN;
	memcpy(out->byte, code, ID_DRAFT_CODE_LEN);
	explicit_bzero(code, sizeof(code));
}

int
draft_secret_parse(enum draft_access_kind kind, const char *s,
    struct draft_secret *out, struct err *err)
{
	char code[ID_DRAFT_CODE_LEN + 1];

	*out = (struct draft_secret){ .kind = kind };
	if (kind != DRAFT_CODE) {
		out->len = ID_TOKEN_LEN;
		return id_token_parse(s, out->byte, err);
	}
	if (id_draft_code_parse(s, code, err) == -1)
		return -1;
	out->len = ID_DRAFT_CODE_LEN;
	memcpy(out->byte, code, ID_DRAFT_CODE_LEN);
	explicit_bzero(code, sizeof(code));
	return 0;
}

const char *
draft_secret_show(struct arena *a, const struct draft_secret *s)
{
	if (s->kind != DRAFT_CODE)
		return id_token_show(a, s->byte);
	return id_draft_code_show(a, arena_dup(a, s->byte, s->len));
}

/* The kind goes along: a link is no cookie. */
void
draft_secret_hash(const struct town *t, const struct draft_secret *s,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	uint8_t text[sizeof(LABEL ":0:") + ID_DRAFT_CODE_LEN];
	size_t n = (size_t)snprintf((char *)text, sizeof(text), LABEL ":%d:",
	    (int)s->kind);

	memcpy(text + n, s->byte, s->len);
	crypto_hmac(&t->index_key, text, n + s->len, out);
	explicit_bzero(text, sizeof(text));
}

void
draft_secret_key(const struct town *t, const struct draft_secret *s,
    const struct id *submission, struct crypto_key *out)
{
	uint8_t info[sizeof(LABEL ":0:") + ID_LEN];
	size_t n = (size_t)snprintf((char *)info, sizeof(info), LABEL ":%d:",
	    (int)s->kind);

	memcpy(info + n, submission->byte, ID_LEN);
	crypto_hkdf(t->key.byte, CRYPTO_KEY_LEN, s->byte, s->len, info,
	    n + ID_LEN, out->byte, CRYPTO_KEY_LEN);
}
