#include "db_fixture.h"
#include "db_proxy.h"

static const char create_sql[] =
    "CREATE OR REPLACE TABLE test_value (id BIGINT NOT NULL,"
    " text VARCHAR(100) CHARACTER SET utf8mb4 NULL, bytes MEDIUMBLOB NULL,"
    " number BIGINT NULL, at DATETIME(3) NULL, day DATE NULL,"
    " small TINYINT UNSIGNED NULL, PRIMARY KEY (id),"
    " UNIQUE KEY test_value_text (text))";
static const char insert_sql[] =
    "INSERT INTO test_value (id, text, bytes, number, at, day, small)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char select_sql[] =
    "SELECT text, bytes, number, at, day, small FROM test_value WHERE id = ?";
static const char count_sql[] = "SELECT COUNT(*) FROM test_value";

static void
table_new(struct db *db)
{
	struct err err = { 0 };

	OK(db_script(db, create_sql, &err));
}

static int
insert(struct db *db, int64_t id, const char *text, struct err *err)
{
	const struct db_param p[] = { db_int(id), db_text(text), db_null(),
		db_null(), db_null(), db_null(), db_null() };

	return db_exec(db, insert_sql, p, nitems(p), NULL, err);
}

/* ---- values ---- */

static const struct {
	const char *name, *text;
	int64_t number, at_ms;
	int32_t day;
} values[] = {
	{ "plain", "abc", 1, 1700000000123, 19675 },
	{ "empty text", "", 0, 0, 0 },
	{ "four-byte characters", "M\xc3\xbcller \xf0\x9f\x90\x95 \xe1\xba\x9e",
	    -1, 951782400000, 11016 }, /* 29 February 2000 */
	{ "before the epoch", "x'); DROP TABLE town; --", INT64_MIN, -1, -1 },
	{ "far ahead", "\\ ' \" %", INT64_MAX, 253402300799999, 2932896 },
	{ "long ago", "1", 42, -11676096000000, -135140 }, /* 1600-01-01 */
};

static void
test_values(void **state)
{
	struct fixture *f;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	table_new(f->db);
	for (size_t i = 0; i < nitems(values); i++) {
		const struct db_param key = db_int((int64_t)i);
		const struct db_param p[] = { key, db_text(values[i].text),
			db_blob(values[i].name, strlen(values[i].name) + 1),
			db_int(values[i].number), db_time(values[i].at_ms),
			db_date(values[i].day), db_int(255) };
		const struct db_cell *c;
		struct db_rows rows;

		OK(db_exec(f->db, insert_sql, p, nitems(p), NULL, &err));
		OK(db_query(f->db, &f->arena, select_sql, &key, 1, 1, &rows,
		    &err));
		assert_int_equal(rows.n, 1);
		c = db_cell(&rows, 0, 0);
		assert_string_equal(c[0].data, values[i].text);
		assert_int_equal(c[1].len, strlen(values[i].name) + 1);
		assert_string_equal(c[1].data, values[i].name);
		if (c[2].i != values[i].number || c[3].i != values[i].at_ms ||
		    c[4].i != values[i].day || c[5].i != 255)
			fail_msg("%s: %lld %lld %lld %lld", values[i].name,
			    (long long)c[2].i, (long long)c[3].i,
			    (long long)c[4].i, (long long)c[5].i);
	}
}

static void
test_null(void **state)
{
	struct fixture *f;
	const struct db_param key = db_int(100);
	struct db_rows rows;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(insert(f->db, 100, NULL, &err));
	OK(db_query(f->db, &f->arena, select_sql, &key, 1, 1, &rows, &err));
	for (size_t i = 0; i < rows.columns; i++) {
		assert_true(db_cell(&rows, 0, i)->is_null);
		assert_null(db_cell(&rows, 0, i)->data);
		assert_int_equal(db_cell(&rows, 0, i)->i, 0);
	}
}

static void
test_large_blob(void **state)
{
	struct fixture *f;
	const size_t len = 3 << 20;
	const struct db_param key = db_int(1);
	struct db_rows rows;
	struct err err = { 0 };
	char *blob;

	NEED_DB();
	f = *state;
	table_new(f->db);
	blob = arena_alloc(&f->arena, len, 1);
	crypto_random(blob, len);
	{
		const struct db_param p[] = { key, db_null(),
			db_blob(blob, len), db_null(), db_null(), db_null(),
			db_null() };

		OK(db_exec(f->db, insert_sql, p, nitems(p), NULL, &err));
	}
	OK(db_query(f->db, &f->arena, select_sql, &key, 1, 1, &rows, &err));
	assert_int_equal(db_cell(&rows, 0, 1)->len, len);
	assert_memory_equal(db_cell(&rows, 0, 1)->data, blob, len);
}

