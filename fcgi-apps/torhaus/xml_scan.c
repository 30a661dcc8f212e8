#include "torhaus/xml_pull.h"

#include <strings.h>

#include "common/utf8.h"

/* Where the scan stands. */
struct scan {
	const char *text, *at, *end;
	const struct pull_limits *limits;
	size_t elements, depth;
};

static size_t
line_of(const struct scan *s)
{
	size_t line = 1;

	for (const char *p = s->text; p < s->at; p++)
		line += *p == '\n';
	return line;
}

static bool
begins(const struct scan *s, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(s->end - s->at) >= n && memcmp(s->at, with, n) == 0;
}

/* Behind the next close, or to the end. */
static void
pass(struct scan *s, const char *close)
{
	const char *p =
	    memmem(s->at, (size_t)(s->end - s->at), close, strlen(close));

	s->at = p == NULL ? s->end : p + strlen(close);
}

static int
too_large(const struct scan *s, struct err *err, const char *what, size_t max)
{
	return err_set(err, ERR_TOO_LARGE, "line %zu: more than %zu %s",
	    line_of(s), max, what);
}

/* A tag from its "<": counts it and its attributes. */
static int
scan_tag(struct scan *s, struct err *err)
{
	const bool is_close = begins(s, "</");
	size_t attributes = 0;
	char quote = 0;

	if (is_close)
		s->depth -= s->depth > 0;
	else if (++s->elements > s->limits->elements)
		return too_large(s, err, "elements", s->limits->elements);
	for (s->at++; s->at < s->end; s->at++) {
		if (quote != 0) {
			quote = *s->at == quote ? 0 : quote;
			continue;
		}
		if (*s->at == '>')
			break;
		if (*s->at != '"' && *s->at != '\'')
			continue;
		quote = *s->at;
		if (++attributes > s->limits->attributes)
			return too_large(s, err, "attributes at an element",
			    s->limits->attributes);
	}
	if (s->at == s->end)
		return 0; /* the parser says that something is missing */
	if (!is_close && s->at[-1] != '/' && ++s->depth > s->limits->depth)
		return too_large(
		    s, err, "elements within each other", s->limits->depth);
	s->at++;
	return 0;
}

static int
scan_markup(struct scan *s, struct err *err)
{
	if (begins(s, "<!--"))
		pass(s, "-->");
	else if (begins(s, "<![CDATA["))
		pass(s, "]]>");
	else if (begins(s, "<?"))
		pass(s, "?>");
	else if (begins(s, "<!"))
		return err_set(err, ERR_BAD_REQUEST,
		    "line %zu: a document type (<!DOCTYPE) is not taken: it "
		    "could define entities; remove it", line_of(s));
	else
		return scan_tag(s, err);
	return 0;
}

/* What the XML declaration says of the encoding, if there is one. */
static int
scan_encoding(const struct scan *s, struct err *err)
{
	const char *close, *p, *value;
	size_t n;

	if (!begins(s, "<?xml"))
		return 0;
	close = memmem(s->at, (size_t)(s->end - s->at), "?>", 2);
	if (close == NULL)
		return 0;
	p = memmem(s->at, (size_t)(close - s->at), "encoding", 8);
	if (p == NULL)
		return 0;
	for (p += 8; p < close && *p != '"' && *p != '\''; p++)
		;
	value = p + 1;
	for (n = 0; value + n < close && value[n] != *p; n++)
		;
	if ((n == 5 && strncasecmp(value, "UTF-8", n) == 0) ||
	    (n == 8 && strncasecmp(value, "US-ASCII", n) == 0))
		return 0;
	return err_set(err, ERR_BAD_REQUEST,
	    "the file declares another encoding than UTF-8; convert it (iconv) "
	    "and correct its first line");
}

int
xml_scan(const char *text, size_t len, const struct pull_limits *limits,
    struct err *err)
{
	struct scan s = { .text = text,
		.at = text,
		.end = text + len,
		.limits = limits };
	size_t valid;

	if (len > limits->bytes)
		return err_set(err, ERR_TOO_LARGE,
		    "the file is larger than %zu MiB", limits->bytes >> 20);
	if ((valid = utf8_valid(text, len)) < len) {
		s.at += valid;
		return err_set(err, ERR_BAD_REQUEST,
		    "line %zu: bytes that are not UTF-8", line_of(&s));
	}
	if (begins(&s, "\xef\xbb\xbf"))
		s.at += 3;
	if (scan_encoding(&s, err) == -1)
		return -1;
	while (s.at < s.end) {
		const char *from = s.at;

		s.at = memchr(from, '<', (size_t)(s.end - from));
		if (s.at == NULL)
			s.at = s.end;
		if ((size_t)(s.at - from) > limits->text)
			return too_large(
			    &s, err, "bytes between two tags", limits->text);
		if (s.at < s.end && scan_markup(&s, err) == -1)
			return -1;
	}
	return 0;
}
