/* torhaus osci mailbox ...: who has a mailbox at our intermediary. */
#include "torhaus/osci.h"

#include "common/date.h"
#include "common/id.h"
#include "common/num.h"
#include "common/osci/osci_mailbox_store.h"

#define MIB (INT64_C(1) << 20)
#define MIB_MAX (INT64_C(1) << 40)
#define PREFIX_MIN 8 /* digits of a fingerprint that name a mailbox */

static const char *
fingerprint(struct arena *a, const uint8_t sha256[CRYPTO_DIGEST_LEN])
{
	return id_hex_bytes(a, sha256, CRYPTO_DIGEST_LEN);
}

/* By number, or by the beginning of its fingerprint. */
int
osci_mailbox_pick(
    struct tool *t, const char *which, struct osci_mailbox *out,
    struct err *err)
{
	struct osci_mailbox *box;
	struct err unused = {0};
	int64_t number = 0;
	size_t n, found = 0;

	if (which == NULL)
		return err_set(err, ERR_FIELD_INVALID,
		    "name a mailbox: its number, or how its fingerprint "
		    "begins");
	if (strlen(which) >= PREFIX_MIN ||
	    num_parse(which, 1, UINT32_MAX, &number, &unused) == -1)
		number = 0;
	if (osci_mailbox_list(t->db, t->arena, &box, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool is_it = number > 0 ? box[i].id == (uint32_t)number
		    : strlen(which) >= PREFIX_MIN &&
			strncmp(fingerprint(t->arena, box[i].fingerprint),
			    which, strlen(which)) == 0;

		if (is_it) {
			*out = box[i];
			found++;
		}
	}
	if (found == 1)
		return 0;
	return err_set(err, ERR_NOT_FOUND,
	    found == 0 ? "there is no mailbox %.80s"
		       : "%.80s begins several fingerprints", which);
}

static const char *
megabytes(struct arena *a, int64_t bytes)
{
	return bytes == 0 ? "as configured"
			  : arena_printf(a, "%lld MiB",
				(long long)((bytes + MIB - 1) / MIB));
}

static void
print_box(struct arena *a, const struct osci_mailbox *b)
{
	(void)printf("%-4u %s%s\n     %s\n     %lld kept, %lld waiting, "
		     "%lld KiB\n",
	    b->id, b->name, b->is_open ? "" : " (closed)",
	    fingerprint(a, b->fingerprint), (long long)b->kept,
	    (long long)b->waiting, (long long)((b->used_bytes + 1023) / 1024));
}

/* An option in MiB; *out stays as it is without one. */
static int
option_size(int argc, char **argv, const char *name, int64_t *out,
    struct err *err)
{
	const char *value = tool_option(argc, argv, name);
	int64_t mib;

	if (value == NULL)
		return 0;
	if (num_parse(value, 0, MIB_MAX, &mib, err) == -1)
		return err_set(err, ERR_FIELD_INVALID,
		    "%s: \"%.40s\" is no whole number of MiB", name, value);
	*out = mib * MIB;
	return 0;
}

/* The options of add and set. */
static int
read_options(int argc, char **argv, struct osci_mailbox *box,
    struct err *err)
{
	const char *name = tool_option(argc, argv, "--name");
	const char *senders = tool_option(argc, argv, "--senders");

