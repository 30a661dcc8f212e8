#include "common/form/form_view_prose.h"

struct prose {
	struct arena *arena;
	struct html *h;
};

/* One line with its links. */
static void
write_line(const struct prose *p, const char *line, size_t len)
{
	const char *end = line + len;

	while (line < end) {
		size_t left = (size_t)(end - line);
		const char *open = memchr(line, '[', left);
		const char *mid = open != NULL
		    ? memmem(open, (size_t)(end - open), "](", 2)
		    : NULL;
		const char *close = mid != NULL
		    ? memchr(mid, ')', (size_t)(end - mid))
		    : NULL;

		if (close == NULL) {
			html_text(p->h, arena_dup(p->arena, line, left));
			return;
		}
		html_text(p->h,
		    arena_dup(p->arena, line, (size_t)(open - line)));
		html_element(p->h, "a",
		    arena_dup(p->arena, open + 1, (size_t)(mid - open - 1)),
		    "href",
		    arena_dup(p->arena, mid + 2, (size_t)(close - mid - 2)),
		    (char *)NULL);
		line = close + 1;
	}
}

static size_t
line_length(const char *s)
{
	return strcspn(s, "\n");
}

/* "Titel {#anker}" */
static void
write_heading(const struct prose *p, const char *tag, const char *line,
    size_t len)
{
	const char *id = memmem(line, len, " {#", 3);
	size_t text = id != NULL ? (size_t)(id - line) : len;

	html_open(p->h, tag, "id",
	    id != NULL ? arena_dup(p->arena, id + 3, len - text - 4)
		       : HTML_OMIT,
	    (char *)NULL);
	write_line(p, line, text);
	html_close(p->h, tag);
}

/* Items are lines with the same marker; returns what follows them. */
static const char *
write_list(const struct prose *p, const char *tag, const char *marker,
    const char *s)
{
	size_t skip = strlen(marker);

	html_open(p->h, tag, (char *)NULL);
	while (strncmp(s, marker, skip) == 0) {
		size_t len = line_length(s);

		html_raw(p->h, "<li>");
		write_line(p, s + skip, len - skip);
		html_raw(p->h, "</li>");
		s += len + (s[len] == '\n');
	}
	html_close(p->h, tag);
	return s;
}

static bool
begins_block(const char *s)
{
	return *s == '\n' || strncmp(s, "- ", 2) == 0 ||
	    strncmp(s, "1. ", 3) == 0 || strncmp(s, "## ", 3) == 0 ||
	    strncmp(s, "### ", 4) == 0;
}

static const char *
write_paragraph(const struct prose *p, const char *s)
{
	bool is_first = true;

	html_raw(p->h, "<p>");
	do {
		size_t len = line_length(s);

		if (!is_first)
			html_raw(p->h, "<br>");
		write_line(p, s, len);
		is_first = false;
		s += len + (s[len] == '\n');
	} while (*s != '\0' && !begins_block(s));
	html_raw(p->h, "</p>");
	return s;
}

void
form_prose_write(struct arena *a, struct html *h, const char *text)
{
	const struct prose prose = {a, h}, *p = &prose;
	const char *s = text;

	while (*s != '\0') {
		size_t len = line_length(s);

		if (*s == '\n') {
			s++;
		} else if (strncmp(s, "- ", 2) == 0) {
			s = write_list(p, "ul", "- ", s);
		} else if (strncmp(s, "1. ", 3) == 0) {
			s = write_list(p, "ol", "1. ", s);
		} else if (strncmp(s, "## ", 3) == 0) {
			write_heading(p, "h2", s + 3, len - 3);
			s += len;
		} else if (strncmp(s, "### ", 4) == 0) {
			write_heading(p, "h3", s + 4, len - 4);
			s += len;
		} else {
			s = write_paragraph(p, s);
		}
	}
}
