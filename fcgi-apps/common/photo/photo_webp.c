#include "common/photo/photo_format.h"

/*
 * The file's size stands at its beginning, before it is known what will go.
 * So chunks that go keep their place, as zeros under a name that no reader
 * knows; EXIF becomes the turn and zeros.
 */

#define FILE_HEAD_LEN 12
#define VP8X_LEN 10
#define FLAG_XMP 0x04

static const char kept[][5] = {
	"VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP",
};

enum { WEBP_START, WEBP_PLAIN, WEBP_VP8X, WEBP_EXIF, WEBP_GONE };

static uint32_t
u32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0];
}

static bool
is_chunk(const struct photo_strip *p, const char *name)
{
	return memcmp(p->head, name, 4) == 0;
}

/* A payload is padded to an even length. */
static uint64_t
padded(const struct photo_strip *p)
{
	return (uint64_t)p->length + (p->length & 1);
}

static int
emit_zeros(struct photo_strip *p, uint64_t n, struct err *err)
{
	static const uint8_t zeros[4096];

	while (n > 0) {
		size_t piece = n > sizeof(zeros) ? sizeof(zeros) : (size_t)n;

		if (photo_emit(p, zeros, piece, err) == -1)
			return -1;
		n -= piece;
	}
	return 0;
}

static int
file_head(struct photo_strip *p, struct err *err)
{
	if (!is_chunk(p, "RIFF") || memcmp(p->head + 8, "WEBP", 4) != 0)
		return photo_damaged(err, "no WebP");
	p->file_left = u32(p->head + 4);
	if (p->file_left < 12 || (p->file_left & 1) != 0)
		return photo_damaged(err, "impossible length");
	p->file_left -= 4;
	p->marker = WEBP_PLAIN;
	photo_want_head(p, 8);
	return photo_emit(p, p->head, FILE_HEAD_LEN, err);
}

static bool
is_kept(const struct photo_strip *p)
{
	for (size_t i = 0; i < nitems(kept); i++)
		if (is_chunk(p, kept[i]))
			return true;
	return false;
}

static int
webp_head(struct photo_strip *p, struct err *err)
{
	enum photo_mode mode = PHOTO_HOLD;

	if (p->marker == WEBP_START)
		return file_head(p, err);
	p->length = u32(p->head + 4);
	if (p->file_left < 8 || padded(p) > p->file_left - 8)
		return photo_damaged(err, "chunk beyond the end");
	p->file_left -= 8 + padded(p);
	if (is_kept(p)) {
		p->marker = WEBP_PLAIN;
		mode = PHOTO_PASS;
		p->has_picture = p->has_picture || p->head[0] == 'V' ||
		    is_chunk(p, "ANMF");
	} else if (is_chunk(p, "VP8X") && p->length == VP8X_LEN) {
		p->marker = WEBP_VP8X;
	} else if (is_chunk(p, "EXIF") && p->length >= PHOTO_TIFF_LEN) {
		p->marker = WEBP_EXIF;
	} else {
		p->marker = WEBP_GONE;
		mode = PHOTO_DROP;
		memcpy(p->head, "JUNK", 4);
	}
	if (photo_emit(p, p->head, 8, err) == -1)
		return -1;
	photo_want(p, mode, padded(p));
	return p->length == 0 ? p->format->payload(p, err) : 0;
}

static int
held_exif(struct photo_strip *p, struct err *err)
{
	uint8_t tiff[PHOTO_TIFF_LEN];
	/* Some writers put JPEG's name in front. */
	size_t at = p->held >= 6 && memcmp(p->hold, "Exif\0\0", 6) == 0
	    ? 6 : 0;

	photo_orientation_write(
	    photo_orientation(p->hold + at, p->held - at), tiff);
	if (photo_emit(p, tiff, sizeof(tiff), err) == -1)
		return -1;
	return emit_zeros(p, padded(p) - PHOTO_TIFF_LEN, err);
}

static int
gone(struct photo_strip *p, struct err *err)
{
	switch (p->marker) {
	case WEBP_VP8X:
		p->hold[0] &= (uint8_t)~FLAG_XMP;
		return photo_emit(p, p->hold, VP8X_LEN, err);
	case WEBP_EXIF:
		return held_exif(p, err);
	case WEBP_GONE:
		return emit_zeros(p, padded(p), err);
	default:
		return 0;
	}
}

static int
webp_payload(struct photo_strip *p, struct err *err)
{
	if (gone(p, err) == -1)
		return -1;
	photo_want_head(p, 8);
	if (p->file_left > 0)
		return 0;
	if (!p->has_picture)
		return photo_damaged(err, "no picture");
	p->mode = PHOTO_TAIL;
	return 0;
}

const struct photo_format photo_webp = {
    FILE_HEAD_LEN, webp_head, webp_payload, NULL};
