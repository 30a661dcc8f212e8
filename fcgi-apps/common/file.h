/* Whole files, read and checked for size. */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

/*
 * Reads a regular file of at most max bytes into arena a, NUL-terminated.
 * ERR_NOT_FOUND, ERR_TOO_LARGE, ERR_IO, each with the path in msg.
 */
int file_read(struct arena *a, const char *path, size_t max, char **out,
    size_t *len, struct err *err);

#endif
