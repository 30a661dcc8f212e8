#include "common/crypto/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <unistd.h>

#include "common/log.h"

#define NONCE_LEN 12
#define TAG_LEN 16

/* Algorithms are looked up once: fetching costs more than sealing a row. */
static struct {
	EVP_CIPHER *gcm;
	EVP_MD *sha256;
	EVP_MAC *hmac;
	EVP_KDF *hkdf;
	pthread_key_t kit;
} once;

/*
 * Contexts of one thread, made at its first use. They keep the key last used
 * until the next one; the process holds the towns' keys anyway.
 */
struct kit {
	EVP_CIPHER_CTX *cipher;
	EVP_MD_CTX *digest;
	EVP_MAC_CTX *hmac;
};

static void
kit_free(void *arg)
{
	struct kit *kit = arg;

	EVP_CIPHER_CTX_free(kit->cipher);
	EVP_MD_CTX_free(kit->digest);
	EVP_MAC_CTX_free(kit->hmac);
	free(kit);
}

static void
fetch_once(void)
{
	once.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	once.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	once.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	once.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	if (once.gcm == NULL || once.sha256 == NULL || once.hmac == NULL ||
	    once.hkdf == NULL || pthread_key_create(&once.kit, kit_free) != 0)
		log_fatal("OpenSSL lacks AES-256-GCM, SHA-256 or HKDF");
}

/* Failures of OpenSSL that no input can cause end the process. */
static void
must(int ok, const char *what)
{
	if (ok != 1)
		log_fatal("OpenSSL: %s failed", what);
}

static struct kit *
kit_new(void)
{
	struct kit *kit = calloc(1, sizeof(*kit));
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(
		OSSL_MAC_PARAM_DIGEST, (char[]){"SHA256"}, 0),
	    OSSL_PARAM_construct_end(),
	};

	if (kit == NULL || (kit->cipher = EVP_CIPHER_CTX_new()) == NULL ||
	    (kit->digest = EVP_MD_CTX_new()) == NULL ||
	    (kit->hmac = EVP_MAC_CTX_new(once.hmac)) == NULL)
		log_fatal("crypto: out of memory");
	must(EVP_MAC_CTX_set_params(kit->hmac, params), "HMAC");
	must(pthread_setspecific(once.kit, kit) == 0, "thread key");
	return kit;
}

static struct kit *
kit_get(void)
{
	static pthread_once_t control = PTHREAD_ONCE_INIT;
	struct kit *kit;

	must(pthread_once(&control, fetch_once) == 0, "once");
	kit = pthread_getspecific(once.kit);
	return kit != NULL ? kit : kit_new();
}

/*
 * Bytes in store for this thread: a call of OpenSSL's generator costs the same
 * for 12 bytes and for 512, and a submission needs a dozen pieces. What was
 * handed out is wiped; a forked child does not hand out its parent's.
 */
static _Thread_local struct {
	uint8_t byte[512];
	size_t left;
	pid_t owner;
} pool;

void
crypto_random(void *out, size_t n)
{
	uint8_t *p = out;

	while (n > 0) {
		size_t piece = n > sizeof(pool.byte) ? sizeof(pool.byte) : n;

		if (pool.left < piece || pool.owner != getpid()) {
			must(RAND_bytes(pool.byte, sizeof(pool.byte)),
			    "random numbers");
			pool.left = sizeof(pool.byte);
			pool.owner = getpid();
		}
		pool.left -= piece;
		memcpy(p, pool.byte + pool.left, piece);
		explicit_bzero(pool.byte + pool.left, piece);
		p += piece;
		n -= piece;
	}
}

/* ---- digests ---- */

void
crypto_sha256(const void *in, size_t len, uint8_t out[CRYPTO_DIGEST_LEN])
{
	struct kit *kit = kit_get();

	must(EVP_DigestInit_ex2(kit->digest, once.sha256, NULL) &&
	    EVP_DigestUpdate(kit->digest, in, len) &&
	    EVP_DigestFinal_ex(kit->digest, out, NULL), "SHA-256");
}

static void
hmac_begin(struct kit *kit, const struct crypto_key *key)
{
	must(EVP_MAC_init(kit->hmac, key->byte, CRYPTO_KEY_LEN, NULL), "HMAC");
}

