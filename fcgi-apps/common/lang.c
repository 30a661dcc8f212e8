#include "common/lang.h"

#include <strings.h>

static const char *const codes[LANG_COUNT] = {"de", "en"};

const char *
lang_code(enum lang lang)
{
	return codes[lang];
}

enum lang
lang_parse(const char *code, enum lang other)
{
	for (size_t i = 0; code != NULL && i < LANG_COUNT; i++)
		if (strcmp(code, codes[i]) == 0)
			return (enum lang)i;
	return other;
}

/*
 * Thousandths of a weight such as "0.8", at p; -1 when it is none. *end is set
 * behind it.
 */
static int
weight(const char *p, const char **end)
{
	int value, place = 100;

	if (*p != '0' && *p != '1')
		return -1;
	value = (*p++ - '0') * 1000;
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9' && place > 0; p++) {
			value += (*p - '0') * place;
			place /= 10;
		}
	*end = p;
	return value > 1000 ? -1 : value;
}

/* Whether the range of len bytes, such as "en-GB", speaks of code. */
static int
range_is(const char *range, size_t len, const char *code)
{
	size_t n = strlen(code);

	return len >= n && strncasecmp(range, code, n) == 0 &&
	    (len == n || range[n] == '-');
}

enum lang
lang_accept(const char *header)
{
	int named[LANG_COUNT] = {-1, -1}; /* the best weight given to each */
	int any = 0;			  /* weight of *: what is not named */
	enum lang best = LANG_DE;
	const char *p = header == NULL ? "" : header;

	while (*p != '\0') {
		const char *range;
		size_t len;
		int q = 1000;

		p += strspn(p, " \t,");
		range = p;
		len = strcspn(p, " \t,;");
		p += len;
		p += strspn(p, " \t");
		if (*p == ';') {
			p++;
			p += strspn(p, " \t");
			if ((*p == 'q' || *p == 'Q') && p[1] == '=' &&
			    (q = weight(p + 2, &p)) == -1)
				q = 0; /* nonsense counts as unwanted */
		}
		p += strcspn(p, ",");
		if (len == 1 && *range == '*')
			any = q;
		for (size_t i = 0; i < LANG_COUNT; i++)
			if (range_is(range, len, codes[i]) && q > named[i])
				named[i] = q;
	}
	for (size_t i = 0; i < LANG_COUNT; i++)
		if (named[i] == -1)
			named[i] = any;
	for (size_t i = 1; i < LANG_COUNT; i++)
		if (named[i] > named[best])
			best = (enum lang)i;
	return best;
}
