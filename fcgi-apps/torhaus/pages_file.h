/* A tree of files that appears whole or not at all. */
#ifndef PAGES_FILE_H
#define PAGES_FILE_H

#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

struct pages_tree {
	struct arena *arena;
	const char *final; /* where it shall stand */
	const char *work;  /* beside it, until it is ready */
};

/* Begins a tree; what a broken run left beside final is removed. */
int pages_tree_begin(struct arena *a, const char *final,
    struct pages_tree *out, struct err *err);

/* Writes one file; folders on its way are made. path is relative. */
int pages_tree_put(struct pages_tree *t, const char *path, const void *data,
    size_t len, struct err *err);

/* Swaps the new tree for the old one in one step and removes the old one. */
int pages_tree_commit(struct pages_tree *t, struct err *err);

/* Gives up: final stays as it was. */
void pages_tree_abandon(struct pages_tree *t);

#endif
