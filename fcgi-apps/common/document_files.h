/*
 * Where encrypted documents lie: one file a document (crypto_file), named by
 * its id, under DIR/<town>/<last byte of the id in hex>/ (town 0: of the
 * installation, as OSCI messages may be). Everything that
 * touches these files goes through here, so that another kind of store can
 * take the folder's place.
 */
#ifndef DOCUMENT_FILES_H
#define DOCUMENT_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/crypto/crypto_file.h"

struct document_file; /* one that is being written */

/* What was written, for the document's row. */
struct document_file_info {
	int64_t size;
	uint8_t sha256[CRYPTO_DIGEST_LEN], cipher_sha256[CRYPTO_DIGEST_LEN];
};

/* Starts a document as "<id>.part". ERR_DISK_FULL, ERR_IO. */
int document_file_new(const char *dir, uint32_t town_id, const struct id *id,
    const struct crypto_key *key, struct document_file **out,
    struct err *err);
int document_file_put(
    struct document_file *f, const void *data, size_t n, struct err *err);
/*
 * Makes it durable under its name (fsync, rename, fsync of the folder) and
 * frees f, in case of an error too: then nothing is left of it.
 */
int document_file_commit(struct document_file *f,
    struct document_file_info *out, struct err *err);
/* Removes what was written and frees f. NULL is fine. */
void document_file_abort(struct document_file *f);

/* Decrypts into sink; see crypto_file_read. No such file: ERR_IO, since its
 * row promised it. */
int document_file_read(const char *dir, uint32_t town_id, const struct id *id,
    const struct crypto_key *key,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);
/* The same for n bytes from offset; see crypto_file_read_range. */
int document_file_read_range(const char *dir, uint32_t town_id,
    const struct id *id, const struct crypto_key *key, int64_t offset,
    int64_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);
/* Whether the file is the one its row was written for; see crypto_file_check. */
int document_file_check(const char *dir, uint32_t town_id,
    const struct id *id, const struct crypto_key *key,
    const uint8_t cipher_sha256[CRYPTO_DIGEST_LEN], struct err *err);

/* Removes it durably; one that is not there is fine. */
int document_file_remove(const char *dir, uint32_t town_id,
    const struct id *id, struct err *err);

#define DOCUMENT_PART_AGE_S 3600    /* then an upload is certainly over */
#define DOCUMENT_ORPHAN_AGE_S 86400 /* then its row would be there */
#define DOCUMENT_OLD_AGE_S (8 * 86400) /* looked at by sweeps before */

struct document_sweep {
	/*
	 * Whether a row promises this file. -1: cannot be told now; the file
	 * stays, and the sweep ends.
	 */
	int (*is_wanted)(void *arg, uint32_t town_id, const struct id *id,
	    bool *out, struct err *err);
	void *arg;
	int64_t parts, orphans; /* counts what was removed */
};

/*
 * Removes what crashes left: .part files older than DOCUMENT_PART_AGE_S, and
 * files that no row promises, older than DOCUMENT_ORPHAN_AGE_S. With is_whole
 * every file's row is looked for; else only those of files younger than
 * DOCUMENT_OLD_AGE_S, which is enough if it runs every few days. Foreign files
 * are left alone. now_s: seconds since the epoch.
 */
int document_files_sweep(const char *dir, int64_t now_s, bool is_whole,
    struct document_sweep *sweep, struct err *err);

#endif