static void
test_session(void **state)
{
	struct fixture *f;
	struct db_rows rows;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	OK(db_query(f->db, &f->arena,
	    "SELECT @@time_zone, @@tx_isolation, @@character_set_client,"
	    " @@sql_mode LIKE '%STRICT_ALL_TABLES%NO_ZERO_DATE%',"
	    " @@autocommit", NULL, 0, 1, &rows, &err));
	assert_string_equal(db_cell(&rows, 0, 0)->data, "+00:00");
	assert_string_equal(db_cell(&rows, 0, 1)->data, "READ-COMMITTED");
	assert_string_equal(db_cell(&rows, 0, 2)->data, "utf8mb4");
	assert_int_equal(db_cell(&rows, 0, 3)->i, 1);
	assert_int_equal(db_cell(&rows, 0, 4)->i, 1);
}

static int64_t
prepared(struct db *db)
{
	return fixture_number(db,
	    "SELECT CAST(VARIABLE_VALUE AS INTEGER)"
	    " FROM information_schema.SESSION_STATUS"
	    " WHERE VARIABLE_NAME = 'COM_STMT_PREPARE'");
}

static void
test_statements_are_kept(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	int64_t before;

	NEED_DB();
	f = *state;
	table_new(f->db);
	(void)prepared(f->db);
	before = prepared(f->db);
	for (int i = 0; i < 20; i++)
		OK(insert(f->db, i, NULL, &err));
	assert_in_range(prepared(f->db) - before, 0, 1);
}

static void
test_too_many_rows(void **state)
{
	struct fixture *f;
	struct db_rows rows;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	FAILS(db_query(f->db, &f->arena, "SELECT seq FROM seq_1_to_5000", NULL,
	    0, 10, &rows, &err), ERR_TOO_LARGE);
	assert_int_equal(fixture_number(f->db, "SELECT 7"), 7);
	OK(db_query(f->db, &f->arena, "SELECT seq, seq * 2 FROM seq_1_to_500",
	    NULL, 0, 500, &rows, &err));
	for (size_t i = 0; i < 500; i++)
		assert_int_equal(db_cell(&rows, i, 1)->i, 2 * (i + 1));
}

/* ---- what fails ---- */

static void
test_errors(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	char longer[102];

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(insert(f->db, 1, "Erika", &err));
	assert_int_equal(insert(f->db, 2, "Erika", &err), -1);
	assert_int_equal(err.code, ERR_DUPLICATE);
	assert_string_equal(err.field, "test_value_text");
	assert_null(strstr(err.msg, "Erika"));
	assert_non_null(strstr(err.msg, "test_value_text"));
	FAILS(insert(f->db, 1, "Max", &err), ERR_DUPLICATE);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	FAILS(insert(f->db, 3, longer, &err), ERR_DB);
	assert_int_equal(insert(f->db, 3, "geheim\xff", &err), -1);
	assert_int_equal(err.code, ERR_DB);
	assert_null(strstr(err.msg, "geheim"));
	err_clear(&err);
	FAILS(db_exec(f->db, "INSERT INTO no_such_table VALUES (1)", NULL, 0,
	    NULL, &err), ERR_DB);
	FAILS(db_exec(f->db, "INSERT INTO test_value (id, day)"
	    " VALUES (9, '2023-02-29')", NULL, 0, NULL, &err), ERR_DB);
	assert_int_equal(fixture_number(f->db, count_sql), 1);
}

/* An error behind the columns' names, where rows would be. */
static void
test_returning(void **state)
{
	static const char returning_sql[] =
	    "INSERT INTO test_value (id, number) VALUES (?, 5)"
	    " RETURNING id * number, text";
	struct fixture *f;
	const struct db_param p[] = { db_int(3) };
	struct db_rows rows;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(db_query(f->db, &f->arena, returning_sql, p, 1, 1, &rows, &err));
	assert_int_equal(db_cell(&rows, 0, 0)->i, 15);
	assert_true(db_cell(&rows, 0, 1)->is_null);
	FAILS(db_query(f->db, &f->arena, returning_sql, p, 1, 1, &rows, &err),
	    ERR_DUPLICATE);
	FAILS(db_query(f->db, &f->arena,
	    "SELECT (SELECT seq FROM seq_1_to_2 WHERE seq >= a.seq)"
	    " FROM seq_1_to_5 a ORDER BY a.seq DESC", NULL, 0, 9, &rows,
	    &err), ERR_DB);
	assert_int_equal(fixture_number(f->db, count_sql), 1);
}

