#include "torhaus/pages_file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void
remove_tree(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int
pages_tree_begin(struct arena *a, const char *final, struct pages_tree *out,
    struct err *err)
{
	size_t len = strlen(final);

	while (len > 1 && final[len - 1] == '/')
		len--;
	*out = (struct pages_tree){
	    .arena = a,
	    .final = arena_dup(a, final, len),
	    .work = arena_printf(a, "%.*s.new", (int)len, final),
	};
	remove_tree(out->work);
	if (mkdir(out->work, 0755) == -1)
		return err_set(
		    err, ERR_IO, "%s: %s", out->work, strerror(errno));
	return 0;
}

/* Makes the folders in front of the file's name. */
static int
make_folders(char *path, size_t from, struct err *err)
{
	for (char *slash = strchr(path + from, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) == -1 && errno != EEXIST)
			return err_set(
			    err, ERR_IO, "%s: %s", path, strerror(errno));
		*slash = '/';
	}
	return 0;
}

int
pages_tree_put(struct pages_tree *t, const char *path, const void *data,
    size_t len, struct err *err)
{
	char *full = arena_printf(t->arena, "%s/%s", t->work, path);
	FILE *f;
	bool is_written;

	if (make_folders(full, strlen(t->work) + 1, err) == -1)
		return -1;
	if ((f = fopen(full, "wxe")) == NULL)
		return err_set(err, ERR_IO, "%s: %s", full, strerror(errno));
	is_written = fwrite(data, 1, len, f) == len;
	if (fclose(f) != 0 || !is_written)
		return err_set(err, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO,
		    "%s: %s", full, strerror(errno));
	return 0;
}

int
pages_tree_commit(struct pages_tree *t, struct err *err)
{
	unsigned flags = access(t->final, F_OK) == 0 ? RENAME_EXCHANGE : 0;

	if (renameat2(AT_FDCWD, t->work, AT_FDCWD, t->final, flags) == -1)
		return err_set(err, ERR_IO, "%s: %s", t->final, strerror(errno));
	if (flags != 0)
		remove_tree(t->work); /* the old tree by now */
	return 0;
}

void
pages_tree_abandon(struct pages_tree *t)
{
	remove_tree(t->work);
}
