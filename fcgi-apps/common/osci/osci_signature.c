#include "common/osci/osci_signature.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "common/base64.h"
#include "common/log.h"
#include "common/osci/osci_names.h"
#include "common/xml/xml_c14n.h"

#define VALUE_MAX 4096 /* characters of a SignatureValue */
#define URI_MAX 1024
#define BASE64_URI OSCI_NS_DS "base64"

static int
bad(struct err *err, const char *what)
{
	return err_set(err, ERR_BAD_REQUEST, "signature: %s", what);
}

/* The Algorithm of a child that has nothing in it. */
static const char *
algorithm(const struct xml_node *n)
{
	const char *uri = n == NULL ? NULL : xml_attribute(n, "Algorithm");

	return uri != NULL ? uri : "";
}

/* ---- references ---- */

static int
read_transforms(
    const struct xml_node *n, struct osci_reference *r, struct err *err)
{
	for (n = xml_first(n); n != NULL; n = xml_next(n)) {
		const char *uri = algorithm(n);

		if (!xml_is(n, OSCI_NS_DS, "Transform") ||
		    xml_first(n) != NULL || r->is_canonical || r->is_base64)
			return bad(err, "more than one transform");
		if (strcmp(uri, XML_C14N_URI) == 0)
			r->is_canonical = true;
		else if (strcmp(uri, BASE64_URI) == 0)
			r->is_base64 = true;
		else
			return bad(err, "a transform that is not OSCI's");
	}
	return 0;
}

static int
read_digest_value(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, struct osci_reference *r, struct err *err)
{
	const char *text;
	uint8_t *bytes;
	size_t len;

	if (xml_text(a, t, n, 200, &text, err) == -1 ||
	    base64_decode(a, text, strlen(text), &bytes, &len, err) == -1)
		return -1;
	if (len != r->digest->len)
		return bad(err, "a digest of another length");
	memcpy(r->value, bytes, len);
	return 0;
}

static int
read_reference(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, struct osci_reference *r, struct err *err)
{
	const struct xml_node *child = xml_first(n);

	*r = (struct osci_reference){ .uri = xml_attribute(n, "URI") };
	if (r->uri == NULL || strlen(r->uri) > URI_MAX)
		return bad(err, "a reference without URI");
	if (r->uri[0] == '#') {
		r->target = r->uri + 1;
	} else if (strncmp(r->uri, "cid:", 4) == 0) {
		r->is_cid = true;
		r->target = r->uri + 4;
	} else
		return bad(err, "a reference to elsewhere");
	if (xml_is(child, OSCI_NS_DS, "Transforms")) {
		if (read_transforms(child, r, err) == -1)
			return -1;
		child = xml_next(child);
	}
	if (!xml_is(child, OSCI_NS_DS, "DigestMethod") ||
	    (r->digest = osci_digest_find(algorithm(child))) == NULL)
		return bad(err, "a digest method that is not allowed");
	child = xml_next(child);
	if (!xml_is(child, OSCI_NS_DS, "DigestValue") ||
	    xml_next(child) != NULL)
		return bad(err, "a reference of another shape");
	return read_digest_value(a, t, child, r, err);
}

static int
compare_uris(const void *x, const void *y)
{
	const struct osci_reference *const *a = x, *const *b = y;

	return strcmp((*a)->uri, (*b)->uri);
}

static int
check_unique(
    struct arena *a, const struct osci_reference *r, size_t n, struct err *err)
{
	const struct osci_reference **sorted =
	    arena_new(a, const struct osci_reference *, n);

	for (size_t i = 0; i < n; i++)
		sorted[i] = &r[i];
	qsort(sorted, n, sizeof(*sorted), compare_uris);
	for (size_t i = 1; i < n; i++)
		if (strcmp(sorted[i - 1]->uri, sorted[i]->uri) == 0)
			return bad(err, "two references to the same");
	return 0;
}

