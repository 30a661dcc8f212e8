#include "common/form/form_check.h"

#include "common/form/form_def.h"
#include "common/utf8.h"

/* Upper case of ASCII and of the letters up to U+00FF that have one of the
 * same length; plates and codes know no others. */
static void
upper(char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 'a' && c <= 'z') {
			*s = (char)(c - 'a' + 'A');
		} else if (c == 0xc3 && s[1] != '\0') {
			c = (unsigned char)*++s;
			if (c >= 0xa0 && c <= 0xbe && c != 0xb7)
				*s = (char)(c - 0x20);
		}
	}
}

static bool
is_letter(const char *s)
{
	return (*s >= 'A' && *s <= 'Z') || (*s & 0x80) != 0;
}

/* The run of letters (or digits) at s, what separates from the next skipped. */
static size_t
run_of(const char **s, const char **begin, bool of_letters)
{
	size_t n = 0;

	*begin = *s;
	while (**s != '\0' &&
	    (of_letters ? is_letter(*s) : **s >= '0' && **s <= '9')) {
		n++;
		(*s)++;
	}
	while (**s == ' ' || **s == '-')
		(*s)++;
	return n;
}

/*
 * "qs-ab 1e" and "QS AB1 E" become "QS-AB 1E". Without a separator behind the
 * place nobody knows where it ends: such a text stays as it is.
 */
static const char *
plate(struct arena *a, char *s)
{
	const char *p = s, *town, *letters, *digits, *mark;
	size_t ntown, nletters, ndigits, nmark;

	upper(s);
	ntown = run_of(&p, &town, true);
	if (p == town + ntown)
		return s;
	nletters = run_of(&p, &letters, true);
	ndigits = run_of(&p, &digits, false);
	nmark = run_of(&p, &mark, true);
	if (*p != '\0' || ntown == 0 || nletters == 0 || ndigits == 0)
		return s;
	return arena_printf(a, "%.*s-%.*s %.*s%.*s", (int)ntown, town,
	    (int)nletters, letters, (int)ndigits, digits, (int)nmark, mark);
}

const char *
form_normalise(struct arena *a, enum form_normalise how, const char *s)
{
	char *copy, *to;

	if (how == FORM_AS_TYPED)
		return s;
	copy = to = arena_strdup(a, s);
	switch (how) {
	case FORM_UPPER:
		upper(copy);
		return copy;
	case FORM_PLATE:
		return plate(a, copy);
	default:
		for (; *s != '\0'; s++)
			if (strchr(" .-/", *s) == NULL)
				*to++ = *s;
		*to = '\0';
		return copy;
	}
}

const char *
check_shape(const struct answer *answer)
{
	const struct form_field *f = answer->field;
	size_t bytes = strlen(answer->text);

	/* A code point has 1 to 4 bytes: most texts need no counting. */
	if (bytes > f->max_length && f->max_length > 0 &&
	    utf8_length(answer->text) > f->max_length)
		return "too_long";
	if (f->min_length > 0 && bytes < f->min_length * 4 &&
	    utf8_length(answer->text) < f->min_length)
		return "too_short";
	if (f->pattern != NULL && !form_regex_matches(f->pattern, answer->text))
		return f->pattern_error != NULL ? f->pattern_error : "pattern";
	return NULL;
}

const char *
check_text(const struct form_check *c, struct answer *answer)
{
	if (answer->field->type == FORM_TEXT &&
	    strpbrk(answer->raw, "\n\t") != NULL)
		return "line_break";
	if (answer->field->is_latin && !utf8_is_din91379_c(answer->raw))
		return "latin_only";
	answer->text =
	    form_normalise(c->arena, answer->field->normalise, answer->raw);
	if (*answer->text == '\0')
		return "pattern";
	return check_shape(answer);
}

const char *
check_name(const struct form_check *c, struct answer *answer)
{
	(void)c; /* the signature is the table's */
	if (strpbrk(answer->raw, "\n\t") != NULL)
		return "line_break";
	if (!utf8_is_din91379_c(answer->raw))
		return "latin_only";
	answer->text = answer->raw;
	return check_shape(answer);
}
