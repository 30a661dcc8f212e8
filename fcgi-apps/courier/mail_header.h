/* Header values of mails: encoded words (RFC 2047) and dates (RFC 5322). */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "common/arena.h"

/*
 * A phrase for Subject or a display name: ASCII without specials as it is
 * (quoted where a display name needs it), else encoded words of at most 75
 * characters, folded, never cutting a character. Line breaks become blanks, so
 * that no text can add a header.
 */
const char *mail_header_phrase(struct arena *a, const char *s);

/* Now, "Sun, 22 Nov 2026 11:05:00 +0000". */
const char *mail_header_date(struct arena *a);

#endif
