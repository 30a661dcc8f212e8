#include "torhaus/fim.h"

#include "common/buf.h"
#include "common/utf8.h"

#define KEY_MAX 40

/* German letters as they are spelt without; utf8_fold would drop the dots. */
static const struct {
	const char *letter, *plain;
} umlauts[] = {
	{ "\xc3\xa4", "ae" }, { "\xc3\xb6", "oe" }, { "\xc3\xbc", "ue" },
	{ "\xc3\x84", "ae" }, { "\xc3\x96", "oe" }, { "\xc3\x9c", "ue" },
	{ "\xc3\x9f", "ss" },
};

static bool
is_apart(char c)
{
	return (uint8_t)c < 0x80 && (c < '0' || c > '9') &&
	    (c < 'a' || c > 'z') && (c < 'A' || c > 'Z');
}

static const char *
without_umlauts(struct arena *a, const char *s)
{
	struct buf *b = buf_new(a, strlen(s) + 1);

	while (*s != '\0') {
		size_t i = 0;

		while (i < nitems(umlauts) &&
		    strncmp(s, umlauts[i].letter, 2) != 0)
			i++;
		if (i < nitems(umlauts)) {
			buf_puts(b, umlauts[i].plain);
			s += 2;
		} else
			buf_put(b, s++, 1);
	}
	return buf_text(b);
}

/* A word's plain letters behind what is there; false when it does not fit. */
static bool
add_word(struct buf *b, const char *folded)
{
	size_t n = 0, before = b->len;

	for (const char *p = folded; *p != '\0'; p++)
		n += !is_apart(*p) && (uint8_t)*p < 0x80;
	if (n == 0)
		return true;
	if (before > 0 && before + 1 + n > KEY_MAX)
		return false;
	if (before > 0)
		buf_puts(b, "_");
	else if (*folded >= '0' && *folded <= '9')
		buf_puts(b, "f_");
	for (const char *p = folded; *p != '\0' && b->len < KEY_MAX; p++)
		if (!is_apart(*p) && (uint8_t)*p < 0x80)
			buf_put(b, p, 1);
	return true;
}

const char *
fim_key(struct arena *a, const char *words)
{
	const char *s = without_umlauts(a, words);
	struct buf *b = buf_new(a, KEY_MAX + 4);

	while (*s != '\0') {
		size_t n = 0;

		while (s[n] != '\0' && !is_apart(s[n]))
			n++;
		if (n > 0 && !add_word(b, utf8_fold(a, arena_dup(a, s, n))))
			break;
		s += n > 0 ? n : 1;
	}
	return b->len == 0 ? "feld" : buf_text(b);
}
