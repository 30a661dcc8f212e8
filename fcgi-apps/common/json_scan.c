/*
 * One pass over JSON text before anything is built from it: grammar (RFC
 * 8259), UTF-8 (RFC 3629), limits, duplicate names. The same pass finds the
 * line of a value.
 */
#include "common/json.h"

#include <sys/random.h>

struct scan {
	const char *start, *p, *end;
	const struct json_limits *limits;
	size_t depth, nodes;
	/* the set of names seen: a keyed hash over object number and name */
	uint64_t *seen, seed, objects;
	size_t room, nseen;
	/* where the value at the path searched for begins, NULL: not found */
	const char *found;
	struct err *err;
};

static size_t
line_at(const struct scan *s, const char *at, size_t *column)
{
	size_t line = 1;
	const char *begin = s->start, *nl;

	while ((nl = memchr(begin, '\n', (size_t)(at - begin))) != NULL) {
		line++;
		begin = nl + 1;
	}
	*column = (size_t)(at - begin) + 1;
	return line;
}

static int
fail(struct scan *s, enum err_code code, const char *what)
{
	size_t column, line = line_at(s, s->p, &column);

	return err_set(s->err, code, "JSON line %zu, column %zu: %s", line,
	    column, what);
}

static int
bad(struct scan *s, const char *what)
{
	return fail(s, ERR_BAD_REQUEST, what);
}

