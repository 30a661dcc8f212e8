/*
 * What a handler builds lives in the request's arena and dies with it. Pieces
 * are cut from chunks; built with ASan each is a calloc of its own, so that
 * every overrun shows.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;
struct arena_deferred;

struct arena {
	struct arena_block *last;	 /* the chunk that is cut from */
	struct arena_deferred *deferred; /* newest first */
};

/* n zeroed pieces of size bytes; never NULL, ends the process without memory. */
void *arena_alloc(struct arena *a, size_t n, size_t size)
    __attribute__((alloc_size(2, 3), returns_nonnull));

#define arena_new(a, type, n) ((type *)arena_alloc((a), (n), sizeof(type)))

/* A copy of len bytes with a NUL behind them. */
char *arena_dup(struct arena *a, const void *src, size_t len)
    __attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s)
    __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0), returns_nonnull));

/* Has done(arg) called when the arena is freed, while its pieces are still
 * there, newest first: for buffers, documents. */
void arena_defer(struct arena *a, void (*done)(void *), void *arg);

/* Frees every piece; the arena is empty and usable again. */
void arena_free(struct arena *a);

#endif
