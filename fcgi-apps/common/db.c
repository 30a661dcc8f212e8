#include "common/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include "common/date.h"
#include "common/log.h"

#define STMT_SLOTS 512 /* a power of two, well above all statements we have */
#define CONNECT_TIMEOUT_S 5
#define STATEMENT_TIMEOUT_S 30
#define BULK_ROWS 1024
#define BULK_BYTES (4 << 20) /* below the server's max_allowed_packet */
#define PASSWORD_MAX 256

/*
 * One round trip for the whole session. Waiting for a row lock ends before the
 * client's patience does, so that it shows as ERR_DB_BUSY.
 */
static const char session_sql[] =
    "SET time_zone = '+00:00',"
    " sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_CREATE_USER,"
    "ONLY_FULL_GROUP_BY',"
    " tx_isolation = 'READ-COMMITTED',"
    " innodb_lock_wait_timeout = 10,"
    " foreign_key_checks = 1, unique_checks = 1";

/* What one column of a result is fetched into. */
struct column {
	unsigned long len;
	my_bool is_null, is_cut;
	union {
		long long i;
		MYSQL_TIME time;
		char none;
	} value;
};

/* A prepared statement of this connection. */
struct stmt {
	const char *sql;
	MYSQL_STMT *handle;
	unsigned columns;
	MYSQL_BIND *result; /* columns of them, bound to column */
	struct column *column;
};

struct db {
	const struct config *config;
	MYSQL *mysql; /* NULL: not connected */
	unsigned timeout_s;
	uint32_t town_id;
	uint64_t connects;
	bool is_lost; /* the connection broke; mysql may still be there */
	bool is_open; /* a transaction runs, or ran on the lost connection */
	bool is_sent; /* the statement may have reached the server */
	struct stmt stmt[STMT_SLOTS];
	size_t nstmt;
	MYSQL_BIND bind[DB_PARAM_MAX];
	MYSQL_TIME time[DB_PARAM_MAX];
	void *scratch; /* of db_bulk */
	size_t scratch_room;
};

/* ---- errors ---- */

static enum err_code
code_of(unsigned number)
{
	switch (number) {
	case ER_DUP_ENTRY:
	case ER_DUP_ENTRY_WITH_KEY_NAME:
		return ERR_DUPLICATE;
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_CHECKREAD:
		return ERR_DB_BUSY;
	case ER_DISK_FULL:
	case ER_RECORD_FILE_FULL:
		return ERR_DISK_FULL;
	case ER_CON_COUNT_ERROR:
	case ER_SERVER_SHUTDOWN:
	case ER_NORMAL_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_UNKNOWN_COM_ERROR: /* a cluster node that is not ready */
	case ER_UNKNOWN_STMT_HANDLER:
		return ERR_DB_UNAVAILABLE;
	case CR_OUT_OF_MEMORY:
		log_fatal("database client: out of memory");
	default:
		return number >= CR_MIN_ERROR && number < 3000 ?
		    ERR_DB_UNAVAILABLE :
		    ERR_DB;
	}
}

/*
 * The server quotes offending values: 'Duplicate entry '...' for key 'k'',
 * 'Incorrect string value: '...' for column ...'. They may be a citizen's.
 */
static void
redact(const char *text, char *out, size_t size)
{
	static const char *const before[] = { "entry '", "value: '", "value '" };
	const char *from = NULL, *to;

	for (size_t i = 0; i < nitems(before) && from == NULL; i++) {
		from = strstr(text, before[i]);
		if (from != NULL)
			from += strlen(before[i]);
	}
	if (from == NULL) {
		(void)snprintf(out, size, "%s", text);
		return;
	}
	to = strstr(from, "' for ");
	if (to == NULL)
		to = "'";
	(void)snprintf(
	    out, size, "%.*s...%s", (int)(from - text), text, to);
}

/* The key's name of "Duplicate entry '...' for key 'name'" (the last quotes). */
static void
key_name(const char *text, char *out, size_t size)
{
	const char *from = strstr(text, "' for key '"), *next;
	size_t len;

	if (from == NULL)
		return;
	while ((next = strstr(from + 1, "' for key '")) != NULL)
		from = next;
	from += strlen("' for key '");
	len = strcspn(from, "'");
	(void)snprintf(out, size, "%.*s", (int)len, from);
}

