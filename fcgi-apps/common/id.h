/* Identifiers: UUIDv7, hex, Crockford base 32, references, secrets. */
#ifndef ID_H
#define ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"

#define ID_LEN 16	    /* bytes of a UUID or submission id */
#define ID_REFERENCE_LEN 10 /* characters of a reference without hyphens */
#define ID_CODE_LEN 12	    /* characters of an access code without hyphens */
#define ID_TOKEN_LEN 16	    /* bytes of a link token: 128 random bits */
#define ID_DRAFT_CODE_LEN 20 /* characters of a draft's code, no hyphens */

struct id {
	uint8_t byte[ID_LEN];
};

/*
 * A new UUIDv7 (RFC 9562, 5.7 with 6.2 method 3: 12 bits of the millisecond's
 * fraction): strictly increasing within a process, across its threads.
 */
struct id id_uuid7(void);

/* 16 random bytes. */
struct id id_random(void);

bool id_equal(const struct id *a, const struct id *b);

/* "0190...": 32 lower-case hex digits, in arena a. */
const char *id_hex(struct arena *a, const struct id *id);

/* The 36 characters of a UUID, lower case, in arena a. */
const char *id_uuid(struct arena *a, const struct id *id);

/* 32 hex digits, or the 36 characters of a UUID; else ERR_FIELD_INVALID. */
int id_parse(const char *s, struct id *out, struct err *err);

/* Lower-case hex of n bytes, in arena a. */
const char *id_hex_bytes(struct arena *a, const void *src, size_t n);

/*
 * A new reference: 9 random Crockford base-32 characters (45 bits) and a check
 * character. The characters are elements of GF(32) (x^5 + x^2 + 1), position i
 * weighs a^(9-i), and the sum is zero: all ten weights differ and none is zero,
 * so every single wrong character and every swap of any two shows.
 */
void id_reference_new(char out[ID_REFERENCE_LEN + 1]);

/*
 * Reads a reference as people type it: any case, blanks and hyphens anywhere,
 * O for 0, I and L for 1. ERR_FIELD_INVALID when length or check is wrong.
 */
int id_reference_parse(
    const char *s, char out[ID_REFERENCE_LEN + 1], struct err *err);

/* "W7K39QXD4M" as "W7K3-9QXD-4M". */
const char *id_reference_show(struct arena *a, const char *reference);

/* An access code: 12 random Crockford characters (60 bits); shown as 3 x 4. */
void id_code_new(char out[ID_CODE_LEN + 1]);
int id_code_parse(const char *s, char out[ID_CODE_LEN + 1], struct err *err);
const char *id_code_show(struct arena *a, const char *code);

/*
 * The code on paper that leads back to a draft: 19 random Crockford characters
 * (95 bits) and a check character as a reference has; shown as 5 x 4. Parsing
 * is as forgiving, and knows dashes and blanks that word processors put in.
 */
void id_draft_code_new(char out[ID_DRAFT_CODE_LEN + 1]);
int id_draft_code_parse(
    const char *s, char out[ID_DRAFT_CODE_LEN + 1], struct err *err);
const char *id_draft_code_show(struct arena *a, const char *code);

/*
 * A link token, 26 Crockford characters in lower case for 128 bits. Parsing
 * takes either case and nothing that shows would not make (O for 0, ...): a
 * link is copied, not typed.
 */
const char *id_token_show(struct arena *a, const uint8_t token[ID_TOKEN_LEN]);
int id_token_parse(const char *s, uint8_t out[ID_TOKEN_LEN], struct err *err);

#endif
