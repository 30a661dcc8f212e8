#include "common/arena.h"

#include "common/log.h"

#if defined(__SANITIZE_ADDRESS__)
#define CHUNK 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHUNK 0
#endif
#endif
#ifndef CHUNK
#define CHUNK ((size_t)16 << 10) /* bytes; a page takes a few of them */
#endif
#define OWN_BLOCK (CHUNK / 4) /* what is larger gets a block of its own */

struct arena_block {
	struct arena_block *before;
	size_t used, room;
	max_align_t data[];
};

struct arena_deferred {
	struct arena_deferred *before;
	void (*done)(void *);
	void *arg;
};

static struct arena_block *
block_new(size_t room)
{
	struct arena_block *block;
	size_t bytes;

	if (__builtin_add_overflow(room, sizeof(*block), &bytes) ||
	    (block = calloc(1, bytes)) == NULL)
		log_fatal("arena: %zu bytes", room);
	block->room = room;
	return block;
}

/* A block for one piece; what is left of the chunk is cut from later. */
static void *
own_block(struct arena *a, size_t bytes)
{
	struct arena_block *block = block_new(bytes);

	block->used = bytes;
	if (a->last != NULL) {
		block->before = a->last->before;
		a->last->before = block;
	} else
		a->last = block;
	return block->data;
}

void *
arena_alloc(struct arena *a, size_t n, size_t size)
{
	const size_t align = sizeof(max_align_t) - 1;
	struct arena_block *block = a->last;
	size_t bytes, whole;
	void *piece;

	if (__builtin_mul_overflow(n, size, &bytes) ||
	    __builtin_add_overflow(bytes, align, &whole))
		log_fatal("arena: %zu x %zu bytes", n, size);
	whole &= ~align;
	if (bytes > OWN_BLOCK || CHUNK == 0)
		return own_block(a, bytes);
	if (block == NULL || block->room - block->used < whole) {
		block = block_new(CHUNK);
		block->before = a->last;
		a->last = block;
	}
	piece = (char *)block->data + block->used;
	block->used += whole;
	return piece;
}

char *
arena_dup(struct arena *a, const void *src, size_t len)
{
	char *copy = arena_alloc(a, len + 1, 1);

	if (len > 0)
		memcpy(copy, src, len);
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_dup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char small[256], *out;
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(small, sizeof(small), fmt, again);
	va_end(again);
	if (len < 0)
		log_fatal("arena: format %s", fmt);
	if ((size_t)len < sizeof(small))
		return arena_dup(a, small, (size_t)len);
	out = arena_alloc(a, (size_t)len + 1, 1);
	(void)vsnprintf(out, (size_t)len + 1, fmt, ap);
	return out;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *out;

	va_start(ap, fmt);
	out = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return out;
}

void
arena_defer(struct arena *a, void (*done)(void *), void *arg)
{
	struct arena_deferred *d = arena_new(a, struct arena_deferred, 1);

	*d = (struct arena_deferred){a->deferred, done, arg};
	a->deferred = d;
}

void
arena_free(struct arena *a)
{
	for (struct arena_deferred *d = a->deferred; d != NULL; d = d->before)
		d->done(d->arg);
	a->deferred = NULL;
	while (a->last != NULL) {
		struct arena_block *block = a->last;

		a->last = block->before;
		free(block);
	}
}
