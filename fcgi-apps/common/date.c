#include "common/date.h"

#define MS_PER_DAY INT64_C(86400000)
#define MS_PER_HOUR INT64_C(3600000)
#define YEAR_MIN 1600 /* of dates that people or schemas give */

int64_t
date_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

bool
date_is_real(struct date_ymd ymd)
{
	return ymd.year >= 1 && ymd.year <= 9999 && ymd.month >= 1 &&
	    ymd.month <= 12 && ymd.day >= 1 &&
	    ymd.day <= days_in_month(ymd.year, ymd.month);
}

/*
 * Years are counted from March, so that the leap day is the last of its year;
 * 400 of them have 146097 days.
 */
int32_t
date_from_ymd(struct date_ymd ymd)
{
	int year = ymd.year - (ymd.month <= 2);
	int month = (ymd.month + 9) % 12; /* March is 0 */

	return year * 365 + year / 4 - year / 100 + year / 400 +
	    (month * 153 + 2) / 5 + ymd.day - 1 - 719468;
}

struct date_ymd
date_to_ymd(int32_t date)
{
	int days = date + 719468; /* since 0000-03-01 */
	int era = (days >= 0 ? days : days - 146096) / 146097;
	int of_era = days - era * 146097;
	int year =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (year * 365 + year / 4 - year / 100);
	int month = (of_year * 5 + 2) / 153;

	return (struct date_ymd){
	    .year = year + era * 400 + (month >= 10),
	    .month = month < 10 ? month + 3 : month - 9,
	    .day = of_year - (month * 153 + 2) / 5 + 1,
	};
}

/* ---- German time: Directive 2000/84/EC, SommerzeitV ---- */

/* The last Sunday of a month with 31 days, 01:00 UTC. */
static int64_t
last_sunday_ms(int year, int month)
{
	int32_t last = date_from_ymd((struct date_ymd){year, month, 31});
	int32_t weekday = (last % 7 + 7 + 4) % 7; /* 1970-01-01: Thursday */

	return (last - weekday) * MS_PER_DAY + MS_PER_HOUR;
}

static int32_t
day_of(int64_t ms)
{
	int64_t day = ms / MS_PER_DAY;

	return (int32_t)(ms % MS_PER_DAY < 0 ? day - 1 : day);
}

/* What German clocks show beyond UTC at an instant. */
static int64_t
german_offset_ms(int64_t instant_ms)
{
	int year = date_to_ymd(day_of(instant_ms)).year;
	bool is_summer = instant_ms >= last_sunday_ms(year, 3) &&
	    instant_ms < last_sunday_ms(year, 10);

	return is_summer ? 2 * MS_PER_HOUR : MS_PER_HOUR;
}

int32_t
date_of_instant(int64_t instant_ms)
{
	return day_of(instant_ms + german_offset_ms(instant_ms));
}

/*
 * The instant at which German clocks show local_ms: the earlier one when they
 * show it twice; when they skip it, an hour later than written.
 */
static int64_t
instant_of_german(int64_t local_ms)
{
	int64_t summer = local_ms - 2 * MS_PER_HOUR;

	if (german_offset_ms(summer) == 2 * MS_PER_HOUR)
		return summer;
	return local_ms - MS_PER_HOUR;
}

/* ---- reading ---- */

/* Takes min to max digits from *s; false when there are fewer. */
static bool
take_digits(const char **s, int min, int max, int *out)
{
	int n = 0, value = 0;

	while (n < max && **s >= '0' && **s <= '9') {
		value = value * 10 + (**s - '0');
		(*s)++;
		n++;
	}
	*out = value;
	return n >= min;
}

