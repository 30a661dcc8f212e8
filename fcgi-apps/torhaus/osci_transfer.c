/* torhaus osci send, fetch, transfer ...: messages and their ledger. */
#include "torhaus/osci.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/date.h"
#include "common/file.h"
#include "common/id.h"
#include "common/num.h"
#include "common/osci/osci_arriving_store.h"
#include "common/osci/osci_partner_store.h"
#include "common/osci/osci_transfer_store.h"

#define FILE_BYTES_MAX ((size_t)512 << 20)
#define LIST_DEFAULT 100
#define LIST_MAX 10000
#define EVERY_MAX 86400
#define WAIT_MAX 3600

static const struct town *
option_town(struct tool *t, int argc, char **argv, struct err *err)
{
	const char *slug = tool_option(argc, argv, "--town");

	if (slug == NULL) {
		(void)err_set(
		    err, ERR_FIELD_INVALID, "name a town with --town");
		return NULL;
	}
	return tool_town(t, slug, err);
}

static int
option_number(int argc, char **argv, const char *name, int64_t min,
    int64_t max, int64_t *out, struct err *err)
{
	const char *text = tool_option(argc, argv, name);

	return text == NULL ? 0 : num_parse(text, min, max, out, err);
}

/* ---- sending ---- */

static const char *
media_type(const char *path)
{
	static const struct {
		const char *end, *type;
	} types[] = {{".xml", "text/xml"}, {".pdf", "application/pdf"},
	    {".txt", "text/plain"}, {".json", "application/json"},
	    {".zip", "application/zip"}, {".png", "image/png"},
	    {".jpg", "image/jpeg"}};
	size_t len = strlen(path);

	for (size_t i = 0; i < nitems(types); i++) {
		size_t n = strlen(types[i].end);

		if (len > n && strcasecmp(path + len - n, types[i].end) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Waits until the courier brought it there, or gave it up. */
static int
wait_for(struct tool *t, const struct id *id, int64_t seconds,
    struct err *err)
{
	for (int64_t i = 0;; i++) {
		struct osci_transfer_row row;

		if (osci_transfer_row(t->db, t->arena, id, &row, err) == -1)
			return -1;
		if (row.is.state == OSCI_TRANSFER_FAILED)
			return err_set(err, ERR_IO,
			    "it was given up: torhaus osci transfer show %s",
			    id_hex(t->arena, id));
		if (row.is.state >= OSCI_TRANSFER_ACCEPTED) {
			(void)printf("%s\n",
			    osci_transfer_state_name(row.is.state));
			return 0;
		}
		if (i == seconds)
			return err_set(err, ERR_TIMEOUT,
			    "it is %s still; the courier goes on with it",
			    osci_transfer_state_name(row.is.state));
		(void)sleep(1);
	}
}

int
cmd_osci_send(struct tool *t, int argc, char **argv)
{
	struct osci_transfer_content content[OSCI_TRANSFER_CONTENTS_MAX];
	struct osci_transfer_order order = {
	    .identity = tool_option(argc, argv, "--identity"),
	    .partner = tool_option(argc, argv, "--to"),
	    .subject = tool_option(argc, argv, "--subject"),
	    .content = content};
	int64_t wait_s = 0;
	struct err err = {0};
	const char *path;
	struct id id;

	if (order.partner == NULL)
		return tool_usage("name a partner with --to");
	if ((order.town = option_town(t, argc, argv, &err)) == NULL ||
	    option_number(argc, argv, "--wait", 1, WAIT_MAX, &wait_s, &err) ==
		-1)
		return tool_fail(&err);
	for (int i = 0; (path = tool_word(argc, argv, i, NULL)) != NULL;
	     i++) {
		struct osci_transfer_content *c = &content[order.ncontent];
		char *bytes;

		if (order.ncontent++ == nitems(content))
			return tool_usage("too many files");
		*c = (struct osci_transfer_content){
		    .part = i == 0 ? NULL : base_name(path),
		    .type = media_type(path)};
		if (file_read(t->arena, path, FILE_BYTES_MAX, &bytes, &c->len,
			&err) == -1)
			return tool_fail(&err);
		c->bytes = bytes;
	}
	if (order.ncontent == 0)
		return tool_usage("name a file");
	if (db_begin(t->db, &err) == -1)
		return tool_fail(&err);
	if (osci_transfer_send(
		t->db, t->arena, &order, date_now_ms(), &id, &err) == -1) {
		db_rollback(t->db);
		return tool_fail(&err);
	}
	if (db_commit(t->db, &(bool){false}, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s\n", id_hex(t->arena, &id));
	return wait_s > 0 && wait_for(t, &id, wait_s, &err) == -1
	    ? tool_fail(&err)
	    : EXIT_OK;
}

/* ---- fetching ---- */

static int
list_boxes(struct tool *t, struct err *err)
{
	struct osci_fetch *f;
	size_t n;

	if (osci_fetch_list(t->db, t->arena, &f, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		(void)printf("town %u, %s, intermediary %u: %s, last %s%s%s\n",
		    f[i].town_id, f[i].identity, f[i].peer_id,
		    f[i].every_s == 0
			? "by hand"
			: arena_printf(t->arena, "every %lld s",
			      (long long)f[i].every_s),
		    f[i].last_ms == 0
			? "never"
			: date_instant_to_xsd(t->arena, f[i].last_ms),
		    *f[i].last_note == '\0' ? "" : ": ", f[i].last_note);
	return 0;
}

int
cmd_osci_fetch(struct tool *t, int argc, char **argv)
{
	const char *peer_name = tool_option(argc, argv, "--peer");
	struct osci_fetch f = {
	    .identity = tool_option(argc, argv, "--identity"),
	    .next_ms = date_now_ms()};
	const struct town *town;
	struct osci_peer peer;
	struct err err = {0};

	if (f.identity == NULL)
		return list_boxes(t, &err) == -1 ? tool_fail(&err) : EXIT_OK;
	if ((town = option_town(t, argc, argv, &err)) == NULL ||
	    option_number(argc, argv, "--every", 0, EVERY_MAX, &f.every_s,
		&err) == -1)
		return tool_fail(&err);
	f.town_id = town->id;
	if (peer_name != NULL) {
		if (osci_peer_by_name(
			t->db, t->arena, peer_name, &peer, &err) == -1)
			return tool_fail(&err);
		f.peer_id = peer.id;
	}
	if (tool_option(argc, argv, "--every") == NULL) {
		struct osci_fetch *all;
		size_t n;

		if (osci_fetch_list(t->db, t->arena, &all, &n, &err) == -1)
			return tool_fail(&err);
		for (size_t i = 0; i < n; i++)
			if (all[i].town_id == f.town_id &&
			    all[i].peer_id == f.peer_id &&
			    strcmp(all[i].identity, f.identity) == 0)
				f.every_s = all[i].every_s;
	}
	if (osci_fetch_put(t->db, &f, &err) == -1)
		return tool_fail(&err);
	(void)puts("the courier fetches it");
	return EXIT_OK;
}

/* ---- the ledger ---- */

static int
option_state(int argc, char **argv, enum osci_transfer_state *out,
    struct err *err)
{
	const char *word = tool_option(argc, argv, "--state");

	*out = (enum osci_transfer_state)0;
	if (word == NULL)
		return 0;
	for (int i = OSCI_TRANSFER_BUILT; i <= OSCI_TRANSFER_ARRIVING; i++)
		if (strcmp(word, osci_transfer_state_name(
				     (enum osci_transfer_state)i)) == 0) {
			*out = (enum osci_transfer_state)i;
			return 0;
		}
	return err_set(err, ERR_FIELD_INVALID,
	    "--state: built, reserved, sent, accepted, forwarded, received, "
	    "failed, arriving, arrived or handled");
}

int
cmd_osci_transfer_list(struct tool *t, int argc, char **argv)
{
	enum osci_transfer_state state;
	struct osci_transfer_row *row;
	const struct town *town = NULL;
	int64_t max = LIST_DEFAULT;
	struct err err = {0};
	size_t n;

	if ((tool_option(argc, argv, "--town") != NULL &&
		(town = option_town(t, argc, argv, &err)) == NULL) ||
	    option_state(argc, argv, &state, &err) == -1 ||
	    option_number(argc, argv, "--max", 1, LIST_MAX, &max, &err) ==
		-1 ||
	    osci_transfer_rows(t->db, t->arena, town == NULL ? 0 : town->id,
		state, (size_t)max, &row, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++) {
		const struct osci_transfer *x = &row[i].is;

		(void)printf("%s  %s  %s  %-9s  %s  %s\n",
		    id_hex(t->arena, &x->id),
		    date_instant_to_xsd(t->arena, x->created_ms),
		    x->is_incoming ? "in " : "out",
		    osci_transfer_state_name(x->state), x->identity,
		    x->partner == NULL ? "(not registered)" : x->partner);
	}
	return EXIT_OK;
}

static int
word_id(int argc, char **argv, struct id *out, struct err *err)
{
	const char *word = tool_word(argc, argv, 0, NULL);

	return word == NULL
	    ? err_set(err, ERR_FIELD_INVALID,
		  "name a transfer by its number in torhaus osci transfer "
		  "list")
	    : id_parse(word, out, err);
}

static void
print_time(struct arena *a, const char *name, int64_t ms)
{
	if (ms != 0)
		(void)printf("%-12s %s\n", name, date_instant_to_xsd(a, ms));
}

/* The town of a transfer, whose key opens it. */
static const struct town *
town_of(struct tool *t, const struct osci_transfer_row *row, struct err *err)
{
	const struct town *town;

	if (tool_load(t, err) == -1)
		return NULL;
	town = service_set_town_by_id(t->set, row->is.town_id);
	if (town == NULL)
		(void)err_set(err, ERR_NOT_FOUND, "its town is not loaded");
	else
		db_enter_town(t->db, town->id);
	return town;
}

static int
print_ledger(struct tool *t, const struct id *id, struct err *err)
{
	struct osci_transfer_step *step;
	size_t n;

	if (osci_transfer_steps(t->db, t->arena, id, &step, &n, err) == -1)
		return -1;
	(void)puts("ledger");
	for (size_t i = 0; i < n; i++)
		(void)printf("  %s  %-9s  %-4s  %s\n",
		    date_instant_to_xsd(t->arena, step[i].at_ms),
		    osci_transfer_state_name(step[i].state), step[i].code,
		    step[i].note);
	return 0;
}

int
cmd_osci_transfer_show(struct tool *t, int argc, char **argv)
{
	struct osci_transfer_row row;
	struct osci_transfer x;
	const struct town *town;
	struct err err = {0};
	struct id id;

	if (word_id(argc, argv, &id, &err) == -1 ||
	    osci_transfer_row(t->db, t->arena, &id, &row, &err) == -1 ||
	    (town = town_of(t, &row, &err)) == NULL ||
	    osci_transfer_find(t->db, t->arena, town, &id, &x, &err) == -1)
		return tool_fail(&err);
	(void)printf("%-12s %s\n%-12s %s, %s\n%-12s %s\n%-12s %s\n",
	    "transfer", id_hex(t->arena, &id), "town", town->slug,
	    x.identity, x.is_incoming ? "from" : "to",
	    x.partner == NULL ? "nobody who is registered" : x.partner,
	    "state", osci_transfer_state_name(x.state));
	if (x.message_id != NULL)
		(void)printf("%-12s %s\n", "message id", x.message_id);
	if (x.subject != NULL)
		(void)printf("%-12s %s\n", "subject", x.subject);
	if (x.sender != NULL)
		(void)printf("%-12s %s\n", "signed with",
		    id_hex_bytes(t->arena, x.sender, CRYPTO_DIGEST_LEN));
	(void)printf("%-12s %lld bytes\n%-12s %u\n", "size",
	    (long long)x.size, "attempts", x.attempts);
	print_time(t->arena, "next", x.next_ms);
	if (row.data_key_len == 0)
		(void)printf("%-12s erased\n", "contents");
	(void)puts("process card");
	print_time(t->arena, "  creation", x.creation_ms);
	print_time(t->arena, "  forwarding", x.forwarding_ms);
	print_time(t->arena, "  reception", x.reception_ms);
	return print_ledger(t, &id, &err) == -1 ? tool_fail(&err) : EXIT_OK;
}

/* It lies at the intermediary: the courier asks for it again. */
static int
fetch_again(struct tool *t, const struct osci_transfer_row *row)
{
	struct osci_fetch *f;
	struct err err = {0};
	size_t n;

	if (osci_unskip(t->db, &row->is.id, &err) == -1 &&
	    err.code != ERR_NOT_FOUND)
		return tool_fail(&err);
	err_clear(&err);
	if (osci_fetch_list(t->db, t->arena, &f, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++) {
		if (f[i].town_id != row->is.town_id ||
		    f[i].peer_id != row->is.peer_id ||
		    strcmp(f[i].identity, row->is.identity) != 0)
			continue;
		f[i].next_ms = date_now_ms();
		if (osci_fetch_put(t->db, &f[i], &err) == -1)
			return tool_fail(&err);
	}
	(void)puts("the courier fetches it");
	return EXIT_OK;
}

int
cmd_osci_transfer_retry(struct tool *t, int argc, char **argv)
{
	struct osci_transfer_change c = {.resets_attempts = true,
	    .next_ms = date_now_ms(), .code = "", .note = "by hand"};
	struct osci_transfer_row row;
	struct err err = {0};

	if (word_id(argc, argv, &c.id, &err) == -1 ||
	    osci_transfer_row(t->db, t->arena, &c.id, &row, &err) == -1)
		return tool_fail(&err);
	if (row.data_key_len == 0)
		return tool_usage("it was erased");
	if (row.is.is_incoming && row.is.size == 0)
		return fetch_again(t, &row);
	c.state = row.is.state;
	if (row.is.state == OSCI_TRANSFER_FAILED)
		c.state = row.is.is_incoming ? OSCI_TRANSFER_ARRIVED
		    : row.is.message_id == NULL
		    ? OSCI_TRANSFER_BUILT
		    : OSCI_TRANSFER_SENT; /* asks first whether it is there */
	if (row.is.state == OSCI_TRANSFER_RECEIVED ||
	    row.is.state == OSCI_TRANSFER_HANDLED)
		return tool_usage("it is %s: there is nothing to retry",
		    osci_transfer_state_name(row.is.state));
	if (osci_transfer_change(
		t->db, t->arena, &c, date_now_ms(), &err) == -1)
		return tool_fail(&err);
	(void)printf("%s, due now\n", osci_transfer_state_name(c.state));
	return EXIT_OK;
}

/* ---- what is in one ---- */

static int
put_file(void *arg, const void *data, size_t n, struct err *err)
{
	const int *fd = arg;

	for (const char *p = data; n > 0;) {
		ssize_t k = write(*fd, p, n);

		if (k <= 0)
			return err_set(err, ERR_IO, "cannot write");
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static int
save(const char *path, const struct osci_content *c, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd == -1)
		return err_set(err, ERR_IO, "%s cannot be made", path);
	rc = crypto_spool_each(
	    c->spool, c->offset, c->len, put_file, &fd, err);
	if (close(fd) == -1 && rc == 0)
		rc = err_set(err, ERR_IO, "%s cannot be written", path);
	return rc;
}

static int
save_all(struct tool *t, const char *dir, const struct osci_content_in *in,
    struct err *err)
{
	for (size_t i = 0; i < in->ncontent; i++) {
		/* names of others do not become names of ours */
		const char *path = arena_printf(
		    t->arena, "%s/content-%zu", dir, i + 1);

		if (save(path, &in->content[i], err) == -1)
			return -1;
		(void)printf("%s  %lld bytes%s%s\n", path,
		    (long long)in->content[i].len,
		    in->content[i].part == NULL ? "" : "  ",
		    in->content[i].part == NULL ? "" : in->content[i].part);
	}
	return 0;
}

int
cmd_osci_transfer_open(struct tool *t, int argc, char **argv)
{
	const char *dir = tool_option(argc, argv, "--out");
	struct osci_trust_settings settings;
	struct osci_trust *trust = NULL;
	struct osci_transfer_row row;
	struct osci_transfer_in in;
	struct osci_transfer x;
	const struct town *town;
	struct err err = {0};
	struct id id;
	int rc = EXIT_OK;

	if (dir == NULL)
		return tool_usage("name a folder with --out");
	osci_trust_settings(&t->config, &settings);
	if (word_id(argc, argv, &id, &err) == -1 ||
	    osci_transfer_row(t->db, t->arena, &id, &row, &err) == -1 ||
	    (town = town_of(t, &row, &err)) == NULL ||
	    osci_transfer_find(t->db, t->arena, town, &id, &x, &err) == -1)
		return tool_fail(&err);
	if (!x.is_incoming)
		return tool_usage("it is one of our own");
	if (osci_trust_new(&settings, &trust, &err) == -1 ||
	    osci_transfer_open(t->db, t->arena, &t->config, &t->master, town,
		trust, &x, &in, &err) == -1 ||
	    save_all(t, dir, &in.content, &err) == -1)
		rc = tool_fail(&err);
	else if (!in.is_signed) {
		(void)printf("not signed by somebody who is trusted: %s\n",
		    in.why_unsigned);
		rc = EXIT_FINDINGS;
	}
	osci_trust_free(trust);
	return rc;
}
