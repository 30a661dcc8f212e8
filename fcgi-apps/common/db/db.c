#include "common/db/db_conn.h"

#include <assert.h>

/* ---- statements and rows ---- */

static bool
is_read(const char *sql)
{
	return strncmp(sql, "SELECT", 6) == 0 ||
	    strncmp(sql, "EXPLAIN", 7) == 0;
}

/*
 * Whether a failed statement may run again on a new connection: nothing else
 * hangs on it, and it did not run or only reads. A connection that could not
 * be made at all is not worth a second try.
 */
static bool
may_repeat(const struct db *db, const char *sql)
{
	return !db->is_open && db->mysql != NULL && db->is_lost &&
	    (!db->is_sent || is_read(sql));
}

int
db_exec(struct db *db, const char *sql, const struct db_param *param,
    size_t n, int64_t *affected, struct err *err)
{
	struct stmt *s;
	int rc = stmt_run(db, sql, param, n, &s, err);

	if (rc == -1 && may_repeat(db, sql)) {
		err_clear(err);
		rc = stmt_run(db, sql, param, n, &s, err);
	}
	if (rc == -1)
		return -1;
	assert(s->columns == 0);
	if (affected != NULL)
		*affected = (int64_t)mysql_stmt_affected_rows(s->handle);
	return 0;
}

/* Text and blobs of the current row, in one piece of memory. */
static int
row_texts(struct db *db, struct stmt *s, struct arena *a,
    struct db_cell *cell, struct err *err)
{
	size_t need = 0;
	char *at;

	for (unsigned i = 0; i < s->columns; i++)
		if (s->result[i].buffer_type == MYSQL_TYPE_BLOB &&
		    !s->column[i].is_null)
			need += s->column[i].len + 1;
	if (need == 0)
		return 0;
	at = arena_alloc(a, need, 1);
	for (unsigned i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];
		MYSQL_BIND b = { .buffer_type = MYSQL_TYPE_BLOB,
			.buffer = at,
			.buffer_length = c->len };

		if (s->result[i].buffer_type != MYSQL_TYPE_BLOB || c->is_null)
			continue;
		if (c->len > 0 &&
		    mysql_stmt_fetch_column(s->handle, &b, i, 0) != 0)
			return conn_fail_stmt(db, s, err);
		cell[i].data = at;
		cell[i].len = c->len;
		at += c->len + 1;
	}
	return 0;
}

static int
row_read(struct db *db, struct stmt *s, struct arena *a,
    struct db_cell *cell, struct err *err)
{
	for (unsigned i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];

		cell[i].is_null = c->is_null;
		if (c->is_null)
			continue;
		switch (s->result[i].buffer_type) {
		case MYSQL_TYPE_LONGLONG:
			cell[i].i = c->value.i;
			break;
		case MYSQL_TYPE_DATETIME:
			cell[i].i = bind_time_read(&c->value.time);
			break;
		case MYSQL_TYPE_DATE:
			cell[i].i =
			    bind_time_read(&c->value.time) / INT64_C(86400000);
			break;
		default:
			break;
		}
	}
	return row_texts(db, s, a, cell, err);
}

static void
rows_grow(struct arena *a, struct db_rows *rows, size_t *room)
{
	struct db_cell *more;

	if (rows->n < *room)
		return;
	*room = *room == 0 ? 4 : *room * 4;
	more = arena_new(a, struct db_cell, *room * rows->columns);
	if (rows->n > 0)
		memcpy(more, rows->cell,
		    rows->n * rows->columns * sizeof(*more));
	rows->cell = more;
}

/* Reads the rows as they come in; nothing of them is kept in the client. */
static int
rows_read(struct db *db, struct stmt *s, struct arena *a, size_t max,
    struct db_rows *rows, struct err *err)
{
	size_t room = 0;
	int rc;

	*rows = (struct db_rows){ .columns = s->columns };
	while ((rc = mysql_stmt_fetch(s->handle)) == 0 ||
	    rc == MYSQL_DATA_TRUNCATED) {
		if (rows->n == max) {
			(void)err_set(err, ERR_TOO_LARGE,
			    "database: more than %zu rows", max);
			break;
		}
		rows_grow(a, rows, &room);
		if (row_read(db, s, a, &rows->cell[rows->n * s->columns],
			err) == -1)
			break;
		rows->n++;
	}
	if (rc == 1)
		(void)conn_fail_stmt(db, s, err);
	(void)mysql_stmt_free_result(s->handle); /* drains; next use tells */
	return rc == MYSQL_NO_DATA ? 0 : -1;
}

