#include "common/form/form_check.h"

#include "common/form/form_def.h"
#include "common/id.h"

#define LONGEST 24 /* of all schemes, separators gone */

/* Letters and digits of s in capitals, what separates gone; the number of
 * them, 0 when there are other characters or too many. */
static size_t
bare(const char *s, char out[LONGEST + 1])
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		char c = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;

		if (strchr(" .-/", c) != NULL)
			continue;
		if (n == LONGEST ||
		    !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			return 0;
		out[n++] = c;
	}
	out[n] = '\0';
	return n;
}

static bool
is_digits(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789") == n;
}

/* ISO/IEC 7064, MOD 11,10: the check digit behind the first n digits. */
static char
mod_11_10(const char *s, size_t n)
{
	int product = 10;

	for (size_t i = 0; i < n; i++) {
		int sum = (s[i] - '0' + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (char)('0' + (11 - product) % 10);
}

/*
 * Ten digits and a check digit (AO 139b; the digits as the Federal Central Tax
 * Office describes them): no 0 in front, one digit comes two or three times
 * and three not in a row, the others at most once.
 */
static const char *
tax_id(const char *s)
{
	size_t count[10] = { 0 }, most = 0, doubles = 0;

	if (!is_digits(s, 11) || s[0] == '0')
		return "identifier";
	for (size_t i = 0; i < 10; i++)
		count[s[i] - '0']++;
	for (size_t i = 0; i < 10; i++) {
		most = count[i] > most ? count[i] : most;
		doubles += count[i] > 1;
	}
	if (doubles != 1 || most > 3)
		return "check_digit";
	for (size_t i = 0; i + 2 < 10; i++)
		if (s[i] == s[i + 1] && s[i] == s[i + 2])
			return "check_digit";
	return s[10] == mod_11_10(s, 10) ? NULL : "check_digit";
}

/* "DE" and nine digits, the last one their check digit. */
static const char *
vat_id(const char *s)
{
	if (strncmp(s, "DE", 2) != 0 || !is_digits(s + 2, 9) || s[2] == '0')
		return "identifier";
	return s[10] == mod_11_10(s + 2, 8) ? NULL : "check_digit";
}

/*
 * Nine characters out of those that German documents use (no vowels, so that
 * no words come about), and behind them the check digit of ICAO Doc 9303 part
 * 3 where it was typed too: verified, then dropped. The letter O is a 0.
 */
static const char *
id_document(char *s)
{
	static const int weight[] = { 7, 3, 1 };
	size_t n = strlen(s);
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		if (s[i] == 'O')
			s[i] = '0';
	if (n < 9 || n > 10 ||
	    strspn(s, "CFGHJKLMNPRTVWXYZ0123456789") < 9 ||
	    (n == 10 && (s[9] < '0' || s[9] > '9')))
		return "identifier";
	for (size_t i = 0; i < 9; i++) {
		int value = s[i] <= '9' ? s[i] - '0' : s[i] - 'A' + 10;

		sum += value * weight[i % 3];
	}
	if (n == 10 && s[9] - '0' != sum % 10)
		return "check_digit";
	s[9] = '\0';
	return NULL;
}

/*
 * "QS-AB 1E" (FZV, annex 4): place of one to three letters, one or two
 * letters, up to four digits without a 0 in front, E or H; at most eight
 * characters without hyphen and blank.
 */
static bool
is_plate(const char *s)
{
	size_t nplace = 0, nletters, ndigits;

	for (; *s != '-' && *s != '\0'; nplace++) {
		if (strncmp(s, "Ä", 2) == 0 || strncmp(s, "Ö", 2) == 0 ||
		    strncmp(s, "Ü", 2) == 0)
			s += 2;
		else if (*s >= 'A' && *s <= 'Z')
			s++;
		else
			return false;
	}
	if (nplace < 1 || nplace > 3 || *s++ != '-')
		return false;
	nletters = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	s += nletters;
	if (nletters < 1 || nletters > 2 || *s++ != ' ' || *s == '0')
		return false;
	ndigits = strspn(s, "0123456789");
	s += ndigits;
	if (ndigits < 1 || ndigits > 4)
		return false;
	if (*s == 'E' || *s == 'H') {
		ndigits++;
		s++;
	}
	return *s == '\0' && nplace + nletters + ndigits <= 8;
}

static const char *
check_plate(const struct form_check *c, struct answer *answer)
{
	if (strlen(answer->raw) > 2 * LONGEST)
		return "identifier";
	answer->text = form_normalise(c->arena, FORM_PLATE, answer->raw);
	return is_plate(answer->text) ? NULL : "identifier";
}

static const char *
check_reference(const struct form_check *c, struct answer *answer)
{
	char reference[ID_REFERENCE_LEN + 1];
	struct err err = { 0 };
	char text[LONGEST + 1];

	if (bare(answer->raw, text) != ID_REFERENCE_LEN)
		return "identifier";
	if (id_reference_parse(answer->raw, reference, &err) == -1)
		return "check_digit";
	answer->text = id_reference_show(c->arena, reference);
	return NULL;
}

const char *
check_identifier(const struct form_check *c, struct answer *answer)
{
	char text[LONGEST + 1];
	const char *error;

	if (answer->field->scheme == FORM_SCHEME_PLATE)
		return check_plate(c, answer);
	if (answer->field->scheme == FORM_SCHEME_REFERENCE)
		return check_reference(c, answer);
	if (bare(answer->raw, text) == 0)
		return "identifier";
	switch (answer->field->scheme) {
	case FORM_SCHEME_TAX_ID:
		error = tax_id(text);
		break;
	case FORM_SCHEME_VAT_ID:
		error = vat_id(text);
		break;
	default:
		error = id_document(text);
		break;
	}
	if (error == NULL)
		answer->text = arena_strdup(c->arena, text);
	return error;
}
