/* torhaus doctor: what is wrong, in plain words, and what to do. */
#include "torhaus/commands.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/date.h"
#include "common/vorgang/outbox_store.h"
#include "common/vorgang/seal_store.h"
#include "common/handover/webhook_store.h"
#include "torhaus/migrate.h"
#include "torhaus/osci_doctor.h"
#include "torhaus/xoev_doctor.h"

#define FREE_MIN_MB 500
#define OUTBOX_LATE_MS (15 * 60 * 1000)
#define SEAL_LATE_FACTOR 5

struct check {
	struct tool *t;
	const char *sql_dir;
	int findings;
};

static void
well(const char *what)
{
	(void)printf("ok     %s\n", what);
}

static void
ill(struct check *c, const char *what, const char *why, const char *remedy)
{
	c->findings++;
	(void)printf("WRONG  %s: %s\n       %s\n", what, why, remedy);
}

static void
ill_osci(void *arg, const char *what, const char *why, const char *remedy)
{
	ill(arg, what, why, remedy);
}

static void
check_osci(struct check *c)
{
	const struct doctor d = {.well = well, .ill = ill_osci, .arg = c};

	osci_doctor(c->t, &d);
}

static void
check_xoev(struct check *c)
{
	const struct doctor d = {.well = well, .ill = ill_osci, .arg = c};

	xoev_doctor(c->t, &d);
}

static void
check_demonstration(struct check *c)
{
	/* A demonstration has no TLS. */
	if (strcmp(c->t->config.identity, "none") != 0 &&
	    strcmp(c->t->config.public_scheme, "https") == 0)
		ill(c, "logging in", "it is simulated and proves nothing",
		    "Set identity = none, unless this is a demonstration.");
	if (strcmp(c->t->config.simulators, "no") != 0 &&
	    strcmp(c->t->config.public_scheme, "https") == 0)
		ill(c, "simulators", "orders may go to an invented producer",
		    "Set simulators = no, unless this is a demonstration.");
}

static void
check_key(struct check *c)
{
	struct err err = {0};

	if (crypto_master_read(c->t->config.master_key_file, &c->t->master,
		&err) == -1)
		ill(c, "master key", err.msg,
		    "Restore the file from your safe copy; a new one opens "
		    "nothing that exists.");
	else
		well("master key");
}

static void
check_documents(struct check *c)
{
	const char *dir = c->t->config.documents_dir;
	struct statvfs fs;
	struct stat st;
	uint64_t free_mb;

	if (stat(dir, &st) == -1 || !S_ISDIR(st.st_mode)) {
		ill(c, "documents folder",
		    arena_printf(c->t->arena, "%s: %s", dir, strerror(errno)),
		    "Create it, owned by the user of the program documents.");
		return;
	}
	if (statvfs(dir, &fs) == -1)
		return;
	free_mb = (uint64_t)fs.f_bavail * fs.f_frsize / (1024 * 1024);
	if (free_mb < FREE_MIN_MB)
		ill(c, "documents folder",
		    arena_printf(c->t->arena, "only %llu MB are free",
			(unsigned long long)free_mb),
		    "Make room: uploads will soon be refused.");
	else
		well("documents folder");
}

static bool
check_database(struct check *c)
{
	struct migrate_report report;
	struct err err = {0};

	if (migrate_check(c->t->db, c->t->arena, c->sql_dir, &report, &err) ==
	    -1) {
		ill(c, "database", err.msg,
		    err.code == ERR_DB_UNAVAILABLE
			? "Start MariaDB, and see database_socket and "
			  "database_password_file in the configuration."
			: "Run torhaus migrate.");
		return false;
	}
	if (report.pending > 0)
		ill(c, "schema",
		    arena_printf(c->t->arena, "%zu migrations are missing",
			report.pending),
		    "Run torhaus migrate.");
	else
		well("database and schema");
	return true;
}