static int
query(struct db *db, struct arena *a, const char *sql,
    const struct db_param *param, size_t n, size_t max, struct db_rows *rows,
    struct err *err)
{
	struct stmt *s;

	if (stmt_run(db, sql, param, n, &s, err) == -1)
		return -1;
	/* INSERT ... RETURNING names its columns when it has run. */
	if (s->columns == 0 && stmt_bind_result(db, s, err) == -1)
		return -1;
	assert(s->columns > 0);
	return rows_read(db, s, a, max, rows, err);
}

int
db_query(struct db *db, struct arena *a, const char *sql,
    const struct db_param *param, size_t n, size_t max, struct db_rows *rows,
    struct err *err)
{
	if (query(db, a, sql, param, n, max, rows, err) == 0)
		return 0;
	if (!may_repeat(db, sql))
		return -1;
	err_clear(err);
	return query(db, a, sql, param, n, max, rows, err);
}

/* ---- transactions and scripts ---- */

static int
plain(struct db *db, const char *sql, struct err *err)
{
	if (mysql_real_query(db->mysql, sql, strlen(sql)) != 0)
		return conn_fail_mysql(db, err);
	return 0;
}

/* Begins by n statements, on a new connection if the one at hand is lost. */
static int
begin_by(struct db *db, const char *const *statement, size_t n,
    struct err *err)
{
	bool is_second = false;

	assert(!db->is_open);
	if (conn_ready(db, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (plain(db, statement[i], err) == 0)
			continue;
		if (!db->is_lost || is_second)
			return -1;
		is_second = true;
		err_clear(err);
		if (conn_open(db, err) == -1)
			return -1;
		i = SIZE_MAX; /* from the first one */
	}
	db->is_open = true;
	return 0;
}

int
db_begin(struct db *db, struct err *err)
{
	static const char *const begin[] = {"START TRANSACTION"};

	return begin_by(db, begin, nitems(begin), err);
}

int
db_begin_snapshot(struct db *db, struct err *err)
{
	static const char *const begin[] = {
	    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
	    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"};

	return begin_by(db, begin, nitems(begin), err);
}

int
db_commit(struct db *db, bool *unknown, struct err *err)
{
	int rc;

	assert(db->is_open);
	*unknown = false;
	/* Lost before: then COMMIT was never said, and nothing is there. */
	if (conn_ready(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	rc = plain(db, "COMMIT", err);
	db->is_open = false;
	if (rc == -1) {
		/* Only a deadlock (of a cluster) says that it was undone. */
		*unknown = err->code != ERR_DB_BUSY;
		conn_close(db);
	}
	return rc;
}

void
db_rollback(struct db *db)
{
	struct err err = { 0 };

	if (!db->is_open)
		return;
	db->is_open = false;
	/* A connection that cannot roll back is closed, which does. */
	if (db->mysql == NULL || db->is_lost ||
	    plain(db, "ROLLBACK", &err) == -1)
		conn_close(db);
}

/* Reads the answers to all statements; *n counts those that were done. */
static int
script_results(struct db *db, unsigned *n, struct err *err)
{
	int more;

	do {
		MYSQL_RES *rows = mysql_store_result(db->mysql);

		if (rows != NULL)
			mysql_free_result(rows);
		else if (mysql_errno(db->mysql) != 0)
			return conn_fail_mysql(db, err);
		++*n;
		more = mysql_next_result(db->mysql);
	} while (more == 0);
	/* What follows the last semicolon may be only a comment. */
	if (more > 0 && mysql_errno(db->mysql) != ER_EMPTY_QUERY)
		return conn_fail_mysql(db, err);
	return 0;
}

int
db_script(struct db *db, const char *text, struct err *err)
{
	char why[sizeof(err->msg)];
	unsigned n = 0;
	int rc = -1;

	if (conn_ready(db, err) == -1)
		return -1;
	if (mysql_set_server_option(
		db->mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0)
		return conn_fail_mysql(db, err);
	if (mysql_real_query(db->mysql, text, strlen(text)) != 0)
		(void)conn_fail_mysql(db, err);
	else
		rc = script_results(db, &n, err);
	if (rc == -1) {
		(void)snprintf(why, sizeof(why), "%s", err->msg);
		return err_set(err, err->code, "statement %u: %.200s", n + 1,
		    why);
	}
	if (mysql_set_server_option(
		db->mysql, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0)
		return conn_fail_mysql(db, err);
	return 0;
}
