#include <pthread.h>

#include "common/db/commit_group.h"
#include "db_fixture.h"
#include "db_proxy.h"

#define THREADS 32
#define UNITS 50 /* a thread */
#define CHILDREN 2

static const char create_sql[] =
    "SET foreign_key_checks = 0;"
    "CREATE OR REPLACE TABLE test_unit (id BIGINT NOT NULL,"
    " name VARCHAR(20) NOT NULL, PRIMARY KEY (id),"
    " UNIQUE KEY test_unit_name (name));"
    "CREATE OR REPLACE TABLE test_child (unit_id BIGINT NOT NULL,"
    " n INT NOT NULL, PRIMARY KEY (unit_id, n),"
    " FOREIGN KEY (unit_id) REFERENCES test_unit (id));"
    "SET foreign_key_checks = 1";

/* What becomes of a unit, by its number. */
enum kind { KIND_GOOD, KIND_TOO_LONG, KIND_TWIN };

static enum kind
kind_of(int64_t id)
{
	if (id % 37 == 5)
		return KIND_TOO_LONG;
	return id % 23 == 7 ? KIND_TWIN : KIND_GOOD;
}

struct worker {
	pthread_t thread;
	struct commit_group *group;
	const struct config *config;
	int64_t first, n;
	enum err_code code[UNITS];
};

static enum err_code
run_unit(struct worker *w, struct db *db, int64_t id)
{
	struct db_param parent[2], child[2 * CHILDREN], self;
	struct commit_unit u = { 0 };
	struct err err = { 0 };
	char name[40];
	int rc;

	/* Twins share a name with the next thread's: one of them wins. */
	if (kind_of(id) == KIND_TWIN)
		(void)snprintf(name, sizeof(name), "twin %lld",
		    (long long)(id / 23 / 2));
	else
		(void)snprintf(name, sizeof(name), "unit %lld%s",
		    (long long)id, kind_of(id) == KIND_TOO_LONG ?
			" is longer than its column" : "");
	parent[0] = self = db_int(id);
	parent[1] = db_text(name);
	for (int i = 0; i < CHILDREN; i++) {
		child[i * 2] = db_int(id);
		child[i * 2 + 1] = db_int(i);
	}
	commit_unit_add(&u, "INSERT INTO test_unit (id, name) VALUES (?, ?)",
	    parent, 2);
	commit_unit_add_rows(&u,
	    "INSERT INTO test_child (unit_id, n) VALUES (?, ?)", child, 2,
	    CHILDREN);
	u.exists = (struct commit_row){ "SELECT 1 FROM test_unit WHERE id = ?",
		&self, 1, 1 };
	rc = commit_group_run(w->group, db, &u, &err);
	assert_true((rc == 0) == (err.code == ERR_NONE));
	return err.code;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct db *db = db_new(w->config);

	for (int64_t i = 0; i < w->n; i++)
		w->code[i] = run_unit(w, db, w->first + i);
	db_free(db);
	return NULL;
}