static void
skip_blanks(struct scan *s)
{
	while (s->p < s->end &&
	    (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static bool
next_is(struct scan *s, char c)
{
	return s->p < s->end && *s->p == c;
}

/* A murmur-like step; the seed is secret, so nobody can prepare collisions. */
static uint64_t
mix(uint64_t hash, uint64_t value)
{
	hash ^= value;
	hash *= 0x9e3779b97f4a7c15u;
	return hash ^ (hash >> 29);
}

/* True when hash was in the set; adds it otherwise. */
static bool
seen_before(struct scan *s, uint64_t hash)
{
	size_t i;

	if (hash == 0)
		hash = 1; /* 0 marks a free place */
	if (s->nseen * 2 >= s->room) {
		size_t old_room = s->room;
		uint64_t *old = s->seen;

		s->room = old_room == 0 ? 64 : old_room * 2;
		s->seen = calloc(s->room, sizeof(*s->seen));
		if (s->seen == NULL)
			abort(); /* out of memory: the supervisor restarts */
		for (i = 0; i < old_room; i++) {
			size_t j = old[i] & (s->room - 1);

			if (old[i] == 0)
				continue;
			while (s->seen[j] != 0)
				j = (j + 1) & (s->room - 1);
			s->seen[j] = old[i];
		}
		free(old);
	}
	for (i = hash & (s->room - 1); s->seen[i] != 0;
	     i = (i + 1) & (s->room - 1))
		if (s->seen[i] == hash)
			return true;
	s->seen[i] = hash;
	s->nseen++;
	return false;
}

/* The bytes of the UTF-8 character at p, 0 when it is none. */
static size_t
utf8_width(const unsigned char *p, size_t n)
{
	size_t width;
	unsigned char low = 0x80, high = 0xbf;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		width = 2;
	else if ((p[0] & 0xf0) == 0xe0)
		width = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		width = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0; /* overlong */
	else if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f; /* above U+10FFFF */
	if (n < width || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < width; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return width;
}

/* The four digits behind \u; -1 when they are none. */
static int
hex4(struct scan *s)
{
	int value = 0;

	if (s->end - s->p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = *s->p++;
		int digit = c >= '0' && c <= '9' ? c - '0'
		    : c >= 'a' && c <= 'f'	 ? c - 'a' + 10
		    : c >= 'A' && c <= 'F'	 ? c - 'A' + 10
						 : -1;

		if (digit == -1)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* An escape behind its backslash, into hash as the UTF-8 it stands for. */
static int
scan_escape(struct scan *s, uint64_t *hash)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *name;
	int high, low;
	uint32_t c;

	if (s->p == s->end)
		return bad(s, "text ends inside a string");
	if (*s->p != 'u') {
		if (*s->p == '\0' || (name = strchr(names, *s->p)) == NULL)
			return bad(s, "unknown escape");
		s->p++;
		*hash = mix(*hash, (unsigned char)bytes[name - names]);
		return 0;
	}
	s->p++;
	if ((high = hex4(s)) == -1)
		return bad(s, "\\u without four hexadecimal digits");
	c = (uint32_t)high;
	if (c == 0)
		return bad(s, "NUL in a string");
	if (c >= 0xd800 && c <= 0xdfff) {
		if (c > 0xdbff || s->end - s->p < 6 || s->p[0] != '\\' ||
		    s->p[1] != 'u')
			return bad(s, "lone surrogate");
		s->p += 2;
		low = hex4(s);
		if (low < 0xdc00 || low > 0xdfff)
			return bad(s, "lone surrogate");
		c = 0x10000 + ((c - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
	}
	if (c >= 0x10000) {
		*hash = mix(*hash, 0xf0 | (c >> 18));
		*hash = mix(*hash, 0x80 | ((c >> 12) & 0x3f));
	} else if (c >= 0x800) {
		*hash = mix(*hash, 0xe0 | (c >> 12));
	}
	if (c >= 0x800)
		*hash = mix(*hash, 0x80 | ((c >> 6) & 0x3f));
	else if (c >= 0x80)
		*hash = mix(*hash, 0xc0 | (c >> 6));
	*hash = mix(*hash, c >= 0x80 ? 0x80 | (c & 0x3f) : c);
	return 0;
}

/* A string from its opening quote; *hash takes in its decoded bytes. */
static int
scan_string(struct scan *s, uint64_t *hash)
{
	if (!next_is(s, '"'))
		return bad(s, "a string was expected");
	s->p++;
	while (s->p < s->end && *s->p != '"') {
		unsigned char c = (unsigned char)*s->p;
		size_t width;

		if (c == '\\') {
			s->p++;
			if (scan_escape(s, hash) == -1)
				return -1;
			continue;
		}
		if (c < 0x20)
			return bad(s, "control character in a string");
		width = utf8_width((const unsigned char *)s->p,
		    (size_t)(s->end - s->p));
		if (width == 0)
			return bad(s, "bytes that are no UTF-8");
		for (; width > 0; width--)
			*hash = mix(*hash, (unsigned char)*s->p++);
	}
	if (s->p == s->end)
		return bad(s, "text ends inside a string");
	s->p++;
	return 0;
}

static size_t
skip_digits(struct scan *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return (size_t)(s->p - start);
}

static int
scan_number(struct scan *s)
{
	const char *start = s->p;

	if (next_is(s, '-'))
		s->p++;
	if (next_is(s, '0'))
		s->p++;
	else if (skip_digits(s) == 0)
		return bad(s, "a value was expected");
	if (next_is(s, '.')) {
		s->p++;
		if (skip_digits(s) == 0)
			return bad(s, "no digit behind the decimal point");
	}
	if (next_is(s, 'e') || next_is(s, 'E')) {
		size_t digits;

		s->p++;
		if (next_is(s, '+') || next_is(s, '-'))
			s->p++;
		if ((digits = skip_digits(s)) == 0)
			return bad(s, "no digit in the exponent");
		if (digits > 2)
			return bad(s, "number out of range");
	}
	if (s->p - start > 60) /* cJSON takes up to 63 */
		return bad(s, "number out of range");
	return 0;
}

static int
scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return bad(s, "a value was expected");
	s->p += n;
	return 0;
}

/*
 * What is left of path behind the name of len bytes, NULL when path does not
 * lead there. Names may hold dots themselves.
 */
static const char *
path_behind_name(const char *path, const char *name, size_t len)
{
	if (path == NULL || strncmp(path, name, len) != 0)
		return NULL;
	path += len;
	if (*path == '.')
		return path + 1;
	return *path == '[' || *path == '\0' ? path : NULL;
}

static const char *
path_behind_index(const char *path, size_t index)
{
	size_t value = 0;
	const char *p;

	if (path == NULL || *path != '[')
		return NULL;
	for (p = path + 1; *p >= '0' && *p <= '9' && value < 1000000; p++)
		value = value * 10 + (size_t)(*p - '0');
	if (*p != ']' || value != index)
		return NULL;
	return p[1] == '.' ? p + 2 : p + 1;
}

static int scan_value(struct scan *s, const char *path);

static int
scan_member(struct scan *s, uint64_t object, const char *path)
{
	const char *name = s->p + 1;
	uint64_t hash = mix(s->seed, object);

	if (scan_string(s, &hash) == -1)
		return -1;
	path = path_behind_name(path, name, (size_t)(s->p - name) - 1);
	if (seen_before(s, hash))
		return bad(s, "the same name twice in an object");
	skip_blanks(s);
	if (!next_is(s, ':'))
		return bad(s, "a colon was expected");
	s->p++;
	return scan_value(s, path);
}

/* Members or items between the brackets, with commas between them. */
static int
scan_list(struct scan *s, char close, const char *path)
{
	uint64_t object = ++s->objects;
	size_t index = 0;

	if (++s->depth > s->limits->depth)
		return fail(s, ERR_TOO_LARGE, "nested too deeply");
	s->p++;
	skip_blanks(s);
	if (next_is(s, close)) {
		s->p++;
		s->depth--;
		return 0;
	}
	for (;;) {
		skip_blanks(s);
		if ((close == '}' ? scan_member(s, object, path)
				  : scan_value(s,
					path_behind_index(path, index++))) ==
		    -1)
			return -1;
		skip_blanks(s);
		if (next_is(s, close))
			break;
		if (!next_is(s, ','))
			return bad(s, "a comma or the end was expected");
		s->p++;
	}
	s->p++;
	s->depth--;
	return 0;
}

static int
scan_value(struct scan *s, const char *path)
{
	uint64_t unused = 0;

	skip_blanks(s);
	if (path != NULL && *path == '\0' && s->found == NULL)
		s->found = s->p;
	if (++s->nodes > s->limits->nodes)
		return fail(s, ERR_TOO_LARGE, "too many values");
	if (s->p == s->end)
		return bad(s, "a value was expected");
	switch (*s->p) {
	case '{':
		return scan_list(s, '}', path);
	case '[':
		return scan_list(s, ']', path);
	case '"':
		return scan_string(s, &unused);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		return scan_number(s);
	}
}

static int
scan_text(struct scan *s, const char *path)
{
	int rc;

	if (getrandom(&s->seed, sizeof(s->seed), 0) != sizeof(s->seed))
		s->seed = (uint64_t)(uintptr_t)s;
	rc = scan_value(s, path);
	free(s->seen);
	s->seen = NULL;
	if (rc == -1)
		return -1;
	skip_blanks(s);
	if (s->p != s->end)
		return bad(s, "something stands behind the value");
	return 0;
}

int
json_check(const char *text, size_t len, const struct json_limits *limits,
    struct err *err)
{
	struct scan s = {.start = text,
	    .p = text,
	    .end = text + len,
	    .limits = limits,
	    .err = err};

	if (len > limits->bytes)
		return err_set(err, ERR_TOO_LARGE, "JSON over %zu bytes",
		    limits->bytes);
	return scan_text(&s, NULL);
}

size_t
json_line_of(const char *text, size_t len, const char *path)
{
	struct err unused = {0};
	struct scan s = {.start = text,
	    .p = text,
	    .end = text + len,
	    .limits = &json_limits_package,
	    .err = &unused};
	size_t column;

	/* A mistake behind the value does not matter here. */
	(void)scan_text(&s, path);
	return s.found == NULL ? 0 : line_at(&s, s.found, &column);
}
