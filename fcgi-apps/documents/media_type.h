/* What a file is, by its first bytes, whatever it is called. */
#ifndef MEDIA_TYPE_H
#define MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

#define MEDIA_HEAD 4096 /* first bytes that are enough to tell */

/* What people call it; NULL when we have no short name: "PDF", "JPEG". */
const char *media_type_name(const char *type);

/* The ending that a file of this type must have, with others that are as
 * good; "" when any will do. ".jpg.jpeg" */
const char *media_type_endings(const char *type);

/*
 * The type of contents that begin with these n bytes (MEDIA_HEAD, or all there
 * are). The types that citizens send are told by their own marks and confirmed
 * by libmagic. Everything else is asked of libmagic only if accept names a
 * type beyond those, since that search walks through its whole database: 7 MiB
 * of memory for the sake of a refusal. "application/octet-stream" when it is
 * nothing known. *out lives in arena a. ERR_INTERNAL: libmagic does not work.
 */
int media_type_of(struct arena *a, const void *head, size_t n,
    const char *const *accept, size_t naccept, const char **out,
    struct err *err);

#endif
