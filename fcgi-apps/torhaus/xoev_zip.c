#include "torhaus/xoev_install.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "common/buf.h"
#include "common/xoev/xoev_catalogue.h"

#define BLOCK 65536

struct unzipping {
	struct archive *zip;
	int to;
	struct xoev_room *room;
	struct err *err;
};

/* What is unpacked counts, not what the archive says: that is how a bomb shows. */
static int
read_entry(struct unzipping *u, const char *path, struct buf *b)
{
	char block[BLOCK];
	la_ssize_t n;

	while ((n = archive_read_data(u->zip, block, sizeof(block))) > 0) {
		if ((size_t)n > b->max - b->len ||
		    (int64_t)(b->len + (size_t)n) > u->room->bytes)
			return err_set(u->err, ERR_TOO_LARGE,
			    "%s: unpacked it is larger than a schema set can "
			    "be", path);
		buf_put(b, block, (size_t)n);
	}
	if (n < 0)
		return err_set(u->err, ERR_BAD_REQUEST,
		    "%s: cannot be unpacked: %s", path,
		    archive_error_string(u->zip));
	return 0;
}

/* What some systems add of their own to every ZIP file. */
static bool
is_litter(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name == NULL ? path : name + 1;
	return strncmp(path, "__MACOSX/", 9) == 0 ||
	    strcmp(name, ".DS_Store") == 0 || strcmp(name, "Thumbs.db") == 0;
}

static size_t
folders_of(const char *path)
{
	size_t n = 0;

	while ((path = strchr(path, '/')) != NULL) {
		path++;
		n++;
	}
	return n;
}

static int
take_file(struct unzipping *u, const char *path)
{
	struct buf b;
	int rc;

	if (u->room->files == 0)
		return err_set(u->err, ERR_TOO_LARGE, "over %d files",
		    XOEV_FILES_MAX);
	buf_init(&b, XOEV_FILE_MAX);
	rc = read_entry(u, path, &b);
	if (rc == 0) {
		u->room->files--;
		u->room->bytes -= (int64_t)b.len;
		rc = xoev_put_file(u->to, path, buf_text(&b), b.len, u->err);
	}
	buf_free(&b);
	return rc;
}

static int
take_entry(struct unzipping *u, struct archive_entry *entry)
{
	const char *path = archive_entry_pathname_utf8(entry);

	if (archive_entry_is_encrypted(entry))
		return err_set(
		    u->err, ERR_BAD_REQUEST, "the ZIP file is encrypted");
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return 0;
	while (path != NULL && strncmp(path, "./", 2) == 0)
		path += 2; /* as tar writes a folder's files */
	if (path == NULL || !xoev_path_is_safe(path))
		return err_set(u->err, ERR_BAD_REQUEST,
		    "the ZIP file holds a path that leads outside, or a name "
		    "that no schema set has");
	if (archive_entry_filetype(entry) != AE_IFREG ||
	    archive_entry_symlink(entry) != NULL ||
	    archive_entry_hardlink(entry) != NULL)
		return err_set(u->err, ERR_BAD_REQUEST,
		    "%s: is no file (links are refused)", path);
	if (is_litter(path))
		return 0;
	if (folders_of(path) > XOEV_FOLDERS_MAX)
		return err_set(
		    u->err, ERR_TOO_LARGE, "%s: folders too deep", path);
	return take_file(u, path);
}

static int
take_all(struct unzipping *u)
{
	struct archive_entry *entry;
	size_t entries = 0;

	for (;;) {
		int r = archive_read_next_header(u->zip, &entry);

		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK)
			return err_set(u->err, ERR_BAD_REQUEST,
			    "the ZIP file is damaged: %s",
			    archive_error_string(u->zip));
		if (++entries > 2 * XOEV_FILES_MAX)
			return err_set(u->err, ERR_TOO_LARGE,
			    "too many entries in the ZIP file");
		if (take_entry(u, entry) == -1)
			return -1;
	}
}

static int
unzip(const char *from, int to, struct xoev_room *room, struct err *err)
{
	struct unzipping u = { .zip = archive_read_new(), .to = to,
		.room = room, .err = err };
	int rc;

	if (u.zip == NULL)
		return err_set(err, ERR_INTERNAL, "no memory for a ZIP file");
	/* Nothing but ZIP: each further format is further code to break. */
	(void)archive_read_support_format_zip(u.zip);
	if (archive_read_open_filename(u.zip, from, BLOCK) != ARCHIVE_OK)
		rc = err_set(err, ERR_BAD_REQUEST,
		    "%s: neither a folder nor a ZIP file", from);
	else
		rc = take_all(&u);
	(void)archive_read_free(u.zip);
	return rc;
}

/* Names are UTF-8 whatever the operator's locale is: libarchive asks it. */
int
xoev_unzip(
    const char *from, int to, struct xoev_room *room, struct err *err)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 == (locale_t)0 ? utf8 : uselocale(utf8);
	int rc = unzip(from, to, room, err);

	if (utf8 != (locale_t)0) {
		(void)uselocale(before);
		freelocale(utf8);
	}
	return rc;
}