static void
test_affected(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	int64_t n;

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(insert(f->db, 1, NULL, &err));
	OK(db_exec(f->db, "UPDATE test_value SET id = id", NULL, 0, &n, &err));
	assert_int_equal(n, 1); /* found, though not changed */
	OK(db_exec(f->db, "DELETE FROM test_value WHERE id = 5", NULL, 0, &n,
	    &err));
	assert_int_equal(n, 0);
}

static void
test_no_database(void **state)
{
	struct config config = fixture_config("/nonexistent/db.sock");
	struct db *db = db_new(&config);
	struct err err = { 0 };

	(void)state;
	FAILS(db_begin(db, &err), ERR_DB_UNAVAILABLE);
	FAILS(db_exec(db, "SELECT 1", NULL, 0, NULL, &err),
	    ERR_DB_UNAVAILABLE);
	db_rollback(db);
	db_free(db);
	config.database_password_file = "/nonexistent/password";
	db = db_new(&config);
	FAILS(db_begin(db, &err), ERR_CONFIG);
	db_free(db);
}

/* ---- many rows ---- */

#define BULK 2500

static void
bulk_params(struct db_param *p, size_t count)
{
	for (size_t i = 0; i < count; i++, p += 7) {
		bool is_odd = i % 2 == 1;

		p[0] = db_int((int64_t)i);
		p[1] = db_null();
		p[2] = is_odd ? db_blob("odd", 3) : db_null();
		p[3] = is_odd ? db_null() : db_int((int64_t)i * -3);
		p[4] = db_time((int64_t)i * 1001);
		p[5] = is_odd ? db_date((int32_t)i) : db_null();
		p[6] = db_null();
	}
}

static void
test_bulk(void **state)
{
	struct fixture *f;
	struct db_rows rows;
	struct err err = { 0 };
	struct db_param *p;
	bool unknown;

	NEED_DB();
	f = *state;
	table_new(f->db);
	p = arena_new(&f->arena, struct db_param, BULK * 7);
	bulk_params(p, BULK);
	OK(db_begin(f->db, &err));
	OK(db_bulk(f->db, insert_sql, p, 7, BULK, &err));
	OK(db_commit(f->db, &unknown, &err));
	OK(db_query(f->db, &f->arena,
	    "SELECT text, bytes, number, at, day FROM test_value ORDER BY id",
	    NULL, 0, BULK, &rows, &err));
	assert_int_equal(rows.n, BULK);
	for (size_t i = 0; i < BULK; i++) {
		const struct db_cell *c = db_cell(&rows, i, 0);
		bool is_odd = i % 2 == 1;

		assert_true(c[0].is_null);
		assert_true(c[1].is_null != is_odd);
		assert_true(c[2].is_null == is_odd);
		assert_int_equal(c[3].i, i * 1001);
		assert_int_equal(c[4].i, is_odd ? i : 0);
		if (!is_odd)
			assert_int_equal(c[2].i, (int64_t)i * -3);
	}
}

static void
test_bulk_is_one_round_trip(void **state)
{
	static const char executed_sql[] =
	    "SELECT CAST(VARIABLE_VALUE AS INTEGER)"
	    " FROM information_schema.SESSION_STATUS"
	    " WHERE VARIABLE_NAME = 'COM_STMT_EXECUTE'";
	struct fixture *f;
	struct err err = { 0 };
	struct db_param p[7 * 100];
	int64_t before;

	NEED_DB();
	f = *state;
	table_new(f->db);
	bulk_params(p, 100);
	before = fixture_number(f->db, executed_sql);
	OK(db_bulk(f->db, insert_sql, p, 7, 100, &err));
	/* With the question itself, and however often a bulk counts. */
	assert_in_range(
	    fixture_number(f->db, executed_sql) - before, 2, 4);
	assert_int_equal(fixture_number(f->db, count_sql), 100);
}

