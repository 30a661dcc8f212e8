#include "common/utf8.h"

#include <utf8proc.h>

#include "common/log.h"

/* One code point of valid UTF-8; *s moves behind it. 0 at the end. */
static int32_t
next_code(const char **s)
{
	utf8proc_int32_t code;
	utf8proc_ssize_t n;

	if (**s == '\0')
		return 0;
	n = utf8proc_iterate((const utf8proc_uint8_t *)*s, -1, &code);
	if (n < 1)
		return 0; /* callers hand in checked text */
	*s += n;
	return code;
}

/* ---- at the door ---- */

static bool
is_bidi_control(int32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0x200e || c == 0x200f || c == 0x061c;
}

/* Code points that no text of a person needs. Line ends are handled before. */
static bool
is_forbidden(int32_t c)
{
	if (c < 0x20)
		return c != '\t' && c != '\n';
	return (c >= 0x7f && c < 0xa0) || is_bidi_control(c) || c == 0xfeff ||
	    (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000 ||
	    (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

/*
 * Checks in and copies it to out (len + 1 bytes) with \n as line end.
 * *is_ascii tells whether normalising may be skipped. Returns the length, or
 * -1 with err set.
 */
static ssize_t
check_and_copy(const char *in, size_t len, char *out, bool *is_ascii,
    struct err *err)
{
	size_t n = 0;

	*is_ascii = true;
	for (size_t i = 0; i < len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t width;

		width = utf8proc_iterate((const utf8proc_uint8_t *)in + i,
		    (utf8proc_ssize_t)(len - i), &c);
		if (width < 1)
			return err_set(err, ERR_FIELD_INVALID,
			    "no UTF-8 at byte %zu", i);
		if (c == '\r') {
			if (i + 1 >= len || in[i + 1] != '\n')
				out[n++] = '\n';
		} else if (c == 0x2028 || c == 0x2029) {
			out[n++] = '\n';
		} else if (is_forbidden(c)) {
			return err_set(err, ERR_FIELD_INVALID,
			    "U+%04X is not allowed", (unsigned)c);
		} else {
			memcpy(out + n, in + i, (size_t)width);
			n += (size_t)width;
			if (c > 0x7f)
				*is_ascii = false;
		}
		i += (size_t)width;
	}
	out[n] = '\0';
	return (ssize_t)n;
}

const char *
utf8_squeeze(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1, 1);
	size_t n = 0;

	for (; *s != '\0'; s++) {
		bool is_blank = strchr(" \t\r\n", *s) != NULL;

		if (!is_blank)
			out[n++] = *s;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

/* How many bytes from the beginning are ASCII, eight at a time. */
static size_t
ascii_span(const char *in, size_t len)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t i = 0;

	for (; len - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, in + i, sizeof(word));
		if ((word & high) != 0)
			break;
	}
	while (i < len && (unsigned char)in[i] < 0x80)
		i++;
	return i;
}

size_t
utf8_valid(const char *in, size_t len)
{
	size_t i = 0;

	while ((i += ascii_span(in + i, len - i)) < len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t width;

		width = utf8proc_iterate((const utf8proc_uint8_t *)in + i,
		    (utf8proc_ssize_t)(len - i), &c);
		if (width < 1)
			break;
		i += (size_t)width;
	}
	return i;
}

const char *
utf8_cut(struct arena *a, const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n <= max)
		return s;
	while (max > 0 && ((uint8_t)s[max] & 0xc0) == 0x80)
		max--;
	return arena_dup(a, s, max);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Cuts blanks, no-break spaces (C2 A0) among them, at both ends of s. */
static char *
trim(char *s, size_t len)
{
	for (;;) {
		if (len > 0 && is_blank(s[len - 1]))
			len--;
		else if (len > 1 && memcmp(s + len - 2, "\xc2\xa0", 2) == 0)
			len -= 2;
		else
			break;
	}
	s[len] = '\0';
	for (;;) {
		if (is_blank(*s))
			s++;
		else if (memcmp(s, "\xc2\xa0", len > 1 ? 2 : 1) == 0)
			s += 2;
		else
			return s;
		len = strlen(s);
	}
}

/* utf8proc's result as a string of the arena. */
static char *
map(struct arena *a, const char *s, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n;
	char *out;

	n = utf8proc_map((const utf8proc_uint8_t *)s, 0, &mapped,
	    options | UTF8PROC_NULLTERM);
	if (n < 0)
		log_fatal("utf8proc: %s", utf8proc_errmsg(n));
	out = arena_dup(a, mapped, (size_t)n);
	free(mapped);
	return out;
}

int
utf8_clean(struct arena *a, const char *in, size_t len, const char **out,
    struct err *err)
{
	bool is_ascii;
	ssize_t n;
	char *copy;

	if (len >= 3 && memcmp(in, "\xef\xbb\xbf", 3) == 0) {
		in += 3; /* a byte order mark in front says nothing */
		len -= 3;
	}
	copy = arena_alloc(a, len + 1, 1);
	if ((n = check_and_copy(in, len, copy, &is_ascii, err)) == -1)
		return -1;
	copy = trim(copy, (size_t)n);
	*out = is_ascii
	    ? copy : map(a, copy, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	return 0;
}

const char *
utf8_scrub(struct arena *a, const char *in, size_t len)
{
	char *copy = arena_alloc(a, len + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t width;

		width = utf8proc_iterate((const utf8proc_uint8_t *)in + i,
		    (utf8proc_ssize_t)(len - i), &c);
		if (width < 1 || is_forbidden(c)) {
			copy[n++] = '_';
		} else {
			memcpy(copy + n, in + i, (size_t)width);
			n += (size_t)width;
		}
		i += width < 1 ? 1 : (size_t)width;
	}
	return map(a, trim(copy, n), UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

size_t
utf8_length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

/* ---- DIN 91379:2022-08, data type C: all normative letters and marks ---- */

static const struct {
	uint16_t first, last;
} din_c[] = {
	{0x0009, 0x000a}, {0x000d, 0x000d}, {0x0020, 0x007e}, {0x00a0, 0x00ac},
	{0x00ae, 0x017e}, {0x0187, 0x0188}, {0x018f, 0x018f}, {0x0197, 0x0197},
	{0x01a0, 0x01a1}, {0x01af, 0x01b0}, {0x01b7, 0x01b7}, {0x01cd, 0x01dc},
	{0x01de, 0x01df}, {0x01e2, 0x01f0}, {0x01f4, 0x01f5}, {0x01f8, 0x01ff},
	{0x0212, 0x0213}, {0x0218, 0x021b}, {0x021e, 0x021f}, {0x0227, 0x0233},
	{0x0259, 0x0259}, {0x0268, 0x0268}, {0x0292, 0x0292}, {0x02b9, 0x02ba},
	{0x02be, 0x02bf}, {0x02c8, 0x02c8}, {0x02cc, 0x02cc}, {0x1e02, 0x1e03},
	{0x1e06, 0x1e07}, {0x1e0a, 0x1e11}, {0x1e17, 0x1e17}, {0x1e1c, 0x1e2b},
	{0x1e2f, 0x1e37}, {0x1e3a, 0x1e3b}, {0x1e40, 0x1e49}, {0x1e52, 0x1e5b},
	{0x1e5e, 0x1e63}, {0x1e6a, 0x1e6f}, {0x1e80, 0x1e87}, {0x1e8c, 0x1e97},
	{0x1e9e, 0x1e9e}, {0x1ea0, 0x1ef9}, {0x2019, 0x2019}, {0x2021, 0x2021},
	{0x20ac, 0x20ac},
};

/* Letters that exist only as a sequence; of those that begin alike the longer
 * stands first. The third is 0 where there are two. */
static const uint16_t din_c_sequence[][3] = {
	{0x0041, 0x030b, 0}, {0x0043, 0x0328, 0x0306}, {0x0043, 0x0300, 0},
	{0x0043, 0x0304, 0}, {0x0043, 0x0306, 0}, {0x0043, 0x0308, 0},
	{0x0043, 0x0315, 0}, {0x0043, 0x0323, 0}, {0x0043, 0x0326, 0},
	{0x0044, 0x0302, 0}, {0x0046, 0x0300, 0}, {0x0046, 0x0304, 0},
	{0x0047, 0x0300, 0}, {0x0048, 0x0304, 0}, {0x0048, 0x0326, 0},
	{0x0048, 0x0331, 0}, {0x004a, 0x0301, 0}, {0x004a, 0x030c, 0},
	{0x004b, 0x035f, 0x0048}, {0x004b, 0x035f, 0x0068},
	{0x004b, 0x0300, 0}, {0x004b, 0x0302, 0}, {0x004b, 0x0304, 0},
	{0x004b, 0x0307, 0}, {0x004b, 0x0315, 0}, {0x004b, 0x031b, 0},
	{0x004b, 0x0326, 0}, {0x004c, 0x0325, 0x0304}, {0x004c, 0x0302, 0},
	{0x004c, 0x0325, 0}, {0x004c, 0x0326, 0}, {0x004d, 0x0300, 0},
	{0x004d, 0x0302, 0}, {0x004d, 0x0306, 0}, {0x004d, 0x0310, 0},
	{0x004e, 0x0302, 0}, {0x004e, 0x0304, 0}, {0x004e, 0x0306, 0},
	{0x004e, 0x0326, 0}, {0x0050, 0x0300, 0}, {0x0050, 0x0304, 0},
	{0x0050, 0x0315, 0}, {0x0050, 0x0323, 0}, {0x0052, 0x0325, 0x0304},
	{0x0052, 0x0306, 0}, {0x0052, 0x0325, 0}, {0x0053, 0x031b, 0x0304},
	{0x0053, 0x0300, 0}, {0x0053, 0x0304, 0}, {0x0053, 0x0331, 0},
	{0x0054, 0x0300, 0}, {0x0054, 0x0304, 0}, {0x0054, 0x0308, 0},
	{0x0054, 0x0315, 0}, {0x0054, 0x031b, 0}, {0x0055, 0x0307, 0},
	{0x005a, 0x0300, 0}, {0x005a, 0x0304, 0}, {0x005a, 0x0306, 0},
	{0x005a, 0x0308, 0}, {0x005a, 0x0327, 0}, {0x0061, 0x030b, 0},
	{0x0063, 0x0328, 0x0306}, {0x0063, 0x0300, 0}, {0x0063, 0x0304, 0},
	{0x0063, 0x0306, 0}, {0x0063, 0x0308, 0}, {0x0063, 0x0315, 0},
	{0x0063, 0x0323, 0}, {0x0063, 0x0326, 0}, {0x0064, 0x0302, 0},
	{0x0066, 0x0300, 0}, {0x0066, 0x0304, 0}, {0x0067, 0x0300, 0},
	{0x0068, 0x0304, 0}, {0x0068, 0x0326, 0}, {0x006a, 0x0301, 0},
	{0x006b, 0x035f, 0x0068}, {0x006b, 0x0300, 0}, {0x006b, 0x0302, 0},
	{0x006b, 0x0304, 0}, {0x006b, 0x0307, 0}, {0x006b, 0x0315, 0},
	{0x006b, 0x031b, 0}, {0x006b, 0x0326, 0}, {0x006c, 0x0325, 0x0304},
	{0x006c, 0x0302, 0}, {0x006c, 0x0325, 0}, {0x006c, 0x0326, 0},
	{0x006d, 0x0300, 0}, {0x006d, 0x0302, 0}, {0x006d, 0x0306, 0},
	{0x006d, 0x0310, 0}, {0x006e, 0x0302, 0}, {0x006e, 0x0304, 0},
	{0x006e, 0x0306, 0}, {0x006e, 0x0326, 0}, {0x0070, 0x0300, 0},
	{0x0070, 0x0304, 0}, {0x0070, 0x0315, 0}, {0x0070, 0x0323, 0},
	{0x0072, 0x0325, 0x0304}, {0x0072, 0x0306, 0}, {0x0072, 0x0325, 0},
	{0x0073, 0x031b, 0x0304}, {0x0073, 0x0300, 0}, {0x0073, 0x0304, 0},
	{0x0073, 0x0331, 0}, {0x0074, 0x0300, 0}, {0x0074, 0x0304, 0},
	{0x0074, 0x0315, 0}, {0x0074, 0x031b, 0}, {0x0075, 0x0307, 0},
	{0x007a, 0x0300, 0}, {0x007a, 0x0304, 0}, {0x007a, 0x0306, 0},
	{0x007a, 0x0308, 0}, {0x007a, 0x0327, 0}, {0x00c7, 0x0306, 0},
	{0x00db, 0x0304, 0}, {0x00e7, 0x0306, 0}, {0x00fb, 0x0304, 0},
	{0x00ff, 0x0301, 0}, {0x010c, 0x0315, 0}, {0x010c, 0x0323, 0},
	{0x010d, 0x0315, 0}, {0x010d, 0x0323, 0}, {0x0113, 0x030d, 0},
	{0x012a, 0x0301, 0}, {0x012b, 0x0301, 0}, {0x014d, 0x030d, 0},
	{0x017d, 0x0326, 0}, {0x017d, 0x0327, 0}, {0x017e, 0x0326, 0},
	{0x017e, 0x0327, 0}, {0x1e32, 0x0304, 0}, {0x1e33, 0x0304, 0},
	{0x1e62, 0x0304, 0}, {0x1e63, 0x0304, 0}, {0x1e6c, 0x0304, 0},
	{0x1e6d, 0x0304, 0}, {0x1ea0, 0x0308, 0}, {0x1ea1, 0x0308, 0},
	{0x1ecc, 0x0308, 0}, {0x1ecd, 0x0308, 0}, {0x1ee4, 0x0304, 0},
	{0x1ee4, 0x0308, 0}, {0x1ee5, 0x0304, 0}, {0x1ee5, 0x0308, 0},
};

static bool
is_din_c(int32_t c)
{
	size_t low = 0, high = nitems(din_c);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (c > din_c[mid].last)
			low = mid + 1;
		else if (c < din_c[mid].first)
			high = mid;
		else
			return true;
	}
	return false;
}

/* If a listed sequence of c begins at s (c read already), moves behind it. */
static bool
take_sequence(int32_t c, const char **s)
{
	for (size_t i = 0; i < nitems(din_c_sequence); i++) {
		const uint16_t *want = din_c_sequence[i];
		const char *p = *s;

		if (want[0] > c)
			return false; /* the table is sorted */
		if (want[0] != c || next_code(&p) != want[1] ||
		    (want[2] != 0 && next_code(&p) != want[2]))
			continue;
		*s = p;
		return true;
	}
	return false;
}

bool
utf8_is_din91379_c(const char *s)
{
	while (*s != '\0') {
		int32_t c = next_code(&s);

		/* Only what a combining mark may follow needs the table. */
		if ((unsigned char)*s >= 0xcc && take_sequence(c, &s))
			continue;
		if (!is_din_c(c))
			return false;
	}
	return true;
}

/* ---- searching ---- */

/* Latin letters that Unicode does not decompose. */
static const struct {
	int32_t code;
	const char *plain;
} plain[] = {
	{0x00e6, "ae"}, {0x00f0, "d"}, {0x00f8, "o"}, {0x00fe, "th"},
	{0x0111, "d"}, {0x0127, "h"}, {0x0131, "i"}, {0x0138, "k"},
	{0x0142, "l"}, {0x014b, "ng"}, {0x0153, "oe"}, {0x0167, "t"},
	{0x0188, "c"}, {0x01dd, "e"}, {0x01e5, "g"}, {0x0259, "e"},
	{0x0268, "i"}, {0x0292, "z"},
};

static const char *
plain_of(int32_t c)
{
	for (size_t i = 0; i < nitems(plain); i++)
		if (plain[i].code == c)
			return plain[i].plain;
	return NULL;
}

static bool
is_letter_or_digit(int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
		return true;
	default: /* modifier letters are marks to who searches */
		return false;
	}
}

const char *
utf8_fold(struct arena *a, const char *s)
{
	const char *p = map(a, s, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
	    UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
	char *out = arena_alloc(a, strlen(p) + 1, 1);
	size_t n = 0;

	while (*p != '\0') {
		const char *from = p;
		int32_t c = next_code(&p);
		const char *other = c > 0x7f ? plain_of(c) : NULL;

		/* As many bytes or fewer: the table's letters have two. */
		if (other != NULL) {
			memcpy(out + n, other, strlen(other));
			n += strlen(other);
		} else if (is_letter_or_digit(c)) {
			memcpy(out + n, from, (size_t)(p - from));
			n += (size_t)(p - from);
		}
	}
	return out;
}

const char *
utf8_fold_name(struct arena *a, const char *s)
{
	const char *folded = utf8_fold(a, s);
	size_t n = strlen(folded);

	if (n > 3 && strcmp(folded + n - 3, "str") == 0)
		return arena_printf(a, "%sasse", folded);
	return folded;
}