static int
read_references(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, struct osci_signature *s, struct err *err)
{
	struct osci_reference *r;
	size_t count = 0;

	for (const struct xml_node *p = n; p != NULL; p = xml_next(p))
		if (++count > OSCI_REFERENCES_MAX)
			return bad(err, "too many references");
	if (count == 0)
		return bad(err, "nothing is referred to");
	s->reference = r = arena_new(a, struct osci_reference, count);
	for (; n != NULL; n = xml_next(n))
		if (!xml_is(n, OSCI_NS_DS, "Reference") ||
		    read_reference(a, t, n, &r[s->nreference++], err) == -1)
			return err->code != ERR_NONE
			    ? -1
			    : bad(err, "SignedInfo of another shape");
	return check_unique(a, r, count, err);
}

/* ---- the signature ---- */

static int
read_signed_info(struct arena *a, const struct xml_tree *t,
    struct osci_signature *s, struct err *err)
{
	const struct xml_node *n = xml_first(s->signed_info);

	if (!xml_is(n, OSCI_NS_DS, "CanonicalizationMethod") ||
	    strcmp(algorithm(n), XML_C14N_URI) != 0 || xml_first(n) != NULL)
		return bad(err, "a canonicalisation that is not OSCI's");
	n = xml_next(n);
	if (!xml_is(n, OSCI_NS_DS, "SignatureMethod") ||
	    (s->method = osci_signing_find(algorithm(n))) == NULL)
		return bad(err, "a signature method that is not allowed");
	return read_references(a, t, xml_next(n), s, err);
}

/* KeyInfo holds one RetrievalMethod, and nothing else. */
static int
read_key_info(
    const struct xml_node *n, struct osci_signature *s, struct err *err)
{
	const struct xml_node *method = xml_first(n);
	const char *uri;

	if (!xml_is(method, OSCI_NS_DS, "RetrievalMethod") ||
	    xml_next(method) != NULL ||
	    (uri = xml_attribute(method, "URI")) == NULL || uri[0] != '#')
		return bad(err, "KeyInfo of another shape");
	s->cert_id = uri + 1;
	return 0;
}

static int
read_value(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, struct osci_signature *s, struct err *err)
{
	const char *text;
	uint8_t *bytes;

	if (xml_text(a, t, n, VALUE_MAX, &text, err) == -1 ||
	    base64_decode(
		a, text, strlen(text), &bytes, &s->value_len, err) == -1)
		return -1;
	s->value = bytes;
	return 0;
}

int
osci_signature_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, struct osci_signature *out, struct err *err)
{
	const struct xml_node *n = xml_first(node);

	*out = (struct osci_signature){ .node = node, .signed_info = n };
	if (!xml_is(n, OSCI_NS_DS, "SignedInfo"))
		return bad(err, "no SignedInfo");
	if (read_signed_info(a, t, out, err) == -1)
		return -1;
	n = xml_next(n);
	if (!xml_is(n, OSCI_NS_DS, "SignatureValue"))
		return bad(err, "no SignatureValue");
	if (read_value(a, t, n, out, err) == -1)
		return -1;
	n = xml_next(n);
	if (!xml_is(n, OSCI_NS_DS, "KeyInfo"))
		return bad(err, "no KeyInfo");
	if (read_key_info(n, out, err) == -1)
		return -1;
	n = xml_next(n);
	if (n == NULL)
		return 0;
	if (!xml_is(n, OSCI_NS_DS, "Object") || xml_next(n) != NULL)
		return bad(err, "more in it than there may be");
	out->object = n;
	return 0;
}

/* ---- digests ---- */

struct osci_hash {
	EVP_MD_CTX *ctx;
	const struct osci_digest *digest;
};

static void
free_hash(void *arg)
{
	struct osci_hash *h = arg;

	EVP_MD_CTX_free(h->ctx);
}

