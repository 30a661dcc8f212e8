/* Text is UTF-8, checked and brought to NFC once, at the door. */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

/*
 * Checks len bytes of input and returns them in NFC (Unicode UAX #15) in arena
 * a: line ends become \n, blanks at both ends go. ERR_FIELD_INVALID for bytes
 * that are no UTF-8 (RFC 3629), NUL, other control characters than \t and \n,
 * bidirectional controls (U+202A-202E, U+2066-2069, U+200E/F, U+061C),
 * private use, non-characters, and the byte order mark inside text.
 */
int utf8_clean(struct arena *a, const char *in, size_t len, const char **out,
    struct err *err);

/* The same for what has to be taken somehow (names of files): bytes and code
 * points that utf8_clean refuses become "_". */
const char *utf8_scrub(struct arena *a, const char *in, size_t len);

/* The text with every run of blanks, tabs and line ends as one blank. */
const char *utf8_squeeze(struct arena *a, const char *s);

/* How many bytes from the beginning are UTF-8 (RFC 3629): len when all are. */
size_t utf8_valid(const char *in, size_t len);

/* The text, or as many whole code points of it as max bytes hold. */
const char *utf8_cut(struct arena *a, const char *s, size_t max);

/* Number of code points of valid UTF-8. */
size_t utf8_length(const char *s);

/* True if every code point of the NFC text lies in DIN 91379 data type C
 * (names of persons; blocks "bll", combinations included). */
bool utf8_is_din91379_c(const char *s);

/*
 * A form for searching: NFKD, without marks, lower case, letters and digits
 * only ("Ștefănescu-Żółć" becomes "stefanescuzolc"; ß is ss, ł is l).
 */
const char *utf8_fold(struct arena *a, const char *s);

/* A name for comparing: folded, and a final "str." is "strasse". */
const char *utf8_fold_name(struct arena *a, const char *s);

#endif