static void
test_bulk_duplicate(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	struct db_param p[7 * 10];

	NEED_DB();
	f = *state;
	table_new(f->db);
	bulk_params(p, 10);
	p[7 * 9] = p[0];
	OK(db_begin(f->db, &err));
	assert_int_equal(db_bulk(f->db, insert_sql, p, 7, 10, &err), -1);
	assert_int_equal(err.code, ERR_DUPLICATE);
	assert_string_equal(err.field, "PRIMARY");
	err_clear(&err);
	db_rollback(f->db);
	assert_int_equal(fixture_number(f->db, count_sql), 0);
	/* The same statement serves single rows and bulks in turn. */
	OK(insert(f->db, 77, "single", &err));
	OK(db_bulk(f->db, insert_sql, p, 7, 9, &err));
	assert_int_equal(fixture_number(f->db, count_sql), 10);
}

static void
test_bulk_update(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	struct db_param p[7 * 10], u[2 * 10];

	NEED_DB();
	f = *state;
	table_new(f->db);
	bulk_params(p, 10);
	OK(db_bulk(f->db, insert_sql, p, 7, 10, &err));
	for (size_t i = 0; i < 10; i++) {
		u[i * 2] = db_int((int64_t)i * 10);
		u[i * 2 + 1] = db_int((int64_t)i);
	}
	OK(db_bulk(f->db, "UPDATE test_value SET number = ? WHERE id = ?", u,
	    2, 10, &err));
	assert_int_equal(fixture_number(f->db,
	    "SELECT SUM(number) FROM test_value"), 450);
}

/* ---- lost connections ---- */

static void
kill_connection(struct fixture *f, struct db *victim)
{
	struct db *killer = db_new(&f->config);
	int64_t id = fixture_number(victim, "SELECT CONNECTION_ID()");
	struct err err = { 0 };

	OK(db_script(killer,
	    arena_printf(&f->arena, "KILL CONNECTION %lld", (long long)id),
	    &err));
	db_free(killer);
	(void)usleep(50000);
}

static void
test_reconnect(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	bool unknown;

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(insert(f->db, 1, NULL, &err));
	kill_connection(f, f->db);
	OK(insert(f->db, 2, NULL, &err));
	kill_connection(f, f->db);
	assert_int_equal(fixture_number(f->db, count_sql), 2);
	kill_connection(f, f->db);
	OK(db_begin(f->db, &err));
	OK(insert(f->db, 3, NULL, &err));
	OK(db_commit(f->db, &unknown, &err));
	assert_int_equal(fixture_number(f->db, count_sql), 3);
	assert_int_equal(db_town_id(f->db), f->town.id);
	assert_true(db_reconnects(f->db) >= 3);
}

static void
test_lost_in_transaction(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	bool unknown;

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(db_begin(f->db, &err));
	OK(insert(f->db, 1, NULL, &err));
	kill_connection(f, f->db);
	FAILS(insert(f->db, 2, NULL, &err), ERR_DB_UNAVAILABLE);
	FAILS(insert(f->db, 3, NULL, &err), ERR_DB_UNAVAILABLE);
	FAILS(db_commit(f->db, &unknown, &err), ERR_DB_UNAVAILABLE);
	assert_false(unknown); /* COMMIT was never said */
	assert_int_equal(fixture_number(f->db, count_sql), 0);
	OK(db_begin(f->db, &err));
	OK(insert(f->db, 4, NULL, &err));
	OK(db_commit(f->db, &unknown, &err));
	assert_int_equal(fixture_number(f->db, count_sql), 1);
}

static void
test_commit_unknown(void **state)
{
	static const struct {
		enum proxy_cut cut;
		int64_t rows;
	} cases[] = { { PROXY_BEFORE, 0 }, { PROXY_AFTER, 1 } };
	struct fixture *f;
	struct proxy proxy;
	struct config config;
	struct err err = { 0 };
	struct db *db;
	bool unknown;

	NEED_DB();
	f = *state;
	proxy_start(&proxy, f->config.database_socket, 0);
	config = fixture_config(proxy.path);
	db = db_new(&config);
	for (size_t i = 0; i < nitems(cases); i++) {
		table_new(f->db);
		OK(db_begin(db, &err));
		OK(insert(db, 1, NULL, &err));
		atomic_store(&proxy.next, (int)cases[i].cut);
		FAILS(db_commit(db, &unknown, &err), ERR_DB_UNAVAILABLE);
		assert_true(unknown);
		(void)usleep(50000);
		assert_int_equal(
		    fixture_number(db, count_sql), cases[i].rows);
	}
	db_free(db);
	proxy_stop(&proxy);
}

