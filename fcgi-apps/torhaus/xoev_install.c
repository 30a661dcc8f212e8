#include "torhaus/xoev_install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/num.h"
#include "common/xoev/xoev_catalogue.h"

#define STAGING ".adding-"

struct installing {
	struct arena *arena;
	const char *xoev_dir, *source;
	const char *staging; /* folder beside the sets, for the time being */
	bool is_folder;	     /* source is; else it is a ZIP file */
	struct xoev_claim claim;
	struct xoev_set *set;
	struct err *err;
};

/* ---- copying ---- */

static int
make_dir(const char *path, struct err *err)
{
	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	return 0;
}

/* What installations left that were killed. */
static void
sweep(struct installing *in)
{
	DIR *dir = opendir(in->xoev_dir);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		const char *number = entry->d_name + sizeof(STAGING) - 1;
		int64_t pid;

		if (strncmp(entry->d_name, STAGING, sizeof(STAGING) - 1) == 0 &&
		    num_parse(number, 1, INT32_MAX, &pid,
			&(struct err){ 0 }) == 0 &&
		    kill((pid_t)pid, 0) == -1 && errno == ESRCH)
			xoev_remove_folder(arena_printf(in->arena, "%s/%s",
			    in->xoev_dir, entry->d_name));
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static int
look_at_source(struct installing *in)
{
	struct stat st;

	if (stat(in->source, &st) == -1)
		return err_set(in->err,
		    errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s",
		    in->source, strerror(errno));
	in->is_folder = S_ISDIR(st.st_mode);
	if (!in->is_folder && !S_ISREG(st.st_mode))
		return err_set(in->err, ERR_BAD_REQUEST,
		    "%s: neither a folder nor a ZIP file", in->source);
	return 0;
}

static int
take_in(struct installing *in)
{
	struct xoev_room room = { .bytes = XOEV_SET_MAX,
		.files = XOEV_FILES_MAX };
	const char *to =
	    arena_printf(in->arena, "%s/published", in->staging);
	int fd, rc;

	if (make_dir(in->staging, in->err) == -1 ||
	    make_dir(to, in->err) == -1)
		return -1;
	fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_set(in->err, ERR_IO, "%s: %s", to, strerror(errno));
	rc = in->is_folder
	    ? xoev_copy_folder(in->source, fd, &room, in->err)
	    : xoev_unzip(in->source, fd, &room, in->err);
	(void)close(fd);
	return rc;
}

/* The one folder in which all of a ZIP file lies; NULL: there is none. */
static const char *
single_folder(struct installing *in, const char *top)
{
	const char *name = NULL;
	DIR *dir = opendir(top);
	struct dirent *entry;
	struct stat st;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (name != NULL || fstatat(dirfd(dir), entry->d_name, &st,
					AT_SYMLINK_NOFOLLOW) == -1 ||
		    !S_ISDIR(st.st_mode)) {
			name = NULL;
			break;
		}
		name = arena_strdup(in->arena, entry->d_name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	return name;
}

/* A set with a set.json that was packed with its folder: the folder goes. */
static int
take_off_folder(struct installing *in, const char *top)
{
	const char *name = single_folder(in, top), *inner, *aside;

	if (name == NULL)
		return 0;
	inner = arena_printf(in->arena, "%s/%s", top, name);
	aside = arena_printf(in->arena, "%s/inner", in->staging);
	if (access(arena_printf(in->arena, "%s/%s", inner, XOEV_CATALOGUE),
		F_OK) == -1)
		return 0;
	if (rename(inner, aside) == -1 || rmdir(top) == -1 ||
	    rename(aside, top) == -1)
		return err_set(
		    in->err, ERR_IO, "%s: %s", inner, strerror(errno));
	return 0;
}

/* What the set says of itself is read, not published. */
static int
settle(struct installing *in)
{
	const char *top = arena_printf(in->arena, "%s/published", in->staging);
	const char *json;
	int rc;

	if (!in->is_folder && take_off_folder(in, top) == -1)
		return -1;
	json = arena_printf(in->arena, "%s/%s",
	    in->is_folder ? in->source : top, XOEV_CATALOGUE);
	rc = xoev_claim_settle(in->arena, &in->claim, json, in->source,
	    in->set, in->err);
	if (rc == 0 && !in->is_folder && unlink(json) == -1 &&
	    errno != ENOENT)
		rc = err_set(in->err, ERR_IO, "%s: %s", json, strerror(errno));
	return rc;
}

static int
write_catalogue(struct installing *in)
{
	struct buf *b = buf_new(in->arena, XOEV_CATALOGUE_MAX);
	int fd, rc;

	xoev_catalogue_write(in->arena, in->set, b);
	if (buf_check(b, in->err) == -1)
		return -1;
	fd = open(in->staging, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_set(
		    in->err, ERR_IO, "%s: %s", in->staging, strerror(errno));
	rc = xoev_put_file(fd, XOEV_CATALOGUE, b->data, b->len, in->err);
	if (rc == 0)
		rc = fsync(fd);
	(void)close(fd);
	return rc;
}

/* ---- trying it ---- */

/* Compiles each namespace of the set beside those that are there. */
static int
try_compile(struct installing *in)
{
	struct xoev_sets *sets;
	int rc;

	if (xoev_sets_load(in->xoev_dir, &sets, in->err) == -1)
		return -1;
	rc = xoev_sets_add(sets, in->set, in->err);
	if (rc == 0)
		rc = xoev_sets_compile(sets, in->set, in->err);
	xoev_sets_free(sets);
	return rc;
}

/* Standards that build on the base message of XInneres have its rules. */
static void
settle_checks(struct installing *in)
{
	static const char base[] = "http://www.osci.de/xinneres/basisnachricht/";
	const struct xoev_set *set = in->set;
	bool is_strict = false;

	for (size_t i = 0; i < set->nlocation; i++)
		is_strict |= strncmp(set->location[i].uri, base,
				 sizeof(base) - 1) == 0;
	if (in->claim.checks != NULL)
		is_strict = strcmp(in->claim.checks, "strict") == 0;
	in->set->is_strict = is_strict;
}

static void
note_damage(void *arg, const char *path, const char *what)
{
	bool *is_damaged = arg;

	(void)path;
	(void)what;
	*is_damaged = true;
}

/* What is there under this name already; *is_damaged: the same, and not whole
 * any more. */
static int
compare_with_old(struct installing *in, const char *to, bool *is_damaged)
{
	struct xoev_set *old;
	struct err err = { 0 };
	bool is_same;

	*is_damaged = false;
	if (xoev_catalogue_read(in->arena, to, in->set->id, &old, &err) == -1) {
		if (err.code == ERR_NOT_FOUND && access(to, F_OK) == -1)
			return 0;
		return err_set(in->err, ERR_CONFLICT, "%s is in the way", to);
	}
	is_same = old->nfile == in->set->nfile;
	for (size_t i = 0; is_same && i < old->nfile; i++)
		is_same = strcmp(old->file[i].path, in->set->file[i].path) ==
			0 &&
		    strcmp(old->file[i].sha256, in->set->file[i].sha256) == 0;
	if (!is_same)
		return err_set(in->err, ERR_CONFLICT,
		    "%s is installed with other files; a published set never "
		    "changes: check the source, or give it another --version",
		    in->set->id);
	if (xoev_set_verify(old, note_damage, is_damaged, &err) == -1)
		*is_damaged = true;
	if (*is_damaged)
		return 0;
	return err_set(in->err, ERR_DUPLICATE,
	    "%s is installed already, with the same files", in->set->id);
}

/* The same files as were there, whole again; the catalogue stays, and with it
 * the days. */
static int
put_right(struct installing *in, const char *to)
{
	const char *whole = arena_printf(in->arena, "%s/published", in->staging);
	const char *broken = arena_printf(in->arena, "%s/broken", in->staging);
	const char *at = arena_printf(in->arena, "%s/published", to);

	if ((rename(at, broken) == -1 && errno != ENOENT) ||
	    rename(whole, at) == -1)
		return err_set(in->err, ERR_IO, "%s: %s", at, strerror(errno));
	(void)utimensat(AT_FDCWD, in->xoev_dir, NULL, 0); /* look again */
	xoev_remove_folder(in->staging);
	return 0;
}

static int
put_in_place(struct installing *in)
{
	const char *to =
	    arena_printf(in->arena, "%s/%s", in->xoev_dir, in->set->id);
	bool is_damaged;

	if (compare_with_old(in, to, &is_damaged) == -1)
		return -1;
	if (!is_damaged && (try_compile(in) == -1 || write_catalogue(in) == -1))
		return -1;
	if (is_damaged) {
		if (put_right(in, to) == -1)
			return -1;
	} else if (rename(in->staging, to) == -1) {
		return err_set(in->err, ERR_IO, "%s: %s", to, strerror(errno));
	}
	in->set->dir = to;
	return 0;
}

static int
check_sums(struct installing *in)
{
	return in->claim.sums == NULL
	    ? 0
	    : xoev_sums_check(in->arena, in->claim.sums, in->source, in->set,
		  in->err);
}

int
xoev_install(struct arena *a, const char *xoev_dir, const char *source,
    const struct xoev_claim *claim, struct xoev_set **out, struct err *err)
{
	struct installing in = { .arena = a, .xoev_dir = xoev_dir,
		.source = source, .claim = *claim, .err = err };
	int rc = -1;

	in.set = arena_new(a, struct xoev_set, 1);
	in.staging = arena_printf(a, "%s/" STAGING "%ld", xoev_dir,
	    (long)getpid());
	in.set->dir = in.staging;
	if (look_at_source(&in) == -1 || make_dir(xoev_dir, err) == -1)
		return -1;
	sweep(&in);
	xoev_remove_folder(in.staging);
	if (take_in(&in) == 0 && settle(&in) == 0 &&
	    xoev_survey(a, in.set, err) == 0 && check_sums(&in) == 0) {
		settle_checks(&in);
		rc = put_in_place(&in);
	}
	if (rc == -1)
		xoev_remove_folder(in.staging);
	*out = in.set;
	return rc;
}
