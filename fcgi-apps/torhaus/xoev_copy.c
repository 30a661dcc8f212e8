#include "torhaus/xoev_install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"
#include "common/xoev/xoev_catalogue.h"

/* Opens the folder that path lies in, below `to`; makes what is missing. */
static int
parent_open(int to, const char *path, const char **name, struct err *err)
{
	int dir = dup(to);
	const char *slash;

	while (dir != -1 && (slash = strchr(path, '/')) != NULL) {
		char part[256];
		size_t n = (size_t)(slash - path);
		int next;

		if (n >= sizeof(part))
			break;
		memcpy(part, path, n);
		part[n] = '\0';
		if (mkdirat(dir, part, 0755) == -1 && errno != EEXIST)
			break;
		next = openat(dir, part,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		(void)close(dir);
		dir = next;
		path = slash + 1;
	}
	if (dir == -1 || strchr(path, '/') != NULL) {
		if (dir != -1)
			(void)close(dir);
		return err_set(err, ERR_IO, "%s: its folder cannot be made",
		    path);
	}
	*name = path;
	return dir;
}

static int
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return fsync(fd);
}

int
xoev_put_file(int to, const char *path, const void *data, size_t len,
    struct err *err)
{
	const char *name;
	int dir = parent_open(to, path, &name, err), fd, rc = -1;

	if (dir == -1)
		return -1;
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0644);
	(void)close(dir);
	if (fd == -1)
		return err_set(err, errno == EEXIST ? ERR_DUPLICATE : ERR_IO,
		    "%s: %s", path,
		    errno == EEXIST ? "is there twice" : strerror(errno));
	if (write_all(fd, data, len) == -1)
		(void)err_set(err, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO,
		    "%s: %s", path, strerror(errno));
	else
		rc = 0;
	(void)close(fd);
	return rc;
}

struct copying {
	struct arena *arena;
	const char *from;
	int to;
	struct xoev_room *room;
	struct err *err;
};

static int
copy_file(const struct copying *c, const char *path, const struct stat *st)
{
	const char *from =
	    arena_printf(c->arena, "%s/%s", c->from, path);
	struct arena a = { 0 };
	char *text;
	size_t len;
	int rc;

	if (c->room->files == 0 || st->st_size > XOEV_FILE_MAX ||
	    st->st_size > c->room->bytes)
		return err_set(c->err, ERR_TOO_LARGE,
		    "%s: the set is larger than a schema set can be", path);
	rc = file_read(&a, from, XOEV_FILE_MAX, &text, &len, c->err);
	if (rc == 0) {
		c->room->files--;
		c->room->bytes -= (int64_t)len;
		rc = xoev_put_file(c->to, path, text, len, c->err);
	}
	arena_free(&a);
	return rc;
}

static int
copy_entry(const struct copying *c, const char *path, int depth);

static int
copy_below(const struct copying *c, const char *under, int depth)
{
	const char *path = arena_printf(c->arena, "%s%s%s", c->from,
	    *under == '\0' ? "" : "/", under);
	struct dirent *entry;
	int rc = 0;
	DIR *dir;

	if (depth > XOEV_FOLDERS_MAX)
		return err_set(
		    c->err, ERR_TOO_LARGE, "%s: folders too deep", under);
	if ((dir = opendir(path)) == NULL)
		return err_set(
		    c->err, ERR_IO, "%s: %s", path, strerror(errno));
	while (rc == 0 && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			rc = copy_entry(c,
			    arena_printf(c->arena, "%s%s%s", under,
				*under == '\0' ? "" : "/", entry->d_name),
			    depth);
	(void)closedir(dir);
	return rc;
}

static int
copy_entry(const struct copying *c, const char *path, int depth)
{
	const char *from =
	    arena_printf(c->arena, "%s/%s", c->from, path);
	struct stat st;

	if (!xoev_path_is_safe(path))
		return err_set(c->err, ERR_BAD_REQUEST,
		    "a file name that no schema set has");
	if (lstat(from, &st) == -1)
		return err_set(
		    c->err, ERR_IO, "%s: %s", from, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return copy_below(c, path, depth + 1);
	/* The head of our own sets' catalogue is read, not published. */
	if (strcmp(path, XOEV_CATALOGUE) == 0)
		return 0;
	if (!S_ISREG(st.st_mode))
		return err_set(c->err, ERR_BAD_REQUEST,
		    "%s: is no file (symbolic links are refused)", path);
	return copy_file(c, path, &st);
}

int
xoev_copy_folder(
    const char *from, int to, struct xoev_room *room, struct err *err)
{
	struct arena a = { 0 };
	struct copying c = { .arena = &a, .from = from, .to = to,
		.room = room, .err = err };
	int rc = copy_below(&c, "", 0);

	arena_free(&a);
	return rc;
}

static void
remove_below(int dir, const char *name, int depth)
{
	int fd = openat(
	    dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL) {
		if (fd != -1)
			(void)close(fd);
		return;
	}
	while (depth <= XOEV_FOLDERS_MAX + 2 && (entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) == -1)
			remove_below(fd, entry->d_name, depth + 1);
	}
	(void)closedir(d);
	(void)unlinkat(dir, name, AT_REMOVEDIR);
}

void
xoev_remove_folder(const char *path)
{
	remove_below(AT_FDCWD, path, 0);
}