static void
hmac_add(struct kit *kit, const void *in, size_t len)
{
	must(EVP_MAC_update(kit->hmac, in, len), "HMAC");
}

static void
hmac_end(struct kit *kit, uint8_t out[CRYPTO_DIGEST_LEN])
{
	size_t n;

	must(EVP_MAC_final(kit->hmac, out, &n, CRYPTO_DIGEST_LEN), "HMAC");
}

void
crypto_hmac(const struct crypto_key *key, const void *in, size_t len,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	struct kit *kit = kit_get();

	hmac_begin(kit, key);
	hmac_add(kit, in, len);
	hmac_end(kit, out);
}

void
crypto_blind_index(const struct crypto_key *key, const char *kind,
    const char *folded, uint8_t out[CRYPTO_INDEX_LEN])
{
	struct kit *kit = kit_get();
	uint8_t digest[CRYPTO_DIGEST_LEN];

	hmac_begin(kit, key);
	hmac_add(kit, kind, strlen(kind) + 1);
	hmac_add(kit, folded, strlen(folded));
	hmac_end(kit, digest);
	memcpy(out, digest, CRYPTO_INDEX_LEN);
}

struct crypto_hash {
	EVP_MD_CTX *digest;
};

struct crypto_hash *
crypto_hash_new(void)
{
	struct crypto_hash *h = calloc(1, sizeof(*h));

	(void)kit_get(); /* the algorithms, if nobody asked before */
	if (h == NULL || (h->digest = EVP_MD_CTX_new()) == NULL)
		log_fatal("crypto: out of memory");
	must(EVP_DigestInit_ex2(h->digest, once.sha256, NULL), "SHA-256");
	return h;
}

void
crypto_hash_part(struct crypto_hash *h, const void *in, size_t len)
{
	uint8_t prefix[8];

	for (int i = 0; i < 8; i++)
		prefix[i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
	must(EVP_DigestUpdate(h->digest, prefix, sizeof(prefix)) &&
	    EVP_DigestUpdate(h->digest, in, len), "SHA-256");
}

void
crypto_hash_end(struct crypto_hash *h, uint8_t out[CRYPTO_DIGEST_LEN])
{
	must(EVP_DigestFinal_ex(h->digest, out, NULL), "SHA-256");
	EVP_MD_CTX_free(h->digest);
	free(h);
}

/* ---- keys ---- */

void
crypto_hkdf(const void *ikm, size_t ikm_len, const void *salt,
    size_t salt_len, const void *info, size_t info_len, void *out, size_t n)
{
	EVP_KDF_CTX *kdf;
	/* The parameters want pointers without const, but are only read. */
	union { const void *in; void *out; } k = {ikm},
	    s = {salt_len == 0 ? "" : salt}, /* NULL is refused */
	    i = {info_len == 0 ? "" : info};
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(
		OSSL_KDF_PARAM_DIGEST, (char[]){"SHA256"}, 0),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_KEY, k.out, ikm_len),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_SALT, s.out, salt_len),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_INFO, i.out, info_len),
	    OSSL_PARAM_construct_end(),
	};

	(void)kit_get();
	if ((kdf = EVP_KDF_CTX_new(once.hkdf)) == NULL)
		log_fatal("crypto: out of memory");
	must(EVP_KDF_derive(kdf, out, n, params), "HKDF");
	EVP_KDF_CTX_free(kdf);
}

void
crypto_derive(const struct crypto_key *from, const char *label,
    struct crypto_key *out)
{
	crypto_hkdf(from->byte, CRYPTO_KEY_LEN, "", 0, label, strlen(label),
	    out->byte, CRYPTO_KEY_LEN);
}

/* ---- sealing ---- */

