/*
 * Contents: a message of which nothing is trusted, and the keys of nobody: what
 * is handed out as signed by an author was signed, byte for byte.
 */
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdint.h>

#include "common/osci/osci_content.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct osci_packet_limits limits = { .dir = "/tmp",
	.max = 1 << 20 };
static const struct osci_crypto_policy lenient = { .allows_cbc = true,
	.allows_rsa15 = true };

/* One of the message's readers, with a key that is not his. */
static struct osci_key key;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	key.key = EVP_RSA_gen(1024);
	return key.key == NULL;
}

static int
count(void *arg, const void *data, size_t n, struct err *err)
{
	int64_t *left = arg;

	(void)data;
	(void)err;
	*left -= (int64_t)n;
	return 0;
}

static void
check(const struct osci_content_in *in, const struct osci_certs *certs)
{
	assert(in->ncontent <= OSCI_CONTENTS_MAX);
	for (size_t i = 0; i < in->ncontent; i++) {
		const struct osci_content *c = &in->content[i];
		int64_t left = c->len;
		struct err err = { 0 };

		assert(c->nsigner <= OSCI_CONTENT_SIGNERS_MAX);
		for (size_t k = 0; k < c->nsigner; k++)
			assert(c->signer[k].cert >= certs->cert &&
			    c->signer[k].cert < certs->cert + certs->n);
		if (crypto_spool_each(c->spool, c->offset, c->len, count,
			&left, &err) == -1)
			abort();
		assert(left == 0);
	}
}

static void
look_at(struct arena *a, const struct osci_message *m)
{
	const struct xml_node *package = xml_first(m->body);
	struct osci_identity own = { .key = key };
	struct osci_content_in in;
	struct osci_certs certs;
	struct err err = { 0 };

	if (!xml_is(package, OSCI_NS, "ContentPackage") ||
	    osci_certs_read(a, m, &certs, &err) == -1)
		return;
	if (certs.n > 0)
		own.cert = certs.cert[certs.n / 2].cert;
	if (osci_content_read(a, m, package, &certs, &own, certs.n > 0,
		&lenient, &limits, &in, &err) == -1)
		assert(err.field[0] == '9');
	else
		check(&in, &certs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct osci_packet_reader *r = osci_packet_reader_new(&a, &limits);
	struct osci_packet packet;
	struct osci_message m;

	if (osci_packet_put(r, data, size, &err) == 0 &&
	    osci_packet_end(r, &packet, &err) == 0 &&
	    osci_message_read(&a, &packet, &m, &err) == 0 &&
	    m.type != OSCI_FAULT && m.type != OSCI_MESSAGE_ENCRYPTED)
		look_at(&a, &m);
	arena_free(&a);
	return 0;
}
