/*
 * Dates and instants. A date is a count of days since 1970-01-01 in the
 * proleptic Gregorian calendar; an instant is milliseconds since
 * 1970-01-01T00:00:00Z. People see Europe/Berlin.
 */
#ifndef DATE_H
#define DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"

struct date_ymd {
	int year;  /* 1 to 9999 */
	int month; /* 1 to 12; 0 unknown (partial dates) */
	int day;   /* 1 to 31; 0 unknown */
};

/* Milliseconds since the epoch, now. */
int64_t date_now_ms(void);

/* The day on which instant_ms falls in Germany (EU summer time rule of 1996,
 * applied to all years; no instant here is older). */
int32_t date_of_instant(int64_t instant_ms);

int32_t date_from_ymd(struct date_ymd ymd); /* must be a whole, real date */
struct date_ymd date_to_ymd(int32_t date);
bool date_is_real(struct date_ymd ymd);

/* "2024-02-29" exactly, years 1600 to 9999; else ERR_FIELD_INVALID. */
int date_parse(const char *s, int32_t *out, struct err *err);

/*
 * As people type it: "29.2.2024", "29.02.24" (two-digit years are refused),
 * "29. 2. 2024", "2024-02-29". ERR_FIELD_INVALID otherwise.
 */
int date_parse_human(const char *s, int32_t *out, struct err *err);

/* "2024-00-00", "2024-05-00", "2024-05-17", and "5.2024", "2024", "17.5.2024";
 * unknown parts are 0. */
int date_parse_partial(const char *s, struct date_ymd *out, struct err *err);

/* Months later, the day cut to the month's length (31 Jan + 1 = 28/29 Feb). */
int32_t date_add_months(int32_t date, int months);

/*
 * Whole years of age on a day. The birthday itself counts as the new age; who
 * is born on 29 Feb has it on 1 Mar in common years (BGB 187 (2), 188 (2)).
 */
int date_age(int32_t birth, int32_t on);

const char *date_to_iso(struct arena *a, int32_t date); /* "2024-02-29" */
const char *date_to_german(struct arena *a, int32_t date); /* "29.02.2024" */

/* Formats an instant in UTC, "2024-02-29T11:05:00.123Z" (RFC 3339). */
const char *date_instant_to_xsd(struct arena *a, int64_t instant_ms);

/*
 * "2024-02-29T12:05:00+01:00", with optional fraction and Z or offset; without
 * an offset it is German time (the earlier instant in the hour that comes
 * twice in October). ERR_FIELD_INVALID otherwise.
 */
int date_instant_parse(const char *s, int64_t *out_ms, struct err *err);

/* "29.02.2024, 12:05 Uhr" or "29 February 2024, 12:05": is_english chooses. */
const char *date_instant_to_human(
    struct arena *a, int64_t instant_ms, bool is_english);

#endif