static int
fail(struct db *db, unsigned number, const char *text, struct err *err)
{
	enum err_code code = code_of(number);
	char safe[200];

	if (code == ERR_DB_UNAVAILABLE)
		db->is_lost = true;
	redact(text, safe, sizeof(safe));
	(void)err_set(err, code, "database: %s (%u)", safe, number);
	if (code == ERR_DUPLICATE)
		key_name(text, err->field, sizeof(err->field));
	return -1;
}

static int
fail_conn(struct db *db, struct err *err)
{
	return fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), err);
}

/* What breaks while rows are read is told by the connection alone. */
static int
fail_stmt(struct db *db, const struct stmt *s, struct err *err)
{
	if (mysql_stmt_errno(s->handle) == 0)
		return fail_conn(db, err);
	return fail(db, mysql_stmt_errno(s->handle),
	    mysql_stmt_error(s->handle), err);
}

/* ---- the connection ---- */

static void
library_init(void)
{
	if (mysql_library_init(0, NULL, NULL) != 0)
		log_fatal("database client: does not start");
}

struct db *
db_new(const struct config *config)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		log_fatal("database: out of memory");
	(void)pthread_once(&once, library_init);
	db->config = config;
	db->timeout_s = STATEMENT_TIMEOUT_S;
	return db;
}

static void
stmt_free(struct stmt *s)
{
	if (s->handle != NULL)
		(void)mysql_stmt_close(s->handle); /* the server forgets it */
	free(s->result);
	free(s->column);
	*s = (struct stmt){ 0 };
}

static void
disconnect(struct db *db)
{
	/* The connection first: statements then close without a word to it. */
	if (db->mysql != NULL)
		mysql_close(db->mysql);
	db->mysql = NULL;
	for (size_t i = 0; i < STMT_SLOTS; i++)
		stmt_free(&db->stmt[i]);
	db->nstmt = 0;
	db->is_lost = false;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	disconnect(db);
	free(db->scratch);
	free(db);
}

void
db_set_timeout(struct db *db, unsigned seconds)
{
	assert(!db->is_open);
	db->timeout_s = seconds;
	disconnect(db);
}

uint64_t
db_reconnects(const struct db *db)
{
	return db->connects > 0 ? db->connects - 1 : 0;
}

void
db_enter_town(struct db *db, uint32_t town_id)
{
	db->town_id = town_id;
}

uint32_t
db_town_id(const struct db *db)
{
	return db->town_id;
}

struct db_param
db_town(const struct db *db)
{
	assert(db->town_id != 0);
	return db_int(db->town_id);
}

/* Reads the first line of the password file; "" when none is configured. */
static int
password_read(const char *path, char out[PASSWORD_MAX], struct err *err)
{
	struct stat st;
	ssize_t n;
	int fd;

	out[0] = '\0';
	if (path == NULL || path[0] == '\0')
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_set(err, ERR_CONFIG,
		    "database_password_file %s: %s", path, strerror(errno));
	if (fstat(fd, &st) == -1 || (st.st_mode & S_IRWXO) != 0) {
		(void)close(fd);
		return err_set(err, ERR_CONFIG,
		    "database_password_file %s is open to everybody: "
		    "chmod 600 it", path);
	}
	n = read(fd, out, PASSWORD_MAX - 1);
	(void)close(fd);
	if (n == -1)
		return err_set(err, ERR_CONFIG,
		    "database_password_file %s: %s", path, strerror(errno));
	out[n] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	return 0;
}

