/*
 * The database (MariaDB Connector/C): one connection a thread, prepared
 * statements kept per connection by their text's address, transactions, bulk
 * binding. The town of a row comes from the connection's context, never from a
 * caller's parameter list.
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
	DB_TYPE_TIME };

struct db_param {
	enum db_type type;
	const void *data; /* TEXT, BLOB */
	size_t len;
	int64_t i; /* INT; TIME in ms since the epoch, stored as UTC */
};

/* A NULL string, blob or id is SQL's NULL. */
struct db_param db_text(const char *s);
struct db_param db_blob(const void *data, size_t len);
struct db_param db_id(const struct id *id);
struct db_param db_int(int64_t i);
struct db_param db_time(int64_t ms);
struct db_param db_null(void);
/* The request's town; asserts that one was entered. */
struct db;
struct db_param db_town(const struct db *db);

/* A result, whole in the arena. Text and blobs are NUL-terminated. */
struct db_cell {
	const char *data; /* NULL for SQL's NULL */
	size_t len;
	int64_t i; /* integers; DATETIME columns in ms since the epoch */
};

struct db_rows {
	size_t n, columns;
	struct db_cell *cell; /* n * columns */
};

const struct db_cell *db_cell(const struct db_rows *rows, size_t row,
    size_t column); /* asserts both */

/*
 * Opens nothing yet: the connection is made at the first use and again, with
 * all statements, at the next transaction's start after it was lost. The
 * config must outlive it. Ends the process without memory.
 */
struct db *db_new(const struct config *config);
void db_free(struct db *db);

/* The town that db_town stands for; 0 leaves. */
void db_enter_town(struct db *db, uint32_t town_id);
uint32_t db_town_id(const struct db *db);

/*
 * Runs one statement with bound values. sql must be a string that lives as
 * long as the process (a literal): statements are kept by its address.
 * affected may be NULL. A broken unique key: ERR_DUPLICATE; lost connection:
 * ERR_DB_UNAVAILABLE (outside a transaction, reads and db_exec reconnect and
 * try once more when nothing was sent); else ERR_DB.
 */
int db_exec(struct db *db, const char *sql, const struct db_param *param,
    size_t n, int64_t *affected, struct err *err);

/* The same for a statement with rows; more than max rows: ERR_TOO_LARGE. */
int db_query(struct db *db, struct arena *a, const char *sql,
    const struct db_param *param, size_t n, size_t max, struct db_rows *rows,
    struct err *err);

/*
 * Executes sql once for each of count rows of n parameters (param[row * n +
 * i]), in one round trip where the server can (STMT_ATTR_ARRAY_SIZE).
 */
int db_bulk(struct db *db, const char *sql, const struct db_param *param,
    size_t n, size_t count, struct err *err);

int db_begin(struct db *db, struct err *err); /* reconnects if need be */
/*
 * *unknown is set when the connection broke during COMMIT: the rows may or may
 * not be there; look them up by a key that was made before.
 */
int db_commit(struct db *db, bool *unknown, struct err *err);
void db_rollback(struct db *db);

/* Runs a script of statements separated by ; (migrations, grants). */
int db_script(struct db *db, const char *text, struct err *err);

#endif
