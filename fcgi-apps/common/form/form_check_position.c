#include "common/form/form_check.h"

#include "common/num.h"

/* One coordinate in millionths of a degree; both decimal signs. More than six
 * places are cut: that is a tenth of a metre. */
static bool
degrees(struct arena *a, const char *s, size_t n, int64_t most, int64_t *out)
{
	char *copy = arena_dup(a, s, n);
	char *point = strpbrk(copy, ".,");
	struct err err = { 0 };

	if (point != NULL && strlen(point) > 7 &&
	    strspn(point + 1, "0123456789") == strlen(point + 1))
		point[7] = '\0';
	return num_parse_decimal(copy, 6, out, &err) == 0 && *out >= -most &&
	    *out <= most;
}

/* Where the second coordinate begins: behind a semicolon or blank, or behind
 * the comma if points are decimal. */
static const char *
separator(const char *s)
{
	const char *at = strpbrk(s, "; ");

	return at != NULL ? at : strchr(s, ',');
}

/* "50.98,11.32", "50.98, 11.32", "50,98 11,32", "50,98; 11,32". */
const char *
check_position(const struct form_check *c, struct answer *answer)
{
	const char *s = answer->raw, *at = separator(s), *second;
	struct form_value v = { .type = VALUE_NUMBER };
	size_t n;
	int64_t lat, lon;
	const char *first;

	if (at == NULL)
		return "type";
	n = (size_t)(at - s);
	if (n > 1 && s[n - 1] == ',') /* "50.98, 11.32" */
		n--;
	second = at + strspn(at, ",; ");
	if (!degrees(c->arena, s, n, 90 * FORM_UNIT, &lat) ||
	    !degrees(c->arena, second, strlen(second),
		(int64_t)180 * FORM_UNIT, &lon))
		return "type";
	answer->number = form_position_pack((int32_t)lat, (int32_t)lon);
	v.number = lat;
	first = cond_text(c->arena, &v);
	v.number = lon;
	answer->text =
	    arena_printf(c->arena, "%s,%s", first, cond_text(c->arena, &v));
	return NULL;
}
