/* links: torhaus/migrate torhaus/migration_store */
#include <dirent.h>
#include <pthread.h>
#include <unistd.h>

#include "common/document_store.h"
#include "common/draft/draft_store.h"
#include "common/rate_store.h"
#include "common/vorgang/seal_store.h"
#include "common/vorgang/vorgang_change.h"
#include "torhaus/migrate.h"
#include "vorgang_fixture.h"

/* A database of its own beside the fixture's, and a folder of files. */
struct place {
	struct arena arena;
	struct config config;
	struct db *db;
	char dir[40];
};

static void
file_write(const struct place *p, const char *name, const char *text)
{
	char path[300];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
file_remove(const struct place *p, const char *name)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	assert_int_equal(unlink(path), 0);
}

static void
place_new(struct place *p, struct fixture *f)
{
	struct id random = id_random();
	struct err err = { 0 };
	const char *name;

	*p = (struct place){ .config = f->config,
		.dir = "/tmp/torhaus-migrate.XXXXXX" };
	name = arena_printf(&p->arena, "m%.12s", id_hex(&p->arena, &random));
	OK(db_script(f->db,
	    arena_printf(&p->arena, "CREATE DATABASE %s", name), &err));
	assert_non_null(mkdtemp(p->dir));
	p->config.database_name = name;
	p->db = db_new(&p->config);
}

static void
place_free(struct place *p, struct fixture *f)
{
	DIR *dir = opendir(p->dir);
	struct dirent *entry;
	struct err err = { 0 };

	OK(db_script(f->db, arena_printf(&p->arena, "DROP DATABASE %s",
	    p->config.database_name), &err));
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			file_remove(p, entry->d_name);
	(void)closedir(dir);
	assert_int_equal(rmdir(p->dir), 0);
	db_free(p->db);
	arena_free(&p->arena);
}

static struct migrate_report
run(struct place *p)
{
	struct migrate_report report;
	struct err err = { 0 };

	OK(migrate_run(p->db, &p->arena, p->dir, NULL, &report, &err));
	return report;
}

static void
test_in_order(void **state)
{
	struct fixture *f;
	struct place p;
	struct migrate_report report;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	place_new(&p, f);
	file_write(&p, "0002-second.sql",
	    "ALTER TABLE one ADD COLUMN b INT NOT NULL DEFAULT 2;\n");
	file_write(&p, "0001-first.sql",
	    "-- it begins\nCREATE TABLE one (a INT NOT NULL);\n"
	    "INSERT INTO one VALUES (1);\n-- it ends\n");
	file_write(&p, "README.md", "no migration");
	OK(migrate_check(p.db, &p.arena, p.dir, &report, &err));
	assert_int_equal(report.pending, 2);
	assert_string_equal(report.last, "");
	report = run(&p);
	assert_int_equal(report.applied, 2);
	assert_int_equal(report.pending, 0);
	assert_string_equal(report.last, "0002-second.sql");
	assert_int_equal(fixture_number(p.db, "SELECT a + b FROM one"), 3);
	report = run(&p);
	assert_int_equal(report.applied, 0);
	file_write(&p, "0003-third.sql", "UPDATE one SET b = 40");
	OK(migrate_check(p.db, &p.arena, p.dir, &report, &err));
	assert_int_equal(report.pending, 1);
	assert_string_equal(report.last, "0002-second.sql");
	assert_int_equal(run(&p).applied, 1);
	assert_int_equal(fixture_number(p.db, "SELECT b FROM one"), 40);
	place_free(&p, f);
}

static const struct {
	const char *name, *write, *text, *remove;
	const char *says[2];
} refused[] = {
	{ "changed", "0001-first.sql", "CREATE TABLE other (a INT)", NULL,
	    { "0001-first.sql was changed", "new file" } },
	{ "missing", NULL, NULL, "0002-second.sql",
	    { "0002-second.sql was applied on 20", "put the file back" } },
	{ "one in between is missing", NULL, NULL, "0001-first.sql",
	    { "0001-first.sql was applied on 20", "put the file back" } },
	{ "comes too late", "0000-zero.sql", "SELECT 1", NULL,
	    { "0000-zero.sql is new, but", "after 0002-second.sql" } },
	{ "number used twice", "0002-again.sql", "SELECT 1", NULL,
	    { "0002-again.sql and 0002-second.sql", "renumber" } },
	{ "mistake in it", "0003-third.sql",
	    "CREATE TABLE two (a INT); SELEC 1", NULL,
	    { "0003-third.sql: statement 2", "what stands before it" } },
};

