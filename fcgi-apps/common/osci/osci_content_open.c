#include "common/osci/osci_content_item.h"

#include "common/base64.h"
#include "common/osci/osci_code.h"

/* What is in a container is small; its contents are long texts. */
static const struct xml_limits xml_limits = {
	.depth = 64,
	.nodes = 20000,
	.attributes = 64,
	.memory = (size_t)4 << 20,
	.text = 8192,
};

/* What does not open is 9202; a full disk is not. */
static int
closed(struct err *err)
{
	return err->code == ERR_CRYPTO || err->code == ERR_BAD_REQUEST ||
		err->code == ERR_TOO_LARGE
	    ? osci_code_default(err, "9202")
	    : -1;
}

/* ---- containers ---- */

static const struct osci_cert *
reader_cert(const struct osci_content_reader *r,
    const struct osci_wrapped_key *w)
{
	const struct osci_role_cert *c;

	if (w->cert.x509 != NULL)
		return &w->cert;
	c = osci_certs_by_id(r->certs, w->cert_id);
	return c == NULL ? NULL : &c->cert;
}

/* The key that is ours. */
static const struct osci_identity *
find_own(const struct osci_content_reader *r, const struct osci_encrypted *e,
    const struct osci_wrapped_key **key)
{
	for (size_t i = 0; i < e->nkey; i++) {
		const struct osci_cert *cert = reader_cert(r, &e->key[i]);

		for (size_t j = 0; cert != NULL && j < r->nown; j++)
			if (osci_cert_equal(cert, &r->own[j].cert)) {
				*key = &e->key[i];
				return &r->own[j];
			}
	}
	return NULL;
}

static int
decrypt_value(struct osci_content_reader *r, const struct xml_tree *from,
    const struct osci_encrypted *e, const uint8_t *key,
    struct crypto_spool *plain, struct err *err)
{
	struct osci_cipher *cipher = osci_decrypt_new(
	    r->arena, e->kind, key, e->iv_len, crypto_spool_sink, plain);
	struct base64_sink d = { .next = osci_cipher_sink, .arg = cipher };

	return xml_text_each(from, e->value, base64_sink_put, &d, err) == -1 ||
		base64_end(&d.reader, err) == -1 ||
		osci_cipher_end(cipher, err) == -1
	    ? closed(err)
	    : 0;
}

static int
put_xml(void *arg, const void *data, size_t n, struct err *err)
{
	return xml_reader_put(arg, data, n, err);
}

static int
parse(struct osci_content_reader *r, struct crypto_spool *plain,
    const struct xml_tree **out, struct err *err)
{
	struct xml_tree *tree = arena_new(r->arena, struct xml_tree, 1);
	struct xml_reader *reader = xml_reader_new(r->arena, &xml_limits,
	    crypto_spool_new(r->arena, r->limits->dir, r->limits->max));

	*out = tree;
	return crypto_spool_each(plain, 0, crypto_spool_len(plain), put_xml,
		   reader, err) == -1 ||
		xml_reader_end(reader, tree, err) == -1
	    ? osci_code_default(err, "9100")
	    : 0;
}

int
osci_content_open(struct osci_content_reader *r, const struct xml_tree *from,
    const struct osci_encrypted *e, const struct xml_tree **tree,
    struct err *err)
{
	struct crypto_spool *plain =
	    crypto_spool_new(r->arena, r->limits->dir, r->limits->max);
	const struct osci_wrapped_key *wrapped;
	const struct osci_identity *own;
	uint8_t key[OSCI_KEY_MAX];
	int rc;

	*tree = NULL;
	if (e->value == NULL || e->nkey == 0)
		return osci_refuse(err, "9100",
		    "content: encrypted in another shape");
	if ((own = find_own(r, e, &wrapped)) == NULL)
		return 0;
	if (osci_key_unwrap(r->arena, wrapped, &own->key, e->kind->key_len,
		key, err) == -1)
		return closed(err);
	rc = decrypt_value(r, from, e, key, plain, err);
	explicit_bzero(key, sizeof(key));
	return rc == -1 ? -1 : parse(r, plain, tree, err);
}

/* ---- attachments ---- */

static const struct osci_encrypted *
find_key(const struct osci_part_key *key, const char *part)
{
	for (; key != NULL; key = key->next)
		if (strcmp(key->part, part) == 0)
			return &key->encrypted;
	return NULL;
}

int
osci_content_open_part(struct osci_content_reader *r,
    const struct osci_packet_part *part, const struct osci_part_key *key,
    struct osci_content *content, struct err *err)
{
	const struct osci_encrypted *e = find_key(key, part->id);
	struct crypto_spool *from = r->m->packet->spool, *plain;
	struct osci_cipher *cipher;

	content->part = part->id;
	content->type = part->type;
	content->spool = from;
	content->offset = part->offset;
	content->len = part->len;
	if (e == NULL)
		return 0;
	plain = crypto_spool_new(r->arena, r->limits->dir, r->limits->max);
	cipher = osci_decrypt_new(
	    r->arena, e->kind, e->raw_key, e->iv_len, crypto_spool_sink, plain);
	if (crypto_spool_each(from, part->offset, part->len, osci_cipher_sink,
		cipher, err) == -1 ||
	    osci_cipher_end(cipher, err) == -1)
		return closed(err);
	content->spool = plain;
	content->offset = 0;
	content->len = crypto_spool_len(plain);
	content->was_encrypted = true;
	return 0;
}
