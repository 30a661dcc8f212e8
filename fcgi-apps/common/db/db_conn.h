/*
 * The inside of the database door, for db*.c only: the connection, its prepared
 * statements, binding and errors in the client library's terms.
 */
#ifndef DB_CONN_H
#define DB_CONN_H

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include "common/db/db.h"

#define STMT_SLOTS 512 /* a power of two, well above all statements we have */

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

/*
 * Fill err from the library's number and text, without values, and return -1.
 * A lost connection is remembered.
 */
int conn_fail_mysql(struct db *db, struct err *err);
int conn_fail_stmt(struct db *db, const struct stmt *s, struct err *err);

/* Connects when it may: within a transaction a lost connection stays lost. */
int conn_ready(struct db *db, struct err *err);
/* Connects anew in any case. */
int conn_open(struct db *db, struct err *err);
/* Forgets the connection and all its statements. */
void conn_close(struct db *db);

void stmt_free(struct stmt *s);
/* The statement of sql, prepared at its first use on this connection. */
int stmt_get(struct db *db, const char *sql, struct stmt **out,
    struct err *err);
/* Binds the columns of a result once, for as long as the statement lives. */
int stmt_bind_result(struct db *db, struct stmt *s, struct err *err);
/* Executes with what db->bind holds: n parameters, count rows (0: one). */
int stmt_execute(struct db *db, struct stmt *s, size_t n, unsigned count,
    struct err *err);
/* Connects, prepares, binds and executes. */
int stmt_run(struct db *db, const char *sql, const struct db_param *param,
    size_t n, struct stmt **out, struct err *err);

enum enum_field_types bind_type(enum db_type type);
void bind_time(MYSQL_TIME *t, const struct db_param *p);
int64_t bind_time_read(const MYSQL_TIME *t); /* ms since the epoch */

#endif
