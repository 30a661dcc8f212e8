/* How photo_strip.c and the formats share the work; private to photo_*.c. */
#ifndef PHOTO_FORMAT_H
#define PHOTO_FORMAT_H

#include <stdint.h>

#include "common/photo/photo_strip.h"

#define PHOTO_HEAD_MAX 32
#define PHOTO_HOLD_MAX 65536

enum photo_mode {
	PHOTO_HEAD, /* gather need bytes in head, then format->head */
	PHOTO_PASS, /* hand left bytes on, then format->payload */
	PHOTO_DROP, /* leave left bytes out, then format->payload */
	PHOTO_HOLD, /* gather left bytes in hold (what fits), then the same */
	PHOTO_SCAN, /* format->scan looks at every byte */
	PHOTO_TAIL, /* the picture is whole: leave out what follows */
};

struct photo_strip {
	const struct photo_format *format;
	struct arena *arena;
	photo_sink sink;
	void *arg;
	enum photo_mode mode;
	uint8_t head[PHOTO_HEAD_MAX];
	size_t need, have; /* of head */
	uint64_t left;	   /* of the payload */
	uint8_t *hold;	   /* PHOTO_HOLD_MAX bytes, made when first needed */
	size_t held;
	/* the format's own */
	unsigned marker; /* JPEG: of the segment; WebP: what becomes of it */
	bool in_scan;	 /* JPEG: within entropy-coded data */
	bool has_picture, has_orientation;
	uint64_t file_left; /* WebP: of the RIFF size */
	uint32_t length;    /* of the chunk */
};

struct photo_format {
	size_t first; /* bytes at the file's beginning */
	int (*head)(struct photo_strip *p, struct err *err);
	int (*payload)(struct photo_strip *p, struct err *err);
	/* Takes a part of data and returns its length; -1 on errors. */
	ssize_t (*scan)(struct photo_strip *p, const uint8_t *data, size_t n,
	    struct err *err);
};

extern const struct photo_format photo_jpeg, photo_png, photo_webp;

void photo_want_head(struct photo_strip *p, size_t need);
void photo_want(struct photo_strip *p, enum photo_mode mode, uint64_t left);
int photo_emit(
    struct photo_strip *p, const void *data, size_t n, struct err *err);
int photo_damaged(struct err *err, const char *what);

/* ---- EXIF ---- */

#define PHOTO_TIFF_LEN 26

/*
 * How the picture is to be turned (1 to 8; 1 is upright, and the answer when
 * nothing is said): tag 0x0112 of the first directory. data begins with the
 * TIFF header.
 */
unsigned photo_orientation(const uint8_t *data, size_t n);
/* A TIFF block that says only that. */
void photo_orientation_write(
    unsigned orientation, uint8_t out[PHOTO_TIFF_LEN]);

#endif