static void *
second_party(void *arg)
{
	struct fixture *f = arg;
	struct db *db = db_new(&f->config);
	struct err err = { 0 };
	bool unknown;

	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(db_exec(db,
	    "UPDATE test_value SET number = 2 WHERE id = 2", NULL, 0, NULL,
	    &err), 0);
	(void)usleep(200000);
	/* Waits for the first party, which then waits for this one. */
	if (db_exec(db, "UPDATE test_value SET number = 2 WHERE id = 1", NULL,
	    0, NULL, &err) == 0)
		assert_int_equal(db_commit(db, &unknown, &err), 0);
	else
		db_rollback(db);
	db_free(db);
	return err.code == ERR_DB_BUSY ? f : NULL;
}

static void
test_deadlock(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	pthread_t thread;
	void *other;
	int rc;

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(insert(f->db, 1, NULL, &err));
	OK(insert(f->db, 2, NULL, &err));
	OK(db_begin(f->db, &err));
	OK(db_exec(f->db, "UPDATE test_value SET number = 1 WHERE id = 1",
	    NULL, 0, NULL, &err));
	assert_int_equal(
	    pthread_create(&thread, NULL, second_party, f), 0);
	(void)usleep(100000);
	rc = db_exec(f->db, "UPDATE test_value SET number = 1 WHERE id = 2",
	    NULL, 0, NULL, &err);
	db_rollback(f->db);
	(void)pthread_join(thread, &other);
	/* One of the two was the victim, and was told so. */
	assert_true((rc == -1 && err.code == ERR_DB_BUSY) != (other != NULL));
}

static void
test_snapshot(void **state)
{
	static const char count[] = "SELECT COUNT(*) FROM test_value";
	struct fixture *f;
	struct err err = { 0 };
	struct db *other;
	bool unknown;

	NEED_DB();
	f = *state;
	table_new(f->db);
	OK(insert(f->db, 1, NULL, &err));
	other = db_new(&f->config);
	OK(db_begin_snapshot(f->db, &err));
	OK(insert(other, 2, NULL, &err));
	assert_int_equal(fixture_number(f->db, count), 1);
	FAILS(insert(f->db, 3, NULL, &err), ERR_DB);
	OK(db_commit(f->db, &unknown, &err));
	assert_int_equal(fixture_number(f->db, count), 2);
	/* The session is as before. */
	OK(db_begin(f->db, &err));
	assert_int_equal(fixture_number(f->db, count), 2);
	OK(insert(other, 3, NULL, &err));
	assert_int_equal(fixture_number(f->db, count), 3);
	OK(db_commit(f->db, &unknown, &err));
	db_free(other);
}

/* ---- scripts ---- */

static const struct {
	const char *name, *text, *says;
} scripts[] = {
	{ "two statements", "SELECT 1; SELECT 2", NULL },
	{ "ends with a comment", "SELECT 1;\n-- the end\n", NULL },
	{ "semicolon in a string", "SELECT ';'; SELECT 2;", NULL },
	{ "mistake in the second", "SELECT 1; SELEC 2; SELECT 3",
	    "statement 2" },
	{ "mistake in the first", "nonsense", "statement 1" },
};

static void
test_scripts(void **state)
{
	struct fixture *f;

	NEED_DB();
	f = *state;
	for (size_t i = 0; i < nitems(scripts); i++) {
		struct err err = { 0 };
		int rc = db_script(f->db, scripts[i].text, &err);

		if ((rc == 0) != (scripts[i].says == NULL) ||
		    (rc == -1 && strstr(err.msg, scripts[i].says) == NULL))
			fail_msg("%s: %s", scripts[i].name, err.msg);
		assert_int_equal(fixture_number(f->db, "SELECT 3"), 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_large_blob),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_statements_are_kept),
		cmocka_unit_test(test_too_many_rows),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_returning),
		cmocka_unit_test(test_affected),
		cmocka_unit_test(test_no_database),
		cmocka_unit_test(test_bulk),
		cmocka_unit_test(test_bulk_is_one_round_trip),
		cmocka_unit_test(test_bulk_duplicate),
		cmocka_unit_test(test_bulk_update),
		cmocka_unit_test(test_reconnect),
		cmocka_unit_test(test_lost_in_transaction),
		cmocka_unit_test(test_commit_unknown),
		cmocka_unit_test(test_deadlock),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_scripts),
	};

	return cmocka_run_group_tests(
	    tests, fixture_setup, fixture_teardown);
}
