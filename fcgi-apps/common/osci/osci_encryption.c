#include "common/osci/osci_encryption.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "common/base64.h"
#include "common/log.h"
#include "common/num.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_names.h"

#define WRAPPED_MAX 2048 /* characters of a wrapped key */
#define URI_MAX 1024

static int
bad(struct err *err, const char *what)
{
	return err_set(err, ERR_BAD_REQUEST, "encryption: %s", what);
}

static const char *
algorithm(const struct xml_node *n)
{
	const char *uri = n == NULL ? NULL : xml_attribute(n, "Algorithm");

	return uri != NULL ? uri : "";
}

static int
read_bytes(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, size_t max, const uint8_t **out, size_t *len,
    struct err *err)
{
	const char *text;
	uint8_t *bytes;

	if (xml_text(a, t, n, max, &text, err) == -1 ||
	    base64_decode(a, text, strlen(text), &bytes, len, err) == -1)
		return -1;
	*out = bytes;
	return 0;
}

/* ---- EncryptionMethod ---- */

/* Without IvLength an IV has 16 bytes; CBC knows none. */
static int
read_method(const struct xml_node *n, const struct osci_crypto_policy *policy,
    struct osci_encrypted *e, struct err *err)
{
	const struct xml_node *iv;
	const char *value;
	int64_t len;

	if (!xml_is(n, OSCI_NS_XENC, "EncryptionMethod") ||
	    (e->kind = osci_cipher_find(algorithm(n))) == NULL)
		return bad(err, "a cipher that is not OSCI's");
	if (e->kind->is_legacy && !policy->allows_cbc)
		return osci_refuse(
		    err, "9202", "encryption: CBC is not allowed here");
	e->iv_len = 16;
	iv = xml_child(n, OSCI_NS_128, "IvLength");
	if (iv == NULL || e->kind->mode == OSCI_CBC)
		return 0;
	if ((value = xml_attribute(iv, "Value")) == NULL ||
	    num_parse(value, 12, 16, &len, err) == -1 ||
	    (len != 12 && len != 16))
		return bad(err, "an IV of another length");
	e->iv_len = (size_t)len;
	return 0;
}

/* ---- EncryptedKey ---- */

static int
read_wrap(const struct xml_node *n, const struct osci_crypto_policy *policy,
    struct osci_wrapped_key *w, struct err *err)
{
	const struct xml_node *mask, *digest;
	const struct osci_digest *d;

	if (!xml_is(n, OSCI_NS_XENC, "EncryptionMethod") ||
	    (w->kind = osci_wrap_find(algorithm(n))) == NULL)
		return bad(err, "a key transport that is not OSCI's");
	if (w->kind->is_legacy && !policy->allows_rsa15)
		return osci_refuse(
		    err, "9202", "encryption: RSA 1.5 is not allowed here");
	if (w->kind->wrap == OSCI_RSA15)
		return 0;
	mask = xml_child(n, OSCI_NS_XENC11, "MGF");
	digest = xml_child(n, OSCI_NS_DS, "DigestMethod");
	if (mask == NULL || digest == NULL ||
	    xml_child(n, OSCI_NS_XENC, "OAEPparams") != NULL ||
	    (w->mask = osci_mgf_digest(algorithm(mask))) == NULL ||
	    (d = osci_digest_find(algorithm(digest))) == NULL)
		return bad(err, "RSA-OAEP of another kind");
	w->digest = d->name;
	return 0;
}

/* The reader: a certificate, or the Id of one. */
static int
read_reader(struct arena *a, const struct xml_tree *t,
    const struct xml_node *info, struct osci_wrapped_key *w, struct err *err)
{
	const struct xml_node *n = info == NULL ? NULL : xml_first(info);
	const char *text, *uri;

	if (n == NULL || !xml_is(info, OSCI_NS_DS, "KeyInfo") ||
	    xml_next(n) != NULL)
		return bad(err, "a key without its reader");
	if (xml_is(n, OSCI_NS_DS, "RetrievalMethod")) {
		if ((uri = xml_attribute(n, "URI")) == NULL || uri[0] != '#')
			return bad(err, "a reader's certificate elsewhere");
		w->cert_id = uri + 1;
		return 0;
	}
	if (!xml_is(n, OSCI_NS_DS, "X509Data") ||
	    (n = xml_child(n, OSCI_NS_DS, "X509Certificate")) == NULL)
		return bad(err, "a key without its reader");
	return xml_text(a, t, n, 2 * OSCI_CERT_MAX, &text, err) == -1 ||
		osci_cert_parse_text(a, text, strlen(text), &w->cert, err) ==
		    -1
	    ? -1
	    : 0;
}

