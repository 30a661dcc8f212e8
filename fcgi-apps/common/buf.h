/*
 * A byte buffer that grows up to a maximum given at birth, so that input has a
 * limit wherever it is kept.
 */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>
#include <stdarg.h>

#include "common/err.h"

struct arena;

struct buf {
	char *data; /* NUL-terminated once anything was appended */
	size_t len;
	size_t max; /* len <= max always holds */
	size_t room; /* private: bytes allocated */
	enum err_code failed; /* of the buf_put family, ERR_NONE when all fit */
};

/* An empty buffer; the caller frees it with buf_free. */
void buf_init(struct buf *b, size_t max);

/* A buffer that is freed with the arena. */
struct buf *buf_new(struct arena *a, size_t max);

/* Over max: ERR_TOO_LARGE, and the buffer stays as it was. */
int buf_append(struct buf *b, const void *src, size_t n, struct err *err);
/* The same as a sink: arg is the buffer. */
int buf_sink(void *arg, const void *src, size_t n, struct err *err);

/*
 * For writers that check once at the end: what does not fit is dropped and
 * remembered in b->failed (buf_check turns it into an error).
 */
void buf_put(struct buf *b, const void *src, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int buf_check(const struct buf *b, struct err *err);

/* Makes room for n bytes in all behind the NUL; ends the process without memory. */
void buf_reserve(struct buf *b, size_t n);

/* The text so far, "" when empty; valid until the next call on b. */
const char *buf_text(const struct buf *b);

void buf_reset(struct buf *b); /* empty again, memory kept */
void buf_wipe(struct buf *b);  /* overwritten, then freed */
void buf_free(struct buf *b);

#endif
