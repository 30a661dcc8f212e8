#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/date.h"

/* Against the C library over 800 years, day by day. */
static void
test_calendar(void **state)
{
	(void)state;
	for (int32_t day = -140000; day < 160000; day++) {
		time_t t = (time_t)day * 86400;
		struct date_ymd ymd = date_to_ymd(day);
		struct tm tm;

		(void)gmtime_r(&t, &tm);
		if (ymd.year != tm.tm_year + 1900 ||
		    ymd.month != tm.tm_mon + 1 || ymd.day != tm.tm_mday ||
		    !date_is_real(ymd) || date_from_ymd(ymd) != day)
			fail_msg("day %d", day);
	}
	assert_int_equal(
	    date_from_ymd((struct date_ymd){1, 1, 1}), -719162);
	assert_int_equal(
	    date_from_ymd((struct date_ymd){9999, 12, 31}), 2932896);
}

typedef int (*parser)(const char *s, int32_t *out, struct err *err);

static const struct {
	const char *name;
	parser parse;
	const char *in, *want; /* NULL: refused */
} parses[] = {
	{"leap day", date_parse, "2024-02-29", "2024-02-29"},
	{"29 February in another year", date_parse, "2023-02-29", NULL},
	{"leap century", date_parse, "2000-02-29", "2000-02-29"},
	{"no leap century", date_parse, "1900-02-29", NULL},
	{"31 April", date_parse, "2024-04-31", NULL},
	{"month 13", date_parse, "2024-13-01", NULL},
	{"day 0", date_parse, "2024-01-00", NULL},
	{"first year", date_parse, "1600-01-01", "1600-01-01"},
	{"before it", date_parse, "1599-12-31", NULL},
	{"last day", date_parse, "9999-12-31", "9999-12-31"},
	{"five-digit year", date_parse, "12024-01-01", NULL},
	{"one-digit month", date_parse, "2024-1-01", NULL},
	{"something behind", date_parse, "2024-01-01 ", NULL},
	{"German is not ISO", date_parse, "01.01.2024", NULL},
	{"empty", date_parse, "", NULL},
	{"typed short", date_parse_human, "1.2.2024", "2024-02-01"},
	{"typed long", date_parse_human, "01.02.2024", "2024-02-01"},
	{"typed with blanks", date_parse_human, "1. 2. 2024", "2024-02-01"},
	{"typed ISO", date_parse_human, "2024-02-29", "2024-02-29"},
	{"two-digit year", date_parse_human, "29.02.24", NULL},
	{"typed 30 February", date_parse_human, "30.2.2024", NULL},
	{"month first", date_parse_human, "02/29/2024", NULL},
	{"three-digit day", date_parse_human, "001.2.2024", NULL},
	{"letters", date_parse_human, "1. Mai 2024", NULL},
	{"minus", date_parse_human, "-1.2.2024", NULL},
};

static void
test_parse(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(parses); i++) {
		struct err err = {0};
		int32_t date;
		int rc = parses[i].parse(parses[i].in, &date, &err);

		if (parses[i].want == NULL && rc == -1)
			assert_int_equal(err.code, ERR_FIELD_INVALID);
		else if (rc == -1 || parses[i].want == NULL ||
		    strcmp(date_to_iso(&arena, date), parses[i].want) != 0)
			fail_msg("%s", parses[i].name);
	}
	arena_free(&arena);
}

static const struct {
	const char *in;
	int year, month, day; /* year 0: refused */
} partials[] = {
	{"2024-00-00", 2024, 0, 0}, {"2024-05-00", 2024, 5, 0},
	{"2024-05-17", 2024, 5, 17}, {"5.2024", 2024, 5, 0},
	{"05.2024", 2024, 5, 0}, {"2024", 2024, 0, 0},
	{"17.5.2024", 2024, 5, 17}, {"00.05.1970", 1970, 5, 0},
	{"00.00.1970", 1970, 0, 0}, {"2024-00-17", 0, 0, 0},
	{"17.00.2024", 0, 0, 0}, {"13.2024", 0, 0, 0}, {"24", 0, 0, 0},
	{"30.2.2024", 0, 0, 0}, {"2024-02-30", 0, 0, 0}, {"", 0, 0, 0},
	{"0000", 0, 0, 0}, {"2024-5", 0, 0, 0},
};

static void
test_partial(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(partials); i++) {
		struct date_ymd ymd = {0};
		struct err err = {0};
		int rc = date_parse_partial(partials[i].in, &ymd, &err);

		if (rc != (partials[i].year == 0 ? -1 : 0) ||
		    ymd.year != partials[i].year ||
		    ymd.month != partials[i].month ||
		    ymd.day != partials[i].day)
			fail_msg("\"%s\"", partials[i].in);
	}
}

static int32_t
day(const char *iso)
{
	struct err err;
	int32_t out;

	assert_int_equal(date_parse(iso, &out, &err), 0);
	return out;
}

static const struct {
	const char *birth, *on;
	int age;
} ages[] = {
	{"2000-05-17", "2018-05-16", 17}, {"2000-05-17", "2018-05-17", 18},
	{"2000-05-17", "2018-05-18", 18}, {"2000-12-31", "2018-01-01", 17},
	{"2000-02-29", "2018-02-28", 17}, {"2000-02-29", "2018-03-01", 18},
	{"2000-02-29", "2020-02-28", 19}, {"2000-02-29", "2020-02-29", 20},
	{"2024-01-01", "2024-01-01", 0}, {"2024-01-02", "2024-01-01", -1},
	{"1924-07-01", "2024-07-01", 100},
};

static void
test_age(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(ages); i++)
		if (date_age(day(ages[i].birth), day(ages[i].on)) !=
		    ages[i].age)
			fail_msg("%s on %s", ages[i].birth, ages[i].on);
}