static int
read_key(struct arena *a, const struct xml_tree *t, const struct xml_node *n,
    const struct osci_crypto_policy *policy, struct osci_wrapped_key *w,
    struct err *err)
{
	const struct xml_node *child = xml_first(n), *value;

	*w = (struct osci_wrapped_key){ 0 };
	if (read_wrap(child, policy, w, err) == -1)
		return -1;
	child = xml_next(child);
	if (read_reader(a, t, child, w, err) == -1)
		return -1;
	child = xml_next(child);
	if (!xml_is(child, OSCI_NS_XENC, "CipherData") ||
	    (value = xml_child(child, OSCI_NS_XENC, "CipherValue")) == NULL)
		return bad(err, "a key without its value");
	return read_bytes(a, t, value, WRAPPED_MAX, &w->bytes, &w->len, err);
}

/* EncryptedKeys; of an attachment the raw key. */
static int
read_key_info(struct arena *a, const struct xml_tree *t,
    const struct xml_node *info, const struct osci_crypto_policy *policy,
    struct osci_encrypted *e, struct err *err)
{
	const struct xml_node *n = xml_first(info);
	struct osci_wrapped_key *key;
	size_t count = 0, len;

	if (xml_is(n, OSCI_NS_DS, "MgmtData") && xml_next(n) == NULL) {
		if (read_bytes(a, t, n, 200, &e->raw_key, &len, err) == -1)
			return -1;
		return len == e->kind->key_len
		    ? 0
		    : bad(err, "a key of another length");
	}
	for (const struct xml_node *p = n; p != NULL; p = xml_next(p))
		if (!xml_is(p, OSCI_NS_XENC, "EncryptedKey") ||
		    ++count > OSCI_READERS_MAX)
			return bad(err, "KeyInfo of another shape");
	if (count == 0)
		return bad(err, "no key");
	e->key = key = arena_new(a, struct osci_wrapped_key, count);
	for (; n != NULL; n = xml_next(n))
		if (read_key(a, t, n, policy, &key[e->nkey++], err) == -1)
			return -1;
	return 0;
}

/* ---- EncryptedData ---- */

static int
read_data(const struct xml_node *n, struct osci_encrypted *e, struct err *err)
{
	const struct xml_node *child;
	const char *uri;

	if (!xml_is(n, OSCI_NS_XENC, "CipherData") ||
	    (child = xml_first(n)) == NULL || xml_next(child) != NULL)
		return bad(err, "no CipherData");
	if (xml_is(child, OSCI_NS_XENC, "CipherValue")) {
		e->value = child;
		return 0;
	}
	if (!xml_is(child, OSCI_NS_XENC, "CipherReference") ||
	    (uri = xml_attribute(child, "URI")) == NULL ||
	    strncmp(uri, "cid:", 4) != 0 || strlen(uri) > URI_MAX)
		return bad(err, "CipherData elsewhere");
	e->part = uri + 4;
	return 0;
}

int
osci_encrypted_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, const struct osci_crypto_policy *policy,
    struct osci_encrypted *out, struct err *err)
{
	const struct xml_node *n = xml_first(node);

	*out = (struct osci_encrypted){ 0 };
	if (read_method(n, policy, out, err) == -1)
		return -1;
	n = xml_next(n);
	if (!xml_is(n, OSCI_NS_DS, "KeyInfo"))
		return bad(err, "no KeyInfo");
	if (read_key_info(a, t, n, policy, out, err) == -1)
		return -1;
	return read_data(xml_next(n), out, err);
}

/* ---- wrapping ---- */

static EVP_PKEY_CTX *
key_context(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	if (ctx == NULL)
		log_fatal("OpenSSL: out of memory");
	return ctx;
}

static void
set_oaep(EVP_PKEY_CTX *ctx, const char *digest, const char *mask)
{
	const EVP_MD *md = EVP_get_digestbyname(digest);
	const EVP_MD *mgf1 = EVP_get_digestbyname(mask);

	/* By method, not by name: keys in tokens understand only that. */
	if (md == NULL || mgf1 == NULL ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, mgf1) != 1)
		log_fatal("RSA-OAEP with %s and %s is not available", digest,
		    mask);
}

