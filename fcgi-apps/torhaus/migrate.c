#include "torhaus/migrate.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>

#include "common/date.h"
#include "common/file.h"
#include "torhaus/migration_store.h"

#define SCRIPT_MAX (16 << 20)
#define LOCK_WAIT_S 60
#define TIMEOUT_S 3600 /* an index on a large table takes its time */
#define GRANTS_HEAD "grants."
#define GRANTS_TAIL ".sql"

/* A file of the folder, with its contents. */
struct script {
	struct migration_row row;
	char *text;
};

/* ---- the folder ---- */

/* "0001-foundation.sql": four digits, a hyphen, then the rest. */
static bool
is_migration(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < 4; i++)
		if (!isdigit((unsigned char)name[i]))
			return false;
	return name[4] == '-' && len > strlen("0001-.sql") &&
	    strcmp(name + len - strlen(".sql"), ".sql") == 0;
}

static bool
is_grants(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(GRANTS_HEAD GRANTS_TAIL) &&
	    strncmp(name, GRANTS_HEAD, strlen(GRANTS_HEAD)) == 0 &&
	    strcmp(name + len - strlen(GRANTS_TAIL), GRANTS_TAIL) == 0;
}

static int
by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The names that fit, sorted. */
static int
folder_read(struct arena *a, const char *dir, bool (*fits)(const char *name),
    const char ***out, size_t *n, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t room = 0;

	if (d == NULL)
		return err_set(err, ERR_IO, "%s: %s", dir, strerror(errno));
	*out = NULL;
	*n = 0;
	while ((entry = readdir(d)) != NULL) {
		if (!fits(entry->d_name))
			continue;
		if (*n == room) {
			const char **more =
			    arena_new(a, const char *, room * 2 + 16);

			if (*n > 0)
				memcpy(more, *out, *n * sizeof(*more));
			*out = more;
			room = room * 2 + 16;
		}
		(*out)[(*n)++] = arena_strdup(a, entry->d_name);
	}
	(void)closedir(d);
	if (*n == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "%s: no such files in this folder", dir);
	qsort(*out, *n, sizeof(**out), by_name);
	return 0;
}

static int
scripts_read(struct arena *a, const char *dir, struct script **out,
    size_t *n, struct err *err)
{
	const char **name;

	if (folder_read(a, dir, is_migration, &name, n, err) == -1)
		return -1;
	*out = arena_new(a, struct script, *n);
	for (size_t i = 0; i < *n; i++) {
		struct script *s = &(*out)[i];
		size_t len;

		s->row.name = name[i];
		for (size_t k = 0; k < 4; k++)
			s->row.number = s->row.number * 10 +
			    (uint32_t)(name[i][k] - '0');
		if (i > 0 && s[-1].row.number == s->row.number)
			return err_set(err, ERR_CONFLICT,
			    "%s and %s in %s have the same number: "
			    "renumber the newer one", name[i - 1], name[i],
			    dir);
		if (file_read(a, arena_printf(a, "%s/%s", dir, name[i]),
			SCRIPT_MAX, &s->text, &len, err) == -1)
			return -1;
		crypto_sha256(s->text, len, s->row.sha256);
	}
	return 0;
}

/* ---- what was applied against what is there ---- */

/*
 * Compares; *pending is the first file still to be run. What was applied must
 * be the beginning of what is there, unchanged.
 */
static int
compare(struct arena *a, const char *dir, const struct script *s, size_t n,
    const struct migration_row *row, size_t nrow, size_t *pending,
    struct err *err)
{
	size_t i;

	for (i = 0; i < nrow; i++) {
		if (i >= n || s[i].row.number > row[i].number)
			return err_set(err, ERR_CONFLICT,
			    "%s was applied on %s, but is missing in %s: put "
			    "the file back, or use the release that it "
			    "belongs to", row[i].name,
			    date_instant_to_xsd(a, row[i].applied_ms), dir);
		if (s[i].row.number < row[i].number)
			return err_set(err, ERR_CONFLICT,
			    "%s is new, but %s was applied before it: give it "
			    "a number after %s", s[i].row.name, row[i].name,
			    row[nrow - 1].name);
		if (memcmp(s[i].row.sha256, row[i].sha256,
			sizeof(row[i].sha256)) != 0)
			return err_set(err, ERR_CONFLICT,
			    "%s was changed after it was applied on %s: "
			    "restore it, and put the change in a new file",
			    row[i].name,
			    date_instant_to_xsd(a, row[i].applied_ms));
	}
	*pending = nrow;
	return 0;
}