struct osci_hash *
osci_hash_new(struct arena *a, const struct osci_digest *digest)
{
	struct osci_hash *h = arena_new(a, struct osci_hash, 1);
	EVP_MD *md = EVP_MD_fetch(NULL, digest->name, NULL);

	h->digest = digest;
	h->ctx = EVP_MD_CTX_new();
	if (md == NULL || h->ctx == NULL ||
	    EVP_DigestInit_ex2(h->ctx, md, NULL) != 1)
		log_fatal("%s is not available", digest->name);
	EVP_MD_free(md);
	arena_defer(a, free_hash, h);
	return h;
}

int
osci_hash_put(void *arg, const void *data, size_t n, struct err *err)
{
	struct osci_hash *h = arg;

	(void)err;
	if (EVP_DigestUpdate(h->ctx, data, n) != 1)
		log_fatal("%s failed", h->digest->name);
	return 0;
}

void
osci_hash_end(struct osci_hash *h, uint8_t out[OSCI_DIGEST_MAX])
{
	if (EVP_DigestFinal_ex(h->ctx, out, NULL) != 1)
		log_fatal("%s failed", h->digest->name);
}

int
osci_reference_compare(const struct osci_reference *r,
    const uint8_t digest[OSCI_DIGEST_MAX], struct err *err)
{
	return CRYPTO_memcmp(r->value, digest, r->digest->len) == 0
	    ? 0
	    : err_set(err, ERR_CRYPTO, "signature: a digest does not match");
}

int
osci_reference_check(struct arena *a, const struct xml_tree *t,
    const struct osci_reference *r, const struct xml_node *node,
    struct err *err)
{
	struct osci_hash *h = osci_hash_new(a, r->digest);
	uint8_t digest[OSCI_DIGEST_MAX];

	if (xml_c14n(t, node, osci_hash_put, h, err) == -1)
		return -1;
	osci_hash_end(h, digest);
	return osci_reference_compare(r, digest, err);
}

/* ---- verifying and signing ---- */

/* Whether the key is of the kind that the method needs. */
static bool
key_fits(const struct osci_signing *method, const EVP_PKEY *key)
{
	int id = EVP_PKEY_get_base_id(key);

	if (method->scheme == OSCI_ECDSA)
		return id == EVP_PKEY_EC;
	return id == EVP_PKEY_RSA ||
	    (method->scheme == OSCI_RSA_PSS && id == EVP_PKEY_RSA_PSS);
}

/* r | s of fixed length as DER (XML Signature 1.1, 6.4.3.1); NULL when it is
 * of another length. The caller frees it with OPENSSL_free. */
static unsigned char *
ecdsa_to_der(const EVP_PKEY *key, const uint8_t *value, size_t n, size_t *len)
{
	size_t half = (size_t)(EVP_PKEY_get_bits(key) + 7) / 8;
	ECDSA_SIG *sig;
	unsigned char *der = NULL;
	int size;

	if (n != 2 * half || (sig = ECDSA_SIG_new()) == NULL)
		return NULL;
	if (ECDSA_SIG_set0(sig, BN_bin2bn(value, (int)half, NULL),
		BN_bin2bn(value + half, (int)half, NULL)) != 1)
		log_fatal("OpenSSL: out of memory");
	size = i2d_ECDSA_SIG(sig, &der);
	ECDSA_SIG_free(sig);
	*len = size < 0 ? 0 : (size_t)size;
	return size < 0 ? NULL : der;
}

static void
set_padding(const struct osci_signing *method, EVP_PKEY_CTX *ctx)
{
	if (method->scheme == OSCI_ECDSA)
		return;
	if (EVP_PKEY_CTX_set_rsa_padding(ctx,
		method->scheme == OSCI_RSA_PSS ? RSA_PKCS1_PSS_PADDING
					       : RSA_PKCS1_PADDING) != 1 ||
	    (method->scheme == OSCI_RSA_PSS &&
		EVP_PKEY_CTX_set_rsa_pss_saltlen(
		    ctx, RSA_PSS_SALTLEN_DIGEST) != 1))
		log_fatal("%s is not available", method->name);
}

