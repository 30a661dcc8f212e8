/*
 * Runs a filter program (receipt, photoclean) with bytes in and out, under
 * limits: its parser of foreign formats can break nothing but itself.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include "common/buf.h"

struct spawn_limits {
	int timeout_ms;
	size_t memory; /* address space, bytes */
	size_t out_max; /* bytes of its answer */
};

/*
 * Feeds in to the program at path (no shell, empty environment but LANG and
 * FONTCONFIG's, limits by setrlimit, no core) and appends what it prints to
 * out. Its standard input and output are a socket. Exit code not 0, time over:
 * ERR_INTERNAL; its exit code 65 (EX_DATAERR): ERR_MEDIA_TYPE.
 */
int spawn_filter(const char *path, const void *in, size_t len,
    const struct spawn_limits *limits, struct buf *out, struct err *err);

#endif
