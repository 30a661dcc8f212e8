#include "common/osci/osci_cipher.h"

#include <assert.h>
#include <openssl/evp.h>

#include "common/crypto/crypto.h"
#include "common/log.h"

#define TAG_LEN 16
#define PIECE 4096
#define IV_LEN 12 /* of what we send */

struct osci_cipher {
	const struct osci_cipher_kind *kind;
	osci_sink sink;
	void *arg;
	EVP_CIPHER_CTX *ctx;
	uint8_t key[OSCI_KEY_MAX];
	bool is_writer;
	uint8_t iv[16];
	size_t iv_len, iv_have;
	/* what a reader holds back of a stream so far: the last bytes of a GCM
	 * stream, which may be the tag; the last plain block of a CBC one */
	uint8_t tail[TAG_LEN];
	size_t tail_len;
};

static void
free_cipher(void *arg)
{
	struct osci_cipher *c = arg;

	EVP_CIPHER_CTX_free(c->ctx);
	explicit_bzero(c, sizeof(*c));
}

static struct osci_cipher *
cipher_new(struct arena *a, const struct osci_cipher_kind *kind,
    const uint8_t *key, size_t iv_len, osci_sink sink, void *arg)
{
	struct osci_cipher *c = arena_new(a, struct osci_cipher, 1);

	assert(kind->mode == OSCI_CBC || iv_len == 12 || iv_len == 16);
	c->kind = kind;
	c->sink = sink;
	c->arg = arg;
	c->iv_len = kind->mode == OSCI_CBC ? kind->block : iv_len;
	memcpy(c->key, key, kind->key_len);
	if ((c->ctx = EVP_CIPHER_CTX_new()) == NULL)
		log_fatal("OpenSSL: out of memory");
	arena_defer(a, free_cipher, c);
	return c;
}

/* The IV is there: the cipher can begin. */
static void
begin(struct osci_cipher *c)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, c->kind->name, NULL);
	int enc = c->is_writer;

	if (cipher == NULL ||
	    EVP_CipherInit_ex2(c->ctx, cipher, NULL, NULL, enc, NULL) != 1 ||
	    (c->kind->mode == OSCI_GCM &&
		EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_AEAD_SET_IVLEN,
		    (int)c->iv_len, NULL) != 1) ||
	    EVP_CipherInit_ex2(c->ctx, NULL, c->key, c->iv, enc, NULL) != 1)
		log_fatal("%s is not available", c->kind->name);
	/* A reader looks at the last byte only (XML Encryption 1.1, 5.2: the
	 * others may be anything), which OpenSSL does not. */
	if (c->kind->mode == OSCI_CBC && !c->is_writer)
		(void)EVP_CIPHER_CTX_set_padding(c->ctx, 0);
	EVP_CIPHER_free(cipher);
}

struct osci_cipher *
osci_decrypt_new(struct arena *a, const struct osci_cipher_kind *kind,
    const uint8_t *key, size_t iv_len, osci_sink sink, void *arg)
{
	return cipher_new(a, kind, key, iv_len, sink, arg);
}

struct osci_cipher *
osci_encrypt_new(struct arena *a, const struct osci_cipher_kind *kind,
    const uint8_t *key, osci_sink sink, void *arg)
{
	struct osci_cipher *c = cipher_new(a, kind, key, IV_LEN, sink, arg);

	c->is_writer = true;
	crypto_random(c->iv, c->iv_len);
	begin(c);
	return c;
}

/* Hands out plain blocks but the last, which has the padding. */
static int
put_blocks(
    struct osci_cipher *c, const uint8_t *plain, size_t n, struct err *err)
{
	size_t block = c->kind->block;

	if (n == 0)
		return 0;
	if (c->tail_len > 0 &&
	    c->sink(c->arg, c->tail, c->tail_len, err) == -1)
		return -1;
	memcpy(c->tail, plain + n - block, block);
	c->tail_len = block;
	return n > block ? c->sink(c->arg, plain, n - block, err) : 0;
}

static int
put_out(struct osci_cipher *c, const uint8_t *out, size_t n, struct err *err)
{
	if (c->kind->mode == OSCI_CBC && !c->is_writer)
		return put_blocks(c, out, n, err);
	return n > 0 ? c->sink(c->arg, out, n, err) : 0;
}

