#include "common/lang.h"

#include <strings.h>

static const struct {
	const char *code, *tag, *dir;
	enum lang base;
} langs[LANG_COUNT] = {
    [LANG_DE] = {"de", "de", "ltr", LANG_DE},
    [LANG_EN] = {"en", "en", "ltr", LANG_EN},
    [LANG_LEICHT] = {"leicht", "de-simple", "ltr", LANG_DE},
    [LANG_AR] = {"ar", "ar", "rtl", LANG_EN},
};

const char *
lang_code(enum lang lang)
{
	return langs[lang].code;
}

const char *
lang_tag(enum lang lang)
{
	return langs[lang].tag;
}

const char *
lang_dir(enum lang lang)
{
	return langs[lang].dir;
}

bool
lang_is_rtl(enum lang lang)
{
	return *lang_dir(lang) == 'r';
}

enum lang
lang_base(enum lang lang)
{
	return langs[lang].base;
}

enum lang
lang_among(enum lang lang, unsigned offered)
{
	return (offered & LANG_BIT(lang)) != 0 ? lang : lang_base(lang);
}

enum lang
lang_parse(const char *code, enum lang other)
{
	for (size_t i = 0; code != NULL && i < LANG_COUNT; i++)
		if (strcmp(code, langs[i].code) == 0)
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

/* What a header says of one language. */
struct wish {
	int weight; /* the best given to it, -1: not named */
	int place;  /* where in the header that was */
};

/* One range such as "en-GB;q=0.5" at p; returns what follows it. */
static const char *
read_range(const char *p, int place, struct wish wish[LANG_COUNT], int *any)
{
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
		*any = q;
	for (size_t i = 0; i < LANG_COUNT; i++)
		if (range_is(range, len, langs[i].tag) && q > wish[i].weight)
			wish[i] = (struct wish){q, place};
	return p;
}

enum lang
lang_accept(const char *header, unsigned offered)
{
	static const enum lang named[] = {LANG_AR, LANG_LEICHT};
	struct wish wish[LANG_COUNT];
	const struct wish *de = &wish[LANG_DE], *en = &wish[LANG_EN];
	int any = 0, place = 0; /* any: weight of *, for what is not named */
	enum lang best;

	for (size_t i = 0; i < LANG_COUNT; i++)
		wish[i] = (struct wish){-1, 0};
	for (const char *p = header == NULL ? "" : header; *p != '\0';)
		p = read_range(p, place++, wish, &any);
	for (size_t i = LANG_DE; i <= LANG_EN; i++)
		if (wish[i].weight == -1)
			wish[i] = (struct wish){any, place};
	best = en->weight > de->weight ||
		(en->weight == de->weight && en->weight > 0 &&
		    en->place < de->place)
	    ? LANG_EN
	    : LANG_DE;
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if ((offered & LANG_BIT(named[i])) != 0 &&
		    wish[named[i]].weight > 0 &&
		    wish[named[i]].weight >= wish[best].weight)
			return named[i];
	return best;
}
