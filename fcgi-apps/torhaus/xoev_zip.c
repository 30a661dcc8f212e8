#include "torhaus/xoev_install.h"

#include <archive.h>
#include <archive_entry.h>

#include "common/buf.h"
#include "common/xoev_catalogue.h"

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

int
xoev_unzip(
    const char *from, int to, struct xoev_room *room, struct err *err)
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
