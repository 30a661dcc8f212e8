#include "common/form/form_check.h"

#define IBAN_MIN 15
#define IBAN_MAX 34

/* Length by country: the SWIFT IBAN registry (ISO 13616). */
static const struct {
	char country[3];
	unsigned char length;
} lengths[] = {
	{ "AD", 24 }, { "AE", 23 }, { "AL", 28 }, { "AT", 20 }, { "AZ", 28 },
	{ "BA", 20 }, { "BE", 16 }, { "BG", 22 }, { "BH", 22 }, { "BI", 27 },
	{ "BR", 29 }, { "BY", 28 }, { "CH", 21 }, { "CR", 22 }, { "CY", 28 },
	{ "CZ", 24 }, { "DE", 22 }, { "DJ", 27 }, { "DK", 18 }, { "DO", 28 },
	{ "EE", 20 }, { "EG", 29 }, { "ES", 24 }, { "FI", 18 }, { "FK", 18 },
	{ "FO", 18 }, { "FR", 27 }, { "GB", 22 }, { "GE", 22 }, { "GI", 23 },
	{ "GL", 18 }, { "GR", 27 }, { "GT", 28 }, { "HR", 21 }, { "HU", 28 },
	{ "IE", 22 }, { "IL", 23 }, { "IQ", 23 }, { "IS", 26 }, { "IT", 27 },
	{ "JO", 30 }, { "KW", 30 }, { "KZ", 20 }, { "LB", 28 }, { "LC", 32 },
	{ "LI", 21 }, { "LT", 20 }, { "LU", 20 }, { "LV", 21 }, { "LY", 25 },
	{ "MC", 27 }, { "MD", 24 }, { "ME", 22 }, { "MK", 19 }, { "MN", 20 },
	{ "MR", 27 }, { "MT", 31 }, { "MU", 30 }, { "NI", 28 }, { "NL", 18 },
	{ "NO", 15 }, { "OM", 23 }, { "PK", 24 }, { "PL", 28 }, { "PS", 29 },
	{ "PT", 25 }, { "QA", 29 }, { "RO", 24 }, { "RS", 22 }, { "RU", 33 },
	{ "SA", 24 }, { "SC", 31 }, { "SD", 18 }, { "SE", 24 }, { "SI", 19 },
	{ "SK", 24 }, { "SM", 27 }, { "SO", 23 }, { "ST", 25 }, { "SV", 28 },
	{ "TL", 23 }, { "TN", 24 }, { "TR", 26 }, { "UA", 29 }, { "VA", 22 },
	{ "VG", 24 }, { "XK", 20 }, { "YE", 30 },
};

static bool
has_length(const char *iban, size_t n)
{
	for (size_t i = 0; i < nitems(lengths); i++)
		if (memcmp(lengths[i].country, iban, 2) == 0)
			return lengths[i].length == n;
	return false;
}

/* ISO 7064 modulo 97, the first four characters last, A is 10 to Z is 35. */
static bool
is_checked(const char *iban, size_t n)
{
	unsigned rest = 0;

	for (size_t i = 0; i < n; i++) {
		char c = iban[(i + 4) % n];

		if (c >= '0' && c <= '9')
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else
			rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
	}
	return rest == 1;
}

const char *
check_iban(const struct form_check *c, struct answer *answer)
{
	char iban[IBAN_MAX + 1];
	size_t n = 0;

	for (const char *s = answer->raw; *s != '\0'; s++) {
		char one = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;

		if (one == ' ' || one == '-' || one == '.')
			continue;
		if (n == IBAN_MAX ||
		    !((one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9')))
			return "iban";
		iban[n++] = one;
	}
	if (n < IBAN_MIN || strspn(iban, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < 2 ||
	    !has_length(iban, n))
		return "iban_length";
	if (!is_checked(iban, n))
		return "iban";
	answer->text = arena_dup(c->arena, iban, n);
	return NULL;
}
