/*
 * What an EncryptedData says of itself, and what opens with it. The document is
 * up to the first NUL; what follows is a symmetric key and a ciphertext.
 */
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdint.h>

#include "common/osci/osci_encryption.h"
#include "common/osci/osci_names.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct osci_crypto_policy strict = { 0 };
static const struct osci_crypto_policy lenient = { .allows_cbc = true,
	.allows_rsa15 = true };
static const struct xml_limits limits = {
	.depth = 64,
	.nodes = 5000,
	.attributes = 64,
	.memory = 1 << 20,
	.text = 8192,
};

/* A small one: what is tried is the unpadding, not the arithmetic. */
static struct osci_key key;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	key.key = EVP_RSA_gen(1024);
	return key.key == NULL;
}

static const struct xml_node *
find_data(const struct xml_node *root)
{
	const struct xml_node *n = root;

	while (n != NULL) {
		if (n->name != NULL && xml_is(n, OSCI_NS_XENC, "EncryptedData"))
			return n;
		if (n->child != NULL) {
			n = n->child;
			continue;
		}
		while (n != root && n->next == NULL)
			n = n->parent;
		n = n == root ? NULL : n->next;
	}
	return NULL;
}

static void
unwrap(struct arena *a, const struct osci_encrypted *e)
{
	for (size_t i = 0; i < e->nkey && i < 2; i++) {
		struct osci_wrapped_key w = e->key[i];
		uint8_t out[OSCI_KEY_MAX], bytes[128] = { 0 };
		struct err err = { 0 };

		memcpy(bytes + 1, w.bytes, w.len < 127 ? w.len : 127);
		if (w.len != 1) {
			w.bytes = bytes;
			w.len = sizeof(bytes);
		}
		if (osci_key_unwrap(
			a, &w, &key, e->kind->key_len, out, &err) == -1)
			assert(err.code == ERR_CRYPTO);
	}
}

static int
take(void *arg, const void *data, size_t n, struct err *err)
{
	size_t *taken = arg;

	(void)data;
	(void)err;
	*taken += n;
	return 0;
}

static void
decrypt(struct arena *a, const struct osci_encrypted *e, const uint8_t *data,
    size_t size)
{
	size_t taken = 0;
	struct err err = { 0 };
	struct osci_cipher *c;

	if (size < OSCI_KEY_MAX)
		return;
	c = osci_decrypt_new(a, e->kind, data, e->iv_len, take, &taken);
	data += OSCI_KEY_MAX;
	size -= OSCI_KEY_MAX;
	if (osci_cipher_put(c, data, size / 3, &err) == -1 ||
	    osci_cipher_put(c, data + size / 3, size - size / 3, &err) == -1 ||
	    osci_cipher_end(c, &err) == -1)
		assert(err.code == ERR_CRYPTO);
	assert(taken <= size);
}

static void
look_at(struct arena *a, const struct xml_tree *t, const uint8_t *rest,
    size_t n)
{
	const struct xml_node *data = find_data(t->root);
	struct osci_encrypted e, again;
	struct err err = { 0 };

	if (data == NULL)
		return;
	if (osci_encrypted_read(a, t, data, &lenient, &e, &err) == -1) {
		assert(err.code != ERR_NONE);
		err_clear(&err);
		assert(osci_encrypted_read(a, t, data, &strict, &again, &err) ==
		    -1);
		return;
	}
	assert(e.raw_key != NULL || e.nkey > 0);
	assert((e.value == NULL) != (e.part == NULL));
	assert(e.iv_len == 12 || e.iv_len == 16);
	unwrap(a, &e);
	decrypt(a, &e, rest, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, 0, size);
	size_t len = nul == NULL ? size : (size_t)(nul - data);
	size_t rest = nul == NULL ? 0 : size - len - 1;
	struct arena a = { 0 };
	struct err err = { 0 };
	struct xml_reader *r =
	    xml_reader_new(&a, &limits, crypto_spool_new(&a, "/tmp", 1 << 20));
	struct xml_tree t;

	if (xml_reader_put(r, data, len, &err) == 0 &&
	    xml_reader_end(r, &t, &err) == 0)
		look_at(&a, &t, nul == NULL ? data : nul + 1, rest);
	arena_free(&a);
	return 0;
}
