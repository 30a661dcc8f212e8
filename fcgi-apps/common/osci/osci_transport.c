#include "common/osci/osci_transport.h"

#include "common/base64.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_names.h"

/* ---- opening ---- */

static const struct osci_identity *
find_reader(const struct osci_identity *own, size_t nown,
    const struct osci_wrapped_key *w)
{
	for (size_t i = 0; i < nown; i++)
		if (w->cert.x509 != NULL &&
		    osci_cert_equal(&own[i].cert, &w->cert))
			return &own[i];
	return NULL;
}

/* The plain bytes, which nobody looks at before they are known to be whole. */
static int
decrypt(struct arena *a, const struct osci_message *outer,
    const struct osci_encrypted *e, const uint8_t *key,
    struct crypto_spool *plain, struct err *err)
{
	const struct osci_packet_part *part =
	    osci_packet_part(outer->packet, e->part);
	struct osci_cipher *cipher;

	if (part == NULL)
		return osci_refuse(
		    err, "9100", "encryption: the part is missing");
	cipher =
	    osci_decrypt_new(a, e->kind, key, e->iv_len, crypto_spool_sink, plain);
	if (crypto_spool_each(outer->packet->spool, part->offset, part->len,
		osci_cipher_sink, cipher, err) == -1 ||
	    osci_cipher_end(cipher, err) == -1)
		return err->code == ERR_CRYPTO ? osci_code_default(err, "9202")
					       : -1;
	return 0;
}

/*
 * Without a tag (CBC) what was spoilt shows as wrong padding or as nonsense
 * inside; telling the one from the other would help to decrypt it (XML
 * Encryption 1.1, 6.1.1), so that both are 9202.
 */
static int
read_inner(struct arena *a, struct crypto_spool *plain, bool has_tag,
    const struct osci_packet_limits *limits, struct osci_packet *out,
    struct err *err)
{
	struct osci_packet_reader *r = osci_packet_reader_new(a, limits);

	if (crypto_spool_each(plain, 0, crypto_spool_len(plain),
		osci_packet_put, r, err) == -1 ||
	    osci_packet_end(r, out, err) == -1) {
		if (!has_tag &&
		    (err->code == ERR_BAD_REQUEST ||
			err->code == ERR_TOO_LARGE))
			return osci_refuse(err, "9202",
			    "encryption: it does not open");
		if (err->code == ERR_BAD_REQUEST)
			err->field[0] = '\0';
		return osci_code_default(err, "9300");
	}
	return 0;
}

int
osci_transport_open(struct arena *a, const struct osci_message *outer,
    const struct osci_identity *own, size_t nown,
    const struct osci_crypto_policy *policy,
    const struct osci_packet_limits *limits, struct osci_packet *out,
    struct err *err)
{
	struct crypto_spool *plain =
	    crypto_spool_new(a, limits->dir, limits->max);
	const struct xml_node *n = xml_first(outer->body);
	const struct osci_identity *reader;
	struct osci_encrypted e;
	uint8_t key[OSCI_KEY_MAX];
	int rc;

	if (!xml_is(n, OSCI_NS_XENC, "EncryptedData") ||
	    osci_encrypted_read(
		a, &outer->packet->tree, n, policy, &e, err) == -1)
		return err->code != ERR_NONE
		    ? osci_code_default(err, "9100")
		    : osci_refuse(err, "9100", "encryption: no data");
	if (e.part == NULL || e.nkey == 0)
		return osci_refuse(
		    err, "9100", "encryption: not of transport's shape");
	if ((reader = find_reader(own, nown, &e.key[0])) == NULL)
		return osci_refuse(
		    err, "9200", "encryption: for another reader");
	if (osci_key_unwrap(a, &e.key[0], &reader->key, e.kind->key_len, key,
		err) == -1)
		return osci_code_default(err, "9202");
	rc = decrypt(a, outer, &e, key, plain, err);
	explicit_bzero(key, sizeof(key));
	if (rc == -1 ||
	    read_inner(a, plain, e.kind->mode == OSCI_GCM, limits, out,
		err) == -1)
		return -1;
	out->bytes = plain;
	out->wrap_digest = e.key[0].digest;
	out->is_malleable = e.kind->mode == OSCI_CBC;
	return 0;
}

/* ---- verifying ---- */