static int
look(struct db *db, struct arena *a, const char *dir, struct script **s,
    size_t *pending, struct migrate_report *out, struct err *err)
{
	struct migration_row *row = NULL;
	size_t nrow;

	*out = (struct migrate_report){ .last = "" };
	if (scripts_read(a, dir, s, &out->total, err) == -1 ||
	    migration_rows(db, a, &row, &nrow, err) == -1 ||
	    compare(a, dir, *s, out->total, row, nrow, pending, err) == -1)
		return -1;
	out->pending = out->total - *pending;
	if (nrow > 0)
		out->last = row[nrow - 1].name;
	return 0;
}

int
migrate_check(struct db *db, struct arena *a, const char *dir,
    struct migrate_report *out, struct err *err)
{
	struct script *s;
	size_t pending;

	return look(db, a, dir, &s, &pending, out, err);
}

/* ---- running ---- */

static int
apply(struct db *db, struct script *s, struct err *err)
{
	struct err cause = { 0 };

	if (db_script(db, s->text, &cause) == -1)
		return err_set(err, cause.code,
		    "%s: %.160s (what stands before it is done)", s->row.name,
		    cause.msg);
	s->row.applied_ms = date_now_ms();
	return migration_insert(db, &s->row, err);
}

static int
run_pending(struct db *db, struct arena *a, const char *dir,
    void (*say)(const char *line), struct migrate_report *out,
    struct err *err)
{
	struct script *s;
	size_t pending;

	if (migration_table(db, err) == -1 ||
	    look(db, a, dir, &s, &pending, out, err) == -1)
		return -1;
	for (; pending < out->total; pending++) {
		int64_t start = date_now_ms();

		if (apply(db, &s[pending], err) == -1)
			return -1;
		out->applied++;
		out->pending--;
		out->last = s[pending].row.name;
		if (say != NULL)
			say(arena_printf(a, "applied %s in %lld ms", out->last,
			    (long long)(date_now_ms() - start)));
	}
	return 0;
}

int
migrate_run(struct db *db, struct arena *a, const char *dir,
    void (*say)(const char *line), struct migrate_report *out,
    struct err *err)
{
	int rc;

	db_set_timeout(db, TIMEOUT_S);
	if (migration_lock(db, a, LOCK_WAIT_S, err) == -1)
		return -1;
	rc = run_pending(db, a, dir, say, out, err);
	migration_unlock(db, a);
	return rc;
}

/* ---- rights ---- */

/* The text with each @account replaced by the account of program. */
static const char *
account_fill(struct arena *a, const char *text, const char *pattern,
    const char *program)
{
	static const char mark[] = "@account";
	const char *p = strstr(pattern, "%p"), *name, *at;
	const char *out = "";

	name = p == NULL ?
	    pattern :
	    arena_printf(a, "%.*s%s%s", (int)(p - pattern), pattern, program,
		p + 2);
	while ((at = strstr(text, mark)) != NULL) {
		out = arena_printf(a, "%s%.*s'%s'@'localhost'", out,
		    (int)(at - text), text, name);
		text = at + strlen(mark);
	}
	return arena_printf(a, "%s%s", out, text);
}

/* It goes between quotes in SQL, where no value can be bound. */
static bool
is_account(const char *pattern)
{
	return pattern[strspn(pattern,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_-%")] == '\0';
}

int
migrate_grants(struct db *db, struct arena *a, const char *dir,
    const char *pattern, void (*say)(const char *line), struct err *err)
{
	const char **name;
	size_t n;

	if (!is_account(pattern))
		return err_set(err, ERR_CONFIG,
		    "account names may have letters, digits, _ and -: %s",
		    pattern);
	if (folder_read(a, dir, is_grants, &name, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *program = arena_printf(a, "%.*s",
		    (int)(strlen(name[i]) - strlen(GRANTS_HEAD GRANTS_TAIL)),
		    name[i] + strlen(GRANTS_HEAD));
		struct err cause = { 0 };
		char *text;
		size_t len;

		if (file_read(a, arena_printf(a, "%s/%s", dir, name[i]),
			SCRIPT_MAX, &text, &len, err) == -1)
			return -1;
		if (!is_account(program) ||
		    db_script(db, account_fill(a, text, pattern, program),
			&cause) == -1)
			return err_set(err, ERR_DB, "%s: %.180s", name[i],
			    cause.msg);
		if (say != NULL)
			say(arena_printf(a, "granted rights to %s", program));
	}
	return 0;
}