	if (name != NULL) {
		if (*name == '\0' || strlen(name) > 120)
			return err_set(err, ERR_FIELD_INVALID,
			    "--name: 1 to 120 characters");
		box->name = name;
	}
	if (senders != NULL) {
		if (strcmp(senders, "any") != 0 &&
		    strcmp(senders, "listed") != 0)
			return err_set(err, ERR_FIELD_INVALID,
			    "--senders: any or listed");
		box->senders = strcmp(senders, "any") == 0
		    ? OSCI_SENDERS_ANY
		    : OSCI_SENDERS_LISTED;
	}
	return option_size(argc, argv, "--quota", &box->quota, err) == -1
	    ? -1
	    : option_size(
		  argc, argv, "--max-message", &box->max_message, err);
}

int
cmd_osci_mailbox_add(struct tool *t, int argc, char **argv)
{
	const char *path = tool_option(argc, argv, "--cert");
	const char *slug = tool_option(argc, argv, "--town");
	struct osci_mailbox box = {.senders = OSCI_SENDERS_ANY,
	    .is_open = true,
	    .created_ms = date_now_ms()};
	const struct town *town;
	struct osci_cert cert;
	struct err err = {0};

	if (path == NULL)
		return tool_usage("--cert: the owner's certificate for "
				  "encryption is missing");
	if (osci_cert_read(t->arena, path, &cert, &err) == -1)
		return tool_fail(&err);
	if (!osci_cert_may_encipher(&cert)) {
		(void)err_set(&err, ERR_FIELD_INVALID,
		    "%s: this certificate is not for encryption", path);
		return tool_fail(&err);
	}
	memcpy(box.fingerprint, cert.sha256, sizeof(box.fingerprint));
	box.cert = cert.der;
	box.cert_len = cert.len;
	box.name = arena_printf(
	    t->arena, "%.100s", osci_cert_subject(t->arena, &cert));
	if (read_options(argc, argv, &box, &err) == -1)
		return tool_fail(&err);
	if (slug != NULL) {
		if ((town = tool_town(t, slug, &err)) == NULL)
			return tool_fail(&err);
		box.town_id = town->id;
	}
	if (osci_mailbox_insert(t->db, &box, &err) == -1) {
		if (err.code == ERR_DUPLICATE)
			(void)err_set(&err, ERR_DUPLICATE,
			    "this certificate has a mailbox already");
		return tool_fail(&err);
	}
	print_box(t->arena, &box);
	return EXIT_OK;
}

int
cmd_osci_mailbox_list(struct tool *t, int argc, char **argv)
{
	struct osci_mailbox *box;
	struct err err = {0};
	size_t n;

	(void)argc;
	(void)argv;
	if (osci_mailbox_list(t->db, t->arena, &box, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		print_box(t->arena, &box[i]);
	if (n == 0)
		(void)puts("there are no mailboxes");
	return EXIT_OK;
}

static int
print_senders(struct tool *t, const struct osci_mailbox *box,
    struct err *err)
{
	struct osci_sender *sender;
	size_t n;

	(void)printf("  senders      %s\n", box->senders == OSCI_SENDERS_ANY
		? "whoever has a trusted certificate" : "these only:");
	if (osci_sender_list(t->db, t->arena, box->id, &sender, &n, err) ==
	    -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		(void)printf("    %s  %s\n",
		    fingerprint(t->arena, sender[i].fingerprint),
		    sender[i].name);
	return 0;
}

int
cmd_osci_mailbox_show(struct tool *t, int argc, char **argv)
{
	struct osci_mailbox box;
	struct osci_cert cert;
	struct err err = {0};

	if (osci_mailbox_pick(t, tool_word(argc, argv, 0, NULL), &box,
		&err) == -1 ||
	    osci_cert_parse(t->arena, box.cert, box.cert_len, &cert, &err) ==
		-1)
		return tool_fail(&err);
	print_box(t->arena, &box);
	(void)printf("  certificate  %s\n  valid        %s to %s\n"
		     "  since        %s\n  quota        %s\n"
		     "  max message  %s\n",
	    osci_cert_subject(t->arena, &cert),
	    osci_cert_not_before(t->arena, &cert),
	    osci_cert_not_after(t->arena, &cert),
	    date_instant_to_xsd(t->arena, box.created_ms),
	    megabytes(t->arena, box.quota),
	    megabytes(t->arena, box.max_message));
	return print_senders(t, &box, &err) == -1 ? tool_fail(&err) : EXIT_OK;
}

int
cmd_osci_mailbox_set(struct tool *t, int argc, char **argv)
{
	struct osci_mailbox box;
	struct err err = {0};

	if (osci_mailbox_pick(t, tool_word(argc, argv, 0, NULL), &box,
		&err) == -1 ||
	    read_options(argc, argv, &box, &err) == -1 ||
	    osci_mailbox_update(t->db, &box, &err) == -1)
		return tool_fail(&err);
	print_box(t->arena, &box);
	return EXIT_OK;
}

static int
set_open(struct tool *t, int argc, char **argv, bool is_open)
{
	struct osci_mailbox box;
	struct err err = {0};

	if (osci_mailbox_pick(
		t, tool_word(argc, argv, 0, NULL), &box, &err) == -1)
		return tool_fail(&err);
	box.is_open = is_open;
	if (osci_mailbox_update(t->db, &box, &err) == -1)
		return tool_fail(&err);
	print_box(t->arena, &box);
	return EXIT_OK;
}

int
cmd_osci_mailbox_close(struct tool *t, int argc, char **argv)
{
	return set_open(t, argc, argv, false);
}

int
cmd_osci_mailbox_open(struct tool *t, int argc, char **argv)
{
	return set_open(t, argc, argv, true);
}

int
cmd_osci_mailbox_allow(struct tool *t, int argc, char **argv)
{
	const char *path = tool_option(argc, argv, "--cert");
	const char *name = tool_option(argc, argv, "--name");
	struct osci_mailbox box;
	struct osci_sender sender;
	struct osci_cert cert;
	struct err err = {0};

	if (path == NULL)
		return tool_usage("--cert: the sender's certificate, for "
				  "encryption or for signatures, is missing");
	if (osci_mailbox_pick(
		t, tool_word(argc, argv, 0, NULL), &box, &err) == -1 ||
	    osci_cert_read(t->arena, path, &cert, &err) == -1)
		return tool_fail(&err);
	memcpy(sender.fingerprint, cert.sha256, sizeof(sender.fingerprint));
	sender.name = arena_printf(t->arena, "%.100s",
	    name != NULL ? name : osci_cert_subject(t->arena, &cert));
	if (osci_sender_add(t->db, box.id, &sender, &err) == -1) {
		if (err.code == ERR_DUPLICATE)
			(void)err_set(&err, ERR_DUPLICATE,
			    "this certificate is listed already");
		return tool_fail(&err);
	}
	if (box.senders == OSCI_SENDERS_ANY)
		(void)puts("note: this mailbox takes messages from whoever "
			   "has a trusted certificate;\nto restrict it: "
			   "torhaus osci mailbox set MAILBOX --senders "
			   "listed");
	return print_senders(t, &box, &err) == -1 ? tool_fail(&err) : EXIT_OK;
}

int
cmd_osci_mailbox_forbid(struct tool *t, int argc, char **argv)
{
	const char *which = tool_word(argc, argv, 1, NULL);
	struct osci_mailbox box;
	struct osci_sender *sender;
	struct err err = {0};
	size_t n, found = 0, at = 0;

	if (which == NULL || strlen(which) < PREFIX_MIN)
		return tool_usage("name the sender: at least %d digits of its "
				  "certificate's fingerprint", PREFIX_MIN);
	if (osci_mailbox_pick(
		t, tool_word(argc, argv, 0, NULL), &box, &err) == -1 ||
	    osci_sender_list(t->db, t->arena, box.id, &sender, &n, &err) ==
		-1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		if (strncmp(fingerprint(t->arena, sender[i].fingerprint),
			which, strlen(which)) == 0) {
			at = i;
			found++;
		}
	if (found != 1) {
		(void)err_set(&err, ERR_NOT_FOUND,
		    found == 0 ? "%.80s is not listed"
			       : "%.80s begins several fingerprints", which);
		return tool_fail(&err);
	}
	if (osci_sender_remove(
		t->db, box.id, sender[at].fingerprint, &err) == -1)
		return tool_fail(&err);
	return print_senders(t, &box, &err) == -1 ? tool_fail(&err) : EXIT_OK;
}