static void
test_refused(void **state)
{
	struct fixture *f;

	NEED_DB();
	f = *state;
	for (size_t i = 0; i < nitems(refused); i++) {
		struct migrate_report report;
		struct err err = { 0 };
		struct place p;

		place_new(&p, f);
		file_write(&p, "0001-first.sql", "CREATE TABLE one (a INT)");
		file_write(&p, "0002-second.sql", "INSERT INTO one VALUES (1)");
		(void)run(&p);
		if (refused[i].write != NULL)
			file_write(&p, refused[i].write, refused[i].text);
		if (refused[i].remove != NULL)
			file_remove(&p, refused[i].remove);
		if (migrate_run(p.db, &p.arena, p.dir, NULL, &report, &err) !=
			-1 || strstr(err.msg, refused[i].says[0]) == NULL ||
		    strstr(err.msg, refused[i].says[1]) == NULL)
			fail_msg("%s: %s", refused[i].name, err.msg);
		place_free(&p, f);
	}
}

static void *
run_beside(void *arg)
{
	struct place *p = arg, mine = *p;

	mine.arena = (struct arena){ 0 };
	mine.db = db_new(&p->config);
	(void)run(&mine);
	db_free(mine.db);
	arena_free(&mine.arena);
	return NULL;
}

/* Four at once: each file runs once all the same. */
static void
test_at_once(void **state)
{
	struct fixture *f;
	struct place p;
	pthread_t thread[4];

	NEED_DB();
	f = *state;
	place_new(&p, f);
	file_write(&p, "0001-first.sql", "CREATE TABLE one (a INT);"
	    "DO SLEEP(0.1); INSERT INTO one VALUES (1)");
	for (size_t i = 0; i < nitems(thread); i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, run_beside, &p), 0);
	for (size_t i = 0; i < nitems(thread); i++)
		(void)pthread_join(thread[i], NULL);
	assert_int_equal(fixture_number(p.db, "SELECT COUNT(*) FROM one"), 1);
	place_free(&p, f);
}

/* ---- the real files ---- */

static const char *const programs[] = { "forms", "documents", "status",
	"osci", "handover", "courier", "admin" };

static void
real_schema(struct place *p)
{
	struct migrate_report report;
	struct err err = { 0 };

	OK(migrate_run(p->db, &p->arena, "sql", NULL, &report, &err));
	assert_int_equal(report.pending, 0);
	for (size_t i = 0; i < nitems(programs); i++)
		OK(db_script(p->db, arena_printf(&p->arena,
		    "CREATE OR REPLACE USER '%s_%s'@'localhost'",
		    p->config.database_name, programs[i]), &err));
	OK(migrate_grants(p->db, &p->arena, "sql",
	    arena_printf(&p->arena, "%s_%%p", p->config.database_name), NULL,
	    &err));
}

/* What each account must not be able to do; each of it works for root. */
static const struct {
	const char *program, *sql;
} forbidden[] = {
	{ "forms", "UPDATE event SET kind = 'x'" },
	{ "forms", "DELETE FROM event" },
	{ "forms", "SELECT * FROM message" },
	{ "forms", "UPDATE vorgang SET state = 'x'" },
	{ "forms", "DELETE FROM vorgang" },
	{ "forms", "SELECT payload FROM outbox" },
	{ "forms", "UPDATE access_token SET kind = 1" },
	{ "forms", "SELECT hash FROM blind_index" },
	{ "forms", "UPDATE document SET size = 1" },
	{ "forms", "UPDATE town SET town_key = REPEAT('x', 60)" },
	{ "forms", "UPDATE draft_post SET body = 0" },
	{ "documents", "DELETE FROM draft_access" },
	{ "documents", "INSERT INTO vorgang (id) VALUES (1)" },
	{ "documents", "UPDATE event SET seal_seq = 1" },
	{ "documents", "UPDATE message SET body = NULL" },
	{ "documents", "UPDATE vorgang SET answers = NULL" },
	{ "documents", "UPDATE vorgang SET data_key = NULL" },
	{ "documents", "SELECT payload FROM outbox" },
	{ "status", "DELETE FROM document" },
	{ "status", "UPDATE event SET data = NULL" },
	{ "status", "SELECT answers FROM draft" },
	{ "status", "SELECT wrapped_key FROM draft_access" },
	{ "status", "UPDATE message SET body = NULL" },
	{ "handover", "UPDATE api_client SET token_hash = NULL" },
	{ "handover", "INSERT INTO api_client_scope VALUES (1, 1, 7)" },
	{ "handover", "UPDATE api_client_scope SET rights = 7" },
	{ "handover", "DELETE FROM api_request" },
	{ "handover", "UPDATE handover SET handed_at = 0" },
	{ "handover", "UPDATE event SET kind = 'x'" },
	{ "handover", "UPDATE vorgang SET answers = NULL" },
	{ "handover", "UPDATE vorgang SET data_key = NULL" },
	{ "handover", "UPDATE message SET body = NULL" },
	{ "handover", "SELECT payload FROM outbox" },
	{ "handover", "SELECT secret FROM webhook" },
	{ "handover", "SELECT hash FROM access_token" },
	{ "handover", "SELECT answers FROM draft" },
	{ "status", "SELECT token_hash FROM api_client" },
	{ "courier", "UPDATE webhook SET url = 'x'" },
	{ "courier", "UPDATE event SET hash = ''" },
	{ "courier", "DELETE FROM event" },
	{ "courier", "DELETE FROM vorgang" },
	{ "courier", "UPDATE seal SET root = ''" },
	{ "courier", "DELETE FROM seal" },
	{ "courier", "INSERT INTO town (slug) VALUES ('x')" },
	{ "admin", "UPDATE event SET kind = 'x'" },
	{ "admin", "UPDATE event SET seal_seq = NULL" },
	{ "admin", "DELETE FROM event" },
	{ "admin", "UPDATE service_version SET package = '{}'" },
	{ "admin", "DELETE FROM service_version" },
	{ "admin", "DELETE FROM vorgang" },
	{ "admin", "DELETE FROM deletion_record" },
	{ "admin", "UPDATE deletion_record SET reason = 'x'" },
	{ "admin", "DELETE FROM efile_parcel" },
	{ "admin", "UPDATE schema_migration SET sha256 = ''" },
};