/* Unpads without telling whether it could: by a choice free of branches. */
static void
unpad_rsa15(const uint8_t *block, size_t n, size_t key_len, uint8_t *out)
{
	uint8_t random[OSCI_KEY_MAX];
	unsigned wrong = 0;

	crypto_random(random, sizeof(random));
	if (n < key_len + 11) { /* the key's own size: no secret */
		memcpy(out, random, key_len);
		return;
	}
	wrong |= block[0];
	wrong |= block[1] ^ 2U;
	for (size_t i = 2; i < n - key_len - 1; i++)
		wrong |= (unsigned)((block[i] - 1U) >> 8) & 1U;
	wrong |= block[n - key_len - 1];
	wrong = (unsigned)-(int)(wrong != 0);
	for (size_t i = 0; i < key_len; i++)
		out[i] = (uint8_t)((block[n - key_len + i] & ~wrong) |
		    (random[i] & wrong));
}

static int
unwrap_rsa15(EVP_PKEY_CTX *ctx, struct arena *a,
    const struct osci_wrapped_key *w, size_t size, size_t key_len,
    uint8_t *out, struct err *err)
{
	uint8_t *block = arena_alloc(a, size, 1);
	size_t n = size;

	if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1)
		log_fatal("RSA is not available");
	if (w->len != size ||
	    EVP_PKEY_decrypt(ctx, block, &n, w->bytes, w->len) != 1 ||
	    n != size)
		return err_set(err, ERR_CRYPTO, "encryption: no such key");
	unpad_rsa15(block, n, key_len, out);
	explicit_bzero(block, size);
	return 0;
}

static int
unwrap_oaep(EVP_PKEY_CTX *ctx, struct arena *a,
    const struct osci_wrapped_key *w, size_t size, size_t key_len,
    uint8_t *out, struct err *err)
{
	uint8_t *plain = arena_alloc(a, size, 1);
	size_t n = size;
	int rc = -1;

	set_oaep(ctx, w->digest, w->mask);
	if (EVP_PKEY_decrypt(ctx, plain, &n, w->bytes, w->len) == 1 &&
	    n == key_len) {
		memcpy(out, plain, key_len);
		rc = 0;
	}
	explicit_bzero(plain, size);
	return rc == 0
	    ? 0
	    : err_set(err, ERR_CRYPTO, "encryption: the key does not open");
}

int
osci_key_unwrap(struct arena *a, const struct osci_wrapped_key *w,
    const struct osci_key *key, size_t key_len, uint8_t out[OSCI_KEY_MAX],
    struct err *err)
{
	size_t size = (size_t)EVP_PKEY_get_size(key->key);
	EVP_PKEY_CTX *ctx = key_context(key->key);
	int rc;

	if (EVP_PKEY_get_base_id(key->key) != EVP_PKEY_RSA ||
	    EVP_PKEY_decrypt_init(ctx) != 1)
		rc = err_set(err, ERR_CONFIG, "encryption: no RSA key");
	else if (w->kind->wrap == OSCI_RSA15)
		rc = unwrap_rsa15(ctx, a, w, size, key_len, out, err);
	else
		rc = unwrap_oaep(ctx, a, w, size, key_len, out, err);
	EVP_PKEY_CTX_free(ctx);
	return rc;
}

int
osci_key_wrap(struct arena *a, const struct osci_cert *cert,
    const char *digest, const uint8_t *key, size_t key_len,
    const uint8_t **out, size_t *out_len, struct err *err)
{
	size_t n = (size_t)EVP_PKEY_get_size(cert->key);
	EVP_PKEY_CTX *ctx;
	uint8_t *bytes;
	int rc;

	if (EVP_PKEY_get_base_id(cert->key) != EVP_PKEY_RSA)
		return err_set(err, ERR_BAD_REQUEST,
		    "encryption: the certificate has no RSA key");
	ctx = key_context(cert->key);
	bytes = arena_alloc(a, n, 1);
	if (EVP_PKEY_encrypt_init(ctx) != 1)
		log_fatal("RSA is not available");
	set_oaep(ctx, digest, digest);
	rc = EVP_PKEY_encrypt(ctx, bytes, &n, key, key_len);
	EVP_PKEY_CTX_free(ctx);
	if (rc != 1)
		return err_set(err, ERR_BAD_REQUEST,
		    "encryption: the certificate's key is too short");
	*out = bytes;
	*out_len = n;
	return 0;
}
