#include "common/db/db_conn.h"

#include <assert.h>

#include "common/log.h"

#define BULK_ROWS 1024
#define BULK_BYTES (4 << 20) /* below the server's max_allowed_packet */

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
		    bind_type(bulk_type(param, n, count, column));
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
				bind_time(&b.time[at], p);
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
		if (conn_ready(db, err) == -1 || stmt_get(db, sql, &s, err) == -1)
			return -1;
		bulk_bind(db, param, n, some);
		if (stmt_execute(db, s, n, (unsigned)some, err) == -1)
			return -1;
	}
	return 0;
}
