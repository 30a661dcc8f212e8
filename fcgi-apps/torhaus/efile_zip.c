#include "torhaus/efile_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/file.h"
#include "common/log.h"

#define BLOCK 65536
#define ENTRIES_MAX 1000
#define PARCEL_MAX ((size_t)1 << 30)

struct efile_zip {
	struct arena arena;
	struct archive *zip;
	const char *path, *part;
	int fd;
};

static int
failed(struct efile_zip *z, struct err *err)
{
	int code = z->zip == NULL ? errno : archive_errno(z->zip);

	return err_set(err, code == ENOSPC || code == EDQUOT ? ERR_DISK_FULL
							      : ERR_IO,
	    "%s cannot be written: %s", z->part,
	    z->zip == NULL || archive_error_string(z->zip) == NULL
		? strerror(code) : archive_error_string(z->zip));
}

int
efile_zip_new(const char *path, struct efile_zip **out, struct err *err)
{
	struct efile_zip *z = calloc(1, sizeof(*z));

	if (z == NULL)
		log_fatal("efile: out of memory");
	z->path = arena_strdup(&z->arena, path);
	z->part = arena_printf(&z->arena, "%s.part", path);
	z->fd = open(z->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (z->fd == -1) {
		(void)failed(z, err);
		efile_zip_abort(z);
		return -1;
	}
	if ((z->zip = archive_write_new()) == NULL)
		log_fatal("efile: out of memory");
	if (archive_write_set_format_zip(z->zip) != ARCHIVE_OK ||
	    archive_write_zip_set_compression_store(z->zip) != ARCHIVE_OK ||
	    archive_write_open_fd(z->zip, z->fd) != ARCHIVE_OK) {
		(void)failed(z, err);
		efile_zip_abort(z);
		return -1;
	}
	*out = z;
	return 0;
}

int
efile_zip_entry(struct efile_zip *z, const char *name, int64_t size,
    int64_t at_ms, struct err *err)
{
	struct archive_entry *e = archive_entry_new();
	int rc;

	if (e == NULL)
		log_fatal("efile: out of memory");
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0640);
	archive_entry_set_size(e, size);
	archive_entry_set_mtime(e, at_ms / 1000, 0);
	rc = archive_write_header(z->zip, e);
	archive_entry_free(e);
	return rc == ARCHIVE_OK ? 0 : failed(z, err);
}

int
efile_zip_put(
    struct efile_zip *z, const void *data, size_t n, struct err *err)
{
	la_ssize_t written = archive_write_data(z->zip, data, n);

	return written == (la_ssize_t)n ? 0 : failed(z, err);
}

/* The folder of path, so that the new name is durable. */
static int
sync_folder(struct efile_zip *z)
{
	const char *slash = strrchr(z->path, '/');
	const char *dir = slash == NULL
	    ? "." : arena_dup(&z->arena, z->path, (size_t)(slash - z->path) + 1);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd == -1)
		return -1;
	rc = fsync(fd);
	(void)close(fd); /* only synced */
	return rc;
}

int
efile_zip_end(struct efile_zip *z, uint8_t sha256[CRYPTO_DIGEST_LEN],
    struct err *err)
{
	struct arena a = {0};
	char *data;
	size_t len;

	if (archive_write_close(z->zip) != ARCHIVE_OK) {
		(void)failed(z, err);
		efile_zip_abort(z);
		return -1;
	}
	(void)archive_write_free(z->zip);
	z->zip = NULL;
	if (fsync(z->fd) == -1) {
		(void)failed(z, err);
		efile_zip_abort(z);
		return -1;
	}
	if (file_read(&a, z->part, PARCEL_MAX, &data, &len, err) == -1) {
		efile_zip_abort(z);
		return -1;
	}
	crypto_sha256(data, len, sha256);
	arena_free(&a);
	if (rename(z->part, z->path) == -1 || sync_folder(z) == -1) {
		(void)failed(z, err);
		efile_zip_abort(z);
		return -1;
	}
	(void)close(z->fd); /* synced before */
	arena_free(&z->arena);
	free(z);
	return 0;
}

void
efile_zip_abort(struct efile_zip *z)
{
	if (z == NULL)
		return;
	if (z->zip != NULL)
		(void)archive_write_free(z->zip); /* it goes anyway */
	if (z->fd != -1) {
		(void)close(z->fd);
		(void)unlink(z->part);
	}
	arena_free(&z->arena);
	free(z);
}

/* ---- reading ---- */

static bool
is_xml(const char *name)
{
	size_t len = name == NULL ? 0 : strlen(name);

	return len > 4 && strcmp(name + len - 4, ".xml") == 0;
}

/* What is unpacked counts, not what the archive says. */
static int
read_entry(struct archive *zip, struct buf *out, struct err *err)
{
	char block[BLOCK];
	la_ssize_t n;

	while ((n = archive_read_data(zip, block, sizeof(block))) > 0)
		if (buf_append(out, block, (size_t)n, err) == -1)
			return -1;
	return n == 0 ? 0
		      : err_set(err, ERR_BAD_REQUEST,
			    "the ZIP file cannot be unpacked");
}

static int
find_xml(struct archive *zip, struct buf *out, struct err *err)
{
	struct archive_entry *e;
	size_t found = 0, seen = 0;
	int rc;

	while ((rc = archive_read_next_header(zip, &e)) == ARCHIVE_OK) {
		if (++seen > ENTRIES_MAX)
			return err_set(err, ERR_TOO_LARGE,
			    "the ZIP file has more than %d entries",
			    ENTRIES_MAX);
		if (!is_xml(archive_entry_pathname(e)))
			continue;
		if (found++ == 0 && read_entry(zip, out, err) == -1)
			return -1;
	}
	if (rc != ARCHIVE_EOF)
		return err_set(
		    err, ERR_BAD_REQUEST, "the ZIP file is damaged");
	return found == 1 ? 0
			  : err_set(err, ERR_BAD_REQUEST,
				"the ZIP file has %s XML message",
				found == 0 ? "no" : "more than one");
}

int
efile_zip_read_xml(struct arena *a, const void *data, size_t len, size_t max,
    char **out, size_t *out_len, struct err *err)
{
	struct archive *zip = archive_read_new();
	struct buf *text = buf_new(a, max);
	int rc;

	if (zip == NULL)
		log_fatal("efile: out of memory");
	(void)archive_read_support_format_zip(zip);
	if (archive_read_open_memory(zip, data, len) != ARCHIVE_OK)
		rc = err_set(err, ERR_BAD_REQUEST, "it is no ZIP file");
	else
		rc = find_xml(zip, text, err);
	(void)archive_read_free(zip); /* only read from */
	*out = arena_dup(a, buf_text(text), text->len);
	*out_len = text->len;
	return rc;
}