int
osci_transport_read_signature(struct arena *a, const struct osci_message *m,
    struct osci_signature *sig, struct err *err)
{
	const struct xml_node *block = m->by_kind[OSCI_SIGNATURE_BLOCK];
	const struct xml_node *n;

	if (block == NULL)
		return osci_refuse(err, "9600", "signature: there is none");
	n = xml_first(block);
	if (!xml_is(n, OSCI_NS_DS, "Signature") || xml_next(n) != NULL)
		return osci_refuse(err, "9601", "signature: another shape");
	if (osci_signature_read(a, &m->packet->tree, n, sig, err) == -1)
		return osci_code_default(err, "9601");
	return sig->object == NULL
	    ? 0
	    : osci_refuse(err, "9601", "signature: an object in it");
}

static const struct osci_reference *
find_reference(const struct osci_signature *sig, bool is_cid, const char *to)
{
	for (size_t i = 0; i < sig->nreference; i++)
		if (sig->reference[i].is_cid == is_cid &&
		    strcmp(sig->reference[i].target, to) == 0)
			return &sig->reference[i];
	return NULL;
}

static int
check_element(struct arena *a, const struct osci_message *m,
    const struct osci_signature *sig, const struct xml_node *node,
    const char *id, struct err *err)
{
	const struct osci_reference *r = find_reference(sig, false, id);

	if (!r->is_canonical)
		return osci_refuse(
		    err, "9601", "signature: a transform is missing");
	return osci_reference_check(a, &m->packet->tree, r, node, err) == -1
	    ? osci_code_default(err, "9601")
	    : 0;
}

static int
check_part(struct arena *a, const struct osci_message *m,
    const struct osci_signature *sig, const struct osci_packet_part *part,
    struct err *err)
{
	const struct osci_reference *r = find_reference(sig, true, part->id);
	struct osci_hash *h;
	uint8_t digest[OSCI_DIGEST_MAX];

	if (r->is_canonical || r->is_base64)
		return osci_refuse(
		    err, "9601", "signature: a transform of an attachment");
	h = osci_hash_new(a, r->digest);
	if (crypto_spool_each(m->packet->spool, part->offset, part->len,
		osci_hash_put, h, err) == -1)
		return -1;
	osci_hash_end(h, digest);
	return osci_reference_compare(r, digest, err) == -1
	    ? osci_code_default(err, "9601")
	    : 0;
}

/* Whether all that is there is referred to, and nothing else. */
static int
check_complete(const struct osci_message *m, const struct osci_signature *sig,
    struct err *err)
{
	size_t n = 1 + m->packet->npart; /* the body and the parts */

	for (size_t i = 0; i < m->nblock; i++) {
		if (m->block[i].kind == OSCI_SIGNATURE_BLOCK)
			continue;
		n++;
		if (find_reference(sig, false, m->block[i].id) == NULL)
			return osci_refuse(err, "9602",
			    "signature: %s is not signed",
			    m->block[i].node->name);
	}
	if (find_reference(sig, false, m->body_id) == NULL)
		return osci_refuse(
		    err, "9602", "signature: the body is not signed");
	for (size_t i = 0; i < m->packet->npart; i++)
		if (find_reference(sig, true, m->packet->part[i].id) == NULL)
			return osci_refuse(err, "9602",
			    "signature: an attachment is not signed");
	return n == sig->nreference
	    ? 0
	    : osci_refuse(err, "9601",
		  "signature: it refers to what is not there");
}

int
osci_transport_verify(struct arena *a, const struct osci_message *m,
    const struct osci_signature *sig, const struct osci_cert *cert,
    struct err *err)
{
	if (check_complete(m, sig, err) == -1)
		return -1;
	for (size_t i = 0; i < m->nblock; i++)
		if (m->block[i].kind != OSCI_SIGNATURE_BLOCK &&
		    check_element(a, m, sig, m->block[i].node,
			m->block[i].id, err) == -1)
			return -1;
	if (check_element(a, m, sig, m->body, m->body_id, err) == -1)
		return -1;
	for (size_t i = 0; i < m->packet->npart; i++)
		if (check_part(a, m, sig, &m->packet->part[i], err) == -1)
			return -1;
	if (osci_signature_check(&m->packet->tree, sig, cert, err) == -1)
		return osci_code_default(err, "9601");
	return 0;
}
