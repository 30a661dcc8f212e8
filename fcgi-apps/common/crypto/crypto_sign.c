#include "common/crypto/crypto_sign.h"

#include <openssl/evp.h>

#include "common/log.h"

struct crypto_signer {
	EVP_PKEY *key;
};

struct crypto_signer *
crypto_signer_new(const struct crypto_key *master)
{
	struct crypto_signer *s = calloc(1, sizeof(*s));
	struct crypto_key seed;

	if (s == NULL)
		log_fatal("crypto: no memory");
	crypto_derive(master, "torhaus event log seal", &seed);
	s->key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed.byte, sizeof(seed.byte));
	explicit_bzero(&seed, sizeof(seed));
	if (s->key == NULL)
		log_fatal("crypto: Ed25519 is not available");
	return s;
}

void
crypto_signer_free(struct crypto_signer *s)
{
	if (s == NULL)
		return;
	EVP_PKEY_free(s->key);
	free(s);
}

void
crypto_signer_public(
    const struct crypto_signer *s, uint8_t out[CRYPTO_PUBLIC_LEN])
{
	size_t len = CRYPTO_PUBLIC_LEN;

	if (EVP_PKEY_get_raw_public_key(s->key, out, &len) != 1 ||
	    len != CRYPTO_PUBLIC_LEN)
		log_fatal("crypto: no public key");
}

void
crypto_sign(const struct crypto_signer *s, const void *in, size_t len,
    uint8_t out[CRYPTO_SIGNATURE_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t out_len = CRYPTO_SIGNATURE_LEN;

	if (ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, s->key) != 1 ||
	    EVP_DigestSign(ctx, out, &out_len, in, len) != 1 ||
	    out_len != CRYPTO_SIGNATURE_LEN)
		log_fatal("crypto: signing failed");
	EVP_MD_CTX_free(ctx);
}

bool
crypto_signature_holds(const uint8_t public_key[CRYPTO_PUBLIC_LEN],
    const void *in, size_t len, const uint8_t signature[CRYPTO_SIGNATURE_LEN])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, public_key, CRYPTO_PUBLIC_LEN);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool holds;

	if (ctx == NULL)
		log_fatal("crypto: no memory");
	holds = key != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(
		ctx, signature, CRYPTO_SIGNATURE_LEN, in, len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return holds;
}
