/* Parcels: ZIP files with stored entries (libarchive behind). */
#ifndef EFILE_ZIP_H
#define EFILE_ZIP_H

#include "common/crypto/crypto.h"

struct efile_zip;

/* Starts path as "<path>.part". ERR_IO, ERR_DISK_FULL. */
int efile_zip_new(const char *path, struct efile_zip **out, struct err *err);
/* Starts an entry of size bytes, all of which must follow. */
int efile_zip_entry(struct efile_zip *z, const char *name, int64_t size,
    int64_t at_ms, struct err *err);
int efile_zip_put(
    struct efile_zip *z, const void *data, size_t n, struct err *err);
/* Makes it durable under its name and frees z, in case of an error too; then
 * nothing is left of it. sha256: of the file. */
int efile_zip_end(struct efile_zip *z, uint8_t sha256[CRYPTO_DIGEST_LEN],
    struct err *err);
void efile_zip_abort(struct efile_zip *z); /* NULL is fine */

/* The only XML in a ZIP file, at most max bytes, in arena a. ERR_BAD_REQUEST
 * when there is none or more than one. */
int efile_zip_read_xml(struct arena *a, const void *data, size_t len,
    size_t max, char **out, size_t *out_len, struct err *err);

#endif
