#include "common/photo/photo_format.h"

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define SIGNATURE_LEN 8
#define CRC_LEN 4

/* Chunks that make the picture; all others say something about it. */
static const char kept[][5] = {
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB",
	"iCCP", "cICP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT",
};

/* CRC-32 (ISO 3309), bit by bit: for one chunk of 26 bytes. */
static uint32_t
crc32(const uint8_t *data, size_t n)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < n; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void
put_u32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static bool
is_chunk(const struct photo_strip *p, const char *name)
{
	return memcmp(p->head + 4, name, 4) == 0;
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
png_head(struct photo_strip *p, struct err *err)
{
	uint32_t length;

	if (p->marker == 0) {
		if (memcmp(p->head, SIGNATURE, SIGNATURE_LEN) != 0)
			return photo_damaged(err, "no PNG");
		p->marker = 1;
		photo_want_head(p, 8);
		return photo_emit(p, p->head, SIGNATURE_LEN, err);
	}
	length = (uint32_t)p->head[0] << 24 | (uint32_t)p->head[1] << 16 |
	    (uint32_t)p->head[2] << 8 | p->head[3];
	if (length > INT32_MAX)
		return photo_damaged(err, "chunk of impossible length");
	if (is_kept(p)) {
		if (photo_emit(p, p->head, 8, err) == -1)
			return -1;
		photo_want(p, PHOTO_PASS, (uint64_t)length + CRC_LEN);
	} else {
		photo_want(p, is_chunk(p, "eXIf") ? PHOTO_HOLD : PHOTO_DROP,
		    (uint64_t)length + CRC_LEN);
	}
	return 0;
}

/* The turn as a chunk of its own; the four last bytes held are the CRC. */
static int
held_exif(struct photo_strip *p, struct err *err)
{
	uint8_t chunk[8 + PHOTO_TIFF_LEN + CRC_LEN] = {
	    0, 0, 0, PHOTO_TIFF_LEN, 'e', 'X', 'I', 'f'};
	unsigned turn = photo_orientation(p->hold, p->held);

	if (turn == 1 || p->has_orientation)
		return 0;
	p->has_orientation = true;
	photo_orientation_write(turn, chunk + 8);
	put_u32(chunk + 8 + PHOTO_TIFF_LEN,
	    crc32(chunk + 4, 4 + PHOTO_TIFF_LEN));
	return photo_emit(p, chunk, sizeof(chunk), err);
}

static int
png_payload(struct photo_strip *p, struct err *err)
{
	if (p->mode == PHOTO_HOLD && held_exif(p, err) == -1)
		return -1;
	if (is_chunk(p, "IDAT"))
		p->has_picture = true;
	if (!is_chunk(p, "IEND")) {
		photo_want_head(p, 8);
		return 0;
	}
	if (!p->has_picture)
		return photo_damaged(err, "no picture");
	p->mode = PHOTO_TAIL;
	return 0;
}

const struct photo_format photo_png = {
    SIGNATURE_LEN, png_head, png_payload, NULL};