/* out: nonce | ciphertext | tag, len + CRYPTO_SEAL_EXTRA bytes. */
static void
seal(const struct crypto_key *key, const char *context, const void *in,
    size_t len, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = kit_get()->cipher;
	int n;

	if (len > INT32_MAX - CRYPTO_SEAL_EXTRA)
		log_fatal("crypto: %zu bytes in one seal", len);
	crypto_random(out, NONCE_LEN);
	must(EVP_EncryptInit_ex2(ctx, once.gcm, key->byte, out, NULL) &&
	    EVP_EncryptUpdate(ctx, NULL, &n, (const uint8_t *)context,
		(int)strlen(context)) &&
	    EVP_EncryptUpdate(ctx, out + NONCE_LEN, &n, in, (int)len) &&
	    EVP_EncryptFinal_ex(ctx, out + NONCE_LEN + len, &n) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN,
		out + NONCE_LEN + len), "AES-256-GCM");
}

/* The reverse; out has len - CRYPTO_SEAL_EXTRA bytes, wiped on failure. */
static int
unseal(const struct crypto_key *key, const char *context, const void *in,
    size_t len, uint8_t *out, struct err *err)
{
	EVP_CIPHER_CTX *ctx = kit_get()->cipher;
	const uint8_t *p = in;
	size_t plain;
	uint8_t tag[TAG_LEN];
	int n;

	if (len < CRYPTO_SEAL_EXTRA || len > INT32_MAX)
		return err_set(err, ERR_CRYPTO, "seal of %zu bytes", len);
	plain = len - CRYPTO_SEAL_EXTRA;
	memcpy(tag, p + len - TAG_LEN, TAG_LEN);
	must(EVP_DecryptInit_ex2(ctx, once.gcm, key->byte, p, NULL) &&
	    EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)context,
		(int)strlen(context)) &&
	    EVP_DecryptUpdate(ctx, out, &n, p + NONCE_LEN, (int)plain) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag),
	    "AES-256-GCM");
	if (EVP_DecryptFinal_ex(ctx, out + plain, &n) != 1) {
		explicit_bzero(out, plain);
		/* Of the context its kind alone: an id may open something. */
		return err_set(err, ERR_CRYPTO,
		    "a sealed value does not open as %.*s",
		    (int)strcspn(context, ":"), context);
	}
	return 0;
}

void
crypto_seal(struct arena *a, const struct crypto_key *key,
    const char *context, const void *in, size_t len, const void **out,
    size_t *out_len)
{
	uint8_t *sealed = arena_alloc(a, len + CRYPTO_SEAL_EXTRA, 1);

	seal(key, context, in, len, sealed);
	*out = sealed;
	*out_len = len + CRYPTO_SEAL_EXTRA;
}

int
crypto_open(struct arena *a, const struct crypto_key *key,
    const char *context, const void *in, size_t len, char **out,
    size_t *out_len, struct err *err)
{
	char *plain;

	if (len < CRYPTO_SEAL_EXTRA)
		return err_set(err, ERR_CRYPTO, "seal of %zu bytes", len);
	plain = arena_alloc(a, len - CRYPTO_SEAL_EXTRA + 1, 1);
	if (unseal(key, context, in, len, (uint8_t *)plain, err) == -1)
		return -1;
	*out = plain;
	*out_len = len - CRYPTO_SEAL_EXTRA;
	return 0;
}

void
crypto_wrap(const struct crypto_key *outer, const struct crypto_key *key,
    uint8_t wrapped[CRYPTO_WRAPPED_LEN])
{
	seal(outer, "key", key->byte, CRYPTO_KEY_LEN, wrapped);
}

int
crypto_unwrap(const struct crypto_key *outer,
    const uint8_t wrapped[CRYPTO_WRAPPED_LEN], struct crypto_key *out,
    struct err *err)
{
	return unseal(
	    outer, "key", wrapped, CRYPTO_WRAPPED_LEN, out->byte, err);
}

void
data_key_new(const struct crypto_key *town, struct data_key *out)
{
	crypto_random(out->key.byte, CRYPTO_KEY_LEN);
	crypto_wrap(town, &out->key, out->wrapped);
}

int
data_key_open(const struct crypto_key *town, const void *wrapped, size_t len,
    struct data_key *out, struct err *err)
{
	if (len != CRYPTO_WRAPPED_LEN)
		return err_set(err, ERR_CRYPTO, "data key of %zu bytes", len);
	memcpy(out->wrapped, wrapped, len);
	return crypto_unwrap(town, out->wrapped, &out->key, err);
}
