/*
 * A message as it may come: envelope, header blocks, order, certificates, and
 * whatever its signature refers to. What verifies was signed by somebody: no
 * input of a fuzzer's may, unless it is a vector that is whole.
 */
#include <assert.h>
#include <stdint.h>

#include "common/osci/osci_order.h"
#include "common/osci/osci_reply.h"
#include "common/osci/osci_transport.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct osci_packet_limits limits = { .dir = "/tmp",
	.max = 1 << 20 };

static void
check_signature(struct arena *a, const struct osci_message *m,
    const struct osci_certs *certs)
{
	const struct osci_role_cert *cert;
	struct osci_signature sig;
	struct err err = { 0 };

	if (osci_transport_read_signature(a, m, &sig, &err) == -1) {
		assert(err.field[0] == '9');
		return;
	}
	cert = osci_certs_by_id(certs, sig.cert_id);
	if (cert == NULL)
		return;
	if (osci_transport_verify(a, m, &sig, &cert->cert, &err) == -1)
		assert(err.field[0] == '9');
}

static void
look_at(struct arena *a, const struct osci_message *m)
{
	struct osci_order *order = arena_new(a, struct osci_order, 1);
	struct osci_reply *reply = arena_new(a, struct osci_reply, 1);
	struct osci_certs certs;
	struct err err = { 0 };

	if (m->type == OSCI_FAULT) {
		assert(osci_fault_code(a, m) != NULL);
		return;
	}
	if (m->type == OSCI_MESSAGE_ENCRYPTED)
		return;
	assert(m->body != NULL && m->order != NULL);
	if (osci_certs_read(a, m, &certs, &err) == -1) {
		assert(err.field[0] == '9');
		return;
	}
	check_signature(a, m, &certs);
	err_clear(&err);
	if (osci_type_is_request(m->type)) {
		if (osci_order_read(a, m, order, &err) == -1)
			assert(err.field[0] == '9');
	} else if (osci_reply_read(a, m, reply, &err) == -1)
		assert(err.field[0] == '9');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct osci_packet_reader *r = osci_packet_reader_new(&a, &limits);
	struct osci_packet packet;
	struct osci_message m;

	if (osci_packet_put(r, data, size, &err) == -1 ||
	    osci_packet_end(r, &packet, &err) == -1 ||
	    osci_message_read(&a, &packet, &m, &err) == -1)
		assert(err.field[0] == '9');
	else
		look_at(&a, &m);
	arena_free(&a);
	return 0;
}
