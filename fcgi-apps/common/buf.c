#include "common/buf.h"

#include "common/arena.h"
#include "common/log.h"

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

static void
free_later(void *arg)
{
	buf_free(arg);
}

struct buf *
buf_new(struct arena *a, size_t max)
{
	struct buf *b = arena_new(a, struct buf, 1);

	buf_init(b, max);
	arena_defer(a, free_later, b);
	return b;
}

void
buf_reserve(struct buf *b, size_t n)
{
	size_t room = b->room < 256 ? 256 : b->room;
	char *data;

	if (n <= b->room)
		return;
	while (room < n) {
		if (__builtin_mul_overflow(room, (size_t)2, &room))
			log_fatal("buf: %zu bytes", n);
	}
	if ((data = realloc(b->data, room)) == NULL)
		log_fatal("buf: %zu bytes", n);
	b->data = data;
	b->room = room;
}

int
buf_append(struct buf *b, const void *src, size_t n, struct err *err)
{
	if (n > b->max - b->len) /* len <= max always holds */
		return err_set(err, ERR_TOO_LARGE, "over %zu bytes", b->max);
	buf_reserve(b, b->len + n + 1);
	if (n > 0)
		memcpy(b->data + b->len, src, n);
	b->len += n;
	b->data[b->len] = '\0';
	return 0;
}

void
buf_put(struct buf *b, const void *src, size_t n)
{
	if (b->failed != ERR_NONE)
		return;
	if (n > b->max - b->len) {
		b->failed = ERR_TOO_LARGE;
		return;
	}
	buf_reserve(b, b->len + n + 1);
	if (n > 0)
		memcpy(b->data + b->len, src, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (len < 0) {
		b->failed = ERR_INTERNAL;
		return;
	}
	if ((size_t)len < sizeof(small)) {
		buf_put(b, small, (size_t)len);
		return;
	}
	if (b->failed != ERR_NONE || (size_t)len > b->max - b->len) {
		b->failed = ERR_TOO_LARGE;
		return;
	}
	buf_reserve(b, b->len + (size_t)len + 1);
	va_start(ap, fmt);
	(void)vsnprintf(b->data + b->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)len;
}

int
buf_check(const struct buf *b, struct err *err)
{
	if (b->failed != ERR_NONE)
		return err_set(err, b->failed, "over %zu bytes", b->max);
	return 0;
}

const char *
buf_text(const struct buf *b)
{
	return b->data == NULL ? "" : b->data;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = ERR_NONE;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->room);
	buf_free(b);
}

void
buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
	b->room = 0;
}

int
buf_sink(void *arg, const void *src, size_t n, struct err *err)
{
	return buf_append(arg, src, n, err);
}
