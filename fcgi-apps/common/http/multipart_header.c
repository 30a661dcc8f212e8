#include "common/http/multipart_header.h"

#include "common/hex.h"

#include <strings.h>

/* What browsers write for a quote or line end in a name (HTML, 4.10.21.8). */
static char
browser_escape(const char *p)
{
	if (strncasecmp(p, "%22", 3) == 0)
		return '"';
	if (strncasecmp(p, "%0d", 3) == 0)
		return '\r';
	if (strncasecmp(p, "%0a", 3) == 0)
		return '\n';
	return '\0';
}

/*
 * Whether a backslash escapes what follows: only \" and \\ do, since browsers
 * leave other backslashes as they are; and one before the last quote is itself.
 */
static bool
is_escape(const char *p)
{
	return p[0] == '\\' &&
	    (p[1] == '\\' || (p[1] == '"' && strchr(p + 2, '"') != NULL));
}

/*
 * A quoted string from its opening quote, decoded into to (room for all of
 * it) unless that is NULL. Returns what stands behind the closing quote, NULL
 * when there is none.
 */
static const char *
read_quoted(const char *p, char *to)
{
	for (p++; *p != '"'; p++) {
		char c = browser_escape(p);

		if (*p == '\0')
			return NULL;
		if (c != '\0') {
			p += 2;
		} else {
			p += is_escape(p);
			c = *p;
		}
		if (to != NULL)
			*to++ = c;
	}
	if (to != NULL)
		*to = '\0';
	return p + 1;
}

const char *
multipart_param(struct arena *a, const char *text, const char *name)
{
	const char *p = strchr(text, ';');
	size_t n = strlen(name);

	while (p != NULL && *p == ';') {
		bool is_it;

		p++;
		p += strspn(p, " \t");
		is_it = strncasecmp(p, name, n) == 0 && p[n] == '=';
		p += strcspn(p, "=;");
		if (*p == '=')
			p++;
		if (is_it && *p != '"')
			return arena_dup(a, p, strcspn(p, "; \t"));
		if (is_it) {
			char *value = arena_alloc(a, strlen(p), 1);

			return read_quoted(p, value) == NULL ? NULL : value;
		}
		if (*p == '"' && (p = read_quoted(p, NULL)) == NULL)
			return NULL;
		p += strcspn(p, ";");
	}
	return NULL;
}

/* "UTF-8''na%C3%AFve.pdf" (RFC 8187) decoded; NULL when it is none. */
static const char *
decode_extended(struct arena *a, const char *value)
{
	const char *p;
	char *out, *to;

	if (strncasecmp(value, "utf-8'", 6) != 0 ||
	    (p = strchr(value + 6, '\'')) == NULL)
		return NULL;
	out = to = arena_alloc(a, strlen(p), 1);
	for (p++; *p != '\0'; p++) {
		int high, low;

		if (*p != '%') {
			*to++ = *p;
			continue;
		}
		if ((high = hex_digit(p[1])) == -1 ||
		    (low = hex_digit(p[2])) == -1 || high + low == 0)
			return NULL;
		*to++ = (char)(high * 16 + low);
		p += 2;
	}
	return out;
}

static int
read_disposition(struct arena *a, const char *value, size_t name_bytes,
    struct multipart_header *out, struct err *err)
{
	const char *extended;

	if (out->name != NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "multipart: two Content-Dispositions in a part");
	if (strncasecmp(value, "form-data", 9) != 0 ||
	    strchr("; \t", value[9]) == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "multipart: a part is no form-data");
	if ((out->name = multipart_param(a, value, "name")) == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "multipart: a part has no name");
	out->filename = multipart_param(a, value, "filename");
	extended = multipart_param(a, value, "filename*");
	if (out->filename == NULL && extended != NULL &&
	    (out->filename = decode_extended(a, extended)) == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "multipart: filename* is no UTF-8");
	if (strlen(out->name) > name_bytes ||
	    (out->filename != NULL && strlen(out->filename) > name_bytes))
		return err_set(err, ERR_TOO_LARGE,
		    "multipart: a name over %zu bytes", name_bytes);
	return 0;
}

static int
read_line(struct arena *a, char *line, size_t name_bytes,
    struct multipart_header *out, struct err *err)
{
	char *value = strchr(line, ':');

	if (value == NULL || *line == ' ' || *line == '\t')
		return err_set(err, ERR_BAD_REQUEST,
		    "multipart: a header line without a name");
	*value++ = '\0';
	value += strspn(value, " \t");
	if (strcasecmp(line, "Content-Disposition") == 0)
		return read_disposition(a, value, name_bytes, out, err);
	if (strcasecmp(line, "Content-Type") == 0)
		out->type = arena_strdup(a, value);
	if (strcasecmp(line, "Content-Transfer-Encoding") == 0 &&
	    strcasecmp(value, "binary") != 0 &&
	    strcasecmp(value, "8bit") != 0 && strcasecmp(value, "7bit") != 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "multipart: encoding %.40s", value);
	return 0;
}

int
multipart_header_read(struct arena *a, char *text, size_t name_bytes,
    struct multipart_header *out, struct err *err)
{
	char *end;

	*out = (struct multipart_header){.type = ""};
	for (; (end = strstr(text, "\r\n")) != NULL; text = end + 2) {
		*end = '\0';
		if (text[strcspn(text, "\r\n")] != '\0')
			return err_set(err, ERR_BAD_REQUEST,
			    "multipart: a bare line end in a header");
		if (read_line(a, text, name_bytes, out, err) == -1)
			return -1;
	}
	if (out->name == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "multipart: a part without Content-Disposition");
	return 0;
}
