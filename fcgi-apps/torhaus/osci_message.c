/* torhaus osci message ...: what our intermediary keeps, and what became of
 * it. Contents are never shown: they are not ours to read. */
#include "torhaus/osci.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/date.h"
#include "common/id.h"
#include "common/num.h"
#include "common/osci/osci_delivery_store.h"
#include "common/osci/osci_files.h"
#include "common/osci/osci_transport.h"

#define LIST_MAX 10000
#define MESSAGE_MAX (INT64_C(1) << 40)

static const char *
when(struct arena *a, int64_t ms)
{
	return ms == 0 ? "-" : date_instant_to_xsd(a, ms);
}

static const char *
state_of(const struct osci_delivery *d)
{
	if (d->received_ms != 0)
		return "received";
	switch (d->state) {
	case OSCI_DELIVERY_FORWARDING:
		return "on its way";
	case OSCI_DELIVERY_REFUSED:
		return "refused";
	case OSCI_DELIVERY_FAILED:
		return "failed";
	case OSCI_DELIVERY_UNSENT:
		return "not sent";
	default:
		return d->fetched_ms != 0 ? "handed out" : "waiting";
	}
}

static const char *
way_of(const struct osci_delivery *d)
{
	static const char *const names[] = {"?", "store", "forward",
	    "mediate", "reply"};

	return (size_t)d->way < nitems(names) ? names[d->way] : "?";
}

