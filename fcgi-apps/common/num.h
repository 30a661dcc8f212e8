/* Numbers in text, the only way they come in. */
#ifndef NUM_H
#define NUM_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

/*
 * The whole of s as a decimal integer with an optional minus: no blanks, no
 * plus, nothing behind. Outside min..max or not a number: ERR_FIELD_INVALID.
 */
int num_parse(const char *s, int64_t min, int64_t max, int64_t *out,
    struct err *err);

/*
 * A decimal number as people type it in German or English ("1.234,50",
 * "1234.5", "12") in units of 10^-scale (scale 0 to 6): "12,5" at scale 2 is
 * 1250. Both separators may occur, the last one is the decimal one; a lone dot
 * or comma followed by exactly three digits and led by one to three digits is
 * taken for grouping only if scale is 0. ERR_FIELD_INVALID otherwise.
 */
int num_parse_decimal(const char *s, int scale, int64_t *out, struct err *err);

#endif