static void
run_all(struct worker *w, size_t n, struct commit_group *g,
    const struct config *config)
{
	for (size_t i = 0; i < n; i++) {
		w[i] = (struct worker){ .group = g,
			.config = config,
			.first = (int64_t)i * UNITS,
			.n = UNITS };
		assert_int_equal(
		    pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(w[i].thread, NULL);
}

static bool
is_there(struct db *db, struct arena *a, int64_t id)
{
	const struct db_param p[] = { db_int(id) };
	struct db_rows rows;
	struct err err = { 0 };
	int64_t children;

	OK(db_query(db, a,
	    "SELECT (SELECT COUNT(*) FROM test_unit WHERE id = ?)", p, 1, 1,
	    &rows, &err));
	if (db_cell(&rows, 0, 0)->i == 0)
		return false;
	OK(db_query(db, a, "SELECT COUNT(*) FROM test_child WHERE unit_id = ?",
	    p, 1, 1, &rows, &err));
	children = db_cell(&rows, 0, 0)->i;
	if (children != CHILDREN)
		fail_msg("unit %lld has %lld children", (long long)id,
		    (long long)children);
	return true;
}

/* Every unit told "done" is there, whole; every other is not. */
static void
check_all(struct fixture *f, const struct worker *w, size_t n)
{
	static const enum err_code want[] = { ERR_NONE, ERR_DB,
		ERR_DUPLICATE };
	int64_t done = 0, twins_lost = 0, twins = 0;

	for (size_t i = 0; i < n; i++) {
		for (int64_t k = 0; k < w[i].n; k++) {
			int64_t id = w[i].first + k;
			enum err_code code = w[i].code[k];
			enum kind kind = kind_of(id);

			if (code != want[kind] &&
			    !(kind == KIND_TWIN && code == ERR_NONE))
				fail_msg("unit %lld: %s", (long long)id,
				    err_wire(code));
			if (is_there(f->db, &f->arena, id) !=
			    (code == ERR_NONE))
				fail_msg("unit %lld was told %s",
				    (long long)id, err_wire(code));
			done += code == ERR_NONE;
			twins += kind == KIND_TWIN;
			twins_lost += code == ERR_DUPLICATE;
		}
	}
	assert_int_equal(fixture_number(f->db,
	    "SELECT COUNT(*) FROM test_unit"), done);
	assert_int_equal(fixture_number(f->db,
	    "SELECT COUNT(*) FROM test_child"), done * CHILDREN);
	assert_in_range(twins_lost, n == 1 ? 0 : 1, twins / 2);
}

static void
tables_new(struct fixture *f)
{
	struct err err = { 0 };

	OK(db_script(f->db, create_sql, &err));
}

static void
test_alone(void **state)
{
	struct fixture *f;
	struct commit_group *g;
	struct worker w[1];
	uint64_t transactions, units;

	NEED_DB();
	f = *state;
	tables_new(f);
	g = commit_group_new(2, 16);
	run_all(w, 1, g, &f->config);
	check_all(f, w, 1);
	commit_group_count(g, &transactions, &units);
	assert_int_equal(transactions, units); /* nobody waits for company */
	commit_group_free(g);
}

static const struct {
	size_t leaders, batch;
} shapes[] = { { 1, 1 }, { 1, 128 }, { 2, 16 }, { 8, 4 } };

static void
test_together(void **state)
{
	struct fixture *f;
	struct worker w[THREADS];

	NEED_DB();
	f = *state;
	for (size_t i = 0; i < nitems(shapes); i++) {
		struct commit_group *g =
		    commit_group_new(shapes[i].leaders, shapes[i].batch);
		uint64_t transactions, units;

		tables_new(f);
		run_all(w, THREADS, g, &f->config);
		check_all(f, w, THREADS);
		commit_group_count(g, &transactions, &units);
		print_message("%zu leaders, batch %zu: %llu transactions, "
		    "%llu units\n", shapes[i].leaders, shapes[i].batch,
		    (unsigned long long)transactions,
		    (unsigned long long)units);
		assert_int_equal(units, fixture_number(f->db,
		    "SELECT COUNT(*) FROM test_unit"));
		if (shapes[i].batch == 128)
			assert_true(transactions < units);
		commit_group_free(g);
	}
}

/* The connection breaks at every seventh COMMIT, half of them carried out. */
static void
test_broken_commits(void **state)
{
	struct fixture *f;
	struct worker w[THREADS];
	struct config config;
	struct proxy proxy;
	struct commit_group *g;

	NEED_DB();
	f = *state;
	tables_new(f);
	proxy_start(&proxy, f->config.database_socket, 7);
	config = fixture_config(proxy.path);
	g = commit_group_new(2, 16);
	run_all(w, THREADS, g, &config);
	check_all(f, w, THREADS);
	print_message("%u commits, cut %u before, %u after\n",
	    atomic_load(&proxy.commits), atomic_load(&proxy.cuts_before),
	    atomic_load(&proxy.cuts_after));
	assert_true(atomic_load(&proxy.cuts_before) > 0);
	assert_true(atomic_load(&proxy.cuts_after) > 0);
	commit_group_free(g);
	proxy_stop(&proxy);
}

static void
test_no_database(void **state)
{
	const struct config config = fixture_config("/nonexistent/db.sock");
	struct commit_group *g = commit_group_new(2, 4);
	struct worker w[THREADS];

	(void)state;
	run_all(w, THREADS, g, &config);
	for (size_t i = 0; i < THREADS; i++)
		for (int64_t k = 0; k < w[i].n; k++)
			assert_int_equal(w[i].code[k], ERR_DB_UNAVAILABLE);
	commit_group_free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_broken_commits),
		cmocka_unit_test(test_no_database),
	};

	log_open("test", LOG_WARN);
	return cmocka_run_group_tests(
	    tests, fixture_setup, fixture_teardown);
}
