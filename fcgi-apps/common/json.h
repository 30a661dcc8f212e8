/* JSON in (cJSON, bounded) and out (a writer that escapes). */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/lang.h"

struct json_limits {
	size_t bytes; /* of the text */
	size_t depth; /* of nesting */
	size_t nodes; /* values in all */
};

extern const struct json_limits json_limits_request; /* 1 MiB, 16, 20000 */
extern const struct json_limits json_limits_package; /* 4 MiB, 40, 200000 */

/*
 * Checks len bytes of RFC 8259 JSON in one pass: grammar, UTF-8, no NUL or lone
 * surrogate, numbers of at most 60 characters below 1e100, nothing trailing, no
 * duplicate keys in an object (ERR_BAD_REQUEST with line and column in msg),
 * and the limits (ERR_TOO_LARGE).
 */
int json_check(const char *text, size_t len, const struct json_limits *limits,
    struct err *err);

/*
 * Parses len bytes of RFC 8259 JSON: UTF-8, nothing trailing, no duplicate
 * keys in an object, within limits, all checked before cJSON allocates
 * (json_check). The tree is freed with arena a.
 */
int json_parse(struct arena *a, const char *text, size_t len,
    const struct json_limits *limits, cJSON **out, struct err *err);

/* Line (from 1) where the value at a path like "fields[3].key" begins, 0 when
 * it is not there. Keys may hold dots themselves. */
size_t json_line_of(const char *text, size_t len, const char *path);

/* The value as JSON text without blanks, in arena a. */
const char *json_print(struct arena *a, const cJSON *value);

/* The member named like the language, or what stands in for it: {"de", "en"}.
 * NULL when there is neither, nor a German one. */
const cJSON *json_in_language(const cJSON *object, enum lang lang);
/* Members of an object; NULL when absent or of another type. */
const char *json_string(const cJSON *object, const char *name);
const cJSON *json_object(const cJSON *object, const char *name);
const cJSON *json_array(const cJSON *object, const char *name);
bool json_bool(const cJSON *object, const char *name, bool other);
/* Whole number within min..max, else other. */
int64_t json_int(const cJSON *object, const char *name, int64_t min,
    int64_t max, int64_t other);

/* Writer: commas are its business; depth at most 32. */
struct json_out {
	struct buf *out;
	int depth;
	bool has_items[33];
	bool after_key;
};

void json_begin(struct json_out *j, struct buf *out);
void json_open_object(struct json_out *j);
void json_close_object(struct json_out *j);
void json_open_array(struct json_out *j);
void json_close_array(struct json_out *j);
void json_key(struct json_out *j, const char *key);
void json_put_string(struct json_out *j, const char *s); /* NULL: null */
void json_put_int(struct json_out *j, int64_t i);
void json_put_bool(struct json_out *j, bool b);
void json_put_null(struct json_out *j);
/* Text that is JSON already (a checked number, a stored document). */
void json_put_raw(struct json_out *j, const char *json);
/* key and string in one. */
void json_pair(struct json_out *j, const char *key, const char *s);

#endif
