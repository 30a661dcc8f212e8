#include "common/db/db_conn.h"
#include "common/log.h"

static enum err_code
code_of(unsigned number)
{
	switch (number) {
	case ER_DUP_ENTRY:
	case ER_DUP_ENTRY_WITH_KEY_NAME:
		return ERR_DUPLICATE;
	case ER_ROW_IS_REFERENCED_2:
		return ERR_CONFLICT;
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

/* The key of "Duplicate entry '...' for key 'name'": the last quotes. */
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
conn_fail(struct db *db, unsigned number, const char *text, struct err *err)
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

int
conn_fail_mysql(struct db *db, struct err *err)
{
	return conn_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), err);
}

/* What breaks while rows are read is told by the connection alone. */
int
conn_fail_stmt(struct db *db, const struct stmt *s, struct err *err)
{
	if (mysql_stmt_errno(s->handle) == 0)
		return conn_fail_mysql(db, err);
	return conn_fail(db, mysql_stmt_errno(s->handle),
	    mysql_stmt_error(s->handle), err);
}