int
cmd_osci_message_list(struct tool *t, int argc, char **argv)
{
	const char *which = tool_option(argc, argv, "--mailbox");
	const char *max = tool_option(argc, argv, "--max");
	struct osci_mailbox box = {0};
	struct crypto_key files;
	struct osci_delivery *d;
	struct err err = {0};
	int64_t limit = 100;
	size_t n;

	osci_delivery_key(&t->master, &files);
	if ((which != NULL &&
		osci_mailbox_pick(t, which, &box, &err) == -1) ||
	    (max != NULL &&
		num_parse(max, 1, LIST_MAX, &limit, &err) == -1) ||
	    osci_delivery_list(t->db, t->arena, &files, box.id,
		(size_t)limit, &d, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s  %-7s  %-10s  box %-4u %10lld bytes  %s%s\n",
		    when(t->arena, d[i].created_ms), way_of(&d[i]),
		    state_of(&d[i]), d[i].mailbox_id, (long long)d[i].size,
		    d[i].message_id, d[i].has_file ? "" : " (removed)");
	if (n == 0)
		(void)puts("there are no messages");
	return EXIT_OK;
}

/* The message that the command line names. */
static int
pick(struct tool *t, int argc, char **argv, struct osci_delivery *out,
    struct err *err)
{
	const char *id = tool_word(argc, argv, 0, NULL);
	struct crypto_key files;

	if (id == NULL)
		return err_set(
		    err, ERR_FIELD_INVALID, "name a message by its id");
	osci_delivery_key(&t->master, &files);
	return osci_delivery_by_message_id(
	    t->db, t->arena, &files, id, out, err);
}

static void
print_print(struct arena *a, const char *what, const uint8_t *sha256)
{
	(void)printf("  %-12s %s\n", what,
	    sha256 == NULL ? "-" : id_hex_bytes(a, sha256, CRYPTO_DIGEST_LEN));
}

int
cmd_osci_message_show(struct tool *t, int argc, char **argv)
{
	struct osci_delivery d;
	struct err err = {0};

	if (pick(t, argc, argv, &d, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s\n  state        %s (%s)\n  mailbox      %u\n"
		     "  size         %lld bytes\n",
	    d.message_id, state_of(&d), way_of(&d), d.mailbox_id,
	    (long long)d.size);
	print_print(t->arena, "from", d.originator);
	print_print(t->arena, "signed by", d.signer);
	print_print(t->arena, "to", d.addressee);
	(void)printf("  receiver     %s\n  created      %s\n"
		     "  forwarded    %s\n  received     %s\n"
		     "  kept until   %s%s\n",
	    d.receiver == NULL ? "-" : d.receiver,
	    when(t->arena, d.created_ms), when(t->arena, d.forwarded_ms),
	    when(t->arena, d.received_ms), when(t->arena, d.expires_ms),
	    d.has_file ? "" : " (the message is removed)");
	return EXIT_OK;
}

static void
print_inspection(struct arena *a, const struct osci_inspection *i)
{
	static const char *const math[] = {"ok", "corrupted",
	    "indeterminate"};
	static const char *const offline[] = {"valid", "invalid",
	    "indeterminate"};
	static const char *const online[] = {"not asked", "ok", "revoked"};

	(void)printf("  certificate  %s\n    issuer     %s\n"
		     "    serial     %s\n    looked at  %s\n"
		     "    signature  %s\n    chain      %s\n"
		     "    revocation %s\n",
	    i->subject, i->issuer, i->serial, when(a, i->at_ms),
	    math[i->math], offline[i->offline], online[i->online]);
}

int
cmd_osci_message_card(struct tool *t, int argc, char **argv)
{
	struct osci_delivery d;
	struct err err = {0};

	if (pick(t, argc, argv, &d, &err) == -1)
		return tool_fail(&err);
	(void)printf("Laufzettel %s\n  subject      %s\n"
		     "  creation     %s\n  forwarding   %s\n"
		     "  reception    %s\n  last change  %s\n",
	    d.message_id, d.subject == NULL ? "-" : d.subject,
	    when(t->arena, d.created_ms), when(t->arena, d.forwarded_ms),
	    when(t->arena, d.received_ms), when(t->arena, d.modified_ms));
	for (size_t i = 0; i < d.ninspection; i++)
		print_inspection(t->arena, &d.inspection[i]);
	return EXIT_OK;
}

/* ---- the message itself ---- */

static int
need_file(const struct osci_delivery *d, struct err *err)
{
	return d->has_file ? 0
			   : err_set(err, ERR_GONE,
				 "the message is removed; its process card "
				 "is kept");
}

/* Who signed it, by the bytes that are kept. */
static int
verify(struct tool *t, const struct osci_delivery *d,
    struct osci_message *m, const struct osci_role_cert **by,
    struct err *err)
{
	const struct osci_packet_limits limits = {
	    .dir = t->config.osci_dir, .max = MESSAGE_MAX};
	struct osci_packet *packet = arena_new(t->arena, struct osci_packet, 1);
	struct osci_packet_reader *r =
	    osci_packet_reader_new(t->arena, &limits);
	struct osci_signature sig;
	struct osci_certs certs;

	if (osci_file_read(&t->config, &d->id, &d->key.key, osci_packet_put,
		r, err) == -1 ||
	    osci_packet_end(r, packet, err) == -1 ||
	    osci_message_read(t->arena, packet, m, err) == -1 ||
	    osci_certs_read(t->arena, m, &certs, err) == -1)
		return -1;
	*by = NULL;
	if (m->by_kind[OSCI_SIGNATURE_BLOCK] == NULL)
		return 0;
	if (osci_transport_read_signature(t->arena, m, &sig, err) == -1)
		return -1;
	if ((*by = osci_certs_by_id(&certs, sig.cert_id)) == NULL)
		return err_set(err, ERR_CRYPTO,
		    "the signature names a certificate that is not there");
	return osci_transport_verify(t->arena, m, &sig, &(*by)->cert, err);
}

int
cmd_osci_message_verify(struct tool *t, int argc, char **argv)
{
	const struct osci_role_cert *by;
	struct osci_delivery d;
	struct osci_message m;
	struct err err = {0};

	if (pick(t, argc, argv, &d, &err) == -1 || need_file(&d, &err) == -1)
		return tool_fail(&err);
	if (document_file_check(t->config.osci_dir, 0, &d.id, &d.key.key,
		d.file_sha256, &err) == -1 ||
	    verify(t, &d, &m, &by, &err) == -1) {
		(void)tool_fail(&err);
		return EXIT_FINDINGS;
	}
	(void)printf("%s: the file is the one that was stored\n",
	    osci_type_name(m.type));
	if (by == NULL)
		(void)puts("the message is not signed as a whole");
	else
		(void)printf("the signature over the whole message holds\n"
			     "  by           %s\n  fingerprint  %s\n",
		    osci_cert_subject(t->arena, &by->cert),
		    id_hex_bytes(t->arena, by->cert.sha256,
			CRYPTO_DIGEST_LEN));
	return EXIT_OK;
}

static int
put(void *arg, const void *data, size_t n, struct err *err)
{
	const char *p = data;

	while (n > 0) {
		ssize_t done = write(*(int *)arg, p, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return err_set(err, ERR_IO, "%s", strerror(errno));
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int
cmd_osci_message_save(struct tool *t, int argc, char **argv)
{
	const char *path = tool_option(argc, argv, "--out");
	struct osci_delivery d;
	struct err err = {0};
	int fd, rc;

	if (path == NULL)
		return tool_usage("--out: the file to write is missing");
	if (pick(t, argc, argv, &d, &err) == -1 || need_file(&d, &err) == -1)
		return tool_fail(&err);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1) {
		(void)err_set(&err, ERR_IO, "%s: %s", path, strerror(errno));
		return tool_fail(&err);
	}
	rc = osci_file_read(
	    &t->config, &d.id, &d.key.key, put, &fd, &err);
	if (close(fd) == -1 && rc == 0)
		rc = err_set(&err, ERR_IO, "%s: %s", path, strerror(errno));
	if (rc == -1) {
		(void)unlink(path);
		return tool_fail(&err);
	}
	return EXIT_OK;
}
