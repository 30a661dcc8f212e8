/* Which language an answer speaks. */
#ifndef LANG_H
#define LANG_H

enum lang { LANG_DE, LANG_EN, LANG_COUNT };

const char *lang_code(enum lang lang); /* "de", "en" */

/* "de", "en"; anything else gives other. NULL is fine. */
enum lang lang_parse(const char *code, enum lang other);

/*
 * The best of ours for an Accept-Language header (RFC 9110, 12.5.4: weights,
 * prefixes such as en-GB, *); German when nothing fits. NULL is fine.
 */
enum lang lang_accept(const char *header);

#endif
