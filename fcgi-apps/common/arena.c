#include "common/arena.h"

#include "common/log.h"

struct arena_block {
	struct arena_block *before;
	void (*done)(void *);
	void *arg;
	max_align_t data[];
};

static struct arena_block *
block_new(struct arena *a, size_t n, size_t size)
{
	struct arena_block *block;
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes) ||
	    __builtin_add_overflow(bytes, sizeof(*block), &bytes) ||
	    (block = calloc(1, bytes)) == NULL)
		log_fatal("arena: %zu x %zu bytes", n, size);
	block->before = a->last;
	a->last = block;
	return block;
}

void *
arena_alloc(struct arena *a, size_t n, size_t size)
{
	return block_new(a, n, size)->data;
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
	va_list again;
	char *out;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		log_fatal("arena: format %s", fmt);
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
	struct arena_block *block = block_new(a, 0, 1);

	block->done = done;
	block->arg = arg;
}

void
arena_free(struct arena *a)
{
	while (a->last != NULL) {
		struct arena_block *block = a->last;

		a->last = block->before;
		if (block->done != NULL)
			block->done(block->arg);
		free(block);
	}
}
