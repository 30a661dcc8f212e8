#include "common/photo/photo_format.h"

enum {
	JPEG_TEM = 0x01,
	JPEG_RST0 = 0xd0,
	JPEG_RST7 = 0xd7,
	JPEG_SOI = 0xd8,
	JPEG_EOI = 0xd9,
	JPEG_SOS = 0xda,
	JPEG_APP0 = 0xe0,
	JPEG_APP1 = 0xe1,
	JPEG_APP2 = 0xe2,
	JPEG_APP14 = 0xee,
	JPEG_APP15 = 0xef,
	JPEG_COM = 0xfe,
};

#define EXIF_NAME "Exif\0" /* and the literal's own NUL: six bytes */
#define ICC_NAME "ICC_PROFILE" /* with NUL */
#define JFIF_NAME "JFIF" /* with NUL */
#define JFIF_LEN 14

static bool
is_restart(unsigned marker)
{
	return marker >= JPEG_RST0 && marker <= JPEG_RST7;
}

static enum photo_mode
fate(unsigned marker)
{
	switch (marker) {
	case JPEG_APP0: /* these are looked at when they are whole */
	case JPEG_APP1:
	case JPEG_APP2:
	case JPEG_APP14:
		return PHOTO_HOLD;
	case JPEG_COM:
		return PHOTO_DROP;
	default:
		return marker >= JPEG_APP0 && marker <= JPEG_APP15
		    ? PHOTO_DROP : PHOTO_PASS;
	}
}

/* A marker with its length is in head: decides about the segment. */
static int
segment(struct photo_strip *p, struct err *err)
{
	unsigned length = (unsigned)(p->head[2] << 8 | p->head[3]);
	enum photo_mode mode;

	if (length < 2)
		return photo_damaged(err, "segment of no length");
	p->marker = p->head[1];
	mode = fate(p->marker);
	if (mode == PHOTO_PASS && photo_emit(p, p->head, 4, err) == -1)
		return -1;
	photo_want(p, mode, length - 2);
	return length == 2 ? p->format->payload(p, err) : 0;
}

/* FF and the byte behind it are in head. */
static int
marker(struct photo_strip *p, struct err *err)
{
	unsigned m = p->head[1];

	if (p->head[0] != 0xff)
		return photo_damaged(err, "no marker");
	if (p->in_scan && (m == 0 || is_restart(m))) {
		p->mode = PHOTO_SCAN; /* was cut between two pieces */
		return photo_emit(p, p->head, 2, err);
	}
	if (m == 0xff) { /* fill byte */
		p->have = 1;
		return 0;
	}
	if (m == JPEG_EOI) {
		if (!p->has_picture)
			return photo_damaged(err, "no picture");
		p->mode = PHOTO_TAIL;
		return photo_emit(p, p->head, 2, err);
	}
	if (m == JPEG_TEM || is_restart(m)) {
		photo_want_head(p, 2);
		return 0;
	}
	if (m == 0 || m == JPEG_SOI)
		return photo_damaged(err, "marker out of place");
	p->in_scan = false;
	p->need = 4;
	return 0;
}

static int
jpeg_head(struct photo_strip *p, struct err *err)
{
	if (p->marker == 0) { /* the file's first two bytes */
		if (p->head[0] != 0xff || p->head[1] != JPEG_SOI)
			return photo_damaged(err, "no JPEG");
		p->marker = JPEG_SOI;
		photo_want_head(p, 2);
		return photo_emit(p, p->head, 2, err);
	}
	return p->need == 4 ? segment(p, err) : marker(p, err);
}

/* Hands on a segment built from what was held. */
static int
emit_segment(struct photo_strip *p, const void *data, size_t n,
    struct err *err)
{
	const uint8_t head[] = {0xff, (uint8_t)p->marker,
	    (uint8_t)((n + 2) >> 8), (uint8_t)(n + 2)};

	if (photo_emit(p, head, sizeof(head), err) == -1)
		return -1;
	return photo_emit(p, data, n, err);
}

static bool
holds(const struct photo_strip *p, const char *name, size_t n)
{
	return p->held >= n && memcmp(p->hold, name, n) == 0;
}

/* JFIF's version and density, without its thumbnail. */
static int
held_jfif(struct photo_strip *p, struct err *err)
{
	if (!holds(p, JFIF_NAME, sizeof(JFIF_NAME)) || p->held < JFIF_LEN)
		return 0;
	p->hold[12] = p->hold[13] = 0;
	return emit_segment(p, p->hold, JFIF_LEN, err);
}

static int
held_exif(struct photo_strip *p, struct err *err)
{
	uint8_t exif[sizeof(EXIF_NAME) + PHOTO_TIFF_LEN] = EXIF_NAME;
	const size_t at = sizeof(EXIF_NAME);
	unsigned turn;

	if (p->has_orientation || !holds(p, EXIF_NAME, at))
		return 0;
	if ((turn = photo_orientation(p->hold + at, p->held - at)) == 1)
		return 0;
	p->has_orientation = true;
	photo_orientation_write(turn, exif + at);
	return emit_segment(p, exif, sizeof(exif), err);
}

static int
held(struct photo_strip *p, struct err *err)
{
	switch (p->marker) {
	case JPEG_APP0:
		return held_jfif(p, err);
	case JPEG_APP1:
		return held_exif(p, err);
	case JPEG_APP2:
		return holds(p, ICC_NAME, sizeof(ICC_NAME))
		    ? emit_segment(p, p->hold, p->held, err) : 0;
	default: /* APP14, Adobe's note on how colours are coded */
		return holds(p, "Adobe", 5) && p->held <= 12
		    ? emit_segment(p, p->hold, p->held, err) : 0;
	}
}

static int
jpeg_payload(struct photo_strip *p, struct err *err)
{
	if (p->mode == PHOTO_HOLD && held(p, err) == -1)
		return -1;
	photo_want_head(p, 2);
	if (p->marker == JPEG_SOS) {
		p->in_scan = p->has_picture = true;
		p->mode = PHOTO_SCAN;
	}
	return 0;
}

/* Entropy-coded data: everything up to a marker that ends them. */
static ssize_t
jpeg_scan(struct photo_strip *p, const uint8_t *data, size_t n,
    struct err *err)
{
	const uint8_t *at = data, *end = data + n;

	while ((at = memchr(at, 0xff, (size_t)(end - at))) != NULL) {
		if (at + 1 == end ||
		    (at[1] != 0 && !is_restart(at[1])))
			break;
		at += 2;
		if (at == end) {
			at = NULL;
			break;
		}
	}
	if (at == NULL)
		at = end;
	else
		photo_want_head(p, 2);
	if (photo_emit(p, data, (size_t)(at - data), err) == -1)
		return -1;
	return at - data;
}

const struct photo_format photo_jpeg = {
    2, jpeg_head, jpeg_payload, jpeg_scan};
