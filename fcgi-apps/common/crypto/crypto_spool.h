/*
 * Bytes that may be many: up to a limit in memory, beyond it in a nameless
 * temporary file, encrypted under a key that only this process ever has
 * (AES-256-CTR, SP 800-38A 6.5: random access; the key is used for one file, of
 * which every byte is written once). Written once from front to back, read
 * anywhere.
 */
#ifndef CRYPTO_SPOOL_H
#define CRYPTO_SPOOL_H

#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"

struct crypto_spool;

/* dir: where the temporary file would be; max: bytes in all. Ends with the
 * arena, and what it held is gone. */
struct crypto_spool *crypto_spool_new(
    struct arena *a, const char *dir, int64_t max);

/* ERR_TOO_LARGE beyond max; ERR_DISK_FULL, ERR_IO. */
int crypto_spool_put(
    struct crypto_spool *s, const void *data, size_t n, struct err *err);
/* The same as a sink: arg is the spool. */
int crypto_spool_sink(
    void *arg, const void *data, size_t n, struct err *err);
int64_t crypto_spool_len(const struct crypto_spool *s);

/* Reads n bytes from offset, all of which must be there. */
int crypto_spool_read(struct crypto_spool *s, int64_t offset, void *out,
    size_t n, struct err *err);

/* Hands n bytes from offset to sink, in pieces. */
int crypto_spool_each(struct crypto_spool *s, int64_t offset, int64_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);

#endif
