#include "torhaus/xoev_install.h"

#include <stdlib.h>
#include <strings.h>

#include "common/file.h"

#define SUMS_MAX (8 * 1024 * 1024)
#define HASH 64

struct sum {
	const char *hash, *path;
	size_t len; /* of path */
};

struct sums {
	struct sum *sum;
	size_t n;
};

/* "<64 hex digits>  path" or "... *path", one a line. */
static int
read_line(char *line, struct sum *out)
{
	if (strspn(line, "0123456789abcdefABCDEF") != HASH ||
	    line[HASH] != ' ' ||
	    (line[HASH + 1] != ' ' && line[HASH + 1] != '*'))
		return -1;
	line[HASH] = '\0';
	out->hash = line;
	out->path = line + HASH + 2;
	if (strncmp(out->path, "./", 2) == 0)
		out->path += 2;
	out->len = strlen(out->path);
	return 0;
}

static int
read_sums(struct arena *a, const char *path, struct sums *out, struct err *err)
{
	char *text, *next;
	size_t len, lines = 1;

	if (file_read(a, path, SUMS_MAX, &text, &len, err) == -1)
		return -1;
	text[len] = '\0';
	for (const char *s = text; (s = strchr(s, '\n')) != NULL; s++)
		lines++;
	out->sum = arena_new(a, struct sum, lines);
	for (char *line = text; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		if (*line == '\0' || *line == '#')
			continue;
		if (read_line(line, &out->sum[out->n++]) == -1)
			return err_set(err, ERR_BAD_REQUEST,
			    "%s: is no list of SHA-256 sums as sha256sum "
			    "writes it", path);
	}
	return 0;
}

/* Whether s ends with the len bytes of a path, at the beginning of a name. */
static bool
ends_with(const char *s, size_t n, const char *path, size_t len)
{
	return n >= len && memcmp(s + n - len, path, len) == 0 &&
	    (n == len || s[n - len - 1] == '/');
}

/* The list's path is relative to some folder above the file, or to the set. */
static const struct sum *
sum_of(const struct sums *list, const char *whole, const char *path)
{
	size_t n = strlen(whole), len = strlen(path);

	for (size_t i = 0; i < list->n; i++)
		if (ends_with(list->sum[i].path, list->sum[i].len, path, len) &&
		    ends_with(whole, n, list->sum[i].path, list->sum[i].len))
			return &list->sum[i];
	return NULL;
}

/* The source's whole path; a ZIP file stands for the folder of its name. */
static const char *
place_of(struct arena *a, const char *source)
{
	char *real = realpath(source, NULL);
	char *place = arena_strdup(a, real == NULL ? source : real);
	size_t n = strlen(place);

	free(real);
	if (n > 4 && strcasecmp(place + n - 4, ".zip") == 0)
		place[n - 4] = '\0';
	return place;
}

/* What the list names below the set's folder, and the set lacks. */
static int
check_missing(const struct sums *list, const struct xoev_set *set,
    const char *top, size_t len, struct err *err)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *path = list->sum[i].path + len;
		bool found = false;

		if (list->sum[i].len <= len ||
		    memcmp(list->sum[i].path, top, len) != 0)
			continue;
		for (size_t k = 0; !found && k < set->nfile; k++)
			found = strcmp(set->file[k].path, path) == 0;
		if (!found)
			return err_set(err, ERR_BAD_REQUEST,
			    "%s is in the list of checksums, but not in the "
			    "set", path);
	}
	return 0;
}

int
xoev_sums_check(struct arena *a, const char *path, const char *source,
    const struct xoev_set *set, struct err *err)
{
	const char *place = place_of(a, source), *top = "";
	struct sums list = { 0 };
	size_t len = 0;

	if (read_sums(a, path, &list, err) == -1)
		return -1;
	for (size_t i = 0; i < set->nfile; i++) {
		const struct xoev_set_file *f = &set->file[i];
		const struct sum *sum = sum_of(&list,
		    arena_printf(a, "%s/%s", place, f->path), f->path);

		if (sum == NULL)
			return err_set(err, ERR_BAD_REQUEST,
			    "%s is not in the list of checksums", f->path);
		if (strcasecmp(sum->hash, f->sha256) != 0)
			return err_set(err, ERR_BAD_REQUEST,
			    "%s is not what was published: its checksum "
			    "differs", f->path);
		top = sum->path;
		len = sum->len - strlen(f->path);
	}
	return check_missing(&list, set, top, len, err);
}
