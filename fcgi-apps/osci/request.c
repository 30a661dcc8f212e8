/* The message as it came: received, decrypted, read as an order. */
#include "osci/osci.h"

#include "common/date.h"

/* The body into the spool of its bytes and into the reader, piece by piece. */
static int
receive(struct call *c, struct osci_packet *packet, struct err *err)
{
	struct osci_packet_reader *reader =
	    osci_packet_reader_new(c->arena, &c->worker->limits);
	const int64_t max = c->app->config->osci_message_max;
	const void *piece;
	ssize_t n;

	if (c->req->content_length > max)
		return osci_refuse(err, "9100", "request: %lld bytes",
		    (long long)c->req->content_length);
	c->bytes = crypto_spool_new(c->arena, c->worker->limits.dir, max);
	while ((n = http_body_next(c->req, &piece, err)) > 0)
		if (crypto_spool_put(c->bytes, piece, (size_t)n, err) == -1 ||
		    osci_packet_put(reader, piece, (size_t)n, err) == -1)
			return err->code == ERR_TOO_LARGE
			    ? osci_code_default(err, "9100")
			    : -1;
	if (n == -1)
		return osci_code_default(err, "9100");
	return osci_packet_end(reader, packet, err);
}

static int
decrypt(struct call *c, struct err *err)
{
	struct osci_packet *inner = arena_new(c->arena, struct osci_packet, 1);

	if (osci_transport_open(c->arena, &c->message, c->party->cipher,
		c->party->ncipher, &c->worker->policy, &c->worker->limits,
		inner, err) == -1 ||
	    osci_message_read(c->arena, inner, &c->message, err) == -1)
		return -1;
	c->bytes = inner->bytes;
	c->was_encrypted = true;
	return 0;
}

int
call_receive(struct call *c, struct err *err)
{
	struct osci_packet *packet = arena_new(c->arena, struct osci_packet, 1);

	if (receive(c, packet, err) == -1 ||
	    osci_message_read(c->arena, packet, &c->message, err) == -1)
		return -1;
	c->now_ms = date_now_ms();
	if (c->message.type == OSCI_MESSAGE_ENCRYPTED && decrypt(c, err) == -1)
		return -1;
	if (!osci_type_is_request(c->message.type))
		return osci_refuse(err, "9300", "request: it is a %s",
		    osci_type_name(c->message.type));
	return osci_order_read(c->arena, &c->message, &c->order, err);
}