static struct db *
db_as(struct place *p, struct config *config, const char *program)
{
	*config = p->config;
	config->database_user = arena_printf(&p->arena, "%s_%s",
	    p->config.database_name, program);
	return db_new(config);
}

static void
test_forbidden(void **state)
{
	struct fixture *f;
	struct place p;
	struct config config;

	NEED_DB();
	f = *state;
	place_new(&p, f);
	real_schema(&p);
	for (size_t i = 0; i < nitems(forbidden); i++) {
		struct db *db = db_as(&p, &config, forbidden[i].program);
		struct err err = { 0 };

		if (db_script(db, forbidden[i].sql, &err) != -1 ||
		    strstr(err.msg, "denied") == NULL)
			fail_msg("%s: %s: %s", forbidden[i].program,
			    forbidden[i].sql, err.msg);
		db_free(db);
	}
	place_free(&p, f);
}

static void
documents_work(struct fixture *g, struct vorgang *v)
{
	struct document d = { .id = id_uuid7(),
		.submission_id = v->submission_id,
		.field = "photo",
		.name = "a.jpg",
		.media_type = "image/jpeg",
		.created_ms = FIXTURE_NOW };
	struct document got;
	struct draft draft;
	struct data_key key;
	struct err err = { 0 };

	OK(draft_open(g->db, &g->arena, &g->town, &v->submission_id,
	    g->version_id, FIXTURE_NOW, FIXTURE_NOW, &draft, &err));
	v->key = draft.key;
	draft.answers = "{}";
	draft.answers_len = 2;
	OK(draft_save(g->db, &g->arena, &draft, &err));
	OK(document_add_draft(g->db, &g->arena, &draft.key.key, &d, &err));
	OK(document_of_draft(g->db, &g->arena, &g->town, &v->submission_id,
	    &d.id, &got, &key, &err));
	OK(document_delete(g->db, &v->submission_id, &d.id, &err));
	d.id = id_uuid7();
	OK(document_add_draft(g->db, &g->arena, &draft.key.key, &d, &err));
}

static void
forms_work(struct fixture *g, const struct vorgang *v)
{
	struct vorgang got;
	struct draft draft;
	struct err err = { 0 };
	bool found;

	OK(draft_read(g->db, &g->arena, &g->town, &v->submission_id, &draft,
	    &err));
	OK(fixture_submit(g, v, true, &err));
	FAILS(fixture_submit(g, v, true, &err), ERR_DUPLICATE);
	OK(vorgang_by_submission(g->db, &g->arena, &g->town,
	    &v->submission_id, &got, &found, &err));
	assert_true(found);
	OK(rate_hit(g->db, &g->town, "submit", "::1", FIXTURE_NOW, &err));
}

static void
status_work(struct fixture *g, const struct vorgang *v)
{
	const struct event event[] = { { .kind = "message" } };
	const struct outbox_new mail[] = { { "mail", "{}" } };
	const struct message message = { .submission_id = id_random(),
		.body = "?" };
	const struct vorgang_change change = { .now_ms = FIXTURE_NOW,
		.event = event, .nevent = 1, .message = &message,
		.outbox = mail, .noutbox = 1 };
	struct vorgang_whole w;
	struct err err = { 0 };
	int64_t wait_s;

	OK(vorgang_by_reference(g->db, &g->arena, &g->town, v->reference,
	    v->access_code, &w, &err));
	OK(vorgang_change(g->db, &g->arena, &g->town, &v->id, &change, &err));
	OK(rate_check(g->db, &g->arena, &g->town, "lookup", "::1", 5,
	    FIXTURE_NOW, &wait_s, &err));
	OK(rate_hit(g->db, &g->town, "lookup", "::1", FIXTURE_NOW, &err));
}

