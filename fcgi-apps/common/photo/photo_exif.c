#include "common/photo/photo_format.h"

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3
#define ENTRY_LEN 12

static unsigned
u16(const uint8_t *p, bool is_big)
{
	return is_big ? (unsigned)(p[0] << 8 | p[1])
		      : (unsigned)(p[1] << 8 | p[0]);
}

static uint32_t
u32(const uint8_t *p, bool is_big)
{
	return is_big ? (uint32_t)u16(p, true) << 16 | u16(p + 2, true)
		      : (uint32_t)u16(p + 2, false) << 16 | u16(p, false);
}

unsigned
photo_orientation(const uint8_t *data, size_t n)
{
	bool is_big = n >= 2 && data[0] == 'M';
	size_t at, count;

	if (n < 10 || data[0] != data[1] || (data[0] != 'I' && !is_big) ||
	    u16(data + 2, is_big) != 42)
		return 1;
	at = u32(data + 4, is_big);
	if (at > n - 2)
		return 1;
	count = u16(data + at, is_big);
	for (at += 2; count > 0 && n - at >= ENTRY_LEN; count--) {
		const uint8_t *entry = data + at;
		unsigned value = u16(entry + 8, is_big);

		if (u16(entry, is_big) == TAG_ORIENTATION)
			return u16(entry + 2, is_big) == TYPE_SHORT &&
			    value >= 1 && value <= 8 ? value : 1;
		at += ENTRY_LEN;
	}
	return 1;
}

void
photo_orientation_write(unsigned orientation, uint8_t out[PHOTO_TIFF_LEN])
{
	static const uint8_t tiff[PHOTO_TIFF_LEN] = {
	    'I', 'I', 42, 0, 8, 0, 0, 0, /* the directory follows */
	    1, 0,			 /* one entry */
	    0x12, 0x01, TYPE_SHORT, 0, 1, 0, 0, 0, 0, 0, 0, 0,
	    0, 0, 0, 0, /* no other directory */
	};

	memcpy(out, tiff, PHOTO_TIFF_LEN);
	out[18] = (uint8_t)orientation;
}