static bool
take(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool
take_iso(const char **s, struct date_ymd *ymd)
{
	return take_digits(s, 4, 4, &ymd->year) && take(s, '-') &&
	    take_digits(s, 2, 2, &ymd->month) && take(s, '-') &&
	    take_digits(s, 2, 2, &ymd->day);
}

/* "29." with blanks behind the dot, as in "29. 2. 2024". */
static bool
take_dotted(const char **s, int *out)
{
	if (!take_digits(s, 1, 2, out) || !take(s, '.'))
		return false;
	while (**s == ' ')
		(*s)++;
	return true;
}

static bool
take_german(const char **s, struct date_ymd *ymd)
{
	return take_dotted(s, &ymd->day) && take_dotted(s, &ymd->month) &&
	    take_digits(s, 4, 4, &ymd->year);
}

static int
accept_date(struct date_ymd ymd, int32_t *out, struct err *err)
{
	if (!date_is_real(ymd) || ymd.year < YEAR_MIN)
		return err_set(err, ERR_FIELD_INVALID, "no such day");
	*out = date_from_ymd(ymd);
	return 0;
}

int
date_parse(const char *s, int32_t *out, struct err *err)
{
	struct date_ymd ymd;

	if (!take_iso(&s, &ymd) || *s != '\0')
		return err_set(err, ERR_FIELD_INVALID, "no date");
	return accept_date(ymd, out, err);
}

int
date_parse_human(const char *s, int32_t *out, struct err *err)
{
	struct date_ymd ymd;
	const char *german = s;

	if (take_german(&german, &ymd) && *german == '\0')
		return accept_date(ymd, out, err);
	return date_parse(s, out, err);
}

/* True for a year alone, year and month, or a whole real date. */
static bool
is_partial(struct date_ymd ymd)
{
	if (ymd.year < YEAR_MIN || ymd.month < 0 || ymd.month > 12)
		return false;
	if (ymd.day == 0)
		return true;
	return date_is_real(ymd);
}

static bool
take_partial(const char *s, struct date_ymd *ymd)
{
	const char *p = s;

	if (take_iso(&p, ymd) && *p == '\0')
		return true;
	p = s;
	if (take_german(&p, ymd) && *p == '\0')
		return true;
	p = s;
	ymd->day = 0;
	if (take_dotted(&p, &ymd->month) &&
	    take_digits(&p, 4, 4, &ymd->year) && *p == '\0')
		return true;
	p = s;
	ymd->month = 0;
	return take_digits(&p, 4, 4, &ymd->year) && *p == '\0';
}

int
date_parse_partial(const char *s, struct date_ymd *out, struct err *err)
{
	struct date_ymd ymd;

	if (!take_partial(s, &ymd) || !is_partial(ymd))
		return err_set(err, ERR_FIELD_INVALID, "no partial date");
	*out = ymd;
	return 0;
}

/* ---- reckoning ---- */

int32_t
date_add_months(int32_t date, int months)
{
	struct date_ymd ymd = date_to_ymd(date);
	int month = ymd.year * 12 + ymd.month - 1 + months;

	ymd.year = month / 12;
	ymd.month = month % 12 + 1;
	if (ymd.day > days_in_month(ymd.year, ymd.month))
		ymd.day = days_in_month(ymd.year, ymd.month);
	return date_from_ymd(ymd);
}

int
date_age(int32_t birth, int32_t on)
{
	struct date_ymd b = date_to_ymd(birth), o = date_to_ymd(on);

	return o.year - b.year -
	    (o.month < b.month || (o.month == b.month && o.day < b.day));
}

/* ---- writing ---- */

const char *
date_to_iso(struct arena *a, int32_t date)
{
	struct date_ymd ymd = date_to_ymd(date);

	return arena_printf(
	    a, "%04d-%02d-%02d", ymd.year, ymd.month, ymd.day);
}

const char *
date_to_german(struct arena *a, int32_t date)
{
	struct date_ymd ymd = date_to_ymd(date);

	return arena_printf(
	    a, "%02d.%02d.%04d", ymd.day, ymd.month, ymd.year);
}

const char *
date_instant_to_xsd(struct arena *a, int64_t instant_ms)
{
	int32_t day = day_of(instant_ms);
	int ms = (int)(instant_ms - day * MS_PER_DAY);

	return arena_printf(a, "%sT%02d:%02d:%02d.%03dZ", date_to_iso(a, day),
	    ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

/* "Z", "+01:00", or nothing: then *has_offset is false. */
static bool
take_offset(const char **s, bool *has_offset, int64_t *offset_ms)
{
	int sign = **s == '-' ? -1 : 1;
	int hours, minutes;

	*offset_ms = 0;
	*has_offset = **s != '\0';
	if (!*has_offset || take(s, 'Z') || take(s, 'z'))
		return true;
	if (!take(s, sign == 1 ? '+' : '-') ||
	    !take_digits(s, 2, 2, &hours) || !take(s, ':') ||
	    !take_digits(s, 2, 2, &minutes) || hours > 14 || minutes > 59)
		return false;
	*offset_ms = sign * (hours * MS_PER_HOUR + minutes * INT64_C(60000));
	return true;
}

/* ":05", ":05.123456" (cut to ms), or nothing. */
static bool
take_seconds(const char **s, int *ms)
{
	int second, digit, scale = 100;

	*ms = 0;
	if (!take(s, ':'))
		return true;
	if (!take_digits(s, 2, 2, &second) || second > 59)
		return false;
	*ms = second * 1000;
	if (!take(s, '.'))
		return true;
	if (**s < '0' || **s > '9')
		return false;
	for (; take_digits(s, 1, 1, &digit); scale /= 10)
		*ms += digit * scale;
	return true;
}

int
date_instant_parse(const char *s, int64_t *out_ms, struct err *err)
{
	struct date_ymd ymd;
	int hour, minute, ms;
	int64_t local, offset;
	bool has_offset;
	int32_t day = 0;

	if (!take_iso(&s, &ymd) || (!take(&s, 'T') && !take(&s, ' ')) ||
	    !take_digits(&s, 2, 2, &hour) || hour > 23 || !take(&s, ':') ||
	    !take_digits(&s, 2, 2, &minute) || minute > 59 ||
	    !take_seconds(&s, &ms) ||
	    !take_offset(&s, &has_offset, &offset) || *s != '\0')
		return err_set(err, ERR_FIELD_INVALID, "no instant");
	if (accept_date(ymd, &day, err) == -1)
		return -1;
	local = day * MS_PER_DAY + hour * MS_PER_HOUR +
	    minute * INT64_C(60000) + ms;
	*out_ms = has_offset ? local - offset : instant_of_german(local);
	return 0;
}

const char *
date_instant_to_human(struct arena *a, int64_t instant_ms, bool is_english)
{
	static const char *const month[] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};
	int64_t local = instant_ms + german_offset_ms(instant_ms);
	int32_t day = day_of(local);
	int minutes = (int)((local - day * MS_PER_DAY) / 60000);
	struct date_ymd ymd = date_to_ymd(day);

	if (is_english)
		return arena_printf(a, "%d %s %d, %02d:%02d", ymd.day,
		    month[ymd.month - 1], ymd.year, minutes / 60,
		    minutes % 60);
	return arena_printf(a, "%s, %02d:%02d Uhr", date_to_german(a, day),
	    minutes / 60, minutes % 60);
}