static int
connect_now(struct db *db, struct err *err)
{
	const unsigned connect_s = CONNECT_TIMEOUT_S;
	const struct config *c = db->config;
	char password[PASSWORD_MAX];
	int rc = 0;

	disconnect(db);
	(void)mysql_thread_init();
	if (password_read(c->database_password_file, password, err) == -1)
		return -1;
	db->mysql = mysql_init(NULL);
	if (db->mysql == NULL)
		log_fatal("database: out of memory");
	(void)mysql_options(db->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	(void)mysql_options(
	    db->mysql, MYSQL_OPT_READ_TIMEOUT, &db->timeout_s);
	(void)mysql_options(
	    db->mysql, MYSQL_OPT_WRITE_TIMEOUT, &db->timeout_s);
	(void)mysql_options(db->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	(void)mysql_options(db->mysql, MYSQL_INIT_COMMAND, session_sql);
	if (mysql_real_connect(db->mysql, NULL, c->database_user, password,
		c->database_name, 0, c->database_socket,
		CLIENT_FOUND_ROWS) == NULL) {
		(void)err_set(err, ERR_DB_UNAVAILABLE,
		    "database %s on %s as %s: %s (%u)", c->database_name,
		    c->database_socket, c->database_user,
		    mysql_error(db->mysql), mysql_errno(db->mysql));
		disconnect(db);
		rc = -1;
	} else {
		db->connects++;
	}
	explicit_bzero(password, sizeof(password));
	return rc;
}

/*
 * Whether the server has closed an idle connection (restart, wait_timeout): it
 * has nothing to say unasked, so a readable socket means its end.
 */
static bool
is_stale(const struct db *db)
{
	struct pollfd p = { .fd = mysql_get_socket(db->mysql),
		.events = POLLIN | POLLRDHUP };

	return poll(&p, 1, 0) != 0;
}

/* Connects when it may: within a transaction a lost connection stays lost. */
static int
ready(struct db *db, struct err *err)
{
	if (db->is_open) {
		if (db->mysql != NULL && !db->is_lost)
			return 0;
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "database: the connection was lost in a transaction");
	}
	if (db->mysql != NULL && !db->is_lost && !is_stale(db))
		return 0;
	return connect_now(db, err);
}

/* ---- statements ---- */

static size_t
slot_of(const char *sql)
{
	uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(h >> 32) & (STMT_SLOTS - 1);
}

static void
column_bind(MYSQL_BIND *b, struct column *c, const MYSQL_FIELD *f)
{
	b->length = &c->len;
	b->is_null = &c->is_null;
	b->error = &c->is_cut;
	b->buffer = &c->value;
	switch (f->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
	case MYSQL_TYPE_NEWDECIMAL: /* SUM() of integers */
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer_length = sizeof(c->value.i);
		break;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		b->buffer_type = MYSQL_TYPE_DATETIME;
		b->buffer_length = sizeof(c->value.time);
		break;
	case MYSQL_TYPE_DATE:
		b->buffer_type = MYSQL_TYPE_DATE;
		b->buffer_length = sizeof(c->value.time);
		break;
	default: /* text and blobs: only the length, then fetched by column */
		b->buffer_type = MYSQL_TYPE_BLOB;
		b->buffer_length = 0;
		break;
	}
}

/* Binds the columns of a result once, for as long as the statement lives. */
static int
result_bind(struct db *db, struct stmt *s, struct err *err)
{
	MYSQL_RES *meta;

	s->columns = mysql_stmt_field_count(s->handle);
	if (s->columns == 0)
		return 0;
	assert(s->columns <= DB_COLUMN_MAX);
	s->result = calloc(s->columns, sizeof(*s->result));
	s->column = calloc(s->columns, sizeof(*s->column));
	if (s->result == NULL || s->column == NULL)
		log_fatal("database: out of memory");
	meta = mysql_stmt_result_metadata(s->handle);
	if (meta == NULL)
		return fail_stmt(db, s, err);
	for (unsigned i = 0; i < s->columns; i++)
		column_bind(&s->result[i], &s->column[i],
		    mysql_fetch_field_direct(meta, i));
	mysql_free_result(meta);
	if (mysql_stmt_bind_result(s->handle, s->result) != 0)
		return fail_stmt(db, s, err);
	return 0;
}

/* The statement of sql, prepared at its first use on this connection. */
static int
stmt_get(struct db *db, const char *sql, struct stmt **out, struct err *err)
{
	size_t i = slot_of(sql);
	struct stmt *s;

	while (db->stmt[i].sql != NULL && db->stmt[i].sql != sql)
		i = (i + 1) & (STMT_SLOTS - 1);
	s = *out = &db->stmt[i];
	if (s->sql == sql)
		return 0;
	assert(db->nstmt < STMT_SLOTS / 2);
	s->handle = mysql_stmt_init(db->mysql);
	if (s->handle == NULL)
		log_fatal("database: out of memory");
	if (mysql_stmt_prepare(s->handle, sql, strlen(sql)) != 0) {
		(void)fail_stmt(db, s, err);
		stmt_free(s);
		return -1;
	}
	if (result_bind(db, s, err) == -1) {
		stmt_free(s);
		return -1;
	}
	s->sql = sql;
	db->nstmt++;
	return 0;
}

static void
time_fill(MYSQL_TIME *t, const struct db_param *p)
{
	int64_t day = p->i, ms = 0;
	struct date_ymd ymd;

	*t = (MYSQL_TIME){ .time_type = MYSQL_TIMESTAMP_DATE };
	if (p->type == DB_TYPE_TIME) {
		const int64_t day_ms = INT64_C(86400000);

		ms = ((p->i % day_ms) + day_ms) % day_ms;
		day = (p->i - ms) / day_ms;
		t->time_type = MYSQL_TIMESTAMP_DATETIME;
		t->hour = (unsigned)(ms / 3600000);
		t->minute = (unsigned)(ms / 60000 % 60);
		t->second = (unsigned)(ms / 1000 % 60);
		t->second_part = (unsigned long)(ms % 1000) * 1000;
	}
	ymd = date_to_ymd((int32_t)day);
	t->year = (unsigned)ymd.year;
	t->month = (unsigned)ymd.month;
	t->day = (unsigned)ymd.day;
}

static int64_t
time_read(const MYSQL_TIME *t)
{
	int64_t day = date_from_ymd((struct date_ymd){
	    (int)t->year, (int)t->month, (int)t->day });

	return day * INT64_C(86400000) + (int64_t)t->hour * 3600000 +
	    (int64_t)t->minute * 60000 + (int64_t)t->second * 1000 +
	    (int64_t)(t->second_part / 1000);
}

static enum enum_field_types
wire_type(enum db_type type)
{
	switch (type) {
	case DB_TYPE_TEXT:
		return MYSQL_TYPE_STRING;
	case DB_TYPE_BLOB:
		return MYSQL_TYPE_BLOB;
	case DB_TYPE_INT:
		return MYSQL_TYPE_LONGLONG;
	case DB_TYPE_TIME:
		return MYSQL_TYPE_DATETIME;
	case DB_TYPE_DATE:
		return MYSQL_TYPE_DATE;
	case DB_TYPE_NULL:
		break;
	}
	return MYSQL_TYPE_NULL;
}

static void
param_bind(struct db *db, const struct db_param *param, size_t n)
{
	assert(n <= DB_PARAM_MAX);
	memset(db->bind, 0, n * sizeof(db->bind[0]));
	for (size_t i = 0; i < n; i++) {
		const struct db_param *p = &param[i];
		MYSQL_BIND *b = &db->bind[i];

		b->buffer_type = wire_type(p->type);
		switch (p->type) {
		case DB_TYPE_TEXT:
		case DB_TYPE_BLOB:
			b->buffer = (void *)(uintptr_t)p->data; /* read only */
			b->buffer_length = b->length_value = p->len;
			break;
		case DB_TYPE_INT:
			b->buffer = (void *)(uintptr_t)&p->i;
			break;
		case DB_TYPE_TIME:
		case DB_TYPE_DATE:
			time_fill(&db->time[i], p);
			b->buffer = &db->time[i];
			break;
		case DB_TYPE_NULL:
			break;
		}
	}
}

static int
stmt_run(struct db *db, struct stmt *s, size_t n, unsigned count,
    struct err *err)
{
	assert(mysql_stmt_param_count(s->handle) == n);
	if (mysql_stmt_attr_set(s->handle, STMT_ATTR_ARRAY_SIZE, &count) != 0 ||
	    (n > 0 && mysql_stmt_bind_param(s->handle, db->bind) != 0))
		return fail_stmt(db, s, err);
	db->is_sent = true;
	if (mysql_stmt_execute(s->handle) == 0)
		return 0;
	if (mysql_stmt_errno(s->handle) == CR_SERVER_GONE_ERROR)
		db->is_sent = false; /* it could not be written */
	return fail_stmt(db, s, err);
}

/* Connects, prepares, binds and executes. */
static int
run(struct db *db, const char *sql, const struct db_param *param, size_t n,
    struct stmt **out, struct err *err)
{
	db->is_sent = false;
	if (ready(db, err) == -1 || stmt_get(db, sql, out, err) == -1)
		return -1;
	param_bind(db, param, n);
	return stmt_run(db, *out, n, 0, err);
}

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
	int rc = run(db, sql, param, n, &s, err);

	if (rc == -1 && may_repeat(db, sql)) {
		err_clear(err);
		rc = run(db, sql, param, n, &s, err);
	}
	if (rc == -1)
		return -1;
	assert(s->columns == 0);
	if (affected != NULL)
		*affected = (int64_t)mysql_stmt_affected_rows(s->handle);
	return 0;
}

