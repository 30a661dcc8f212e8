/* An XML message as a table that people read in a terminal. */
#include "torhaus/nachrichten.h"

#include "common/base64.h"
#include "common/xml_tree.h"

#define TEXT_MAX (16 << 20) /* bytes of one value */
#define SHOWN_MAX 2000	    /* of which so many are shown */
#define VALUE_COLUMN 42
#define INDENT 2
#define BASE64_LEAST 64 /* characters: less is shown as it is */

static const struct xml_limits limits = {.depth = 64,
    .nodes = 200000,
    .attributes = 64,
    .memory = 64 << 20,
    .text = 1 << 16};

struct table {
	struct arena *arena;
	const struct xml_tree *tree;
};

/* ---- what a terminal may get ---- */

/* Bytes of a character at s that would move the cursor, change colours or turn
 * the writing around; 0: it is none. */
static size_t
is_mischief(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] < 0x20 || u[0] == 0x7f)
		return 1;
	if (u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0)
		return 2;
	if (u[0] == 0xe2 && u[1] == 0x80 &&
	    (u[2] == 0x8e || u[2] == 0x8f || (u[2] >= 0xa8 && u[2] <= 0xae)))
		return 3;
	if (u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)
		return 3;
	return 0;
}

const char *
message_clean(struct arena *a, const char *s)
{
	char *clean = arena_alloc(a, strlen(s) + 1, 1), *to = clean;

	while (*s != '\0') {
		size_t n = is_mischief(s);

		*to++ = n == 0 ? *s : ' ';
		s += n == 0 ? 1 : n;
	}
	*to = '\0';
	return clean;
}

/* ---- values ---- */

static bool
is_base64(const char *s, size_t n)
{
	size_t letters = 0;

	for (size_t i = 0; i < n; i++) {
		if (strchr(" \t\r\n", s[i]) != NULL)
			continue;
		if ((s[i] | 0x20) < 'a' || (s[i] | 0x20) > 'z')
			if ((s[i] < '0' || s[i] > '9') && s[i] != '+' &&
			    s[i] != '/' && s[i] != '=')
				return false;
		letters++;
	}
	return letters >= BASE64_LEAST && letters % 4 == 0;
}

/* A file says what it is, not what it holds. */
static const char *
file_of(struct arena *a, const char *text, size_t n)
{
	struct err err = {0};
	uint8_t *data;
	size_t len;

	if (!is_base64(text, n) ||
	    base64_decode(a, text, n, &data, &len, &err) == -1)
		return NULL;
	return arena_printf(a, "(%s of %zu bytes; see --xml)",
	    len > 5 && memcmp(data, "%PDF-", 5) == 0 ? "a PDF" : "a file", len);
}

static const char *
value_of(const struct table *x, const struct xml_node *n)
{
	struct arena *a = x->arena;
	const char *text, *file;
	struct err err = {0};
	size_t len;

	if (xml_text(a, x->tree, n, TEXT_MAX, &text, &err) == -1)
		return "(long; see --xml)";
	len = strlen(text);
	if ((file = file_of(a, text, len)) != NULL)
		return file;
	if (len <= SHOWN_MAX)
		return message_clean(a, text);
	len = SHOWN_MAX;
	while ((text[len] & 0xc0) == 0x80)
		len--;
	return arena_printf(a, "%s ... (%zu bytes; see --xml)",
	    message_clean(a, arena_printf(a, "%.*s", (int)len, text)),
	    strlen(text));
}

/* ---- lines ---- */

static void
put_line(int level, const char *label, const char *value)
{
	int room = VALUE_COLUMN - level * INDENT;

	if (*value == '\0')
		(void)printf("%*s%s\n", level * INDENT, "", label);
	else
		(void)printf("%*s%-*s  %s\n", level * INDENT, "", room, label,
		    value);
}

/* The only element in n, NULL: there are none, or several. */
static const struct xml_node *
only_element(const struct xml_node *n)
{
	const struct xml_node *first = xml_first(n);

	return first != NULL && xml_next(first) == NULL ? first : NULL;
}

static bool
is_code(const struct xml_node *n)
{
	const struct xml_node *first = xml_first(n);

	return first != NULL && strcmp(first->name, "code") == 0 &&
	    xml_first(first) == NULL;
}

/* "01" or, where the sender says what it means, "01 (Hauptwohnung)". */
static const char *
code_of(const struct table *x, const struct xml_node *n)
{
	const struct xml_node *code = xml_first(n), *name = xml_next(code);

	if (name == NULL)
		return value_of(x, code);
	return arena_printf(
	    x->arena, "%s (%s)", value_of(x, code), value_of(x, name));
}

/* An element a line, those that hold only one with it on the same. */
static void
put_element(const struct table *x, const struct xml_node *n, int level)
{
	const char *label = n->name;
	const struct xml_node *only;

	while (!is_code(n) && (only = only_element(n)) != NULL) {
		label = arena_printf(x->arena, "%s/%s", label, only->name);
		n = only;
	}
	label = message_clean(x->arena, label);
	if (is_code(n)) {
		put_line(level, label, code_of(x, n));
		return;
	}
	if (xml_first(n) == NULL) {
		const char *value = value_of(x, n);

		put_line(level, label, *value == '\0' ? "-" : value);
		return;
	}
	put_line(level, label, "");
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		put_element(x, n, level + 1);
}

void
message_table(struct arena *a, const char *xml, size_t len)
{
	struct crypto_spool *spool = crypto_spool_new(a, "/tmp", TEXT_MAX);
	struct xml_reader *reader = xml_reader_new(a, &limits, spool);
	struct table x = {.arena = a};
	struct xml_tree tree;
	struct err err = {0};

	if (xml_reader_put(reader, xml, len, &err) == -1 ||
	    xml_reader_end(reader, &tree, &err) == -1) {
		(void)printf("not to be read as XML: %s\n", err.msg);
		return;
	}
	x.tree = &tree;
	put_element(&x, tree.root, 0);
}
