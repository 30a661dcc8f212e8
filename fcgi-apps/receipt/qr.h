/* QR codes (ISO/IEC 18004) drawn as one path. */
#ifndef QR_H
#define QR_H

#include <cairo.h>

#include "common/err.h"

/* Draws text as a QR code, error correction M, into a square at x, y of size
 * points, quiet zone included, in the current colour. */
int qr_draw(cairo_t *cr, const char *text, double x, double y, double size,
    struct err *err);

#endif
