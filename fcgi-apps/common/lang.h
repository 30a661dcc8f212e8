/* Which language an answer speaks. */
#ifndef LANG_H
#define LANG_H

#include <stdbool.h>

/* LANG_LEICHT is German in plain words (Leichte or Einfache Sprache). */
enum lang { LANG_DE, LANG_EN, LANG_LEICHT, LANG_AR, LANG_COUNT };

/* Sets of languages. */
#define LANG_BIT(lang) (1u << (lang))
/* Those that every page, catalogue and package has. */
#define LANGS_NEEDED (LANG_BIT(LANG_DE) | LANG_BIT(LANG_EN))

/* "de", "en", "leicht", "ar": in addresses, names of files, the database. */
const char *lang_code(enum lang lang);
/* "de", "en", "de-simple", "ar": in HTML and headers (BCP 47). */
const char *lang_tag(enum lang lang);
/* "ltr" or "rtl", for the attribute dir. */
const char *lang_dir(enum lang lang);
bool lang_is_rtl(enum lang lang);
/* First strong isolate and its end: around what is set into a sentence that
 * runs from right to left. */
#define LANG_FSI "\xe2\x81\xa8"
#define LANG_PDI "\xe2\x81\xa9"
/* What stands in where a text is missing: German for plain German, English
 * for Arabic, itself for these two. Numbers and dates are written its way. */
enum lang lang_base(enum lang lang);

/* By its code; anything else gives other. NULL is fine. */
enum lang lang_parse(const char *code, enum lang other);

/* lang if it is among those offered, else what stands in for it. */
enum lang lang_among(enum lang lang, unsigned offered);

/*
 * The best of those offered for an Accept-Language header (RFC 9110, 12.5.4:
 * weights, prefixes such as en-GB, *); of equal weights the one named first;
 * German when nothing fits. Plain German (de-simple) and Arabic must be named,
 * and win against equal weights: nobody names them by accident. NULL is fine.
 * nginx/conf/http.conf has the same rule.
 */
enum lang lang_accept(const char *header, unsigned offered);

#endif
