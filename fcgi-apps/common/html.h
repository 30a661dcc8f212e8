/*
 * The one HTML writer: everything that is not a literal is escaped for where
 * it stands (OWASP XSS prevention rules 1, 2, 5; attribute values are always
 * quoted; URL attributes take only relative, http, https, mailto and tel).
 */
#ifndef HTML_H
#define HTML_H

#include <stdbool.h>

#include "common/buf.h"

struct html {
	struct buf *out;
};

/* A literal, as it is. Takes nothing but string literals. */
#define html_raw(h, literal)                                                   \
	html_raw_n((h), "" literal "", sizeof(literal) - 1)
void html_raw_n(struct html *h, const char *literal, size_t n);

void html_text(struct html *h, const char *s);
/* Text with \n as <br>. */
void html_text_lines(struct html *h, const char *s);
void html_textf(struct html *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * <name a="v" ...>: pairs of attribute and value, ended by NULL. A pair whose
 * value is HTML_OMIT is left out; HTML_FLAG writes the bare attribute. Names
 * are literals. href, src, action and formaction are checked as URLs: a
 * forbidden scheme becomes "#".
 */
void html_open(struct html *h, const char *name, ...)
    __attribute__((sentinel));
void html_close(struct html *h, const char *name);
/* html_open, html_text, html_close in one. */
void html_element(struct html *h, const char *name, const char *text, ...)
    __attribute__((sentinel));

extern const char html_omit[], html_flag[];
#define HTML_OMIT html_omit
#define HTML_FLAG html_flag
/* For boolean attributes: "checked", html_if(is_checked). */
const char *html_if(bool is_set);

#endif
