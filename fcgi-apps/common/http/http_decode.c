#include "common/http/http.h"

#include "common/hex.h"

/* Decodes from..end in place; NULL for a bad %xx, else the new end. */
static char *
decode(char *from, const char *end)
{
	char *to = from;

	for (; from < end; from++) {
		int high, low;

		if (*from == '+') {
			*to++ = ' ';
		} else if (*from != '%') {
			*to++ = *from;
		} else {
			if (end - from < 3 ||
			    (high = hex_digit(from[1])) == -1 ||
			    (low = hex_digit(from[2])) == -1)
				return NULL;
			*to++ = (char)(high * 16 + low);
			from += 2;
		}
	}
	return to;
}

/* One "name=value" of len bytes, decoded in place (a NUL fits behind it). */
static int
decode_pair(char *text, size_t len, struct http_pair *out, struct err *err)
{
	char *end = text + len, *equals = memchr(text, '=', len);
	char *name_end, *value, *value_end;

	name_end = decode(text, equals == NULL ? end : equals);
	value = equals == NULL ? end : equals + 1;
	value_end = decode(value, end);
	if (name_end == NULL || value_end == NULL)
		return err_set(err, ERR_BAD_REQUEST, "form: bad %%xx");
	if (memchr(text, '\0', (size_t)(name_end - text)) != NULL)
		return err_set(err, ERR_BAD_REQUEST, "form: NUL in a name");
	/* Only now: the end of a name may be the place of '='. */
	*value_end = '\0';
	*name_end = '\0';
	out->name = text;
	out->value = value;
	out->value_len = (size_t)(value_end - value);
	return 0;
}

int
http_decode_form(struct arena *a, const char *body, size_t len, size_t max,
    struct http_pairs *out, struct err *err)
{
	char *text = arena_dup(a, body, len), *p = text, *end = text + len;
	size_t n = len > 0;

	out->pair = NULL;
	out->n = 0;
	for (const char *amp = text;
	     (amp = memchr(amp, '&', (size_t)(end - amp))) != NULL; amp++)
		n++;
	if (n > max)
		return err_set(
		    err, ERR_TOO_LARGE, "form: over %zu fields", max);
	if (n == 0)
		return 0;
	out->pair = arena_new(a, struct http_pair, n);
	while (p < end) {
		char *amp = memchr(p, '&', (size_t)(end - p));
		size_t part = (size_t)((amp == NULL ? end : amp) - p);

		if (part > 0) {
			if (decode_pair(p, part, &out->pair[out->n], err) ==
			    -1)
				return -1;
			out->n++;
		}
		p += part + 1;
	}
	return 0;
}

const char *
http_pair_get(const struct http_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->pair[i].name, name) == 0)
			return pairs->pair[i].value;
	return NULL;
}
