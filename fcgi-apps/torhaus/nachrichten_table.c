/* A message as a table that people read in a terminal. */
#include "torhaus/nachrichten.h"

#include "common/xoev/xoev_table.h"

#define VALUE_COLUMN 42
#define INDENT 2

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

/* ---- the table ---- */

static void
put_section(struct tool *t, const struct xoev_table_section *s)
{
	int level = s->depth;

	if (*s->heading != '\0')
		(void)printf("%*s%s\n", level++ * INDENT, "",
		    message_clean(t->arena, s->heading));
	for (size_t i = 0; i < s->nrow; i++)
		(void)printf("%*s%-*s  %s\n", level * INDENT, "",
		    VALUE_COLUMN - level * INDENT,
		    message_clean(t->arena, s->row[i].label),
		    message_clean(t->arena, s->row[i].value));
}

int
message_table(struct tool *t, const char *xml, size_t len,
    const struct texts *texts, enum lang lang, struct err *err)
{
	struct xoev_table_words words = {
	    .texts = texts, .lang = lang, .with_head = true};
	struct xoev_rules rules = {0};
	struct xoev_table table;
	struct err none = {0};

	if (message_rules(t, &rules, err) == -1)
		return -1;
	words.lists = rules.lists;
	if (xoev_table(t->arena, xml, len, &words, &table, &none) == -1) {
		(void)printf("not to be read as XML: %s\n", none.msg);
		return 0;
	}
	for (size_t i = 0; i < table.n; i++)
		put_section(t, &table.section[i]);
	return 0;
}
