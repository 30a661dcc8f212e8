#include "common/html.h"

#include <assert.h>
#include <stdarg.h>
#include <strings.h>

const char html_omit[] = "omit", html_flag[] = "flag";

/* What a byte becomes; NULL: itself. */
static const char *const escapes[256] = {
    ['&'] = "&amp;",
    ['<'] = "&lt;",
    ['>'] = "&gt;",
    ['"'] = "&quot;",
    ['\''] = "&#39;",
};

void
html_raw_n(struct html *h, const char *literal, size_t n)
{
	buf_put(h->out, literal, n);
}

/* Right in text and between quotes. Line ends become <br> when breaks is. */
static void
escape(struct html *h, const char *s, bool breaks)
{
	const char *run = s;

	for (;; s++) {
		const char *by = escapes[(unsigned char)*s];

		if (*s == '\n' && breaks)
			by = "<br>\n";
		if (by == NULL && *s != '\0')
			continue;
		if (s > run)
			buf_put(h->out, run, (size_t)(s - run));
		if (*s == '\0')
			return;
		buf_puts(h->out, by);
		run = s + 1;
	}
}

void
html_text(struct html *h, const char *s)
{
	escape(h, s, false);
}

void
html_text_lines(struct html *h, const char *s)
{
	escape(h, s, true);
}

void
html_textf(struct html *h, const char *fmt, ...)
{
	char small[256], *text = small;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(small)) {
		va_start(ap, fmt);
		len = vasprintf(&text, fmt, ap);
		va_end(ap);
	}
	if (len < 0) {
		h->out->failed = ERR_INTERNAL;
		return;
	}
	escape(h, text, false);
	if (text != small)
		free(text);
}

static bool
is_url_attribute(const char *name)
{
	return strcmp(name, "href") == 0 || strcmp(name, "src") == 0 ||
	    strcmp(name, "action") == 0 || strcmp(name, "formaction") == 0;
}

/*
 * Relative, or of a scheme that runs nothing. Browsers skip control characters
 * inside a scheme, so one anywhere makes the whole forbidden.
 */
static bool
url_is_allowed(const char *url)
{
	static const char *const schemes[] = {
	    "http", "https", "mailto", "tel"};
	size_t len = strcspn(url, ":/?#");

	for (const char *p = url; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	if (url[len] != ':')
		return true;
	for (size_t i = 0; i < nitems(schemes); i++)
		if (strlen(schemes[i]) == len &&
		    strncasecmp(url, schemes[i], len) == 0)
			return true;
	return false;
}

static void
put_attribute(struct html *h, const char *name, const char *value)
{
	/* Scripts and styles stand in files: the pages' CSP refuses others. */
	assert(strncmp(name, "on", 2) != 0 && strcmp(name, "style") != 0);
	if (value == HTML_OMIT)
		return;
	buf_put(h->out, " ", 1);
	buf_puts(h->out, name);
	if (value == HTML_FLAG)
		return;
	if (is_url_attribute(name) && !url_is_allowed(value))
		value = "#";
	buf_put(h->out, "=\"", 2);
	escape(h, value, false);
	buf_put(h->out, "\"", 1);
}

static void
open_tag(struct html *h, const char *name, va_list ap)
{
	const char *attribute;

	buf_put(h->out, "<", 1);
	buf_puts(h->out, name);
	while ((attribute = va_arg(ap, const char *)) != NULL)
		put_attribute(h, attribute, va_arg(ap, const char *));
	buf_put(h->out, ">", 1);
}

void
html_open(struct html *h, const char *name, ...)
{
	va_list ap;

	va_start(ap, name);
	open_tag(h, name, ap);
	va_end(ap);
}

void
html_close(struct html *h, const char *name)
{
	buf_put(h->out, "</", 2);
	buf_puts(h->out, name);
	buf_put(h->out, ">", 1);
}

void
html_element(struct html *h, const char *name, const char *text, ...)
{
	va_list ap;

	va_start(ap, text);
	open_tag(h, name, ap);
	va_end(ap);
	escape(h, text, false);
	html_close(h, name);
}

const char *
html_if(bool is_set)
{
	return is_set ? HTML_FLAG : HTML_OMIT;
}
