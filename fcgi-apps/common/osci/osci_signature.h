/*
 * XML signatures as OSCI-Transport 1.2 uses them (XML Signature 1.0; OSCI part
 * 1, signatures): SignedInfo in inclusive canonical form, references to
 * elements by Id and to attachments by "cid:", the certificate by
 * RetrievalMethod. Reading hands out what was signed; whoever uses it takes the
 * very nodes that were digested.
 */
#ifndef OSCI_SIGNATURE_H
#define OSCI_SIGNATURE_H

#include "common/osci/osci_algorithm.h"
#include "common/osci/osci_cert.h"
#include "common/xml/xml_tree.h"

#define OSCI_REFERENCES_MAX 512
#define OSCI_DIGEST_MAX 64

struct osci_reference {
	const char *uri;	/* "#body", "cid:part" */
	bool is_cid;
	const char *target;	/* what follows "#" or "cid:" */
	bool is_canonical;	/* Transform: inclusive canonical XML */
	bool is_base64;		/* Transform: base64, the decoded bytes */
	const struct osci_digest *digest;
	uint8_t value[OSCI_DIGEST_MAX];
};

struct osci_signature {
	const struct xml_node *node;	    /* ds:Signature */
	const struct xml_node *signed_info;
	const struct xml_node *object;	    /* ds:Object, NULL when none */
	const struct osci_signing *method;
	const uint8_t *value;
	size_t value_len;
	const char *cert_id; /* RetrievalMethod without "#" */
	const struct osci_reference *reference;
	size_t nreference;
};

/* ERR_BAD_REQUEST: not of this shape, an algorithm that is not ours, an Id or a
 * part that is referred to twice. */
int osci_signature_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, struct osci_signature *out, struct err *err);

/* SignatureValue over SignedInfo with the certificate's key. ERR_CRYPTO when it
 * does not hold. */
int osci_signature_check(const struct xml_tree *t,
    const struct osci_signature *s, const struct osci_cert *cert,
    struct err *err);

/* A running digest. */
struct osci_hash;
struct osci_hash *osci_hash_new(
    struct arena *a, const struct osci_digest *digest);
/* For sinks: arg is the hash. */
int osci_hash_put(void *arg, const void *data, size_t n, struct err *err);
void osci_hash_end(struct osci_hash *h, uint8_t out[OSCI_DIGEST_MAX]);

/* Whether the element's canonical form has the reference's digest. */
int osci_reference_check(struct arena *a, const struct xml_tree *t,
    const struct osci_reference *r, const struct xml_node *node,
    struct err *err);
/* The same of bytes that were digested already. ERR_CRYPTO. */
int osci_reference_compare(const struct osci_reference *r,
    const uint8_t digest[OSCI_DIGEST_MAX], struct err *err);

/*
 * Signs the canonical bytes of a SignedInfo; the value in arena a.
 */
int osci_sign(struct arena *a, const struct osci_signing *method,
    const struct osci_key *key, const void *bytes, size_t n,
    const uint8_t **out, size_t *out_len, struct err *err);

#endif
