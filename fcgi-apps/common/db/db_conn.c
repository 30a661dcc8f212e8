#include "common/db/db_conn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"

#define CONNECT_TIMEOUT_S 5
#define STATEMENT_TIMEOUT_S 30
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

void
conn_close(struct db *db)
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
	conn_close(db);
	free(db->scratch);
	free(db);
}

void
db_set_timeout(struct db *db, unsigned seconds)
{
	assert(!db->is_open);
	db->timeout_s = seconds;
	conn_close(db);
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

int
conn_open(struct db *db, struct err *err)
{
	const unsigned connect_s = CONNECT_TIMEOUT_S;
	const struct config *c = db->config;
	char password[PASSWORD_MAX];
	int rc = 0;

	conn_close(db);
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
		conn_close(db);
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

int
conn_ready(struct db *db, struct err *err)
{
	if (db->is_open) {
		if (db->mysql != NULL && !db->is_lost)
			return 0;
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "database: the connection was lost in a transaction");
	}
	if (db->mysql != NULL && !db->is_lost && !is_stale(db))
		return 0;
	return conn_open(db, err);
}
