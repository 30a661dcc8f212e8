#include "common/document_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"

#define FOLDER_MAX 4096
#define NAME_LEN 33 /* 32 hex digits, NUL */

/* A document's place: the folder, open, and the name in it. */
struct place {
	int folder;
	char name[NAME_LEN];
};

struct document_file {
	struct place place;
	int fd;
	struct crypto_writer *writer;
};

static int
failed(struct err *err, const char *what)
{
	return err_set(err,
	    errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO,
	    "documents: %s: %s", what, strerror(errno));
}

static void
name_of(const struct id *id, char name[NAME_LEN])
{
	for (size_t i = 0; i < ID_LEN; i++)
		(void)snprintf(name + 2 * i, 3, "%02x", id->byte[i]);
}

/* Makes the folder path unless it is there, durably. Whoever may enter
 * documents_dir may enter it: the courier sweeps. */
static int
make_folder(const char *parent, const char *path, struct err *err)
{
	int fd, rc;

	if (mkdir(path, 0770) == -1)
		return errno == EEXIST ? 0 : failed(err, path);
	/* The umask is no matter; documents_dir's group comes along. */
	if (chmod(path, 02770) == -1)
		return failed(err, path);
	if ((fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return failed(err, parent);
	rc = fsync(fd) == -1 ? failed(err, parent) : 0;
	(void)close(fd);
	return rc;
}

/* Opens the folder of a document; with is_new it is made if need be. */
static int
place_open(const char *dir, uint32_t town_id, const struct id *id,
    bool is_new, struct place *out, struct err *err)
{
	char town[FOLDER_MAX], folder[FOLDER_MAX + 8];
	int n;

	n = snprintf(town, sizeof(town), "%s/%u", dir, town_id);
	if (n < 0 || (size_t)n >= sizeof(town))
		return err_set(err, ERR_CONFIG, "documents_dir is too long");
	(void)snprintf(folder, sizeof(folder), "%s/%02x", town,
	    id->byte[ID_LEN - 1]);
	name_of(id, out->name);
	out->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->folder == -1 && errno == ENOENT && is_new) {
		if (make_folder(dir, town, err) == -1 ||
		    make_folder(town, folder, err) == -1)
			return -1;
		out->folder =
		    open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return out->folder == -1 ? failed(err, folder) : 0;
}

static void
part_name(const struct place *place, char out[NAME_LEN + 5])
{
	(void)snprintf(out, NAME_LEN + 5, "%s.part", place->name);
}

int
document_file_new(const char *dir, uint32_t town_id, const struct id *id,
    const struct crypto_key *key, struct document_file **out,
    struct err *err)
{
	struct document_file *f = calloc(1, sizeof(*f));
	char part[NAME_LEN + 5];

	if (f == NULL)
		log_fatal("documents: out of memory");
	if (place_open(dir, town_id, id, true, &f->place, err) == -1) {
		free(f);
		return -1;
	}
	part_name(&f->place, part);
	f->fd = openat(f->place.folder, part,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (f->fd == -1) {
		(void)failed(err, part);
		(void)close(f->place.folder);
		free(f);
		return -1;
	}
	f->writer = crypto_writer_new(f->fd, key, id);
	*out = f;
	return 0;
}

int
document_file_put(
    struct document_file *f, const void *data, size_t n, struct err *err)
{
	return crypto_writer_put(f->writer, data, n, err);
}

static void
file_free(struct document_file *f)
{
	crypto_writer_free(f->writer);
	(void)close(f->fd); /* fsync has told, or nobody wants it */
	(void)close(f->place.folder);
	free(f);
}

void
document_file_abort(struct document_file *f)
{
	char part[NAME_LEN + 5];

	if (f == NULL)
		return;
	part_name(&f->place, part);
	if (unlinkat(f->place.folder, part, 0) == -1 && errno != ENOENT)
		log_warn("documents: %s stays behind: %s", part,
		    strerror(errno)); /* until the sweep */
	file_free(f);
}

/* Everything to the disk, then the name. */
static int
make_durable(struct document_file *f, struct err *err)
{
	char part[NAME_LEN + 5];

	part_name(&f->place, part);
	if (fsync(f->fd) == -1)
		return failed(err, part);
	if (renameat(f->place.folder, part, f->place.folder,
		f->place.name) == -1)
		return failed(err, part);
	if (fsync(f->place.folder) == -1) {
		(void)failed(err, f->place.name);
		(void)unlinkat(f->place.folder, f->place.name, 0);
		return -1;
	}
	return 0;
}

int
document_file_commit(struct document_file *f, struct document_file_info *out,
    struct err *err)
{
	if (crypto_writer_end(f->writer, out->sha256, out->cipher_sha256,
		&out->size, err) == -1 ||
	    make_durable(f, err) == -1) {
		document_file_abort(f);
		return -1;
	}
	file_free(f);
	return 0;
}

static int
open_to_read(const char *dir, uint32_t town_id, const struct id *id,
    struct err *err)
{
	struct place place;
	int fd;

	if (place_open(dir, town_id, id, false, &place, err) == -1)
		return -1;
	fd = openat(place.folder, place.name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		(void)failed(err, place.name);
	(void)close(place.folder);
	return fd;
}

int
document_file_read(const char *dir, uint32_t town_id, const struct id *id,
    const struct crypto_key *key,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	int fd = open_to_read(dir, town_id, id, err);
	int rc;

	if (fd == -1)
		return -1;
	rc = crypto_file_read(fd, key, id, sink, arg, err);
	(void)close(fd);
	return rc;
}

int
document_file_read_range(const char *dir, uint32_t town_id,
    const struct id *id, const struct crypto_key *key, int64_t offset,
    int64_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	int fd = open_to_read(dir, town_id, id, err);
	int rc;

	if (fd == -1)
		return -1;
	rc = crypto_file_read_range(fd, key, id, offset, n, sink, arg, err);
	(void)close(fd);
	return rc;
}

int
document_file_check(const char *dir, uint32_t town_id, const struct id *id,
    const struct crypto_key *key,
    const uint8_t cipher_sha256[CRYPTO_DIGEST_LEN], struct err *err)
{
	int fd = open_to_read(dir, town_id, id, err);
	int rc;

	if (fd == -1)
		return -1;
	rc = crypto_file_check(fd, key, id, cipher_sha256, err);
	(void)close(fd);
	return rc;
}

int
document_file_remove(const char *dir, uint32_t town_id, const struct id *id,
    struct err *err)
{
	struct place place;
	int rc = 0;

	if (place_open(dir, town_id, id, false, &place, err) == -1) {
		if (errno != ENOENT)
			return -1;
		err_clear(err);
		return 0;
	}
	if (unlinkat(place.folder, place.name, 0) == -1) {
		if (errno != ENOENT)
			rc = failed(err, place.name);
	} else if (fsync(place.folder) == -1) {
		rc = failed(err, place.name);
	}
	(void)close(place.folder);
	return rc;
}