static void
documents_later_work(struct fixture *g, const struct vorgang *v)
{
	const struct event event[] = { { .kind = "document" } };
	const struct document d = { .id = id_uuid7(),
		.submission_id = id_random(),
		.field = "later",
		.name = "b.jpg",
		.media_type = "image/jpeg",
		.created_ms = FIXTURE_NOW };
	const struct vorgang_change change = { .now_ms = FIXTURE_NOW,
		.event = event, .nevent = 1, .document = &d, .ndocument = 1 };
	struct document got;
	struct data_key key;
	uint8_t token[ID_TOKEN_LEN];
	struct err err = { 0 };

	fixture_token(v, token);
	OK(vorgang_change(g->db, &g->arena, &g->town, &v->id, &change, &err));
	OK(document_of_token(g->db, &g->arena, &g->town, token, &d.id,
	    FIXTURE_NOW, &got, &key, &err));
}

static void
courier_work(struct fixture *g, const struct vorgang *v)
{
	const struct event event[] = { { .kind = "mail-sent" } };
	const struct vorgang_change change = { .now_ms = FIXTURE_NOW,
		.event = event, .nevent = 1 };
	struct outbox_result result = { .outcome = OUTBOX_DELIVERED };
	struct seal seal = { .seq = 1, .at_ms = FIXTURE_NOW };
	struct seal_event *pending;
	struct outbox_job *job;
	struct draft_line *line;
	struct err err = { 0 };
	size_t n;
	bool unknown;

	OK(outbox_claim(g->db, &g->arena, "test", FIXTURE_NOW, 1000, 10, &job,
	    &n, &err));
	assert_int_equal(n, 2);
	result.id = job[0].id;
	OK(outbox_finish(
	    g->db, &g->arena, "test", FIXTURE_NOW, &result, 1, &err));
	OK(vorgang_change(g->db, &g->arena, &g->town, &v->id, &change, &err));
	OK(seal_pending(g->db, &g->arena, 100, &pending, &n, &err));
	seal.events = (uint32_t)n;
	OK(db_begin(g->db, &err));
	OK(seal_insert(g->db, &g->arena, &seal, pending, n, &err));
	OK(db_commit(g->db, &unknown, &err));
	OK(draft_expired(
	    g->db, &g->arena, FIXTURE_NOW + 1, 10, &line, &n, &err));
	OK(draft_delete(g->db, &v->submission_id, &err));
	OK(rate_sweep(g->db, FIXTURE_NOW, NULL, &err));
}

static void
admin_work(struct fixture *g, const struct vorgang *v)
{
	const struct event event[] = { { .kind = "state" } };
	const struct vorgang_change change = { .now_ms = FIXTURE_NOW,
		.state = "assessed", .event = event, .nevent = 1 };
	struct vorgang_line *line;
	struct err err = { 0 };
	int64_t count;
	size_t n;

	OK(vorgang_list(
	    g->db, &g->arena, false, NULL, 10, &line, &n, &err));
	assert_int_equal(n, 1);
	OK(vorgang_change(g->db, &g->arena, &g->town, &v->id, &change, &err));
	OK(outbox_requeue(g->db, NULL, FIXTURE_NOW, &count, &err));
}

static void
enter(struct place *p, struct fixture *g, struct config *config,
    const char *program)
{
	db_free(g->db);
	g->db = db_as(p, config, program);
	db_enter_town(g->db, g->town.id);
}

/* The stores' work, each by the account of the program that does it. */
static void
test_allowed(void **state)
{
	struct fixture *f, g = { 0 };
	struct place p;
	struct config config;
	struct vorgang v;

	NEED_DB();
	f = *state;
	place_new(&p, f);
	real_schema(&p);
	g.config = p.config;
	g.db = db_as(&p, &config, "admin");
	fixture_town(&g);
	v = fixture_vorgang(&g, "{}");
	enter(&p, &g, &config, "documents");
	documents_work(&g, &v);
	enter(&p, &g, &config, "forms");
	forms_work(&g, &v);
	enter(&p, &g, &config, "status");
	status_work(&g, &v);
	enter(&p, &g, &config, "documents");
	documents_later_work(&g, &v);
	enter(&p, &g, &config, "courier");
	courier_work(&g, &v);
	enter(&p, &g, &config, "admin");
	admin_work(&g, &v);
	db_free(g.db);
	arena_free(&g.arena);
	place_free(&p, f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_allowed),
	};

	log_open("test", LOG_WARN);
	return cmocka_run_group_tests(
	    tests, fixture_setup, fixture_teardown);
}
