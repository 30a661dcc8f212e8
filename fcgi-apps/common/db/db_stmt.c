#include "common/db/db_conn.h"

#include <assert.h>

#include "common/date.h"
#include "common/log.h"

void
stmt_free(struct stmt *s)
{
	if (s->handle != NULL)
		(void)mysql_stmt_close(s->handle); /* the server forgets it */
	free(s->result);
	free(s->column);
	*s = (struct stmt){ 0 };
}

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

int
stmt_bind_result(struct db *db, struct stmt *s, struct err *err)
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
		return conn_fail_stmt(db, s, err);
	for (unsigned i = 0; i < s->columns; i++)
		column_bind(&s->result[i], &s->column[i],
		    mysql_fetch_field_direct(meta, i));
	mysql_free_result(meta);
	if (mysql_stmt_bind_result(s->handle, s->result) != 0)
		return conn_fail_stmt(db, s, err);
	return 0;
}

int
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
		(void)conn_fail_stmt(db, s, err);
		stmt_free(s);
		return -1;
	}
	if (stmt_bind_result(db, s, err) == -1) {
		stmt_free(s);
		return -1;
	}
	s->sql = sql;
	db->nstmt++;
	return 0;
}

void
bind_time(MYSQL_TIME *t, const struct db_param *p)
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

int64_t
bind_time_read(const MYSQL_TIME *t)
{
	int64_t day = date_from_ymd((struct date_ymd){
	    (int)t->year, (int)t->month, (int)t->day });

	return day * INT64_C(86400000) + (int64_t)t->hour * 3600000 +
	    (int64_t)t->minute * 60000 + (int64_t)t->second * 1000 +
	    (int64_t)(t->second_part / 1000);
}

enum enum_field_types
bind_type(enum db_type type)
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

		b->buffer_type = bind_type(p->type);
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
			bind_time(&db->time[i], p);
			b->buffer = &db->time[i];
			break;
		case DB_TYPE_NULL:
			break;
		}
	}
}

int
stmt_execute(struct db *db, struct stmt *s, size_t n, unsigned count,
    struct err *err)
{
	assert(mysql_stmt_param_count(s->handle) == n);
	if (mysql_stmt_attr_set(s->handle, STMT_ATTR_ARRAY_SIZE, &count) != 0 ||
	    (n > 0 && mysql_stmt_bind_param(s->handle, db->bind) != 0))
		return conn_fail_stmt(db, s, err);
	db->is_sent = true;
	if (mysql_stmt_execute(s->handle) == 0)
		return 0;
	if (mysql_stmt_errno(s->handle) == CR_SERVER_GONE_ERROR)
		db->is_sent = false; /* it could not be written */
	return conn_fail_stmt(db, s, err);
}

int
stmt_run(struct db *db, const char *sql, const struct db_param *param, size_t n,
    struct stmt **out, struct err *err)
{
	db->is_sent = false;
	if (conn_ready(db, err) == -1 || stmt_get(db, sql, out, err) == -1)
		return -1;
	param_bind(db, param, n);
	return stmt_execute(db, *out, n, 0, err);
}
