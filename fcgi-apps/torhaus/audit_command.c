/* torhaus audit verify, audit export */
#include "torhaus/commands.h"

#include <errno.h>
#include <unistd.h>

#include "common/date.h"
#include "common/vorgang/event_store.h"
#include "common/vorgang/seal_store.h"
#include "torhaus/audit_export.h"

#define ENDS_PAGE 10000
#define SEALS_PAGE 1000

static void
report_fault(const char *line)
{
	(void)printf("FAULT  %s\n", line);
}

/* What reads the log hands its rows to: an audit or a file. */
struct sink {
	void (*seal)(void *arg, const struct seal *seal);
	void (*event)(void *arg, const struct id *vorgang,
	    const struct event_row *row);
	void *arg;
};

static int
feed_events(
    struct tool *t, uint32_t seal_seq, const struct sink *sink,
    struct err *err)
{
	struct arena a = {0};
	struct seal_row *row;
	size_t n;
	int rc = seal_rows(t->db, &a, seal_seq, &row, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		sink->event(sink->arg, &row[i].vorgang_id, &row[i].row);
	arena_free(&a);
	return rc;
}

/* All seals of the entered town with their events, then the rest. */
static int
feed_log(struct tool *t, const struct sink *sink, struct err *err)
{
	uint32_t after = 0;
	size_t n;

	do {
		struct seal *seal;

		if (seal_list(t->db, t->arena, after, SEALS_PAGE, &seal, &n,
			err) == -1)
			return -1;
		for (size_t i = 0; i < n; i++) {
			after = seal[i].seq;
			sink->seal(sink->arg, &seal[i]);
			if (feed_events(t, after, sink, err) == -1)
				return -1;
		}
	} while (n == SEALS_PAGE);
	sink->seal(sink->arg, NULL);
	return feed_events(t, 0, sink, err);
}

static int
feed_ends(struct tool *t, struct audit *audit, struct err *err)
{
	struct id after;
	bool is_first = true;
	size_t n;

	do {
		struct arena a = {0};
		struct event_end *end;

		if (event_ends(t->db, &a, is_first ? NULL : &after,
			ENDS_PAGE, &end, &n, err) == -1) {
			arena_free(&a);
			return -1;
		}
		for (size_t i = 0; i < n; i++)
			audit_end(audit, &end[i].vorgang_id, end[i].last_seq,
			    end[i].last_hash);
		if (n > 0)
			after = end[n - 1].vorgang_id;
		is_first = false;
		arena_free(&a);
	} while (n == ENDS_PAGE);
	return 0;
}

static void
audit_sink_seal(void *arg, const struct seal *seal)
{
	audit_seal(arg, seal);
}

static void
audit_sink_event(
    void *arg, const struct id *vorgang, const struct event_row *row)
{
	audit_event(arg, vorgang, row);
}

static int
print_verdict(const char *what, const struct audit *audit, size_t faults)
{
	struct audit_count count;

	audit_count(audit, &count);
	(void)printf("%s: %zu events of %zu Vorgaenge, %zu seals, %zu events "
		     "not sealed yet: %s\n",
	    what, count.events, count.vorgaenge, count.seals, count.unsealed,
	    faults == 0 ? "unchanged" : "NOT TRUSTWORTHY");
	return faults == 0 ? EXIT_OK : EXIT_FINDINGS;
}

static int
verify_town(struct tool *t, const struct town *town,
    const uint8_t public_key[CRYPTO_PUBLIC_LEN])
{
	struct audit *audit = audit_new(public_key, report_fault);
	const struct sink sink = {audit_sink_seal, audit_sink_event, audit};
	struct err err = {0};
	bool unknown;
	int rc;

	db_enter_town(t->db, town->id);
	/* One snapshot, so that what arrives meanwhile is no fault. */
	if (db_begin_snapshot(t->db, &err) == -1 ||
	    feed_log(t, &sink, &err) == -1 ||
	    feed_ends(t, audit, &err) == -1 ||
	    db_commit(t->db, &unknown, &err) == -1)
		rc = tool_fail(&err);
	else
		rc = print_verdict(
		    town->slug, audit, audit_finish(audit, true));
	audit_free(audit);
	return rc;
}

static void
get_public_key(struct tool *t, uint8_t out[CRYPTO_PUBLIC_LEN])
{
	struct crypto_signer *signer = crypto_signer_new(&t->master);

	crypto_signer_public(signer, out);
	crypto_signer_free(signer);
}

static int
verify_database(struct tool *t, const char *slug)
{
	uint8_t public_key[CRYPTO_PUBLIC_LEN];
	const struct town *const *towns;
	struct err err = {0};
	int worst = EXIT_OK;
	size_t n;

	if (tool_load(t, &err) == -1 ||
	    (slug != NULL && tool_town(t, slug, &err) == NULL))
		return tool_fail(&err);
	get_public_key(t, public_key);
	n = service_set_towns(t->set, &towns);
	for (size_t i = 0; i < n; i++) {
		int rc;

		if (slug != NULL && strcmp(slug, towns[i]->slug) != 0)
			continue;
		rc = verify_town(t, towns[i], public_key);
		if (rc != EXIT_OK)
			worst = rc;
	}
	return worst;
}

static int
verify_file(const char *path, const char *key)
{
	uint8_t public_key[CRYPTO_PUBLIC_LEN];
	struct audit *audit;
	struct err err = {0};
	struct id half[2];
	char text[33] = "";
	int rc;

	/* 64 hex digits, read as two ids of 32. */
	if (key == NULL || strlen(key) != 64)
		return tool_usage("--key takes the 64 hex digits that audit "
				  "export printed");
	memcpy(text, key, 32);
	if (id_parse(text, &half[0], &err) == -1 ||
	    id_parse(key + 32, &half[1], &err) == -1)
		return tool_usage("--key takes 64 hex digits");
	memcpy(public_key, half, CRYPTO_PUBLIC_LEN);
	audit = audit_new(public_key, report_fault);
	if (audit_read_file(path, audit, &err) == -1)
		rc = tool_fail(&err);
	else
		rc = print_verdict(path, audit, audit_finish(audit, false));
	audit_free(audit);
	return rc;
}

int
cmd_audit_verify(struct tool *t, int argc, char **argv)
{
	const char *file = tool_option(argc, argv, "--file");
	struct err err = {0};

	if (file != NULL)
		return verify_file(file, tool_option(argc, argv, "--key"));
	if (tool_open(t, TOOL_DB, &err) == -1)
		return tool_fail(&err);
	return verify_database(t, tool_option(argc, argv, "--town"));
}

static void
file_sink_seal(void *arg, const struct seal *seal)
{
	audit_write_seal(arg, seal);
}

static void
file_sink_event(
    void *arg, const struct id *vorgang, const struct event_row *row)
{
	audit_write_event(arg, vorgang, row);
}

static int
export_town(struct tool *t, const struct town *town, FILE *f, struct err *err)
{
	const struct sink sink = {file_sink_seal, file_sink_event, f};
	uint8_t public_key[CRYPTO_PUBLIC_LEN];
	bool unknown;

	get_public_key(t, public_key);
	audit_write_head(
	    f, town->slug, town->id, public_key, date_now_ms());
	if (db_begin_snapshot(t->db, err) == -1 ||
	    feed_log(t, &sink, err) == -1 ||
	    db_commit(t->db, &unknown, err) == -1)
		return -1;
	(void)printf("public key: %s\n",
	    id_hex_bytes(t->arena, public_key, sizeof(public_key)));
	return 0;
}

int
cmd_audit_export(struct tool *t, int argc, char **argv)
{
	const char *out = tool_option(argc, argv, "--out");
	const struct town *town;
	struct err err = {0};
	bool is_written;
	FILE *f;
	int rc;

	if (out == NULL)
		return tool_usage("--out FILE is missing");
	if ((town = tool_town(t, tool_option(argc, argv, "--town"), &err)) ==
	    NULL)
		return tool_fail(&err);
	if ((f = fopen(out, "wxe")) == NULL) {
		(void)err_set(&err, ERR_IO, "%s: %s", out, strerror(errno));
		return tool_fail(&err);
	}
	rc = export_town(t, town, f, &err);
	is_written = ferror(f) == 0;
	if (fclose(f) != 0 || !is_written)
		rc = err_set(&err, ERR_IO, "%s could not be written", out);
	if (rc == 0)
		return EXIT_OK;
	/* Half an export would look like a log with events missing. */
	(void)unlink(out);
	return tool_fail(&err);
}
