/*
 * The database (MariaDB Connector/C): one connection a thread, prepared
 * statements kept per connection by their text's address, transactions, bulk
 * binding. The town of a row comes from the connection's context, never from a
 * caller's parameter list.
 *
 * A session is utf8mb4, UTC, strict, and READ COMMITTED: each statement sees
 * what is committed, and the row locks of queues and claims take no gaps along
 * that make writers wait for each other.
 */
#ifndef DB_H
#define DB_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/config.h"
#include "common/err.h"
#include "common/id.h"

#define DB_PARAM_MAX 32
#define DB_COLUMN_MAX 32

enum db_type { DB_TYPE_NULL, DB_TYPE_TEXT, DB_TYPE_BLOB, DB_TYPE_INT,
	DB_TYPE_TIME, DB_TYPE_DATE };

struct db_param {
	enum db_type type;
	const void *data; /* TEXT, BLOB */
	size_t len;
	int64_t i; /* INT; TIME in ms since the epoch, stored as UTC; DATE */
};

/* A NULL string, blob or id is SQL's NULL. */
struct db_param db_text(const char *s);
struct db_param db_blob(const void *data, size_t len);
struct db_param db_id(const struct id *id);
struct db_param db_int(int64_t i);
struct db_param db_time(int64_t ms); /* a DATETIME(3) */
struct db_param db_date(int32_t date); /* a DATE; days as in date.h */
struct db_param db_null(void);
/* The request's town; asserts that one was entered. */
struct db;
struct db_param db_town(const struct db *db);

/* A result, whole in the arena. Text and blobs are NUL-terminated. */
struct db_cell {
	const char *data; /* NULL for SQL's NULL, and for numbers and times */
	size_t len;
	int64_t i; /* integers; DATETIME in ms since the epoch; DATE in days */
	bool is_null;
};

struct db_rows {
	size_t n, columns;
	struct db_cell *cell; /* n * columns */
};

const struct db_cell *db_cell(const struct db_rows *rows, size_t row,
    size_t column); /* asserts both */

/* A BINARY(16) cell as an id; zeroes when it is NULL or of another length. */
struct id db_cell_id(const struct db_cell *cell);

/*
 * Opens nothing yet: the connection is made at the first use and again, with
 * all statements, at the next transaction's start after it was lost. The
 * config must outlive it. Ends the process without memory. A db belongs to one
 * thread at a time.
 */
struct db *db_new(const struct config *config);
void db_free(struct db *db);

/*
 * How long a statement may take before the connection counts as lost (30 s
 * unless set), for migrations and exports. Outside a transaction; a connection
 * that is there is closed, and made anew at the next use.
 */
void db_set_timeout(struct db *db, unsigned seconds);

/* Connections made after the first one, for the metrics. */
uint64_t db_reconnects(const struct db *db);

/* The town that db_town stands for; 0 leaves. */
void db_enter_town(struct db *db, uint32_t town_id);
uint32_t db_town_id(const struct db *db);

/*
 * Runs one statement with bound values. sql must be a string that lives as
 * long as the process (a literal): statements are kept by its address.
 * affected may be NULL; it counts the rows an UPDATE found, changed or not.
 *
 * ERR_DUPLICATE: a unique key is broken, err->field is the key's name.
 * ERR_CONFLICT: other rows refer to one that was to be deleted.
 * ERR_DB_BUSY: a deadlock or a lock that stayed taken: roll back and run the
 * transaction again. ERR_DISK_FULL. ERR_DB_UNAVAILABLE: the connection is
 * lost (outside a transaction, reads, and all that was certainly not carried
 * out, are tried once more on a new connection). Else ERR_DB. No message
 * contains values.
 */
int db_exec(struct db *db, const char *sql, const struct db_param *param,
    size_t n, int64_t *affected, struct err *err);

/* The same for a statement with rows; more than max rows: ERR_TOO_LARGE. */
int db_query(struct db *db, struct arena *a, const char *sql,
    const struct db_param *param, size_t n, size_t max, struct db_rows *rows,
    struct err *err);

/*
 * Executes sql once for each of count rows of n parameters (param[row * n +
 * i]), in one round trip where the server can (STMT_ATTR_ARRAY_SIZE). A
 * column's values are of one type or NULL. Within a transaction: all or none
 * is the transaction's promise, not this call's.
 */
int db_bulk(struct db *db, const char *sql, const struct db_param *param,
    size_t n, size_t count, struct err *err);

int db_begin(struct db *db, struct err *err); /* reconnects if need be */
/* The same for reading only, all of it as of now, whatever others commit. */
int db_begin_snapshot(struct db *db, struct err *err);
/*
 * *unknown is set when the connection broke during COMMIT: the rows may or may
 * not be there; look them up by a key that was made before. The transaction is
 * over in any case.
 */
int db_commit(struct db *db, bool *unknown, struct err *err);
/* Ends a transaction without a trace; fine when none is open. */
void db_rollback(struct db *db);

/*
 * Runs a script of statements separated by ; (migrations, grants). What of it
 * was done before an error stays done; the message counts the statements.
 */
int db_script(struct db *db, const char *text, struct err *err);

#endif
