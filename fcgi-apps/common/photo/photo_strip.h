/*
 * Takes out of a photo what tells more than its picture (place, time, camera,
 * author, thumbnails), while it streams by: what is to stay is handed on
 * without a copy. How the picture is to be turned stays, as the only entry of
 * a fresh EXIF block; colour profiles stay too.
 * JPEG: ITU-T T.81, JFIF 1.02, Exif 2.32; PNG: third edition; WebP: RFC 9649.
 */
#ifndef PHOTO_STRIP_H
#define PHOTO_STRIP_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

enum photo_kind { PHOTO_JPEG, PHOTO_PNG, PHOTO_WEBP };

typedef int (*photo_sink)(
    void *arg, const void *data, size_t n, struct err *err);

struct photo_strip;

/* Which kind a media type is; false when it is none that we can strip. */
bool photo_kind_of(const char *media_type, enum photo_kind *out);

/* Lives in arena a. */
struct photo_strip *photo_strip_new(
    struct arena *a, enum photo_kind kind, photo_sink sink, void *arg);

/* ERR_FIELD_INVALID: no such photo, or a damaged one; else the sink's. */
int photo_strip_put(
    struct photo_strip *p, const void *data, size_t n, struct err *err);

/* ERR_FIELD_INVALID when the photo is cut off before its picture is whole (a
 * JPEG may lack its end mark). */
int photo_strip_end(struct photo_strip *p, struct err *err);

#endif