/* ---- rows ---- */

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
			return fail_stmt(db, s, err);
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
			cell[i].i = time_read(&c->value.time);
			break;
		case MYSQL_TYPE_DATE:
			cell[i].i =
			    time_read(&c->value.time) / INT64_C(86400000);
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
		(void)fail_stmt(db, s, err);
	(void)mysql_stmt_free_result(s->handle); /* drains; next use tells */
	return rc == MYSQL_NO_DATA ? 0 : -1;
}

static int
query(struct db *db, struct arena *a, const char *sql,
    const struct db_param *param, size_t n, size_t max, struct db_rows *rows,
    struct err *err)
{
	struct stmt *s;

	if (run(db, sql, param, n, &s, err) == -1)
		return -1;
	/* INSERT ... RETURNING names its columns when it has run. */
	if (s->columns == 0 && result_bind(db, s, err) == -1)
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

/* ---- many rows at once ---- */

/* Column-wise arrays of one bulk call, in the connection's scratch memory. */
struct bulk {
	union {
		const void *at;
		int64_t i;
	} *value; /* n * count, a column's values side by side */
	unsigned long *len;
	MYSQL_TIME *time;
	char *indicator;
};

static struct bulk
bulk_room(struct db *db, size_t cells)
{
	struct bulk b;
	size_t need = cells * (sizeof(*b.value) + sizeof(*b.len) +
	    sizeof(*b.time) + sizeof(*b.indicator));

	if (need > db->scratch_room) {
		free(db->scratch);
		db->scratch = malloc(need);
		if (db->scratch == NULL)
			log_fatal("database: out of memory");
		db->scratch_room = need;
	}
	b.value = db->scratch;
	b.len = (unsigned long *)(b.value + cells);
	b.time = (MYSQL_TIME *)(b.len + cells);
	b.indicator = (char *)(b.time + cells);
	return b;
}

static enum db_type
bulk_type(const struct db_param *param, size_t n, size_t count, size_t column)
{
	enum db_type type = DB_TYPE_NULL;

	for (size_t row = 0; row < count; row++) {
		enum db_type t = param[row * n + column].type;

		assert(t == type || t == DB_TYPE_NULL || type == DB_TYPE_NULL);
		if (t != DB_TYPE_NULL)
			type = t;
	}
	return type == DB_TYPE_NULL ? DB_TYPE_TEXT : type;
}

static void
bulk_bind(struct db *db, const struct db_param *param, size_t n, size_t count)
{
	struct bulk b = bulk_room(db, n * count);

	memset(db->bind, 0, n * sizeof(db->bind[0]));
	for (size_t column = 0; column < n; column++) {
		size_t at = column * count;
		MYSQL_BIND *bind = &db->bind[column];

		bind->buffer_type =
		    wire_type(bulk_type(param, n, count, column));
		bind->buffer = b.value + at;
		bind->length = b.len + at;
		bind->u.indicator = b.indicator + at;
		for (size_t row = 0; row < count; row++, at++) {
			const struct db_param *p = &param[row * n + column];

			b.indicator[at] = p->type == DB_TYPE_NULL ?
			    STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
			b.value[at].at = p->data;
			b.len[at] = p->len;
			if (p->type == DB_TYPE_INT) {
				b.value[at].i = p->i;
			} else if (p->type == DB_TYPE_TIME ||
			    p->type == DB_TYPE_DATE) {
				time_fill(&b.time[at], p);
				b.value[at].at = &b.time[at];
			}
		}
	}
}

/* How many of the rows fit into one packet; at least one. */
static size_t
bulk_fit(const struct db_param *param, size_t n, size_t count)
{
	size_t bytes = 0, row;

	for (row = 0; row < count && row < BULK_ROWS; row++) {
		for (size_t i = 0; i < n; i++)
			bytes += param[row * n + i].len + 16;
		if (bytes > BULK_BYTES && row > 0)
			break;
	}
	return row;
}

int
db_bulk(struct db *db, const char *sql, const struct db_param *param,
    size_t n, size_t count, struct err *err)
{
	struct stmt *s;
	size_t some;

	assert(n > 0 && n <= DB_PARAM_MAX);
	for (; count > 0; count -= some, param += some * n) {
		some = bulk_fit(param, n, count);
		if (some == 1) {
			if (db_exec(db, sql, param, n, NULL, err) == -1)
				return -1;
			continue;
		}
		db->is_sent = false;
		if (ready(db, err) == -1 || stmt_get(db, sql, &s, err) == -1)
			return -1;
		bulk_bind(db, param, n, some);
		if (stmt_run(db, s, n, (unsigned)some, err) == -1)
			return -1;
	}
	return 0;
}

/* ---- transactions and scripts ---- */

static int
plain(struct db *db, const char *sql, struct err *err)
{
	if (mysql_real_query(db->mysql, sql, strlen(sql)) != 0)
		return fail_conn(db, err);
	return 0;
}

int
db_begin(struct db *db, struct err *err)
{
	assert(!db->is_open);
	if (ready(db, err) == -1)
		return -1;
	if (plain(db, "START TRANSACTION", err) == -1) {
		if (!db->is_lost)
			return -1;
		err_clear(err);
		if (connect_now(db, err) == -1 ||
		    plain(db, "START TRANSACTION", err) == -1)
			return -1;
	}
	db->is_open = true;
	return 0;
}

int
db_commit(struct db *db, bool *unknown, struct err *err)
{
	int rc;

	assert(db->is_open);
	*unknown = false;
	/* Lost before: then COMMIT was never said, and nothing is there. */
	if (ready(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	rc = plain(db, "COMMIT", err);
	db->is_open = false;
	if (rc == -1) {
		/* Only a deadlock (of a cluster) says that it was undone. */
		*unknown = err->code != ERR_DB_BUSY;
		disconnect(db);
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
		disconnect(db);
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
			return fail_conn(db, err);
		++*n;
		more = mysql_next_result(db->mysql);
	} while (more == 0);
	/* What follows the last semicolon may be only a comment. */
	if (more > 0 && mysql_errno(db->mysql) != ER_EMPTY_QUERY)
		return fail_conn(db, err);
	return 0;
}

int
db_script(struct db *db, const char *text, struct err *err)
{
	char why[sizeof(err->msg)];
	unsigned n = 0;
	int rc = -1;

	if (ready(db, err) == -1)
		return -1;
	if (mysql_set_server_option(
		db->mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0)
		return fail_conn(db, err);
	if (mysql_real_query(db->mysql, text, strlen(text)) != 0)
		(void)fail_conn(db, err);
	else
		rc = script_results(db, &n, err);
	if (rc == -1) {
		(void)snprintf(why, sizeof(why), "%s", err->msg);
		return err_set(err, err->code, "statement %u: %.200s", n + 1,
		    why);
	}
	if (mysql_set_server_option(
		db->mysql, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0)
		return fail_conn(db, err);
	return 0;
}
