/*
 * What went wrong: a code that pages, the API and the log each translate.
 */
#ifndef ERR_H
#define ERR_H

/* enumerator, name on the wire (problem type, text key), HTTP status */
#define ERR_TABLE(X)                                                           \
	X(ERR_NONE, "none", 200)                                               \
	X(ERR_BAD_REQUEST, "bad-request", 400)                                 \
	X(ERR_UNAUTHORIZED, "unauthorized", 401)                               \
	X(ERR_FORBIDDEN, "forbidden", 403)                                     \
	X(ERR_NOT_OPEN, "not-open-for-you", 403)                               \
	X(ERR_NOT_FOUND, "not-found", 404)                                     \
	X(ERR_METHOD, "method-not-allowed", 405)                               \
	X(ERR_NOT_ACCEPTABLE, "not-acceptable", 406)                           \
	X(ERR_TIMEOUT, "timeout", 408)                                         \
	X(ERR_CONFLICT, "conflict", 409)                                       \
	X(ERR_DUPLICATE, "duplicate", 409)                                     \
	X(ERR_GONE, "gone", 410)                                               \
	X(ERR_LENGTH_REQUIRED, "length-required", 411)                         \
	X(ERR_TOO_LARGE, "too-large", 413)                                     \
	X(ERR_MEDIA_TYPE, "media-type", 415)                                   \
	X(ERR_MISDIRECTED, "misdirected", 421)                                 \
	X(ERR_FIELD_INVALID, "field-invalid", 422)                             \
	X(ERR_TOO_MANY, "too-many-requests", 429)                              \
	X(ERR_INTERNAL, "internal", 500)                                       \
	X(ERR_CONFIG, "config", 500)                                           \
	X(ERR_CRYPTO, "crypto", 500)                                           \
	X(ERR_IO, "io", 500)                                                   \
	X(ERR_DISK_FULL, "disk-full", 507)                                     \
	X(ERR_DB, "db", 500)                                                   \
	X(ERR_DB_BUSY, "db-busy", 503)                                         \
	X(ERR_DB_UNAVAILABLE, "db-unavailable", 503)

enum err_code {
#define ERR_ENUM(code, wire, status) code,
	ERR_TABLE(ERR_ENUM)
#undef ERR_ENUM
};

struct err {
	enum err_code code;
	char field[64]; /* the form field at fault, "" when none */
	char msg[256];  /* for the log, never shown to the citizen */
};

/* Fills err and returns -1, so that a caller can write: return err_set(...); */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Forgets what err holds, so that the same struct serves a second try. */
void err_clear(struct err *err);

/* The code's stable name, such as "field-invalid"; never NULL. */
const char *err_wire(enum err_code code);

/* The code's HTTP status, 200 to 599. */
int err_status(enum err_code code);

#endif