static int
run(struct osci_cipher *c, const uint8_t *in, size_t n, struct err *err)
{
	uint8_t out[PIECE + 32];

	while (n > 0) {
		size_t some = n < PIECE ? n : PIECE;
		int len;

		if (EVP_CipherUpdate(c->ctx, out, &len, in, (int)some) != 1)
			return err_set(err, ERR_CRYPTO, "%s", c->kind->name);
		if (put_out(c, out, (size_t)len, err) == -1)
			return -1;
		in += some;
		n -= some;
	}
	return 0;
}

/* Keeps the last 16 bytes back: they may be the tag. */
static int
run_but_tail(
    struct osci_cipher *c, const uint8_t *in, size_t n, struct err *err)
{
	uint8_t joined[2 * TAG_LEN];
	size_t early;

	if (c->tail_len + n <= TAG_LEN) {
		memcpy(c->tail + c->tail_len, in, n);
		c->tail_len += n;
		return 0;
	}
	if (n >= TAG_LEN) {
		if (run(c, c->tail, c->tail_len, err) == -1 ||
		    run(c, in, n - TAG_LEN, err) == -1)
			return -1;
		memcpy(c->tail, in + n - TAG_LEN, TAG_LEN);
		c->tail_len = TAG_LEN;
		return 0;
	}
	memcpy(joined, c->tail, c->tail_len);
	memcpy(joined + c->tail_len, in, n);
	early = c->tail_len + n - TAG_LEN;
	memcpy(c->tail, joined + early, TAG_LEN);
	c->tail_len = TAG_LEN;
	return run(c, joined, early, err);
}

int
osci_cipher_put(
    struct osci_cipher *c, const void *data, size_t n, struct err *err)
{
	const uint8_t *in = data;

	if (c->is_writer) {
		if (c->iv_have == 0) {
			c->iv_have = c->iv_len;
			if (c->sink(c->arg, c->iv, c->iv_len, err) == -1)
				return -1;
		}
		return run(c, in, n, err);
	}
	while (n > 0 && c->iv_have < c->iv_len) {
		c->iv[c->iv_have++] = *in++;
		n--;
		if (c->iv_have == c->iv_len)
			begin(c);
	}
	return c->kind->mode == OSCI_GCM ? run_but_tail(c, in, n, err)
					 : run(c, in, n, err);
}

int
osci_cipher_sink(void *arg, const void *data, size_t n, struct err *err)
{
	return osci_cipher_put(arg, data, n, err);
}

static int
end_writer(struct osci_cipher *c, struct err *err)
{
	uint8_t out[32];
	int len;

	if (osci_cipher_put(c, "", 0, err) == -1)
		return -1;
	if (EVP_CipherFinal_ex(c->ctx, out, &len) != 1)
		log_fatal("%s failed", c->kind->name);
	if (len > 0 && c->sink(c->arg, out, (size_t)len, err) == -1)
		return -1;
	if (c->kind->mode == OSCI_CBC)
		return 0;
	if (EVP_CIPHER_CTX_ctrl(
		c->ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, out) != 1)
		log_fatal("%s gave no tag", c->kind->name);
	return c->sink(c->arg, out, TAG_LEN, err);
}

static int
end_cbc(struct osci_cipher *c, struct err *err)
{
	uint8_t padding;

	if (c->tail_len == 0)
		return err_set(err, ERR_CRYPTO, "ciphertext is cut off");
	padding = c->tail[c->tail_len - 1];
	if (padding == 0 || padding > c->tail_len)
		return err_set(err, ERR_CRYPTO, "ciphertext was changed");
	return padding == c->tail_len
	    ? 0
	    : c->sink(c->arg, c->tail, c->tail_len - padding, err);
}

int
osci_cipher_end(struct osci_cipher *c, struct err *err)
{
	uint8_t out[32];
	int len;

	if (c->is_writer)
		return end_writer(c, err);
	if (c->iv_have < c->iv_len ||
	    (c->kind->mode == OSCI_GCM && c->tail_len < TAG_LEN))
		return err_set(err, ERR_CRYPTO, "ciphertext is cut off");
	if (c->kind->mode == OSCI_GCM &&
	    EVP_CIPHER_CTX_ctrl(
		c->ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, c->tail) != 1)
		log_fatal("%s takes no tag", c->kind->name);
	if (EVP_CipherFinal_ex(c->ctx, out, &len) != 1)
		return err_set(err, ERR_CRYPTO, "ciphertext was changed");
	if (c->kind->mode == OSCI_CBC)
		return end_cbc(c, err);
	return len > 0 ? c->sink(c->arg, out, (size_t)len, err) : 0;
}
