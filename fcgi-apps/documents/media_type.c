#include "documents/media_type.h"

#include <magic.h>
#include <pthread.h>

#define UNKNOWN "application/octet-stream"

static const struct {
	const char *type, *name, *endings;
	size_t at;
	const char *mark;
	size_t len;
} marks[] = {
	{"application/pdf", "PDF", ".pdf", 0, "%PDF-", 5},
	{"image/jpeg", "JPEG", ".jpg.jpeg", 0, "\xff\xd8\xff", 3},
	{"image/png", "PNG", ".png", 0, "\x89PNG\r\n\x1a\n", 8},
	{"image/webp", "WebP", ".webp", 8, "WEBP", 4},
	{"image/heic", "HEIC", ".heic.heif", 4, "ftypheic", 8},
	{"image/heic", "HEIC", ".heic.heif", 4, "ftypheix", 8},
	{"image/heic", "HEIC", ".heic.heif", 4, "ftypmif1", 8},
};

/*
 * libmagic's cookie belongs to one thread at a time, and one of its own for
 * each would cost each its tables. A look takes 0.1 ms, so threads take turns.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static magic_t cookie;

const char *
media_type_name(const char *type)
{
	for (size_t i = 0; i < nitems(marks); i++)
		if (strcmp(marks[i].type, type) == 0)
			return marks[i].name;
	return NULL;
}

const char *
media_type_endings(const char *type)
{
	for (size_t i = 0; i < nitems(marks); i++)
		if (strcmp(marks[i].type, type) == 0)
			return marks[i].endings;
	return "";
}

static const char *
by_mark(const char *head, size_t n)
{
	for (size_t i = 0; i < nitems(marks); i++)
		if (n >= marks[i].at + marks[i].len &&
		    memcmp(head + marks[i].at, marks[i].mark,
			marks[i].len) == 0)
			return marks[i].type;
	return NULL;
}

/* With the lock held. */
static int
open_cookie(struct err *err)
{
	if (cookie != NULL)
		return 0;
	cookie = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS |
	    MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_TAR);
	if (cookie == NULL)
		return err_set(err, ERR_INTERNAL, "libmagic: no cookie");
	if (magic_load(cookie, NULL) == 0)
		return 0;
	(void)err_set(
	    err, ERR_INTERNAL, "libmagic: %s", magic_error(cookie));
	magic_close(cookie);
	cookie = NULL;
	return -1;
}

static int
by_magic(struct arena *a, const void *head, size_t n, const char **out,
    struct err *err)
{
	const char *type;
	int rc = -1;

	(void)pthread_mutex_lock(&lock); /* cannot fail: no error checking */
	if (open_cookie(err) == 0) {
		type = magic_buffer(cookie, head, n);
		*out = arena_strdup(a, type != NULL ? type : UNKNOWN);
		rc = 0;
	}
	(void)pthread_mutex_unlock(&lock);
	return rc;
}

/* libmagic knows several names for the photos of one kind of phone. */
static bool
is_same(const char *mark, const char *magic)
{
	if (strcmp(mark, "image/heic") == 0)
		return strncmp(magic, "image/hei", 9) == 0;
	return strcmp(mark, magic) == 0;
}

static bool
has_other(const char *const *accept, size_t naccept)
{
	for (size_t i = 0; i < naccept; i++)
		if (media_type_name(accept[i]) == NULL)
			return true;
	return false;
}

int
media_type_of(struct arena *a, const void *head, size_t n,
    const char *const *accept, size_t naccept, const char **out,
    struct err *err)
{
	const char *mark = by_mark(head, n);

	*out = UNKNOWN;
	if (mark == NULL && !has_other(accept, naccept))
		return 0;
	if (by_magic(a, head, n, out, err) == -1)
		return -1;
	if (mark != NULL && is_same(mark, *out))
		*out = mark;
	return 0;
}
