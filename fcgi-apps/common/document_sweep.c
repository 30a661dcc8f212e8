#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/document_files.h"
#include "common/log.h"
#include "common/num.h"

#define HEX_LEN 32
#define PART ".part"

struct sweeper {
	struct document_sweep *sweep;
	int64_t now_s;
	bool is_whole;
	uint32_t town_id;
	int fd; /* of the folder at hand */
};

/* Calls each for the entries of the folder name in fd, until it fails. */
static int
each_entry(struct sweeper *s, const char *name,
    int (*each)(struct sweeper *s, const char *name, struct err *err),
    struct err *err)
{
	int before = s->fd, rc = 0;
	struct dirent *entry;
	DIR *dir = NULL;

	s->fd = openat(before, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (s->fd == -1 || (dir = fdopendir(dup(s->fd))) == NULL) {
		if (errno != ENOENT && errno != ENOTDIR)
			rc = err_set(err, ERR_IO, "documents: %s: %s", name,
			    strerror(errno));
	}
	while (dir != NULL && rc == 0 && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			rc = each(s, entry->d_name, err);
	if (dir != NULL)
		(void)closedir(dir);
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = before;
	return rc;
}

/* Whether the file is at least that old. */
static bool
is_old(const struct sweeper *s, const char *name, int64_t age_s)
{
	struct stat st;

	return fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && s->now_s - st.st_mtime >= age_s;
}

static void
remove_file(const struct sweeper *s, const char *name, int64_t *count)
{
	if (unlinkat(s->fd, name, 0) == 0)
		++*count;
	else if (errno != ENOENT) /* another sweep was faster */
		log_warn("documents: %s: %s", name, strerror(errno));
}

static int
sweep_file(struct sweeper *s, const char *name, struct err *err)
{
	char hex[HEX_LEN + 1];
	bool is_wanted = true;
	struct id id;

	(void)snprintf(hex, sizeof(hex), "%s", name);
	if (id_parse(hex, &id, err) == -1) {
		err_clear(err); /* none of ours */
		return 0;
	}
	if (strcmp(name + HEX_LEN, PART) == 0) {
		if (is_old(s, name, DOCUMENT_PART_AGE_S))
			remove_file(s, name, &s->sweep->parts);
		return 0;
	}
	if (name[HEX_LEN] != '\0' ||
	    !is_old(s, name, DOCUMENT_ORPHAN_AGE_S) ||
	    (!s->is_whole && is_old(s, name, DOCUMENT_OLD_AGE_S)))
		return 0;
	if (s->sweep->is_wanted(
		s->sweep->arg, s->town_id, &id, &is_wanted, err) == -1)
		return -1;
	if (!is_wanted)
		remove_file(s, name, &s->sweep->orphans);
	return 0;
}

static int
sweep_folder(struct sweeper *s, const char *name, struct err *err)
{
	return each_entry(s, name, sweep_file, err);
}

static int
sweep_town(struct sweeper *s, const char *name, struct err *err)
{
	int64_t town_id;

	if (num_parse(name, 0, UINT32_MAX, &town_id, err) == -1) {
		err_clear(err);
		return 0;
	}
	s->town_id = (uint32_t)town_id;
	return each_entry(s, name, sweep_folder, err);
}

int
document_files_sweep(const char *dir, int64_t now_s, bool is_whole,
    struct document_sweep *sweep, struct err *err)
{
	struct sweeper s = {.sweep = sweep, .now_s = now_s,
	    .is_whole = is_whole, .fd = AT_FDCWD};

	return each_entry(&s, dir, sweep_town, err);
}