static const struct {
	const char *from;
	int months;
	const char *want;
} additions[] = {
	{"2023-01-31", 1, "2023-02-28"}, {"2024-01-31", 1, "2024-02-29"},
	{"2024-02-29", 12, "2025-02-28"}, {"2024-12-15", 1, "2025-01-15"},
	{"2024-01-15", -1, "2023-12-15"}, {"2024-03-31", -1, "2024-02-29"},
	{"2024-05-31", 24, "2026-05-31"}, {"2024-05-31", 0, "2024-05-31"},
	{"2024-05-31", -60, "2019-05-31"},
};

static void
test_add_months(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(additions); i++)
		assert_string_equal(additions[i].want, date_to_iso(&arena,
		    date_add_months(day(additions[i].from),
			additions[i].months)));
	arena_free(&arena);
}

static const struct {
	const char *name, *in, *want; /* in UTC; NULL: refused */
} instants[] = {
	{"UTC", "2024-02-29T11:05:00Z", "2024-02-29T11:05:00.000Z"},
	{"offset", "2024-02-29T12:05:00+01:00", "2024-02-29T11:05:00.000Z"},
	{"western offset", "2024-02-28T22:05:00-03:30",
	    "2024-02-29T01:35:00.000Z"},
	{"fraction", "2024-02-29T11:05:00.1239Z", "2024-02-29T11:05:00.123Z"},
	{"short fraction", "2024-02-29T11:05:00.5Z",
	    "2024-02-29T11:05:00.500Z"},
	{"German winter", "2024-02-29T12:05", "2024-02-29T11:05:00.000Z"},
	{"German summer", "2024-07-01T12:05:07", "2024-07-01T10:05:07.000Z"},
	{"last minute of winter", "2026-03-29T01:59",
	    "2026-03-29T00:59:00.000Z"},
	{"first minute of summer", "2026-03-29T03:00",
	    "2026-03-29T01:00:00.000Z"},
	{"in the gap", "2026-03-29T02:30", "2026-03-29T01:30:00.000Z"},
	{"the hour that comes twice: the first", "2026-10-25T02:30",
	    "2026-10-25T00:30:00.000Z"},
	{"after it", "2026-10-25T03:00", "2026-10-25T02:00:00.000Z"},
	{"before 1970", "1969-12-31T23:59:59.999Z",
	    "1969-12-31T23:59:59.999Z"},
	{"no time", "2024-02-29", NULL},
	{"hour 24", "2024-02-29T24:00:00Z", NULL},
	{"minute 60", "2024-02-29T11:60:00Z", NULL},
	{"no such day", "2023-02-29T11:00:00Z", NULL},
	{"empty fraction", "2024-02-29T11:05:00.Z", NULL},
	{"offset without colon", "2024-02-29T12:05:00+0100", NULL},
	{"something behind", "2024-02-29T12:05:00Zx", NULL},
};

static void
test_instants(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(instants); i++) {
		struct err err = {0};
		int64_t ms;
		int rc = date_instant_parse(instants[i].in, &ms, &err);

		if (instants[i].want == NULL && rc == -1)
			assert_int_equal(err.code, ERR_FIELD_INVALID);
		else if (rc == -1 || instants[i].want == NULL ||
		    strcmp(date_instant_to_xsd(&arena, ms),
			instants[i].want) != 0)
			fail_msg("%s", instants[i].name);
	}
	arena_free(&arena);
}

static const struct {
	const char *instant, *day, *de, *en;
} shown[] = {
	{"2024-02-29T11:05:00Z", "2024-02-29", "29.02.2024, 12:05 Uhr",
	    "29 February 2024, 12:05"},
	{"2024-12-31T23:00:00Z", "2025-01-01", "01.01.2025, 00:00 Uhr",
	    "1 January 2025, 00:00"},
	{"2024-06-30T22:00:00Z", "2024-07-01", "01.07.2024, 00:00 Uhr",
	    "1 July 2024, 00:00"},
	{"2024-06-30T21:59:59Z", "2024-06-30", "30.06.2024, 23:59 Uhr",
	    "30 June 2024, 23:59"},
	/* the switches of 2026 */
	{"2026-03-29T00:59:59Z", "2026-03-29", "29.03.2026, 01:59 Uhr",
	    "29 March 2026, 01:59"},
	{"2026-03-29T01:00:00Z", "2026-03-29", "29.03.2026, 03:00 Uhr",
	    "29 March 2026, 03:00"},
	{"2026-10-25T00:59:59Z", "2026-10-25", "25.10.2026, 02:59 Uhr",
	    "25 October 2026, 02:59"},
	{"2026-10-25T01:00:00Z", "2026-10-25", "25.10.2026, 02:00 Uhr",
	    "25 October 2026, 02:00"},
	/* the last Sunday of March 2024 was the 31st */
	{"2024-03-31T01:00:00Z", "2024-03-31", "31.03.2024, 03:00 Uhr",
	    "31 March 2024, 03:00"},
};

static void
test_shown(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++) {
		struct err err;
		int64_t ms;

		assert_int_equal(
		    date_instant_parse(shown[i].instant, &ms, &err), 0);
		assert_string_equal(shown[i].de,
		    date_instant_to_human(&arena, ms, false));
		assert_string_equal(shown[i].en,
		    date_instant_to_human(&arena, ms, true));
		assert_string_equal(shown[i].day,
		    date_to_iso(&arena, date_of_instant(ms)));
	}
	assert_string_equal(
	    date_to_german(&arena, day("2024-02-09")), "09.02.2024");
	assert_in_range(date_now_ms(), INT64_C(1700000000000),
	    INT64_C(9999999999999));
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_add_months),
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
