#include "common/form/form_check.h"

#include "common/form/form_def.h"

#define LOCAL_MAX 64   /* RFC 5321, 4.5.3.1.1 */
#define DOMAIN_MAX 253 /* RFC 1035, 2.3.4 */
#define PHONE_MIN 6    /* digits with country code, E.164 has at most 15 */
#define PHONE_MAX 15

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* A dot-atom (RFC 5322, 3.2.3); quoted local parts are nobody's address. */
static bool
is_local(const char *s, size_t n)
{
	if (n == 0 || n > LOCAL_MAX || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((!is_alnum(s[i]) &&
			strchr("!#$%&'*+-/=?^_`{|}~.", s[i]) == NULL) ||
		    (s[i] == '.' && s[i + 1] == '.'))
			return false;
	return true;
}

/* Labels of letters, digits and inner hyphens; the last one no number. */
static bool
is_domain(const char *s)
{
	size_t n = strlen(s), labels = 0;

	if (n > DOMAIN_MAX)
		return false;
	for (;;) {
		size_t len = strcspn(s, ".");

		if (len == 0 || len > 63 || s[0] == '-' || s[len - 1] == '-')
			return false;
		for (size_t i = 0; i < len; i++)
			if (!is_alnum(s[i]) && s[i] != '-')
				return false;
		labels++;
		if (s[len] == '\0')
			return labels > 1 && len > 1 &&
			    strspn(s, "0123456789") < len;
		s += len + 1;
	}
}

/* Addresses beyond ASCII need SMTPUTF8 on the whole way (RFC 6531), which the
 * mail path does not promise. */
const char *
check_email(const struct form_check *c, struct answer *answer)
{
	const char *at = strrchr(answer->raw, '@');
	char *text;

	if (at == NULL || strpbrk(answer->raw, " \t\n<>\"") != NULL)
		return "email";
	for (const char *s = answer->raw; *s != '\0'; s++)
		if ((*s & 0x80) != 0)
			return "email_ascii";
	if (!is_local(answer->raw, (size_t)(at - answer->raw)) ||
	    !is_domain(at + 1))
		return "email";
	text = arena_strdup(c->arena, answer->raw);
	for (char *s = text + (at - answer->raw); *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	answer->text = text;
	return check_shape(answer);
}

/*
 * "030 / 12 34-56", "+49 (0)30 123456", "0049 30 123456" become "+4930123456":
 * without a country code a number is German.
 */
const char *
check_phone(const struct form_check *c, struct answer *answer)
{
	char digits[PHONE_MAX + 1];
	const char *s = answer->raw, *number;
	bool is_plus = *s == '+';
	size_t n = 0;

	for (s += is_plus; *s != '\0'; s++) {
		if (is_plus && strncmp(s, "(0)", 3) == 0)
			s += 2;
		else if (*s >= '0' && *s <= '9' && n < sizeof(digits) - 1)
			digits[n++] = *s;
		else if (strchr(" -/().", *s) == NULL)
			return "phone";
	}
	digits[n] = '\0';
	number = digits;
	if (!is_plus && strncmp(number, "00", 2) == 0) {
		is_plus = true;
		number += 2;
	}
	if (is_plus && *number != '0')
		answer->text = arena_printf(c->arena, "+%s", number);
	else if (!is_plus && *number == '0' && number[1] != '0')
		answer->text = arena_printf(c->arena, "+49%s", number + 1);
	else
		return "phone";
	n = strlen(answer->text) - 1;
	if (n < PHONE_MIN || n > PHONE_MAX)
		return "phone";
	return check_shape(answer);
}
