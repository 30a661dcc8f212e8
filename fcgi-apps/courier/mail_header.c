#include "courier/mail_header.h"

#include <stdbool.h>

#include "common/buf.h"

#define WORD_BYTES 45 /* 60 base64 characters, 72 with the frame */

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Letters, digits, blanks and a few marks that stand bare in any phrase. */
static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x80 || c < 0x20)
			return false;
		if (strchr("()<>@,;:\\\".[]=?", c) != NULL)
			return false;
	}
	return true;
}

static void
put_base64(struct buf *b, const unsigned char *s, size_t n)
{
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)s[i] << 16;
		char out[4];

		if (i + 1 < n)
			v |= (unsigned)s[i + 1] << 8;
		if (i + 2 < n)
			v |= s[i + 2];
		out[0] = base64[v >> 18];
		out[1] = base64[(v >> 12) & 63];
		out[2] = i + 1 < n ? base64[(v >> 6) & 63] : '=';
		out[3] = i + 2 < n ? base64[v & 63] : '=';
		buf_put(b, out, sizeof(out));
	}
}

/* Bytes of the next encoded word: whole characters, at most WORD_BYTES. */
static size_t
word_length(const char *s)
{
	size_t n = strlen(s);

	if (n <= WORD_BYTES)
		return n;
	n = WORD_BYTES;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

const char *
mail_header_phrase(struct arena *a, const char *s)
{
	char *flat = arena_strdup(a, s);
	struct buf *b = buf_new(a, 8192);

	for (char *p = flat; *p != '\0'; p++)
		if (*p == '\r' || *p == '\n' || *p == '\t')
			*p = ' ';
	if (is_plain(flat) && strlen(flat) <= 60)
		return flat;
	for (const char *p = flat; *p != '\0';) {
		size_t n = word_length(p);

		if (b->len > 0)
			buf_puts(b, "\r\n ");
		buf_puts(b, "=?UTF-8?B?");
		put_base64(b, (const unsigned char *)p, n);
		buf_puts(b, "?=");
		p += n;
	}
	return buf_text(b);
}

const char *
mail_header_date(struct arena *a)
{
	/* Not strftime's names, which follow the locale. */
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = time(NULL);
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	return arena_printf(a, "%.3s, %d %.3s %d %02d:%02d:%02d +0000",
	    days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