static int
feed(void *arg, const void *data, size_t n, struct err *err)
{
	(void)err;
	if (EVP_DigestVerifyUpdate(arg, data, n) != 1)
		log_fatal("OpenSSL: verifying failed");
	return 0;
}

static int
verify(const struct xml_tree *t, const struct osci_signature *s,
    EVP_MD_CTX *ctx, const uint8_t *value, size_t n, struct err *err)
{
	if (xml_c14n(t, s->signed_info, feed, ctx, err) == -1)
		return -1;
	return EVP_DigestVerifyFinal(ctx, value, n) == 1
	    ? 0
	    : err_set(err, ERR_CRYPTO, "signature: it does not hold");
}

int
osci_signature_check(const struct xml_tree *t,
    const struct osci_signature *s, const struct osci_cert *cert,
    struct err *err)
{
	EVP_MD_CTX *ctx;
	EVP_PKEY_CTX *key_ctx;
	const uint8_t *value = s->value;
	unsigned char *der = NULL;
	size_t n = s->value_len;
	int rc = -1;

	if (!key_fits(s->method, cert->key))
		return err_set(err, ERR_CRYPTO,
		    "signature: the certificate's key is of another kind");
	if (s->method->scheme == OSCI_ECDSA) {
		value = der = ecdsa_to_der(cert->key, s->value, n, &n);
		if (der == NULL)
			return err_set(err, ERR_CRYPTO,
			    "signature: a value of another length");
	}
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL)
		log_fatal("OpenSSL: out of memory");
	if (EVP_DigestVerifyInit_ex(ctx, &key_ctx, s->method->digest, NULL,
		NULL, cert->key, NULL) != 1)
		(void)err_set(err, ERR_CRYPTO, "signature: unusable key");
	else {
		set_padding(s->method, key_ctx);
		rc = verify(t, s, ctx, value, n, err);
	}
	EVP_MD_CTX_free(ctx);
	OPENSSL_free(der);
	return rc;
}

/* DER as r | s of fixed length. */
static uint8_t *
ecdsa_from_der(struct arena *a, const EVP_PKEY *key, const uint8_t *der,
    size_t n, size_t *len)
{
	size_t half = (size_t)(EVP_PKEY_get_bits(key) + 7) / 8;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
	uint8_t *out = arena_alloc(a, 2 * half, 1);

	if (sig == NULL ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, (int)half) < 0 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, (int)half) < 0)
		log_fatal("OpenSSL: its own signature cannot be read");
	ECDSA_SIG_free(sig);
	*len = 2 * half;
	return out;
}

int
osci_sign(struct arena *a, const struct osci_signing *method,
    const struct osci_key *key, const void *bytes, size_t n,
    const uint8_t **out, size_t *out_len, struct err *err)
{
	EVP_MD_CTX *ctx;
	EVP_PKEY_CTX *key_ctx;
	uint8_t *value;
	size_t len;

	if (!key_fits(method, key->key))
		return err_set(err, ERR_CONFIG,
		    "%s needs a key of another kind", method->name);
	ctx = EVP_MD_CTX_new();
	len = (size_t)EVP_PKEY_get_size(key->key);
	value = arena_alloc(a, len, 1);
	if (ctx == NULL ||
	    EVP_DigestSignInit_ex(ctx, &key_ctx, method->digest, NULL, NULL,
		key->key, NULL) != 1)
		log_fatal("OpenSSL: signing is not available");
	set_padding(method, key_ctx);
	if (EVP_DigestSign(ctx, value, &len, bytes, n) != 1) {
		EVP_MD_CTX_free(ctx);
		/* a token that was taken away, say */
		return err_set(err, ERR_CRYPTO, "the key does not sign");
	}
	EVP_MD_CTX_free(ctx);
	*out = method->scheme == OSCI_ECDSA
	    ? ecdsa_from_der(a, key->key, value, len, &len)
	    : value;
	*out_len = len;
	return 0;
}