static void
check_services(struct check *c)
{
	const struct town *const *towns;
	const struct town_service *const *offers;
	struct err err = {0};
	size_t n;

	if (tool_load(c->t, &err) == -1) {
		ill(c, "services", err.msg,
		    "Import the package again: torhaus service import.");
		return;
	}
	n = service_set_towns(c->t->set, &towns);
	for (size_t i = 0; i < n; i++)
		if (service_set_offers(c->t->set, towns[i], &offers) == 0)
			ill(c, "services",
			    arena_printf(c->t->arena, "%s offers none",
				towns[i]->slug),
			    "torhaus service import DIR --town SLUG");
	if (n == 0)
		ill(c, "towns", "there is none",
		    "torhaus town add --file FILE");
	else
		well("towns and services");
}

static void
check_outbox(struct check *c)
{
	struct outbox_count count;
	int64_t now_ms = date_now_ms();
	struct err err = {0};

	if (outbox_count(c->t->db, c->t->arena, now_ms, &count, &err) == -1) {
		ill(c, "outbox", err.msg, "See the database's log.");
		return;
	}
	if (count.given_up > 0)
		ill(c, "outbox",
		    arena_printf(c->t->arena, "%lld deliveries were given up",
			(long long)count.given_up),
		    "torhaus outbox list tells why; torhaus outbox restart "
		    "--failed tries again.");
	if (count.oldest_due_ms != 0 &&
	    now_ms - count.oldest_due_ms > OUTBOX_LATE_MS)
		ill(c, "courier",
		    "deliveries have been due for more than 15 minutes",
		    "Is the courier running? See its log.");
	else if (count.given_up == 0)
		well("outbox");
}

static void
check_webhooks(struct check *c)
{
	struct err err = {0};
	int64_t dead;

	if (webhook_dead_count(c->t->db, c->t->arena, &dead, &err) == -1)
		ill(c, "webhooks", err.msg, "See the database's log.");
	else if (dead > 0)
		ill(c, "webhooks",
		    arena_printf(c->t->arena,
			"%lld notices were tried too often",
			(long long)dead),
		    "torhaus webhook list --dead tells why; torhaus webhook "
		    "retry --dead tries again.");
	else
		well("webhooks");
}

/* Events that no seal covers for long: nobody seals. */
static void
check_seals(struct check *c)
{
	int64_t late_ms =
	    c->t->config.seal_interval_s * 1000 * SEAL_LATE_FACTOR;
	const struct town *const *towns;
	size_t n = service_set_towns(c->t->set, &towns);

	for (size_t i = 0; i < n; i++) {
		struct seal_row *row;
		struct err err = {0};
		size_t rows;

		db_enter_town(c->t->db, towns[i]->id);
		if (seal_rows(c->t->db, c->t->arena, 0, &row, &rows, &err) ==
		    -1)
			continue; /* the outbox check has spoken */
		for (size_t k = 0; k < rows; k++) {
			if (date_now_ms() - row[k].row.at_ms < late_ms)
				continue;
			ill(c, "seals",
			    arena_printf(c->t->arena,
				"%s has events that no seal covers",
				towns[i]->slug),
			    "Is the courier running? See its log.");
			return;
		}
	}
	well("seals of the event log");
}

int
cmd_doctor(struct tool *t, int argc, char **argv)
{
	struct check c = {
	    .t = t, .sql_dir = tool_option(argc, argv, "--dir")};

	if (c.sql_dir == NULL)
		c.sql_dir = t->config.sql_dir;
	well("configuration"); /* main has read it */
	check_key(&c);
	check_demonstration(&c);
	check_documents(&c);
	t->db = db_new(&t->config);
	if (check_database(&c)) {
		check_services(&c);
		check_outbox(&c);
		check_webhooks(&c);
		check_osci(&c);
		check_xoev(&c);
		if (t->set != NULL)
			check_seals(&c);
	}
	(void)printf("%s\n",
	    c.findings == 0 ? "all well"
			    : "see the lines marked WRONG above");
	return c.findings == 0 ? EXIT_OK : EXIT_FINDINGS;
}
