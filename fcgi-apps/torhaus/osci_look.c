#include "torhaus/osci_look.h"

#include "common/file.h"

#define FILE_BYTES_MAX ((size_t)1 << 30)

const struct osci_packet_limits osci_look_limits = {
    .dir = "/tmp", .max = (int64_t)FILE_BYTES_MAX};
const struct osci_crypto_policy osci_look_policy = {
    .allows_cbc = true, .allows_rsa15 = true};

int
osci_look_read(struct arena *a, const char *path,
    const struct osci_identity *own, size_t nown, struct osci_message *out,
    bool *was_encrypted, struct err *err)
{
	struct osci_packet_reader *r =
	    osci_packet_reader_new(a, &osci_look_limits);
	struct osci_packet *packet = arena_new(a, struct osci_packet, 2);
	char *bytes;
	size_t len;

	*was_encrypted = false;
	if (file_read(a, path, FILE_BYTES_MAX, &bytes, &len, err) == -1 ||
	    osci_packet_put(r, bytes, len, err) == -1 ||
	    osci_packet_end(r, packet, err) == -1 ||
	    osci_message_read(a, packet, out, err) == -1)
		return -1;
	if (out->type != OSCI_MESSAGE_ENCRYPTED || nown == 0)
		return 0;
	*was_encrypted = true;
	return osci_transport_open(a, out, own, nown, &osci_look_policy,
		   &osci_look_limits, packet + 1, err) == -1
	    ? -1
	    : osci_message_read(a, packet + 1, out, err);
}
