#include "common/photo/photo_format.h"

static const struct {
	const char *media_type;
	const struct photo_format *format;
} kinds[] = {
	[PHOTO_JPEG] = {"image/jpeg", &photo_jpeg},
	[PHOTO_PNG] = {"image/png", &photo_png},
	[PHOTO_WEBP] = {"image/webp", &photo_webp},
};

bool
photo_kind_of(const char *media_type, enum photo_kind *out)
{
	for (size_t i = 0; i < nitems(kinds); i++) {
		if (strcmp(media_type, kinds[i].media_type) == 0) {
			*out = (enum photo_kind)i;
			return true;
		}
	}
	return false;
}

struct photo_strip *
photo_strip_new(
    struct arena *a, enum photo_kind kind, photo_sink sink, void *arg)
{
	struct photo_strip *p = arena_new(a, struct photo_strip, 1);

	p->format = kinds[kind].format;
	p->arena = a;
	p->sink = sink;
	p->arg = arg;
	photo_want_head(p, p->format->first);
	return p;
}

void
photo_want_head(struct photo_strip *p, size_t need)
{
	p->mode = PHOTO_HEAD;
	p->need = need;
	p->have = 0;
}

void
photo_want(struct photo_strip *p, enum photo_mode mode, uint64_t left)
{
	p->mode = mode;
	p->left = left;
	p->held = 0;
}

int
photo_emit(struct photo_strip *p, const void *data, size_t n, struct err *err)
{
	return n == 0 ? 0 : p->sink(p->arg, data, n, err);
}

int
photo_damaged(struct err *err, const char *what)
{
	return err_set(err, ERR_FIELD_INVALID, "damaged photo: %s", what);
}

/* Gathers into head; how many bytes it took. */
static size_t
take_head(struct photo_strip *p, const uint8_t *data, size_t n)
{
	size_t piece = p->need - p->have;

	if (piece > n)
		piece = n;
	memcpy(p->head + p->have, data, piece);
	p->have += piece;
	return piece;
}

static void
hold(struct photo_strip *p, const uint8_t *data, size_t n)
{
	if (p->hold == NULL)
		p->hold = arena_new(p->arena, uint8_t, PHOTO_HOLD_MAX);
	if (n > PHOTO_HOLD_MAX - p->held)
		n = PHOTO_HOLD_MAX - p->held;
	memcpy(p->hold + p->held, data, n);
	p->held += n;
}

/* Takes what belongs to the payload; -1 on the sink's error. */
static ssize_t
take_payload(
    struct photo_strip *p, const uint8_t *data, size_t n, struct err *err)
{
	size_t piece = n > p->left ? (size_t)p->left : n;

	if (p->mode == PHOTO_PASS && photo_emit(p, data, piece, err) == -1)
		return -1;
	if (p->mode == PHOTO_HOLD)
		hold(p, data, piece);
	p->left -= piece;
	return (ssize_t)piece;
}

/* One step; how many bytes it took (none is fine), -1 on errors. */
static ssize_t
step(struct photo_strip *p, const uint8_t *data, size_t n, struct err *err)
{
	ssize_t taken = (ssize_t)n;

	switch (p->mode) {
	case PHOTO_HEAD:
		taken = (ssize_t)take_head(p, data, n);
		if (p->have == p->need && p->format->head(p, err) == -1)
			return -1;
		break;
	case PHOTO_PASS:
	case PHOTO_DROP:
	case PHOTO_HOLD:
		taken = take_payload(p, data, n, err);
		if (taken != -1 && p->left == 0 &&
		    p->format->payload(p, err) == -1)
			return -1;
		break;
	case PHOTO_SCAN:
		taken = p->format->scan(p, data, n, err);
		break;
	case PHOTO_TAIL:
		break;
	}
	return taken;
}

int
photo_strip_put(
    struct photo_strip *p, const void *data, size_t n, struct err *err)
{
	const uint8_t *at = data;

	while (n > 0) {
		ssize_t taken = step(p, at, n, err);

		if (taken == -1)
			return -1;
		at += taken;
		n -= (size_t)taken;
	}
	return 0;
}

int
photo_strip_end(struct photo_strip *p, struct err *err)
{
	if (p->mode == PHOTO_TAIL)
		return 0;
	/* Cameras that lost power leave JPEGs without an end; they show. */
	if (p->in_scan)
		return photo_emit(p, "\xff\xd9", 2, err);
	return photo_damaged(err, "cut off");
}
