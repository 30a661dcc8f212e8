#include "common/file_name.h"

#include <stdbool.h>
#include <strings.h>

#include "common/hex.h"
#include "common/utf8.h"

#define HEIC_ENDINGS ".heic.heif"

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Behind the last folder, of whichever system. */
static const char *
base(const char *s)
{
	const char *out = s;

	for (; *s != '\0'; s++)
		if (*s == '/' || *s == '\\')
			out = s + 1;
	return out;
}

/* Cuts s to n code points. */
static void
cut(char *s, size_t n)
{
	for (; *s != '\0'; s++) {
		if (is_continuation(*s))
			continue;
		if (n == 0)
			break;
		n--;
	}
	*s = '\0';
}

const char *
file_name_show(struct arena *a, const char *raw)
{
	const char *name = base(raw);
	char *s = arena_strdup(a, utf8_scrub(a, name, strlen(name)));
	size_t len;

	for (char *p = s; *p != '\0'; p++)
		if (strchr("<>:\"|?*\t\n", *p) != NULL)
			*p = '_';
	while (*s == '.' || *s == ' ')
		s++;
	cut(s, FILE_NAME_MAX);
	for (len = strlen(s); len > 0; len--)
		if (s[len - 1] != '.' && s[len - 1] != ' ')
			break;
	s[len] = '\0';
	return *s != '\0' ? s : "datei";
}

/* Whether name ends in one of endings, ".jpg.jpeg". */
static bool
has_ending(const char *name, const char *endings)
{
	size_t len = strlen(name);

	while (*endings != '\0') {
		size_t n = 1 + strcspn(endings + 1, ".");

		if (len > n && strncasecmp(name + len - n, endings, n) == 0)
			return true;
		endings += n;
	}
	return false;
}

const char *
file_name_clean(struct arena *a, const char *raw, const char *media_type,
    const char *endings)
{
	size_t n = *endings == '\0' ? 0 : 1 + strcspn(endings + 1, ".");
	char *name = arena_strdup(a, file_name_show(a, raw));

	if (*endings == '\0' || has_ending(name, endings))
		return name;
	if (strcmp(media_type, "image/jpeg") == 0 &&
	    has_ending(name, HEIC_ENDINGS)) /* photoclean made one of it */
		name[strlen(name) - strlen(".heic")] = '\0';
	cut(name, FILE_NAME_MAX - n);
	return arena_printf(a, "%s%.*s", name, (int)n, endings);
}

/* ---- headers ---- */

/* attr-char of RFC 8187, but for letters and digits. */
static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') ||
	    (c != '\0' && strchr("!#$&+-.^_`|~", c) != NULL);
}

const char *
file_name_disposition(struct arena *a, const char *name)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t len = strlen(name), np = 0, ne = 0;
	char *plain = arena_alloc(a, len + 1, 1);
	char *encoded = arena_alloc(a, 3 * len + 1, 1);

	for (const char *p = name; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (is_plain(*p)) {
			encoded[ne++] = *p;
		} else {
			encoded[ne++] = '%';
			encoded[ne++] = hex[c >> 4];
			encoded[ne++] = hex[c & 15];
		}
		if (is_continuation(*p))
			continue;
		plain[np++] = is_plain(*p) || *p == ' ' ? *p : '_';
	}
	return arena_printf(a,
	    "attachment; filename=\"%s\"; filename*=UTF-8''%s", plain,
	    encoded);
}

/* UTF-8''na%C3%AFve.pdf */
static const char *
decode_extended(struct arena *a, const char *s, size_t len)
{
	char *out = arena_alloc(a, len + 1, 1);
	size_t n = 0;

	if (len < 7 || strncasecmp(s, "UTF-8'", 6) != 0)
		return "";
	for (size_t i = 6; i < len; i++)
		if (s[i] == '\'') { /* behind the language */
			s += i + 1;
			len -= i + 1;
			break;
		}
	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (s[i] == '%' && i + 2 < len &&
		    (high = hex_digit(s[i + 1])) != -1 &&
		    (low = hex_digit(s[i + 2])) != -1) {
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = s[i];
		}
	}
	return out;
}

/* "in \"quotes\"" or a token; *s moves behind it. */
static const char *
take_value(struct arena *a, const char **s, size_t *len)
{
	char *out = arena_alloc(a, strlen(*s) + 1, 1);
	bool is_quoted = **s == '"';
	size_t n = 0;

	if (is_quoted)
		++*s;
	while (**s != '\0' && **s != (is_quoted ? '"' : ';')) {
		if (is_quoted && **s == '\\' && (*s)[1] != '\0')
			++*s;
		out[n++] = *(*s)++;
	}
	*s += strcspn(*s, ";");
	*len = n;
	return out;
}

const char *
file_name_of_disposition(struct arena *a, const char *header)
{
	const char *s = header + strcspn(header, ";"), *name = "";

	while (*s == ';') {
		const char *key = s + 1 + strspn(s + 1, " \t");
		size_t n = strcspn(key, "=;"), len;
		const char *value;

		s = key + n;
		if (*s != '=')
			continue;
		s++;
		value = take_value(a, &s, &len);
		if (n == 9 && strncasecmp(key, "filename*", 9) == 0)
			return decode_extended(a, value, len);
		if (n == 8 && strncasecmp(key, "filename", 8) == 0)
			name = value;
	}
	return name;
}
